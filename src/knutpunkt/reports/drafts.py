"""A report as it would be built now: facts, texts, document, and what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from knutpunkt.reports.building import Assembled, Question, assembled
from knutpunkt.reports.comparing import Differences, Earlier, difference_facts, differences_of
from knutpunkt.reports.facts import FactTable
from knutpunkt.reports.facts.table import canonical, fingerprint
from knutpunkt.reports.rendering import layout_mark, open_data_of
from knutpunkt.reports.writing import (
    Document,
    Problem,
    Wording,
    composed,
    problems_of,
    standing_text,
    wording,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything a build freezes, and the problems that keep it from being built."""

    question: Question
    facts: FactTable
    texts: Mapping[str, str]
    document: Document
    problems: tuple[Problem, ...]
    differences: Differences | None
    snapshot: bytes
    fingerprint: str


def drafted(
    question: Question, written: Mapping[str, str], earlier: Earlier | None = None
) -> Draft:
    """Draft a report.

    Parameters
    ----------
    question
        Which commission, day, kind and language, with the covering letter.
    written
        Texts that people wrote, by section; where there is none, the text that comes with the
        section stands.
    earlier
        The previous report to compare with.

    Raises
    ------
    NotFound
        When there is no such commission, or it was not known on the day.
    """
    words = wording(question.language)
    material = assembled(question)
    facts = material.facts
    texts = {
        key: written.get(key) or standing_text(section, facts)
        for key, section in words.sections.items()
    }
    differences = None
    if earlier is not None:
        differences = differences_of(earlier, facts, texts, words, material.redaction)
        difference_facts(facts, differences, words)
        if not written.get("changelog"):
            texts["changelog"] = standing_text(words.sections["changelog"], facts)
    snapshot = _snapshot(question, facts, texts, earlier)
    mark = fingerprint(snapshot)
    return Draft(
        question=question,
        facts=facts,
        texts=texts,
        document=_document(question, material, words, texts, mark),
        problems=tuple(_problems(question, material, words, texts)),
        differences=differences,
        snapshot=snapshot,
        fingerprint=mark,
    )


def _problems(
    question: Question, material: Assembled, words: Wording, texts: Mapping[str, str]
) -> list[Problem]:
    dnr = material.facts.said("mandate.dnr")
    return problems_of(
        words,
        texts,
        material.facts,
        literals=(*question.letter.literals, *filter(None, [dnr])),
        secrets=material.redaction.distinctive(words.standing),
        maps=material.maps,
    )


def _snapshot(
    question: Question, facts: FactTable, texts: Mapping[str, str], earlier: Earlier | None
) -> bytes:
    content: dict[str, Any] = {
        "layout": layout_mark(),
        "mandate": question.mandate,
        "kind": question.kind,
        "language": question.language,
        "letter": question.letter.as_dict(),
        "texts": dict(texts),
        "facts": facts.as_dict(),
        "previous": earlier.fingerprint if earlier else "",
    }
    return canonical(content)


def _document(
    question: Question,
    material: Assembled,
    words: Wording,
    texts: Mapping[str, str],
    mark: str,
) -> Document:
    facts, say = material.facts, words.words
    letter = question.letter
    cover = [
        (say["dnr"], letter.dnr),
        (say["date"], facts.said("letter.dated_on") or say["no_date"]),
        (say["agency"], letter.agency),
    ]
    forecast = facts.said("forecast.engine")
    on = facts.said("report.as_of")
    imprint = [
        f"{say['as of']} {on}. {say['known on']} {on}.",
        f"{say['forecast']}: {forecast}, {facts.said('forecast.inputs')}." if forecast else "",
        f"{say['fingerprint']}: {mark}",
        say["attached"],
    ]
    return Document(
        language=question.language,
        title=facts.said("mandate.title"),
        subtitle=f"{say[question.kind]}, {say['as of'].casefold()} {on}",
        author=letter.agency,
        dated=(letter.dated_on or question.as_of).isoformat(),
        cover=tuple(line for line in cover if line[1]),
        imprint=tuple(filter(None, imprint)),
        contents=say["contents"],
        chapters=composed(words, texts, facts, material.maps),
        attachments=open_data_of(facts),
    )
