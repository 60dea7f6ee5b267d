"""No service without an agreement in force."""

from datetime import date

import pytest

from knutpunkt.network import services
from knutpunkt.network.checks import NoAgreementInForce
from knutpunkt.network.models import (
    AgreementTask,
    Authority,
    Service,
    ServiceAgreement,
    ServiceLevel,
)
from knutpunkt.network.selectors import offers_on


@pytest.fixture
def task(db):
    authority = Authority.objects.create(slug="tax", name_sv="Skatt", name_en="Tax")
    service = Service.objects.create(authority=authority, slug="id", name_sv="Id", name_en="Id")
    agreement = ServiceAgreement.objects.create(
        key="tax-1",
        title_sv="Avtal",
        title_en="Agreement",
        valid_from="2022-01-01",
        valid_to="2022-12-31",
        recorded_by="a test",
    )
    return AgreementTask.objects.create(agreement=agreement, service=service)


def offered(task, office, valid_from, valid_to):
    level = ServiceLevel(
        office=office, task=task, level="full", valid_from=valid_from, valid_to=valid_to
    )
    return services.service_offer(level=level, by="siv")


@pytest.mark.parametrize(
    ("valid_from", "valid_to"),
    [("2022-01-01", "2022-12-31"), ("2022-06", "2022-06"), ("2022", "2022-03-01")],
)
def test_a_service_is_offered_within_its_agreement(task, office, valid_from, valid_to):
    assert offered(task, office, valid_from, valid_to).recorded_by == "siv"


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "sentence"),
    [
        ("2021-12-31", "2022-06-30", "not in force on 2021-12-31, it begins 2022-01-01"),
        ("", "2022-06-30", "not in force on an unknown day, it begins 2022-01-01"),
        ("2022-06-01", "2023-01-01", "not in force until 2023-01-01, it ends 2022-12-31"),
        ("2022-06-01", "", "not in force until an open end, it ends 2022-12-31"),
        ("[2021-12..2022-02]", "2022-06", "not in force on [2021-12..2022-02]"),
    ],
)
def test_a_service_outside_its_agreement_is_refused_in_a_sentence(
    task, office, valid_from, valid_to, sentence
):
    with pytest.raises(NoAgreementInForce) as refused:
        offered(task, office, valid_from, valid_to)
    assert sentence in str(refused.value)
    assert "“tax-1”" in str(refused.value)
    assert "Record the agreement first" in refused.value.hint
    assert not ServiceLevel.objects.exists()


def test_a_service_without_any_agreement_is_refused(office):
    level = ServiceLevel(office=office, level="full", valid_from="2022-02-01")
    with pytest.raises(services.Invalid) as refused:
        services.service_offer(level=level, by="siv")
    assert "task" in refused.value.fields


def test_a_correction_cannot_carry_a_service_out_of_its_agreement(task, office):
    level = offered(task, office, "2022-02-01", "2022-11-30")
    with pytest.raises(NoAgreementInForce):
        services.fact_correct(level, by="siv", valid_to="2023-02-01")
    services.fact_correct(level, by="siv", valid_to="2022-12-31")


def test_a_service_holds_from_its_first_to_its_last_day(task, office):
    offered(task, office, "2022-02-01", "2022-11-30")
    days = (date(2022, 1, 31), date(2022, 2, 1), date(2022, 11, 30), date(2022, 12, 1))
    assert [len(offers_on(day, office="north")) for day in days] == [0, 1, 1, 0]
    assert offers_on(date(2022, 6, 1), office="south") == []


def test_a_service_at_every_office_is_among_those_of_each(task, office):
    offered(task, None, "2022-02-01", "2022-11-30")
    (offer,) = offers_on(date(2022, 6, 1), office="north")
    assert (offer.office, offer.authority, offer.level, offer.agreement) == (
        None,
        "tax",
        "full",
        "tax-1",
    )
    assert offer.certain


def test_a_rough_beginning_makes_a_service_uncertain(task, office):
    offered(task, office, "2022-02", "2022-12-31")
    told = {day: offers_on(day)[0].certain for day in (date(2022, 2, 15), date(2022, 3, 1))}
    assert told == {date(2022, 2, 15): False, date(2022, 3, 1): True}
