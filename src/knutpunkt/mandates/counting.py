"""The count of a day with what is under way and with the reasons for a range."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from knutpunkt.mandates.selectors import under_way
from knutpunkt.network.selectors import Count, OfficeOnDay, Register
from knutpunkt.network.selectors.counting import count_network

SHOWN = 8


def count_with_reasons(day: date, *, known_on: date | None = None) -> dict[str, Any]:
    """Count the open offices on a day and what is under way: ten queries.

    Returns
    -------
    dict
        ``count`` (null where dates are too rough), ``at_least``, ``at_most``, ``under_way``,
        ``because``: sentences in English that say what makes the number a range.
    """
    register = Register(known_on=known_on)
    network = register.on(day)
    counted = count_network(network)
    ordered = under_way(register, network)
    return {
        "on": day.isoformat(),
        "known_on": known_on.isoformat() if known_on else None,
        "count": counted.count,
        "at_least": counted.at_least,
        "at_most": counted.at_most,
        "under_way": ordered.count,
        "under_way_range": {"at_least": ordered.at_least, "at_most": ordered.at_most},
        "named": counted.named,
        "unnamed": counted.unnamed,
        "municipalities": counted.municipalities,
        "perhaps": [office.key for office in counted.perhaps],
        "doubtful": [office.key for office in counted.doubtful],
        "balance": _balance(counted),
        "because": reasons(counted),
    }


def reasons(counted: Count) -> list[str]:
    """Say in English what the number rests on and what makes it a range."""
    balance = counted.balance
    if balance is None:
        return [
            (
                "No opening balance is known for this day: only offices that a source names are "
                "counted, and nothing bounds the rest."
            )
        ]
    said = [
        (
            f"Counted from {balance.total} offices on {balance.on} ({len(balance.members)} named, "
            f"{balance.unnamed} not) and every dated opening and closing since."
        )
    ]
    planned = [o for o in counted.perhaps if o.state == "planned"]
    rough = [o for o in counted.perhaps if o.state != "planned"]
    if planned:
        said.append(f"{len(planned)} planned openings are not confirmed: {_names(planned)}.")
    if rough:
        said.append(f"{len(rough)} have days known only roughly: {_names(rough)}.")
    if counted.doubtful:
        said.append(
            f"Shown but not counted, as their claims are doubtful: {_names(counted.doubtful)}."
        )
    return said


def _balance(counted: Count) -> dict[str, Any] | None:
    balance = counted.balance
    if balance is None:
        return None
    return {
        "on": balance.on.isoformat(),
        "total": balance.total,
        "named": len(balance.members),
        "unnamed": balance.unnamed,
        "source": balance.source,
    }


def _names(offices: Sequence[OfficeOnDay]) -> str:
    names = [office.name for office in offices]
    if len(names) <= SHOWN:
        return ", ".join(names)
    return ", ".join(names[:SHOWN]) + f" and {len(names) - SHOWN} more"
