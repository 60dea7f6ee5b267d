"""The command ``knutpunkt``: tables for people, ``--json`` the same facts for programs.

Exit codes: 0 done, 1 refused, 2 asked or set up wrongly.
"""

from __future__ import annotations

import argparse
import errno
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from knutpunkt.cli.location_parser import natural
from knutpunkt.errors import KnutpunktError

DESCRIPTION = "Plan, open and run a network of one-stop government service offices."
EPILOG = """\
where data lives:
  KNUTPUNKT_HOME   folder for data (default ./var)
  DATABASE_URL     another database: postgresql://… or sqlite:///…
  KNUTPUNKT_NOW    the time to reckon with, e.g. 2022-06-28T11:00

Without either of the first two, read commands use the embedded Swedish network.
"""


LAST_PORT = 65_535
#: A full disk, a full share of it, and the largest file one may write.
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def parser() -> argparse.ArgumentParser:
    """Build the parser of all commands, without importing what they need."""
    top = argparse.ArgumentParser(
        prog="knutpunkt",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="store_true", help="print the version and stop")
    groups = top.add_subparsers(title="commands", metavar="COMMAND", dest="group")
    _network(groups)
    _mandates(groups)
    _siting(groups)
    _programme(groups)
    _reports(groups)
    _reception(groups)
    _bench(groups)
    _find(groups)
    _running(groups)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    top = parser()
    chosen = top.parse_args(arguments)
    if chosen.version:
        from knutpunkt import __version__

        print(f"knutpunkt {__version__}")
        return 0
    target = getattr(chosen, "target", None)
    if target is None:
        top.print_help(sys.stderr)
        return 2
    if sys.stdout is None:  # the caller has closed it and wants to hear nothing
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # until the end
    try:
        return _call(target, chosen)
    except (KeyboardInterrupt, MemoryError, OSError) as problem:
        return _broken_off(problem)


def _broken_off(problem: BaseException) -> int:
    """Say why a command ended before it was done, in words where there are any."""
    match problem:
        case BrokenPipeError():
            # The reader of our output has gone; that is its right.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        case KeyboardInterrupt():
            print("Stopped.", file=sys.stderr)
            return 130
        case MemoryError():
            print("error: The question needs more memory than there is.", file=sys.stderr)
            print("hint: Ask about fewer places, or on a larger machine.", file=sys.stderr)
        case OSError() if problem.errno in NO_ROOM:
            print("error: There is no room left where the output goes.", file=sys.stderr)
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        case _:
            raise problem
    return 1


def _call(target: str, chosen: argparse.Namespace) -> int:
    module, _, function = target.partition(":")
    try:
        command = getattr(importlib.import_module(f"knutpunkt.cli.{module}"), function)
        result = command(chosen)
        sys.stdout.flush()  # a full disk is told here, where it can still be said
    except KnutpunktError as error:
        print(f"error: {error}", file=sys.stderr)
        if error.hint:
            print(f"hint: {error.hint}", file=sys.stderr)
        return error.exit_code
    return int(result or 0)


Groups = argparse._SubParsersAction  # noqa: SLF001  # argparse has no public name for it


def _network(groups: Groups[argparse.ArgumentParser]) -> None:
    network = groups.add_parser("network", help="the register: offices, counts, import and export")
    commands = network.add_subparsers(metavar="COMMAND", required=True)

    count = _command(commands, "count", "network:count", "how many offices are open on a day")
    _on(count)
    offices = _command(commands, "offices", "network:offices", "the offices on a day")
    _on(offices)
    offices.add_argument("--all", action="store_true", help="also planned and closed offices")
    office = _command(commands, "office", "network:office", "one office: what happened to it")
    office.add_argument("key", help="key of the office, e.g. jarpen")
    _on(office)
    compare = _command(
        commands, "compare", "network:compare", "published counts beside our own, with differences"
    )
    _known(compare)
    closings = _command(
        commands, "closings", "network:closings", "closings, and whether the closing rule was kept"
    )
    _known(closings)
    bring = _command(
        commands, "import", "network:bring_in", "import a network: all of it or nothing"
    )
    bring.add_argument("path", help="folder or .zip of CSV files, one .csv, or .json")
    bring.add_argument("--dry-run", action="store_true", help="only say what would happen")
    bring.add_argument("--by", default="", help="who imports; default: your user name")
    export = _command(commands, "export", "network:export", "write the network to files")
    export.add_argument("path", help="a folder for CSV files, or a file ending in .json")


