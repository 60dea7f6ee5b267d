"""What the register knew on the day of a forecast: openings, rough days, and what had not opened.

A row that only says when an office was planned is never an opening. Its first day is the first on
which the office can have opened, so it bounds how long the office is known to have been shut; its
last day was written with later knowledge and is not read at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from knutpunkt.core.edtf import DAWN
from knutpunkt.core.text import fold
from knutpunkt.mandates.selectors.attributions import attributions
from knutpunkt.mandates.verdicts import Opening
from knutpunkt.network.selectors import NetworkOnDay, Register
from knutpunkt.programme.forecasting.rows import KnownOpening, PlanOfWork, SlotRow, State
from knutpunkt.programme.forecasting.works import plan_of_opening

DAY = timedelta(days=1)
#: From so long a silence on, an office that was due may have opened unseen.
PERHAPS_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Attributed:
    """An opening that counts for a clause; ``awaited`` ones are planned and not confirmed."""

    mandate: str
    clause: str
    municipality_code: str | None
    municipality: str
    name: str
    opening: KnownOpening
    awaited: bool


class Knowledge:
    """The register and its attributions as known on a day: read once, asked for any mandate."""

    def __init__(self, *, as_of: date, known_on: date) -> None:
        self.as_of, self.known_on = as_of, known_on
        self.register = Register(known_on=known_on)
        self.network: NetworkOnDay = self.register.on(as_of)
        self.attributed = tuple(
            Attributed(
                mandate=view.mandate,
                clause=view.clause,
                municipality_code=view.municipality_code,
                municipality=view.municipality,
                name=view.name,
                opening=_known(opening),
                awaited=opening.opened.awaited,
            )
            for view, opening in attributions(self.register, self.network)
        )

    @cached_property
    def work_of_opening(self) -> PlanOfWork:
        """What the newest template says opening an office takes."""
        return plan_of_opening()

    def of(self, mandate: str) -> list[Attributed]:
        """Openings attributed to a mandate, dated ones first."""
        own = [one for one in self.attributed if one.mandate == mandate]
        return sorted(own, key=lambda one: (one.awaited, one.opening.earliest))


def _known(opening: Opening) -> KnownOpening:
    moment = opening.opened
    return KnownOpening(moment.earliest, moment.latest, opening.opened_on, opening.office)


def slots_as_known(
    slots: Sequence[SlotRow],
    attributed: Iterable[Attributed],
    *,
    as_of: date,
    last_sign: date | None = None,
) -> tuple[SlotRow, ...]:
    """Give each slot what the register says about its office; unplaced openings get a slot.

    An opening belongs to the slot of its clause and municipality, else to a slot of its clause
    that nobody has placed yet. What the register only awaits says nothing about a project that
    reports itself. ``last_sign`` is the last day somebody is known to have followed the slots;
    without it, the last one the register shows.
    """
    found = list(slots)
    surplus = []
    for one in attributed:
        if any(_is_same(slot, one) for slot in slots):
            continue
        at = _place(found, one)
        if at is None:
            surplus.append(one)
        else:
            found[at] = _with(found[at], one, as_of)
    extra = [_surplus(found[0], one, as_of) for one in surplus if found and not one.awaited]
    last_sign = last_sign or _last_sign(found, as_of)
    return tuple(_silent(slot, last_sign, as_of) for slot in (*found, *extra))


def _last_sign(slots: Iterable[SlotRow], as_of: date) -> date:
    """Find the last day the register is known to have followed these slots."""
    signs = [slot.shut_until for slot in slots if slot.shut_until is not None]
    return max(signs, default=as_of)


def _place(slots: Sequence[SlotRow], one: Attributed) -> int | None:
    free = [
        at
        for at, slot in enumerate(slots)
        if slot.clause == one.clause and _is_free(slot) and not (one.awaited and slot.work.reported)
    ]
    same = [at for at in free if slots[at].municipality_code == one.municipality_code]
    named = [at for at in free if one.municipality_code is None and _is_named_in(slots[at], one)]
    unplaced = [at for at in free if slots[at].municipality_code is None]
    return next(iter((*same, *named, *unplaced)), None)


def _is_named_in(slot: SlotRow, one: Attributed) -> bool:
    """Whether an office without a known address carries the name of the slot's municipality."""
    place = fold(slot.municipality)
    return bool(place) and fold(one.name).startswith(place)


def _is_free(slot: SlotRow) -> bool:
    return slot.opened is None and slot.shut_until is None and slot.gone_on is None


def _is_same(slot: SlotRow, one: Attributed) -> bool:
    """Whether a project has reported this very opening itself."""
    if slot.opened is None:
        return False
    dated = (
        one.opening.earliest <= slot.opened.latest and slot.opened.earliest <= one.opening.latest
    )
    place = slot.municipality_code == one.municipality_code and slot.clause == one.clause
    return slot.opened.office == one.opening.office or (place and dated)


def _with(slot: SlotRow, one: Attributed, as_of: date) -> SlotRow:
    placed = slot
    if slot.municipality_code is None and one.municipality_code is not None:
        placed = replace(
            slot, municipality_code=one.municipality_code, municipality=one.municipality
        )
    if one.awaited:
        return replace(placed, shut_until=min(as_of, one.opening.earliest - DAY))
    state: State = "opened" if one.opening.latest <= as_of else "perhaps opened"
    if one.opening.earliest > as_of:
        state = "under way"
    return replace(placed, opened=one.opening, state=state)


def _surplus(like: SlotRow, one: Attributed, as_of: date) -> SlotRow:
    """Make a slot for an opening the plan did not foresee, so that no opening is lost."""
    bare = replace(
        like,
        key=one.opening.office,
        name=one.municipality or one.opening.office,
        municipality_code=one.municipality_code,
        municipality=one.municipality,
        clause=one.clause,
    )
    return _with(bare, one, as_of)


def _silent(slot: SlotRow, last_sign: date, as_of: date) -> SlotRow:
    """Read a short silence of the register as: not open by the day of the forecast.

    After a long one an office may have opened without anybody telling.
    """
    if slot.opened is not None or slot.gone_on is not None:
        return slot
    shut_until = slot.shut_until or last_sign
    if as_of - shut_until <= PERHAPS_AFTER:
        return replace(slot, shut_until=as_of)
    return replace(slot, shut_until=shut_until, state="perhaps opened")


def days_of(opening: KnownOpening, *, not_before: date) -> tuple[date, date]:
    """First and last day of an opening, bounded where the register leaves the beginning open."""
    earliest = not_before if opening.earliest == DAWN else opening.earliest
    return min(earliest, opening.latest), opening.latest
