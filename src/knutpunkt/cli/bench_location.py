"""The command that measures the location engine on published instances."""

from __future__ import annotations

import sys
import threading
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from knutpunkt.cli.printing import print_json, print_table

PATIENCE = 2.5


def location(chosen: Namespace) -> int:
    """Solve every instance of a file under a model and print a row for each."""
    from knutpunkt.engines.location.instances import published_in
    from knutpunkt.engines.location.published import solved

    prepare_kernels()
    rows = [
        solved(
            one, chosen.model, p=p, radius=chosen.radius, time_limit=chosen.time_limit,
            seed=chosen.seed, share=chosen.share,
        )
        for one in published_in(Path(chosen.file))
        for p in (chosen.p or [None])
    ]  # fmt: skip
    if chosen.json:
        print_json(rows)
    else:
        print_table(
            ("instance", "n", "p", "model", "objective", "bound", "gap %", "seconds", "status"),
            [
                (r.instance, r.n, r.p, r.model, r.objective, r.bound,
                 None if r.gap is None else round(100 * r.gap, 4), round(r.seconds, 3), r.status)
                for r in rows
            ],
        )  # fmt: skip
    return 0


def prepare_kernels(*more: Callable[[], object]) -> None:
    """Compile or load what solves, and what else is asked for; say so where it takes a while."""
    from knutpunkt.engines.location.center.ready import covers_ready
    from knutpunkt.engines.location.ready import kernels_ready

    def say() -> None:
        print("preparing kernels (slow only the first time) …", file=sys.stderr, flush=True)

    timer = threading.Timer(PATIENCE, say)
    timer.daemon = True
    timer.start()
    try:
        kernels_ready()
        covers_ready()
        for ready in more:
            ready()
    finally:
        timer.cancel()
