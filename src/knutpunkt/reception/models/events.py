"""The event log of the offices: only ever added to, and the source of every figure."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from knutpunkt.core.fields import InstantField, KeyField
from knutpunkt.core.models import Immutable
from knutpunkt.network.models import Office, Service
from knutpunkt.reception import transitions
from knutpunkt.reception.models.visits import PER_OFFICE


class Event(Immutable):
    """One thing that happened at an office. Only ever added; every figure is counted from here.

    The key is ``office * 2**36 + office_seq``: an office has every number once, and its events
    lie together in the order in which they happened.
    """

    id = KeyField(primary_key=True)
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    office_seq = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    at = InstantField()
    at_device = InstantField(null=True)
    local_day = models.DateField()
    visit = models.BigIntegerField(null=True)
    errand = models.BigIntegerField(null=True)
    session = models.BigIntegerField(null=True)
    state = models.CharField(max_length=11, blank=True)
    version = models.PositiveIntegerField(default=0)
    ticket = models.CharField(max_length=12, blank=True)
    counter = models.CharField(max_length=8, blank=True)
    service = models.ForeignKey(
        Service,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    level = models.CharField(max_length=15, blank=True)
    language = models.CharField(max_length=8, blank=True)
    prio_class = models.CharField(max_length=8, blank=True)
    arrival = models.CharField(max_length=11, blank=True)
    people = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=30, blank=True)
    next_authority = models.CharField(max_length=50, blank=True)
    next_channel = models.CharField(max_length=12, blank=True)
    missing_level = models.CharField(max_length=15, blank=True)
    practice = models.BooleanField(default=False)
    simulated = models.BooleanField(default=False)
    request_key = models.CharField(max_length=64, null=True)  # noqa: DJ001  # null is left out of the unique index
    data = models.JSONField(null=True)

    class Meta:
        ordering = ("id",)
        verbose_name = _("event of the reception")
        verbose_name_plural = _("events of the reception")
        constraints = (
            models.CheckConstraint(
                name="office_sequence_has_no_doubles",
                condition=Q(id=F("office") * PER_OFFICE + F("office_seq")),
            ),
            models.UniqueConstraint(
                name="request_is_answered_once",
                fields=("office", "request_key"),
                condition=Q(request_key__isnull=False),
            ),
            models.CheckConstraint(
                name="event_kind_is_known", condition=Q(kind__in=transitions.KINDS)
            ),
        )

    def __str__(self) -> str:
        return f"{self.office_seq} {self.kind}"
