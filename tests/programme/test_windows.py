"""A municipality reads its own slot through a link; the link is kept as a hash and says little."""

from datetime import date

import pytest

from knutpunkt.programme.models import SharedWindow, StoredForecast
from knutpunkt.programme.selectors.window import window_view
from knutpunkt.programme.services.premises import premises_choose, premises_propose
from knutpunkt.programme.windows import (
    WindowAlreadyOver,
    WindowShut,
    window_find,
    window_issue,
    window_revoke,
)
from support.programme import file_all, pass_gate, pass_gates_before, project_of

ON = date(2022, 6, 1)
LAST = date(2022, 12, 31)


@pytest.fixture(autouse=True)
def _in_june(monkeypatch):
    monkeypatch.setenv("KNUTPUNKT_NOW", "2022-06-01T10:00")


@pytest.fixture
def slot(small_programme):
    return small_programme.slots.get(key="northtown")


def issue(slot, expires_on=LAST):
    return window_issue(slot=slot, issued_to="Northtown", expires_on=expires_on, by="a test")


def test_the_link_opens_its_slot_until_its_last_day(slot, django_assert_num_queries):
    _, token = issue(slot)
    with django_assert_num_queries(1):
        assert window_find(token, on=LAST) == slot
    assert len(token) == 43


def test_only_a_hash_of_the_link_is_kept(slot):
    window, token = issue(slot)
    kept = SharedWindow.objects.values().get()
    assert token not in str(kept)
    assert window.token_hash != issue(slot)[0].token_hash
    assert token not in str(list(slot.programme.log.values()))


def test_unknown_expired_and_revoked_links_get_the_same_answer(slot):
    _, expired = issue(slot)
    window, revoked = issue(slot)
    window_revoke(window=window, by="a test")
    answers = set()
    for token, on in (
        ("nothing", ON),
        ("", ON),
        ("\ud800", ON),
        (expired, date(2023, 1, 1)),
        (revoked, ON),
    ):
        with pytest.raises(WindowShut) as shut:
            window_find(token, on=on)
        answers.add((str(shut.value), shut.value.hint, shut.value.status))
    assert len(answers) == 1


def test_revoking_twice_is_as_once(slot):
    window, _ = issue(slot)
    first = window_revoke(window=window, by="a test").revoked_at
    assert window_revoke(window=window, by="a test").revoked_at == first
    assert slot.programme.log.filter(kind="window-revoked").count() == 1


def test_a_link_that_has_expired_is_not_issued(slot):
    with pytest.raises(WindowAlreadyOver, match="2022-05-31"):
        issue(slot, expires_on=date(2022, 5, 31))


def test_the_window_names_the_next_gate_and_nothing_secret(slot, django_assert_max_num_queries):
    project = project_of(slot.programme, "northtown")
    pass_gates_before(project, "g3", day=ON)
    file_all(project.gates.get(key="g3"), day=ON)
    with django_assert_max_num_queries(9):
        view = window_view(slot, ON)
    assert view.next_gate.key == "g3"
    assert view.next_gate.asked == ()  # comparison and lease are secret
    assert [asked.filed for asked in view.gates[0].asked] == [True, True]
    assert [asked.filed for asked in view.gates[3].asked] == [False] * 3


def test_a_document_filed_as_secret_leaves_no_trace(slot):
    gate = project_of(slot.programme, "northtown").gates.get(key="g1")
    for one in file_all(gate, day=ON)[:1]:
        type(one).objects.filter(pk=one.pk).update(secret=True, title="Threat at the square")
    view = window_view(slot, ON)
    assert [asked.key for asked in view.gates[0].asked] == ["municipality"]
    assert "Threat" not in repr(view)


def test_premises_are_named_once_the_lease_gate_has_passed(slot):
    rooms = premises_propose(
        slot=slot, name="Old bank", street="Square 1", locality="Northtown", landlord="Mrs Bank",
        rent_per_year=987_654, by="a test",
    )  # fmt: skip
    premises_choose(premises=rooms, by="a test")
    project = project_of(slot.programme, "northtown")
    pass_gates_before(project, "g3", day=ON)
    assert "Square" not in repr(window_view(slot, ON))
    pass_gate(project.gates.get(key="g3"), day=ON)
    shown = window_view(slot, ON)
    assert shown.premises == "Square 1, Northtown"
    assert "Mrs Bank" not in repr(shown)
    assert "987" not in repr(shown)


def test_the_window_shows_the_newest_forecast(slot):
    assert window_view(slot, ON).p50 is None
    for as_of, p80 in ((date(2022, 4, 1), "2023-03-01"), (date(2022, 5, 1), "2023-02-01")):
        row = {"key": "northtown", "name": "Northtown", "p50": "2023-01-15", "p80": p80}
        StoredForecast.objects.create(
            programme=slot.programme, as_of=as_of, runs=10, seed=1, engine="x", inputs_hash="y",
            result={"slots": [row]}, made_by="a test",
        )  # fmt: skip
    shown = window_view(slot, ON)
    assert (shown.forecast_on, shown.p50, shown.p80) == (
        date(2022, 5, 1), date(2023, 1, 15), date(2023, 2, 1),
    )  # fmt: skip
