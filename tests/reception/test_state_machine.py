"""Whatever several clerks do in whatever order, the house stays whole.

After every action, done or refused, the log is replayed and must give the rows: no gap in the
sequence, one holder of an errand, one errand at a counter, no number twice, time never backwards.
What is refused changes nothing; what is sent twice with one key happens once; what is taken back
is as it was.
"""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from knutpunkt.core import clock
from knutpunkt.errors import KnutpunktError
from knutpunkt.network.models import (
    AgreementTask,
    Authority,
    Office,
    Service,
    ServiceAgreement,
    ServiceLevel,
)
from knutpunkt.reception import transitions
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.models import Errand
from knutpunkt.reception.selectors.menu import forget_menus
from knutpunkt.reception.services import calls, house, rooms, sessions, visits
from support.reception import contradictions_read

MORNING = clock.instant("2022-09-13T09:00")
CLERKS = ("p1", "p2", "p3")
OUTCOMES = ("solved_here", "missing_document", "aborted")
AUTHORITIES = ("", "skatteverket", "pensionsmyndigheten", "ulricehamns-kommun")
#: What of an errand an undo does not bring back.
GOES_ON = ("version", "before")


def read(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("?", "%s"), values)
        return cursor.fetchall()


@pytest.fixture
def ulricehamn(db):
    """An office where two state authorities and the municipality are served."""
    office = Office.objects.create(key="ulricehamn", recorded_by="a test")
    agreement = ServiceAgreement.objects.create(
        key="a", title_sv="A", title_en="A", valid_from="2019-06-01", recorded_by="a test"
    )
    for slug in filter(None, AUTHORITIES):
        kind = "municipality" if slug.endswith("kommun") else "agency"
        owner = Authority.objects.create(slug=slug, name_sv=slug, name_en=slug, kind=kind)
        service = Service.objects.create(authority=owner, slug="guidance", name_sv="V", name_en="G")
        task = AgreementTask.objects.create(agreement=agreement, service=service)
        ServiceLevel.objects.create(
            office=office, task=task, level="guidance", valid_from="2019-06-01",
            recorded_by="a test",
        )  # fmt: skip
    rooms.room_change(office=office, by="a test", people_limit=6, recall_limit=2)
    forget_menus()
    yield office
    forget_menus()


