"""The commands: the same forecast as a table for people and as JSON for programs."""

import json
from argparse import Namespace
from datetime import date

import pytest

from knutpunkt.cli import programme as commands
from knutpunkt.cli.main import main
from knutpunkt.programme.models import Programme

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.usefixtures("swedish_network", "db"),
]

ASKED = ("programme", "forecast", "--mandate", "2021-05", "--as-of", "2022-06-30", "--runs", "200")


def told(capsys, *arguments):
    capsys.readouterr()
    code = main([*arguments])
    return code, capsys.readouterr()


def test_the_forecast_as_json_holds_days_and_probabilities(capsys):
    code, said = told(capsys, *ASKED, "--json")
    answer = json.loads(said.out)
    assert (code, answer["as_of"], len(answer["slots"])) == (0, "2022-06-30", 28)
    p50 = {slot["key"]: slot["p50"] for slot in answer["slots"]}
    assert p50["laholm"] == "2022-05-31"
    assert date.fromisoformat(p50["tingsryd"]) > date(2022, 6, 30)
    chances = {clause["key"]: clause["probability"] for clause in answer["clauses"]}
    assert 0 < chances["total"] < 1
    assert chances["adjacent-malmo"] is None


def test_the_forecast_as_a_table_names_every_slot_and_clause(capsys):
    code, said = told(capsys, *ASKED)
    assert code == 0
    for words in ("Tingsryd", "P80", "metro-quota", "All clauses that can be counted", "inputs"):
        assert words in said.out


def test_advice_follows_where_it_is_asked_for(capsys):
    chosen = Namespace(
        mandate="2020-06",
        programme="",
        as_of="2021-09-30",
        runs=200,
        seed=1,
        json=True,
        advice=True,
    )
    assert commands.forecast(chosen) == 0
    answer = json.loads(capsys.readouterr().out)
    assert {one["key"] for one in answer["advice"]["insurances"]} == {"spare", "interim", "crew"}


def test_the_back_test_prints_what_came_beside_what_was_forecast(capsys):
    code, said = told(capsys, "programme", "backtest", "--json")
    answer = json.loads(said.out)
    assert code == 0
    assert [[t["published"] for t in then["targets"]] for then in answer["forecasts"]] == [
        [126, 135],
        [126, 135],
    ]
    table = told(capsys, "programme", "backtest")[1].out
    assert answer["sentence_en"] in table
    assert "written after the events" in table


def test_a_programme_is_opened_with_a_slot_for_every_office(capsys):
    code, said = told(capsys, "programme", "open", "--mandate", "2021-05", "--by", "x", "--json")
    answer = json.loads(said.out)
    assert (code, len(answer["slots"])) == (0, 28)
    assert Programme.objects.get(key=answer["key"]).opened_by == "x"


def test_what_cannot_be_forecast_is_said_on_the_error_stream_with_a_hint(capsys):
    code, said = told(
        capsys, "programme", "forecast", "--mandate", "2021-05", "--as-of", "2021-05-01"
    )
    assert code != 0
    assert said.out == ""
    assert "error: " in said.err
    assert "hint: " in said.err
