"""Facts in the admin: corrected and withdrawn, never lost."""

import pytest
from django.urls import reverse

from knutpunkt.accounts.services import Post
from knutpunkt.core import clock
from knutpunkt.mandates.models import Attribution, Clause, Mandate
from knutpunkt.network.admin.spoken import ALWAYS_THE_SAME
from knutpunkt.network.life import ImpossibleHistory
from knutpunkt.network.models import Office, OfficeEvent, OfficeName, ServiceLevel
from knutpunkt.network.services import (
    AlreadyCorrected,
    Invalid,
    RemainUndecided,
    event_record,
    office_create,
)

pytestmark = pytest.mark.django_db

CLAIM = {"confidence": "high", "basis": "stated"}
UNSAID = {"consulted": "unknown", "leaves_municipality": "unknown"}


def page(model, what, *keys):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=keys)


def event_form(**given):
    return {**CLAIM, **UNSAID, **given}


def errors_of(answer):
    assert answer.status_code == 200, "The form was saved."
    return " ".join(answer.context["adminform"].form.non_field_errors())


def field_errors_of(answer):
    """Sentences by field."""
    assert answer.status_code == 200, "The form was saved."
    errors = answer.context["adminform"].form.errors
    return {field: " ".join(sentences) for field, sentences in errors.items()}


# --- corrections ----------------------------------------------------------------------------------


def test_a_correction_keeps_the_old_record_and_names_who_made_it(administrator, ulricehamn):
    old = OfficeEvent.objects.get()
    administrator.post(
        page(OfficeEvent, "change", old.pk), event_form(kind="opened", happened_on="2020-11-09")
    )
    new = OfficeEvent.objects.get(replaces=old)
    assert (new.happened_on, new.recorded_by, new.office) == ("2020-11-09", "boss", ulricehamn)
    kept = OfficeEvent.objects.get(pk=old.pk)
    assert (kept.happened_on, kept.recorded_by) == ("2020-11-02", "loader")
    assert [event.pk for event in OfficeEvent.objects.known_on(None)] == [new.pk]


def test_a_form_saved_without_a_change_records_nothing(administrator, ulricehamn):
    old = OfficeEvent.objects.get()
    form = administrator.get(page(OfficeEvent, "change", old.pk)).context["adminform"].form
    shown = {name: form[name].value() or "" for name in form.fields}
    administrator.post(page(OfficeEvent, "change", old.pk), shown)
    assert OfficeEvent.objects.count() == 1


def test_what_is_corrected_cannot_be_corrected_again(administrator, ulricehamn):
    old = OfficeEvent.objects.get()
    address = page(OfficeEvent, "change", old.pk)
    administrator.post(address, event_form(kind="opened", happened_on="2020-11-09"))
    again = administrator.post(address, event_form(kind="opened", happened_on="2020-12-01"))
    assert again.status_code == 403
    assert OfficeEvent.objects.count() == 2


def test_history_is_shown_to_those_who_ask(administrator, ulricehamn):
    old = OfficeEvent.objects.get()
    administrator.post(
        page(OfficeEvent, "change", old.pk), event_form(kind="opened", happened_on="2020-11-09")
    )
    lists = {
        standing: {
            event.happened_on
            for event in administrator.get(
                page(OfficeEvent, "changelist"), {"standing": standing} if standing else {}
            ).context["cl"].result_list
        }
        for standing in ("", "history", "all")
    }  # fmt: skip
    assert lists == {
        "": {"2020-11-09"},
        "history": {"2020-11-02"},
        "all": {"2020-11-02", "2020-11-09"},
    }
    shown = administrator.get(page(OfficeEvent, "change", old.pk)).content.decode()
    assert "boss" in shown
    assert "loader" in shown
    assert page(OfficeEvent, "change", OfficeEvent.objects.get(replaces=old).pk) in shown


def test_no_fact_can_be_deleted(administrator, ulricehamn):
    event = OfficeEvent.objects.get()
    assert administrator.get(page(OfficeEvent, "delete", event.pk)).status_code == 403
    answer = administrator.post(
        page(OfficeEvent, "changelist"), {"action": "delete_selected", "_selected_action": event.pk}
    )
    assert OfficeEvent.objects.filter(pk=event.pk).exists(), answer


