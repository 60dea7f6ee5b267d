"""What can be asked of the reception by commands; imports nothing that doing it would need."""

from __future__ import annotations

import argparse
from collections.abc import Callable

Add = Callable[..., argparse.ArgumentParser]
ROLES = (
    "kiosk", "display", "officer", "greeter", "municipal-desk", "office-manager", "node",
)  # fmt: skip
GROUPINGS = (
    "office", "authority", "service", "level", "language", "hour", "prio_class", "arrival", "day",
    "month",
)  # fmt: skip


def reception_commands(reception: argparse.ArgumentParser, add: Add) -> None:
    """Add every command of the reception; ``add`` makes one with ``--json``."""
    commands = reception.add_subparsers(metavar="COMMAND", required=True)
    _token(add(commands, "token", "reception_tokens:token", "a bearer token for a program"))
    _simulate(add(commands, "simulate", "reception_simulate:simulate", "realistic days, over HTTP"))
    audit = add(
        commands, "audit", "reception_figures:audit", "recount the log and compare: exit 1 if not"
    )
    _period(audit)
    bring = add(commands, "import", "reception_figures:bring_in", "events of a former system")
    bring.add_argument("path", help="event file (.csv or .csv.gz)")
    figures = add(
        commands, "figures", "reception_figures:figures", "visits, waits, outcomes of a period"
    )
    _period(figures)
    figures.add_argument("--office", default="", help="key of an office (default: all)")
    figures.add_argument(
        "--by",
        default="",
        choices=("", *GROUPINGS),
        help="what to group by",
    )
    export = add(
        commands, "export", "reception_figures:export", "open data: small counts suppressed"
    )
    export.add_argument("path", help="folder to write to")
    _period(export, usual="the last month; always whole months that are over")
    add(commands, "tend", "reception_upkeep:tend", "what falls due: holds, messages, ends of days")
    add(commands, "purge", "reception_upkeep:purge", "delete what is past its time, with a report")
    _node(add(commands, "node", "reception_node:node", "work at an office without a line"))


def _token(token: argparse.ArgumentParser) -> None:
    token.add_argument("--office", required=True, help="key of the office")
    token.add_argument("--role", required=True, choices=ROLES)
    token.add_argument("--authority", default="", help="whose desk, for a municipal desk")
    token.add_argument("--name", default="", help="a name to know it by")


def _simulate(simulate: argparse.ArgumentParser) -> None:
    simulate.add_argument("--offices", type=int, default=148, help="how many offices (148)")
    simulate.add_argument("--days", type=int, default=5, help="working days (5)")
    simulate.add_argument("--seed", type=int, default=148, help="seed of the random numbers (148)")
    simulate.add_argument(
        "--visits-per-day", type=float, default=59.0, help="a day at a middling office (59)"
    )
    simulate.add_argument("--first-day", default="", help="first day (default: next Monday)")
    simulate.add_argument("--url", default="", help="a running server; else one is started")
    simulate.add_argument("--token-file", default="", help="tokens for --url, one per office")
    simulate.add_argument("--home", default="", help="folder for the started server's data")
    simulate.add_argument(
        "--events", default="", help="write an event file for import instead (fast: years)"
    )


def _period(command: argparse.ArgumentParser, *, usual: str = "yesterday") -> None:
    command.add_argument("--from", dest="first", default="", help=f"first day (default: {usual})")
    command.add_argument("--to", dest="last", default="", help=f"last day (default: {usual})")


def _node(node: argparse.ArgumentParser) -> None:
    node.add_argument("--office", required=True, help="key of the office")
    node.add_argument("--centre", default="", help="address of the centre, the first time")
    node.add_argument("--token-file", default="", help="file with a token of the role node")
    node.add_argument("--host", default="127.0.0.1")
    node.add_argument("--port", type=int, default=8010)
    node.add_argument(
        "--hand-back", action="store_true", help="merge everything and give the office back"
    )
