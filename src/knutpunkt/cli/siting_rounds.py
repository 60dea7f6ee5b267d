"""The command that plans openings or closings in rounds."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from knutpunkt.cli.printing import print_json, print_table


def solve_rounds(chosen: Namespace) -> int:
    """Print what opens or closes in which round, how sure that is, and what the order costs."""
    from knutpunkt.cli.bench_location import prepare_kernels
    from knutpunkt.cli.siting_files import certified, request_of
    from knutpunkt.cli.siting_roads import travel_of
    from knutpunkt.engines.location.certificate import certificate_write
    from knutpunkt.engines.location.rounds import rollout
    from knutpunkt.engines.location.rounds.files import Files, rollout_of

    rules = Path(chosen.rules) if chosen.rules else None
    asked = rollout_of(
        Files(Path(chosen.demand), Path(chosen.sites), travel_of(chosen), rules), chosen.rounds,
        request_of(chosen),
    )  # fmt: skip
    prepare_kernels()
    found = rollout(
        asked.question, asked.rounds, time_limit=chosen.time_limit,
        work_limit=chosen.work_limit, seed=chosen.seed,
    )  # fmt: skip
    told = _told(asked, found)
    told["certificate"] = certified(
        chosen.certificate if found.answer.proof is not None else None,
        lambda file: certificate_write(file, found.whole, found.answer),
    )
    if chosen.json:
        print_json(told)
    else:
        _print(told)
    written = not chosen.certificate or told["certificate"] is not None
    return 0 if told["status"] in ("proved", "gap") and written else 1


def _told(asked: Any, found: Any) -> dict[str, Any]:
    answer, names = found.answer, asked.asked
    word = "closes" if asked.rounds[0].open > asked.rounds[-1].open else "opens"
    return {
        "status": answer.status, "objective": answer.objective, "bound": answer.bound,
        "gap": answer.gap, "seconds": answer.seconds, "seed": answer.seed,
        "work": answer.work, "replayable": answer.replayable, "nodes": answer.nodes,
        "engine": answer.engine, "inputs_hash": answer.inputs_hash,
        "conflicts": answer.conflicts,
        "unreached": [names.demand[client] for client in answer.unreached],
        "closed_by": answer.proof.closed_by if answer.proof else "",
        "rounds": [
            {
                "round": number, "weight": one.weight, "cost": cost,
                word: [names.sites[site] for site in changed],
                "open": [names.sites[site] for site in open_],
            }
            for number, (one, cost, changed, open_) in enumerate(
                zip(asked.rounds, found.costs, found.changes, found.open, strict=False), 1
            )
        ],
        "order": found.price,
        "kept": dict(names.kept), "excluded": dict(names.excluded),
    }  # fmt: skip


def _print(told: Mapping[str, Any]) -> None:
    if told["status"] in ("infeasible", "unknown"):
        print(
            "No plan is possible." if told["status"] == "infeasible"
            else "Stopped before any plan was found."
        )  # fmt: skip
        for rule in told["conflicts"]:
            print(f"These rules contradict each other: {rule}")
        for key in told["unreached"]:
            print(f"Nothing that may open serves {key}.")
        return
    sure = "proved: no plan is better" if told["status"] == "proved" else (
        f"not proved: none is below {told['bound']:.3f}, {told['gap']:.4%} less"
    )  # fmt: skip
    print(f"Objective {told['objective']:.3f}, {sure} ({told['seconds']:.2f} s).")
    word = "closes" if "closes" in told["rounds"][0] else "opens"
    print_table(
        ("round", word, "open", "cost", "weight"),
        [
            (one["round"], ", ".join(one[word]) or "–", len(one["open"]), round(one["cost"], 3),
             one["weight"])
            for one in told["rounds"]
        ],
    )  # fmt: skip
    _print_order(told["order"], told["objective"])


def _print_order(order: Any, objective: float) -> None:
    if order.greedy is not None:
        print(f"Best round by round instead: {order.greedy - objective:.3f} more.")
    if order.end_first is not None:
        print(f"Best last round first instead: {order.end_first - objective:.3f} more.")
    if order.end_alone is not None:
        print(f"The last round costs {order.end - order.end_alone:.3f} more than its best alone.")
