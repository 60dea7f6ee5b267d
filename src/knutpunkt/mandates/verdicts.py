"""Whether a clause holds on a day: met, open, breached, impossible or undecided, and why.

Pure functions over openings with rough dates. What is sure and what is only possible is kept
apart throughout: a verdict is given only when it is the same whatever the rough dates mean.
A day is judged at its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from knutpunkt.core.edtf import DAWN
from knutpunkt.mandates import sentences
from knutpunkt.mandates.sentences import Both
from knutpunkt.network.life import Certainty, Moment
from knutpunkt.network.selectors import AddressOnDay

Answer = Literal["met", "open", "breached", "impossible", "undecided"]


@dataclass(frozen=True, slots=True)
class Opening:
    """An opening that counts for a mandate."""

    office: str
    name: str
    municipality_code: str | None
    clause: str
    opened: Moment
    opened_on: str
    address: AddressOnDay | None = None
    near_area: Certainty = "perhaps"
    near_area_why: Both = ("", "")

    def within(self, first: date | None, last: date) -> Certainty:
        """Whether it lies between two days, both inclusive."""
        earliest, latest = self.opened.window
        floor = first or DAWN
        if earliest >= floor and latest <= last:
            return "yes"
        return "no" if last < floor or latest < floor or earliest > last else "perhaps"

    def by(self, day: date) -> Certainty:
        return self.within(None, day)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a clause asks for.

    ``cap`` is how many openings can count at all, where that is known.
    """

    key: str
    type: str
    at_least: int
    at_most: int | None
    window_from: date | None
    window_to: date
    members: tuple[tuple[str, str], ...] = ()
    facts_held: bool = True
    cap: int | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its reasons and the openings behind it.

    ``short_by`` is what is missing to what surely counts, ``short_by_at_least`` what is missing
    even if everything possible counts.
    """

    verdict: Answer
    sentence: Both
    because: Both
    short_by: int
    short_by_at_least: int
    counted: tuple[Opening, ...] = ()
    possible: tuple[Opening, ...] = ()


def judge_count(terms: Terms, openings: Sequence[Opening], day: date) -> Judgement:
    """Judge a clause that asks for a number of openings in a window.

    Parameters
    ----------
    terms
        The clause.
    openings
        The openings that are attributed to it.
    day
        The day, judged at its end.
    """
    last = min(day, terms.window_to)
    sure = tuple(o for o in openings if o.within(terms.window_from, last) == "yes")
    perhaps = tuple(o for o in openings if o.within(terms.window_from, last) == "perhaps")
    verdict = _count_verdict(terms, len(sure), len(sure) + len(perhaps), day)
    short_by = max(0, terms.at_least - len(sure))
    surely_short = max(0, short_by - len(perhaps))
    late = tuple(o for o in openings if o.opened.window[0] > terms.window_to and o.by(day) == "yes")
    because = sentences.count_because(terms, verdict, sure, perhaps, late, day)
    sentence = sentences.count(terms, verdict, len(sure), len(perhaps))
    return Judgement(verdict, sentence, because, short_by, surely_short, sure, perhaps)


def _count_verdict(terms: Terms, sure: int, most: int, day: date) -> Answer:
    if terms.at_most is not None and sure > terms.at_most:
        return "breached"
    if sure >= terms.at_least:
        return _met_unless_too_many(terms, most)
    if terms.cap is not None and terms.cap < terms.at_least:
        return "impossible"
    if day < terms.window_to:
        return "undecided" if most >= terms.at_least else "open"
    if not terms.facts_held or most >= terms.at_least:
        return "undecided"
    return "breached"


def _met_unless_too_many(terms: Terms, most: int) -> Answer:
    """Between a and b: rough dates may still break the upper bound."""
    if terms.at_most is not None and most > terms.at_most:
        return "undecided"
    return "met"


def judge_named(terms: Terms, openings: Sequence[Opening], day: date) -> Judgement:
    """Judge a clause that gives each of its members an opening in the window."""
    return _judge_members(terms, openings, day, near=False)


def judge_near_area(terms: Terms, openings: Sequence[Opening], day: date) -> Judgement:
    """Judge a clause whose openings stand in or next to an area.

    As many members as the clause asks for each need such an opening.
    """
    return _judge_members(terms, openings, day, near=True)


def _judge_members(
    terms: Terms, openings: Sequence[Opening], day: date, *, near: bool
) -> Judgement:
    last = min(day, terms.window_to)
    answers = {
        code: _member_answer(
            [o for o in openings if o.municipality_code == code], terms.window_from, last, near=near
        )
        for code, _ in terms.members
    }
    sure = [code for code, answer in answers.items() if answer == "yes"]
    perhaps = [code for code, answer in answers.items() if answer == "perhaps"]
    needed = terms.at_least
    verdict = _member_verdict(terms, len(sure), len(sure) + len(perhaps), day)
    counted = tuple(o for o in openings if o.municipality_code in sure)
    possible = tuple(o for o in openings if o.municipality_code in perhaps)
    return Judgement(
        verdict,
        sentences.members(terms, verdict, len(sure), len(perhaps), near=near),
        sentences.members_because(terms, verdict, answers, openings, day, near=near),
        max(0, needed - len(sure)),
        max(0, needed - len(sure) - len(perhaps)),
        counted,
        possible,
    )


def _member_verdict(terms: Terms, sure: int, most: int, day: date) -> Answer:
    if sure >= terms.at_least:
        return "met"
    if len(terms.members) < terms.at_least:
        return "undecided" if not terms.members else "impossible"
    if not terms.facts_held:
        return "undecided" if day >= terms.window_to else "open"
    if day < terms.window_to:
        return "undecided" if most >= terms.at_least else "open"
    return "undecided" if most >= terms.at_least else "breached"


def _member_answer(
    openings: Sequence[Opening], first: date | None, last: date, *, near: bool
) -> Certainty:
    """Whether a member has an opening that counts; the best of its openings decides."""
    answers = {_and(o.within(first, last), o.near_area if near else "yes") for o in openings}
    if "yes" in answers:
        return "yes"
    return "perhaps" if "perhaps" in answers else "no"


def _and(one: Certainty, other: Certainty) -> Certainty:
    if "no" in (one, other):
        return "no"
    return "yes" if one == other == "yes" else "perhaps"


def judge_report(terms: Terms, lodged: Sequence[tuple[str, date, date]], day: date) -> Judgement:
    """Judge a clause that asks for a report by a day.

    Parameters
    ----------
    terms
        The clause; ``window_to`` is the last day for the report.
    lodged
        Reports on record: text of the day, its earliest and latest reading.
    day
        The day, judged at its end.
    """
    on_time = [text for text, _, latest in lodged if latest <= min(day, terms.window_to)]
    late = [text for text, earliest, _ in lodged if earliest > terms.window_to]
    rough = [
        text for text, earliest, latest in lodged if earliest <= min(day, terms.window_to) < latest
    ]
    verdict: Answer
    if on_time:
        verdict = "met"
    elif rough:
        verdict = "undecided"
    elif day < terms.window_to:
        verdict = "open"
    else:
        verdict = "breached" if late or terms.facts_held else "undecided"
    short = 0 if verdict == "met" else 1
    texts = on_time or rough or late
    return Judgement(
        verdict,
        sentences.report(terms, verdict),
        sentences.report_because(verdict, texts),
        short,
        0 if verdict == "undecided" else short,
    )
