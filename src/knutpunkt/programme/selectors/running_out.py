"""What runs out: agreements with authorities, leases, and offers of premises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from knutpunkt.engines.schedule.errors import ScheduleRefused
from knutpunkt.network.models import ServiceAgreement
from knutpunkt.programme.models import (
    Activity,
    ActivityKind,
    Lease,
    Premises,
    PremisesState,
    Programme,
    Project,
)
from knutpunkt.programme.planned import Planned, plan_of, with_parts
from knutpunkt.programme.selectors.exposure import notice_day, terms_of
from knutpunkt.programme.selectors.items import InboxItem, Severity, Target

RUNS_OUT_WITHIN = timedelta(days=180)
NOTICE_WITHIN = timedelta(days=60)


def agreement_items(on: date) -> Iterator[InboxItem]:
    """Service agreements that may run out within 180 days: one query."""
    rows = ServiceAgreement.objects.filter(
        valid_to_latest__gte=on, valid_to_earliest__lte=on + RUNS_OUT_WITHIN, known_from__lte=on
    )
    message = gettext_noop("The agreement “%(agreement)s” runs out on %(day)s.")
    for row in rows:
        values = {"agreement": (row.title_sv or row.key, row.title_en or row.key)}
        since = (row.valid_to_earliest or on) - RUNS_OUT_WITHIN
        yield InboxItem(
            "agreement-runs-out", message, {**values, "day": row.valid_to}, since,
            Target("agreement", row.key), "soon",
        )  # fmt: skip


def lease_items(programmes: Sequence[Programme], on: date) -> Iterator[InboxItem]:
    """Signed leases that run out, or whose first day of notice is near: one query."""
    own = Q(programme__in=programmes) | Q(premises__slot__programme__in=programmes)
    rows = Lease.objects.filter(own, signed_on__lte=on).select_related(
        "premises__slot__programme", "office", "programme"
    )
    for row in rows:
        ends = row.ends_on
        if ends is not None and on <= ends <= on + RUNS_OUT_WITHIN:
            yield _lease_ends(row, ends)
        last = notice_day(terms_of(row))
        if on <= last <= on + NOTICE_WITHIN and row.earliest_exit != ends:
            yield _notice_due(row, last)


def offer_items(programmes: Sequence[Programme], on: date) -> Iterator[InboxItem]:
    """Offers that have expired, or will before the plan has the permit: eight queries.

    An offer whose lease is signed no longer matters.
    """
    offers = list(_offers(programmes))
    if not offers:
        return
    slots = {offer.slot_id for offer in offers}
    projects = list(with_parts(_projects(slots)))
    try:
        planned = plan_of(projects, on=on)
    except ScheduleRefused as refused:
        yield _unplannable(offers[0].slot.programme, refused, on)
        return
    permits = {row.slot_id: _permit(row, planned) for row in projects}
    for offer in offers:
        item = _offer(offer, permits.get(offer.slot_id), on)
        if item is not None:
            yield item


def _lease_ends(row: Lease, ends: date) -> InboxItem:
    message = gettext_noop("The lease of “%(name)s” runs out on %(day)s.")
    values = {"name": _name(row), "day": ends}
    return _lease_item("lease-runs-out", message, values, ends - RUNS_OUT_WITHIN, row)


def _notice_due(row: Lease, last: date) -> InboxItem:
    message = gettext_noop(
        "Notice must be given by %(day)s to leave “%(name)s” on %(exit)s, the earliest day."
    )
    values = {"name": _name(row), "day": last, "exit": row.earliest_exit}
    return _lease_item("notice-due", message, values, last - NOTICE_WITHIN, row)


def _lease_item(
    kind: str, message: str, values: dict[str, object], since: date, row: Lease
) -> InboxItem:
    programme = row.premises.slot.programme if row.premises else row.programme
    key = programme.key if programme else ""
    return InboxItem(kind, message, values, since, Target("lease", str(row.pk)), "soon", key)


def _name(row: Lease) -> str:
    if row.premises is not None:
        return row.premises.slot.name
    return row.office.key if row.office else str(row)


def _offers(programmes: Sequence[Programme]) -> Iterable[Premises]:
    rows = Premises.objects.filter(
        slot__programme__in=programmes, slot__dropped_on=None, offer_until__isnull=False
    )
    rows = rows.exclude(state=PremisesState.REJECTED).exclude(leases__signed_on__isnull=False)
    return rows.select_related("slot__programme")


def _projects(slots: Iterable[int]) -> QuerySet[Project]:
    return Project.objects.filter(slot__in=list(slots), completed_on=None, stopped_on=None)


def _permit(project: Project, planned: Planned) -> date | None:
    """Day by which the plan has the permit; ``None`` when it is granted or none is needed."""
    waiting = [row for row in project.activities.all() if _awaited(row)]
    return max((planned.finishes[project.pk, row.key] for row in waiting), default=None)


def _awaited(row: Activity) -> bool:
    return row.kind == ActivityKind.PERMIT and row.finished_on is None


def _offer(offer: Premises, permit: date | None, on: date) -> InboxItem | None:
    until = offer.offer_until
    assert until is not None
    severity: Severity = "soon"
    if until < on:
        severity, since = "late", until + timedelta(days=1)
        message = gettext_noop(
            "The offer of premises for “%(slot)s” stood until %(day)s, and no lease is signed."
        )
    elif permit is not None and until < permit:
        since = on
        message = gettext_noop(
            "The offer of premises for “%(slot)s” stands until %(day)s; the plan has the permit "
            "on %(permit)s."
        )
    else:
        return None
    values = {"slot": offer.slot.name, "day": until, "permit": permit}
    target = Target("premises", str(offer.pk))
    key = offer.slot.programme.key
    return InboxItem("offer-expires", message, values, since, target, severity, key)


def _unplannable(programme: Programme, refused: ScheduleRefused, on: date) -> InboxItem:
    message = gettext_noop("The plan cannot be reckoned: %(why)s")
    values = {"why": str(refused)}
    target = Target("programme", programme.key)
    return InboxItem("plan-refused", message, values, on, target, "late", programme.key)
