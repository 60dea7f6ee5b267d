"""Whether the places of a plan obey each clause, counted again from the places themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from knutpunkt.mandates.sentences import Both
from knutpunkt.planning.figures import both
from knutpunkt.planning.problem import (
    Candidate,
    Case,
    Term,
    asks_each,
    counted_codes,
    is_near,
    metres_allowed,
    total_term,
)

Status = Literal["satisfied", "not_spatial", "broken"]


@dataclass(frozen=True, slots=True)
class ClauseVerdict:
    """A clause, whether the plan obeys it, and the places that count for it."""

    key: str
    type: str
    status: Status
    sentence_sv: str
    sentence_en: str
    paraphrase_sv: str
    paraphrase_en: str
    sites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict and the candidates that count for it."""

    verdict: ClauseVerdict
    counted: tuple[Candidate, ...]


def verdicts(case: Case, chosen: Sequence[Candidate]) -> tuple[Judged, ...]:
    """Judge every clause by the chosen places; the solver and its arrays are not consulted."""
    return tuple(_verdict(case, term, chosen) for term in case.material.terms)


def _verdict(case: Case, term: Term, chosen: Sequence[Candidate]) -> Judged:
    status, said, counting = _judged(case, term, chosen)
    verdict = ClauseVerdict(
        key=term.key,
        type=term.type,
        status=status,
        sentence_sv=said[0],
        sentence_en=said[1],
        paraphrase_sv=term.paraphrase_sv,
        paraphrase_en=term.paraphrase_en,
        sites=tuple(place.place for place in counting),
    )
    return Judged(verdict, tuple(counting))


def _judged(
    case: Case, term: Term, chosen: Sequence[Candidate]
) -> tuple[Status, Both, Sequence[Candidate]]:
    if term.type == "at_least":
        return _total(case, term, chosen)
    if term.type == "report_due":
        return "not_spatial", REPORT, ()
    counting = [place for place in chosen if place.code in counted_codes(case.material, term)]
    if term.type == "adjacent_area":
        return _near_areas(case, term, counting)
    if term.type == "named":
        return _each(term, counting), _each_sentence(term), counting
    status = _within(term, len(counting))
    return status, _quota_sentence(term, len(counting)), counting


REPORT: Both = ("En rapport, ingen plats.", "A report, not a place.")
TIME: Both = (
    "Säger när, inte var: planen har inga öppningsdagar.",
    "Says when, not where: the plan has no opening days.",
)


def _total(
    case: Case, term: Term, chosen: Sequence[Candidate]
) -> tuple[Status, Both, Sequence[Candidate]]:
    if term != total_term(case.material.terms):
        return "not_spatial", TIME, ()
    said = (
        f"{len(chosen)} kontor öppnas; minst {term.at_least} begärs. Dagarna ingår inte i planen.",
        (
            f"{len(chosen)} offices open; at least {term.at_least} are asked for. "
            "The days are no part of the plan."
        ),
    )
    return _within(term, len(chosen)), said, chosen


def _within(term: Term, counted: int) -> Status:
    enough = counted >= (term.at_least or 0)
    return "satisfied" if enough and counted <= (term.at_most or counted) else "broken"


def _each(term: Term, counting: Sequence[Candidate]) -> Status:
    return "satisfied" if term.codes <= {place.code for place in counting} else "broken"


def _each_sentence(term: Term) -> Both:
    n = len(term.members)
    if n == 1:
        name = term.members[0][1]
        return f"{name} får minst ett kontor.", f"{name} gets at least one office."
    return (
        f"Var och en av de {n} kommunerna får minst ett kontor.",
        f"Each of the {n} municipalities gets at least one office.",
    )


def _quota_sentence(term: Term, counted: int) -> Both:
    least, most = term.at_least or 0, term.at_most
    wanted_sv = f"minst {least}" if most is None else f"{least} till {most}"
    wanted_en = f"at least {least}" if most is None else f"{least} to {most}"
    sv = f"{counted} kontor räknas här; {wanted_sv} begärs."
    en = f"{counted} {'office counts' if counted == 1 else 'offices count'} here; "
    en += f"{wanted_en} {'is' if most is None and least == 1 else 'are'} asked for."
    if term.on_top_of:
        sv += f" Kontoren i kommunerna i {term.on_top_of} räknas inte."
        en += f" Offices in the municipalities of {term.on_top_of} do not count."
    return sv, en


def _near_areas(
    case: Case, term: Term, counting: Sequence[Candidate]
) -> tuple[Status, Both, Sequence[Candidate]]:
    metres = metres_allowed(term, case.adjacent_metres)
    near = [place for place in counting if is_near(place, term, metres)]
    status = _each(term, near) if asks_each(term) else _within(term, len(near))
    return status, _near_sentence(term, len(near), metres), near


def _near_sentence(term: Term, counted: int, metres: float) -> Both:
    assert term.areas is not None
    distance_sv, distance_en = both(metres)
    edition = term.areas.edition.slug
    one = counted == 1
    sv = f"{counted} kontor ligger högst {distance_sv} m från ett område i {edition}"
    en = f"{counted} {'office lies' if one else 'offices lie'} within {distance_en} m of an area"
    en += f" of {edition}"
    if asks_each(term):
        sv, en = f"{sv}, minst ett i varje kommun", f"{en}, at least one in each municipality"
    sv, en = f"{sv}.", f"{en}."
    if term.distance_m is None:
        sv, en = f"{sv} Avståndet är ett antagande.", f"{en} The distance is an assumption."
    if term.areas.stands_in:
        meant = term.areas.meant.slug if term.areas.meant else None
        sv += f" Upplagan som gällde ({meant or 'okänd'}) finns inte här med områdenas läge."
        en += f" The edition then in force ({meant or 'unknown'}) is not held with positions."
    return sv, en
