"""From what a file says to what it would change: three sides, cell by cell.

``base`` is what stood there at the export, ``now`` what stands there, ``found`` what the file
says. A cell changes only where the file differs from its base; where the programme does too, two
people have changed the same cell, and a person must settle it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from knutpunkt.core import clock
from knutpunkt.mandates.sentences import Both
from knutpunkt.programme.exchange.diff import Change, ProgrammeDiff, Remark
from knutpunkt.programme.exchange.standing import (
    GATE_FIELDS,
    STATUS_FIELDS,
    WORK_FIELDS,
    Row,
    Standing,
)
from knutpunkt.programme.exchange.words import HEADINGS, LIGHTS

FIELDS: Mapping[str, tuple[str, ...]] = {
    "slot": STATUS_FIELDS,
    "work": WORK_FIELDS,
    "gate": GATE_FIELDS,
}
#: Nothing a programme reports happened before.
FIRST_DAY = date(1990, 1, 1)
LONGEST_NEXT_STEP = 300
LONGEST_NOTE = 5000


@dataclass(frozen=True, slots=True)
class Found:
    """What a file says in one row: texts by field, at the export and now, and where they stand.

    Fields it does not speak of are left alone. ``places`` names the cell of a field.
    """

    key: str
    place: str
    values: Mapping[str, str]
    base: Mapping[str, str]
    places: Mapping[str, str] = field(default_factory=dict)

    def where(self, name: str) -> str:
        """Name the place of a field."""
        return self.places.get(name, self.place)


def compare(
    standing: Standing,
    found: list[Found],
    *,
    origin: str,
    problems: tuple[Remark, ...] = (),
    notes: tuple[Remark, ...] = (),
) -> ProgrammeDiff:
    """Reckon what a file would change, and what is wrong with it.

    Parameters
    ----------
    standing
        What the programme says now.
    found
        What the file says, one entry per row of it whose key is known.
    origin
        What the file is: ``sheet`` or ``mspdi``.
    problems, notes
        What was found wrong or left aside while reading.
    """
    changes: list[Change] = []
    wrong = list(problems)
    for entry in found:
        row = standing.rows[entry.key]
        own, conflicts = _cells(standing, row, entry)
        if row.kind == "slot":
            own = _dated(row, own)
        wrong += conflicts
        if own and not conflicts:
            wrong += _rules(row, own, entry)
            changes += own
    return ProgrammeDiff(
        programme=standing.programme.key,
        origin=origin,
        changes=tuple(changes),
        problems=tuple(wrong),
        notes=notes,
        fingerprint=standing.fingerprint({change.row for change in changes}),
    )


def whole_name(standing: Standing, row: Row) -> Both:
    """Name a row so that it is understood alone: “Tingsryd: Lease”."""
    slot = standing.projects[row.project].slot.name
    if row.kind == "slot":
        return slot, slot
    return f"{slot}: {row.names[0]}", f"{slot}: {row.names[1]}"


def _cells(standing: Standing, row: Row, entry: Found) -> tuple[list[Change], list[Remark]]:
    changes, conflicts = [], []
    names = whole_name(standing, row)
    for name in FIELDS[row.kind]:
        now, file = row.values[name], entry.values.get(name)
        base = entry.base.get(name, now)
        if file is None or file in (now, base):
            continue
        if base != now:
            conflicts.append(_conflict(entry.where(name), name, now, file))
        elif row.kind == "gate":
            conflicts.append(_gate_by_decision(entry.where(name)))
        else:
            changes.append(Change(row.key, name, now, file, *names))
    return changes, conflicts


def _dated(row: Row, changes: list[Change]) -> list[Change]:
    """Date a changed status with the present day where the file gives no other."""
    if not changes or any(change.field == "as_of" for change in changes):
        return changes
    today = clock.today().isoformat()
    old = row.values["as_of"]
    first = changes[0]
    dated = Change(row.key, "as_of", old, today, first.name_sv, first.name_en)
    return changes if old == today else [dated, *changes]


def _rules(row: Row, changes: list[Change], entry: Found) -> Iterator[Remark]:
    values = {**row.values, **{change.field: change.new for change in changes}}
    touched = {change.field: change.new for change in changes}
    for name in ("started", "finished", "as_of"):
        if day := touched.get(name):
            yield from _possible(entry.where(name), name, date.fromisoformat(day))
    if row.kind == "work":
        yield from _order(values, entry)
    else:
        yield from _status(row, values, entry)


def _possible(place: str, name: str, day: date) -> Iterator[Remark]:
    sv, en = HEADINGS[name]
    if day > clock.today():
        yield Remark(
            place,
            f"“{sv}” {day} ligger i framtiden; här står vad som har hänt.",
            f"“{en}” {day} lies in the future; only what has happened stands here.",
        )
    if day < FIRST_DAY:
        yield Remark(
            place,
            f"“{sv}” {day} ligger före {FIRST_DAY}.",
            f"“{en}” {day} lies before {FIRST_DAY}.",
        )


def _order(values: Mapping[str, str], entry: Found) -> Iterator[Remark]:
    started, finished = values["started"], values["finished"]
    if finished and not started:
        yield Remark(
            entry.where("started"),
            f"Aktiviteten avslutades {finished} men har ingen startdag.",
            f"The activity finished on {finished} but has no day on which it started.",
        )
    elif finished and finished < started:
        yield Remark(
            entry.where("finished"),
            f"Aktiviteten avslutades {finished}, före sin start {started}.",
            f"The activity finished on {finished}, before it started on {started}.",
        )


def _status(row: Row, values: Mapping[str, str], entry: Found) -> Iterator[Remark]:
    if values["light"] not in LIGHTS:
        yield Remark(
            entry.where("light"),
            "Läget saknas: skriv grön, gul eller röd.",
            "The status is missing: write green, amber or red.",
        )
    if not values["as_of"] or values["as_of"] < row.values["as_of"]:
        yield Remark(
            entry.where("as_of"),
            f"Läget ska dateras, och inte före det som redan lämnats ({row.values['as_of']}).",
            f"The status needs a day, not before the one reported already ({row.values['as_of']}).",
        )
    for name, longest in (("note", LONGEST_NOTE), ("next_step", LONGEST_NEXT_STEP)):
        if len(values[name]) > longest:
            sv, en = HEADINGS[name]
            yield Remark(
                entry.where(name),
                f"“{sv}” har {len(values[name])} tecken; högst {longest} ryms.",
                f"“{en}” has {len(values[name])} characters; at most {longest} fit.",
            )


def _conflict(place: str, name: str, now: str, file: str) -> Remark:
    sv, en = HEADINGS[name]
    return Remark(
        place,
        f"“{sv}” har ändrats av någon annan sedan exporten: där står nu “{now}”, i filen “{file}”.",
        f"“{en}” was changed by somebody else since the export: “{now}” stands there now, “{file}” "
        "in the file.",
    )


def _gate_by_decision(place: str) -> Remark:
    return Remark(
        place,
        "En grind passeras genom ett beslut på sin sida, inte i en fil.",
        "A gate is passed by a decision on its page, not in a file.",
    )
