"""Money of a programme: amounts by year and item, what the budget gives, and leases."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.errors import KnutpunktError
from knutpunkt.network.models import Office
from knutpunkt.programme.log import log_write
from knutpunkt.programme.models import (
    Appropriation,
    CostLine,
    Lease,
    Premises,
    Programme,
    Project,
)
from knutpunkt.programme.writing import saved


class StrangerToProgramme(KnutpunktError):
    """Something of another programme was named."""

    code = "stranger-to-programme"
    hint = gettext_noop("Choose one of this programme, or go to the programme it belongs to.")
    status = 409

    def __init__(self, *, what: str, programme: str) -> None:
        said = _("“%(what)s” does not belong to programme “%(programme)s”.")
        super().__init__(said % {"what": what, "programme": programme})


class LeaseOfNothing(KnutpunktError):
    """A lease names neither premises nor an office."""

    code = "lease-of-nothing"
    hint = gettext_noop("Name the premises of a slot, or the office that stands in them.")

    def __init__(self) -> None:
        super().__init__(_("The lease says neither of which premises nor of which office it is."))


class LeaseDaysCross(KnutpunktError):
    """The days of a lease are not in order."""

    code = "lease-days-cross"
    hint = gettext_noop("A lease starts, then one may leave, then it runs out.")

    def __init__(self, *, starts_on: date, earliest_exit: date, ends_on: date | None) -> None:
        said = _("A lease that starts on %(start)s cannot be left first on %(exit)s.")
        if ends_on:
            said = _(
                "A lease that starts on %(start)s and runs out on %(end)s cannot be left first on "
                "%(exit)s."
            )
        super().__init__(said % {"start": starts_on, "exit": earliest_exit, "end": ends_on})


@transaction.atomic
def cost_record(
    *,
    programme: Programme,
    year: int,
    item: str,
    kind: str,
    amount: int,
    by: str,
    project: Project | None = None,
    note: str = "",
) -> CostLine:
    """Record an amount in SEK for a year and an appropriation item.

    Lines of one kind add up; a correction is a further line, negative where it takes away.

    Raises
    ------
    Invalid
        When a value is not allowed.
    StrangerToProgramme
        When the project belongs to another programme.
    """
    if project is not None and project.slot.programme_id != programme.pk:
        raise StrangerToProgramme(what=str(project), programme=programme.key)
    line = CostLine(
        programme=programme,
        project=project,
        year=year,
        item=item.strip(),
        kind=kind,
        amount=amount,
        note=note,
        recorded_by=by,
    )
    saved(line)
    told: dict[str, Any] = {
        "year": year,
        "item": line.item,
        "cost": kind,
        "amount": amount,
        "note": note,
    }
    log_write(programme, "cost-recorded", by=by, project=project, **told)
    return line


@transaction.atomic
def appropriation_set(
    *, programme: Programme, year: int, item: str, amount: int, by: str, source: str = ""
) -> Appropriation:
    """Say what the budget gives under an item in a year; the log keeps what was said before.

    Raises
    ------
    Invalid
        When a value is not allowed.
    """
    known = Appropriation.objects.select_for_update().filter(
        programme=programme, year=year, item=item.strip()
    )
    row = known.first() or Appropriation(programme=programme, year=year, item=item.strip())
    before = row.amount
    row.amount, row.source = amount, source
    saved(row)
    told: dict[str, Any] = {
        "year": year,
        "item": row.item,
        "amount": amount,
        "before": before,
        "source": source,
    }
    log_write(programme, "appropriation-set", by=by, **told)
    return row


@transaction.atomic
def lease_sign(
    *,
    programme: Programme,
    rent_per_month: int,
    starts_on: date,
    earliest_exit: date,
    by: str,
    premises: Premises | None = None,
    office: Office | None = None,
    ends_on: date | None = None,
    **terms: Any,
) -> Lease:
    """Record what a lease binds to and what leaving it early costs.

    Parameters
    ----------
    rent_per_month
        SEK.
    earliest_exit
        The last day that has to be paid for if one leaves as early as the lease allows.
    terms
        ``notice_months``, ``restoration_cost`` and ``reuse_value`` (SEK), ``dnr``, and
        ``signed_on``: without it the lease is only offered and binds nobody.

    Raises
    ------
    LeaseOfNothing, StrangerToProgramme, LeaseDaysCross, Invalid
        When the lease is of nothing, of another programme's premises, or its values are wrong.
    """
    if premises is None and office is None:
        raise LeaseOfNothing
    if premises is not None and premises.slot.programme_id != programme.pk:
        raise StrangerToProgramme(what=premises.name, programme=programme.key)
    if not starts_on <= earliest_exit <= (ends_on or earliest_exit):
        raise LeaseDaysCross(starts_on=starts_on, earliest_exit=earliest_exit, ends_on=ends_on)
    lease = Lease(
        programme=programme,
        premises=premises,
        office=office,
        rent_per_month=rent_per_month,
        starts_on=starts_on,
        earliest_exit=earliest_exit,
        ends_on=ends_on,
        recorded_by=by,
        **terms,
    )
    saved(lease)
    told: dict[str, Any] = {
        "lease": lease.pk,
        "starts_on": starts_on,
        "earliest_exit": earliest_exit,
    }
    log_write(programme, "lease-recorded", by=by, signed_on=lease.signed_on, **told)
    return lease
