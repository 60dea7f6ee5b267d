"""Beginning a programme without slots, and moving or closing an office."""

import pytest

from knutpunkt.programme.models import Programme, Project
from support.pages import every_variable_is_there, quick_hash, value_of, words

__all__ = ["every_variable_is_there", "quick_hash"]

NEW = "/programme/new/"
FORM = {
    "key": "moves-2023",
    "title_sv": "Flyttar 2023",
    "title_en": "Moves 2023",
    "starts_on": "2023-01-01",
    "mandate": "",
}

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("every_variable_is_there", "quick_hash"),
]


@pytest.fixture(autouse=True)
def frozen(monkeypatch):
    monkeypatch.setenv("KNUTPUNKT_NOW", "2023-01-10T10:00")


@pytest.fixture
def manager(signed_in):
    return signed_in("programme-manager")


@pytest.mark.parametrize("page", [NEW, "/programme/small/start/"])
def test_a_stranger_is_sent_to_the_login_and_a_planner_refused(
    small_programme, client, signed_in, page
):
    assert client.get(page)["Location"] == f"/login/?next={page}"
    assert signed_in("planner").get(page).status_code == 403


def test_a_programme_is_begun_and_an_office_closed_in_it(manager, office):
    answer = manager.post(NEW, FORM)
    start = "/programme/moves-2023/start/"
    assert answer["Location"] == start
    assert "it has no slots yet" in words(manager.get(start))
    closing = {"kind": "close", "office": office.key, "ends_by": "2023-12-31"}
    answer = manager.post(start, closing)
    project = Project.objects.get()
    assert (project.kind, project.office) == ("close", office)
    assert answer["Location"] == f"/programme/moves-2023/{project.slot.key}/"
    assert manager.get(answer["Location"]).status_code == 200


def test_an_empty_programme_has_all_its_pages(manager):
    manager.post(NEW, FORM)
    for page in ("plan", "forecast", "changes", "money", "inbox", "exchange"):
        assert manager.get(f"/programme/moves-2023/{page}/").status_code == 200


def test_a_key_that_is_taken_is_refused_beside_its_field(manager, small_programme):
    answer = manager.post(NEW, {**FORM, "key": "small"})
    assert answer.status_code == 400
    assert value_of(answer, "title_en") == "Moves 2023"
    assert Programme.objects.count() == 1


@pytest.mark.parametrize("key", ["", "two words", "å"])
def test_a_key_that_is_no_address_is_refused(manager, key):
    assert manager.post(NEW, {**FORM, "key": key}).status_code == 400


def test_an_empty_form_is_refused(manager, small_programme):
    assert manager.post("/programme/small/start/", {}).status_code == 400


def test_an_office_nobody_knows_is_refused(manager, small_programme):
    form = {"kind": "move", "office": "nowhere", "ends_by": "2023-12-31"}
    answer = manager.post("/programme/small/start/", form)
    assert answer.status_code == 400
    assert "There is no office with this key." in words(answer)


def test_an_office_that_is_closing_is_not_closed_twice(manager, office, small_programme):
    form = {"kind": "close", "office": office.key, "ends_by": "2023-12-31"}
    assert manager.post("/programme/small/start/", form).status_code == 302
    answer = manager.post("/programme/small/start/", form)
    assert answer.status_code == 409
    assert value_of(answer, "office") == office.key
