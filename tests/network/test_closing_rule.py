"""Who may close an office, and what must come first."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.network import services
from knutpunkt.network.closing import ClosingAgainstTheRule, refuse_closing_against_the_rule
from knutpunkt.network.life import ImpossibleHistory
from knutpunkt.network.models import OfficeEvent
from knutpunkt.network.selectors import network_on
from support.network import happened, made_balance, made_office

DECIDED = date(2022, 4, 10)
LAST = date(2022, 6, 30)


@pytest.fixture
def two_offices(municipality):
    """Two offices open in one municipality, and no office anywhere that is not named."""
    made_balance(date(2021, 1, 1), 0)
    found = [made_office(key, municipality=municipality) for key in ("north", "south")]
    for office in found:
        happened(office, "opened", date(2021, 2, 1))
    return found


def closed(office, **decision):
    decision = {
        "last_day": LAST,
        "decided_by": "director-general",
        "decided_on": DECIDED,
        "consulted_on": date(2022, 4, 1),
        "by": "siv",
    } | decision
    return services.office_close(office=office, **decision)


def test_the_director_general_closes_where_another_office_remains(two_offices):
    north, _ = two_offices
    event = closed(north)
    assert (event.kind, event.happened_on, event.leaves_municipality) == (
        "closed",
        "2022-06-30",
        "no",
    )
    assert (event.decided_by, event.decided_on, event.consulted) == (
        "director-general",
        "2022-04-10",
        "yes",
    )
    assert [network_on(day).office("north").open for day in (LAST, date(2022, 7, 1))] == [
        "yes",
        "no",
    ]


def test_the_board_decides_where_the_agency_leaves_the_municipality(two_offices):
    north, south = two_offices
    closed(north)
    with pytest.raises(ClosingAgainstTheRule, match="the board must decide"):
        closed(south, last_day=date(2022, 8, 31))
    event = closed(south, decided_by="board", last_day=date(2022, 8, 31))
    assert event.leaves_municipality == "yes"


def test_two_offices_closed_on_one_day_do_not_remain_for_each_other(two_offices):
    north, south = two_offices
    closed(north)
    with pytest.raises(ClosingAgainstTheRule, match="the board must decide"):
        closed(south)


def test_an_office_already_decided_to_close_does_not_remain(two_offices):
    north, south = two_offices
    closed(north, last_day=date(2022, 12, 31))
    with pytest.raises(ClosingAgainstTheRule, match="the board must decide"):
        closed(south)


REFUSALS = {
    "only the board or the director-general": {"decided_by": "the regional manager"},
    "must be consulted before": {"consulted_on": None},
    "must be consulted before the": {"consulted_on": date(2022, 4, 11)},
    "lies before the decision": {"last_day": date(2022, 4, 9)},
}


@pytest.mark.parametrize("sentence", REFUSALS)
def test_a_new_decision_against_the_rule_is_refused_with_its_sentence(two_offices, sentence):
    with pytest.raises(ClosingAgainstTheRule, match=sentence) as refused:
        closed(two_offices[0], **REFUSALS[sentence])
    assert "right body" in refused.value.hint
    assert not OfficeEvent.objects.filter(kind="closed").exists()


def test_the_last_visiting_day_may_be_the_day_of_the_decision(two_offices):
    assert closed(two_offices[0], last_day=DECIDED, consulted_on=DECIDED)


def test_where_the_register_cannot_say_who_remains_somebody_must(municipality):
    made_balance(date(2021, 1, 1), 5)
    office = made_office("north", municipality=municipality)
    happened(office, "opened", date(2021, 2, 1))
    with pytest.raises(services.RemainUndecided, match="no source names"):
        closed(office)
    with pytest.raises(ClosingAgainstTheRule, match="the board must decide"):
        closed(office, another_remains=False)
    assert closed(office, another_remains=True).leaves_municipality == "no"


def test_where_the_municipality_of_an_office_is_not_known_somebody_must_say(db):
    made_balance(date(2021, 1, 1), 0)
    for key in ("north", "south"):
        happened(made_office(key), "opened", date(2021, 2, 1))
    with pytest.raises(services.RemainUndecided):
        closed(services.office_get("north"))


def test_an_office_that_is_not_open_cannot_be_closed(two_offices, municipality):
    planned = made_office("east", municipality=municipality)
    with pytest.raises(ImpossibleHistory):
        closed(planned)
    happened(planned, "opened", date(2022, 9, 1))
    with pytest.raises(ImpossibleHistory):
        closed(planned)
    north = two_offices[0]
    closed(north)
    with pytest.raises(ImpossibleHistory):
        closed(north, last_day=date(2022, 8, 1))


@given(
    st.sampled_from(["board", "director-general", "minister", ""]),
    st.one_of(st.none(), st.dates(date(2022, 1, 1), date(2022, 1, 9))),
    st.dates(date(2022, 1, 1), date(2022, 1, 9)),
    st.dates(date(2022, 1, 1), date(2022, 1, 9)),
    st.booleans(),
)
def test_exactly_what_follows_the_rule_is_let_through(who, consulted, decided, last, remain):
    allowed = (
        (who == "board" or (who == "director-general" and remain))
        and consulted is not None
        and consulted <= decided <= last
    )
    try:
        refuse_closing_against_the_rule(
            decided_by=who,
            decided_on=decided,
            consulted_on=consulted,
            last_day=last,
            remain=remain,
        )
    except ClosingAgainstTheRule:
        assert not allowed
    else:
        assert allowed


test_exactly_what_follows_the_rule_is_let_through = pytest.mark.once(
    test_exactly_what_follows_the_rule_is_let_through
)
