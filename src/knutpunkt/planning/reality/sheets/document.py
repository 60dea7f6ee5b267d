"""The sheet as documents: a page in each language, its drawings, and the table behind the maps."""

from __future__ import annotations

import csv
import io
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from knutpunkt.engines.whole import folder_made, whole_file
from knutpunkt.planning.reality.sheets.blocks import (
    LANGUAGES,
    Block,
    Drawing,
    Text,
    markdown,
    said,
    same,
)
from knutpunkt.planning.reality.sheets.closures import closures_sheet
from knutpunkt.planning.reality.sheets.commission import commission_sheet
from knutpunkt.planning.reality.sheets.limits import head, limits_sheet
from knutpunkt.planning.reality.sheets.regions import regions_sheet
from knutpunkt.planning.reality.values import Answers, Drawn

NAME = "against-reality"
NAMES = {"sv": f"{NAME}.sv.md", "en": f"{NAME}.md"}
TABLE = f"{NAME}-minutes.csv"


def sheet(answers: Answers) -> list[Block]:
    """Everything that was answered, as blocks in both languages."""
    homes = answers.municipalities
    blocks = head()
    if answers.commission:
        blocks += commission_sheet(answers.commission, homes)
    if answers.closures:
        blocks += closures_sheet(answers.closures, homes)
    if answers.regions:
        blocks += regions_sheet(answers.regions, homes)
    return [*blocks, *limits_sheet(answers)]


def pages(answers: Answers) -> dict[str, str]:
    """Every file of the document by its name within the folder."""
    blocks = sheet(answers)
    found = {TABLE: _table(answers)}
    for number, language in enumerate(LANGUAGES):
        drawings = [block for block in blocks if isinstance(block, Drawing)]
        found |= {_image(one.name, language): one.svg(number) for one in drawings}
        page = [blocks[0], _other(), *blocks[1:], _twin()]
        found[NAMES[language]] = markdown(page, number, partial(_image, language=language))
    return found


def document_written(folder: Path, answers: Answers) -> list[Path]:
    """Write the pages, their drawings and the table into a folder; says which files.

    All of them are complete before the first takes the place of an earlier one.

    Raises
    ------
    FileUnwritable
        When one cannot be written; then none is.
    """
    written = {folder / name: text.encode("utf-8") for name, text in pages(answers).items()}
    with ExitStack() as unfinished:
        for path, content in written.items():
            folder_made(path.parent)
            stream = unfinished.enter_context(whole_file(path))
            stream.write(content)
            stream.flush()  # a full disk is met before any of them takes its name
    return list(written)


def _image(name: str, language: str) -> str:
    return f"images/reality-{name}.{language}.svg"


def _other() -> Text:
    return said(
        "[In English]({other})",
        "[På svenska]({other})",
        other=(NAMES["en"], NAMES["sv"]),
    )


def _twin() -> Text:
    return said(
        "Varje värde på kartorna, kommun för kommun: [{table}]({table}).",
        "Every value on the maps, municipality by municipality: [{table}]({table}).",
        table=same(TABLE),
    )


def _table(answers: Answers) -> str:
    drawn: dict[str, Drawn] = {
        name: answer.drawn
        for name in ("commission", "closures", "regions")
        if (answer := getattr(answers, name)) is not None
    }
    columns = [(name, key) for name, one in drawn.items() for key in one]
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    heads = [f"{name}_{key}_minutes" for name, key in columns]
    writer.writerow(["code", "municipality", "county", "residents", *heads])
    for home in answers.municipalities:
        values = [f"{drawn[name][key][home.code]:.2f}" for name, key in columns]
        writer.writerow([home.code, home.municipality, home.county, home.persons, *values])
    return file.getvalue()
