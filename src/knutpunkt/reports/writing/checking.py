"""Whether a text agrees with the facts: every figure a reference, every clause mentioned."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from knutpunkt.reports.facts import FactTable
from knutpunkt.reports.writing.composing import CITED, SOURCES, label_of
from knutpunkt.reports.writing.markup import DIRECTIVE, REFERENCE, Written, paragraphs
from knutpunkt.reports.writing.numbers import typed_numbers
from knutpunkt.reports.writing.stances import contradicted
from knutpunkt.reports.writing.wording import Wording

SHORTEST_SECRET = 4
MOST_SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a report cannot be built: where, and what is wrong there."""

    section: str
    paragraph: int
    sentence: str


def problems_of(
    words: Wording,
    texts: Mapping[str, str],
    facts: FactTable,
    *,
    literals: Iterable[str] = (),
    secrets: Iterable[str] = (),
    maps: Iterable[str] = (),
) -> list[Problem]:
    """Name every place where a text and the facts do not agree.

    Parameters
    ----------
    words, texts, facts
        The report.
    literals
        What may be typed though it has figures: the diary numbers of the letter.
    secrets
        Titles, diary numbers and file names of secret evidence: none may stand in a text.
    maps
        Names of the maps there are.

    Returns
    -------
    list of Problem
        In reading order; empty where the report can be built.
    """
    check = _Check(words, facts, tuple(literals), tuple(secrets), frozenset(maps))
    found = [
        problem
        for key in words.sections
        for part in paragraphs(texts.get(key, ""))
        for problem in check.problems(key, part)
    ]
    return found + check.clauses_left_out(texts)


class _Check:
    def __init__(
        self,
        words: Wording,
        facts: FactTable,
        literals: tuple[str, ...],
        secrets: tuple[str, ...],
        maps: frozenset[str],
    ) -> None:
        self.words, self.facts, self.literals, self.maps = words, facts, literals, maps
        self.secrets = [s.casefold() for s in secrets if len(s) >= SHORTEST_SECRET]
        self.say = words.words

    def problems(self, key: str, part: Written) -> Iterator[Problem]:
        """Problems of a paragraph, with its place in front."""
        place = f"{label_of(self.words, self.words.sections[key])}, {self.say['paragraph']}"
        for sentence in self._sentences(part):
            yield Problem(key, part.number, f"{place} {part.number}: {sentence}")

    def _sentences(self, part: Written) -> Iterator[str]:
        if part.kind == "directive":
            yield from self._directive(part.text)
            return
        yield from self._references(part.text)
        plain = REFERENCE.sub("\N{OBJECT REPLACEMENT CHARACTER}", part.text)
        if "{" in plain or "}" in plain:
            yield self.say["braces"]
        for typed in typed_numbers(plain, self.words.language, self.literals):
            yield self._typed(typed.text, typed.value)
        for clause, verdict in contradicted(part.text, self.facts, self.words.language):
            yield self.say["contradicts"].format(clause=clause, verdict=verdict)
        if any(secret in part.text.casefold() for secret in self.secrets):
            yield self.say["secret"]

    def _directive(self, text: str) -> Iterator[str]:
        match = DIRECTIVE.fullmatch(text)
        assert match is not None
        known = {
            "table": {*self.words.tables, CITED, SOURCES},
            "list": set(self.words.lists),
            "map": set(self.maps),
        }[match[1]]
        if match[2] not in known:
            yield self.say["no such part"].format(part=text, known=", ".join(sorted(known)))

    def _references(self, text: str) -> Iterator[str]:
        for match in REFERENCE.finditer(text):
            name, claimed = match[1], match[2]
            if name not in self.facts:
                near = difflib.get_close_matches(name, self.facts.facts, n=MOST_SUGGESTED)
                meant = self.say["meant"].format(near=", ".join(near)) if near else ""
                yield self.say["no such fact"].format(fact=name) + meant
            elif claimed is not None and not self._agrees(name, claimed):
                said = self.facts.said(name)
                yield self.say["differs"].format(claimed=claimed, fact=name, said=said)

    def _agrees(self, name: str, claimed: str) -> bool:
        fact = self.facts.facts[name]
        plain = {_plain(fact.said), _plain(str(fact.value))}
        return _plain(claimed) in plain

    def _typed(self, text: str, value: int | None) -> str:
        same = [
            fact.id
            for fact in self.facts
            if (value is not None and fact.value == value) or _plain(fact.said) == _plain(text)
        ]
        advice = (
            self.say["use fact"].format(facts=", ".join(f"{{fact:{n}}}" for n in same[:3]))
            if same
            else self.say["no fact has it"]
        )
        return self.say["typed"].format(number=text) + advice

    def clauses_left_out(self, texts: Mapping[str, str]) -> list[Problem]:
        """Clauses that no section outside the appendices mentions."""
        body = [
            texts.get(key, "")
            for key, section in self.words.sections.items()
            if section.place != "appendix"
        ]
        whole = "\n".join(body)
        groups = {
            self._group(name) for name in re.findall(r"\{(?:table|list):([a-z0-9-]+)\}", whole)
        }
        if "clause" in groups:
            return []
        left = [
            key
            for key in self.facts.groups.get("clause", [])
            if not re.search(rf"\{{fact:clause\.{re.escape(key)}\.", whole)
        ]
        return [Problem("", 0, self.say["clause left out"].format(clause=key)) for key in left]

    def _group(self, name: str) -> str:
        found = self.words.tables.get(name) or self.words.lists.get(name)
        return found.group if found else ""


def _plain(text: str) -> str:
    """Read a value without its spaces and the writing of its minus and decimals."""
    return re.sub(r"\s", "", text).replace("−", "-").replace(",", ".").casefold()
