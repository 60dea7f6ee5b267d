"""What a report is asked to tell."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from knutpunkt.reports.facts import FactTable

#: Fields of the covering letter that a final report cannot do without.
NEEDED = ("agency", "addressee", "dnr", "dated_on", "decided_by", "rapporteur")


@dataclass(frozen=True, slots=True)
class Letter:
    """The covering letter: who sends the report to whom, and who decided so."""

    agency: str = ""
    addressee: str = ""
    dnr: str = ""
    their_reference: str = ""
    dated_on: date | None = None
    decided_by: str = ""
    rapporteur: str = ""
    others: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """Fields a final report needs and that are empty."""
        return tuple(name for name in NEEDED if not getattr(self, name))

    @property
    def literals(self) -> tuple[str, ...]:
        """Diary numbers, which texts may spell out."""
        return tuple(filter(None, (self.dnr, self.their_reference)))

    def as_dict(self) -> dict[str, Any]:
        """The letter for JSON."""
        return {
            field.name: value.isoformat() if isinstance(value, date) else value
            for field in fields(self)
            if (value := getattr(self, field.name))
        }


@dataclass(frozen=True, slots=True)
class Question:
    """Which commission, as of which day, for which kind of report, in which language."""

    mandate: str
    as_of: date
    kind: str
    language: str = "sv"
    letter: Letter = Letter()
    due: date | None = None
    programme: str = ""
    #: Key of the clause that this report answers to.
    due_clause: str = ""

    @property
    def check_query(self) -> str:
        """How the commission was asked, as a program would write it."""
        day = self.as_of.isoformat()
        return f'mandates.check("{self.mandate}", on={day}, known_on={day})'


def letter_facts(facts: FactTable, question: Question) -> None:
    """Put the covering letter into the fact table."""
    letter = question.letter
    for name, value in letter.as_dict().items():
        unit = "day" if name == "dated_on" else "text"
        facts.put(f"letter.{name}", value, unit, f"reports.letter.{name}")
    facts.put("report.as_of", question.as_of.isoformat(), "day", "reports.report.as_of")
    if question.due is not None:
        facts.put("report.due", question.due.isoformat(), "day", "reports.report.clause.window_to")
    facts.put(f"report.{question.kind}", question.kind, "text", "reports.report.kind")
