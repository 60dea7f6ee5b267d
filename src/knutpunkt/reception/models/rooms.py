"""The reception of an office: its room, counters, who sits at them, and the rule of the queue."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from knutpunkt.accounts.models import User
from knutpunkt.core import clock
from knutpunkt.core.fields import InstantField, KeyField
from knutpunkt.core.models import Immutable
from knutpunkt.network.models import Equipment, Office


class QueueRule(Immutable):
    """How the next visitor is chosen; a version is never changed.

    ``weights`` gives each class its weight: rank = weight x minutes waited. ``strict`` ignores
    them and takes whoever came first.
    """

    key = models.SlugField(_("key"), max_length=40)
    version = models.PositiveIntegerField(_("version"))
    weights = models.JSONField(_("weight by class"), blank=True)
    strict = models.BooleanField(_("strictly first come, first served"), default=False)
    booked_grace_minutes = models.PositiveSmallIntegerField(
        _("booked visitors accrue this many minutes before their slot"), default=5
    )
    recorded_at = InstantField(_("recorded at"), default=clock.now, editable=False)
    recorded_by = models.CharField(_("recorded by"), max_length=150, editable=False)

    class Meta:
        ordering = ("key", "-version")
        verbose_name = _("queue rule")
        verbose_name_plural = _("queue rules")
        constraints = (
            models.UniqueConstraint(
                name="queue_rule_has_each_version_once", fields=("key", "version")
            ),
        )

    def __str__(self) -> str:
        return f"{self.key}/{self.version}"


class Room(models.Model):
    """What the reception of an office is set to. Made with usual values when first needed."""

    office = models.OneToOneField(
        Office, on_delete=models.PROTECT, primary_key=True, related_name="room"
    )
    people_limit = models.PositiveSmallIntegerField(
        _("most people in the room (fire safety)"), null=True, blank=True
    )
    rule = models.ForeignKey(QueueRule, on_delete=models.PROTECT, verbose_name=_("queue rule"))
    series = models.JSONField(
        _("letter of tickets: default, booked, and by authority"), default=dict, blank=True
    )
    recall_limit = models.PositiveSmallIntegerField(_("most repeated calls"), default=3)
    missed_grace_minutes = models.PositiveSmallIntegerField(
        _("minutes in which a missed visitor can come back"), default=60
    )
    counters_expected = models.PositiveSmallIntegerField(_("counters usually staffed"), default=2)
    prints_tickets = models.BooleanField(_("prints tickets on paper"), default=False)
    notes_allowed = models.BooleanField(
        _("notes on errands are allowed (purged at closing)"), default=False
    )
    simulated = models.BooleanField(_("simulated"), default=False, editable=False)

    class Meta:
        ordering = ("office",)
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = (
            models.CheckConstraint(
                name="room_holds_somebody", condition=Q(people_limit=None) | Q(people_limit__gt=0)
            ),
        )

    def __str__(self) -> str:
        return str(self.office)


class OfficeSequence(models.Model):
    """The gapless number of the last event of an office, and who may give out the next.

    Every change takes this row first, so the changes of one office stand in one line. While a
    node owns the office the centre gives out nothing.
    """

    office = models.OneToOneField(
        Office, on_delete=models.PROTECT, primary_key=True, related_name="sequence"
    )
    last = models.BigIntegerField(default=0)
    last_at = InstantField(null=True)
    owner = models.CharField(max_length=40, default="centre")

    class Meta:
        verbose_name = _("sequence of an office")
        verbose_name_plural = _("sequences of offices")
        constraints = (
            models.CheckConstraint(name="office_sequence_is_natural", condition=Q(last__gte=0)),
        )

    def __str__(self) -> str:
        return f"{self.office_id}: {self.last}"


class Counter(models.Model):
    """A counter of an office, named as visitors see it."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="counters")
    name = models.CharField(_("name"), max_length=8)
    equipment = models.ManyToManyField(
        Equipment, blank=True, related_name="counters", verbose_name=_("equipment")
    )
    in_use = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ("office", "name")
        verbose_name = _("counter")
        verbose_name_plural = _("counters")
        constraints = (
            models.UniqueConstraint(
                name="counter_name_stands_once_at_an_office", fields=("office", "name")
            ),
        )

    def __str__(self) -> str:
        return self.name


class CounterSession(models.Model):
    """Somebody at a counter, from opening it to closing it.

    ``skills`` are plain values: ``authorities`` (keys, or ``["*"]`` for every state authority),
    ``services`` (numbers; empty is all) and ``languages``. The key is that of the event that
    opened it.
    """

    class Mode(models.TextChoices):
        FRONT = "front", _("at the counter")
        BOOKED = "booked", _("booked visits")
        REMOTE = "remote", _("from another office")

    id = KeyField(primary_key=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="sessions")
    counter = models.ForeignKey(Counter, on_delete=models.PROTECT, related_name="sessions")
    staff = models.CharField(_("pseudonym"), max_length=40)
    holder = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="counter_sessions"
    )
    mode = models.CharField(_("mode"), max_length=6, choices=Mode, default=Mode.FRONT)
    sits_at = models.ForeignKey(
        Office, on_delete=models.PROTECT, null=True, blank=True, related_name="remote_sessions",
        verbose_name=_("sits at"),
    )  # fmt: skip
    meeting_link = models.URLField(_("meeting link"), max_length=300, blank=True)
    skills = models.JSONField(_("skills"), default=dict, blank=True)
    practice = models.BooleanField(_("practice"), default=False)
    opened_at = InstantField(_("opened at"))
    closed_at = InstantField(_("closed at"), null=True, blank=True)

    class Meta:
        ordering = ("-opened_at",)
        verbose_name = _("counter session")
        verbose_name_plural = _("counter sessions")
        constraints = (
            models.UniqueConstraint(
                name="counter_has_one_session_at_a_time",
                fields=("counter",),
                condition=Q(closed_at=None),
            ),
            models.CheckConstraint(
                name="remote_session_says_where_it_sits",
                condition=~Q(mode="remote") | Q(sits_at__isnull=False),
            ),
            models.CheckConstraint(
                name="counter_session_ends_after_it_begins",
                condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.counter_id} {self.staff}"

    def speaks(self) -> list[str]:
        """Languages of the session."""
        found: Any = self.skills.get("languages", [])
        return list(found)


class AccessToken(models.Model):
    """Lets a program act in a role at an office. Only a hash of it is kept."""

    class Role(models.TextChoices):
        KIOSK = "kiosk", _("kiosk")
        DISPLAY = "display", _("display")
        OFFICER = "officer", _("service officer")
        GREETER = "greeter", _("greeter")
        MUNICIPAL_DESK = "municipal-desk", _("municipal desk")
        OFFICE_MANAGER = "office-manager", _("office manager")
        NODE = "node", _("office node")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="access_tokens")
    role = models.CharField(_("role"), max_length=15, choices=Role)
    authority = models.ForeignKey(
        "network.Authority", on_delete=models.PROTECT, null=True, blank=True,
        verbose_name=_("authority"),
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=40)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    issued_at = InstantField(_("issued at"), default=clock.now, editable=False)
    issued_by = models.CharField(_("issued by"), max_length=150, editable=False)
    expires_at = InstantField(_("expires at"), null=True, blank=True)
    revoked_at = InstantField(_("revoked at"), null=True, blank=True)

    class Meta:
        ordering = ("office", "name")
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        constraints = (
            models.CheckConstraint(
                name="token_of_a_municipal_desk_names_the_authority",
                condition=~Q(role="municipal-desk") | Q(authority__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.role})"
