"""Visits and errands as they stand now, in whose hands, and with which number.

No visitor has a name or a number of a person here. Keys are made of the office and its own
sequence (``office * 2**36 + office_seq``), so that an office cut off from the centre can give
them out alone and rows of one office lie together.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from knutpunkt.core.fields import InstantField, KeyField
from knutpunkt.network.models import Office, Service
from knutpunkt.reception import transitions
from knutpunkt.reception.models.rooms import CounterSession

SEQUENCE_BITS = 36
PER_OFFICE: int = 1 << SEQUENCE_BITS


def key_of(office: int, office_seq: int) -> int:
    """Key of what an event of an office brought into being."""
    return office * PER_OFFICE + office_seq


def office_of(key: int) -> int:
    """The office a key belongs to."""
    return key // PER_OFFICE


class Arrival(models.TextChoices):
    WALK_IN = "walk_in", _("walk-in")
    BOOKED = "booked", _("booked")
    MOBILE_STOP = "mobile_stop", _("at a mobile office")


class Place(models.TextChoices):
    """Where the visitor waits."""

    INSIDE = "inside", _("inside")
    ELSEWHERE = "elsewhere", _("elsewhere")
    INVITED = "invited", _("asked to come in")


class PriorityClass(models.TextChoices):
    ORDINARY = "ordinary", _("ordinary")
    BOOKED = "booked", _("booked")
    FRAIL = "frail", _("finds it hard to wait")
    ACUTE = "acute", _("acute")


class Visit(models.Model):
    """One or several people who came together: language and needs, and a ticket number."""

    id = KeyField(primary_key=True)
    #: Not checked by the database row by row: the key is made of it, and the sequence it comes
    #: from is checked. Each check would write into the row of the office.
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="visits", db_index=False,
        db_constraint=False,
    )  # fmt: skip
    local_day = models.DateField(_("day"))
    arrival = models.CharField(_("arrival"), max_length=11, choices=Arrival)
    series = models.CharField(_("series"), max_length=3)
    number = models.PositiveIntegerField(_("number"))
    language = models.CharField(_("language"), max_length=8, default="sv")
    interpreter = models.CharField(_("interpreter wanted in"), max_length=8, blank=True)
    access_needs = models.CharField(_("access needs"), max_length=60, blank=True)
    party_size = models.PositiveSmallIntegerField(_("people"), default=1)
    place = models.CharField(_("waits"), max_length=9, choices=Place, default=Place.INSIDE)
    opened_at = InstantField(_("opened at"))
    invited_at = InstantField(_("asked to come in at"), null=True, blank=True)
    closed_at = InstantField(_("closed at"), null=True, blank=True)
    practice = models.BooleanField(_("practice"), default=False)
    simulated = models.BooleanField(_("simulated"), default=False)

    class Meta:
        ordering = ("id",)
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = (
            models.UniqueConstraint(
                name="ticket_number_is_given_once_a_day",
                fields=("office", "local_day", "series", "number"),
            ),
            models.CheckConstraint(name="visit_brings_somebody", condition=Q(party_size__gt=0)),
        )

    def __str__(self) -> str:
        return self.ticket

    @property
    def ticket(self) -> str:
        """Series and number as the visitor reads them."""
        return f"{self.series}{self.number}"


class Errand(models.Model):
    """One thing a visitor came for: whose it is, at what level, in which state, in whose hands."""

    id = KeyField(primary_key=True)
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="errands", db_index=False,
        db_constraint=False,
    )  # fmt: skip
    local_day = models.DateField(_("day"))
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="errands")
    ordinal = models.PositiveSmallIntegerField(_("which of the visit"), default=1)
    #: Empty while nobody has said what it is about.
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, blank=True, related_name="errands",
        db_index=False,
    )  # fmt: skip
    authority = models.CharField(_("authority"), max_length=50, blank=True)
    level = models.CharField(_("service level at that moment"), max_length=15, blank=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children",
        db_index=False,
    )  # fmt: skip
    booking = models.CharField(_("booking"), max_length=32, blank=True)
    prio_class = models.CharField(
        _("class"), max_length=8, choices=PriorityClass, default=PriorityClass.ORDINARY
    )
    accrues_from = InstantField(_("waiting counts from"))
    due_at = InstantField(_("booked for"), null=True, blank=True)
    not_before = InstantField(_("not before"), null=True, blank=True)
    only_counter = models.CharField(_("only at counter"), max_length=8, blank=True)
    speaks = models.CharField(_("to be served in"), max_length=8, blank=True)
    state = models.CharField(_("state"), max_length=11)
    state_since = InstantField(_("since"))
    session = models.ForeignKey(
        CounterSession, on_delete=models.PROTECT, null=True, blank=True, related_name="errands",
        db_index=False,
    )  # fmt: skip
    version = models.PositiveIntegerField(_("version"), default=1)
    calls = models.PositiveSmallIntegerField(_("calls"), default=0)
    outcome = models.CharField(_("outcome"), max_length=30, blank=True)
    next_authority = models.CharField(_("referred to"), max_length=50, blank=True)
    next_channel = models.CharField(_("by what way"), max_length=12, blank=True)
    missing_level = models.CharField(
        _("level that would have solved it"), max_length=15, blank=True
    )
    practice = models.BooleanField(_("practice"), default=False)
    #: What the last action changed, so that it can be taken back: plain values of these columns.
    before = models.JSONField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ("id",)
        verbose_name = _("errand")
        verbose_name_plural = _("errands")
        indexes = (
            models.Index(
                name="errands_of_an_office_by_day", fields=("office", "local_day", "state")
            ),
        )
        constraints = (
            models.CheckConstraint(
                name="errand_state_is_known", condition=Q(state__in=transitions.STATES)
            ),
            models.CheckConstraint(
                name="errand_has_one_holder_while_it_is_held",
                condition=Q(state__in=transitions.HELD, session__isnull=False)
                | (~Q(state__in=transitions.HELD) & Q(session__isnull=True)),
            ),
            models.UniqueConstraint(
                name="session_calls_or_serves_one_errand",
                fields=("session",),
                condition=Q(state__in=transitions.AT_THE_COUNTER),
            ),
            models.CheckConstraint(
                name="finished_errand_has_an_outcome",
                condition=~Q(state__in=("done", "left", "swept")) | ~Q(outcome=""),
            ),
            models.CheckConstraint(
                name="errand_outcome_is_known",
                condition=Q(outcome="") | Q(outcome__in=transitions.OUTCOMES),
            ),
        )

    def __str__(self) -> str:
        return f"{self.visit_id}.{self.ordinal} {self.state}"
