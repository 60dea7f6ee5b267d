"""The work of a node: an office served from its own file, and the line to the centre."""
