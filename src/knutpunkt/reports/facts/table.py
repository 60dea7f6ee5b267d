"""Facts, each with its value, unit, day, the query that gave it, and what that rests on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from knutpunkt.errors import KnutpunktError
from knutpunkt.reports.facts.words import Value, say


class FactGivenTwice(KnutpunktError):
    """Two facts claim the same name."""

    code = "fact-given-twice"
    status = 500

    def __init__(self, *, fact: str) -> None:
        super().__init__(f"The fact “{fact}” is given twice.")


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure or a statement of a report.

    Attributes
    ----------
    id
        Its name in texts: ``openings.counted``.
    value, unit, said
        The value for programs, what it counts, and how the report says it.
    as_of
        The day it holds for, ISO.
    query
        Which selector with which arguments gave it.
    sources, events
        Addresses it rests on, and entries of the register (office, what, when).
    """

    id: str
    value: Value
    unit: str
    said: str
    as_of: str
    query: str
    sources: tuple[str, ...] = ()
    events: tuple[str, ...] = ()


@dataclass(slots=True)
class FactTable:
    """The facts of a report in one language, and the keys of what there are several of.

    ``groups["clause"]`` lists the keys of the clauses; their facts are ``clause.<key>.<what>``.
    """

    as_of: str
    language: str
    facts: dict[str, Fact] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)

    def put(
        self,
        name: str,
        value: Value,
        unit: str,
        query: str,
        *,
        sources: Iterable[str] = (),
        events: Iterable[str] = (),
    ) -> None:
        """Add a fact; one that is not known (``None`` or an empty text) is left out.

        Raises
        ------
        FactGivenTwice
            When the name is taken.
        """
        if value is None or value == "":
            return
        if name in self.facts:
            raise FactGivenTwice(fact=name)
        kept = tuple(dict.fromkeys(source for source in sources if source))
        said = say(value, unit, self.language)
        self.facts[name] = Fact(
            name, value, unit, said, self.as_of, query, kept, tuple(dict.fromkeys(events))
        )

    def member(self, group: str, key: str) -> str:
        """Add a key to a group and return the beginning of its facts' names."""
        self.groups.setdefault(group, []).append(key)
        return f"{group}.{key}"

    def said(self, name: str) -> str:
        """How a fact is said; empty where it is not known."""
        found = self.facts.get(name)
        return found.said if found else ""

    def value(self, name: str) -> Value:
        """Value of a fact; ``None`` where it is not known."""
        found = self.facts.get(name)
        return found.value if found else None

    def __contains__(self, name: str) -> bool:
        return name in self.facts

    def __iter__(self) -> Iterator[Fact]:
        return iter(self.facts.values())

    def as_dict(self) -> dict[str, Any]:
        """The table for JSON."""
        return {
            "as_of": self.as_of,
            "language": self.language,
            "groups": self.groups,
            "facts": [asdict(fact) for fact in self],
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> FactTable:
        """Read a table that :meth:`as_dict` wrote."""
        table = cls(kept["as_of"], kept["language"], groups=dict(kept["groups"]))
        for row in kept["facts"]:
            listed = {"sources": tuple(row["sources"]), "events": tuple(row["events"])}
            table.facts[row["id"]] = Fact(**row | listed)
        return table

    def canonical(self) -> bytes:
        """The one spelling of the table whose fingerprint is printed in the report."""
        return canonical(self.as_dict())


def canonical(content: Any) -> bytes:
    """Spell JSON in one way: sorted keys, no spaces, UTF-8."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def fingerprint(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
