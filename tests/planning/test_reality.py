"""What is computed when plans are held against reality, on small made-up questions."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.planning.errors import DemandMissing, NoPlanPossible, NothingToCompare
from knutpunkt.planning.models import DemandPoint
from knutpunkt.planning.reality import reality
from knutpunkt.planning.reality.choosing import Question, best, nearest
from knutpunkt.planning.reality.closures import _Asked as AskedToClose
from knutpunkt.planning.reality.closures import (
    as_many_alone,
    loss_of,
    municipalities_left,
    one_in_each,
    same_point,
)
from knutpunkt.planning.reality.commission import pairs_of, pairs_within
from knutpunkt.planning.reality.ground import Ground
from knutpunkt.planning.reality.regions import _Asked as AskedToOpen
from knutpunkt.planning.reality.regions import furthest_first
from knutpunkt.planning.reality.values import Site

MINUTES_PER_DEGREE = 10.0


def site(key, code, lon):
    return Site(key, key.title(), code, f"Town {code}", 0.0, lon, "street")


def ground(persons, codes):
    return Ground(
        persons=np.array(persons, dtype=float),
        codes=np.array(codes),
        positions=np.zeros((len(persons), 2)),
        names={code: f"Town {code}" for code in codes},
        counties=dict.fromkeys(codes, "County"),
        unnamed=0,
        assumed=(),
        detour=1.3,
        km_per_hour=60.0,
    )


def question(points, sites, persons, count, *, stays=(), candidates=None, limits=()):
    """Points and sites along a line."""
    cost = MINUTES_PER_DEGREE * np.abs(np.subtract.outer(np.array(points), np.array(sites)))
    every = tuple(n for n in range(len(sites)) if n not in stays)
    chosen = every if candidates is None else candidates
    return Question(cost, np.array(persons, dtype=float), stays, chosen, count, limits)


# --- pairs ----------------------------------------------------------------------------------------


def test_as_many_pairs_are_made_as_can_be():
    assert pairs_within(np.array([[1.0, 2.0], [1.0, 9.0]]), 2) == 2
    assert pairs_within(np.array([[1.0, 2.0], [1.0, 9.0]]), 1) == 1
    assert pairs_within(np.array([[1.0, 2.0], [1.0, 9.0]]), 0.5) == 0


distances = st.lists(
    st.lists(st.floats(0, 20), min_size=4, max_size=4), min_size=1, max_size=5
).map(np.array)


@given(distances, st.floats(0, 20), st.floats(0, 20))
def test_more_distance_never_makes_fewer_pairs_nor_more_than_there_are_places(km, one, other):
    fewer, more = sorted((one, other))
    assert pairs_within(km, fewer) <= pairs_within(km, more) <= min(km.shape)


@given(st.lists(st.lists(st.floats(0, 2), min_size=3, max_size=3), min_size=3, max_size=3))
def test_the_pairs_are_as_many_as_the_best_of_all_orders_gives(rows):
    km = np.array(rows)
    orders = [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)]
    assert pairs_within(km, 1) == max(
        sum(km[row, column] <= 1 for row, column in enumerate(order)) for order in orders
    )


def test_places_of_one_municipality_are_paired_the_nearest_first_and_the_rest_stand_alone():
    ours = [site("a", "1", 0.0), site("b", "1", 1.0), site("c", "2", 5.0)]
    real = [site("x", "1", 0.9), site("y", "3", 9.0)]
    found = [(p.ours and p.ours.key, p.real and p.real.key) for p in pairs_of(ours, real)]
    assert found == [("b", "x"), ("a", None), ("c", None), (None, "y")]


# --- closing --------------------------------------------------------------------------------------

OFFICES = [site("a", "1", 0.0), site("b", "1", 0.1), site("c", "2", 5.0), site("d", "3", 6.0)]
HOMES = [0.0, 0.1, 5.0, 6.0]


def closing(persons, count, limits=()):
    return question(HOMES, [office.lon for office in OFFICES], persons, count, limits=limits)


def test_the_office_beside_another_is_the_cheapest_to_close():
    left = best(closing([10, 1, 10, 10], 3))
    assert set(left.sites) == {0, 2, 3}
    assert (left.status, left.total) == ("proved", pytest.approx(1.0))


def test_where_few_live_a_municipality_is_left_unless_the_rule_forbids_it():
    persons = [1000, 1000, 1, 100]
    free, limits = best(closing(persons, 3)), one_in_each(OFFICES, range(4))
    staying = best(closing(persons, 3, limits))
    assert set(free.sites) == {0, 1, 3}
    assert municipalities_left(OFFICES, {2}) == ("Town 2",)
    assert set(staying.sites) in ({0, 2, 3}, {1, 2, 3})
    assert staying.total > free.total


def test_fewer_offices_than_municipalities_cannot_stay_in_each_and_the_rules_are_named():
    limits = one_in_each(OFFICES, range(4))
    with pytest.raises(NoPlanPossible, match="cannot hold together") as refused:
        best(closing([1, 1, 1, 1], 2, limits))
    assert set(refused.value.conflicts) == {"1", "2", "3"}


def test_the_same_kind_closes_as_many_that_are_alone():
    for closed, alone in ([2], 1), ([2, 3], 2), ([0], 0):
        limits = as_many_alone(OFFICES, range(4), closed)
        kept = best(closing([5, 9, 5, 7], 4 - len(closed), limits)).sites
        assert len({2, 3} - set(kept)) == alone


residents = st.lists(st.integers(0, 50), min_size=6, max_size=6).filter(any)
along = st.lists(st.integers(0, 90), min_size=6, max_size=6, unique=True).map(
    lambda tenths: [tenth / 10 for tenth in tenths]
)


@given(residents, along, st.integers(1, 5))
def test_no_other_choice_of_the_same_size_costs_less(persons, lons, count):
    asked = question(lons, lons, persons, count)
    totals = [
        asked.persons @ nearest(asked, kept)[0] for kept in combinations(range(len(lons)), count)
    ]
    assert best(asked).total == pytest.approx(min(totals), rel=1e-6, abs=1e-6)


def test_a_loss_counts_only_those_who_have_longer():
    asked = closing([10, 20, 30, 40], 4)
    before, _ = nearest(asked, range(4))
    loss = loss_of(AskedToClose(ground([10, 20, 30, 40], "1123"), asked, (), before), before + 0.0)
    assert (loss.person_minutes, loss.longer, loss.minutes) == (0.0, 0, 0.0)
    after, _ = nearest(asked, [0, 3])
    loss = loss_of(AskedToClose(ground([10, 20, 30, 40], "1123"), asked, (), before), after)
    assert loss.person_minutes == pytest.approx(20 * 1.0 + 30 * 10.0)
    assert (loss.longer, loss.much_longer) == (50, 0)
    assert loss.minutes == pytest.approx(320 / 50)


def test_an_office_at_the_very_point_of_another_is_told_and_not_itself():
    twins = [site("a", "1", 0.0), site("b", "1", 0.0), site("c", "2", 0.1)]
    assert [same_point(one, twins) for one in twins] == ["B", "A", ""]


# --- furthest first -------------------------------------------------------------------------------


def test_the_furthest_municipality_gets_the_first_office_and_what_it_brings_is_counted():
    # The office stands at 0. Town 9 is furthest and takes town 8 along; then town 4 is furthest.
    lons = [0.0, 4.0, 8.0, 9.0]
    places = tuple(site(f"p{n}", str(int(lon)), lon) for n, lon in enumerate(lons))
    sites = (*places, site("office", "0", 0.0))
    asked = question(lons, [one.lon for one in sites], [9, 1, 1, 1], 2, stays=(4,))
    chosen = furthest_first(AskedToOpen(ground([9, 1, 1, 1], list("0489")), asked, sites, ()))
    assert [sites[number].code for number in chosen] == ["9", "4"]


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_without_residents_there_is_nothing_to_hold_against():
    with pytest.raises(DemandMissing):
        reality(questions=["closures"])


@pytest.mark.parametrize("missing", ["closures", "regions"])
def test_without_the_facts_asked_about_the_comparison_says_so(municipality, missing):
    DemandPoint.objects.create(
        key="1", name="Here", municipality=municipality, lat=60, lon=15, persons=5,
        population_on="2023-12-31",
    )  # fmt: skip
    with pytest.raises(NothingToCompare, match="is on record"):
        reality(questions=[missing])
