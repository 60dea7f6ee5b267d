"""Pages of the reception that need no account."""
