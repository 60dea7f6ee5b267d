"""Premises beside each other: weighted points, and choices with reasons."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.programme.models import Criterion, Premises, PremisesScore, Slot
from knutpunkt.programme.pages.premises import weighted_mean
from knutpunkt.programme.services.premises import premises_propose, premises_score
from support.pages import every_variable_is_there, quick_hash, rows, value_of, words

__all__ = ["every_variable_is_there", "quick_hash"]

PAGE = "/programme/small/northtown/premises/"


@pytest.fixture
def slot(small_programme):
    return Slot.objects.get(key="northtown")


@pytest.fixture
def bank(slot):
    return premises_propose(slot=slot, name="The bank", rent_per_year=320_000, by="a test")


@pytest.fixture
def manager(quick_hash, signed_in, slot, every_variable_is_there):
    return signed_in("programme-manager")


def give(premises, **points):
    for key, value in points.items():
        criterion = Criterion.objects.get(key=key)
        premises_score(premises=premises, criterion=criterion, points=value, by="a test")


def line(page, name):
    (found,) = [row for row in rows(page) if row.startswith(name)]
    return found


# --- the comparison -------------------------------------------------------------------------------


def test_points_are_weighted_and_what_is_not_scored_is_not_zero(manager, slot, bank):
    give(bank, reach=5, ready=1)  # weights 3 and 1
    library = premises_propose(slot=slot, name="The library", by="a test")
    page = manager.get(PAGE)
    assert "4.0 2 of 7 criteria scored – 0 of 7 criteria scored" in line(page, "Weighted mean")
    assert line(page, "Rent per year") == "Rent per year SEK 320,000 –"
    assert "highest" not in words(page)
    assert library.name in words(page)


def test_the_highest_of_those_scored_on_everything_is_marked(manager, slot, bank):
    library = premises_propose(slot=slot, name="The library", by="a test")
    for criterion in Criterion.objects.all():
        give(bank, **{criterion.key: 3})
        give(library, **{criterion.key: 4})
    assert re.search(r"3\.0 7 of 7 .* 4\.0 highest", line(manager.get(PAGE), "Weighted mean"))


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 5)), min_size=1, max_size=9))
def test_the_mean_lies_between_the_lowest_and_the_highest_points(given_points):
    criteria = [Criterion(pk=n, weight=weight) for n, (weight, _) in enumerate(given_points)]
    points = {n: PremisesScore(points=value) for n, (_, value) in enumerate(given_points)}
    values = [value for _, value in given_points]
    mean = weighted_mean(criteria, points)
    assert min(values) - 1e-9 <= mean <= max(values) + 1e-9


def test_nothing_scored_has_no_mean():
    assert weighted_mean([Criterion(pk=1, weight=3)], {}) is None


@pytest.mark.django_db
def test_the_comparison_asks_as_often_for_one_as_for_many(
    manager, slot, bank, django_assert_max_num_queries
):
    for number in range(6):
        give(premises_propose(slot=slot, name=f"Room {number}", by="a test"), reach=number % 6)
    manager.get(PAGE)
    with django_assert_max_num_queries(12):
        manager.get(PAGE)


# --- proposing and scoring ------------------------------------------------------------------------


def proposal(**more):
    return {"name": "The bank", "street": "Square 1", "rent_per_year": "320000", **more}


def test_premises_are_proposed_with_what_is_known(manager, slot):
    assert manager.post(PAGE + "proposals/", proposal())["Location"] == PAGE
    kept = Premises.objects.get()
    assert (kept.slot, kept.rent_per_year, kept.state) == (slot, 320_000, "proposed")
    assert kept.recorded_by == "the-programme-manager"
    assert "The premises are on the list." in words(manager.get(PAGE))


@pytest.mark.parametrize("wrong", [{"name": ""}, {"lat": "91"}, {"available_from": "soon"}])
def test_a_proposal_that_makes_no_sense_comes_back_as_it_was_typed(manager, slot, wrong):
    answer = manager.post(PAGE + "proposals/", proposal(**wrong))
    assert answer.status_code == 400
    assert f'href="#proposal-{next(iter(wrong))}"' in answer.content.decode()
    assert value_of(answer, "street") == "Square 1"
    assert not Premises.objects.exists()


def test_points_are_given_with_a_reason_and_given_anew(manager, bank):
    for points in ("2", "4"):
        sent = {"premises": bank.pk, "criterion": "reach", "points": points, "note": "Bus stops"}
        assert manager.post(PAGE + "scores/", sent).status_code == 302
    assert PremisesScore.objects.get().points == 4
    assert "4/5 Bus stops" in line(manager.get(PAGE), "Reach by bus")


@pytest.mark.parametrize("points", ["6", "-1", "", "many"])
def test_points_lie_between_zero_and_five(manager, bank, points):
    sent = {"premises": bank.pk, "criterion": "reach", "points": points}
    assert manager.post(PAGE + "scores/", sent).status_code == 400
    assert not PremisesScore.objects.exists()


# --- choosing and rejecting -----------------------------------------------------------------------


def test_of_two_premises_the_one_chosen_last_is_chosen(manager, slot, bank):
    library = premises_propose(slot=slot, name="The library", by="a test")
    for one in (bank, library):
        assert manager.post(f"{PAGE}{one.pk}/choice/").status_code == 302
    assert [row.name for row in Premises.objects.filter(state="chosen")] == ["The library"]
    assert "“The library” is chosen." in words(manager.get(PAGE))


def test_premises_are_rejected_only_with_a_reason(manager, bank):
    address = f"{PAGE}{bank.pk}/rejection/"
    refused = manager.post(address, {"why": " "})
    assert refused.status_code == 400
    assert f'href="#rejection-{bank.pk}-why"' in refused.content.decode()
    assert manager.post(address, {"why": "Too few people"}).status_code == 302
    assert "Rejected because: Too few people" in words(manager.get(PAGE))
    again = manager.post(f"{PAGE}{bank.pk}/choice/")
    assert again.status_code == 409
    assert "was rejected: Too few people" in words(again)


def test_a_planner_proposes_and_scores_but_does_not_choose(signed_in, slot, bank):
    planner = signed_in("planner")
    page = planner.get(PAGE).content.decode()
    assert "/proposals/" in page
    assert "/choice/" not in page
    assert planner.post(PAGE + "proposals/", proposal()).status_code == 302
    assert planner.post(f"{PAGE}{bank.pk}/choice/").status_code == 403
    assert planner.post(f"{PAGE}{bank.pk}/rejection/", {"why": "x"}).status_code == 403


def test_premises_of_another_slot_are_not_found(manager, bank):
    other = f"/programme/small/southtown/premises/{bank.pk}/"
    assert manager.post(other + "choice/").status_code == 404
    assert manager.post(other + "rejection/", {"why": "x"}).status_code == 404


def test_a_stranger_is_sent_to_the_login(client, slot, bank):
    assert client.get(PAGE)["Location"] == f"/login/?next={PAGE}"
    led = client.get(f"{PAGE}{bank.pk}/choice/")
    assert led["Location"] == PAGE
