"""Programmes for tests: the Swedish commission of 2021, and one with two slots."""

from datetime import date

import pytest

from knutpunkt.mandates.models import Clause, Mandate
from knutpunkt.network.models import County, Municipality
from knutpunkt.programme.models import Project
from knutpunkt.programme.services.evidence import evidence_file
from knutpunkt.programme.services.gates import gate_decide
from knutpunkt.programme.services.opening import programme_open

DNR = "2021-00001"


@pytest.fixture
def swedish_programme(swedish_network, db):
    """The programme of the 2021 commission: 28 slots in two rounds. Taken back after the test."""
    return programme_open(mandate="2021-05", by="a test")


@pytest.fixture
def small_programme(db):
    """Two named municipalities that are each to get an office by the end of 2023."""
    return made_programme("small", ("Northtown", "Southtown"))


def made_programme(slug, places, *, decided=date(2022, 1, 10), last=date(2023, 12, 31)):
    """Open a programme under a made-up commission that names the places."""
    county, _ = County.objects.get_or_create(code="N1", defaults={"name": "North"})
    mandate = Mandate.objects.create(
        slug=slug,
        title_sv=f"Uppdrag {slug}",
        title_en=f"Commission {slug}",
        decided_on=decided.isoformat(),
        published_on=decided.isoformat(),
    )
    clause = Clause.objects.create(
        mandate=mandate,
        key="named",
        type="named",
        at_least=len(places),
        window_from=decided,
        window_to=last,
        paraphrase_sv="Var och en av orterna får ett kontor.",
        paraphrase_en="Each of the places gets an office.",
    )
    for number, name in enumerate(places, start=1):
        place, _ = Municipality.objects.get_or_create(
            code=f"N1-{slug}-{number}"[:10],
            defaults={"name": name, "county": county, "lat": 60 + number / 50, "lon": 15.0},
        )
        clause.members.add(place)
    return programme_open(mandate=slug, by="a test")


def project_of(programme, slot):
    """The project under way for a slot."""
    return Project.objects.select_related("slot__programme").get(
        slot__programme=programme, slot__key=slot
    )


def file_all(gate, day=date(2023, 1, 1)):
    """File a document for everything the gate asks for."""
    return [
        evidence_file(
            requirement=asked,
            title=asked.name_en,
            dnr=DNR,
            dated_on=day,
            secret=asked.secret,
            upload=None,
            by="a test",
        )
        for asked in gate.requirements.all()
    ]


def pass_gate(gate, day=date(2023, 1, 2), **more):
    """File what the gate asks for and decide to go on."""
    file_all(gate, day=day)
    return gate_decide(
        gate=gate,
        outcome="go",
        decided_on=day,
        decided_by="Director",
        delegation="Delegation 1",
        expected=gate.decisions_made,
        by="a test",
        **more,
    )


def pass_gates_before(project, key, day=date(2023, 1, 2)):
    """Pass every gate ahead of one, and return that one."""
    for gate in project.gates.order_by("position"):
        if gate.key == key:
            return gate
        pass_gate(gate, day=day)
    raise AssertionError(key)