def test_a_new_fact_names_who_recorded_it(administrator, ulricehamn):
    administrator.post(
        page(OfficeName, "add"),
        {**CLAIM, "office": ulricehamn.pk, "name": "Ulricehamn torg", "valid_from": "2023-05-01"},
    )
    assert OfficeName.objects.get(name="Ulricehamn torg").recorded_by == "boss"


def test_a_new_office_begins_with_a_name_and_a_kind(administrator):
    administrator.post(
        page(Office, "add"), {"key": "boras", "name": "Borås", "kind": "fixed", "source": "letter"}
    )
    office = Office.objects.get(key="boras")
    assert office.recorded_by == "boss"
    assert office.names.get().name == "Borås"
    assert office.kinds.get().kind == "fixed"


# --- withdrawals ----------------------------------------------------------------------------------


def withdraw(client, *records, reason="entered twice", confirmed="yes"):
    confirmation = {"confirmed": confirmed} if confirmed else {}
    return client.post(
        page(type(records[0]), "changelist"),
        {
            "action": "withdraw",
            "reason": reason,
            "_selected_action": [record.pk for record in records],
            **confirmation,
        },
        follow=True,
    )


def test_a_withdrawal_is_a_record_with_its_reason_and_its_maker(administrator, ulricehamn):
    old = OfficeEvent.objects.get()
    withdraw(administrator, old)
    made = OfficeEvent.objects.get(replaces=old)
    assert (made.retracts, made.note_en, made.recorded_by) == (True, "entered twice", "boss")
    assert not OfficeEvent.objects.known_on(None).exists()


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_withdrawal_without_a_reason_is_refused(administrator, ulricehamn, reason):
    answer = withdraw(administrator, OfficeEvent.objects.get(), reason=reason)
    assert "write the reason for withdrawing" in answer.content.decode()
    assert not OfficeEvent.objects.filter(retracts=True).exists()


def test_a_withdrawal_is_asked_about_first_with_what_it_is_about(administrator, ulricehamn):
    name, event = OfficeName.objects.get(), OfficeEvent.objects.get()
    answer = withdraw(administrator, event, confirmed="")
    shown = answer.content.decode()
    assert "ulricehamn opened 2020-11-02" in shown
    assert "entered twice" in shown
    assert page(OfficeEvent, "change", event.pk) in shown
    assert "ulricehamn: Ulricehamn" in withdraw(administrator, name, confirmed="").content.decode()
    assert not OfficeEvent.objects.filter(retracts=True).exists()


def test_a_withdrawal_that_breaks_a_life_is_refused_whole(administrator, ulricehamn):
    """Without the closing the office would open twice running; the other event stays too."""
    boras = office_create(key="boras", name="Borås", by="loader")
    other = event_record(office=boras, kind="opened", happened_on="2021", by="loader")
    closed = event_record(office=ulricehamn, kind="closed", happened_on="2021-06-30", by="loader")
    event_record(office=ulricehamn, kind="opened", happened_on="2022-01-10", by="loader")
    answer = withdraw(administrator, other, closed)
    assert "twice running" in answer.content.decode()
    assert not OfficeEvent.objects.filter(retracts=True).exists()


# --- what the register refuses --------------------------------------------------------------------


def test_an_event_that_does_not_fit_the_life_is_refused_with_the_sentence(
    administrator, ulricehamn
):
    answer = administrator.post(
        page(OfficeEvent, "add"),
        event_form(office=ulricehamn.pk, kind="opened", happened_on="2021-01-01"),
    )
    assert "“opened” twice running" in errors_of(answer)
    assert OfficeEvent.objects.count() == 1


def test_a_level_outlasting_its_agreement_is_refused_with_the_sentence(
    administrator, ulricehamn, task
):
    level = {**CLAIM, "office": ulricehamn.pk, "task": task.pk, "level": "full"}
    answer = administrator.post(page(ServiceLevel, "add"), {**level, "valid_from": "2021-01-01"})
    assert "is not in force until an open end" in errors_of(answer)
    answer = administrator.post(
        page(ServiceLevel, "add"), {**level, "valid_from": "2021-01-01", "valid_to": "2023-12-31"}
    )
    assert answer.status_code == 302
    assert ServiceLevel.objects.get().recorded_by == "boss"


