"""Tables in CSV: read as they were meant, or refused with their line."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.engines.tables import TableUnfit, table_rows

pytestmark = pytest.mark.once

TABLE = "key,lat,note\na,1.5,\nb,-2,x y\n"
READ = [("a", 1.5, ""), ("b", -2.0, "x y")]


@pytest.fixture
def read(tmp_path):
    """Rows of a table given as text or bytes."""

    def run(content, needed=("key", "lat")):
        file = tmp_path / "t.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return list(table_rows(file, needed))

    return run


@pytest.mark.parametrize(
    "text",
    [
        TABLE,
        "\ufeff" + TABLE,
        TABLE.replace("\n", "\r\n"),
        TABLE.replace(",", ";"),
        TABLE.replace(",", ";").replace("1.5", "1,5"),
        TABLE.replace(",", "\t").replace("1.5", "1,5"),
        TABLE.replace("\n", "\n\n,,\n  \n").replace(",,\n  \n", "", 1),
        "\n\n" + TABLE,
        TABLE.replace(",", " , "),
        TABLE.replace("x y", '"x y"'),
        TABLE.rstrip("\n"),
    ],
)
def test_the_same_table_in_many_ways_of_writing(read, text):
    rows = read(text)
    assert [(r.text("key"), r.number("lat"), r.cells["note"]) for r in rows] == READ


def test_a_row_knows_its_line_also_behind_empty_lines_and_broken_cells(read):
    rows = read('\nkey,lat,note\n\na,1,"two\nlines"\n\nb,2,\n')
    assert [(row.text("key"), row.line) for row in rows] == [("a", 5), ("b", 7)]
    assert "t.csv, line 7: lat is '2', above 1." in str(
        _refused(lambda: rows[1].number("lat", 0, 1))
    )


def _refused(call):
    with pytest.raises(TableUnfit) as refused:
        call()
    return refused.value


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "t.csv: the file is empty"),
        ("\n\r\n;;\n", "t.csv: the file is empty"),
        ("key,lat\n", "line 2: there is no row"),
        ("key,long\na,1\n", "line 1: column 'lat' is missing; there is key, long"),
        ("a,1\nb,2\n", "line 1: column 'key' is missing; there is a, 1"),
        ("key,lat,lat\na,1,2\n", "line 1: column 'lat' stands there twice"),
        ("key,lat\na\n", "line 2: 1 cells stand under 2 columns"),
        ("key,lat\na,1,2\n", "line 2: 3 cells stand under 2 columns; text that holds a ',' is put"),
        ("key;lat\na;1;2\n", "text that holds a ';' is put in quotes"),
        ('key,lat\n"a,1\n', "line 2: a quotation mark is opened"),
        ('key,lat\n"a"b,1\n', "line 2: a quotation mark closes within a cell"),
        ("key,lat\ra,1\r", "lines end in a way that is not known"),
        ("key,lat\nå,1\n".encode("latin-1"), "line 2: byte 0xe5 is not UTF-8 (perhaps Latin-1)"),
        ("key,lat\na,1\n".encode("utf-16"), "t.csv: it is UTF-16"),
        (b"key,lat\na\0,1\n", "line 2: it holds a byte that no text has"),
        (b"PK\x03\x04\x14\0", "t.csv: it is a spreadsheet or an archive"),
        (b"\x7fELF\x02\x01\x01\0", "line 1: it holds a byte"),
        ("key,lat\n" + "a" * 200_000 + ",1\n", "line 2: a cell is longer"),
        ("key,lat\n" + "a" * 2_000_000, "line 2: the line is longer than 1,000,000 characters"),
    ],
)
def test_what_is_no_table_is_refused_with_its_line(read, content, said):
    refused = _refused(lambda: read(content))
    assert said in str(refused)
    assert refused.hint


@pytest.mark.parametrize(
    "text", ["nan", "inf", "-Infinity", "1_000", "", "1,5", "1.5.0", "0x10", "one", "1e400"]
)
def test_a_number_that_is_none_is_refused(read, text):
    (row,) = read(f'key,lat\na,"{text}"\n')
    assert f"t.csv, line 2: lat is '{text}', not a" in str(_refused(lambda: row.number("lat")))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_read_as_it_was_written(tmp_path_factory, number):
    file = tmp_path_factory.mktemp("t") / "t.csv"
    file.write_text(f"key;lat\na;{number!r}\nb;{number!r}\n".replace(".", ",", 1))
    assert [row.number("lat") for row in table_rows(file, ("key",))] == [number, number]


def test_bounds_and_flags_are_kept(read):
    (row,) = read("key,lat,open,shut\na,-3,Ja,\n")
    assert row.number("lat", -3, -3) == -3
    assert "below 0" in str(_refused(lambda: row.number("lat", 0)))
    assert "above -4" in str(_refused(lambda: row.number("lat", -9, -4)))
    assert (row.flag("open"), row.flag("shut"), row.flag("missing")) == (True, False, False)
    assert "lat is '-3'; write 1 for yes" in str(_refused(lambda: row.flag("lat")))
    assert "shut is empty" in str(_refused(lambda: row.text("shut")))


def test_a_file_that_never_ends_is_refused_at_once():
    from pathlib import Path

    assert "longer than" in str(_refused(lambda: list(table_rows(Path("/dev/zero"), ()))))


def test_what_cannot_be_opened_is_said(tmp_path):
    assert "it is a folder" in str(_refused(lambda: list(table_rows(tmp_path, ()))))
    missing = tmp_path / "missing.csv"
    assert "missing.csv: it cannot be read" in str(_refused(lambda: list(table_rows(missing, ()))))
    if os.geteuid():
        missing.write_text(TABLE)
        missing.chmod(0)
        assert "cannot be read" in str(_refused(lambda: list(table_rows(missing, ()))))
