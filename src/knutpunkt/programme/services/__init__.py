"""State changes of a programme: each is one transaction, and names who made it."""