def _mandates(groups: Groups[argparse.ArgumentParser]) -> None:
    mandates = groups.add_parser("mandates", help="commissions and whether their clauses hold")
    commands = mandates.add_subparsers(metavar="COMMAND", required=True)
    _command(commands, "list", "mandates:listing", "all commissions")
    check = _command(commands, "check", "mandates:check", "each clause of a commission on a day")
    check.add_argument("mandate", help="key of the commission, e.g. 2021-05")
    _on(check)


def _siting(groups: Groups[argparse.ArgumentParser]) -> None:
    siting = groups.add_parser("siting", help="where to open offices")
    commands = siting.add_subparsers(metavar="COMMAND", required=True)
    plan = _command(commands, "plan", "siting:plan", "the best places for what a commission orders")
    plan.add_argument("--mandate", required=True, help="key of the commission, e.g. 2021-05")
    plan.add_argument("--prices", action="store_true", help="also what each rule costs (slower)")
    plan.add_argument("--detour", type=float, default=1.3, help="road per straight line (1.3)")
    plan.add_argument("--speed", type=float, default=60.0, help="kilometres per hour (60)")
    plan.add_argument(
        "--adjacent-metres", type=float, default=None, help="how far “adjacent to an area” reaches"
    )
    from knutpunkt.cli.location_parser import siting_many, siting_solving, siting_verifying

    siting_solving(
        _command(commands, "solve", "siting_files:solve", "the best sites for demand in files")
    )
    siting_many(
        _command(commands, "scenarios", "siting_scenarios:scenarios", "many such questions at once")
    )
    siting_verifying(
        _command(commands, "verify", "siting_files:verify", "recompute what a certificate proves")
    )
    _reality(commands)


def _reality(commands: Groups[argparse.ArgumentParser]) -> None:
    summary = "what was decided in reality against what distance would have chosen"
    reality = _command(commands, "reality", "siting_reality:reality", summary)
    reality.add_argument(
        "--question", choices=("commission", "closures", "regions"), default="", help="only one"
    )
    reality.add_argument("--language", choices=("sv", "en"), default="en")
    reality.add_argument("--write", default="", help="folder for the document, such as docs")


def _programme(groups: Groups[argparse.ArgumentParser]) -> None:
    programme = groups.add_parser("programme", help="opening offices: forecasts with their record")
    commands = programme.add_subparsers(metavar="COMMAND", required=True)
    forecast = _command(
        commands, "forecast", "programme:forecast", "when offices open, and which clauses will hold"
    )
    forecast.add_argument("--mandate", default="", help="key of the commission, e.g. 2021-05")
    forecast.add_argument("--programme", default="", help="key of a programme instead")
    forecast.add_argument("--as-of", default="", help="the day to forecast from (default: today)")
    forecast.add_argument("--runs", type=_at_least_one, default=10_000, help="runs (10000)")
    forecast.add_argument(
        "--seed", type=natural, default=28, help="seed of the random numbers (28)"
    )
    forecast.add_argument("--advice", action="store_true", help="also what would help (slower)")
    _known(forecast)
    _command(
        commands, "backtest", "programme:backtest", "forecasts of then against what came, 2021–2023"
    )
    opened = _command(
        commands, "open", "programme:open_programme", "open a programme: a project for every slot"
    )
    opened.add_argument("--mandate", default="", help="key of the commission, e.g. 2021-05")
    opened.add_argument("--study", default="", help="number of a finished plan instead")
    opened.add_argument("--by", default="", help="who opens it; default: your user name")


def _reports(groups: Groups[argparse.ArgumentParser]) -> None:
    reports = groups.add_parser("reports", help="reports whose every figure can be traced")
    commands = reports.add_subparsers(metavar="COMMAND", required=True)
    _command(commands, "list", "reports:listing", "reports that are due or lodged")
    build = _command(commands, "build", "reports:build", "build a report on a commission")
    build.add_argument("--mandate", required=True, help="key of the commission, e.g. 2021-05")
    build.add_argument("--kind", choices=("interim", "final"), default="interim")
    build.add_argument("--letter", default="", help="TOML file with what the covering letter says")
    _written(build)
    answer = _command(
        commands, "answer", "reports:answer", "one page about a municipality: “what about Ludvika?”"
    )
    answer.add_argument("--municipality", required=True, help="its name or code")
    _written(answer)


