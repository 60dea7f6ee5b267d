"""The commands that solve a location problem from files, and check a certificate."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from knutpunkt.cli.printing import print_json, print_table


def solve(chosen: Namespace) -> int:
    """Print the best sites, how sure that is, and write a certificate where asked."""
    from knutpunkt.cli.bench_location import prepare_kernels

    asked = asked_in(chosen)
    prepare_kernels()
    found = found_of(asked, chosen)
    if chosen.json:
        print_json(found)
    else:
        _print(found)
    return 0 if found["status"] in ("proved", "gap") else 1


def asked_in(chosen: Namespace) -> Any:
    """Read the question that the words of the command put."""
    from knutpunkt.engines.location.errors import NoCertificate
    from knutpunkt.engines.location.files import Request, asked_of

    if chosen.certificate and chosen.model == "p-center":
        raise NoCertificate(model=chosen.model)
    request = Request(
        chosen.open, chosen.close, chosen.model, chosen.radius, chosen.within,
        Path(chosen.decay) if chosen.decay else None,
    )  # fmt: skip
    rules = Path(chosen.rules) if chosen.rules else None
    return asked_of(Path(chosen.demand), Path(chosen.sites), chosen.costs, rules, request)


def found_of(asked: Any, chosen: Namespace) -> dict[str, Any]:
    """Answer the question, and write its certificate where asked."""
    from knutpunkt.engines.location.answering import answered
    from knutpunkt.engines.location.certificate import certificate_write
    from knutpunkt.engines.location.costs import LimitedCosts

    question = asked.question
    if chosen.model == "worst-share":
        return _worst(asked, chosen)
    if chosen.model in ("p-center", "center-median"):
        center = _center(asked, chosen)
        if chosen.model == "p-center" or center["status"] != "proved":
            return center
        question = replace(question, costs=LimitedCosts(asked.costs, center["objective"]))
    answer = answered(
        question, time_limit=chosen.time_limit, work_limit=chosen.work_limit,
        seed=chosen.seed,
    )  # fmt: skip
    if chosen.certificate and answer.proof is not None:
        certificate_write(Path(chosen.certificate), question, answer)
    return _told_whole(asked, answer) | {
        "closed_by": answer.proof.closed_by if answer.proof else "",
    }


def _worst(asked: Any, chosen: Namespace) -> dict[str, Any]:
    from knutpunkt.engines.location.worst import solve_worst
    from knutpunkt.engines.location.worst.certificate import worst_certificate_write
    from knutpunkt.engines.location.worst.errors import ShareMissing

    if chosen.share is None:
        raise ShareMissing
    found = solve_worst(
        asked.question, chosen.share, time_limit=chosen.time_limit,
        work_limit=chosen.work_limit, seed=chosen.seed,
    )  # fmt: skip
    if chosen.certificate and found.evidence:
        worst_certificate_write(Path(chosen.certificate), asked.question, found)
    return _told_whole(asked, found.answer) | {
        "share": found.share, "persons": found.persons, "threshold": found.threshold,
        "mean": found.mean,
    }  # fmt: skip


def _told_whole(asked: Any, answer: Any) -> dict[str, Any]:
    return _told(asked, answer) | {
        "work": answer.work, "replayable": answer.replayable, "nodes": answer.nodes,
        "conflicts": answer.conflicts, "engine": answer.engine,
        "inputs_hash": answer.inputs_hash,
        "unreached": [asked.demand[client] for client in answer.unreached],
        "assignment": {
            asked.demand[client]: asked.sites[site] if site >= 0 else None
            for client, site in enumerate(answer.assignment.tolist())
        },
    }  # fmt: skip


def _center(asked: Any, chosen: Namespace) -> dict[str, Any]:
    from knutpunkt.engines.location.center import solve_center

    question = asked.question
    answer = solve_center(
        asked.costs, question.at_most, weight=question.weight, forced=question.forced,
        excluded=question.excluded, time_limit=chosen.time_limit, seed=chosen.seed,
    )  # fmt: skip
    return _told(asked, answer)


def _told(asked: Any, answer: Any) -> dict[str, Any]:
    open_ = {int(site) for site in answer.sites}
    return {
        "status": answer.status, "objective": answer.objective, "bound": answer.bound,
        "gap": answer.gap, "seconds": answer.seconds, "seed": answer.seed,
        "sites": [asked.sites[site] for site in sorted(open_)],
        "opened": [asked.sites[site] for site in sorted(open_) if not asked.existing[site]],
        "closed": [
            key for site, key in enumerate(asked.sites)
            if asked.existing[site] and site not in open_ and open_
        ],
        "kept": dict(asked.kept), "excluded": dict(asked.excluded),
    }  # fmt: skip


def _print(found: Mapping[str, Any]) -> None:
    if found["status"] == "infeasible":
        print("No plan is possible.")
        for rule in found.get("conflicts", ()):
            print(f"These rules contradict each other: {rule}")
        for key in found.get("unreached", ()):
            print(f"Nothing that may open serves {key}.")
        return
    if found["status"] == "unknown":
        print("Stopped before any plan was found.")
        return
    sure = "proved: no plan is better" if found["status"] == "proved" else (
        f"not proved: none is below {found['bound']:.3f}, {found['gap']:.4%} less"
    )  # fmt: skip
    print(f"Objective {found['objective']:.3f}, {sure} ({found['seconds']:.2f} s).")
    rows = [(key, "opens" if key in found["opened"] else "stays") for key in found["sites"]]
    print_table(("site", ""), [*rows, *((key, "closes") for key in found["closed"])])


def verify(chosen: Namespace) -> int:
    """Recompute a certificate with numpy alone; 1 when it does not hold."""
    from knutpunkt.engines.location.certificate import certificate_check

    checked = certificate_check(Path(chosen.file))
    if chosen.json:
        print_json(checked)
    else:
        print(checked.sentence)
        if checked.holds:
            print_table(
                ("objective", "bound", "gap %", "nodes recomputed"),
                [(checked.objective, checked.bound, round(100 * checked.gap, 6), checked.nodes)],
            )
    return 0 if checked.holds else 1
