"""A study on two pages of A4: what is asked, how sure the answer is, maps; then the tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import resources
from typing import Any
from xml.sax.saxutils import quoteattr

from django.utils.translation import gettext as _
from django.utils.translation import override

from knutpunkt.planning.drawing import VIEWBOX, Drawing
from knutpunkt.planning.models import StudyAnswer, StudyPrices, StudyVersion
from knutpunkt.planning.pages import Reader
from knutpunkt.planning.studies import selectors
from knutpunkt.planning.studies.mapping import maps_of
from knutpunkt.planning.studies.pages import figures_of, status_sentence
from knutpunkt.planning.studies.question import question_of
from knutpunkt.planning.studies.sheets import Sheet
from knutpunkt.planning.studies.tables import Table, table_of
from knutpunkt.planning.studies.visits import tables_of
from knutpunkt.planning.studies.wording import Rules, question_lines

#: Tables on the second page and how many rows of each at most.
PRINTED = {
    "rounds": 12, "opened": 28, "closed": 28, "consultation": 28, "rules": 6, "distribution": 7,
    "losers": 6, "counties": 8,
}  # fmt: skip
#: Lines of the second page, those a table's heading takes, and letters that fit across it.
PAGE_LINES, HEADING_LINES, LETTERS = 78, 5, 126
#: Lines of a cell, before its text is cut.
CELL_LINES = 4
#: Letters of a line on the first page, before it is cut.
LONGEST_LINE = 180
STANDARDS = ["a-3a", "ua-1"]
FILLS = {"shade-0": "#e6f1ec", "shade-1": "#b9d9cb", "shade-2": "#7fb59f", "shade-3": "#3f806b",
         "shade-4": "#14433a", "shade-no": "none"}  # fmt: skip
DOTS = {"old": ("#1c2321", 6), "new": ("#c2410c", 10), "gone": ("#ffffff", 8)}


def study_pdf(
    version: StudyVersion,
    answer: StudyAnswer,
    prices: StudyPrices | None,
    rules: Rules,
    language: str,
) -> bytes:
    """Print an answer with a plan.

    Returns
    -------
    bytes
        A tagged PDF of two pages. The same answer gives the same bytes on any machine.

    References
    ----------
    PDF/UA-1 (ISO 14289-1), PDF/A-3 (ISO 19005-3); https://typst.app/docs/reference/pdf/
    """
    import typst

    with override(language):
        content = _content(version, answer, prices, rules, language)
    maps = maps_of(answer.effects)
    layout = (resources.files("knutpunkt.planning") / "texts" / "study.typ").read_bytes()
    files = {"main.typ": layout, "study.json": json.dumps(content, ensure_ascii=False).encode()}
    files |= {f"map-{number}.svg": _svg(drawn).encode() for number, drawn in enumerate(maps)}
    compile_: Any = typst.compile
    made: bytes = compile_(files, ignore_system_fonts=True, format="pdf", pdf_standards=STANDARDS)
    return made


def _content(
    version: StudyVersion,
    answer: StudyAnswer,
    prices: StudyPrices | None,
    rules: Rules,
    language: str,
) -> dict[str, Any]:
    question, reader = question_of(version.question), Reader(language)
    title = selectors.mandate_title(question.mandate, reader.language)
    study = version.study
    approved = study.approved_id == version.pk
    on = study.approved_at.date().isoformat() if approved and study.approved_at else ""
    words = {"who": study.approved_by, "day": on, "reason": study.reason}
    written = [rules.sentence(key) for key in (*rules.written, *rules.clauses)]
    return {
        "language": reader.language,
        "title": f"{study.title} ({version.number})",
        "dated": [answer.answered_at.year, answer.answered_at.month, answer.answered_at.day],
        "status": status_sentence(answer, None, rules, reader),
        "approval": _("Approved by %(who)s on %(day)s: %(reason)s") % words if approved else
        _("Not approved."),
        "asked": _cut(question_lines(question, title, language), 8),
        "rules_title": _("Rules"),
        "rules": _cut(written, 8),
        "figures": [[one.label, one.before, one.after]
                    for one in figures_of(answer.effects, reader, question)],
        "head": ["", _("Before"), _("After")],
        "maps": [_("Mean travel time by municipality: %(when)s") % {"when": one.label}
                 for one in maps_of(answer.effects)],
        "tables": _tables([table_of(sheet, reader, shown=PRINTED[sheet.key])
                           for sheet in _printed(tables_of(answer, prices, rules))]),
        "repeat": f"{answer.engine}, seed {answer.seed}, {answer.inputs_hash}",
    }  # fmt: skip


def _printed(sheets: Sequence[Sheet]) -> list[Sheet]:
    order = list(PRINTED)
    return sorted(
        (one for one in sheets if one.key in PRINTED), key=lambda one: order.index(one.key)
    )


def _tables(tables: Sequence[Table]) -> list[dict[str, Any]]:
    """Fill the second page from the top; what does not fit is counted under its table."""
    left, printed = PAGE_LINES, []
    for table in (one for one in tables if one.lines):
        left -= HEADING_LINES
        rows: list[list[str]] = []
        letters = LETTERS // len(table.columns)
        for line in table.lines:
            texts = (line.head, *(text for text, _head, _number in line.cells))
            row = [_cut_at(text, CELL_LINES * letters) for text in texts]
            lines = max(-(-len(text) // letters) for text in row)
            if lines > left:
                break
            rows.append(row)
            left -= lines
        if not rows:
            break
        more = len(table.lines) + len(table.further) - len(rows)
        printed.append(
            {
                "title": table.title,
                "columns": [[label, number] for label, number in table.columns],
                "rows": rows,
                "more": _("and %(n)s more") % {"n": more} if more else "",
            }
        )
    return printed


def _cut(lines: Sequence[str], most: int) -> list[str]:
    shown = [_cut_at(line, LONGEST_LINE) for line in lines[:most]]
    more = len(lines) - most
    return [*shown, _("and %(n)s more") % {"n": more}] if more > 0 else shown


def _cut_at(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[: letters - 1]}…"


def _svg(drawn: Drawing) -> str:
    paths = [
        f'<path d={quoteattr(shape.outline)} fill="{FILLS[shape.shade]}" stroke="#fff"/>'
        for shape in drawn.shapes
    ]
    dots = [
        f'<circle cx="{one.x}" cy="{one.y}" r="{DOTS[one.kind][1]}" fill="{DOTS[one.kind][0]}" '
        'stroke="#1c2321"/>'
        for one in drawn.dots
    ]
    inside = "".join([*paths, *dots])
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{VIEWBOX}">{inside}</svg>'
