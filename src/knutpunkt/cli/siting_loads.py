"""What the commands that solve questions from files say of capacities and loads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from knutpunkt.cli.printing import print_table

#: Shares of a place as small as this are not shown.
SMALLEST_SHARE = 1e-6


def answered_within_loads(loads: Any, limits: Mapping[str, Any]) -> Any:
    """Solve a question with capacities, compiled loops ready."""
    from knutpunkt.engines.location.capacity import solve_capacitated
    from knutpunkt.engines.location.capacity.ready import loads_ready

    loads_ready()
    return solve_capacitated(loads, **limits)


def loads_told(asked: Any, answer: Any) -> dict[str, Any]:
    """Who goes where and what each site carries; nothing of it without capacities."""
    if asked.loads is None:
        return {"unserved": _left_out(asked, answer)} if asked.question.ceiling is not None else {}
    said: dict[str, Any] = {"reason": answer.reason}
    if answer.allotment is None:
        return said
    found = answer.allotment
    return said | {
        "assumption": "one site each" if asked.loads.single else "shares",
        "loads": {asked.sites[site]: float(found.loads[site]) for site in answer.sites},
        "capacities": {
            asked.sites[site]: float(asked.loads.capacity[site]) for site in answer.sites
        },
        "unserved": {
            asked.demand[client]: float(left)
            for client, left in enumerate(found.unserved) if left > 0
        },
        "shares": {
            asked.demand[client]: {
                asked.sites[site]: float(row[site])
                for site in answer.sites if row[site] > SMALLEST_SHARE
            }
            for client, row in enumerate(found.shares)
        },
        "past_a_nearer": _past_a_nearer(asked, answer),
    }  # fmt: skip


def _left_out(asked: Any, answer: Any) -> dict[str, float]:
    return {
        asked.demand[client]: float(asked.question.weight[client])
        for client, site in enumerate(answer.assignment.tolist()) if site < 0
    }  # fmt: skip


def _past_a_nearer(asked: Any, answer: Any) -> float:
    """Persons whom the plan sends past an open site that is nearer to them."""
    table = asked.costs.of(answer.sites)
    nearer = table > table.min(axis=1)[:, None]
    sent = (answer.allotment.shares[:, answer.sites] * nearer).sum(axis=1)
    return float(asked.question.weight @ sent)


def print_loads(found: Mapping[str, Any], rows: Sequence[tuple[str, str]]) -> None:
    """Print the sites with their loads, and who travels further than to the nearest."""
    print_table(
        ("site", "", "load", "capacity"),
        [(*row, found["loads"].get(row[0]), found["capacities"].get(row[0])) for row in rows],
    )
    for key, left in found["unserved"].items():
        print(f"{left:g} persons of {key} are left unserved.")
    print(
        f"People go where the plan sends them: {found['past_a_nearer']:g} persons past an open "
        "site that is nearer."
    )
