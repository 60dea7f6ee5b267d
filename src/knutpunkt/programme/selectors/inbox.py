"""The inbox of a manager: everything that waits for somebody, as sentences with a place to go."""

from __future__ import annotations

from datetime import date
from itertools import chain

from knutpunkt.programme.models import Programme
from knutpunkt.programme.selectors import overdue, running_out, trend
from knutpunkt.programme.selectors.items import ORDER, InboxItem

__all__ = ["InboxItem", "inbox"]


def inbox(on: date, *, programme: Programme | None = None) -> tuple[InboxItem, ...]:
    """Gather what waits on a day, the most pressing and then the longest waiting first.

    At most thirty queries, however many programmes and slots there are. Agreements that run out
    concern every office, so they stand in the inbox of every programme.

    Parameters
    ----------
    on
        The day, judged at its end.
    programme
        Only this one; all of them otherwise.
    """
    programmes = [programme] if programme else list(Programme.objects.order_by("pk"))
    items = chain(
        running_out.agreement_items(on),
        running_out.lease_items(programmes, on),
        running_out.offer_items(programmes, on),
        overdue.status_items(programmes, on),
        overdue.gate_items(programmes, on),
        overdue.reply_items(programmes, on),
        overdue.change_items(programmes, on),
        overdue.report_items(programmes, on),
        overdue.attribution_items(programmes, on),
        trend.moved_items(programmes, on),
    )
    return tuple(sorted(items, key=lambda item: (ORDER.index(item.severity), item.since)))
