"""A whole network in and out: all of it or nothing, every error named, nothing twice."""

import csv
import json
import shutil
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps

from knutpunkt.core.exchange import FileUnreadable, ImportRefused
from knutpunkt.network.models import Municipality, OfficeEvent
from knutpunkt.network.selectors import count_on, network_on
from knutpunkt.planning.loading import TABLES, network_export, network_import

pytestmark = pytest.mark.django_db

MODELS = [
    model
    for label in ("network", "mandates", "planning")
    for model in apps.get_app_config(label).get_models()
]


def rows_stored():
    return {model.__name__: model._default_manager.count() for model in MODELS}


@pytest.fixture(scope="module")
def exported(swedish_network, django_db_blocker, tmp_path_factory):
    """The network as it is written, once."""
    folder = tmp_path_factory.mktemp("exported") / "network"
    with django_db_blocker.unblock():
        network_export(folder)
    return folder


@pytest.fixture
def out(exported, db, tmp_path):
    """A copy of the written network to plant errors in."""
    return Path(shutil.copytree(exported, tmp_path / "out"))


def added(path, table, **cells):
    """Write one row more at the end of a table."""
    file = path / f"{table}.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        header = csv.DictReader(opened).fieldnames
    with file.open("a", encoding="utf-8", newline="") as opened:
        csv.DictWriter(opened, header, restval="", lineterminator="\n").writerow(cells)


def test_a_decision_to_close_that_breaks_the_rule_is_refused_also_in_a_file(out, monkeypatch):
    monkeypatch.setenv("KNUTPUNKT_NOW", "2026-11-22T12:00")
    decision = {
        "office": "visby",
        "kind": "closed",
        "happened_on": "2027-05-01",
        "decided_on": "2026-11-01",
        "decided_by": "director-general",
        "consulted": "yes",
        "leaves_municipality": "yes",
    }
    added(out, "events", **decision)
    with pytest.raises(ImportRefused) as refused:
        network_import(out, by="a test")
    (problem,) = refused.value.problems
    assert (problem.table, problem.field) == ("events", "decided_by")
    assert "director-general decided, not the board" in problem.reason


def test_history_that_broke_the_rule_is_kept_as_history(out):
    assert network_import(out, by="a test").changes == 0
    assert OfficeEvent.objects.filter(office__key="simrishamn", kind="closed").exists()


def test_a_latitude_beyond_the_pole_is_named_by_its_field(out):
    planted(out, "addresses", 2, lat="199")
    with pytest.raises(ImportRefused) as refused:
        network_import(out, by="a test")
    (problem,) = refused.value.problems
    assert (problem.table, problem.row, problem.field) == ("addresses", 2, "lat")


def keep(path, *tables):
    """Leave only some tables in a folder, where the others do not matter."""
    for file in path.glob("*.csv"):
        if file.stem not in tables:
            file.unlink()


def planted(path, table, row, **cells):
    """Change cells of one row (as a spreadsheet counts them: the header is row 1)."""
    file = path / f"{table}.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        reader = csv.DictReader(opened)
        header, rows = reader.fieldnames, list(reader)
    rows[row - 2].update(cells)
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def lines(path, table):
    return (path / f"{table}.csv").read_text(encoding="utf-8").splitlines(keepends=True)


def only(path, tmp_path, table, *, keep=None):
    """A folder with one table of another folder, or some of its lines."""
    folder = tmp_path / f"only-{table}"
    folder.mkdir()
    text = lines(path, table)
    chosen = text if keep is None else [text[0], *(line for line in text[1:] if keep in line)]
    (folder / f"{table}.csv").write_text("".join(chosen), encoding="utf-8")
    return folder


ERRORS = {
    ("municipalities", 5, "population"): {"population": "many"},
    ("addresses", 7, "lat"): {"lat": "59,3"},
    ("events", 11, "happened_on"): {"happened_on": "2022-13"},
    ("hours", 3, "authority"): {"authority": "skattverket"},
    ("clauses", 4, "type"): {"type": "at_most"},
}


@pytest.fixture
def faulty(out):
    path = out
    for (table, row, _), cells in ERRORS.items():
        planted(path, table, row, **cells)
    return path


def zipped(path):
    target = path.with_suffix(".zip")
    with zipfile.ZipFile(target, "w") as archive:
        for file in path.glob("*.csv"):
            archive.write(file, f"network/{file.name}")
    return target


