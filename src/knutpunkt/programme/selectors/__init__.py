"""Reads of a programme. Every function states how many queries it takes."""
