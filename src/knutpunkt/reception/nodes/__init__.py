"""Offices that work without a line: what a node gets, does alone, and brings back."""
