"""An opening counts for at most one mandate, and at most one quota of it."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from knutpunkt.core.errors import NotFound
from knutpunkt.mandates.models import Attribution, Clause, Mandate, PlanVersion
from knutpunkt.mandates.selectors import check
from knutpunkt.network import services
from knutpunkt.network.models import Municipality
from support.network import happened

BY = {"recorded_by": "a test"}


@pytest.fixture
def quotas(municipality):
    """Two quotas of one mandate, and one of another."""
    found = {}
    for slug, keys in (("one", ("a", "b")), ("two", ("c",))):
        mandate = Mandate.objects.create(
            slug=slug, title_sv=slug, title_en=slug, decided_on="2021", **BY
        )
        for key in keys:
            found[key] = Clause.objects.create(
                mandate=mandate,
                key=key,
                type="quota",
                at_least=1,
                window_from=date(2022, 1, 1),
                window_to=date(2022, 12, 31),
                paraphrase_sv="p",
                paraphrase_en="p",
            )
    return found


def refused(name, write):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write()
    assert name in str(error.value) or connection.vendor == "sqlite"


@pytest.mark.parametrize("second", ["a", "b", "c"])
def test_one_opening_is_not_attributed_twice(office, quotas, second):
    Attribution.objects.create(office=office, clause=quotas["a"], **BY)
    again = Attribution(office=office, clause=quotas[second], **BY)
    refused("opening_counts_for_one_quota_of_one_mandate", again.save)


def test_a_second_opening_of_an_office_may_count_for_another_mandate(office, quotas):
    for kind, day in (("opened", "2022-02-01"), ("closed", "2022-03-01"), ("opened", "2022-06-01")):
        happened(office, kind, day, published_on=day)
    Attribution.objects.create(office=office, clause=quotas["a"], **BY)
    Attribution.objects.create(office=office, clause=quotas["c"], opening=2, **BY)
    assert check("one", on=date(2022, 2, 15)).clauses[0].verdict == "met"
    assert check("two", on=date(2022, 2, 15)).clauses[0].verdict == "open"
    assert check("two", on=date(2022, 6, 1)).clauses[0].verdict == "met"
    assert check("one", on=date(2022, 6, 1)).later_closed == ("North",)


def test_an_office_that_has_moved_counts_where_it_opened(office, municipality, quotas):
    elsewhere = Municipality.objects.create(
        code="N1-2", name="Southtown", county=municipality.county
    )
    clause = quotas["a"]
    Clause.objects.filter(pk=clause.pk).update(type="named")
    clause.members.add(municipality)
    happened(office, "opened", "2022-02-01", published_on="2022-02-01")
    services.office_relocate(
        office=office, moves_on="2022-09-01", by="a test", street="S", municipality=elsewhere
    )
    Attribution.objects.create(office=office, clause=clause, **BY)
    judged = check("one", on=date(2022, 10, 1))
    assert judged.clauses[0].verdict == "met"
    assert judged.attributions[0].municipality == "Northtown"


def test_earlier_history_does_not_move_an_attribution(office, quotas):
    happened(office, "opened", "2022-02-01", published_on="2022-02-01")
    Attribution.objects.create(office=office, clause=quotas["a"], **BY)
    happened(office, "closed", "2019-06-01", published_on="2022-03-01")
    judged = check("one", on=date(2022, 6, 1))
    assert judged.clauses[0].verdict == "met"
    assert judged.attributions[0].opened_on == "2022-02-01"


def test_a_doubtful_opening_counts_for_no_clause(office, quotas):
    happened(office, "opened", "2022-02-01", published_on="2022-02-01", confidence="doubtful")
    Attribution.objects.create(office=office, clause=quotas["a"], **BY)
    assert check("one", on=date(2022, 6, 1)).opened == ()


def test_a_commission_is_not_judged_as_known_before_it_was_published(quotas):
    with pytest.raises(NotFound, match="published later"):
        check("one", on=date(2022, 6, 1), known_on=date(2020, 1, 1))


def test_a_correction_moves_an_opening_to_another_quota_and_keeps_the_old_record(office, quotas):
    happened(office, "opened", "2022-02-01", published_on="2022-02-01")
    first = Attribution.objects.create(office=office, clause=quotas["a"], **BY)
    second = services.fact_correct(first, by="siv", clause=quotas["b"])
    assert second.replaces_id == first.pk
    told = {clause.key: clause.verdict for clause in check("one", on=date(2022, 6, 1)).clauses}
    assert told == {"a": "open", "b": "met"}
    third = Attribution(office=office, clause=quotas["c"], **BY)
    refused("opening_counts_for_one_quota_of_one_mandate", third.save)


def test_a_withdrawn_attribution_frees_the_opening(office, quotas):
    happened(office, "opened", "2022-02-01", published_on="2022-02-01")
    first = Attribution.objects.create(office=office, clause=quotas["a"], **BY)
    services.fact_withdraw(first, by="siv")
    assert check("one", on=date(2022, 6, 1)).opened == ()
    Attribution.objects.create(office=office, clause=quotas["c"], **BY)
    assert check("two", on=date(2022, 6, 1)).opened == ("North",)


def test_attributing_to_a_second_quota_through_the_register_is_refused(office, quotas):
    Attribution.objects.create(office=office, clause=quotas["a"], **BY)
    second = Attribution.objects.create(office=office, clause=quotas["c"], opening=2, **BY)
    with pytest.raises(services.Invalid):
        services.fact_correct(second, by="siv", opening=1)


def test_an_attribution_to_an_opening_that_has_not_been_recorded_counts_nothing(office, quotas):
    Attribution.objects.create(office=office, clause=quotas["a"], **BY)
    assert check("one", on=date(2022, 6, 1)).attributions == ()


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("clause_asks_for_no_more_than_it_allows", {"at_least": 3, "at_most": 2}),
        ("clause_window_ends_after_it_begins", {"window_from": date(2023, 1, 1)}),
        ("clause_key_stands_once", {"key": "b"}),
    ],
)
def test_a_clause_contradicts_neither_itself_nor_another(quotas, name, changes):
    clause = quotas["a"]
    for field, value in changes.items():
        setattr(clause, field, value)
    refused(name, clause.save)


def test_openings_are_numbered_from_one_and_a_phase_stands_once(office, quotas):
    zero = Attribution(office=office, clause=quotas["a"], opening=0, **BY)
    refused("attribution_names_an_opening_from_one_on", zero.save)
    words = {
        "mandate": quotas["a"].mandate,
        "plan": "p",
        "phase": "1",
        "adopted_on": "2022",
        "at_least": 1,
        "window_from": date(2022, 1, 1),
        "window_to": date(2022, 2, 1),
    }
    PlanVersion.objects.create(**words, **BY)
    refused("plan_phase_stands_once", PlanVersion(**words, **BY).save)


def test_parts_that_cannot_add_up_to_the_total_make_it_impossible(quotas):
    mandate = quotas["a"].mandate
    mandate.clauses.update(at_most=2)
    Clause.objects.create(
        mandate=mandate,
        key="total",
        type="at_least",
        at_least=5,
        window_to=date(2022, 12, 31),
        paraphrase_sv="p",
        paraphrase_en="p",
    )
    judged = check("one", on=date(2022, 6, 1))
    total = next(clause for clause in judged.clauses if clause.key == "total")
    assert (total.verdict, total.short_by) == ("impossible", 5)
    assert "At most 4 openings can count, 5 are asked for." in total.because_en
    assert judged.slack.left == 3
