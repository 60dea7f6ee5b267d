"""The command that runs an office from its own file, with a line to the centre or without."""

from __future__ import annotations

import os
import signal
import sys
import threading
from argparse import Namespace
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from knutpunkt.cli.ready import ready
from knutpunkt.core.errors import NotFound

if TYPE_CHECKING:
    from knutpunkt.reception.offline.working import Work

LINE = "node-line"
NAME = "node"


class TokenFileUnreadable(NotFound):
    """The file with the token of the node is not there."""

    code = "token-file-unreadable"
    exit_code = 2
    hint = "Make one at the centre: knutpunkt reception token --office KEY --role node > FILE"


def node(chosen: Namespace) -> int:
    """Attach the office the first time, then serve it and keep exchanging with the centre."""
    ready(load=False, bring_up=True)
    job = _job(chosen)
    from knutpunkt.reception.ledger import act_as

    act_as(job.name)
    if chosen.hand_back:
        return _hand_back(job)
    _serve(chosen, job)
    return 0


def _job(chosen: Namespace) -> Work:
    """The office of this folder; attached now if it is new and there is a line.

    Raises
    ------
    NotAttached
        When there is neither.
    """
    from knutpunkt.core.home import made_home
    from knutpunkt.network.models import Office
    from knutpunkt.reception.models import Node
    from knutpunkt.reception.nodes.bundle import bundle_load
    from knutpunkt.reception.nodes.errors import NotAttached
    from knutpunkt.reception.offline.line import Line
    from knutpunkt.reception.offline.working import Work

    kept = made_home() / LINE
    address, token = _line(chosen, kept)
    line = Line(address, chosen.office, token)
    known = Node.objects.filter(office__key=chosen.office, detached_at=None).first()
    if known is None:
        if not (address and token):
            raise NotAttached(office=chosen.office)
        told = line.attach(NAME)
        bundle_load(told["bundle"])
        _keep(kept, address, token, told["follow_key"])
        known = Node.objects.get(office__key=chosen.office, detached_at=None)
    os.environ["KNUTPUNKT_FOLLOW_KEY"] = kept.read_text(encoding="utf-8").splitlines()[2]
    return Work(Office.objects.get(key=chosen.office), known.name, line)


def _line(chosen: Namespace, kept: Path) -> tuple[str, str]:
    """Address and token of the centre: as given, else as kept from the first time."""
    address, token = "", ""
    if kept.exists():
        address, token = kept.read_text(encoding="utf-8").splitlines()[:2]
    if chosen.token_file:
        try:
            token = Path(chosen.token_file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise TokenFileUnreadable(
                f"The file {chosen.token_file} cannot be read: {error.strerror}."
            ) from None
    return chosen.centre or address, token


def _keep(path: Path, address: str, token: str, follow_key: str) -> None:
    path.touch(mode=0o600)
    path.write_text(f"{address}\n{token}\n{follow_key}\n", encoding="utf-8")


def _serve(chosen: Namespace, job: Work) -> None:
    from knutpunkt.reception.offline.working import work
    from knutpunkt.web import serving

    taken = serving.listening_socket(chosen.host, chosen.port)
    stop = threading.Event()
    exchanging = threading.Thread(target=work, args=(job, stop), name="exchange", daemon=True)
    exchanging.start()
    print(f"{chosen.office} is at http://{chosen.host}:{chosen.port}", flush=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        serving.serve(taken)
    stop.set()
    exchanging.join(timeout=5)
    print("Stopped. What is not merged yet is kept.", file=sys.stderr)


def _hand_back(job: Work) -> int:
    """Merge what is left and give the office back to the centre."""
    from django.utils.timezone import now

    from knutpunkt.reception.models import Node

    while not job.exchange():
        pass
    job.exchange()  # answers to the last requests
    job.line.detach(job.name)
    Node.objects.filter(office=job.office, detached_at=None).update(detached_at=now())
    print(f"{job.office.key} is the centre's again.")
    return 0
