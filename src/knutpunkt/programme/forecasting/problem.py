"""From plain rows to the programme the schedule engine simulates.

A moment is a day's ordinal; what opened on day d opened between d and d + 1, and a deadline of
day d is kept by what is complete at d + 1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import product
from typing import Final, cast

from knutpunkt.engines.schedule import model
from knutpunkt.engines.schedule.calendars import Calendar
from knutpunkt.programme.forecasting.known import days_of
from knutpunkt.programme.forecasting.rows import (
    GateRow,
    LinkRow,
    PlanOfWork,
    RiskRow,
    SlotRow,
    WorkRow,
)

CALENDAR: Final = "sweden"
#: Prefix of the milestone that stands for a gate still undecided after its work was finished.
GATE: Final = "gate-"


def end_of(day: date) -> float:
    """Moment at which a day ends."""
    return float(day.toordinal() + 1)


def start_of(day: date) -> float:
    """Moment at which a day begins."""
    return float(day.toordinal())


def data_date(slots: Iterable[SlotRow], as_of: date) -> float:
    """Moment up to which all is known: the end of the day, or of the last sign of the register.

    An office last known to be shut in June may have opened since; to forecast it from today on
    would deny that.
    """
    silent = [end_of(slot.shut_until) for slot in slots if slot.shut_until is not None]
    return min([end_of(as_of), *silent])


def programme_of(
    slots: Sequence[SlotRow],
    *,
    known_until: float,
    calendar: Calendar,
    causes: Mapping[str, float],
    classes: Sequence[model.ReferenceClass] = (),
    common_sd: float = 0.0,
    crews: Mapping[str, int] | None = None,
    risks: Sequence[RiskRow] = (),
) -> model.Programme:
    """Build the engine's programme.

    Parameters
    ----------
    slots
        Of one mandate or several; dropped and stopped ones are left out.
    known_until
        Moment up to which all is known, see :func:`data_date`.
    calendar
        Working days.
    causes
        Spread of each shared cause.
    classes, common_sd
        Reference classes; a slot of another class is not stretched.
    crews
        How many of each crew there are; work that asks for another crew does not wait.
    risks
        What may delay several slots together.

    Returns
    -------
    Programme
        One project per slot that may still count, under the key ``slot.project``.
    """
    alive = [slot for slot in slots if slot.gone_on is None]
    known = {one.key for one in classes}
    return model.Programme(
        projects=tuple(project_of(slot, known, causes, crews or {}) for slot in alive),
        data_date=known_until,
        calendars={CALENDAR: calendar},
        causes=tuple(model.Cause(key, sd) for key, sd in sorted(causes.items()) if sd > 0),
        classes=tuple(classes),
        common_sd=common_sd,
        crews=dict(crews or {}),
        risks=tuple(_risk(risk, alive) for risk in risks if _hits(risk, alive)),
    )


def project_of(
    slot: SlotRow,
    classes: Collection[str],
    causes: Mapping[str, float],
    crews: Mapping[str, int],
) -> model.Project:
    """Turn a slot into a project of the engine; what follows the opening is left out."""
    work = until_opening(slot.work)
    gates = _by_activity(work)
    waiting = _waiting_gates(work)
    activities = [_activity(row, gates.get(row.key, ()), causes, crews) for row in work.works]
    opened = days_of(slot.opened, not_before=slot.starts_on) if slot.opened else None
    return model.Project(
        key=slot.project,
        activities=(*activities, *(_milestone(gate) for gate in waiting)),
        links=_links(work, waiting),
        finish=work.finish,
        reference_class=slot.reference_class if slot.reference_class in classes else "",
        not_before=start_of(slot.starts_on),
        not_open_by=_not_open_by(slot),
        opened=(start_of(opened[0]), end_of(opened[1])) if opened else None,
    )


def _not_open_by(slot: SlotRow) -> float | None:
    """Only a project nobody reports on is told so; actual days say more than silence."""
    if slot.opened is not None or slot.shut_until is None or slot.work.reported:
        return None
    return end_of(slot.shut_until)


def until_opening(work: PlanOfWork) -> PlanOfWork:
    """Only the work the opening waits for: itself and all that comes before it."""
    before: dict[str, set[str]] = defaultdict(set)
    for link in work.links:
        before[link.after].add(link.before)
    for gate in work.gates:
        before[gate.activity].update(gate.also)
    wanted, ahead = {work.finish}, [work.finish]
    while ahead:
        found = before[ahead.pop()] - wanted
        wanted |= found
        ahead += found
    return PlanOfWork(
        title_sv=work.title_sv,
        title_en=work.title_en,
        source=work.source,
        works=tuple(row for row in work.works if row.key in wanted),
        links=tuple(link for link in work.links if {link.before, link.after} <= wanted),
        gates=tuple(gate for gate in work.gates if gate.activity in wanted),
    )


def _by_activity(work: PlanOfWork) -> dict[str, list[GateRow]]:
    """Gates that stand at the end of work not finished yet."""
    finished = {row.key for row in work.works if row.finished_on}
    found: dict[str, list[GateRow]] = defaultdict(list)
    for gate in work.gates:
        if gate.activity not in finished:
            found[gate.activity].append(gate)
    return found


def _waiting_gates(work: PlanOfWork) -> list[GateRow]:
    """Gates whose work is finished and that nobody has decided: the project stands before them."""
    finished = {row.key for row in work.works if row.finished_on}
    return [gate for gate in work.gates if gate.activity in finished and gate.passed_on is None]


def _activity(
    row: WorkRow,
    gates: Sequence[GateRow],
    causes: Mapping[str, float],
    crews: Mapping[str, int],
) -> model.Activity:
    return model.Activity(
        key=row.key,
        duration=model.Duration(row.low, row.mode, row.high, cast("model.Shape", row.shape)),
        calendar=CALENDAR,
        causes=tuple(cause for cause in row.causes if causes.get(cause, 0) > 0),
        crew=row.crew if row.crew in crews else "",
        gate=_gate(gates[0]) if gates else None,
        started=start_of(row.started_on) if row.started_on else None,
        finished=end_of(row.finished_on) if row.finished_on else None,
        not_before=start_of(row.not_before) if row.not_before else None,
        not_scaled=row.not_scaled,
    )


def _milestone(gate: GateRow) -> model.Activity:
    return model.Activity(key=GATE + gate.key, calendar=CALENDAR, gate=_gate(gate))


def _gate(gate: GateRow) -> model.Gate:
    return model.Gate(
        recycle=gate.recycle, delay=model.Duration(*gate.recycle_days), stop=gate.stop
    )


def _links(work: PlanOfWork, waiting: Sequence[GateRow]) -> tuple[model.Link, ...]:
    """Links of the work; what follows a gate also waits for all that the gate waits for."""
    found = {(link.before, link.after, link.type): _link(link) for link in work.links}
    stands = {gate.key for gate in waiting}
    for gate in work.gates:
        first = (GATE + gate.key,) if gate.key in stands else gate.also
        after = [ln.after for ln in work.links if (ln.before, ln.type) == (gate.activity, "FS")]
        for before, then in product(first, after):
            if before != then:
                found.setdefault((before, then, "FS"), model.Link(before, then))
    for gate in waiting:
        for before in (gate.activity, *gate.also):
            found[before, GATE + gate.key, "FS"] = model.Link(before, GATE + gate.key)
    return tuple(found.values())


def _link(link: LinkRow) -> model.Link:
    return model.Link(
        link.before,
        link.after,
        cast("model.LinkType", link.type),
        lag=link.lag_days,
        max_lag=link.max_lag_days,
        calendar=CALENDAR,
    )


def _hits(risk: RiskRow, slots: Sequence[SlotRow]) -> bool:
    return any(slot.key in risk.slots for slot in slots)


def _risk(risk: RiskRow, slots: Sequence[SlotRow]) -> model.Risk:
    """Risk on the projects it names, as far as they have the activity it delays."""
    hit = [
        slot.project
        for slot in slots
        if slot.key in risk.slots
        and (not risk.activity or any(row.key == risk.activity for row in slot.work.works))
    ]
    return model.Risk(
        key=risk.key,
        probability=risk.probability,
        impact=model.Duration(*risk.days),
        projects=tuple(hit),
        activity=risk.activity,
    )