class Reception(RuleBasedStateMachine):
    """Three clerks, a municipal desk, a greeter and a kiosk; some of them mistaken, all at once."""

    office: Office

    def __init__(self):
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.now = MORNING
        self.keys = 0
        #: By errand: who did the last action, when, and how the row was before it.
        self.before = {}

    def teardown(self):
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    # --- who acts, and on what --------------------------------------------------------------------

    def actor(self, name):
        role = {"kiosk": "kiosk", "greeter": "greeter", "desk": "municipal-desk"}.get(name)
        authority = AUTHORITIES[-1] if role == "municipal-desk" else ""
        return Actor(self.office.pk, self.office.key, role or "officer", name, authority)

    def errand(self, number, *states):
        """One of the errands in the states, if there is any; else any; else one that never was."""
        marks = ", ".join(["?"] * len(states))
        found = read(
            f"SELECT id FROM reception_errand WHERE state IN ({marks}) ORDER BY id", *states
        )
        found = found or read("SELECT id FROM reception_errand ORDER BY id")
        return found[number % len(found)][0] if found else self.office.pk * 2**36 + 999

    def row(self, errand):
        """An errand as it is, by column."""
        found = Errand.objects.filter(pk=errand).values().first()
        return found and self.kept(found)

    def kept(self, row):
        """What of a row an undo brings back."""
        return {name: value for name, value in row.items() if name not in GOES_ON}

    def everything(self):
        """All that an action may change."""
        return [
            read(f"SELECT * FROM {table} ORDER BY 1")
            for table in (
                "reception_errand", "reception_visit", "reception_officesequence",
                "reception_countersession", "reception_ticketcounter", "reception_officeday",
            )
        ]  # fmt: skip

    def does(self, service, *, errand=None, twice=False, keyed=True, **said):
        """Do something as somebody would, and see that a refusal changes nothing."""
        self.keys += 1
        key = {"request_key": f"key-{self.keys}"} if keyed else {}
        about = {} if errand is None else {"errand": errand}
        was, all_before = self.row(errand), self.everything()
        with clock.said_to_be(self.now):
            try:
                answer = service(**about, **said, **key)
            except KnutpunktError:
                assert self.everything() == all_before
                return None
            if keyed and twice and answer is not None:
                self.repeat(service, answer, about | said | key)
        if errand is not None and self.row(errand) != was:
            self.before[errand] = (said["by"].name, self.now, was)
        return answer

    def repeat(self, service, answer, asked):
        all_after = self.everything()
        again = service(**asked)
        same = ("number", "state", "version", "office_seq", "errand", "visit")
        assert [getattr(again, n) for n in same] == [getattr(answer, n) for n in same]
        assert self.everything() == all_after

    # --- what happens -----------------------------------------------------------------------------

    @initialize()
    def a_counter_opens(self):
        self.does(sessions.session_open, by=self.actor("p1"), counter="1", keyed=False)

    @rule(
        by=st.sampled_from(("kiosk", "greeter", "p1", "desk")),
        authority=st.sampled_from(AUTHORITIES),
        people=st.integers(0, 4),
        prio=st.sampled_from(("ordinary", "frail")),
        practice=st.booleans(),
        twice=st.booleans(),
    )
    def somebody_comes(self, by, authority, people, prio, practice, twice):
        self.does(
            visits.visit_open, by=self.actor(by), authority=authority, party_size=people,
            prio_class=prio, practice=practice and by == "p1", twice=twice,
        )  # fmt: skip

    @rule(
        by=st.sampled_from((*CLERKS, "desk")),
        counter=st.sampled_from("123"),
        practice=st.booleans(),
    )
    def somebody_sits_down(self, by, counter, practice):
        self.does(
            sessions.session_open, by=self.actor(by), counter=counter, keyed=False,
            practice=practice and by == "p3",
        )  # fmt: skip

    @rule(by=st.sampled_from((*CLERKS, "desk")))
    def somebody_gets_up(self, by):
        self.does(sessions.session_close, by=self.actor(by), keyed=False)

    @rule(by=st.sampled_from((*CLERKS, "desk")), twice=st.booleans())
    def the_next_is_called(self, by, twice):
        waited = {row["id"]: row for row in Errand.objects.filter(state="waiting").values()}
        answer = self.does(calls.errand_call_next, by=self.actor(by), twice=twice)
        if answer is not None:
            self.before[answer.errand] = (by, self.now, self.kept(waited[answer.errand]))

    @rule(by=st.sampled_from((*CLERKS, "desk")), number=st.integers(0, 9), twice=st.booleans())
    def one_is_picked(self, by, number, twice):
        errand = self.errand(number, "waiting")
        self.does(calls.errand_call, by=self.actor(by), errand=errand, twice=twice)

    @rule(
        by=st.sampled_from(CLERKS),
        number=st.integers(0, 9),
        action=st.sampled_from(
            (
                ("recall", "called"), ("begin", "called"), ("begin", "called"), ("miss", "called"),
                ("park", "serving"), ("resume", "parked"), ("release", "parked"),
            )
        ),
        twice=st.booleans(),
    )  # fmt: skip
    def something_is_done(self, by, number, action, twice):
        name, state = action
        service = getattr(calls, f"errand_{name}")
        errand = self.errand(number, state)
        self.does(service, by=self.holder(errand, by), errand=errand, twice=twice)

    @rule(
        by=st.sampled_from(CLERKS),
        number=st.integers(0, 9),
        outcome=st.sampled_from(OUTCOMES),
        twice=st.booleans(),
    )
    def one_is_finished(self, by, number, outcome, twice):
        errand = self.errand(number, "serving", "called")
        by = self.holder(errand, by)
        self.does(calls.errand_finish, by=by, errand=errand, outcome=outcome, twice=twice)

    def holder(self, errand, other):
        """Whoever has the errand, mostly; a stranger when nobody has it."""
        found = read(
            "SELECT s.staff FROM reception_errand e JOIN reception_countersession s "
            "ON s.id = e.session_id WHERE e.id = ?",
            errand,
        )
        return self.actor(found[0][0] if found and self.keys % 5 else other)

    @rule(
        by=st.sampled_from(CLERKS),
        number=st.integers(0, 9),
        authority=st.sampled_from(AUTHORITIES),
        counter=st.sampled_from(("", "", "2")),
        twice=st.booleans(),
    )
    def one_is_passed_on(self, by, number, authority, counter, twice):
        errand = self.errand(number, "serving", "called", "waiting")
        self.does(
            calls.errand_transfer, by=self.holder(errand, by), errand=errand, authority=authority,
            to_counter=counter, twice=twice,
        )  # fmt: skip

    @rule(
        by=st.sampled_from(("greeter", "p1", "p2")),
        number=st.integers(0, 9),
        what=st.sampled_from(("leave", "reactivate")),
        twice=st.booleans(),
    )
    def one_leaves_or_comes_back(self, by, number, what, twice):
        states = ("missed",) if what == "reactivate" else ("waiting", "called", "missed", "parked")
        service = getattr(calls, f"errand_{what}")
        self.does(service, by=self.actor(by), errand=self.errand(number, *states), twice=twice)

    @rule(
        by=st.sampled_from(CLERKS),
        number=st.integers(0, 9),
        authority=st.sampled_from(AUTHORITIES),
        begin=st.booleans(),
        twice=st.booleans(),
    )
    def one_question_leads_to_the_next(self, by, number, authority, begin, twice):
        found = read("SELECT id FROM reception_visit ORDER BY id")
        visit = found[number % len(found)][0] if found else 1
        self.does(
            visits.errand_add, by=self.actor(by), visit=visit, authority=authority, begin=begin,
            twice=twice,
        )  # fmt: skip

    @rule(number=st.sampled_from((0, 0, 0, 1, 2)), twice=st.booleans())
    def the_last_action_is_taken_back(self, number, twice):
        if not self.before:
            return
        errand = list(self.before)[-1 - number % len(self.before)]
        who, when, was = self.before[errand]
        answer = self.does(calls.errand_undo, by=self.actor(who), errand=errand, twice=twice)
        if answer is None:
            return
        del self.before[errand]
        assert self.now - when <= timedelta(seconds=60)
        assert self.row(errand) == was
        is_open = self.row(errand)["state"] in transitions.OPEN
        closed = read(
            "SELECT v.closed_at FROM reception_visit v JOIN reception_errand e "
            "ON e.visit_id = v.id WHERE e.id = ?",
            errand,
        )
        assert not (is_open and closed[0][0])

    @rule(change=st.sampled_from((-3, -1, 1, 4)))
    def people_without_a_ticket_pass(self, change):
        self.does(house.people_count, by=self.actor("greeter"), change=change, keyed=False)

    @rule(seconds=st.sampled_from((1, 20, 61, 600)))
    def time_passes(self, seconds):
        self.now += timedelta(seconds=seconds)

    @rule()
    def the_clock_is_set_back_five_minutes(self):
        self.now -= timedelta(minutes=5)

    @rule(sure=st.integers(0, 7))
    def the_day_ends(self, sure):
        if sure:
            return
        with clock.said_to_be(self.now):
            house.day_end(office=self.office.pk, by="p9")
        marks = ", ".join(["?"] * len(transitions.OPEN))
        still = read(f"SELECT id FROM reception_errand WHERE state IN ({marks})", *transitions.OPEN)
        assert still == []
        self.before.clear()
        self.now += timedelta(days=1)

    # --- what always holds ------------------------------------------------------------------------

    @invariant()
    def the_log_gives_the_rows(self):
        assert contradictions_read(read, self.office.pk) == []

    @invariant()
    def a_visit_is_over_when_its_errands_are(self):
        marks = ", ".join(["?"] * len(transitions.OPEN))
        odd = read(
            "SELECT id FROM reception_visit v WHERE (closed_at IS NULL) <> EXISTS (SELECT 1 FROM "
            f"reception_errand e WHERE e.visit_id = v.id AND e.state IN ({marks}))",
            *transitions.OPEN,
        )
        assert odd == []


@pytest.mark.slow
def test_whatever_clerks_do_in_whatever_order_the_house_stays_whole(ulricehamn):
    machine = type("ReceptionHere", (Reception,), {"office": ulricehamn})
    often = hypothesis_settings.default.max_examples
    settings = hypothesis_settings(max_examples=max(often // 2, 10), stateful_step_count=40)
    run_state_machine_as_test(machine, settings=settings)