def test_a_period_that_ends_before_it_begins_is_refused_by_name(administrator, ulricehamn):
    name = {**CLAIM, "office": ulricehamn.pk, "name": "Torget"}
    answer = administrator.post(
        page(OfficeName, "add"), {**name, "valid_from": "2023", "valid_to": "2021"}
    )
    assert "ends after it begins" in errors_of(answer)


def test_a_day_that_cannot_be_read_is_refused_at_its_field(administrator, ulricehamn):
    answer = administrator.post(
        page(OfficeEvent, "add"),
        event_form(office=ulricehamn.pk, kind="closed", happened_on="soon"),
    )
    assert "cannot be read" in str(answer.context["adminform"].form.errors["happened_on"])


# --- closing --------------------------------------------------------------------------------------


def closing(office, **given):
    today = clock.today()
    return event_form(
        office=office.pk,
        kind="closed",
        happened_on=today.replace(year=today.year + 1, day=1).isoformat(),
        decided_by="board",
        decided_on=today.isoformat(),
        consulted_on=today.isoformat(),
        leaves_municipality="yes",
    ) | given  # fmt: skip


def test_a_new_closing_that_follows_the_rule_is_recorded(administrator, ulricehamn):
    answer = administrator.post(page(OfficeEvent, "add"), closing(ulricehamn))
    assert answer.status_code == 302, errors_of(answer)
    made = OfficeEvent.objects.get(kind="closed")
    assert (made.consulted, made.recorded_by) == ("yes", "boss")


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"decided_by": "director-general"}, "decided_by", "the board must decide"),
        ({"decided_by": "the minister"}, "decided_by", "valid choice"),
        ({"decided_by": ""}, "decided_by", "Say who decided"),
        ({"consulted_on": ""}, "consulted_on", "must be consulted before the decision"),
        ({"decided_on": "2024"}, "decided_on", "exactly"),
        ({"happened_on": "[2090-01-01..]"}, "happened_on", "exactly"),
        ({"decided_on": "2099-12-31"}, "happened_on", "lies before the decision"),
    ],
)
def test_a_new_closing_against_the_rule_is_refused_at_its_field(
    administrator, ulricehamn, given, field, sentence
):
    answer = administrator.post(page(OfficeEvent, "add"), closing(ulricehamn, **given))
    errors = field_errors_of(answer)
    assert list(errors) == [field]
    assert sentence in errors[field]
    assert not OfficeEvent.objects.filter(kind="closed").exists()


def test_everything_a_new_closing_lacks_is_named_at_once(administrator, ulricehamn):
    lacking = closing(ulricehamn, decided_by="", decided_on="", consulted_on="")
    errors = field_errors_of(administrator.post(page(OfficeEvent, "add"), lacking))
    assert set(errors) == {"decided_by", "decided_on", "consulted_on"}


def test_a_closing_of_an_office_that_is_not_open_is_refused_at_its_day(administrator, ulricehamn):
    event_record(office=ulricehamn, kind="closed", happened_on="2021-06-30", by="loader")
    errors = field_errors_of(administrator.post(page(OfficeEvent, "add"), closing(ulricehamn)))
    assert "is not open" in errors["happened_on"]


def test_a_correction_cannot_slip_past_the_closing_rule(administrator, ulricehamn):
    administrator.post(page(OfficeEvent, "add"), closing(ulricehamn))
    made = OfficeEvent.objects.get(kind="closed")
    given = closing(ulricehamn, decided_by="director-general", consulted="yes", consulted_on="")
    answer = administrator.post(page(OfficeEvent, "change", made.pk), given)
    assert "the board must decide" in field_errors_of(answer)["decided_by"]


PAST = {"kind": "closed", "happened_on": "2023-06-30", "decided_on": "2023-01-31",
        "decided_by": "board", "consulted": "yes", "leaves_municipality": "yes"}  # fmt: skip


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, ""),
        ({"decided_by": "", "consulted": "unknown"}, "who decided, the consultation"),
        ({"decided_by": "director-general"}, "broke the closing rule"),
        ({"decided_on": "2023-07-01"}, "lies before the decision of 2023-07-01"),
    ],
)
def test_a_closing_that_is_past_is_recorded_as_it_was_and_judged_aloud(
    administrator, ulricehamn, given, sentence
):
    event = event_form(**{"office": ulricehamn.pk, **PAST, **given})
    answer = administrator.post(page(OfficeEvent, "add"), event, follow=True)
    assert OfficeEvent.objects.filter(kind="closed").exists()
    warnings = [str(said) for said in answer.context["messages"] if said.level_tag == "warning"]
    assert len(warnings) == bool(sentence)
    assert sentence in " ".join(warnings)


