"""What a visitor's phone says when the office has closed meanwhile, and when the day has ended."""

from __future__ import annotations

from dataclasses import dataclass

from knutpunkt.reception import transitions
from knutpunkt.reception.kiosk.languages import Language
from knutpunkt.reception.models import Errand
from knutpunkt.reception.selectors.closures import closure_now
from knutpunkt.reception.selectors.opening import Opening, opening_of
from knutpunkt.reception.selectors.queue import Followed


@dataclass(frozen=True, slots=True)
class Shut:
    """Why somebody waits no longer, or not as before: the one thing to know, and what else."""

    heading: str
    lines: tuple[str, ...]


def shut_for(found: Followed, errand: Errand | None, language: Language) -> Shut | None:
    """Say that the office has closed; nothing where that does not concern the visitor.

    Parameters
    ----------
    errand
        The errand that says what happens next; nothing when all are over. Whose visit was served,
        or who left, need not hear of it.
    """
    if errand is None and not _was_swept(found):
        return None
    opening = opening_of(found.visit.office)
    if opening.why == "closing":
        return _closed(found, errand, opening, language)
    if errand is not None:
        return None
    words = language.words
    if opening.why == "ended":
        return Shut(words["closed_today"], (words["visit_over"],))
    return Shut(words["visit_over"], (words["ask_staff"],))


def _was_swept(found: Followed) -> bool:
    """Whether the office, and not the visitor or a desk, ended the visit."""
    states = {errand.state for errand in found.errands}
    return transitions.SWEPT in states and transitions.DONE not in states


def _closed(
    found: Followed, errand: Errand | None, opening: Opening, language: Language
) -> Shut | None:
    closing = closure_now(found.visit.office_id)
    if closing is None:  # it opened again between the two questions
        return None
    words, at = language.words, opening.next_opening
    opens = language.opening(at) if at else words["opens_unknown"]
    why = words[f"closed_{closing.reason}"]
    if errand is None:
        return Shut(words["closed"], (why, words["visit_over"], opens))
    if errand.state in transitions.AT_THE_COUNTER:
        return Shut(words["closed"], (why,))
    if errand.state != transitions.WAITING:
        return Shut(words["closed"], (why, opens, words["ask_staff"]))
    ahead = language.say("ahead", count=found.ahead or 0)
    return Shut(words["closed"], (why, opens, ahead, words["ask_staff"]))
