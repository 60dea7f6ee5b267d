"""What the hand-written files about offices, commissions and service must keep to."""

import re
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest

pytestmark = pytest.mark.once

# A row of these is a name or a code, or has its source in SOURCES.md, not in the row.
WITHOUT_SOURCE = {"areas", "counties", "demand", "equipment", "municipalities", "places"}
DATED = {
    "adopted_on", "date", "decided_on", "happened_on", "lodged_on", "needs_equipment_from",
    "on", "polygon_updated_on", "published_on", "valid_from", "valid_to", "window_from",
    "window_to",
}  # fmt: skip
EVERY_OFFICE = "*"
ALLOWED = {
    "basis": {"stated", "inferred", "planned", "assumed", ""},
    "confidence": {"high", "medium", "low", "doubtful"},
    "consulted": {"yes", "no", "unknown"},
    "leaves_municipality": {"yes", "no", "unknown", ""},
    "exercises_authority": {"yes", "no", "unknown"},
    "personal_data": {"yes", "no", "unknown"},
    "level": {"full", "guidance", "self-service", "by-booking", "video"},
    "layer": {"weekly", "season", "exception"},
    "policy": {"closed", "half", "open"},
    "type": {"named", "quota", "at_least", "adjacent_area", "report_due"},
    "held": {"yes", "no"},
    "facts_held": {"yes", "no"},
}
EVENT_KINDS = {"opened", "inaugurated", "closed", "paused", "resumed", "announced", "planned"}
OFFICE_KINDS = {"fixed", "mobile", "visiting-days", "co-located"}


def bounds(text):
    """First and last day a rough date can mean; refuses every other form."""
    if match := re.fullmatch(r"\[(\d{4}-\d{2}-\d{2})?\.\.(\d{4}-\d{2}-\d{2})?\]", text):
        first, last = (date.fromisoformat(end) if end else None for end in match.groups())
        if first is None and last is None:
            raise ValueError(f"{text} says nothing.")
        return first or date.min, last or date.max
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return date.fromisoformat(text), date.fromisoformat(text)
    if re.fullmatch(r"\d{4}-\d{2}", text):
        first = date.fromisoformat(f"{text}-01")
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    if re.fullmatch(r"\d{4}", text):
        return date(int(text), 1, 1), date(int(text), 12, 31)
    raise ValueError(f"{text} is none of the forms of docs/data.md.")


@pytest.mark.parametrize("text", ["2022-01-01/2022-06-27", "[..]", "2022-13", "about 2022", ""])
def test_a_date_in_another_form_is_refused(text):
    with pytest.raises(ValueError, match=r"form|nothing|month|Invalid"):
        bounds(text)


def test_every_date_has_an_allowed_form_and_ends_after_it_begins(table, rows):
    for row in rows(table):
        for column in DATED & row.keys():
            if row[column]:
                first, last = bounds(row[column])
                assert first <= last, row


def test_nothing_ends_before_it_can_begin(table, rows):
    for row in rows(table):
        for begin, end in (("valid_from", "valid_to"), ("window_from", "window_to")):
            if row.get(begin) and row.get(end):
                assert bounds(row[begin])[0] <= bounds(row[end])[1], row


def test_every_row_has_a_source(table, rows):
    if table not in WITHOUT_SOURCE:
        assert not [row for row in rows(table) if not row["source"]]


def test_notes_are_in_both_languages_or_in_neither(table, rows):
    for row in rows(table):
        for name in ("note", "reason", "paraphrase"):
            if f"{name}_sv" in row:
                assert bool(row[f"{name}_sv"]) == bool(row[f"{name}_en"]), row


def test_words_are_of_the_fixed_lists(table, rows):
    for row in rows(table):
        for column, words in ALLOWED.items():
            assert row.get(column, next(iter(words))) in words, row


def test_kinds_are_of_the_fixed_lists(rows):
    assert {row["kind"] for row in rows("events")} <= EVENT_KINDS
    assert {row["kind"] for row in rows("kinds")} <= OFFICE_KINDS
    assert {row["kind"] for row in rows("authorities")} <= {"state", "municipality"}


