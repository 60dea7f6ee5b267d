"""Loops compiled by numba. Imported only where something is solved, so that nothing else waits.

Every kernel is deterministic and lets go of the interpreter's lock: blocks of rows run on threads,
and the blocks are fixed by the size of the problem, not by the number of threads.
"""
