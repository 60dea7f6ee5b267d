"""What a figure must be before anything is reckoned with it."""

from __future__ import annotations

import math

from knutpunkt.engines.queueing.errors import FigureUnusable


def positive(what: str, value: float) -> float:
    """Let a finite number above zero pass.

    Raises
    ------
    FigureUnusable
        When it is anything else.
    """
    if not (math.isfinite(value) and value > 0):
        raise FigureUnusable(what=what, found=value, wanted="a finite number above 0")
    return value


def not_negative(what: str, value: float) -> float:
    """Let a finite number from zero up pass.

    Raises
    ------
    FigureUnusable
        When it is anything else.
    """
    if not (math.isfinite(value) and value >= 0):
        raise FigureUnusable(what=what, found=value, wanted="a finite number from 0 up")
    return value


def share(what: str, value: float) -> float:
    """Let a number from zero to one pass.

    Raises
    ------
    FigureUnusable
        When it is anything else.
    """
    if not 0 <= value <= 1:
        raise FigureUnusable(what=what, found=value, wanted="a number from 0 to 1")
    return value


def whole(what: str, value: int, *, least: int = 0, most: int | None = None) -> int:
    """Let a whole number within its bounds pass.

    Raises
    ------
    FigureUnusable
        When it is anything else.
    """
    above = most is not None and value > most
    if isinstance(value, bool) or not isinstance(value, int) or value < least or above:
        wanted = f"a whole number from {least}" + (" up" if most is None else f" to {most}")
        raise FigureUnusable(what=what, found=value, wanted=wanted)
    return value
