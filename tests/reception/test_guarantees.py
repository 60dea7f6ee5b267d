"""What the database refuses whoever writes: every named constraint of the reception.

Each rule below is named like its constraint. What it writes before its ``yield`` is as it should
be and must be taken; what it writes afterwards is impossible and must be refused by that
constraint and no other. Everything is written around the services on purpose and rolled back.
"""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import CheckConstraint, UniqueConstraint

from knutpunkt.core import clock
from knutpunkt.core.models import WrittenForGood
from knutpunkt.network.models import Authority, Equipment, Office, Service
from knutpunkt.reception import models
from knutpunkt.reception.models import key_of

NOW = clock.instant("2022-09-13T11:00")
LATER = NOW + timedelta(minutes=30)
DAY = date(2022, 9, 13)
RULES = {}
# The column's own type says the same and is asked first.
BEHIND_ITS_FIELD = {"slot_takes_are_natural"}


def rule(written):
    """Count a rule in by its name."""
    RULES[written.__name__] = written
    return written


def constraints():
    """Every named constraint of the reception by its name, with its model."""
    return {
        constraint.name: (constraint, model)
        for model in apps.get_app_config("reception").get_models()
        for constraint in model._meta.constraints
    }


class House:
    """An office with a counter, and rows that are right unless told otherwise."""

    def __init__(self):
        self.office = Office.objects.create(key="ulricehamn", recorded_by="a test")
        self.other = Office.objects.create(key="boras", recorded_by="a test")
        owner = Authority.objects.create(slug="skatteverket", name_sv="S", name_en="S")
        self.service = Service.objects.create(
            authority=owner, slug="guidance", name_sv="V", name_en="G"
        )
        self.equipment = Equipment.objects.create(slug="id-kit", name_sv="I", name_en="I")
        self.desk = self.counter("1")
        self.seq = 0

    def counter(self, name):
        return models.Counter.objects.create(office=self.office, name=name)

    def session(self, **more):
        said = {
            "id": self.key(), "office": self.office, "counter": self.desk, "staff": "p1",
            "opened_at": NOW,
        }  # fmt: skip
        return models.CounterSession.objects.create(**said | more)

    def key(self):
        self.seq += 1
        return key_of(self.office.pk, self.seq)

    def visit(self, **more):
        said = {
            "id": self.key(), "office": self.office, "local_day": DAY, "arrival": "walk_in",
            "series": "A", "number": self.seq, "opened_at": NOW,
        }  # fmt: skip
        return models.Visit.objects.create(**said | more)

    def errand(self, **more):
        said = {
            "id": self.key(), "office": self.office, "local_day": DAY, "state": "waiting",
            "accrues_from": NOW, "state_since": NOW,
        }  # fmt: skip
        if "visit" not in more:
            more["visit"] = self.visit()
        return models.Errand.objects.create(**said | more)

    def event(self, **more):
        self.seq += 1
        said = {
            "id": key_of(self.office.pk, self.seq), "office": self.office,
            "office_seq": self.seq, "kind": "issued", "at": NOW, "local_day": DAY,
        }  # fmt: skip
        return models.Event.objects.create(**said | more)

    def pool(self, key="id", **more):
        said = {"office": self.office, "key": key, "valid_from": DAY}
        return models.BookingPool.objects.create(**said | more)

    def slot(self, pool=None, **more):
        said = {"pool": pool or self.pool(), "starts_at": NOW, "ends_at": LATER, "cap": 2}
        return models.SlotCapacity.objects.create(**said | more)

    def booking(self, **more):
        self.seq += 1
        said = {
            "office": self.office, "service": self.service, "status": "confirmed",
            "code_hash": str(self.seq), "made_at": NOW,
        }  # fmt: skip
        if "slot" not in more:
            more["slot"] = self.slot()
        return models.Booking.objects.create(**said | more)


# --- visits and errands ---------------------------------------------------------------------------


@rule
def ticket_number_is_given_once_a_day(house):
    house.visit(number=17)
    house.visit(number=17, series="B")
    house.visit(number=17, local_day=DAY + timedelta(days=1))
    yield
    house.visit(number=17)


@rule
def visit_brings_somebody(house):
    house.visit(party_size=1)
    yield
    house.visit(party_size=0)


@rule
def errand_state_is_known(house):
    house.errand(state="missed")
    yield
    house.errand(state="asleep")


@rule
def errand_has_one_holder_while_it_is_held(house):
    house.errand(state="called", session=house.session())
    house.errand(state="waiting")
    yield
    house.errand(state="called")


