"""The sixteen closings on record, judged against the closing rule."""

from datetime import date

import pytest

from knutpunkt.core import edtf
from knutpunkt.network import services
from knutpunkt.network.closing import ClosingAgainstTheRule, closings, judge
from knutpunkt.network.models import OfficeEvent
from knutpunkt.network.selectors.views import on_record

pytestmark = pytest.mark.django_db

FINDINGS = {
    "amal": "kept",
    "arvika": "kept",
    "bollnas": "kept",
    "filipstad": "kept",
    "kungalv": "kept",
    "landskrona": "kept",
    "lindesberg": "kept",
    "motala": "kept",
    "vaxjo-araby": "kept",
    "norrkoping-city": "broken",
    "simrishamn": "broken",
    "eslov": "undocumented",
    "haninge-brandbergen": "undocumented",
    "ludvika": "undocumented",
    "pitea": "undocumented",
    "trelleborg": "undocumented",
}


def test_nine_closings_kept_the_rule_two_broke_it_and_five_are_undocumented(swedish_network, db):
    assert {closing.office: closing.finding for closing in closings()} == FINDINGS


def test_a_finding_says_why_in_both_languages(swedish_network, db):
    because = {c.office: (c.because_sv, c.because_en) for c in closings()}
    assert "2025-03-24 lies before the decision of 2025-04-10" in because["simrishamn"][1]
    assert "ligger före beslutet" in because["norrkoping-city"][0]
    assert "who decided" in because["pitea"][1]
    assert "samrådet" in because["pitea"][0]
    assert all(sv and en for sv, en in because.values())


def test_nine_closings_of_april_2025_needed_the_board_and_two_did_not(swedish_network, db):
    april = [c for c in closings() if edtf.parse(c.decided_on or "1900").earliest.year == 2025]
    deciders = [c.decided_by for c in april if c.decided_by]
    assert (deciders.count("board"), deciders.count("director-general")) == (9, 2)


def test_closings_are_known_from_their_publication(swedish_network, db):
    assert closings(known_on=date(2025, 4, 9)) == []
    assert len(closings(known_on=date(2025, 4, 10))) == 11
    assert {c.office for c in closings(until=date(2025, 1, 31))} == {
        "eslov",
        "ludvika",
        "norrkoping-city",
        "trelleborg",
    }


def test_a_closing_without_consultation_broke_the_rule(swedish_network, db):
    event = OfficeEvent.objects.get(office__key="amal", kind="closed")
    event.consulted = "no"
    finding, because = judge(on_record(event))
    assert finding == "broken"
    assert "consult" in because[1]


def test_a_closing_by_the_director_general_that_left_the_municipality_broke_the_rule(
    swedish_network, db
):
    event = OfficeEvent.objects.get(office__key="amal", kind="closed")
    event.decided_by = "director-general"
    finding, because = judge(on_record(event))
    assert finding == "broken"
    assert "not the board" in because[1]


def test_a_new_closing_in_the_swedish_network_follows_the_rule(swedish_network, db):
    """44 offices are not named, so whether one remains in Borgholm must be said."""
    borgholm = services.office_get("borgholm")
    decision = {
        "office": borgholm,
        "last_day": date(2026, 6, 30),
        "decided_by": "director-general",
        "decided_on": date(2026, 1, 15),
        "consulted_on": date(2026, 1, 10),
        "by": "siv",
    }
    with pytest.raises(services.RemainUndecided):
        services.office_close(**decision)
    with pytest.raises(ClosingAgainstTheRule, match="the board must decide"):
        services.office_close(**decision, another_remains=False)
    assert services.office_close(**decision | {"decided_by": "board"}, another_remains=False)
