"""Networks to read and to change."""

from support.network import municipality, office, swedish_network

__all__ = ["municipality", "office", "swedish_network"]