@rule
def session_calls_or_serves_one_errand(house):
    session = house.session()
    house.errand(state="parked", session=session)
    house.errand(state="parked", session=session)
    house.errand(state="serving", session=session)
    yield
    house.errand(state="called", session=session)


@rule
def finished_errand_has_an_outcome(house):
    house.errand(state="done", outcome="solved_here")
    house.errand(state="withdrawn")
    yield
    house.errand(state="left")


@rule
def errand_outcome_is_known(house):
    house.errand(state="done", outcome="missing_document")
    yield
    house.errand(state="done", outcome="happy")


# --- the log --------------------------------------------------------------------------------------


@rule
def office_sequence_has_no_doubles(house):
    house.event()
    yield
    house.event(id=key_of(house.office.pk, 700))


@rule
def request_is_answered_once(house):
    house.event(request_key="k1")
    house.event(request_key=None)
    house.event(request_key=None)
    house.event(request_key="k1", office=house.other, id=key_of(house.other.pk, house.seq + 1))
    yield
    house.event(request_key="k1")


@rule
def event_kind_is_known(house):
    house.event(kind="undone")
    yield
    house.event(kind="wished")


# --- rooms, counters and who sits at them ---------------------------------------------------------


@rule
def counter_has_one_session_at_a_time(house):
    house.session(closed_at=LATER)
    house.session()
    house.session(counter=house.counter("2"))
    yield
    house.session(staff="p2")


@rule
def remote_session_says_where_it_sits(house):
    house.session(mode="remote", sits_at=house.other)
    yield
    house.session(mode="remote", counter=house.counter("2"))


@rule
def counter_session_ends_after_it_begins(house):
    house.session(closed_at=NOW)
    yield
    house.session(closed_at=NOW - timedelta(seconds=1))


@rule
def counter_name_stands_once_at_an_office(house):
    models.Counter.objects.create(office=house.other, name="1")
    yield
    house.counter("1")


@rule
def office_sequence_is_natural(house):
    models.OfficeSequence.objects.create(office=house.office, last=0)
    yield
    models.OfficeSequence.objects.create(office=house.other, last=-1)


@rule
def room_holds_somebody(house):
    queue_rule = a_rule()
    models.Room.objects.create(office=house.office, rule=queue_rule, people_limit=30)
    yield
    models.Room.objects.create(office=house.other, rule=queue_rule, people_limit=0)


def a_rule(**more):
    said = {"key": "mine", "version": 1, "weights": {"ordinary": 1}, "recorded_by": "a test"}
    return models.QueueRule.objects.create(**said | more)


@rule
def queue_rule_has_each_version_once(house):
    a_rule()
    a_rule(version=2)
    yield
    a_rule(strict=True)


@rule
def token_of_a_municipal_desk_names_the_authority(house):
    said = {"office": house.office, "role": "municipal-desk", "name": "m", "issued_by": "a test"}
    authority = Authority.objects.get(slug="skatteverket")
    models.AccessToken.objects.create(**said, token_hash="1", authority=authority)
    yield
    models.AccessToken.objects.create(**said, token_hash="2")


# --- days -----------------------------------------------------------------------------------------


@rule
def series_is_counted_once_a_day(house):
    said = {"office": house.office, "local_day": DAY, "last": 4}
    models.TicketCounter.objects.create(**said, series="A")
    models.TicketCounter.objects.create(**said, series="B")
    yield
    models.TicketCounter.objects.create(**said, series="A")


@rule
def office_has_each_day_once(house):
    models.OfficeDay.objects.create(office=house.office, local_day=DAY)
    yield
    models.OfficeDay.objects.create(office=house.office, local_day=DAY)


@rule
def people_without_ticket_are_not_negative(house):
    day = models.OfficeDay.objects.create(office=house.office, local_day=DAY, without_ticket=0)
    yield
    models.OfficeDay.objects.filter(pk=day.pk).update(without_ticket=-1)


@rule
def office_month_is_counted_once(house):
    said = {
        "office": house.office, "month": DAY.replace(day=1), "columns": b"", "rows": 0,
        "digest": "", "through_seq": 0, "made_at": NOW,
    }  # fmt: skip
    models.MonthSheet.objects.create(**said)
    yield
    models.MonthSheet.objects.create(**said)


# --- bookings -------------------------------------------------------------------------------------


@rule
def booking_pool_has_one_key_at_an_office(house):
    house.pool("id")
    house.pool("id", office=house.other)
    yield
    house.pool("id")