def test_there_are_106_offices_each_once(rows):
    keys = [row["key"] for row in rows("offices")]
    assert len(keys) == len(set(keys)) == 106


def test_every_office_named_in_any_file_is_known(table, rows):
    known = {row["key"] for row in rows("offices")} | {EVERY_OFFICE, ""}
    assert {row.get("office", "") for row in rows(table)} <= known


def test_every_office_has_a_name_and_a_kind(rows):
    known = {row["key"] for row in rows("offices")}
    assert {row["office"] for row in rows("names")} == known
    assert {row["office"] for row in rows("kinds")} == known


def test_only_the_office_of_unknown_place_has_no_address(rows):
    known = {row["key"] for row in rows("offices")}
    assert known - {row["office"] for row in rows("addresses")} == {"stockholm-2020-commission"}


def test_every_municipality_code_is_known(table, rows):
    known = {row["code"] for row in rows("municipalities")} | {""}
    for row in rows(table):
        assert row.get("municipality_code", "") in known, row
        assert set(row.get("members", "").split(";")) <= known, row


def test_the_balance_of_116_names_72(rows):
    (balance,) = rows("balances")
    members = [row["office"] for row in rows("balance_members")]
    assert (balance["on"], balance["total"]) == ("2021-05-26", "116")
    assert len(members) == len(set(members)) == 72


def test_72_named_and_44_unnamed_and_seven_openings_make_123(rows):
    """The four of 2020 and Borgholm, Laholm and Järpen had opened by 2022-06-27, no other."""
    members = {row["office"] for row in rows("balance_members")}
    day = date(2022, 6, 27)
    later = [r for r in rows("events") if r["kind"] == "opened" and r["office"] not in members]
    surely = {
        r["office"]
        for r in later
        if date(2021, 5, 26) < bounds(r["happened_on"])[0] and bounds(r["happened_on"])[1] <= day
    }
    assert 116 + len(surely) == 123
    assert {"borgholm", "laholm", "jarpen", "goteborg-gamlestaden"} < surely


def test_members_of_the_balance_had_opened_and_not_closed(rows):
    members = {row["office"] for row in rows("balance_members")}
    day = date(2021, 5, 26)
    for row in rows("events"):
        if row["office"] in members and row["kind"] == "closed":
            assert bounds(row["happened_on"])[0] > day
        if row["office"] in members and row["kind"] == "opened" and row["basis"] != "planned":
            assert bounds(row["happened_on"])[1] <= day


def test_28_offices_are_attributed_to_the_commission_of_2021_and_4_to_that_of_2020(rows):
    counted = Counter((row["mandate"], row["clause"]) for row in rows("attributions"))
    assert counted == {
        ("2021-05", "named-23"): 23,
        ("2021-05", "metro-quota"): 5,
        ("2020-06", "ulricehamn"): 1,
        ("2020-06", "metro-stockholm"): 1,
        ("2020-06", "metro-goteborg"): 1,
        ("2020-06", "metro-malmo"): 1,
    }


def test_an_attributed_office_stands_in_a_municipality_its_clause_names(rows):
    members = {(r["mandate"], r["key"]): r["members"].split(";") for r in rows("clauses")}
    codes = {row["office"]: row["municipality_code"] for row in rows("addresses")}
    for row in rows("attributions"):
        if row["office"] in codes:
            assert codes[row["office"]] in members[row["mandate"], row["clause"]], row


def test_the_named_municipalities_get_one_attributed_office_each(rows):
    codes = {row["office"]: row["municipality_code"] for row in rows("addresses")}
    named = [codes[r["office"]] for r in rows("attributions") if r["clause"] == "named-23"]
    clause = next(row for row in rows("clauses") if row["key"] == "named-23")
    assert sorted(named) == sorted(clause["members"].split(";"))


def test_clauses_plans_and_lodgings_belong_to_a_known_mandate_and_clause(rows):
    mandates = {row["slug"] for row in rows("mandates")}
    clauses = {(row["mandate"], row["key"]) for row in rows("clauses")}
    assert {mandate for mandate, _ in clauses} <= mandates
    assert {row["mandate"] for row in rows("plan_versions")} <= mandates
    assert {row["amends"] for row in rows("mandates")} - {""} <= mandates
    assert {(row["mandate"], row["clause"]) for row in rows("report_lodgings")} <= clauses
    on_top = {(r["mandate"], r["on_top_of"]) for r in rows("clauses") if r["on_top_of"]}
    assert on_top == {("2021-05", "named-23")}


