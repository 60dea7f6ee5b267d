"""docs/exchange.md describes the format that is read, and its example is a network."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from knutpunkt.core.exchange import ImportRefused
from knutpunkt.mandates.models import Mandate
from knutpunkt.mandates.selectors import check
from knutpunkt.network.selectors import count_on
from knutpunkt.planning.loading import TABLES, embedded_network_load, network_export, network_import

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "exchange.md"
SECTION = re.compile(r"^### (\w+)\n(.*?)(?=^##)", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| `(\w+)` \| (.*?) \| (yes)? ?\| (.*) \|$", re.MULTILINE)
NOT_SAID = "Nothing is said of it."


@pytest.fixture(scope="module")
def text():
    return DOCUMENT.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def sections(text):
    return dict(SECTION.findall(text))


@pytest.fixture
def example(text):
    (block,) = re.findall(r"^```json\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return json.loads(block)


@pytest.fixture
def written(tmp_path):
    """Write a network to a file."""

    def write(network):
        path = tmp_path / "network.json"
        path.write_text(json.dumps(network), encoding="utf-8")
        return path

    return write


# --- the description ------------------------------------------------------------------------------

described = pytest.mark.parametrize("described", TABLES, ids=lambda table: table.name)


@pytest.mark.once
def test_the_document_lists_the_tables_in_the_order_of_the_format(sections):
    assert list(sections) == [table.name for table in TABLES]


@pytest.mark.once
@described
def test_every_column_is_named_and_no_other(described, sections):
    section = sections[described.name]
    own = [row[0] for row in ROW.findall(section)]
    of_every_claim = re.search(r"^\[Of every claim\]\S* (.*)$", section, re.MULTILINE)
    shared = re.findall(r"`(\w+)`", of_every_claim[1]) if of_every_claim else []
    assert sorted(own + shared) == sorted(described.columns)


@pytest.mark.once
@described
def test_a_required_column_is_called_required(described, sections):
    section = sections[described.name]
    required = {row[0] for row in ROW.findall(section) if row[2]}
    required |= set(re.findall(r"`(\w+)` \(required\)", section))
    assert set(described.required) <= required


@pytest.mark.once
@described
def test_every_allowed_word_is_named(described, text, sections):
    shared = dict(re.findall(r"^\| `(\w+)` \| word \| (.*) \|$", text, re.MULTILINE))
    own = {row[0]: row[3] for row in ROW.findall(sections[described.name])}
    for column, attr in described.fields.items():
        field = described.model._meta.get_field(attr)
        words = re.findall(r"`([\w-]+)`", own.get(column) or shared.get(column) or NOT_SAID)
        assert {value for value, _ in field.flatchoices} <= set(words), column


@pytest.mark.once
@described
def test_the_columns_a_row_is_recognised_by_are_named(described, sections):
    sentence = re.search(r"^Recognised by (.*);", sections[described.name], re.MULTILINE)
    assert re.findall(r"`(\w+)`", sentence[1]) == list(described.identity)


# --- the example ----------------------------------------------------------------------------------


def test_the_example_is_imported_and_counted(example, written, db):
    report = network_import(written(example), by="a test")
    rows = {name: len(rows) for name, rows in example["tables"].items()}
    assert (dict(+report.added), report.corrected.total()) == (rows, 0)
    assert len(example["tables"]["offices"]) == 3
    assert count_on(date(2024, 1, 1)).count == 2
    assert count_on(date(2024, 6, 30)).count == 3
    assert [clause.verdict for clause in check("2024-02", on=date(2024, 6, 30)).clauses] == ["met"]


def test_the_example_imported_twice_changes_nothing(example, written, db):
    path = written(example)
    network_import(path, by="a test")
    assert network_import(path, by="a test").changes == 0


def test_a_changed_day_in_the_example_is_a_correction(example, written, db):
    network_import(written(example), by="a test")
    example["tables"]["events"][2]["happened_on"] = "2024-05-17"
    report = network_import(written(example), by="a test")
    assert (report.added.total(), dict(+report.corrected)) == (0, {"events": 1})


def test_a_trial_stores_nothing(example, written, db):
    path = written(example)
    tried = network_import(path, by="a test", dry_run=True)
    assert tried.changes == network_import(path, by="a test").changes > 0


def test_errors_planted_in_the_example_are_all_named(example, written, db):
    tables = example["tables"]
    tables["events"][1]["happened_on"] = "~2021"
    tables["addresses"][0]["municipality_code"] = "N9"
    tables["service_levels"][0]["valid_from"] = "2019"
    with pytest.raises(ImportRefused) as refused:
        network_import(written(example), by="a test")
    assert [(p.table, p.row, p.field) for p in refused.value.problems] == [
        ("addresses", 1, "municipality_code"),
        ("events", 2, "happened_on"),
        ("service_levels", 1, "valid_from"),
    ]
    assert count_on(date(2024, 6, 30)).at_least == 0


# --- the embedded network -------------------------------------------------------------------------


def test_the_embedded_network_loads_once_and_a_second_import_changes_nothing(folder, db):
    report = embedded_network_load()
    assert report.added["offices"] == 106
    assert embedded_network_load() is None
    assert network_import(folder, by="a test").changes == 0


@pytest.mark.slow
def test_an_export_holds_every_row_of_the_embedded_files(rows, tmp_path, db):
    embedded_network_load()
    counts = network_export(tmp_path / "out")
    for table in TABLES:
        held = table.name != "office_equipment"  # no source names the equipment of an office
        assert counts[table.name] == (len(rows(table.name)) if held else 0)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["out", "out.json"])
def test_an_export_imported_into_an_empty_register_is_exported_byte_for_byte(name, tmp_path, db):
    embedded_network_load()
    first, second = tmp_path / "first" / name, tmp_path / "second" / name
    network_export(first)
    Mandate.objects.update(amends=None)  # a row that others of its own table name cannot go first
    for table in reversed(TABLES):
        table.model._default_manager.all().delete()
    network_import(first, by="a test")
    network_export(second)
    assert bytes_of(first) == bytes_of(second)


def bytes_of(path):
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return {file.name: file.read_bytes() for file in files}


@pytest.mark.once
def test_an_embedded_file_has_the_columns_of_the_format(table, rows):
    of_format = next(one for one in TABLES if one.name == table)
    header = rows(table)[0].keys()
    assert set(of_format.required) <= header <= set(of_format.columns)
