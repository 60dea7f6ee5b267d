"""Commands about reports to the government and answers to questions."""

from __future__ import annotations

import getpass
import sys
import tomllib
from argparse import Namespace
from datetime import date
from pathlib import Path
from typing import Any

from knutpunkt.cli.printing import day_of, print_json, print_table
from knutpunkt.cli.ready import ready

LONGEST_LETTER = 100_000  # bytes


def build(chosen: Namespace) -> int:
    """Build a report on a commission, keep it and write it to a file."""
    day = day_of(chosen.as_of)
    ready()
    from knutpunkt.reports.services import FILES, report_build, report_open
    from knutpunkt.reports.storing import kept_file, written_whole

    format_ = _format(chosen, FILES)
    by = getpass.getuser()
    report = report_open(
        mandate=chosen.mandate, kind=chosen.kind, as_of=day, language=_language(chosen), by=by
    )
    _write_letter(chosen, report, by)
    made = report_build(report=report, by=by)
    written_whole(Path(chosen.output), kept_file(made.fingerprint, FILES[format_]))
    if chosen.json:
        print_json(_told(made, chosen.output, format_))
    else:
        print(f"{chosen.output}: {made.facts} facts, fingerprint {made.fingerprint[:12]}.")
        _print_differences(made.differences)
    return 0


def answer(chosen: Namespace) -> int:
    """Write a one-page answer about a municipality."""
    day = day_of(chosen.as_of)
    ready()
    from knutpunkt.programme.templates_loading import templates_load
    from knutpunkt.reports.answering import FORMATS, answered
    from knutpunkt.reports.storing import written_whole

    templates_load()
    format_ = _format(chosen, FORMATS)
    made = answered(chosen.municipality, as_of=day, language=_language(chosen))
    written_whole(Path(chosen.output), made.written(format_))
    if getattr(chosen, "json", False):
        print_json({"file": chosen.output, "fingerprint": made.fingerprint} | made.facts.as_dict())
    else:
        print(f"{chosen.output}: {len(made.facts.facts)} facts.")
    return 0


def listing(chosen: Namespace) -> int:
    """Print which reports are due, and which have been built."""
    ready()
    from knutpunkt.reports.selectors import reports_all, reports_due

    due = [
        {
            "commission": row.clause.mandate.slug,
            "clause": row.clause.key,
            "due": row.clause.window_to.isoformat(),
            "reports": [report.pk for report in row.reports],
        }
        for row in reports_due()
    ]
    kept = [_line(report) for report in reports_all()]
    if getattr(chosen, "json", False):
        print_json({"due": due, "reports": kept})
        return 0
    print_table(
        ("commission", "clause", "due", "reports"),
        [(d["commission"], d["clause"], d["due"], len(d["reports"])) for d in due],
    )
    print()
    columns = ("commission", "kind", "as_of", "language", "builds", "fingerprint")
    print_table(columns, [tuple(row[column] for column in columns) for row in kept])
    return 0


def _line(report: Any) -> dict[str, Any]:
    builds = list(report.builds.all())
    return {
        "commission": report.mandate.slug,
        "kind": report.kind,
        "as_of": report.as_of.isoformat(),
        "language": report.language,
        "builds": len(builds),
        "fingerprint": builds[0].fingerprint[:12] if builds else "",
    }


def _told(made: Any, output: str, format_: str) -> dict[str, Any]:
    from knutpunkt.reports.services import FILES

    return {
        "file": output,
        "format": format_,
        "fingerprint": made.fingerprint,
        "sha256": made.files[FILES[format_]]["sha256"],
        "bytes": made.files[FILES[format_]]["bytes"],
        "facts": made.facts,
        "differences": made.differences,
    }


def _print_differences(found: dict[str, Any]) -> None:
    if not found:
        print("No earlier report of this commission is kept to compare with.")
        return
    print(
        f"Since {found['previous']}: {len(found['clauses'])} clauses, {len(found['facts'])} facts "
        f"and {len(found['texts'])} paragraphs have changed."
    )
    if found["clauses"]:
        rows = [(row["clause"], row["before"], row["after"]) for row in found["clauses"]]
        print_table(("clause", "before", "after"), rows)


def _language(chosen: Namespace) -> str:
    return getattr(chosen, "language", "") or "sv"


def _format(chosen: Namespace, known: Any) -> str:
    """The format asked for, else the one the file's name ends with, else PDF."""
    from knutpunkt.reports.errors import FormatUnknown

    suffix = Path(chosen.output).suffix.lstrip(".").lower()
    asked = getattr(chosen, "format", None) or (suffix if suffix in known else "pdf")
    if asked not in known:
        raise FormatUnknown(asked=asked, known=tuple(known))
    return str(asked)


def _write_letter(chosen: Namespace, report: Any, by: str) -> None:
    """Take the covering letter from a file, where one is given."""
    path = getattr(chosen, "letter", "")
    if not path:
        return
    from knutpunkt.reports.services import letter_write

    letter_write(report=report, expected=report.version, by=by, **_letter(Path(path)))
    print(f"Covering letter: {path}", file=sys.stderr)


def _letter(path: Path) -> dict[str, Any]:
    """Read a covering letter from TOML: every field a text, the date a date."""
    from knutpunkt.reports.errors import LetterUnreadable
    from knutpunkt.reports.selectors import LETTER

    try:
        with path.open("rb") as file:
            fields = tomllib.loads(file.read(LONGEST_LETTER).decode())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LetterUnreadable(path=str(path), reason=str(error)) from None
    for name, value in fields.items():
        wanted = date if name == "dated_on" else str
        if name not in LETTER or not isinstance(value, wanted):
            raise LetterUnreadable(path=str(path), reason=f"“{name}” is not a field of its kind")
    return fields
