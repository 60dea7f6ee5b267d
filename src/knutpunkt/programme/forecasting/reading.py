"""From rows to the plain values a forecast is made from: of a programme, or of a commission."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

from knutpunkt.core.clock import NETWORK_ZONE
from knutpunkt.mandates.models import Mandate
from knutpunkt.mandates.selectors import MandateCheck, PlanView, check, mandate_get
from knutpunkt.programme.drafting import (
    CREWS,
    MandateNotYetKnown,
    MandateOrdersNothing,
    ProgrammeDraft,
    draft_of,
)
from knutpunkt.programme.forecasting.errors import (
    NothingToForecast,
    ProgrammeUnknown,
)
from knutpunkt.programme.forecasting.known import Knowledge, slots_as_known
from knutpunkt.programme.forecasting.rows import ClauseRow, Material, SlotRow
from knutpunkt.programme.forecasting.stored import programme_slots, risks_of
from knutpunkt.programme.models import Programme


def material_of(
    mandate: str = "", *, programme: str = "", as_of: date, known_on: date | None = None
) -> Material:
    """Read everything a forecast rests on, as it was known on a day.

    Parameters
    ----------
    mandate, programme
        Key of a commission or of an opened programme. Of a commission the latest programme that
        was on record on the day is taken, if any; with both, that programme of the commission.
    as_of
        Day of the forecast, at its end.
    known_on
        What was published by this day is known (``as_of``, when none is given).

    Raises
    ------
    NothingToForecast, MandateNotYetKnown, ProgrammeUnknown, NotFound
        When there is nothing to forecast, with what to do.
    """
    return material_from(Knowledge(as_of=as_of, known_on=known_on or as_of), mandate, programme)


def material_from(known: Knowledge, mandate: str, programme: str) -> Material:
    """Read the same from what is known already; see :func:`material_of`."""
    if not mandate and not programme:
        raise NothingToForecast
    found = _programme(mandate, programme, known.as_of)
    return _stored(found, known) if found is not None else drafted(mandate, known)


def _programme(mandate: str, key: str, as_of: date) -> Programme | None:
    rows = Programme.objects.select_related("mandate")
    if key:
        found = rows.filter(key=key).first()
        if found is None or (mandate and found.mandate and found.mandate.slug != mandate):
            keys = Programme.objects.order_by("key").values_list("key", flat=True)
            raise ProgrammeUnknown(programme=key, mandate=mandate, known=list(keys))
        return found
    begun = rows.filter(mandate__slug=mandate, starts_on__lte=as_of).order_by("-starts_on", "-pk")
    # A programme recorded later was drawn up with knowledge nobody had on the day.
    return next((row for row in begun if _recorded_on(row) <= as_of), None)


def _recorded_on(programme: Programme) -> date:
    return programme.opened_at.astimezone(NETWORK_ZONE).date()


def drafted(slug: str, known: Knowledge, *, judged: bool = True) -> Material:
    """Read a commission nobody has opened a programme for: slots of its draft, newest template.

    Without ``judged`` its clauses and plans are left out.
    """
    mandate = mandate_get(slug)
    _require_known(mandate, known.known_on)
    draft = draft_of(slug, known_on=known.known_on)
    clauses: tuple[ClauseRow, ...] = ()
    phases: tuple[PlanView, ...] = ()
    if judged:
        clauses, phases = _judged(mandate, known)
    return Material(
        mandate=slug,
        programme="",
        title_sv=draft.title_sv,
        title_en=draft.title_en,
        as_of=known.as_of,
        known_on=known.known_on,
        slots=slots_as_known(_drafted_slots(draft, known), known.of(slug), as_of=known.as_of),
        clauses=clauses,
        phases=phases,
        crews=dict(CREWS),
    )


def _drafted_slots(draft: ProgrammeDraft, known: Knowledge) -> list[SlotRow]:
    waves = {wave.number: wave for wave in draft.waves}
    return [
        SlotRow(
            mandate=draft.mandate,
            key=slot.key,
            name=slot.name,
            municipality_code=slot.municipality_code,
            municipality=slot.municipality,
            clause=slot.clause_key,
            wave=slot.wave,
            reference_class=slot.reference_class,
            starts_on=waves[slot.wave].starts_on,
            deadline=waves[slot.wave].window_to,
            work=known.work_of_opening,
        )
        for slot in draft.slots
    ]


def _stored(programme: Programme, known: Knowledge) -> Material:
    """Read an opened programme: its own actuals, and the register for what it opened."""
    mandate = programme.mandate
    slug = mandate.slug if mandate else ""
    slots = programme_slots(programme, mandate=slug, known=known)
    clauses: tuple[ClauseRow, ...] = ()
    phases: tuple[PlanView, ...] = ()
    if mandate is not None:
        _require_known(mandate, known.known_on)
        clauses, phases = _judged(mandate, known)
    return Material(
        mandate=slug,
        programme=programme.key,
        title_sv=programme.title_sv,
        title_en=programme.title_en,
        as_of=known.as_of,
        known_on=known.known_on,
        slots=slots_as_known(
            slots, known.of(slug) if slug else [], as_of=known.as_of, last_sign=known.as_of
        ),
        clauses=clauses,
        phases=phases,
        crews={str(crew): int(size) for crew, size in programme.crews.items()},
        risks=risks_of(programme, as_of=known.as_of),
    )


def mandates_under_way(
    known: Knowledge, *, besides: str = "", judged: bool = True
) -> list[Material]:
    """Read all commissions that order offices and were published by the day.

    ``besides`` is left out.
    """
    rows = Mandate.objects.filter(
        known_from__lte=known.known_on,
        clauses__type__in=("named", "quota", "at_least"),
        clauses__facts_held=True,
    )
    others = rows.exclude(slug=besides).distinct().order_by("decided_earliest", "slug")
    found = []
    for mandate in others:
        with suppress(MandateOrdersNothing):
            found.append(drafted(mandate.slug, known, judged=judged))
    return found


def _require_known(mandate: Mandate, known_on: date) -> None:
    if mandate.known_from > known_on:
        raise MandateNotYetKnown(
            mandate=mandate.slug, known_on=known_on, known_from=mandate.known_from
        )


def _judged(
    mandate: Mandate, known: Knowledge
) -> tuple[tuple[ClauseRow, ...], tuple[PlanView, ...]]:
    """Clauses with their verdict on the day, and the plan adopted last by then."""
    checked = check(mandate.slug, on=known.as_of, known_on=known.known_on)
    return _clauses(mandate, checked), _phases(mandate, checked, known.known_on)


def _clauses(mandate: Mandate, checked: MandateCheck) -> tuple[ClauseRow, ...]:
    held: dict[str, bool] = dict(mandate.clauses.values_list("key", "facts_held"))
    return tuple(
        ClauseRow(
            key=verdict.key,
            type=verdict.type,
            at_least=len(verdict.members) if verdict.at_least is None else verdict.at_least,
            at_most=verdict.at_most,
            window_from=verdict.window_from,
            window_to=verdict.window_to,
            members=verdict.members,
            facts_held=held[verdict.key],
            verdict=verdict.verdict,
            because_sv=verdict.because_sv,
            because_en=verdict.because_en,
            counted=verdict.counted,
        )
        for verdict in checked.clauses
    )


def _phases(mandate: Mandate, checked: MandateCheck, known_on: date) -> tuple[PlanView, ...]:
    """Phases of the plan adopted last among those known on the day."""
    known = set(mandate.plans.filter(known_from__lte=known_on).values_list("plan", "phase"))
    plans = [plan for plan in checked.plans if (plan.plan, plan.phase) in known]
    newest = max((plan.adopted_on for plan in plans), default="")
    return tuple(plan for plan in plans if plan.adopted_on == newest)
