"""Every example in docs/hours.md runs and shows what it says."""

import doctest
import re
from pathlib import Path

import knutpunkt.engines.hours as engine

DOCUMENT = Path(__file__).parents[3] / "docs" / "hours.md"


def test_every_example_shows_what_it_says():
    text = DOCUMENT.read_text(encoding="utf-8")
    examples = "\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
    parsed = doctest.DocTestParser().get_doctest(examples, {}, "hours.md", str(DOCUMENT), 0)
    said = []
    doctest.DocTestRunner(verbose=False).run(parsed, out=said.append)
    assert not said, "".join(said)
    assert len(parsed.examples) >= 20


def test_the_language_table_is_readable_by_the_engine():
    text = DOCUMENT.read_text(encoding="utf-8")
    table = text.split("| text | meaning |")[1].split("```")[0]
    written = [
        cell
        for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
        for cell in row.split(" or ")
    ]
    assert len(written) == 8
    for cell in written:
        assert engine.parse_week(cell.strip("`"))
