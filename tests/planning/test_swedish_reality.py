"""Plans for the Swedish network held against reality, and the document that tells of it."""

import csv
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import asdict
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from knutpunkt.cli.main import main
from knutpunkt.network.closing import closings
from knutpunkt.network.models import Municipality
from knutpunkt.network.selectors import network_on
from knutpunkt.planning.models import DemandPoint
from knutpunkt.planning.reality import reality
from knutpunkt.planning.reality.sheets import document_written, pages
from knutpunkt.planning.reality.sheets.blocks import Drawing, Grid, markdown
from knutpunkt.planning.reality.sheets.closures import closures_sheet
from knutpunkt.planning.reality.sheets.commission import commission_sheet
from knutpunkt.planning.reality.sheets.limits import limits_sheet
from knutpunkt.planning.reality.sheets.regions import regions_sheet

pytestmark = [pytest.mark.django_db]

DOCS = Path(__file__).parents[2] / "docs"
WRITE_AGAIN = "Run: knutpunkt siting reality --write docs"
EARTH_KM = 6371.0


@pytest.fixture(scope="module")
def quick(swedish_network, django_db_blocker):
    """The two questions that take a second or two."""
    with django_db_blocker.unblock():
        return reality(questions=["closures", "regions"])


@pytest.fixture(scope="module")
def whole(swedish_network, django_db_blocker):
    """All questions."""
    with django_db_blocker.unblock():
        return reality()


def minutes_between(lat, lon, sites):
    """Our own reckoning of the way, by the law of cosines, to the nearest of some sites."""
    here, there = np.radians([lat, lon]), np.radians([(s.lat, s.lon) for s in sites])
    cosines = np.sin(here[0]) * np.sin(there[:, 0]) + np.cos(here[0]) * np.cos(
        there[:, 0]
    ) * np.cos(there[:, 1] - here[1])
    return 1.3 * EARTH_KM * np.arccos(np.clip(cosines, -1, 1)).min()


def total(sites):
    return sum(p.persons * minutes_between(p.lat, p.lon, sites) for p in DemandPoint.objects.all())


# --- the closings ---------------------------------------------------------------------------------


def test_every_closing_of_the_register_is_compared_on_the_day_before_the_first(quick, db):
    known, decided = quick.closures.rounds
    assert quick.closures.on == "2024-11-30"
    assert {one.office.key for one in known.closed} == {one.office for one in closings()}
    assert (len(known.closed), len(decided.closed)) == (16, 11)
    assert {one.finding for one in decided.closed} == {"kept", "broken"}


def test_what_the_real_closings_take_is_what_an_own_reckoning_gives(quick, db):
    real = quick.closures.rounds[0].view.real
    network = network_on(date.fromisoformat(quick.closures.on))
    offices = [o for o in network.open_offices(perhaps=True) if o.address.lat is not None]
    closed = {site.key for site in real.plan.sites}
    left = [office.address for office in offices if office.key not in closed]
    assert (len(offices), len(left)) == (103, 87)
    taken = total(left) - total([office.address for office in offices])
    assert taken == pytest.approx(real.loss.person_minutes, rel=1e-6)


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("view", ["view", "assumed"])
def test_no_rule_is_ever_for_nothing_and_reality_never_beats_the_best(quick, which, view):
    found = getattr(quick.closures.rounds[which], view)
    best, staying, alike, real = (
        one.loss.person_minutes for one in (found.best, found.staying, found.alike, found.real)
    )
    assert best <= staying + 1e-3
    assert best <= alike + 1e-3
    assert alike <= real
    assert {one.plan.status for one in (found.best, found.staying, found.alike)} == {"proved"}
    size = len(found.real.plan.sites)
    assert all(len(p.plan.sites) == size for p in (found.best, found.staying, found.alike))


def test_the_best_set_that_leaves_nobody_leaves_nobody_and_the_real_one_leaves_fourteen(quick):
    view = quick.closures.rounds[0].view
    assert view.staying.left == ()
    assert len(view.real.left) == len(view.alike.left) == 14
    assert {"Ludvika", "Arvika", "Piteå"} <= set(view.real.left)
    assert "Norrköping" not in view.real.left