def _written(command: argparse.ArgumentParser) -> None:
    command.add_argument("--as-of", default="", help="the day it speaks of (default: today)")
    command.add_argument("-o", "--output", required=True, help="file to write")
    command.add_argument(
        "--format",
        choices=("pdf", "html", "docx", "csv"),
        default="",
        help="default: by the file's name",
    )
    command.add_argument("--language", choices=("sv", "en"), default="sv")


def _reception(groups: Groups[argparse.ArgumentParser]) -> None:
    from knutpunkt.cli.reception_parser import reception_commands

    reception = groups.add_parser("reception", help="visits, queues, bookings and their figures")
    reception_commands(reception, _command)


def _bench(groups: Groups[argparse.ArgumentParser]) -> None:
    bench = groups.add_parser("bench", help="check the engines against published instances")
    commands = bench.add_subparsers(metavar="COMMAND", required=True)
    schedule = _command(
        commands, "schedule", "bench:schedule", "makespans of PSPLIB instances, resources left out"
    )
    schedule.add_argument("--data", required=True, help="folder with instances (.sm)")
    from knutpunkt.cli.location_parser import location_bench

    location_bench(
        _command(
            commands,
            "location",
            "bench_location:location",
            "published location problems, with proofs",
        )
    )
    reception = _command(
        commands,
        "reception",
        "bench_reception:reception",
        "cost and speed of a visit, on real servers",
    )
    reception.add_argument("--quick", action="store_true", help="shorter runs")


def _find(groups: Groups[argparse.ArgumentParser]) -> None:
    find = _command(groups, "find", "find:find", "the nearest offices to a place")
    find.add_argument("where", nargs="?", default="", help="place, municipality or office")
    find.add_argument("--lat", type=float, help="latitude, instead of a name")
    find.add_argument("--lon", type=float, help="longitude, instead of a name")
    find.add_argument("--at", default="", help="time to reckon with, e.g. 2022-06-28T11:00")
    find.add_argument("--authority", default="", help="only offices that serve for it")
    find.add_argument("--service", default="", help="only offices with this service")
    find.add_argument("--level", default="", help="only at this service level")
    find.add_argument("--open", action="store_true", help="only offices known to be open then")
    find.add_argument("--limit", type=_at_least_one, default=10, help="how many (10)")


def _running(groups: Groups[argparse.ArgumentParser]) -> None:
    run = groups.add_parser("run", help="start the pages, the live hub and the worker")
    run.add_argument("--host", default="127.0.0.1")
    run.add_argument("--port", type=_port, default=8000)
    run.set_defaults(target="running:run")
    worker = groups.add_parser("worker", help="only the worker, for long computations")
    worker.add_argument("--with-parent", action="store_true", help="stop when stdin closes")
    worker.set_defaults(target="running:worker")
    migrate = groups.add_parser("migrate", help="bring the database to this version")
    migrate.add_argument("--load", action="store_true", help="load the embedded network if empty")
    migrate.set_defaults(target="running:migrate")
    person = groups.add_parser("account", help="create an account or appoint somebody to a role")
    person.add_argument("username")
    person.add_argument("--role", required=True, help="e.g. planner, administrator")
    person.add_argument("--office", default="", help="key of the office, for work at a desk")
    person.add_argument("--county", default="", help="code of the county, for a county reader")
    person.set_defaults(target="running:account")
    django = groups.add_parser("django", help="a management command of Django")
    django.add_argument("rest", nargs=argparse.REMAINDER)
    django.set_defaults(target="running:django")


def _port(text: str) -> int:
    number = int(text)
    if not 0 < number <= LAST_PORT:
        raise argparse.ArgumentTypeError(f"a port lies between 1 and {LAST_PORT}")
    return number


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not at least 1")
    return number


def _command(
    commands: Groups[argparse.ArgumentParser], name: str, target: str, summary: str
) -> argparse.ArgumentParser:
    found = commands.add_parser(name, help=summary, description=summary[:1].upper() + summary[1:])
    found.add_argument("--json", action="store_true", help="print JSON instead of a table")
    found.set_defaults(target=target)
    return found


def _on(command: argparse.ArgumentParser) -> None:
    command.add_argument("--on", default="", help="the day, e.g. 2022-06-27 (default: today)")
    _known(command)


def _known(command: argparse.ArgumentParser) -> None:
    command.add_argument("--known-on", default="", help="as known (published) on this day")


if __name__ == "__main__":
    sys.exit(main())
