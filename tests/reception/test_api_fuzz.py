"""Rubbish sent to every address is refused in a sentence, and answers are as described."""

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from knutpunkt.reception.api.house import TABLE
from knutpunkt.reception.selectors.menu import forget_menus
from knutpunkt.web.fast import beside
from support.network import made_office
from support.programs import ROOT, program

# Whose word counts is decided above the database; once is enough.
pytestmark = pytest.mark.once

EXAMPLES = 25
#: Which errands and times there are no schema can say; and "1" is taken for 1.
NOT_HELD_TO = [positive_data_acceptance, negative_data_rejection]
ADDRESSES = [row for row in TABLE.rows if row.needs != "node"]


@pytest.fixture
def office(db):
    """An office to be sent rubbish."""
    forget_menus()
    return made_office("north")


@pytest.fixture
def document(office):
    """The description, read as anybody would read it."""
    return schemathesis.openapi.from_wsgi(f"{ROOT}openapi.json", beside(get_wsgi_application()))


@pytest.mark.parametrize("row", ADDRESSES, ids=lambda row: f"{row.method} {row.path}")
def test_rubbish_is_refused_and_answers_are_as_described(row, document, office):
    asking = document[ROOT + row.path][row.method]
    sense, nonsense = (asking.as_strategy(generation_mode=mode) for mode in GenerationMode)
    clerk = program(office, "officer")
    chief = program(office, "office-manager")

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(sense | nonsense)
    def asked(case):
        clerk.ask("POST", "{office}/visits")
        called = clerk.ask("POST", "{office}/calls").json().get("errand")
        if "office" in case.path_parameters:
            case.path_parameters["office"] = office.key
        if "errand" in case.path_parameters and called:
            case.path_parameters["errand"] = called
        case.call_and_validate(
            headers={"Authorization": f"Bearer {chief.token}"}, excluded_checks=NOT_HELD_TO
        )

    asked()
