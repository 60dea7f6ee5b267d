"""Opening a programme: every slot the commission orders, with rounds and deadlines, at once."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.core.errors import NotFound
from knutpunkt.core.models import Run
from knutpunkt.mandates.models import Clause
from knutpunkt.mandates.selectors import check
from knutpunkt.network.models import Office, OfficeEvent
from knutpunkt.network.selectors import count_on
from knutpunkt.programme.drafting import MandateNotYetKnown, MandateOrdersNothing, draft_of
from knutpunkt.programme.models import Link, Programme, Project, Slot, Template
from knutpunkt.programme.services.copying import ProgrammeOpened
from knutpunkt.programme.services.opening import StudyUnfinished, programme_open
from knutpunkt.programme.services.registering import OpeningDetails
from knutpunkt.programme.services.starting import programme_create, project_start, slot_insert
from knutpunkt.programme.templates_loading import template_latest, templates_load
from support.programme import pass_gate, pass_gates_before, project_of


def slots_by_wave(draft):
    return [sum(slot.wave == wave.number for slot in draft.slots) for wave in draft.waves]


def test_the_2021_commission_gives_28_slots_in_the_rounds_of_the_plan_of_the_day(
    swedish_network, db
):
    may, september = (draft_of("2021-05", known_on=day) for day in DAYS)
    assert slots_by_wave(may) == [13, 15]
    assert slots_by_wave(september) == [14, 14]
    assert sum(slot.municipality_code is None for slot in may.slots) == 5
    assert {s.name for s in september.slots if s.clause_key == "metro-quota"} == METRO
    assert [wave.window_to for wave in september.waves] == [date(2022, 12, 31), date(2023, 12, 31)]


DAYS = (date(2021, 6, 1), date(2021, 9, 30))
METRO = {"Göteborg", "Malmö", "Stockholm", "Järfälla", "Sollentuna"}


def test_places_of_the_first_round_are_those_the_agency_named(swedish_network, db):
    draft = draft_of("2021-05", known_on=date(2021, 9, 30))
    first = {slot.name for slot in draft.slots if slot.wave == 1}
    assert {"Åre", "Boden", "Laholm", "Uppsala", "Stockholm"} <= first
    assert not {"Tingsryd", "Nordmaling", "Järfälla"} & first


@given(day=st.dates(date(2021, 6, 1), date(2026, 1, 1)))
def test_a_draft_holds_as_many_slots_as_the_commission_orders_whenever_it_is_asked(
    swedish_network, day
):
    draft = draft_of("2021-05", known_on=day)
    assert len(draft.slots) == 28
    assert len({slot.key for slot in draft.slots}) == 28
    assert {slot.wave for slot in draft.slots} == {wave.number for wave in draft.waves}


test_a_draft_holds_as_many_slots_as_the_commission_orders_whenever_it_is_asked = (
    pytest.mark.django_db(
        test_a_draft_holds_as_many_slots_as_the_commission_orders_whenever_it_is_asked
    )
)


@pytest.mark.parametrize(("slug", "refusal"), [("2024-11", MandateOrdersNothing), ("x", NotFound)])
def test_a_commission_that_orders_no_office_has_no_draft(swedish_network, db, slug, refusal):
    with pytest.raises(refusal):
        draft_of(slug, known_on=date(2026, 1, 1))


def test_a_draft_before_the_commission_was_known_is_refused(swedish_network, db):
    with pytest.raises(MandateNotYetKnown, match="2021-01-01"):
        draft_of("2021-05", known_on=date(2021, 1, 1))


# --- opening --------------------------------------------------------------------------------------


def test_every_slot_gets_its_project_with_the_whole_template(swedish_programme):
    template = template_latest("open")
    projects = Project.objects.filter(slot__programme=swedish_programme)
    assert projects.count() == Slot.objects.count() == 28
    for project in projects:
        assert project.activities.count() == template.activities.count()
        assert project.links.count() == template.links.count()
        assert project.gates.count() == 8
        assert all(gate.requirements.exists() for gate in project.gates.all())


def test_slots_are_tied_to_the_offices_the_register_knows(swedish_programme):
    tied = dict(Project.objects.exclude(office=None).values_list("slot__key", "office__key"))
    assert tied["laholm"] == "laholm"
    assert tied["are"] == "jarpen"
    assert len(set(tied.values())) == len(tied)
    opened = Project.objects.get(slot__key="laholm").opened_to_public
    assert opened == date(2022, 5, 31)
    assert Project.objects.get(slot__key="boden").opened_to_public is None


def test_links_stay_within_their_project(swedish_programme):
    for link in Link.objects.select_related("before", "after"):
        assert link.before.project_id == link.after.project_id == link.project_id


def test_a_commission_has_one_programme(swedish_programme):
    with pytest.raises(ProgrammeOpened, match="2021-05"):
        programme_open(mandate="2021-05", by="another")
    assert Programme.objects.count() == 1


def test_templates_are_loaded_once(db):
    templates_load()
    before = set(Template.objects.values_list("key", "version"))
    templates_load()
    assert {"open", "move", "close"} == {key for key, _ in before}
    assert set(Template.objects.values_list("key", "version")) == before


@pytest.mark.parametrize("study", ["not-a-number", "7b0d6b52-6f0e-4d0a-9d35-3f2f0a6f2d11"])
def test_a_programme_does_not_open_from_a_plan_there_is_not(swedish_network, db, study):
    with pytest.raises((StudyUnfinished, NotFound)):
        programme_open(study=study, by="a test")
    assert not Programme.objects.exists()


def test_a_programme_from_a_plan_takes_its_places_and_its_claims(swedish_network, db):
    sites = [
        {"place": "Ryd", "municipality": "Tingsryd", "code": "0763", **CLAIMS},
        {"place": "Kista", "municipality": "Stockholm", "code": "0180", **CLAIMS},
    ]
    run = Run.objects.create(
        kind="siting-plan",
        state="done",
        result={"mandate": "2021-05", "sites": sites, "inputs_hash": "abc"},
        ended_at="2026-01-01T00:00Z",
    )
    programme = programme_open(study=str(run.pk), by="a test")
    slot = programme.slots.get(key="tingsryd")
    assert (slot.place, slot.lat) == ("Ryd", 56.5)
    claims = slot.projects.get().promises.values_list("measure", "value")
    assert dict(claims) == {"persons-nearer": 4000.0, "minutes-each": 21.5}
    assert not programme.slots.get(key="boden").projects.get().promises.exists()


CLAIMS = {"lat": 56.5, "lon": 14.9, "persons": 4000, "minutes": 21.5}


# --- the register ---------------------------------------------------------------------------------


def test_an_opening_the_register_awaited_roughly_is_corrected_not_doubled(swedish_programme):
    project = project_of(swedish_programme, "tingsryd")
    gate = pass_gates_before(project, "g7")
    clause = Clause.objects.get(mandate__slug="2021-05", key="named-23")
    day = date(2023, 12, 31)
    most = count_on(day).at_most
    # Without a key the office the register awaits for the slot is meant.
    pass_gate(gate, opening=OpeningDetails(date(2023, 1, 2), clause=clause))
    assert count_on(day).at_most == most
    assert not Office.objects.filter(key__contains="tingsryd-").exists()
    opened = OfficeEvent.objects.known_on(None).filter(office__key="tingsryd", kind="opened")
    assert [event.happened_on for event in opened] == ["2023-01-02"]
    verdict = check("2021-05", on=date(2023, 1, 2))
    assert sum(view.office == "tingsryd" for view in verdict.attributions) == 1


# --- moving, closing, further slots ---------------------------------------------------------------


@pytest.mark.parametrize(("kind", "gates"), [("move", 6), ("close", 6)])
def test_moving_and_closing_are_projects_of_an_office(office, kind, gates):
    programme = programme_create(
        key="orebro", title_sv="Flytt", title_en="Move", starts_on=date(2022, 1, 1), by="a test"
    )
    project = project_start(
        programme=programme, office=office, kind=kind, by="a test", ends_by=date(2022, 12, 31)
    )
    assert project.office == office
    assert project.gates.count() == gates
    consultation = project.gates.get(activity__key="consult").requirements
    asked = set(consultation.values_list("key", flat=True))
    assert {"municipality", "region", "county-board"} <= asked


def test_an_office_does_not_close_twice_at_once(office):
    programme = programme_create(
        key="north", title_sv="N", title_en="N", starts_on=date(2022, 1, 1), by="a test"
    )
    last = date(2022, 12, 31)
    project_start(programme=programme, office=office, kind="close", by="x", ends_by=last)
    with pytest.raises(ProgrammeOpened):
        project_start(programme=programme, office=office, kind="close", by="x", ends_by=last)


def test_a_spare_slot_of_the_same_name_gets_a_key_of_its_own(small_programme):
    slot = small_programme.slots.get(key="northtown")
    spare = slot_insert(
        programme=small_programme,
        municipality=slot.municipality,
        name="Northtown",
        wave=slot.wave,
        clause=slot.clause,
        by="a test",
    )
    assert spare.slot.key == "northtown-2"
    assert spare.activities.count() == template_latest("open").activities.count()
