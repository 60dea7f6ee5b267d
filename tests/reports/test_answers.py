"""What about a municipality: one page, as known on a day."""

import io
from datetime import date

import pikepdf
import pytest

from knutpunkt.programme.templates_loading import templates_load
from knutpunkt.reports.answering import answered, municipality_named
from knutpunkt.reports.errors import FormatUnknown, MunicipalityUnknown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("swedish_network")]

AUTUMN = date(2025, 11, 10)


def said(answer):
    return {fact.id: fact.said.replace("\N{NO-BREAK SPACE}", " ") for fact in answer.facts}


def test_a_closed_office_is_told_with_the_rule_and_the_distance_before_and_now():
    found = answered("Filipstad", as_of=AUTUMN)
    facts = said(found)
    assert facts["offices.open"] == "0"
    assert facts["closing.1.last_day"] == "30 maj 2025"
    assert facts["closing.1.finding"] == "Regeln följdes"
    assert (facts["before.nearest"], facts["now.nearest"]) == ("Filipstad", "Karlskoga")
    assert found.facts.value("now.km") > found.facts.value("before.km")


def test_an_office_that_stands_is_told_with_its_commission():
    facts = said(answered("Laholm", as_of=AUTUMN))
    assert facts["offices.open"] == "1"
    assert facts["clause.2021-05.named-23.own"] == "ett kontor räknas"
    assert facts["before.on"] == "30 maj 2022"


def test_what_was_not_known_on_the_day_is_not_told():
    templates_load()
    facts = said(answered("Filipstad", as_of=date(2022, 1, 31)))
    assert not any(name.startswith("closing.") for name in facts)
    assert facts["slot.filipstad.p50"]


def test_the_answer_is_one_tagged_page_the_same_every_time():
    first, second = (answered("Ludvika", as_of=AUTUMN).written("pdf") for _ in range(2))
    assert first == second
    with pikepdf.open(io.BytesIO(first)) as pdf:
        assert len(pdf.pages) == 1
        assert str(pdf.Root.Lang) == "sv-SE"


def test_every_municipality_can_be_asked_about_in_both_languages():
    for name, language in (("1785", "sv"), ("åre", "en"), ("Malmo", "sv")):
        assert answered(name, as_of=AUTUMN, language=language).written("html")


def test_a_name_or_a_code_finds_the_municipality_and_a_misspelling_is_told():
    assert municipality_named("östhammar").code == municipality_named("0382").code
    with pytest.raises(MunicipalityUnknown, match="Did you mean Ludvika"):
        municipality_named("Ludvikka")


def test_a_format_that_does_not_exist_is_refused():
    with pytest.raises(FormatUnknown):
        answered("Ludvika", as_of=AUTUMN).written("rtf")
