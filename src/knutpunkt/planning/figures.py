"""Numbers as Swedish and English readers write them."""

from __future__ import annotations

from knutpunkt.mandates.sentences import Both


def both(number: float, decimals: int = 0) -> Both:
    """Write a number in Swedish and in English: ``1 245,5`` and ``1,245.5``."""
    english = f"{number:,.{decimals}f}"
    swedish = english.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")
    return swedish, english


def plain(number: float) -> Both:
    """Write a parameter with only the decimals it has: ``1,3`` and ``1.3``."""
    english = f"{number:g}"
    return english.replace(".", ","), english
