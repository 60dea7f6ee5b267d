"""Changes of the register: nothing is overwritten, and everyone who changes something is named."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from knutpunkt.core import clock
from knutpunkt.core.errors import NotFound
from knutpunkt.network import services
from knutpunkt.network.life import ImpossibleHistory
from knutpunkt.network.models import Office, OfficeAddress, OfficeEvent, OfficeName
from knutpunkt.network.selectors import count_on, network_on
from support.network import happened, made_balance, made_office

JUNE, JULY = date(2022, 6, 1), date(2022, 7, 1)


def at(monkeypatch, day):
    monkeypatch.setenv("KNUTPUNKT_NOW", f"{day}T12:00")


def seen(day, *, known_on=None, key="north"):
    return network_on(day, known_on=known_on).office(key)


# --- corrections ----------------------------------------------------------------------------------


def test_a_correction_keeps_the_old_record_and_earlier_days_still_know_it(office, monkeypatch):
    at(monkeypatch, "2022-06-10")
    made_balance(date(2022, 1, 1), 0)
    opened = happened(office, "opened", "2022-06-05")
    at(monkeypatch, "2022-06-20")
    corrected = services.fact_correct(opened, by="siv", happened_on="2022-06-08")
    assert OfficeEvent.objects.count() == 2
    opened.refresh_from_db()
    assert (opened.happened_on, opened.recorded_by) == ("2022-06-05", "a test")
    assert (corrected.replaces, corrected.recorded_by) == (opened, "siv")
    day = date(2022, 6, 6)
    assert seen(day).open == "no"
    assert seen(day, known_on=date(2022, 6, 19)).open == "yes"
    assert seen(day, known_on=date(2022, 6, 20)).open == "no"


def test_a_withdrawn_event_does_not_stand_and_was_known_before(office, monkeypatch):
    at(monkeypatch, "2022-06-10")
    made_balance(date(2022, 1, 1), 0, published_on="2022-01-01")
    opened = happened(office, "opened", "2022-06-05")
    at(monkeypatch, "2022-06-20")
    withdrawal = services.fact_withdraw(opened, by="siv", note="another office was meant")
    assert (withdrawal.retracts, withdrawal.note_en) == (True, "another office was meant")
    assert count_on(JULY).count == 0
    assert count_on(JULY, known_on=date(2022, 6, 15)).count == 1


def test_what_no_longer_stands_cannot_be_corrected_again(office):
    opened = happened(office, "opened", "2022-06-05")
    newer = services.fact_correct(opened, by="siv", happened_on="2022-06-08")
    for change in (services.fact_withdraw, services.fact_correct):
        with pytest.raises(services.AlreadyCorrected) as refused:
            change(opened, by="bo")
        assert "newest record" in refused.value.hint
    withdrawn = services.fact_withdraw(newer, by="siv")
    with pytest.raises(services.AlreadyCorrected):
        services.fact_correct(withdrawn, by="bo", happened_on="2022-06-09")
    assert OfficeEvent.objects.count() == 3


def test_a_correction_with_a_wrong_value_is_refused_and_changes_nothing(office):
    opened = happened(office, "opened", "2022-06-05")
    with pytest.raises(services.Invalid) as refused:
        services.fact_correct(opened, by="siv", happened_on="~2022")
    assert "happened_on" in refused.value.fields
    assert OfficeEvent.objects.count() == 1


def test_a_correction_that_makes_the_life_impossible_is_refused(office):
    happened(office, "opened", "2022-06-05")
    closed = happened(office, "closed", "2022-07-05")
    happened(office, "opened", "2022-08-01")
    with pytest.raises(ImpossibleHistory):
        services.fact_correct(closed, by="siv", happened_on="2022-09-01")
    with pytest.raises(ImpossibleHistory):
        services.fact_withdraw(closed, by="siv")
    assert seen(date(2022, 7, 20)).open == "no"


def test_who_recorded_a_fact_is_kept_with_every_record(office):
    services.office_rename(office=office, name="New North", from_day="2022-07-01", by="siv")
    assert set(OfficeName.objects.values_list("recorded_by", flat=True)) == {"a test", "siv"}
    assert office.recorded_by == "a test"


# --- events ---------------------------------------------------------------------------------------


def test_an_event_nobody_can_read_is_refused_with_its_field(office):
    for kind, day, name in (("opened", "soon", "happened_on"), ("burnt", "2022", "kind")):
        with pytest.raises(services.Invalid) as refused:
            services.event_record(office=office, kind=kind, happened_on=day, by="siv")
        assert list(refused.value.fields) == [name]
    assert not OfficeEvent.objects.exists()


def test_an_office_does_not_open_twice_running(office):
    happened(office, "opened", "2022-06-05")
    with pytest.raises(ImpossibleHistory, match="twice running"):
        happened(office, "opened", "2022-08")
    assert OfficeEvent.objects.count() == 1


def test_a_doubtful_claim_does_not_stand_in_the_way(office):
    happened(office, "opened", "2008-05-19", confidence="doubtful")
    happened(office, "opened", "2022-06-05")
    assert seen(JULY).open == "yes"


def test_an_office_reopens(office):
    for kind, day in (
        ("opened", "2022-06-05"),
        ("closed", "2022-06-30"),
        ("opened", "2022-08-01"),
    ):
        happened(office, kind, day)
    days = [date(2022, 6, 30), JULY, date(2022, 7, 31), date(2022, 8, 1)]
    assert [seen(day).open for day in days] == ["yes", "no", "no", "yes"]
    assert [seen(day).state for day in days] == ["closing", "closed", "closed", "open"]


# --- names, kinds, addresses ----------------------------------------------------------------------


def test_a_key_is_taken_once(office):
    with pytest.raises(services.Invalid) as refused:
        made_office("north")
    assert "key" in refused.value.fields
    assert Office.objects.count() == 1


def test_an_unknown_office_is_named():
    with pytest.raises(NotFound, match="“nowhere”"):
        services.office_get("nowhere")


test_an_unknown_office_is_named = pytest.mark.django_db(test_an_unknown_office_is_named)


def test_a_relocation_keeps_the_office_and_changes_the_address_from_the_day(municipality):
    office = made_office("north", municipality=municipality, street="Old Street 1")
    services.office_relocate(
        office=office,
        moves_on="2022-06-15",
        by="siv",
        street="New Square",
        municipality=municipality,
        lat=60.1,
        lon=15.1,
    )
    assert Office.objects.count() == 1
    before, after = seen(date(2022, 6, 14)).address, seen(date(2022, 6, 15)).address
    assert (before.street, before.certain) == ("Old Street 1", True)
    assert (after.street, after.lat, after.certain) == ("New Square", 60.1, True)


def test_while_the_day_of_a_move_is_rough_the_address_is_uncertain(municipality):
    office = made_office("north", municipality=municipality, street="Old Street 1")
    services.office_relocate(office=office, moves_on="2022-06", by="siv", street="New Square")
    told = [
        (address.street, address.certain)
        for day in (date(2022, 5, 31), date(2022, 6, 15), JULY)
        for address in [seen(day).address]
    ]
    assert told[0] == ("Old Street 1", True)
    assert not told[1][1]
    assert told[2] == ("New Square", True)


def test_an_office_has_a_new_name_from_the_day(office):
    services.office_rename(office=office, name="New North", from_day="2022-06-15", by="siv")
    assert [seen(date(2022, 6, day)).name for day in (14, 15)] == ["North", "New North"]


def test_kinds_change_over_time(office):
    for kind, day in (("visiting-days", "2022-06-15"), ("mobile", "2022-08-01")):
        fact = office.kinds.model(
            office=office, kind=kind, valid_from=day, recorded_by="siv", published_on=day
        )
        fact.full_clean()
        fact.save()
    days = (date(2022, 6, 14), date(2022, 6, 15), date(2022, 8, 1))
    assert [seen(day).kind for day in days] == ["fixed", "visiting-days", "mobile"]


def test_a_position_off_the_globe_is_refused_in_a_sentence(municipality):
    with pytest.raises(services.Invalid, match="lat: "):
        made_office("south", municipality=municipality, lat=95.0, lon=15.0)
    assert not Office.objects.filter(key="south").exists()


# --- when a claim counts as known -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("published_on", "known"),
    [
        ("2022-05-24", date(2022, 5, 24)),
        ("2022-05", date(2022, 5, 31)),
        ("2022", date(2022, 12, 31)),
        ("[2022-05-01..]", date(2023, 3, 1)),
        ("", date(2023, 3, 1)),
    ],
)
def test_a_claim_is_known_from_the_last_day_its_publication_can_mean(
    office, monkeypatch, published_on, known
):
    at(monkeypatch, "2023-03-01")
    event = OfficeEvent(office=office, kind="opened", happened_on="2022-06")
    event.published_on = published_on
    event.save()
    assert event.known_from == known


def test_a_claim_recorded_shortly_after_midnight_is_known_on_that_day(office):
    event = OfficeEvent(office=office, kind="opened", happened_on="2022-06")
    event.recorded_at = datetime(2022, 6, 28, 0, 30, tzinfo=clock.NETWORK_ZONE)
    event.save()
    assert event.known_from == date(2022, 6, 28)
    event.refresh_from_db()
    event.save()
    assert event.known_from == date(2022, 6, 28)


class TestAsKnown(TestCase):
    """What was known on a day does not change by what is recorded afterwards."""

    @settings(max_examples=12)
    @given(st.lists(st.sampled_from(["2022-05-01", "2022-06-15", "2022-07", ""]), max_size=4))
    def test_later_corrections_change_no_earlier_answer(self, days):
        patch = pytest.MonkeyPatch()
        with patch.context() as at_time:
            at_time.setenv("KNUTPUNKT_NOW", "2023-01-01T12:00")
            made_balance(date(2022, 1, 1), 4)
            fact = happened(made_office("north"), "opened", "2022-06-01")
            known = date(2023, 1, 1)
            asked = (date(2022, 5, 15), date(2022, 6, 20), date(2022, 8, 1))
            before = [count_on(day, known_on=known) for day in asked]
            for later, day in enumerate(days, start=2):
                at_time.setenv("KNUTPUNKT_NOW", f"2023-01-0{later}T12:00")
                if day:
                    fact = services.fact_correct(fact, by="siv", happened_on=day)
                else:
                    services.fact_withdraw(fact, by="siv")
                    break
                assert OfficeAddress.objects.count() == 0
            assert [count_on(day, known_on=known) for day in asked] == before