def test_the_plan_of_13_and_15_became_14_and_14(rows):
    plans = {(r["plan"], r["phase"]): r["at_least"] for r in rows("plan_versions")}
    assert [plans["plan-1", "1"], plans["plan-1", "2"]] == ["13", "15"]
    assert [plans["plan-2", "1"], plans["plan-2", "2"]] == ["14", "14"]
    listed = [r["members"].split(";") for r in rows("plan_versions") if r["plan"] == "plan-2"]
    assert [len(codes) for codes in listed] == [14, 14]
    assert not set(listed[0]) & set(listed[1])


def test_sixteen_offices_close_of_which_the_board_decided_nine_and_the_director_two(rows):
    closed = [row for row in rows("events") if row["kind"] == "closed"]
    by = Counter(row["decided_by"] for row in closed)
    assert by == {"board": 9, "director-general": 2, "unknown": 5}
    assert all(r["leaves_municipality"] == "yes" for r in closed if r["decided_by"] == "board")
    consulted = {row["decided_by"] for row in closed if row["consulted"] == "yes"}
    assert consulted == {"board", "director-general"}


def test_one_of_five_stockholm_offices_is_shut_on_each_weekday_from_october_2023(rows):
    rota = [
        row["week"].split(" off;")[0]
        for row in rows("hours")
        if row["valid_from"] == "2023-10-02" and " off;" in row["week"]
    ]
    assert sorted(rota) == sorted(["Mo", "Tu", "We", "Th", "Fr"])


def test_every_service_level_rests_on_a_task_of_its_agreement(rows):
    services = {(row["authority"], row["slug"]) for row in rows("services")}
    tasks = {(r["agreement"], r["authority"], r["service"]) for r in rows("agreement_tasks")}
    used = {(r["agreement"], r["authority"], r["service"]) for r in rows("service_levels")}
    assert used <= tasks
    assert {task[1:] for task in tasks} <= services


def test_every_agreement_is_with_the_authority_whose_tasks_it_lists(rows):
    authorities = {row["slug"] for row in rows("authorities")}
    parties = {row["key"]: row["parties"].split(";") for row in rows("agreements")}
    assert {party for each in parties.values() for party in each} <= authorities
    for row in rows("agreement_tasks"):
        assert row["authority"] in parties[row["agreement"]]


def test_no_service_begins_before_its_agreement(rows):
    begins = {row["key"]: bounds(row["valid_from"])[0] for row in rows("agreements")}
    for row in rows("service_levels"):
        assert bounds(row["valid_from"])[0] >= begins[row["agreement"]], row


def test_a_moved_office_has_one_address_at_a_time(rows):
    by_office = {}
    for row in rows("addresses"):
        by_office.setdefault(row["office"], []).append(row)
    moved = {office: found for office, found in by_office.items() if len(found) > 1}
    assert moved.keys() == {
        "borlange", "botkyrka-hallunda", "orebro-central", "sodertalje-lunagallerian",
        "uppsala-central",
    }  # fmt: skip
    for found in moved.values():
        for before, after in pairwise(found):
            eve = bounds(after["valid_from"])[0] - timedelta(days=1)
            assert bounds(before["valid_to"])[0] == eve
        assert not found[-1]["valid_to"]


def test_59_areas_of_the_2023_edition_in_three_categories(rows):
    edition = next(row for row in rows("area_editions") if row["held"] == "yes")
    assert (edition["slug"], edition["areas"]) == ("police-2023", "59")
    assert Counter(row["category"] for row in rows("areas")) == {
        "Utsatt område": 27,
        "Riskområde": 15,
        "Särskilt utsatt område": 17,
    }


def test_no_other_name_is_listed_twice(rows):
    aliases = [row["alias"] for row in rows("place_aliases")]
    assert len(aliases) == len(set(aliases))
