"""Drawings as plain shapes that templates write as SVG; each has a table that says the same."""
