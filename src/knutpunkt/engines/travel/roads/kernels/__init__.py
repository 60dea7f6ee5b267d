"""Loops on roads compiled by numba, imported only where something is searched."""
