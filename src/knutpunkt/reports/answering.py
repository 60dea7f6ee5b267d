"""A question about a municipality, answered on one page, built the way a report is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from knutpunkt.core.text import fold
from knutpunkt.network.models import Municipality
from knutpunkt.reports.building.municipality import municipality_facts
from knutpunkt.reports.errors import FormatUnknown, MunicipalityUnknown, ReportNotBuilt
from knutpunkt.reports.facts import FactTable
from knutpunkt.reports.facts.table import canonical, fingerprint
from knutpunkt.reports.rendering import (
    docx_of,
    layout_mark,
    open_data_of,
    page_of,
    pdf_of,
    zipped,
)
from knutpunkt.reports.writing import (
    Document,
    Wording,
    composed,
    problems_of,
    standing_text,
    wording,
)

FORMATS = ("pdf", "html", "docx", "csv")
MOST_MEANT = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known about the offices of a municipality, with the facts it rests on."""

    facts: FactTable
    document: Document
    fingerprint: str

    def written(self, format_: str) -> bytes:
        """Write the answer.

        Raises
        ------
        FormatUnknown
            When it is none of ``pdf``, ``html``, ``docx`` and ``csv``.
        """
        if format_ == "csv":
            return zipped(open_data_of(self.facts))
        drawn = {"pdf": pdf_of, "html": page_of, "docx": docx_of}.get(format_)
        if drawn is None:
            raise FormatUnknown(asked=format_, known=FORMATS)
        return drawn(self.document)


def municipality_named(asked: str) -> Municipality:
    """Find a municipality by its code or its name, however it is spelt: one query.

    Raises
    ------
    MunicipalityUnknown
        With those whose names begin alike.
    """
    rows = list(Municipality.objects.select_related("county"))
    wanted = fold(asked)
    for row in rows:
        if wanted and (row.code == asked.strip() or fold(row.name) == wanted):
            return row
    near = [row.name for row in rows if wanted and fold(row.name).startswith(wanted[:3])]
    raise MunicipalityUnknown(asked=asked, near=sorted(near)[:MOST_MEANT])


def answered(asked: str, *, as_of: date, language: str = "sv") -> Answer:
    """Answer what is known about the offices of a municipality on a day, as known that day.

    Parameters
    ----------
    asked
        Name or code of the municipality.
    as_of
        The day.
    language
        ``sv`` or ``en``.

    Raises
    ------
    MunicipalityUnknown
        When there is no such municipality.
    ReportNotBuilt
        When text and facts do not agree.
    """
    words = wording(language, "answer")
    facts = municipality_facts(municipality_named(asked), as_of, language)
    texts = {key: standing_text(section, facts) for key, section in words.sections.items()}
    problems = problems_of(words, texts, facts)
    if problems:
        raise ReportNotBuilt(problems=[problem.sentence for problem in problems])
    content = {"layout": layout_mark(), "texts": texts, "facts": facts.as_dict()}
    mark = fingerprint(canonical(content))
    return Answer(facts, _document(words, texts, facts, mark), mark)


def _document(words: Wording, texts: dict[str, str], facts: FactTable, mark: str) -> Document:
    say = words.words
    day = facts.said("report.as_of")
    return Document(
        language=words.language,
        title=say["title"].format(municipality=facts.said("place.name")),
        subtitle=f"{say['answer']}, {say['as of'].casefold()} {day}",
        author="",
        dated=facts.as_of,
        cover=(),
        imprint=(f"{say['known on']} {day}.", f"{say['fingerprint']}: {mark}"),
        contents="",
        chapters=composed(words, texts, facts, {}),
        attachments={"facts.csv": open_data_of(facts)["facts.csv"]},
        one_page=True,
    )
