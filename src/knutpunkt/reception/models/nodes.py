"""Offices that work without a line to the centre."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from knutpunkt.core.fields import InstantField
from knutpunkt.network.models import Office


class Node(models.Model):
    """A computer at an office that owns the office's sequence until it hands it back."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="nodes")
    name = models.CharField(_("name"), max_length=40)
    lease = models.JSONField(_("leased numbers by series"), default=dict)
    attached_at = InstantField(_("attached at"))
    seen_at = InstantField(_("last heard of at"), null=True, blank=True)
    merged_through = models.BigIntegerField(_("merged through event"), default=0)
    detached_at = InstantField(_("handed back at"), null=True, blank=True)

    class Meta:
        ordering = ("-attached_at",)
        verbose_name = _("office node")
        verbose_name_plural = _("office nodes")
        constraints = (
            models.UniqueConstraint(
                name="office_is_owned_by_one_node", fields=("office",),
                condition=Q(detached_at=None),
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.name


class NodeRequest(models.Model):
    """What the centre wants done at an office a node owns; the node does it and answers."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for the node")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="node_requests")
    request_key = models.CharField(max_length=64, unique=True)
    action = models.CharField(_("action"), max_length=120)
    body = models.JSONField(default=dict)
    asked_at = InstantField(_("asked at"))
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING)
    answer = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ("asked_at", "pk")
        verbose_name = _("request to a node")
        verbose_name_plural = _("requests to nodes")

    def __str__(self) -> str:
        return f"{self.action} {self.state}"