def test_an_office_known_only_by_its_town_is_told_to_stand_on_another(quick):
    told = {row.office.key: row.same_point for row in quick.closures.rounds[0].closed}
    assert told["norrkoping-city"]
    assert not told["arvika"]


def test_factor_and_speed_stretch_all_alike_and_change_no_choice(quick, db, swedish_network):
    other = reality(questions=["closures"], detour=1.6, km_per_hour=48)
    one, two = (answers.closures.rounds[0].view for answers in (quick, other))
    assert [s.key for s in one.staying.plan.sites] == [s.key for s in two.staying.plan.sites]
    ratio = two.real.loss.person_minutes / one.real.loss.person_minutes
    assert ratio == pytest.approx(1.6 / 48 / (1.3 / 60))


# --- the regions ----------------------------------------------------------------------------------


def test_the_four_of_the_rule_stand_before_four_that_distance_chose(quick):
    regions = quick.regions
    assert (regions.on, regions.named) == ("2020-05-31", 68)
    assert {site.key for site in regions.view.rule.sites} == {
        "storuman", "torsby", "vansbro", "asele",
    }  # fmt: skip
    for view in (regions.view, regions.assumed):
        assert view.least_travel.travelled.person_minutes < view.rule.travelled.person_minutes
        assert view.fewest_beyond.travelled.beyond_60 <= min(
            plan.travelled.beyond_60 for plan in (view.rule, view.least_travel, view.furthest_first)
        )
        assert len({site.code for site in view.furthest_first.sites}) == 4


def test_storuman_was_furthest_from_an_office_of_all_municipalities(quick):
    first = quick.regions.view.remote[0]
    assert (first.rank, first.municipality) == (1, "Storuman")
    assert [one.minutes for one in quick.regions.view.remote] == sorted(
        (one.minutes for one in quick.regions.view.remote), reverse=True
    )


# --- the scenario ---------------------------------------------------------------------------------


def test_unnamed_offices_are_assumed_only_where_no_source_names_one(quick, db):
    network = network_on(date.fromisoformat(quick.closures.on))
    named = {office.address.municipality_code for office in network.offices}
    assumed = {site.code for site in quick.assumed}
    assert len(assumed) == len(quick.assumed) == network.balance.unnamed == 44
    assert not assumed & named
    least = min(Municipality.objects.get(code=code).population for code in assumed)
    others = Municipality.objects.exclude(code__in=assumed | (named - {None}))
    assert all(one.population <= least for one in others)


def test_more_offices_never_lengthen_the_way_nor_raise_what_one_closing_takes(quick):
    for one in quick.closures.rounds:
        assert one.assumed.before.mean_minutes < one.view.before.mean_minutes
        assert one.assumed.real.loss.person_minutes < one.view.real.loss.person_minutes


# --- the commission -------------------------------------------------------------------------------


@pytest.mark.slow
def test_our_places_are_those_of_the_plan(whole, swedish_plan):
    ours = whole.commission.view.ours
    assert {(s.lat, s.lon) for s in ours.sites} == {(s.lat, s.lon) for s in swedish_plan.sites}
    assert ours.travelled.mean_minutes == pytest.approx(swedish_plan.mean_minutes_after)
    assert ours.inputs_hash


@pytest.mark.slow
def test_twenty_eight_offices_opened_and_the_list_gives_twenty_three_municipalities_away(whole):
    answer = whole.commission
    assert len(answer.view.real.sites) == len(answer.view.ours.sites) == 28
    assert answer.unplaced == ()
    for overlap in (answer.view.overlap, answer.assumed.overlap):
        assert overlap.forced == answer.listed == 23
        assert overlap.forced <= overlap.same_municipality <= overlap.of == 28
        assert list(overlap.within.values()) == sorted(overlap.within.values())


