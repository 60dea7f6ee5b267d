"""How fast the reception is: real server processes, asked over HTTP, and the CPU they used.

Started as a program (``python -m knutpunkt.reception.measuring``) it measures one database; the
command ``knutpunkt bench reception`` starts it for each. No visit, errand or event is written here
but through the server.
"""
