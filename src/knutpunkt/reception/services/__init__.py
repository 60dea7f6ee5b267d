"""Changes at a reception: each is one turn at one office."""
