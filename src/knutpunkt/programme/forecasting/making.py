"""From a simulation to the forecast that people read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from knutpunkt.engines.schedule.progress import Watch
from knutpunkt.engines.schedule.simulation import Simulation
from knutpunkt.programme.forecasting.answers import Forecast, Note, SlotForecast
from knutpunkt.programme.forecasting.case import RUNS, SEED, Case, prepare, simulated
from knutpunkt.programme.forecasting.changes import Change, changed
from knutpunkt.programme.forecasting.clauses import COUNTED, judge
from knutpunkt.programme.forecasting.curves import curve_of, day_of
from knutpunkt.programme.forecasting.fan import fan_of
from knutpunkt.programme.forecasting.parameters import parameters_of
from knutpunkt.programme.forecasting.problem import end_of
from knutpunkt.programme.forecasting.record import stored_before
from knutpunkt.programme.forecasting.rows import Material, SlotRow
from knutpunkt.programme.forecasting.sentences import silence_sentence, template_sentence

#: Share of runs from which on a contradiction is told.
OFTEN = 0.5
SHARES = (0.1, 0.5, 0.8, 0.9)


def forecast(
    mandate: str = "",
    *,
    programme: str = "",
    as_of: date,
    known_on: date | None = None,
    runs: int = RUNS,
    seed: int = SEED,
    overlays: tuple[Change, ...] = (),
    watch: Watch | None = None,
) -> Forecast:
    """Forecast when the offices of a commission or programme open, and how likely each clause is.

    Parameters
    ----------
    mandate, programme
        Key of a commission or of an opened programme; exactly one of them.
    as_of
        Day of the forecast, at its end.
    known_on
        What was published by then is known (``as_of``, when none is given).
    runs, seed
        Of the joint simulation.
    overlays
        Changes to try out.
    watch
        Called with runs done and runs in all; True stops the simulation.

    Raises
    ------
    KnutpunktError
        One class per thing to put right: see :mod:`knutpunkt.programme.forecasting.errors`.
    """
    case = prepare(mandate, programme=programme, as_of=as_of, known_on=known_on)
    for change in overlays:
        case = changed(case, change)
    return forecast_of(case, simulated(case, runs=runs, seed=seed, watch=watch))


def forecast_of(case: Case, simulation: Simulation) -> Forecast:
    """Read a simulated case: quantiles, clauses, fan, parameters and what limits them."""
    material = case.material
    judged = judge(material.clauses, material.slots, simulation)
    before = _before(material)
    return Forecast(
        mandate=material.mandate,
        programme=material.programme,
        title_sv=material.title_sv,
        title_en=material.title_en,
        as_of=material.as_of,
        known_on=material.known_on,
        seed=simulation.seed,
        runs=simulation.runs,
        engine=simulation.engine,
        inputs_hash=case.fingerprint(),
        slots=tuple(_slot(slot, simulation, material, before) for slot in material.slots),
        clauses=judged.clauses,
        all_clauses=judged.together,
        fan=fan_of(material, simulation),
        parameters=parameters_of(
            material, case.experience.estimate, case.experience.prior, case.causes
        ),
        notes=notes_of(case, simulation),
        record=case.record.shown(),
        curves={
            slot.key: curve_of(simulation, slot.project)
            for slot in material.slots
            if slot.gone_on is None
        },
    )


def _slot(
    slot: SlotRow, simulation: Simulation, material: Material, before: Mapping[str, Any]
) -> SlotForecast:
    gone = slot.gone_on is not None
    moments = (math.inf,) * 4 if gone else simulation.quantiles(slot.project, SHARES)
    p10, p50, p80, p90 = (day_of(moment, as_of=material.as_of) for moment in moments)
    never = 1.0 if gone else round(1 - simulation.chance(slot.project, by=_LAST), 6)
    earlier = before.get(slot.key)
    return SlotForecast(
        key=slot.key,
        name=slot.name,
        municipality_code=slot.municipality_code,
        municipality=slot.municipality,
        wave=slot.wave,
        clause=slot.clause,
        state=slot.state,
        opened_on=slot.opened.text if slot.opened and slot.state != "under way" else "",
        deadline=slot.deadline,
        p10=p10,
        p50=p50,
        p80=p80,
        p90=p90,
        never=never,
        on_time=0.0 if gone else simulation.chance(slot.project, by=end_of(slot.deadline)),
        trend_days=(p50 - earlier).days if p50 and earlier else None,
    )


#: Finite moments all lie before it.
_LAST = 1e12


def _before(material: Material) -> dict[str, date]:
    """P50 of every slot in the stored forecast before this one: one query."""
    earlier = stored_before(material).order_by("-as_of", "-pk")
    found = earlier.values_list("result", flat=True).first()
    slots = found["slots"] if found else []
    return {slot["key"]: date.fromisoformat(slot["p50"]) for slot in slots if slot["p50"]}


def notes_of(case: Case, simulation: Simulation) -> tuple[Note, ...]:
    """Everything that limits what the forecast can say."""
    material = case.material
    said = [template_sentence(*_titles(material), material.as_of)]
    silent = [
        slot.shut_until
        for slot in material.slots
        if slot.shut_until is not None and slot.shut_until < material.as_of
    ]
    if silent:
        said.append(silence_sentence(min(silent), material.as_of, len(silent)))
    if material.known_on > material.as_of:
        said.append(_hindsight(material))
    said += _left_out(material)
    said += _contradicted(simulation)
    return tuple(Note(*sentence) for sentence in said)


def _titles(material: Material) -> tuple[str, str]:
    work = material.slots[0].work
    return work.title_sv, work.title_en


def _hindsight(material: Material) -> tuple[str, str]:
    return (
        (
            f"Prognosen för {material.as_of} använder uppgifter publicerade till "
            f"{material.known_on}: den kunde inte ha gjorts den dagen."
        ),
        (
            f"The forecast for {material.as_of} uses what was published by {material.known_on}: "
            "it could not have been made on that day."
        ),
    )


def _left_out(material: Material) -> list[tuple[str, str]]:
    """Name the clauses that the joint probability does not hold."""
    keys = [row.key for row in material.clauses if row.type not in COUNTED or not row.facts_held]
    if not keys:
        return []
    names = ", ".join(keys)
    return [
        (
            f"Sannolikheten för alla villkor gäller dem som kan räknas; utanför står {names}.",
            f"The probability of all clauses is of those that can be counted; left out: {names}.",
        )
    ]


def _contradicted(simulation: Simulation) -> list[tuple[str, str]]:
    """Say where the times cannot be right: the office should have opened long ago."""
    odd = [key.partition(":")[2] for key, share in simulation.contradicted.items() if share > OFTEN]
    if not odd:
        return []
    names = ", ".join(odd)
    return [
        (
            f"Mallens tider räcker inte till för att förklara att dessa ännu är stängda: {names}.",
            f"The times of the template cannot explain why these are still shut: {names}.",
        )
    ]
