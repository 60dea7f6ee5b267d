"""The command that answers many questions from files at once.

A TOML file has a ``[[scenario]]`` table for each question, with a ``name`` and the words of
``siting solve``; words that stand before the first table hold for all of them. Paths are relative
to the file.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import tomllib
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from knutpunkt.cli.location_parser import siting_solving
from knutpunkt.cli.printing import print_json, print_table
from knutpunkt.cli.siting_roads import ROAD
from knutpunkt.core.executing import Job, Outcome, executor_of
from knutpunkt.engines.location.errors import FileUnfit
from knutpunkt.engines.whole import whole_file

PATHS = ("demand", "sites", "rules", "decay", "certificate")
SOLVED = ("proved", "gap")


@dataclass(frozen=True, eq=False)
class Scenario:
    """A question of the file: its name, its words, what they ask, and a mark of all that."""

    name: str
    chosen: Namespace
    asked: Any
    mark: str


def scenarios(chosen: Namespace) -> int:
    """Print an answer for every scenario; 1 when one of them has no plan."""
    from knutpunkt.cli.bench_location import prepare_kernels

    file = Path(chosen.file)
    asked = scenarios_of(file)
    known = _kept(Path(chosen.keep)) if chosen.keep else {}
    found = {one.name: known[one.mark] for one in asked if one.mark in known}
    left = [one for one in asked if one.name not in found]
    if left:
        executor = executor_of(
            workers=chosen.workers, megabytes=chosen.memory, cluster=chosen.cluster
        )
        prepare_kernels()  # once here, and kept: no worker has to
        by_name = {one.name: one for one in left}
        for number, outcome in enumerate(executor.outcomes(map(_job, left)), 1):
            one = by_name[outcome.key]
            found[one.name] = _told(one, outcome)
            if chosen.keep and outcome.refusal is None:
                _keep(Path(chosen.keep), one.mark, found[one.name])
            if sys.stderr.isatty():
                print(f"\r{number} of {len(left)} scenarios", end="", file=sys.stderr, flush=True)
    rows = [{"scenario": one.name, **found[one.name]} for one in asked]
    if chosen.json:
        print_json(rows)
    else:
        _print(rows)
    return 0 if all(row["status"] in SOLVED for row in rows) else 1


def scenarios_of(file: Path) -> list[Scenario]:
    """Read every question of a file, before anything is computed.

    Raises
    ------
    FileUnfit
        When the file cannot be read, or a word of it makes no sense, with the scenario.
    LocationRefused
        When a question cannot be put.
    """
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise FileUnfit(file=file.name, line=0, why=str(problem)) from problem
    tables = written.pop("scenario", [])
    if not isinstance(tables, list) or not tables:
        raise FileUnfit(file=file.name, line=0, why="there is no [[scenario]]")
    names = [str(table.get("name", f"scenario {n}")) for n, table in enumerate(tables, 1)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise FileUnfit(file=file.name, line=0, why=f"two scenarios are called {twice[0]!r}")
    return [
        _scenario(name, {k: v for k, v in (written | table).items() if k != "name"}, file)
        for name, table in zip(names, tables, strict=True)
    ]


class _Words(argparse.ArgumentParser):
    """Reads the words of a scenario as those of the command, and refuses them in our way."""

    def error(self, message: str) -> NoReturn:
        """Refuse instead of leaving."""
        raise argparse.ArgumentError(None, message)


def _scenario(name: str, words: Mapping[str, Any], file: Path) -> Scenario:
    from knutpunkt.cli.siting_files import asked_in

    parser = _Words(add_help=False, allow_abbrev=False)
    siting_solving(parser)
    try:
        chosen = parser.parse_args(_written(words, file.parent))
    except argparse.ArgumentError as problem:
        why = f"scenario {name!r}: {problem}"
        raise FileUnfit(file=file.name, line=0, why=why) from problem
    if chosen.rounds:
        why = f"scenario {name!r}: rounds are asked for one by one, with siting solve --rounds"
        raise FileUnfit(file=file.name, line=0, why=why)
    asked = asked_in(chosen)
    return Scenario(name, chosen, asked, _mark(words, asked))


def _written(words: Mapping[str, Any], folder: Path) -> list[str]:
    """Words as on a command line; a path is relative to the folder."""
    line: list[str] = []
    for word, value in words.items():
        word = word.replace("_", "-")  # noqa: PLW2901  # both spellings are natural in TOML
        if isinstance(value, bool):
            line += [f"--{word}"] if value else []
            continue
        line.append(f"--{word}={_in_folder(word, str(value), folder)}")
    return line


def _in_folder(word: str, value: str, folder: Path) -> str:
    if word == "costs" and value.startswith(ROAD):
        return f"{ROAD}{folder / value.removeprefix(ROAD)}"
    is_file = word in PATHS or (word == "costs" and ":" not in value)
    return str(folder / value) if is_file else value


def _mark(words: Mapping[str, Any], asked: Any) -> str:
    """What tells this question from others: how it is asked, and every number of it."""
    how = json.dumps(dict(words), sort_keys=True, default=str)
    return hashlib.sha256(f"{how} {asked.question.inputs_hash()}".encode()).hexdigest()


def _job(one: Scenario) -> Job:
    return Job(one.name, partial(solved, one.asked, one.chosen))


def solved(asked: Any, chosen: Namespace, cancel: object = None) -> tuple[dict[str, Any], bytes]:
    """Answer a question in whatever process this is: what is found, and its certificate."""
    from knutpunkt.cli.siting_files import found_of

    del cancel  # a worker that is no longer wanted is ended; the time limit bounds the rest
    if not chosen.certificate:
        return found_of(asked, chosen), b""
    # Another machine has other folders: the certificate travels back as bytes.
    with tempfile.TemporaryDirectory() as folder:
        there = Path(folder) / "certificate.npz"
        own = Namespace(**(vars(chosen) | {"certificate": str(there)}))
        found = found_of(asked, own)
        return found, there.read_bytes() if there.exists() else b""


def _told(one: Scenario, outcome: Outcome) -> dict[str, Any]:
    if outcome.refusal is not None:
        said = outcome.refusal
        return {
            "status": "refused", "code": said.code, "why": said.sentence, "hint": said.hint,
        }  # fmt: skip
    found, certificate = outcome.answer
    if certificate:
        with whole_file(Path(one.chosen.certificate)) as stream:
            stream.write(certificate)
    return dict(found) | {"certificate": one.chosen.certificate if certificate else None}


def _keep(file: Path, mark: str, found: Mapping[str, Any]) -> None:
    """Add an answer as a line of its own."""
    with file.open("a", encoding="utf-8") as kept:
        kept.write(json.dumps({"mark": mark, "found": found}, default=str) + "\n")


def _kept(file: Path) -> dict[str, dict[str, Any]]:
    """Answers kept earlier; a line that was cut off by a crash counts as not written."""
    return dict(_lines(file)) if file.exists() else {}


def _lines(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
            yield row["mark"], row["found"]
        except (ValueError, KeyError, TypeError):
            continue


def _print(rows: list[dict[str, Any]]) -> None:
    print_table(
        ("scenario", "status", "objective", "gap %", "seconds", "opens", "closes"),
        [
            (
                row["scenario"],
                row["status"],
                _rounded(row.get("objective"), 3),
                _rounded(100 * row["gap"] if row.get("gap") is not None else None, 4),
                _rounded(row.get("seconds"), 2),
                ", ".join(row.get("opened", ())),
                ", ".join(row.get("closed", ())),
            )
            for row in rows
        ],
    )
    for row in rows:
        for rule in row.get("conflicts", ()):
            print(f"{row['scenario']}: the rule {rule} cannot hold with others.")
        if row["status"] == "refused":
            print(f"{row['scenario']}: {row['why']} {row['hint']}".rstrip())


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