def as_json(path):
    tables = {}
    for file in path.glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as opened:
            tables[file.stem] = list(csv.DictReader(opened))
    target = path.with_suffix(".json")
    whole = {"format": "knutpunkt-network/1", "tables": tables}
    target.write_text(json.dumps(whole), encoding="utf-8")
    return target


# --- errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "offset"), [(Path, 0), (zipped, 0), (as_json, 1)])
def test_five_planted_errors_are_all_named_and_nothing_is_stored(faulty, form, offset):
    before = rows_stored()
    with pytest.raises(ImportRefused) as refused:
        network_import(form(faulty), by="siv")
    # In JSON there is no header that would count as a row.
    told = {(p.table, p.row + offset, p.field) for p in refused.value.problems}
    assert told == set(ERRORS)
    assert all(problem.reason for problem in refused.value.problems)
    assert "“skattverket” is not known" in str(refused.value)
    assert "5 errors, nothing stored" in str(refused.value)
    assert rows_stored() == before


def test_five_errors_in_one_csv_file_are_all_named(out):
    path = out
    faults = {
        3: {"happened_on": ""},
        5: {"kind": "burnt"},
        8: {"office": "nowhere"},
        13: {"confidence": "sure"},
        21: {"decided_on": "perhaps 2021"},
    }
    for row, cells in faults.items():
        planted(path, "events", row, **cells)
    before = rows_stored()
    with pytest.raises(ImportRefused) as refused:
        network_import(path / "events.csv", by="siv")
    told = [(p.table, p.row, p.field) for p in refused.value.problems]
    assert told == [("events", row, next(iter(cells))) for row, cells in faults.items()]
    assert rows_stored() == before


def test_a_sound_row_beside_a_faulty_one_is_not_stored(out):
    path = out
    keep(path, "events")
    planted(path, "events", 3, note_en="changed, and sound")
    planted(path, "events", 5, kind="burnt")
    with pytest.raises(ImportRefused):
        network_import(path, by="siv")
    assert not OfficeEvent.objects.filter(note_en="changed, and sound").exists()


def test_a_faulty_row_causes_only_its_own_error(out):
    """The office is faulty; its name, kind, address and events refer to it and are not blamed."""
    path = out
    keep(path, "offices", "names", "kinds", "addresses", "events", "balance_members")
    planted(path, "offices", 2, key="a new office", confidence="high")
    for table in ("names", "kinds", "addresses", "events", "balance_members"):
        planted(path, table, 2, office="a new office")
    with pytest.raises(ImportRefused) as refused:
        network_import(path, by="siv")
    assert [(p.table, p.row, p.field) for p in refused.value.problems] == [("offices", 2, "key")]


def test_a_key_of_another_table_is_not_taken_for_a_reference(out):
    path = out
    keep(path, "events")
    planted(path, "events", 4, office="skatteverket")
    with pytest.raises(ImportRefused, match="“skatteverket” is not known"):
        network_import(path, by="siv")


def test_an_unknown_column_and_a_missing_one_are_named(out):
    path = out
    keep(path, "offices", "events")
    file = path / "offices.csv"
    header, rest = file.read_text(encoding="utf-8").split("\n", 1)
    file.write_text(header.replace("source", "sorce") + "\n" + rest, encoding="utf-8")
    planted_header = lines(path, "events")[0].replace("happened_on", "day")
    events = path / "events.csv"
    events.write_text(planted_header + "".join(lines(path, "events")[1:]), encoding="utf-8")
    with pytest.raises(ImportRefused) as refused:
        network_import(path, by="siv")
    told = {(p.table, p.row, p.field): p.reason for p in refused.value.problems}
    assert told["events", None, "happened_on"] == "the column is missing"
    assert "there is no such column; known are" in told["offices", None, "sorce"]
    assert "there is no such column; known are" in told["events", None, "day"]


def test_a_broken_rule_of_the_register_is_named_with_its_row(out):
    path = out
    keep(path, "addresses", "hours")
    planted(path, "addresses", 9, lat="", lon="15")
    planted(path, "hours", 4, valid_from="2024-01-01", valid_to="2023-01-01")
    before = rows_stored()
    with pytest.raises(ImportRefused) as refused:
        network_import(path, by="siv")
    told = {(p.table, p.row): p.reason for p in refused.value.problems}
    assert "address_lies_on_earth" in told["addresses", 9]
    assert "hoursrule_ends_after_it_begins" in told["hours", 4]
    assert rows_stored() == before