@rule
def booking_slot_lasts_some_time(house):
    house.pool("quick", slot_minutes=5)
    yield
    house.pool("too-quick", slot_minutes=4)


@rule
def pool_has_each_slot_once(house):
    pool = house.pool()
    house.slot(pool)
    house.slot(pool, acute=True)
    yield
    house.slot(pool)


@rule
def slot_is_never_overbooked(house):
    full = house.slot(cap=2, taken=2)
    yield
    models.SlotCapacity.objects.filter(pk=full.pk).update(taken=3)


@rule
def slot_takes_are_natural(house):
    empty = house.slot(cap=2, taken=0)
    yield
    models.SlotCapacity.objects.filter(pk=empty.pk).update(taken=-1)


@rule
def slot_ends_after_it_begins(house):
    house.slot()
    yield
    house.slot(house.pool("second"), ends_at=NOW)


@rule
def held_booking_says_until_when(house):
    slot = house.slot()
    house.booking(slot=slot, status="held", hold_expires_at=LATER)
    house.booking(slot=slot)
    yield
    house.booking(slot=slot, status="held")


@rule
def booking_is_told_each_thing_once(house):
    booking = house.booking()
    models.OutboxMessage.objects.create(booking=booking, kind="reminder", due_at=NOW)
    models.OutboxMessage.objects.create(booking=booking, kind="confirmed", due_at=NOW)
    yield
    models.OutboxMessage.objects.create(booking=booking, kind="reminder", due_at=LATER)


# --- what happens in a house ----------------------------------------------------------------------


def closed(house, **more):
    said = {"office": house.office, "begins_at": NOW, "reason": "staff", "decided_by": "a test"}
    return models.Closure.objects.create(**said | more)


@rule
def sudden_closing_ends_after_it_begins(house):
    closed(house, ends_at=NOW)
    yield
    closed(house, ends_at=NOW - timedelta(seconds=1))


@rule
def office_has_one_open_ended_closing(house):
    closed(house)
    closed(house, ends_at=LATER)
    closed(house, office=house.other)
    yield
    closed(house, begins_at=LATER)


@rule
def equipment_is_broken_once_at_a_time(house):
    said = {"office": house.office, "equipment": house.equipment, "reported_by": "a test"}
    models.EquipmentFault.objects.create(**said, broken_at=NOW, mended_at=LATER)
    models.EquipmentFault.objects.create(**said, broken_at=LATER)
    yield
    models.EquipmentFault.objects.create(**said, broken_at=LATER)


@rule
def incident_account_has_an_end(house):
    said = {"office": house.office, "kind": "threat", "happened_at": NOW, "reported_by": "a test"}
    models.Incident.objects.create(**said)
    models.Incident.objects.create(**said, account="Somebody shouted.", purge_after=LATER)
    yield
    models.Incident.objects.create(**said, account="Somebody shouted.")


@rule
def office_is_owned_by_one_node(house):
    said = {"office": house.office, "attached_at": NOW}
    models.Node.objects.create(**said, name="old", detached_at=LATER)
    models.Node.objects.create(**said, name="new")
    yield
    models.Node.objects.create(**said, name="third")


# --- every one of them ----------------------------------------------------------------------------


def test_every_constraint_of_the_reception_is_tried():
    assert set(RULES) == set(constraints())


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(RULES))
def test_the_database_refuses_it_whoever_writes(name):
    steps = RULES[name](House())
    next(steps)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        next(steps, None)
    assert said_by(refused.value, *constraints()[name])


def said_by(refused, constraint, model):
    """Whether an error names the constraint; of a unique one SQLite names the columns."""
    if constraint.name in BEHIND_ITS_FIELD:
        return "CHECK" in str(refused).upper() and "taken" in str(refused)
    if isinstance(constraint, CheckConstraint) or connection.vendor == "postgresql":
        return constraint.name in str(refused)
    assert isinstance(constraint, UniqueConstraint)
    columns = [model._meta.get_field(name).column for name in constraint.fields]
    listed = ", ".join(f"{model._meta.db_table}.{column}" for column in columns)
    return str(refused) == f"UNIQUE constraint failed: {listed}"


@pytest.mark.django_db
def test_an_event_is_neither_changed_nor_taken_back():
    event = House().event()
    with pytest.raises(WrittenForGood, match="kept for good"):
        event.save()
    with pytest.raises(WrittenForGood, match="kept for good"):
        event.delete()
