"""What has changed since the previous report: facts, verdicts and texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from knutpunkt.reports.building import Redaction
from knutpunkt.reports.facts import FactTable
from knutpunkt.reports.writing import Wording
from knutpunkt.reports.writing.markup import paragraphs, runs_of_text

#: Facts that follow from others or are told elsewhere; changes of them are kept but not printed.
NOT_PRINTED = {
    "p10", "p80", "p90", "on_time", "never", "trend_days", "likely_month", "verdict", "verdict_key",
    "sentence", "because", "short_by", "short_by_at_least", "outlook", "outlook_sentence", "state",
    "deadline", "evidence", "office", "dated_on",
}  # fmt: skip
#: Groups whose keys are only numbers of rows: another row is no change of a fact.
NUMBERED = ("published", "decision", "evidence", "talk", "note", "cost", "change", "difference")
CHANGED = {"sv": ("Tillkom", "Utgick"), "en": ("Added", "Removed")}


@dataclass(frozen=True, slots=True)
class Earlier:
    """The snapshot of an earlier report: its facts and the texts it was built from."""

    fingerprint: str
    facts: FactTable
    texts: Mapping[str, str]

    @classmethod
    def from_snapshot(cls, fingerprint: str, kept: Mapping[str, Any]) -> Earlier:
        """Read what a build has frozen."""
        return cls(fingerprint, FactTable.from_dict(kept["facts"]), dict(kept["texts"]))


@dataclass(frozen=True, slots=True)
class Differences:
    """What changed: clauses and facts (name, before, after), texts (section, how)."""

    previous: str
    clauses: tuple[tuple[str, str, str], ...]
    facts: tuple[tuple[str, str, str], ...]
    texts: tuple[tuple[str, str], ...]

    def as_dict(self) -> dict[str, Any]:
        """The differences for JSON."""
        return {
            "previous": self.previous,
            "clauses": [
                {"clause": key, "before": before, "after": after}
                for key, before, after in self.clauses
            ],
            "facts": [
                {"fact": name, "before": before, "after": after}
                for name, before, after in self.facts
            ],
            "texts": [{"section": key, "change": change} for key, change in self.texts],
        }


def differences_of(
    earlier: Earlier,
    facts: FactTable,
    texts: Mapping[str, str],
    words: Wording,
    redaction: Redaction,
) -> Differences:
    """Compare a report with an earlier one of the same commission.

    Parameters
    ----------
    earlier
        The snapshot of the earlier report.
    facts, texts
        Of the report that is being made.
    words
        Titles of the sections.
    redaction
        Withholds what has become secret since.
    """
    clauses = [
        (key, earlier.facts.said(f"clause.{key}.verdict"), facts.said(f"clause.{key}.verdict"))
        for key in facts.groups.get("clause", [])
    ]
    clean = redaction.clean
    return Differences(
        previous=earlier.facts.as_of,
        clauses=tuple(row for row in clauses if row[1] != row[2]),
        facts=tuple((n, clean(b), clean(a)) for n, b, a in _facts(earlier.facts, facts)),
        texts=tuple((k, clean(change)) for k, change in _texts(earlier, facts, texts, words)),
    )


def difference_facts(facts: FactTable, found: Differences, words: Wording) -> None:
    """Put the differences into the fact table, so that the report can tell them."""
    query = f"reports.differences({found.previous}, {facts.as_of})"
    facts.put("difference.previous", found.previous, "day", query)
    facts.put("difference.facts", len(found.facts), "facts", query)
    facts.put("difference.clauses", len(found.clauses), "clauses", query)
    facts.put("difference.texts", len(found.texts), "texts", query)
    for key, before, after in found.clauses:
        _changed(facts, "clause-difference", key, facts.said(f"clause.{key}.paraphrase"), query)
        _before_after(facts, f"clause-difference.{key}", before, after, query)
    printed = [row for row in found.facts if row[0].rpartition(".")[2] not in NOT_PRINTED]
    for number, (name, before, after) in enumerate(printed, start=1):
        _changed(facts, "fact-difference", str(number), name, query)
        _before_after(facts, f"fact-difference.{number}", before, after, query)
    for number, (section, change) in enumerate(found.texts, start=1):
        title = words.sections[section].title
        _changed(facts, "text-difference", str(number), title, query)
        facts.put(f"text-difference.{number}.change", change, "text", query)


def _changed(facts: FactTable, group: str, key: str, what: str, query: str) -> None:
    facts.put(f"{facts.member(group, key)}.what", what, "text", query)


def _before_after(facts: FactTable, name: str, before: str, after: str, query: str) -> None:
    facts.put(f"{name}.before", before or "–", "text", query)
    facts.put(f"{name}.after", after or "–", "text", query)


def _facts(before: FactTable, after: FactTable) -> Iterator[tuple[str, str, str]]:
    """Facts that are said otherwise, are new, or are no longer known."""
    for name in dict.fromkeys((*before.facts, *after.facts)):
        group = name.partition(".")[0]
        if group in NUMBERED or group.endswith("-difference") or name.startswith("report."):
            continue
        old, new = before.said(name), after.said(name)
        if old != new:
            yield name, old, new


def _texts(
    earlier: Earlier, facts: FactTable, texts: Mapping[str, str], words: Wording
) -> Iterator[tuple[str, str]]:
    """Paragraphs written or taken out, read with the facts of their own report."""
    added, removed = CHANGED[facts.language]
    for key in words.sections:
        old, new = _sources(earlier.texts.get(key, "")), _sources(texts.get(key, ""))
        for text in new:
            if text not in old:
                yield key, f"{added}: {_read(text, facts)}"
        for text in old:
            if text not in new:
                yield key, f"{removed}: {_read(text, earlier.facts)}"


def _sources(text: str) -> list[str]:
    return [part.text for part in paragraphs(text) if part.kind != "directive"]


def _read(text: str, facts: FactTable) -> str:
    return "".join(run.text for run in runs_of_text(text, facts))
