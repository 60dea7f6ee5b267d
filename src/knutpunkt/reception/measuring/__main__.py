"""Measure one database and print what was found as JSON; the environment says which."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from pathlib import Path

from knutpunkt.reception.measuring.homes import migrated


def main() -> int:
    """Measure in the data folder of the environment, which has to be one's own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database-pid", type=int, help="the database's first process")
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    # Ended from outside, it still stops the servers it has started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    home = Path(os.environ["KNUTPUNKT_HOME"])
    migrated()
    from knutpunkt.reception.measuring.measured import QUICK, WHOLE, Place, measured

    around = {"KNUTPUNKT_HOME": str(home)}
    if url := os.environ.get("DATABASE_URL"):
        around["DATABASE_URL"] = url
    kind = "postgresql" if url else "sqlite"
    place = Place(kind, asked.database_pid, around, home)
    json.dump(measured(place, QUICK if asked.quick else WHOLE), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
