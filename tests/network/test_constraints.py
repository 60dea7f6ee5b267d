"""What the database itself refuses, whoever writes."""

from datetime import date, time

import pytest
from django.db import IntegrityError, connection, transaction

from knutpunkt.network.models import (
    AgreementTask,
    Area,
    AreaEdition,
    Authority,
    CalendarDay,
    HoursRule,
    Municipality,
    Office,
    OfficeAddress,
    OfficeEquipment,
    OfficeEvent,
    OfficeKind,
    OfficeName,
    OpeningBalance,
    Place,
    PlaceAlias,
    Service,
    ServiceAgreement,
    ServiceLevel,
)

BY = {"recorded_by": "a test"}


def refused(name, write):
    """The write breaks the named rule; PostgreSQL names it, SQLite names what it can."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write()
    named = name in str(error.value)
    assert named or "UNIQUE constraint failed" in str(error.value)
    if connection.vendor == "postgresql":
        assert named


@pytest.fixture
def task(municipality):
    authority = Authority.objects.create(slug="tax", name_sv="Skatt", name_en="Tax")
    service = Service.objects.create(authority=authority, slug="id", name_sv="Id", name_en="Id")
    agreement = ServiceAgreement.objects.create(
        key="tax-1", title_sv="Avtal", title_en="Agreement", **BY
    )
    return AgreementTask.objects.create(agreement=agreement, service=service)


def dated_facts(office, task):
    return [
        OfficeName(office=office, name="North", **BY),
        OfficeKind(office=office, kind="fixed", **BY),
        OfficeAddress(office=office, street="Street 1", **BY),
        ServiceLevel(office=office, task=task, level="full", **BY),
        HoursRule(office=office, layer="weekly", week="Mo-Fr 10:00-16:00", **BY),
    ]


@pytest.mark.parametrize("which", range(5))
def test_a_dated_fact_does_not_end_before_it_begins(office, task, which):
    fact = dated_facts(office, task)[which]
    fact.valid_from, fact.valid_to = "2022-06-28", "2022-06-27"
    refused(f"{fact._meta.model_name}_ends_after_it_begins", fact.save)


@pytest.mark.parametrize("which", range(5))
def test_a_dated_fact_may_last_one_day_or_have_ends_that_overlap(office, task, which):
    fact = dated_facts(office, task)[which]
    fact.valid_from, fact.valid_to = "2022-06-28", "2022-06"
    fact.save()


def test_an_agreement_and_an_edition_do_not_end_before_they_begin(db):
    words = {"title_sv": "a", "title_en": "a", "valid_from": "2022", "valid_to": "2021", **BY}
    refused("agreement_ends_after_it_begins", ServiceAgreement(key="a", **words).save)
    refused("areaedition_ends_after_it_begins", AreaEdition(slug="a", **words).save)


def correctables(office, task):
    equipment = task.service.authority  # any row with a key of its own
    return [
        *dated_facts(office, task),
        OfficeEvent(office=office, kind="opened", happened_on="2022", **BY),
        OpeningBalance(on=date(2022, 1, 1), total=3, **BY),
        OfficeEquipment(office=office, equipment_id=equipment.pk, **BY),
    ][:7]


@pytest.mark.parametrize("which", range(7))
def test_a_withdrawal_names_what_it_withdraws(office, task, which):
    fact = correctables(office, task)[which]
    fact.retracts = True
    refused(f"{fact._meta.model_name}_withdrawal_names_what_it_withdraws", fact.save)


@pytest.mark.parametrize("which", range(7))
def test_a_record_is_replaced_at_most_once(office, task, which):
    first = correctables(office, task)[which]
    first.save()
    second, third = correctables(office, task)[which], correctables(office, task)[which]
    second.replaces = third.replaces = first
    second.save()
    refused("replaces", third.save)


def test_a_position_is_whole_and_on_the_globe(office, municipality):
    for lat, lon in ((91, 15), (60, 181), (60, None), (None, 15)):
        address = OfficeAddress(office=office, lat=lat, lon=lon, **BY)
        refused("address_lies_on_earth", address.save)
        place = Place(key="p", name="P", municipality=municipality, lat=lat, lon=lon)
        refused("place_lies_on_earth", place.save)
        other = Municipality(
            code="N1-2", name="M", county_id=municipality.county_id, lat=lat, lon=lon
        )
        refused("municipality_lies_on_earth", other.save)
    OfficeAddress(office=office, lat=-90, lon=180, **BY).save()


def test_an_area_has_a_size_and_stands_once_in_an_edition(municipality):
    edition = AreaEdition.objects.create(slug="e", title_sv="e", title_en="e", **BY)
    words = {"edition": edition, "municipality": municipality, "lat": 60.0, "lon": 15.0}
    refused("area_has_a_size", Area(name="A", area_km2=0, **words).save)
    Area(name="A", area_km2=1, **words).save()
    refused("area_stands_once_in_an_edition", Area(name="A", area_km2=2, **words).save)


def test_a_half_day_says_when_it_ends_and_no_other_day_does(db):
    words = {"name_sv": "d", "name_en": "d"}
    for policy, until in (("half", None), ("closed", time(13)), ("open", time(13))):
        day = CalendarDay(on=date(2022, 4, 14), policy=policy, until=until, **words)
        refused("calendar_half_day_says_when_it_ends", lambda day=day: day.save(force_insert=True))


def test_keys_are_unique(office, municipality, task):
    again = task.service
    copy = Service(authority=again.authority, slug="id", name_sv="x", name_en="x")
    refused("service_has_one_key_within_its_authority", copy.save)
    listed = AgreementTask(agreement=task.agreement, service=again)
    refused("agreement_lists_a_service_once", listed.save)
    refused("key", Office(key="north", **BY).save)
    PlaceAlias.objects.create(alias="Old town", municipality=municipality)
    refused("alias", PlaceAlias(alias="Old town", municipality=municipality).save)


def test_a_level_cannot_stand_without_a_task_of_an_agreement(office):
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceLevel(office=office, level="full", **BY).save()


def test_a_rough_day_and_its_bounds_cannot_disagree_even_when_written_in_bulk(office):
    OfficeEvent.objects.bulk_create(
        [OfficeEvent(office=office, kind="opened", happened_on="2022-40", **BY)]
    )
    found = OfficeEvent.objects.get(kind="opened")
    assert (found.earliest, found.latest) == (date(2022, 1, 1), date(2022, 6, 30))
    found.happened_on = "[2022-02..]"
    found.save()
    found.refresh_from_db()
    assert (found.earliest, found.latest) == (date(2022, 2, 1), None)
