"""Commands that do what falls due at receptions, and delete what is past its time."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from knutpunkt.cli.printing import print_json, print_table
from knutpunkt.cli.ready import ready


def tend(chosen: Namespace) -> int:
    """Do everything that is due once, and say what was done."""
    ready()
    from knutpunkt.reception.services.upkeep import FAILED
    from knutpunkt.reception.services.upkeep import tend as tend_once

    done = tend_once()
    if chosen.json:
        print_json(done)
    else:
        print_table(("step", "done"), [(name, _told(what)) for name, what in done.items()])
    return int(FAILED in done.values())


def purge(chosen: Namespace) -> int:
    """Delete what is past its time, and say how much of each kind there was."""
    ready()
    from knutpunkt.reception.retention import ENDS
    from knutpunkt.reception.services.purging import purge as purge_once

    purged = purge_once()
    if chosen.json:
        print_json({"purged": purged, "classes": {str(k): end for k, end in ENDS.items()}})
    else:
        print_table(("what", "purged"), list(purged.items()))
    return 0


def _told(done: Any) -> str:
    if not isinstance(done, dict):
        return str(done)
    return ", ".join(f"{n} {name}" for name, n in done.items() if n) or "0"