def test_an_impossible_history_is_named(out):
    path = out
    keep(path, "events")
    file = path / "events.csv"
    header = lines(path, "events")[0].strip().split(",")
    row = dict.fromkeys(header, "") | {
        "office": "laholm",
        "kind": "opened",
        "happened_on": "2023-05-31",
        "source": "a test",
    }
    with file.open("a", encoding="utf-8", newline="") as opened:
        csv.DictWriter(opened, header, lineterminator="\n").writerow(row)
    with pytest.raises(ImportRefused) as refused:
        network_import(path, by="siv")
    (problem,) = refused.value.problems
    assert (problem.table, problem.field) == ("events", "happened_on")
    assert "twice running" in problem.reason


def test_a_level_outside_its_agreement_is_named(out):
    path = out
    keep(path, "service_levels")
    planted(path, "service_levels", 2, valid_from="2019-01-01")
    with pytest.raises(ImportRefused, match="not in force on 2019-01-01") as refused:
        network_import(path, by="siv")
    assert [(p.table, p.row) for p in refused.value.problems] == [("service_levels", 2)]


def test_an_agreement_cannot_be_cut_short_under_a_service(out, tmp_path):
    path = out
    row = next(k for k, line in enumerate(lines(path, "agreements"), 1) if "skv-2019" in line)
    planted(path, "agreements", row, valid_to="2021-12-31")
    with pytest.raises(ImportRefused, match="not in force until"):
        network_import(only(path, tmp_path, "agreements"), by="siv")


def test_a_balance_smaller_than_its_members_is_named(out):
    path = out
    keep(path, "balances")
    planted(path, "balances", 2, total="71")
    with pytest.raises(ImportRefused, match="72 named offices in a balance of 71"):
        network_import(path, by="siv")


@pytest.mark.parametrize("cell", ["nan", "inf", "1e999"])
def test_a_number_that_is_none_is_refused(out, cell):
    path = out
    keep(path, "areas")
    planted(path, "areas", 2, area_km2=cell)
    with pytest.raises(ImportRefused) as refused:
        network_import(path, by="siv")
    assert [(p.table, p.row, p.field) for p in refused.value.problems] == [("areas", 2, "area_km2")]


def test_the_same_row_twice_is_named(out):
    path = out
    keep(path, "offices")
    with (path / "offices.csv").open("a", encoding="utf-8") as file:
        file.write(lines(path, "offices")[3])
    with pytest.raises(ImportRefused, match="the same row stands in row 4"):
        network_import(path, by="siv")


# --- files that cannot be read --------------------------------------------------------------------


def test_what_is_not_in_the_format_is_refused_in_a_sentence(tmp_path):
    wrong = {
        "latin.csv": ("key,source\nåmål,å\n".encode("latin-1"), "is not UTF-8"),
        "other.csv": (b"a,b\n1,2\n", "is no table of the format"),
        "quoted.csv": (b'key,confidence,source\n"a,b\n', "is not a CSV table"),
        "empty.json": (b"", "is not JSON"),
        "list.json": (b"[]", "does not say it is in the format"),
        "old.json": (b'{"format": "knutpunkt-network/0", "tables": {}}', "does not say"),
        "table.json": (
            b'{"format": "knutpunkt-network/1", "tables": {"offices": {}}}',
            "is not a list of objects",
        ),
        "unknown.json": (
            b'{"format": "knutpunkt-network/1", "tables": {"ofices": []}}',
            "not known: ofices",
        ),
        "broken.zip": (b"PK not a zip", "is not a zip archive"),
    }
    for name, (content, sentence) in wrong.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(FileUnreadable, match=sentence):
            network_import(tmp_path / name, by="siv")


def test_a_missing_file_and_an_empty_folder_are_refused(tmp_path):
    with pytest.raises(FileUnreadable, match="There is no file"):
        network_import(tmp_path / "nothing.csv", by="siv")
    with pytest.raises(FileUnreadable):
        network_import(tmp_path, by="siv")


def test_a_damaged_member_of_an_archive_is_refused_in_a_sentence(tmp_path):
    path = tmp_path / "damaged.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("offices.csv", "key,confidence\n" + "abc,high\n" * 200)
    content = bytearray(path.read_bytes())
    content[45:60] = b"\xff" * 15
    path.write_bytes(bytes(content))
    with pytest.raises(FileUnreadable):
        network_import(path, by="siv")


