"""Queues at counters: who is next and why, how long it takes, how many are needed."""
