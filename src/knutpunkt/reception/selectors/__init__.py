"""Reads of the reception."""
