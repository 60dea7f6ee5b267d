"""A probability as a number with a word."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from knutpunkt.engines.schedule.chances import rating
from knutpunkt.programme.pages.changes import per_cent


@dataclass(frozen=True, slots=True)
class Chance:
    """A probability as a number with a word; ``key`` is the class that gives the word its sign."""

    key: str
    word: str
    share: str


def chance_words(
    share: float | None, word: str | None = None, *, decided: bool = True
) -> Chance | None:
    """A probability with its word; nothing where no fact can decide it.

    Parameters
    ----------
    word
        As the forecast keeps it; the engine's for the probability where it keeps none.
    decided
        Whether 0 and 1 are certain, and not only what every run came to.
    """
    if share is None:
        return None
    key = (word or rating(share)).replace(" ", "-").replace("_", "-")
    words = {"likely": _("likely"), "at-risk": _("at risk"), "unlikely": _("unlikely")}
    return Chance(key, words[key], per_cent(share, decided=decided))
