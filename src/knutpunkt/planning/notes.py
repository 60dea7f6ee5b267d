"""The sentences a plan owes its reader: what it leaves out and what it assumes."""

from __future__ import annotations

from knutpunkt.engines.travel import TravelSource
from knutpunkt.mandates.sentences import Both
from knutpunkt.planning.figures import both, plain
from knutpunkt.planning.plans import Note
from knutpunkt.planning.problem import Case, Existing, Material


def travel_sentence(source: TravelSource) -> Both:
    """How travel times were made."""
    english = f"{source}."
    if source.method != "straight_line":
        return english, english
    detour, speed = (plain(source.parameters[name])[0] for name in ("detour", "km_per_hour"))
    return f"Fågelvägen \N{MULTIPLICATION SIGN} {detour} i {speed} km/h.", english


def existing_sentence(existing: Existing) -> Both:
    """Which offices the plan adds to, and which of them it does not know."""
    sure = len(existing.offices) + len(existing.left_out)
    day, total = existing.on.isoformat(), sure + existing.unnamed
    sv = f"{total} kontor var öppna {day}. {len(existing.offices)} av dem är kända och ligger kvar."
    en = f"{total} offices were open on {day}. {len(existing.offices)} of them are known and stay."
    if existing.unnamed:
        sv += f" {existing.unnamed} som ingen källa namnger räknas som om de inte fanns."
        en += f" {existing.unnamed} that no source names are treated as absent."
    if existing.left_out:
        names = ", ".join(existing.left_out)
        sv, en = f"{sv} Utan känt läge: {names}.", f"{en} Without a known position: {names}."
    if existing.perhaps:
        names = ", ".join(existing.perhaps)
        sv += f" Kanske öppna och inte medräknade: {names}."
        en += f" Perhaps open and not counted: {names}."
    return sv, en


def notes_of(case: Case) -> tuple[Note, ...]:
    """Everything that limits what the plan can say."""
    said = [
        _unnamed(case.material.existing),
        _travel(),
        *_editions(case.material),
        *_on_top(case.material),
        _named(case.material),
        _candidates(case.material),
    ]
    return tuple(Note(*sentence) for sentence in said if sentence is not None)


def _unnamed(existing: Existing) -> Both | None:
    if not existing.unnamed:
        return None
    return (
        (
            f"De {existing.unnamed} kontor som ingen källa namnger saknas i planen. Den kan därför "
            "föreslå en plats där det redan fanns ett kontor, och restiderna före är för långa."
        ),
        (
            f"The {existing.unnamed} offices no source names are absent. The plan may therefore "
            "propose a place that had an office already, and the times before are too long."
        ),
    )


def _travel() -> Both:
    return (
        (
            "Restiden är ett räknat avstånd, ingen körd väg: sjöar, färjor och kollektivtrafik "
            "syns inte. Den gäller en väg till närmaste kontor."
        ),
        (
            "Travel time is computed from distance, not from roads: lakes, ferries and public "
            "transport do not show. It is one way to the nearest office."
        ),
    )


def _editions(material: Material) -> list[Both]:
    said: dict[str, Both] = {}
    for term in material.terms:
        if term.areas is None or not term.areas.stands_in:
            continue
        used = term.areas.edition.slug
        meant = term.areas.meant.slug if term.areas.meant else None
        said[used] = (
            (
                f"Områdena är de i {used}. Upplagan som gällde ({meant or 'okänd'}) finns inte här "
                "med områdenas läge. Ett område räknas som en cirkel av sin storlek."
            ),
            (
                f"The areas are those of {used}. The edition then in force ({meant or 'unknown'}) "
                "is not held with positions. An area counts as a circle of its size."
            ),
        )
    return list(said.values())


def _on_top(material: Material) -> list[Both]:
    return [
        (
            f"I {term.key} räknas inga kontor i kommunerna i {term.on_top_of}.",
            f"In {term.key} no office counts that lies in a municipality of {term.on_top_of}.",
        )
        for term in material.terms
        if term.type == "quota" and term.on_top_of
    ]


def _named(material: Material) -> Both | None:
    if not any(term.type == "named" for term in material.terms):
        return None
    return (
        "I en namngiven kommun får kontoret ligga i vilken ort som helst, inte bara centralorten.",
        "In a named municipality the office may stand in any locality, not only in the main town.",
    )


def _candidates(material: Material) -> Both:
    sv, en = both(len(material.candidates))
    return (
        (
            f"{sv} platser prövades: orter, och mittpunkterna av områdena. Lokaler, hyror och "
            "personal ingår inte; valet av plats förblir politiskt."
        ),
        (
            f"{en} places were tried: localities, and the middles of the areas. Premises, rents "
            "and staff are no part of it; the choice of a place remains political."
        ),
    )
