"""Figures are what the log says: counted the same from sheets, from events, and by hand."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.core import clock
from knutpunkt.network.models import Authority, Office, Service
from knutpunkt.reception import transitions
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.counting.audit import nightly
from knutpunkt.reception.counting.definitions import DEFINITIONS
from knutpunkt.reception.counting.exporting import (
    MonthsNotOver,
    dictionary,
    export,
    whole_months,
)
from knutpunkt.reception.counting.figure import Figure, Figures, Group
from knutpunkt.reception.counting.gather import network_sheets_make
from knutpunkt.reception.counting.remembering import forget
from knutpunkt.reception.counting.sheets import sheets_make
from knutpunkt.reception.counting.suppression import FEWEST, hidden_cells
from knutpunkt.reception.errors import OfficeUnknown, ValueNotAllowed
from knutpunkt.reception.models import MonthSheet
from knutpunkt.reception.models.figures import NetworkSheet
from knutpunkt.reception.selectors import menu
from knutpunkt.reception.selectors.figures import (
    GROUPINGS,
    figures,
    published,
    visits_by_office,
)
from knutpunkt.reception.services import calls, house, sessions, visits

DOCUMENT = Path(__file__).parents[2] / "docs" / "reception-figures.md"
MORNING = clock.instant("2025-03-04T10:00")
DAY = MORNING.date()
MINUTE = timedelta(minutes=1)
TAX, PENSIONS = "tax/advice", "pensions/advice"


@pytest.fixture
def offices(db):
    """Two offices, and two authorities with one service each."""
    for slug in ("tax", "pensions"):
        owner = Authority.objects.create(slug=slug, name_sv=slug, name_en=slug)
        Service.objects.create(authority=owner, slug="advice", name_sv="Råd", name_en="Advice")
    made = [Office.objects.create(key=key, recorded_by="a test") for key in ("north", "south")]
    forget()
    yield made
    forget()


@pytest.fixture
def north(offices, monkeypatch):
    """The northern office, which offers both services at the level of guidance."""
    menu.forget_menus()
    services = Service.objects.select_related("authority").order_by("pk")
    offered = tuple(
        menu.Offered(s.pk, s.authority_id, "", "", s.slug, "", "", "guidance", None)
        for s in services
    )
    monkeypatch.setattr(menu, "_menu", lambda _key, _day: offered)
    return Desk(offices[0])


class Desk:
    """Acts at an office at said times, through the services of the house."""

    def __init__(self, office):
        self.kiosk = Actor(office.pk, office.key, "kiosk", "kiosk")
        self.clerk = Actor(office.pk, office.key, "officer", "K7")
        self.office = office

    def at(self, minute, act, **said):
        by = self.kiosk if act is visits.visit_open else self.clerk
        with clock.said_to_be(MORNING + minute * MINUTE):
            return act(by=by, **said)

    def visit(self, minute, **said):
        return self.at(minute, visits.visit_open, **said)

    def serve(self, issue, begin, end, *, outcome="solved_here", **said):
        """A whole visit; called half a minute before it is begun."""
        ticket = self.visit(issue, **{k: said.pop(k) for k in list(said) if k in ON_ARRIVAL})
        self.at(begin - 0.5, calls.errand_call, errand=ticket.errand)
        self.at(begin, calls.errand_begin, errand=ticket.errand)
        self.at(end, calls.errand_finish, errand=ticket.errand, outcome=outcome, **said)
        return ticket

    def end(self, minute=420):
        with clock.said_to_be(MORNING + minute * MINUTE):
            house.day_end(office=self.office.pk, by="a test")


ON_ARRIVAL = ("authority", "service", "language", "party_size", "practice")


def value(found, key, group=None):
    one = found.total if group is None else next(g for g in found.groups if g.key == group)
    return one.figures[key].value


def an_ordinary_day(desk, *, ends=True):
    """Five visits of eight people; six errands: three solved, two sent on, one left."""
    desk.serve(0, 6, 20, authority="tax", service="advice", party_size=3)
    desk.serve(20, 40, 50, authority="tax", service="advice", language="ar")
    desk.serve(
        60, 62, 70, authority="tax", service="advice", outcome="beyond_service_level",
        missing_level="full",
    )  # fmt: skip
    last = desk.serve(
        70, 80, 85, authority="pensions", service="advice", outcome="referred_authority",
        next_authority="tax", next_channel="phone", party_size=2,
    )  # fmt: skip
    more = desk.at(86, visits.errand_add, visit=last.visit, authority="tax", service="advice",
                   begin=True)  # fmt: skip
    desk.at(90, calls.errand_finish, errand=more.errand, outcome="solved_here")
    gone = desk.visit(91)
    desk.at(95, calls.errand_leave, errand=gone.errand)
    if ends:
        desk.end()


def test_a_day_is_counted_as_a_person_would(north):
    an_ordinary_day(north)
    found = figures(DAY, DAY)
    counted = {key: value(found, key) for key in ("visits", "errands", "people")}
    assert counted == {"visits": 5, "errands": 6, "people": 8}
    # Waits in seconds: 330, 1170, 90 and 570; the one added was begun at once.
    waits = [value(found, key) for key in ("waited", "waited_median", "waited_p80", "waited_p95")]
    assert waits == [4, 330, 1170, 1170]
    assert value(found, "way_median") == 30
    # Services in minutes: 14, 10, 8, 5 and 4.
    assert (value(found, "served"), value(found, "served_median")) == (5, 8 * 60)
    ends = {code: figure.value for code, figure in found.total.outcomes.items()}
    assert ends == {
        "solved_here": 3, "beyond_service_level": 1, "referred_authority": 1,
        "left_before_call": 1,
    }  # fmt: skip
    assert (value(found, "left_before_call"), value(found, "sent_on")) == (1, 2)


def test_unnecessary_demand_is_named_by_authority_and_cause_and_never_guessed(north):
    an_ordinary_day(north)
    found = figures(DAY, DAY)
    assert [(one.authority, one.cause, one.errands.value) for one in found.sent_on] == [
        ("pensions", "referred_authority", 1), ("tax", "beyond_service_level", 1),
    ]  # fmt: skip
    assert [(one.authority, one.level, one.errands.value) for one in found.solvable] == [
        ("tax", "full", 1)
    ]


def test_a_visit_counts_in_every_group_in_which_it_has_an_errand(north):
    an_ordinary_day(north)
    found = figures(DAY, DAY, group_by="authority")
    assert {group.key: value(found, "visits", group.key) for group in found.groups} == {
        "": 1, "pensions": 1, "tax": 4,
    }  # fmt: skip
    assert value(found, "people", "tax") == 7
    assert sum(group.value("errands") for group in found.groups) == value(found, "errands")
    hours = figures(DAY, DAY, group_by="hour")
    assert {group.key: group.value("errands") for group in hours.groups} == {"10": 2, "11": 4}


def test_practice_leaves_no_figures(north):
    north.at(0, sessions.session_open, counter="1", practice=True)
    north.visit(1, practice=True)
    north.end()
    assert value(figures(DAY, DAY), "visits") == 0


def test_an_errand_passed_on_is_counted_once_and_both_waits_are(north):
    ticket = north.visit(0, authority="tax", service="advice")
    north.at(5, calls.errand_call, errand=ticket.errand)
    north.at(6, calls.errand_begin, errand=ticket.errand)
    child = north.at(8, calls.errand_transfer, errand=ticket.errand, authority="pensions",
                     service="advice")  # fmt: skip
    north.at(11, calls.errand_call, errand=child.errand)
    north.at(12, calls.errand_begin, errand=child.errand)
    north.at(20, calls.errand_finish, errand=child.errand, outcome="solved_here")
    found = figures(DAY, DAY, group_by="authority")
    assert (value(found, "errands"), value(found, "visits"), value(found, "waited")) == (1, 1, 2)
    assert (value(found, "waited_median"), value(found, "waited_p95")) == (180, 300)
    assert value(found, "errands", "pensions") == 1


def test_today_is_counted_straight_from_the_events(north):
    with clock.said_to_be(MORNING + 60 * MINUTE):
        nightly(clock.now())
    north.serve(0, 6, 20)
    assert value(figures(DAY, DAY), "visits") == 1
    north.visit(30)
    assert value(figures(DAY, DAY), "visits") == 2


def everything(first, last, offices=None):
    """All figures by all groupings, as plain values."""
    return [figures(first, last, offices=offices, group_by=by).as_dict() for by in ("", *GROUPINGS)]


def test_sheets_say_the_same_as_the_events(north):
    an_ordinary_day(north)
    from_events = everything(DAY, DAY)
    later = MORNING + timedelta(days=60)
    assert sheets_make(at=later) == 3
    assert network_sheets_make(at=later) == 2
    assert everything(DAY, DAY) == from_events
    forget()
    assert everything(DAY, DAY, ["north"])[1]["groups"] == from_events[1]["groups"]
    assert MonthSheet.objects.filter(rows=6).count() == 1


def test_a_sheet_counted_again_is_the_same_byte_for_byte(north):
    an_ordinary_day(north)
    later = MORNING + timedelta(days=60)
    sheets_make(at=later)
    before = list(MonthSheet.objects.order_by("month").values_list("digest", "columns"))
    assert sheets_make(at=later) == 1  # only the month that is not over is counted again
    sheets_make(at=later, again=True)
    assert list(MonthSheet.objects.order_by("month").values_list("digest", "columns")) == before


def test_months_laid_together_are_not_used_when_a_sheet_has_changed(north):
    an_ordinary_day(north)
    later = MORNING + timedelta(days=60)
    sheets_make(at=later)
    network_sheets_make(at=later)
    laid = NetworkSheet.objects.get(month=DAY.replace(day=1))
    NetworkSheet.objects.filter(pk=laid.pk).update(columns=b"", digest="of other sheets")
    assert value(figures(DAY, DAY), "visits") == 5


def test_a_year_whose_months_are_kept_reads_no_event(north, django_assert_max_num_queries):
    an_ordinary_day(north)
    sheets_make(at=MORNING + timedelta(days=400))
    network_sheets_make(at=MORNING + timedelta(days=400))
    with django_assert_max_num_queries(8) as asked:
        found = figures(date(2025, 1, 1), date(2025, 12, 31), group_by="office")
    assert value(found, "visits") == 5
    assert not any("reception_event" in query["sql"] for query in asked.captured_queries)


def test_a_period_is_the_sum_of_its_days(north):
    north.serve(0, 6, 20)
    north.serve(24 * 60, 24 * 60 + 6, 24 * 60 + 20)
    north.end(24 * 60 + 420)
    with clock.said_to_be(MORNING + timedelta(days=2)):
        nightly(clock.now())
        both = figures(DAY, DAY + timedelta(days=1), group_by="day")
    assert [group.key for group in both.groups] == ["2025-03-04", "2025-03-05"]
    assert value(both, "visits") == 2


def test_planning_reads_visits_by_office(north, offices):
    an_ordinary_day(north)
    found = visits_by_office(DAY - timedelta(days=3), DAY)
    assert set(found) == {"north"}
    counts = found["north"]
    assert (counts.visits, counts.errands, counts.people, counts.days_open) == (5, 6, 8, 1)


def test_no_events_give_zeros_and_no_percentiles(offices):
    found = figures(DAY, DAY, offices=["south"], group_by="authority")
    assert (value(found, "visits"), value(found, "waited_median")) == (0, None)
    assert found.groups == found.sent_on == found.solvable == ()
    assert visits_by_office(DAY, DAY) == {}


def test_an_office_or_grouping_that_is_none_is_refused(offices):
    with pytest.raises(OfficeUnknown, match="atlantis"):
        figures(DAY, DAY, offices=["atlantis"])
    with pytest.raises(ValueNotAllowed, match="group_by"):
        figures(DAY, DAY, group_by="shoe-size")


def test_every_figure_carries_its_definition(north):
    an_ordinary_day(north)
    found = figures(DAY, DAY)
    for key, figure in found.total.figures.items():
        assert figure.key == key
        assert figure.definition.meaning
    assert set(found.as_dict()["definitions"]) == set(DEFINITIONS)


def test_the_document_defines_every_figure_in_the_same_words():
    with translation.override("en"):
        rows = [
            f"| `{one.key}` | {one.unit} | {one.name} | {one.meaning} |"
            for one in DEFINITIONS.values()
        ]
    written = DOCUMENT.read_text(encoding="utf-8").splitlines()
    assert [line for line in written if line.startswith("| `")] == rows


# --- what may be published ------------------------------------------------------------------------

tables = st.integers(1, 5).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 12), min_size=width, max_size=width), min_size=1, max_size=5
    )
)


def test_a_small_count_takes_another_with_it():
    assert hidden_cells([[3, 40, 20]]) == {(0, 0), (0, 2)}
    assert hidden_cells([[30, 40, 0]]) == set()
    # Two whose sum is 9 would bound each other to a few: the third goes too.
    assert hidden_cells([[4, 5, 6]]) == {(0, 0), (0, 1), (0, 2)}
    assert hidden_cells([[4], [60], [50]]) == {(0, 0), (2, 0)}


@given(tables)
def test_no_line_gives_a_small_count_away(table):
    hidden = hidden_cells(table)
    small = {(i, j) for i, row in enumerate(table) for j, n in enumerate(row) if 0 < n < FEWEST}
    assert small <= hidden
    lines = [[(i, j) for j in range(len(table[0]))] for i in range(len(table))]
    lines += [[(i, j) for i in range(len(table))] for j in range(len(table[0]))]
    for line in lines:
        gone = [table[i][j] for i, j in line if (i, j) in hidden and table[i][j]]
        shown = [table[i][j] for i, j in line if (i, j) not in hidden and table[i][j]]
        if gone and shown and len(line) > 1:
            assert len(gone) > 1
            assert sum(gone) >= 2 * FEWEST


def group(key, visits, outcomes):
    """A group with as many visits as errands and people."""
    counts = dict.fromkeys(("visits", "errands", "people"), visits)
    counts |= {"left_before_call": outcomes.get("left_before_call", 0), "no_show": 0}
    counts["sent_on"] = sum(n for code, n in outcomes.items() if code in transitions.SENT_ON)
    counts |= dict.fromkeys(DURATIONS, visits)
    found = {name: Figure(name, number) for name, number in counts.items()}
    found |= {
        name: Figure(name, 60) for name in DEFINITIONS if name.endswith(("median", "p80", "p95"))
    }
    return Group(key, found, {code: Figure("outcome", n) for code, n in outcomes.items()})


DURATIONS = ("waited", "way", "served")
CODES = ("solved_here", "referred_authority", "wrong_place", "left_before_call")


def all_of(groups):
    total = Counter()
    for one in groups:
        total.update({code: figure.value for code, figure in one.outcomes.items()})
    whole = group("", sum(one.value("visits") for one in groups), dict(total))
    return Figures(DAY, DAY, None, "office", whole, tuple(groups), (), (), 0)


rows = st.lists(
    st.fixed_dictionaries({code: st.integers(0, 30) for code in CODES}), min_size=1, max_size=6
)


@given(rows)
def test_nothing_published_is_small_or_told_by_a_sum(mixes):
    groups = [group(f"o{n}", sum(mix.values()), mix) for n, mix in enumerate(mixes)]
    shown = published(all_of(groups))
    for one in shown.groups:
        for figure in (*one.figures.values(), *one.outcomes.values()):
            if figure.definition.unit != "seconds":
                assert figure.value is None or figure.value == 0 or figure.value >= FEWEST
    hidden = [
        g for g, s in zip(groups, shown.groups, strict=True) if s.figures["visits"].suppressed
    ]
    if hidden and len(hidden) < len(groups):
        assert len([one for one in hidden if one.value("visits")]) != 1
    for one in shown.groups:
        causes = [one.outcomes[code] for code in CODES if code in transitions.SENT_ON]
        if any(figure.suppressed for figure in causes):
            assert one.figures["sent_on"].suppressed


def test_percentiles_of_fewer_than_five_are_not_published():
    groups = [group(key, n, {"solved_here": n}) for key, n in (("a", 4), ("b", 50), ("c", 60))]
    shown = published(all_of(groups))
    assert str(shown.groups[0].figures["waited_median"]) == ".."
    assert shown.groups[2].figures["waited_median"].value == 60


def test_open_data_is_by_whole_months_that_are_over(monkeypatch, tmp_path):
    monkeypatch.setenv("KNUTPUNKT_NOW", "2025-03-20T12:00")
    asked = date(2025, 1, 14), date(2025, 3, 3)
    assert whole_months(*asked) == (date(2025, 1, 1), date(2025, 2, 28))
    with pytest.raises(MonthsNotOver):
        export(date(2025, 3, 1), date(2025, 3, 19), tmp_path / "open")
    assert not (tmp_path / "open").exists()


def test_open_data_leaves_small_counts_out_and_explains_its_columns(north, tmp_path):
    an_ordinary_day(north, ends=False)
    for number in range(20):
        north.serve(100 + 10 * number, 102 + 10 * number, 105 + 10 * number)
    written = export(DAY, DAY, tmp_path)
    assert written["by_office.csv"] == 2
    header, one, whole = (tmp_path / "by_office.csv").read_text().splitlines()
    cells = dict(zip(header.split(","), one.split(","), strict=True))
    assert (cells["office"], cells["month"], cells["visits"]) == ("north", "2025-03", "25")
    assert cells["outcome_beyond_service_level"] == cells["sent_on"] == ""
    assert "outcome_beyond_service_level" in cells["suppressed"]
    assert whole.startswith("all,2025-03,25")
    explained = {row[0] for row in dictionary()}
    for file in tmp_path.glob("*.csv"):
        if file.name != "dictionary.csv":
            columns = set(file.read_text().splitlines()[0].split(","))
            assert columns <= explained, file.name
    assert "Counts" in (tmp_path / "dictionary.md").read_text() or written["dictionary.csv"]


def test_simulated_errands_are_told(north):
    from knutpunkt.reception.services.rooms import room_of

    room = room_of(north.office)
    type(room).objects.filter(pk=room.pk).update(simulated=True)
    north.serve(0, 6, 20)
    assert figures(DAY, DAY).simulated == 1


def test_a_day_of_the_clock_change_is_one_day(north):
    summer, winter = (f"2025-10-26T02:30+0{hours}:00" for hours in (2, 1))
    for half_past_two in (summer, winter):
        with clock.said_to_be(clock.instant(half_past_two)):
            visits.visit_open(by=north.kiosk)
    found = figures(date(2025, 10, 26), date(2025, 10, 26), group_by="hour")
    assert [(one.key, one.value("visits")) for one in found.groups] == [("02", 2)]
