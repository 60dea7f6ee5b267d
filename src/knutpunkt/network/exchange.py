"""Import of a network with the checks that reach across rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from knutpunkt.core import clock
from knutpunkt.core.exchange import Problem
from knutpunkt.core.exchange.rows import Written
from knutpunkt.errors import KnutpunktError
from knutpunkt.network import checks
from knutpunkt.network.closing import judge
from knutpunkt.network.models import BalanceMember, OpeningBalance, ServiceLevel
from knutpunkt.network.selectors.views import on_record

Rows = Mapping[str, Sequence[Written]]


def contradictions(rows: Rows) -> list[Problem]:
    """Find what cannot hold together, and name the last row that takes part in it."""
    return [
        *_histories(rows),
        *_closings(rows),
        *_levels(rows),
        *_agreements(rows),
        *_balances(rows),
    ]


def _closings(rows: Rows) -> list[Problem]:
    """Closings still ahead that break the closing rule: they are decisions, not history."""
    found = []
    today = clock.today()
    for row in rows.get("events", ()):
        event = row.instance
        ahead = event.earliest is not None and event.earliest >= today >= event.known_from
        if row.stored and not row.unchanged and event.kind == "closed" and ahead:
            finding, because = judge(on_record(event))
            if finding == "broken":
                found.append(Problem("events", row.number, "decided_by", because[1]))
    return found


def _histories(rows: Rows) -> list[Problem]:
    last_row = {row.instance.office_id: row.number for row in rows.get("events", ()) if row.stored}
    found = []
    for office, events in checks.standing_events(last_row).items():
        try:
            checks.refuse_impossible_history(events)
            checks.refuse_contradicting_balance(office, events)
        except KnutpunktError as error:
            found.append(Problem("events", last_row[office], "happened_on", str(error)))
    return found


def _levels(rows: Rows) -> list[Problem]:
    found = []
    for row in rows.get("service_levels", ()):
        try:
            if row.stored:
                checks.refuse_without_agreement(row.instance)
        except KnutpunktError as error:
            found.append(Problem("service_levels", row.number, "valid_from", str(error)))
    return found


def _agreements(rows: Rows) -> list[Problem]:
    """A changed agreement must still cover the services that rest on it."""
    numbers = {row.instance.pk: row.number for row in rows.get("agreements", ()) if row.stored}
    own = {row.instance.pk for row in rows.get("service_levels", ())}
    resting = ServiceLevel.objects.known_on(None).filter(task__agreement__in=list(numbers))
    found: dict[int, Problem] = {}
    for level in resting.exclude(pk__in=own).select_related("task__agreement"):
        try:
            checks.refuse_without_agreement(level)
        except KnutpunktError as error:
            agreement = level.task.agreement_id
            problem = Problem("agreements", numbers[agreement], "valid_to", str(error))
            found.setdefault(agreement, problem)
    return list(found.values())


def _balances(rows: Rows) -> list[Problem]:
    if not rows.get("balance_members") and not rows.get("balances"):
        return []
    found = []
    for balance in OpeningBalance.objects.known_on(None):
        members = BalanceMember.objects.known_on(None).filter(balance_on=balance.on).count()
        if members > balance.total:
            reason = f"{members} named offices in a balance of {balance.total} on {balance.on}"
            found.append(Problem("balance_members", None, "office", reason))
    return found
