"""What a verdict says, in Swedish and in English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knutpunkt.mandates.verdicts import Answer, Opening, Terms

Both = tuple[str, str]
"""A text in Swedish and in English."""

NOTHING: Both = ("", "")

SHOWN = 6

ANYWHERE = "*"
"""Stands for "any of the members", where a clause does not ask for each."""


def count(terms: Terms, verdict: Answer, sure: int, perhaps: int) -> Both:
    """Say how many openings count of how many asked for."""
    wanted_sv, wanted_en = _wanted(terms)
    more_sv = f" (och kanske {perhaps} till)" if perhaps else ""
    more_en = f" (and perhaps {perhaps} more)" if perhaps else ""
    return (
        f"{_WORD[verdict][0]}: {sure}{more_sv} av {wanted_sv} till {terms.window_to}.",
        f"{_WORD[verdict][1]}: {sure}{more_en} of {wanted_en} by {terms.window_to}.",
    )


def members(terms: Terms, verdict: Answer, sure: int, perhaps: int, *, near: bool) -> Both:
    """Say in how many of the members the clause is kept."""
    more_sv = f" (och kanske {perhaps} till)" if perhaps else ""
    more_en = f" (and perhaps {perhaps} more)" if perhaps else ""
    where_sv = " med ett kontor i eller intill ett utsatt område" if near else " har fått kontor"
    own_en = " has its office" if terms.at_least == 1 else " have their office"
    where_en = " with an office in or next to an area" if near else own_en
    if terms.members and terms.members[0][0].startswith(ANYWHERE):
        return (
            (
                f"{_WORD[verdict][0]}: {sure}{more_sv} av minst {terms.at_least} kontor i eller "
                f"intill ett utsatt område till {terms.window_to}."
            ),
            (
                f"{_WORD[verdict][1]}: {sure}{more_en} of at least {terms.at_least} in or next to "
                f"a vulnerable area by {terms.window_to}."
            ),
        )
    whole_sv = f"{terms.at_least} kommuner" if terms.at_least != 1 else "1 kommun"
    whole_en = f"{terms.at_least} municipalities" if terms.at_least != 1 else "1 municipality"
    return (
        f"{_WORD[verdict][0]}: {sure}{more_sv} av {whole_sv}{where_sv} till {terms.window_to}.",
        f"{_WORD[verdict][1]}: {sure}{more_en} of {whole_en}{where_en} by {terms.window_to}.",
    )


def report(terms: Terms, verdict: Answer) -> Both:
    """Say whether a report that was due is in."""
    return (
        f"{_WORD[verdict][0]}: rapport senast {terms.window_to}.",
        f"{_WORD[verdict][1]}: report due by {terms.window_to}.",
    )


def count_because(
    terms: Terms,
    verdict: Answer,
    sure: Sequence[Opening],
    perhaps: Sequence[Opening],
    late: Sequence[Opening],
    day: date,
) -> Both:
    """Name the openings that decide, or keep it from being decided."""
    if verdict == "impossible":
        return (
            f"Högst {terms.cap} öppningar kan räknas, {terms.at_least} krävs.",
            f"At most {terms.cap} openings can count, {terms.at_least} are asked for.",
        )
    if verdict == "undecided":
        return _no_facts() if not perhaps and not terms.facts_held else _rough(perhaps)
    if verdict == "breached":
        return _breached(terms, sure, late)
    if verdict == "open" and terms.window_from is not None and day < terms.window_from:
        return (
            f"Tiden börjar först {terms.window_from}.",
            f"The window does not begin until {terms.window_from}.",
        )
    return NOTHING


def members_because(
    terms: Terms,
    verdict: Answer,
    answers: Mapping[str, str],
    openings: Sequence[Opening],
    day: date,
    *,
    near: bool,
) -> Both:
    """Name the members that lack an office, or for which it cannot be decided."""
    names = dict(terms.members)
    lacking = [names[code] for code, answer in answers.items() if answer == "no" and names[code]]
    unsure = [o for o in openings if answers.get(o.municipality_code or "") == "perhaps"]
    match verdict:
        case "undecided":
            because = _undecided_members(unsure, near=near)
        case "breached":
            because = _members_lacking_in_time(terms, lacking, openings)
        case "open":
            because = _members_remaining(terms, lacking, day)
        case "impossible":
            because = (
                f"Bara {len(terms.members)} kommuner anges, {terms.at_least} krävs.",
                f"Only {len(terms.members)} municipalities are given, {terms.at_least} are needed.",
            )
        case _:
            because = NOTHING
    return because


def _members_lacking_in_time(
    terms: Terms, lacking: Sequence[str], openings: Sequence[Opening]
) -> Both:
    late = _late([o for o in openings if o.opened.window[0] > terms.window_to])
    if not lacking:
        return late[0].strip(), late[1].strip()
    return (
        f"Saknas i tid: {_listed(lacking)}.{late[0]}",
        f"Not in time: {_listed(lacking)}.{late[1]}",
    )


def _members_remaining(terms: Terms, lacking: Sequence[str], day: date) -> Both:
    if terms.window_from is not None and day < terms.window_from:
        return (
            f"Tiden börjar först {terms.window_from}.",
            f"The window does not begin until {terms.window_from}.",
        )
    if not lacking:
        return NOTHING
    return f"Återstår: {_listed(lacking)}.", f"Remaining: {_listed(lacking)}."


def report_because(verdict: Answer, texts: Sequence[str]) -> Both:
    """Say which report decides, or that none is on record."""
    if verdict == "met":
        return (f"Lämnad {texts[0]}.", f"Lodged {texts[0]}.")
    if texts:
        return (f"Lämnad {texts[0]}.", f"Lodged {texts[0]}.")
    if verdict == "undecided":
        return (
            "Ingen källa som registret har säger när rapporten lämnades.",
            "No source in the register says when the report was lodged.",
        )
    if verdict == "breached":
        return ("Ingen rapport finns på posten.", "No report is on record.")
    return NOTHING


def slack(parts: Sequence[tuple[int, Both]], total: int) -> Both:
    """Say what is left of the total when the minima of the parts are kept."""
    committed = sum(number for number, _ in parts)
    left = total - committed
    sum_sv = " + ".join(f"{number} {words[0]}" for number, words in parts)
    sum_en = " + ".join(f"{number} {words[1]}" for number, words in parts)
    rest_sv = "inget att välja fritt" if left == 0 else f"{left} att välja fritt"
    rest_en = "none to place freely" if left == 0 else f"{left} to place freely"
    if left < 0:
        rest_sv, rest_en = f"{-left} fler än totalen", f"{-left} more than the total"
    return (
        f"{sum_sv} = {committed} av minst {total}: {rest_sv}.",
        f"{sum_en} = {committed} of at least {total}: {rest_en}.",
    )


def _undecided_members(unsure: Sequence[Opening], *, near: bool) -> Both:
    if not unsure:
        return _no_facts()
    if near:
        reasons = list(dict.fromkeys(o.near_area_why for o in unsure if o.near_area == "perhaps"))
        if reasons:
            return (" ".join(sv for sv, _ in reasons[:3]), " ".join(en for _, en in reasons[:3]))
    return _rough(unsure)


def _wanted(terms: Terms) -> Both:
    if terms.at_most is None:
        return (f"minst {terms.at_least}", f"at least {terms.at_least}")
    return (f"{terms.at_least}–{terms.at_most}", f"{terms.at_least}–{terms.at_most}")


def _rough(openings: Sequence[Opening]) -> Both:
    planned = [o.name for o in openings if o.opened.awaited]
    rough = [f"{o.name} ({o.opened_on})" for o in openings if not o.opened.awaited]
    sv, en = [], []
    if planned:
        sv.append(f"planerat men obekräftat: {_listed(planned)}")
        en.append(f"planned but not confirmed: {_listed(planned)}")
    if rough:
        sv.append(f"dagen är bara ungefär känd: {_listed(rough)}")
        en.append(f"the day is known only roughly: {_listed(rough)}")
    return (_sentence("; ".join(sv)), _sentence("; ".join(en)))


def _breached(terms: Terms, sure: Sequence[Opening], late: Sequence[Opening]) -> Both:
    if terms.at_most is not None and len(sure) > terms.at_most:
        return (
            f"{len(sure)} har öppnat, högst {terms.at_most} får räknas.",
            f"{len(sure)} have opened, at most {terms.at_most} may count.",
        )
    tail = _late(late)
    return (
        f"Tiden gick ut {terms.window_to}.{tail[0]}",
        f"The time ran out on {terms.window_to}.{tail[1]}",
    )


def _late(late: Sequence[Opening]) -> Both:
    if not late:
        return NOTHING
    names = _listed([f"{o.name} ({o.opened_on})" for o in late])
    return (f" Öppnade för sent: {names}.", f" Opened too late: {names}.")


def _no_facts() -> Both:
    return (
        "Ingen källa som registret har säger om det skedde.",
        "No source in the register says whether it was done.",
    )


def _listed(names: Sequence[str]) -> str:
    if len(names) <= SHOWN:
        return ", ".join(names) or "–"
    return ", ".join(names[:SHOWN]) + f" … (+{len(names) - SHOWN})"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "." if text else ""


_WORD: Mapping[str, Both] = {
    "met": ("Uppfyllt", "Met"),
    "open": ("Pågår", "Open"),
    "breached": ("Brutet", "Breached"),
    "impossible": ("Omöjligt", "Impossible"),
    "undecided": ("Går inte att avgöra", "Undecided"),
}
