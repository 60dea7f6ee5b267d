"""The commands that solve a location problem from files, and check a certificate."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from knutpunkt.cli.printing import print_json, print_refusal, print_table
from knutpunkt.cli.siting_loads import answered_within_loads, loads_told, print_loads

CENTER, COVER, CENTER_MEDIAN, WORST = "p-center", "set-cover", "center-median", "worst-share"


def solve(chosen: Namespace) -> int:
    """Print the best sites, how sure that is, and write a certificate where asked."""
    from knutpunkt.cli.bench_location import prepare_kernels

    if chosen.rounds:
        from knutpunkt.cli.siting_rounds import solve_rounds

        return solve_rounds(chosen)
    asked = asked_in(chosen)
    prepare_kernels()
    found = found_of(asked, chosen)
    if chosen.json:
        print_json(found)
    else:
        _print(found, meaning(chosen))
    written = not chosen.certificate or found.get("certificate") is not None
    return 0 if found["status"] in ("proved", "gap") and written else 1


def request_of(chosen: Namespace) -> Any:
    """What the words of the command ask for."""
    from knutpunkt.engines.location.files import Request
    from knutpunkt.engines.whole import refuse_unwritable

    if chosen.certificate:
        refuse_unwritable(Path(chosen.certificate))
    return Request(
        chosen.open, chosen.close, chosen.model, chosen.radius, chosen.within,
        Path(chosen.decay) if chosen.decay else None,
        capacities=chosen.capacities, unserved=chosen.unserved,
    )  # fmt: skip


def asked_in(chosen: Namespace) -> Any:
    """Read the question that the words of the command put."""
    from knutpunkt.cli.siting_roads import travel_of
    from knutpunkt.engines.location.files import asked_of

    request = request_of(chosen)
    rules = Path(chosen.rules) if chosen.rules else None
    travel = travel_of(chosen)
    asked = asked_of(Path(chosen.demand), Path(chosen.sites), travel, rules, request)
    return asked if isinstance(travel, str) else replace(asked, travel=travel.described())


def certified(file: str | None, write: Callable[[Path], object]) -> str | None:
    """Write the certificate; if that fails it is said, and the answer is still told."""
    from knutpunkt.engines.whole import FileUnwritable

    if not file:
        return None
    try:
        write(Path(file))
    except FileUnwritable as problem:
        print_refusal(problem)
        return None
    return file


def found_of(asked: Any, chosen: Namespace) -> dict[str, Any]:
    """Answer the question, and write its certificate where asked."""
    from knutpunkt.engines.location.certificate import SUM, certificate_write
    from knutpunkt.engines.location.costs import LimitedCosts

    question, model = asked.question, chosen.model
    if model == WORST:
        return _worst(asked, chosen)
    least = model if model in (CENTER, COVER) else SUM
    if model in (CENTER, COVER, CENTER_MEDIAN):
        answer = _covered(question, chosen)
        if model == CENTER_MEDIAN and answer.status == "proved":
            question = replace(question, costs=LimitedCosts(asked.costs, answer.objective))
            first, answer = answer, _summed(asked, question, _rest(chosen, answer))
            answer = replace(
                answer, work=first.work + answer.work, seconds=first.seconds + answer.seconds,
                replayable=first.replayable and answer.replayable,
            )  # fmt: skip
        elif model == CENTER_MEDIAN:
            least = CENTER
    else:
        answer = _summed(asked, question, chosen)
    whole, radius = asked.loads or question, chosen.within if least == COVER else None
    return _told_whole(asked, answer) | loads_told(asked, answer) | {
        "closed_by": answer.proof.closed_by if answer.proof else "",
        "certificate": certified(
            chosen.certificate if answer.objective is not None else None,
            lambda file: certificate_write(file, whole, answer, model=least, radius=radius),
        ),
    }  # fmt: skip


def _rest(chosen: Namespace, first: Any) -> Namespace:
    """The words with what the first of two searches left of the limits."""
    left = None if chosen.work_limit is None else max(0, chosen.work_limit - first.work)
    time_left = max(0.0, chosen.time_limit - first.seconds)
    return Namespace(**(vars(chosen) | {"work_limit": left, "time_limit": time_left}))


def _summed(asked: Any, question: Any, chosen: Namespace) -> Any:
    from knutpunkt.engines.location.answering import answered

    limits = {
        "time_limit": chosen.time_limit, "work_limit": chosen.work_limit, "seed": chosen.seed,
    }  # fmt: skip
    if asked.loads is not None:
        return answered_within_loads(asked.loads, limits)
    return answered(question, **limits)


def _covered(question: Any, chosen: Namespace) -> Any:
    from knutpunkt.engines.location.center import Search, center_answered, covering_answered
    from knutpunkt.engines.location.meter import Meter

    search = Search(Meter(chosen.time_limit, chosen.work_limit), chosen.seed)
    if chosen.model == COVER:
        return covering_answered(question, chosen.within, search)
    return center_answered(question, search)


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
    return _told_whole(asked, found.answer) | {
        "share": found.share, "persons": found.persons, "threshold": found.threshold,
        "mean": found.mean,
        "certificate": certified(
            chosen.certificate if found.evidence else None,
            lambda file: worst_certificate_write(file, asked.question, found),
        ),
    }  # fmt: skip


def _told_whole(asked: Any, answer: Any) -> dict[str, Any]:
    return _told(asked, answer) | ({"travel": asked.travel} if asked.travel else {}) | {
        "work": answer.work, "replayable": answer.replayable, "nodes": answer.nodes,
        "conflicts": answer.conflicts, "engine": answer.engine,
        "inputs_hash": answer.inputs_hash,
        "unreached": [asked.demand[client] for client in answer.unreached],
        "assignment": {
            asked.demand[client]: asked.sites[site] if site >= 0 else None
            for client, site in enumerate(answer.assignment.tolist())
        },
    }  # fmt: skip


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


def meaning(chosen: Namespace) -> str:
    """Say what the objective counts, and in what unit, as far as the words tell."""
    unit = "minutes" if chosen.costs.startswith("road:") else (
        "kilometres" if chosen.costs.startswith("line:") else "the unit of the costs"
    )  # fmt: skip
    if chosen.decay:
        unit = "the unit of --decay"
    summed = f"persons times what their way costs, in {unit}"
    return {
        CENTER: f"the furthest way, in {unit}",
        COVER: "how many are open, those of today included",
        WORST: f"the mean way of the worst-off, in {unit}",
        "max-cover": f"how many persons have none within --radius ({unit})",
        "ufl": f"{summed}, and the cost of what is open",
    }.get(chosen.model, summed)


def _print(found: Mapping[str, Any], counted: str) -> None:
    if "travel" in found:
        print(found["travel"]["sentence"])
        for key in found["travel"]["sites_nobody_reaches"]:
            print(f"No demand point reaches {key} by road.")
    if found["status"] == "infeasible":
        _print_conflicts(found)
        return
    if found["status"] == "unknown":
        print("Stopped before any plan was found.")
        return
    sure = "proved: no plan is better" if found["status"] == "proved" else (
        f"not proved: none is below {found['bound']:.3f}, {found['gap']:.4%} less"
    )  # fmt: skip
    print(f"Objective {found['objective']:.3f}, {sure} ({found['seconds']:.2f} s).")
    print(f"The objective is {counted}.")
    rows = [(key, "opens" if key in found["opened"] else "stays") for key in found["sites"]]
    rows += [(key, "closes") for key in found["closed"]]
    if "loads" in found:
        print_loads(found, rows)
    else:
        print_table(("site", ""), rows)


def _print_conflicts(found: Mapping[str, Any]) -> None:
    print("No plan is possible.")
    for rule in found.get("conflicts", ()):
        print(f"These rules contradict each other: {rule}")
    for key in found.get("unreached", ()):
        print(f"Nothing that may open serves {key}.")
    if found.get("reason") and not found["unreached"]:
        print(found["reason"])


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
