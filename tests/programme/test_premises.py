"""Premises: compared, one chosen, the others rejected with a reason."""

import pytest
from django.db import IntegrityError, transaction

from knutpunkt.network.services import Invalid
from knutpunkt.programme.models import Premises, PremisesScore
from knutpunkt.programme.services.premises import (
    PremisesDecided,
    ReasonMissing,
    premises_choose,
    premises_propose,
    premises_reject,
    premises_score,
)


@pytest.fixture
def rooms(small_programme):
    slot = small_programme.slots.get(key="northtown")
    return [premises_propose(slot=slot, name=name, by="a test") for name in ("Square 1", "Mall")]


def test_a_slot_has_one_chosen_premises(rooms):
    for room in rooms:
        premises_choose(premises=room, by="a test")
    assert [room.name for room in Premises.objects.filter(state="chosen")] == ["Mall"]


def test_the_database_refuses_two_chosen_premises(rooms):
    with pytest.raises(IntegrityError), transaction.atomic():
        Premises.objects.update(state="chosen")


def test_rejecting_needs_a_reason_and_lasts(rooms):
    with pytest.raises(ReasonMissing):
        premises_reject(premises=rooms[0], why="", by="a test")
    premises_reject(premises=rooms[0], why="No step-free entrance", by="a test")
    with pytest.raises(PremisesDecided, match="step-free"):
        premises_choose(premises=rooms[0], by="a test")


@pytest.mark.parametrize("points", [-1, 6])
def test_points_lie_between_zero_and_five(rooms, small_programme, points):
    with pytest.raises(Invalid, match="points"):
        premises_score(
            premises=rooms[0],
            criterion=small_programme.criteria.first(),
            points=points,
            by="a test",
        )


def test_a_new_score_takes_the_place_of_the_old(rooms, small_programme):
    criterion = small_programme.criteria.first()
    for points in (2, 4):
        premises_score(premises=rooms[0], criterion=criterion, points=points, by="a test")
    assert PremisesScore.objects.get().points == 4
    last = small_programme.log.first().details
    assert (last["before"], last["after"]) == (2, 4)