def test_who_decided_stays_what_the_record_says(administrator, ulricehamn):
    """An older record may name a body that nobody can choose any more."""
    old = event_record(
        office=ulricehamn, kind="closed", happened_on="2023-06-30", decided_by="unknown", by="x"
    )
    given = event_form(kind="closed", happened_on="2023-07-31", decided_by="unknown")
    answer = administrator.post(page(OfficeEvent, "change", old.pk), given)
    assert answer.status_code == 302, field_errors_of(answer)
    assert OfficeEvent.objects.get(replaces=old).decided_by == "unknown"


def test_what_the_services_always_say_can_be_translated():
    said = {refusal.hint for refusal in (ImpossibleHistory, AlreadyCorrected, RemainUndecided)}
    assert said | {Invalid.hint} <= set(ALWAYS_THE_SAME)


# --- whose office ---------------------------------------------------------------------------------


def test_an_office_manager_writes_about_the_own_office_only(sign_in, ulricehamn):
    boras = office_create(key="boras", name="Borås", by="loader")
    manager = sign_in("office-manager", Post(office=ulricehamn))
    name = {**CLAIM, "name": "Torget"}
    refused = manager.post(page(OfficeName, "add"), {**name, "office": boras.pk})
    assert "You may not write this about this office." in errors_of(refused)
    assert manager.get(page(OfficeName, "change", boras.names.get().pk)).status_code == 200
    assert manager.post(page(OfficeName, "change", boras.names.get().pk), name).status_code == 403
    manager.post(page(OfficeName, "add"), {**name, "office": ulricehamn.pk})
    assert OfficeName.objects.get(name="Torget").recorded_by == "the-office-manager"


def test_an_office_manager_decides_no_closing(sign_in, ulricehamn):
    manager = sign_in("office-manager", Post(office=ulricehamn))
    answer = manager.post(page(OfficeEvent, "add"), closing(ulricehamn))
    assert "You may not write this" in errors_of(answer)


def test_an_office_manager_withdraws_nothing_elsewhere(sign_in, ulricehamn):
    boras = office_create(key="boras", name="Borås", by="loader")
    manager = sign_in("office-manager", Post(office=ulricehamn))
    withdraw(manager, boras.names.get())
    assert not OfficeName.objects.filter(retracts=True).exists()


# --- attributions ---------------------------------------------------------------------------------


@pytest.fixture
def clauses(db):
    mandate = Mandate.objects.create(slug="m", decided_on="2021-05-12", recorded_by="loader")
    return [
        Clause.objects.create(mandate=mandate, key=key, type="quota", window_to="2023-12-31")
        for key in ("named", "metro")
    ]


def test_an_attribution_is_corrected_and_only_one_stands(administrator, ulricehamn, clauses):
    made = {**CLAIM, "office": ulricehamn.pk, "opening": 1, "clause": clauses[0].pk}
    administrator.post(page(Attribution, "add"), made)
    old = Attribution.objects.get()
    twice = administrator.post(page(Attribution, "add"), made | {"clause": clauses[1].pk})
    assert twice.status_code == 200
    administrator.post(page(Attribution, "change", old.pk), {**CLAIM, "clause": clauses[1].pk})
    (stands,) = Attribution.objects.known_on(None)
    assert (stands.clause, stands.recorded_by) == (clauses[1], "boss")


def test_a_withdrawn_attribution_makes_room_for_another(administrator, ulricehamn, clauses):
    made = {**CLAIM, "office": ulricehamn.pk, "opening": 1, "clause": clauses[0].pk}
    administrator.post(page(Attribution, "add"), made)
    withdraw(administrator, Attribution.objects.get())
    administrator.post(page(Attribution, "add"), made | {"clause": clauses[1].pk})
    assert Attribution.objects.known_on(None).get().clause == clauses[1]
