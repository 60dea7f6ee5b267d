"""The plan of a programme as a chart, and as the table that says the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.urls import reverse
from django.utils.translation import gettext as _

from knutpunkt.programme.drawing.gantt import NARROW, WIDE, Group, Row, Stop, gantt
from knutpunkt.programme.drawing.shapes import Drawing
from knutpunkt.programme.models import Baseline, Programme
from knutpunkt.programme.pages.portfolio import quantile_words
from knutpunkt.programme.pages.words import NOTHING, day, said
from knutpunkt.programme.selectors.timeline import GateDay, SlotTime, Timeline


@dataclass(frozen=True, slots=True)
class Cell:
    """Day of a gate; ``passed`` says that it is past, by a sign and a word."""

    gate: str
    day: str
    passed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: the same slot as in the chart."""

    key: str
    name: str
    href: str
    state: str
    starts: str
    begun: str
    cells: tuple[Cell, ...]
    adopted: str
    planned: str
    p50: str
    p80: str
    deadline: str
    done: str


@dataclass(frozen=True, slots=True)
class BaselineChoice:
    """A baseline one can compare with."""

    number: int
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class PlanPage:
    """A programme in time."""

    key: str
    title: str
    today: str
    forecast: str
    compared: str
    baselines: tuple[BaselineChoice, ...]
    charts: tuple[Drawing, ...]
    gates: tuple[str, ...]
    lines: tuple[Line, ...]


def plan_page(timeline: Timeline) -> PlanPage:
    """Write out a programme in time."""
    programme, compared = timeline.programme, timeline.compared
    return PlanPage(
        key=programme.key,
        title=said(programme, "title"),
        today=day(timeline.on),
        forecast=day(timeline.forecast_as_of) if timeline.forecast_as_of else "",
        compared=_called(compared) if compared else "",
        baselines=tuple(
            BaselineChoice(row.number, _called(row), compared is not None and row.pk == compared.pk)
            for row in timeline.baselines
        ),
        charts=charts_of(timeline) if timeline.slots else (),
        gates=_gate_names(timeline.slots),
        lines=tuple(_line(programme, slot) for slot in timeline.slots),
    )


def charts_of(timeline: Timeline) -> tuple[Drawing, ...]:
    """The chart in a wide and in a narrow frame."""
    groups = groups_of(timeline)
    label = _("Gantt chart of %(n)d slots. The table below says the same.") % {
        "n": len(timeline.slots)
    }
    return tuple(
        gantt(groups, today=timeline.on, label=label, today_word=_("Today"), frame=frame)
        for frame in (WIDE, NARROW)
    )


def groups_of(timeline: Timeline) -> list[Group]:
    """Rows of the chart by round."""
    by_round = groupby(timeline.slots, key=lambda one: one.slot.wave)
    return [
        Group(
            _("Round %(n)d, by %(day)s") % {"n": wave.number, "day": day(wave.window_to)},
            tuple(_row(slot) for slot in slots),
        )
        for wave, slots in by_round
    ]


def _row(time: SlotTime) -> Row:
    slot, chance = time.slot, time.chance
    live = time.done is None and not _gone(time)
    return Row(
        key=slot.key,
        name=slot.name,
        starts=min(filter(None, (time.begun, time.starts))),
        ends=time.planned,
        begun=time.begun,
        done=time.done or _gone(time),
        adopted=time.adopted,
        early=chance.p50 if chance and live else None,
        late=chance.p80 if chance and live else None,
        deadline=slot.wave.window_to,
        stops=tuple(
            Stop(gate.day, f"{slot.name}: {said(gate, 'name')}, {day(gate.day)}", gate.passed)
            for gate in time.gates
            if gate.day is not None
        ),
    )


def _gone(time: SlotTime) -> date | None:
    """Day on which the slot was given up."""
    return time.slot.dropped_on or (time.project.stopped_on if time.project else None)


def _line(programme: Programme, time: SlotTime) -> Line:
    slot = time.slot
    return Line(
        key=slot.key,
        name=slot.name,
        href=reverse("programme:project-plan", args=(programme.key, slot.key)),
        state=_("given up %(day)s") % {"day": day(_gone(time))} if _gone(time) else "",
        starts=day(time.starts),
        begun=day(time.begun),
        cells=tuple(Cell(said(gate, "name"), day(gate.day), gate.passed) for gate in time.gates),
        adopted=day(time.adopted),
        planned=day(time.planned),
        p50=quantile_words(time.chance, "p50"),
        p80=quantile_words(time.chance, "p80"),
        deadline=day(slot.wave.window_to),
        done=day(time.done) if time.done else NOTHING,
    )


def _gate_names(slots: Iterable[SlotTime]) -> tuple[str, ...]:
    """Names of the gates, where all slots have the same; else none, and cells name their own."""
    found = {tuple(_name(gate) for gate in slot.gates) for slot in slots if slot.gates}
    return found.pop() if len(found) == 1 else ()


def _name(gate: GateDay) -> str:
    return said(gate, "name")


def _called(baseline: Baseline) -> str:
    return _("%(n)d. %(name)s, adopted %(day)s") % {
        "n": baseline.number,
        "name": baseline.name,
        "day": day(baseline.adopted_on),
    }
