"""Booked visits: slots never filled beyond their capacity, holds that expire, reminders."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from knutpunkt.core.fields import InstantField
from knutpunkt.network.models import Equipment, Office, Service


class BookingPool(models.Model):
    """What can be booked at an office: which services, how long, how many at once."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="booking_pools")
    key = models.SlugField(_("key"), max_length=40)
    services = models.ManyToManyField(Service, related_name="booking_pools")
    slot_minutes = models.PositiveSmallIntegerField(_("minutes per slot"), default=30)
    staff = models.PositiveSmallIntegerField(_("visitors served at once"), default=1)
    equipment = models.ForeignKey(
        Equipment, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("needs")
    )
    acute_per_day = models.PositiveSmallIntegerField(
        _("places a day kept for acute visits"), default=0
    )
    days_ahead = models.PositiveSmallIntegerField(_("days that can be booked ahead"), default=30)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        ordering = ("office", "key")
        verbose_name = _("booking pool")
        verbose_name_plural = _("booking pools")
        constraints = (
            models.UniqueConstraint(
                name="booking_pool_has_one_key_at_an_office", fields=("office", "key")
            ),
            models.CheckConstraint(
                name="booking_slot_lasts_some_time", condition=Q(slot_minutes__gte=5)
            ),
        )

    def __str__(self) -> str:
        return f"{self.office_id} {self.key}"


class SlotCapacity(models.Model):
    """How many places a slot has and how many are taken. The database refuses one too many."""

    pool = models.ForeignKey(BookingPool, on_delete=models.PROTECT, related_name="slots")
    starts_at = InstantField(_("starts at"))
    ends_at = InstantField(_("ends at"))
    cap = models.PositiveSmallIntegerField(_("places in it"))
    taken = models.PositiveSmallIntegerField(_("taken"), default=0)
    acute = models.BooleanField(_("kept for acute visits"), default=False)

    class Meta:
        ordering = ("starts_at", "pool")
        verbose_name = _("bookable time")
        verbose_name_plural = _("bookable times")
        constraints = (
            models.UniqueConstraint(
                name="pool_has_each_slot_once", fields=("pool", "starts_at", "acute")
            ),
            models.CheckConstraint(
                name="slot_is_never_overbooked", condition=Q(taken__lte=F("cap"))
            ),
            models.CheckConstraint(name="slot_takes_are_natural", condition=Q(taken__gte=0)),
            models.CheckConstraint(
                name="slot_ends_after_it_begins", condition=Q(ends_at__gt=F("starts_at"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.starts_at} {self.taken}/{self.cap}"

    @property
    def begins(self) -> datetime:
        """When the slot begins; every row has it."""
        assert self.starts_at is not None
        return self.starts_at

    @property
    def ends(self) -> datetime:
        """When the slot ends; every row has it."""
        assert self.ends_at is not None
        return self.ends_at


class Booking(models.Model):
    """A place in a slot. Whoever knows its code may cancel it."""

    class Status(models.TextChoices):
        HELD = "held", _("held")
        CONFIRMED = "confirmed", _("confirmed")
        CHECKED_IN = "checked_in", _("checked in")
        CANCELLED = "cancelled", _("booking cancelled")
        MOVED = "moved", _("moved")
        EXPIRED = "expired", _("expired")
        NO_SHOW = "no_show", _("did not come")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="bookings")
    slot = models.ForeignKey(SlotCapacity, on_delete=models.PROTECT, related_name="bookings")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="bookings")
    status = models.CharField(_("status"), max_length=10, choices=Status)
    version = models.PositiveIntegerField(default=1)
    acute = models.BooleanField(_("acute"), default=False)
    language = models.CharField(_("language"), max_length=8, default="sv")
    interpreter = models.CharField(_("interpreter wanted in"), max_length=8, blank=True)
    party_size = models.PositiveSmallIntegerField(_("people"), default=1)
    hold_expires_at = InstantField(_("held until"), null=True, blank=True)
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    request_key = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001  # null is left out of the unique index
    made_at = InstantField(_("made at"))
    moved_to = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="moved_from"
    )
    visit = models.BigIntegerField(_("visit"), null=True, blank=True)
    simulated = models.BooleanField(_("simulated"), default=False)

    class Meta:
        ordering = ("slot", "made_at")
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        indexes = (
            models.Index(name="bookings_of_a_slot", fields=("slot", "status")),
            models.Index(name="holds_that_expire", fields=("status", "hold_expires_at")),
        )
        constraints = (
            models.CheckConstraint(
                name="held_booking_says_until_when",
                condition=~Q(status="held") | Q(hold_expires_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.slot_id} {self.status}"


#: A booking in one of these has a place in its slot.
TAKES_A_PLACE = (Booking.Status.HELD, Booking.Status.CONFIRMED, Booking.Status.CHECKED_IN,
                 Booking.Status.NO_SHOW)  # fmt: skip


class BookingContact(models.Model):
    """How to reach whoever booked: the only personal data of the reception, with its end."""

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="contact")
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    purge_after = InstantField(_("purged after"), db_index=True)

    class Meta:
        verbose_name = _("contact of a booking")
        verbose_name_plural = _("contacts of bookings")

    def __str__(self) -> str:
        return str(self.booking_id)


class OutboxMessage(models.Model):
    """A message to be sent about a booking. Whom it goes to is looked up when it is sent."""

    class Kind(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        REMINDER = "reminder", _("reminder")
        CANCELLED = "cancelled", _("booking cancelled")
        MOVED = "moved", _("moved")

    class State(models.TextChoices):
        DUE = "due", _("to be sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("could not be sent")
        DROPPED = "dropped", _("no longer needed")

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.DUE)
    due_at = InstantField(_("due at"))
    sent_at = InstantField(_("sent at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    problem = models.CharField(_("problem"), max_length=200, blank=True)

    class Meta:
        ordering = ("due_at",)
        indexes = (models.Index(name="messages_that_are_due", fields=("state", "due_at")),)
        verbose_name = _("message about a booking")
        verbose_name_plural = _("messages about bookings")
        constraints = (
            models.UniqueConstraint(
                name="booking_is_told_each_thing_once", fields=("booking", "kind")
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