@pytest.mark.slow
def test_every_rule_taken_away_lets_travel_fall(whole):
    for view in (whole.commission.view, whole.commission.assumed):
        freer = (view.ours, view.without_list, view.without_names, view.without_rules)
        totals = [plan.travelled.person_minutes for plan in freer]
        assert totals == sorted(totals, reverse=True)
        assert view.real.travelled.person_minutes < view.before.person_minutes
        assert all(plan.status == "proved" for plan in freer)


@pytest.mark.slow
def test_the_real_offices_bring_what_an_own_reckoning_gives(whole, db):
    answer = whole.commission
    before = [o.address for o in network_on(date.fromisoformat(answer.on)).open_offices()]
    mean = total([*before, *answer.view.real.sites]) / answer.persons
    assert mean == pytest.approx(answer.view.real.travelled.mean_minutes, rel=1e-6)


# --- the document ---------------------------------------------------------------------------------


def images(language):
    return lambda name: f"images/reality-{name}.{language}.svg"


@pytest.mark.parametrize(("number", "language", "name"), [(0, "sv", ".sv.md"), (1, "en", ".md")])
def test_the_document_says_what_the_computation_says(quick, number, language, name):
    document = (DOCS / f"against-reality{name}").read_text(encoding="utf-8")
    homes = quick.municipalities
    for blocks in (
        closures_sheet(quick.closures, homes),
        regions_sheet(quick.regions, homes),
        limits_sheet(quick),
    ):
        assert markdown(blocks, number, images(language)) in document, WRITE_AGAIN


@pytest.mark.slow
def test_every_file_of_the_document_is_the_one_written_anew(whole, tmp_path):
    for name, text in pages(whole).items():
        assert (DOCS / name).read_text(encoding="utf-8") == text, f"{name}: {WRITE_AGAIN}"
    assert {path.name for path in document_written(tmp_path, whole)} >= {"against-reality.md"}


@pytest.mark.slow
def test_every_drawing_has_its_table_beside_it_and_parses(whole):
    homes = whole.municipalities
    sheets = (
        commission_sheet(whole.commission, homes),
        closures_sheet(whole.closures, homes),
        regions_sheet(whole.regions, homes),
    )
    for sheet in sheets:
        (place,) = [n for n, block in enumerate(sheet) if isinstance(block, Drawing)]
        assert isinstance(sheet[place + 1], Grid)
        for number in (0, 1):
            root = ET.fromstring(sheet[place].svg(number))
            assert root.attrib["aria-label"] == sheet[place].text[number]


def test_the_table_behind_the_maps_has_every_municipality(quick):
    rows = list(csv.DictReader(pages(quick)["against-reality-minutes.csv"].splitlines()))
    assert len(rows) == 290
    before = {row["code"]: float(row["closures_before_minutes"]) for row in rows}
    real = {row["code"]: float(row["closures_real_minutes"]) for row in rows}
    assert all(real[code] >= minutes for code, minutes in before.items())
    assert real["2085"] > before["2085"]  # Ludvika


def test_no_place_for_a_word_is_left_open(quick):
    for text in pages(quick).values():
        assert not re.search(r"\{[a-z_]*\}", text)


# --- the command ----------------------------------------------------------------------------------


def test_the_command_prints_the_same_facts_as_a_table_and_as_json(quick, db, capsys):
    assert main(["siting", "reality", "--question", "regions"]) == 0
    assert "Storuman, Sveg (Härjedalen), Arvidsjaur, Åsele" in capsys.readouterr().out
    assert main(["siting", "reality", "--question", "regions", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["regions"] == json.loads(json.dumps(asdict(quick.regions)))
    assert told["commission"] is None
    assert all(one["sentence_sv"] and one["sentence_en"] for one in told["limits"])


def test_the_command_speaks_swedish_when_asked(swedish_network, db, capsys):
    assert main(["siting", "reality", "--question", "closures", "--language", "sv"]) == 0
    told = capsys.readouterr().out
    assert "Stängningarna 2025" in told
    assert "**" not in told


def test_half_a_document_is_not_written(swedish_network, db, tmp_path, capsys):
    words = ["siting", "reality", "--question", "closures", "--write", str(tmp_path)]
    assert main(words) == 1
    assert "all three questions" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
