"""Plan, open and run a network of one-stop government service offices."""

__version__ = "0.1.0"
