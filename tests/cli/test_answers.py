"""What the commands answer about the Swedish network: the same facts as tables and as JSON."""

import csv
import json

import pytest

from knutpunkt.cli.main import main
from knutpunkt.network.models import OfficeEvent
from knutpunkt.planning.loading import network_export

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("swedish_network", "db")]


@pytest.fixture
def told(capsys, monkeypatch):
    """Run a command and take apart what it prints as JSON."""
    monkeypatch.setenv("KNUTPUNKT_NOW", "2022-06-28T11:00")

    def run(*arguments, code=0):
        capsys.readouterr()
        assert main([*arguments, "--json"]) == code
        return json.loads(capsys.readouterr().out)

    return run


def test_the_count_on_the_day_of_the_decision(told):
    answer = told("network", "count", "--on", "2021-05-26")
    assert (answer["count"], answer["under_way"]) == (116, 4)


def test_the_count_at_midsummer(told):
    answer = told("network", "count", "--on", "2022-06-27")
    assert [answer[key] for key in ("count", "at_least", "at_most")] == [123, 123, 123]


def test_the_count_at_the_year_end_is_a_range_with_reasons(told):
    answer = told("network", "count", "--on", "2022-12-31")
    assert answer["count"] is None
    assert answer["at_least"] <= 129 <= answer["at_most"]
    assert answer["because"]


def test_the_mandates_and_their_titles(told):
    answer = told("mandates", "list")
    assert [mandate["slug"] for mandate in answer] == ["2020-06", "2021-05", "2022-06", "2024-11"]
    assert all({"slug", "decided_on", "title"} <= mandate.keys() for mandate in answer)
    assert answer[1]["decided_on"] == "2021-05-26"


def test_a_mandate_on_a_day(told):
    answer = told("mandates", "check", "2021-05", "--on", "2022-06-27")
    assert answer["opened"] == ["Borgholm", "Järpen", "Laholm"]
    kept = {"verdict", "sentence", "short_by", "because"}
    assert all(kept <= clause.keys() for clause in answer["clauses"])
    inferred = {
        found["name"]: (found["mandate"], found["basis"]) for found in answer["attributions"]
    }
    assert inferred["Göteborg Gamlestaden"] == ("2020-06", "inferred")
    assert inferred["Malmö Värnhem"] == ("2020-06", "inferred")


def test_a_mandate_years_later_counts_what_opened_and_closed(told):
    answer = told("mandates", "check", "2021-05", "--on", "2025-06-30")
    assert {"Filipstad", "Växjö Araby"} <= set(answer["opened"])
    assert answer["later_closed"] == ["Filipstad", "Växjö Araby"]


def test_find_folds_letters_and_says_whether_the_office_is_open(told):
    answer = told("find", "Jarpen", "--at", "2022-06-28T11:00")
    first = answer["offices"][0]
    assert (first["name"], first["municipality"]) == ("Järpen", "Åre")
    assert first["open"] is None, "no source states its hours"


def test_closings_and_published_counts(told):
    findings = [closing["finding"] for closing in told("network", "closings")]
    assert [findings.count(word) for word in ("kept", "broken", "undocumented")] == [9, 2, 5]
    compared = told("network", "compare")
    assert {row["published"]: row["difference"] for row in compared}[149] == 1


def test_an_office_with_what_happened_to_it(told):
    answer = told("network", "office", "laholm", "--on", "2022-06-27")
    assert [(e["kind"], e["happened_on"]) for e in answer["events"]] == [
        ("inaugurated", "2022-05-24"),
        ("opened", "2022-05-31"),
    ]
    assert (answer["state"], answer["open"]) == ("open", True)


def test_the_offices_of_a_day(told):
    rows = told("network", "offices", "--on", "2022-06-27")
    assert len(rows) == 79
    assert len(told("network", "offices", "--on", "2022-06-27", "--all")) == 106


def test_a_file_with_five_errors_is_refused_with_all_of_them(told, tmp_path):
    path = tmp_path / "out"
    network_export(path)
    with (path / "events.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        header, rows = reader.fieldnames, list(reader)
    faults = {
        2: ("happened_on", "2022-13"),
        9: ("kind", "burnt"),
        12: ("office", "nowhere"),
        30: ("basis", "heard"),
        41: ("consulted", "maybe"),
    }
    for number, (column, value) in faults.items():
        rows[number - 2][column] = value
    with (path / "events.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    before = OfficeEvent.objects.count()
    answer = told("network", "import", str(path), code=1)
    assert answer["stored"] is False
    assert {(e["table"], e["row"], e["field"]) for e in answer["errors"]} == {
        ("events", number, column) for number, (column, _) in faults.items()
    }
    assert OfficeEvent.objects.count() == before


def test_a_trial_of_an_import_says_so(told, tmp_path):
    network_export(tmp_path / "out.json")
    answer = told("network", "import", str(tmp_path / "out.json"), "--dry-run")
    assert answer["stored"] is False
    assert all(table["added"] == table["corrected"] == 0 for table in answer["tables"])


TABLES = [
    (["network", "count", "--on", "2022-06-27"], "123 offices open on 2022-06-27"),
    (["network", "count", "--on", "2022-12-31"], "123 to 146 offices open"),
    (["network", "count", "--on", "2020-01-01"], "No opening balance"),
    (["network", "offices", "--on", "2022-06-27"], "Järpen"),
    (["network", "office", "kungalv", "--on", "2025-05-01"], "open, closing"),
    (["network", "compare"], "not counted"),
    (["network", "closings"], "undocumented"),
    (["mandates", "list"], "Commission to open at least 28 offices"),
    (["mandates", "check", "2021-05", "--on", "2025-06-30"], "Opened and later closed: Filipstad"),
    (["find", "Åre", "--at", "2022-06-28T11:00"], "Järpen"),
]


@pytest.mark.parametrize(("command", "line"), TABLES, ids=lambda part: "-".join(part)[:40])
def test_every_command_prints_a_table_for_people(command, line, capsys):
    assert main(command) == 0
    assert line in capsys.readouterr().out


REFUSED = [
    (["network", "count", "--on", "soon"], 2, "The date “soon” cannot be read"),
    (["network", "count", "--on", "2022"], 2, "one exact day is needed here"),
    (["network", "count", "--known-on", "2022-13-01"], 2, "not in the calendar"),
    (["network", "office", "nowhere"], 1, "There is no office with the key “nowhere”"),
    (["mandates", "check", "1999"], 1, "There is no commission “1999”"),
    (["network", "import", "/nowhere/at.all"], 1, "There is no file"),
    (["network", "export", "/dev/null/out"], 2, "/dev/null/out"),
    (["find", "Åre", "--at", "noon"], 2, "The time “noon” cannot be read"),
    (["find", "Åre", "--authority", "nobody"], 1, "nobody"),
    (["find", "--lat", "59"], 2, "lon"),
]


@pytest.mark.parametrize(("command", "code", "sentence"), REFUSED, ids=lambda part: str(part)[:40])
def test_what_cannot_be_answered_is_refused_with_a_sentence_and_a_code(
    command, code, sentence, capsys
):
    assert main(command) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("error: ")
    assert sentence in told.err
    assert "Traceback" not in told.err


@pytest.mark.parametrize(
    "command",
    [[], ["network"], ["nothing"], ["network", "count", "--no"], ["find", "Åre", "--limit", "-1"]],
)
def test_wrong_usage_ends_with_two(command, capsys):
    try:
        code = main(command)
    except SystemExit as stopped:
        code = stopped.code
    assert code == 2
    assert "usage: knutpunkt" in capsys.readouterr().err
