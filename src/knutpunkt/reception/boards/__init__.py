"""Boards: the network now, and figures of any period with charts and their tables."""