# --- what is read ---------------------------------------------------------------------------------


def test_semicolons_and_a_byte_order_mark_as_spreadsheets_write_them_are_read(out):
    path = out
    for file in path.glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as opened:
            rows = list(csv.reader(opened))
        with file.open("w", encoding="utf-8-sig", newline="") as opened:
            csv.writer(opened, delimiter=";", lineterminator="\r\n").writerows(rows)
    assert network_import(path, by="siv").changes == 0


def test_a_single_file_of_any_name_is_recognised_by_its_columns(out, tmp_path):
    path = out
    file = tmp_path / "from the county.csv"
    file.write_bytes((path / "events.csv").read_bytes())
    report = network_import(file, by="siv")
    assert dict(report.unchanged) == {"events": OfficeEvent.objects.count()}


def test_a_trial_stores_nothing_and_says_what_would_happen(out):
    path = out
    keep(path, "events", "municipalities")
    planted(path, "events", 3, note_en="changed")
    planted(path, "municipalities", 4, population="12345")
    before = rows_stored()
    report = network_import(path, by="siv", dry_run=True)
    assert dict(+report.corrected) == {"events": 1, "municipalities": 1}
    assert rows_stored() == before
    assert not Municipality.objects.filter(population=12345).exists()
    assert network_import(path, by="siv").corrected == report.corrected


def test_the_same_file_twice_changes_nothing(out):
    path = out
    before = rows_stored()
    assert network_import(path, by="siv").changes == 0
    assert rows_stored() == before


def test_a_changed_row_becomes_a_correction_and_the_old_record_stays(out, monkeypatch):
    monkeypatch.setenv("KNUTPUNKT_NOW", "2026-03-01T12:00")
    path = out
    keep(path, "events")
    row = next(k for k, line in enumerate(lines(path, "events"), 1) if line.startswith("laholm,op"))
    planted(path, "events", row, happened_on="2022-06-07", published_on="2026-03-01")
    report = network_import(path, by="siv")
    assert (report.added.total(), dict(+report.corrected)) == (0, {"events": 1})
    old, new = OfficeEvent.objects.filter(office__key="laholm", kind="opened").order_by("pk")
    assert (old.happened_on, new.happened_on, new.replaces) == ("2022-05-31", "2022-06-07", old)
    assert (old.recorded_by, new.recorded_by) == ("embedded network", "siv")
    day = date(2022, 6, 3)
    assert network_on(day).office("laholm").open == "no"
    assert network_on(day, known_on=date(2026, 2, 28)).office("laholm").open == "yes"
    assert network_import(path, by="siv").changes == 0


def test_a_row_missing_in_the_file_is_left_alone(out, tmp_path):
    path = out
    report = network_import(only(path, tmp_path, "events", keep="laholm"), by="siv")
    assert (report.changes, report.unchanged["events"]) == (0, 2)
    assert count_on(date(2022, 6, 27)).count == 123


def test_a_changed_attribution_is_a_correction(out):
    path = out
    keep(path, "attributions")
    text = lines(path, "attributions")
    row = next(k for k, line in enumerate(text, 1) if "goteborg-gamlestaden" in line)
    planted(path, "attributions", row, mandate="2021-05", clause="metro-quota")
    report = network_import(path, by="siv")
    assert dict(+report.corrected) == {"attributions": 1}
    assert network_import(path, by="siv").changes == 0


@pytest.mark.slow
@pytest.mark.parametrize("form", ["folder", "file.json"])
def test_a_network_written_read_and_written_again_is_the_same_to_the_byte(
    swedish_network, db, tmp_path, form
):
    def content(path):
        files = sorted(path.glob("*.csv")) if path.is_dir() else [path]
        return {file.name: file.read_bytes() for file in files}

    first, again = tmp_path / "1" / form, tmp_path / "2" / form
    assert sum(network_export(first).values()) > 3000
    forget_everything()
    assert network_import(first, by="siv").added.total() > 3000
    network_export(again)
    assert content(first) == content(again)


def forget_everything():
    """Delete every row, those first that refer to others."""
    for table in reversed(TABLES):
        rows = table.model._default_manager.all()
        if table.correctable:
            rows.update(replaces=None, retracts=False)
        for many in table.many:
            getattr(table.model, many.attr).through.objects.all().delete()
        rows._raw_delete("default")
