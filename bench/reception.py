"""How fast the reception is, on SQLite and on a PostgreSQL of its own that keeps what it says.

    python bench/reception.py [--quick] [--json] [--tcp] [--write FOLDER]

Real servers are started (the production server behind ``granian``, and the one-process server that
``knutpunkt run`` starts, without the worker), asked over plain sockets, and the CPU they and the
database used is read from the kernel. A visit is four requests: issue, call, begin, finish with an
outcome. PostgreSQL runs with fsync, synchronous commit and full page writes on, and is asked
through its socket, as a server on the same machine asks it; ``--tcp`` goes by 127.0.0.1 instead.
"""

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from knutpunkt.cli.bench_reception import DATABASE, DATABASE_PID, reception
from support import postgres

KEEPS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "unix_socket_directories": postgres.SOCKETS,
}


def main() -> int:
    """Measure on both databases; on SQLite alone where no PostgreSQL is installed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="shorter runs")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", default="", help="folder for the document, such as docs")
    parser.add_argument("--tcp", action="store_true", help="ask PostgreSQL by 127.0.0.1")
    asked = parser.parse_args()
    postgres.QUICK.update(KEEPS)
    try:
        with postgres.private_cluster() as cluster:
            url = cluster.url() if asked.tcp else cluster.socket_url()
            os.environ |= {DATABASE: url, DATABASE_PID: str(cluster.pid)}
            return reception(asked)
    except postgres.PostgreSQLMissing as missing:
        print(missing, file=sys.stderr)
        return reception(asked)


if __name__ == "__main__":
    sys.exit(main())
