"""Demand points: where people live, by edition."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from knutpunkt.core.fields import LATITUDE, LONGITUDE
from knutpunkt.network.models import Municipality, Place


class DemandPoint(models.Model):
    """Residents gathered at a point. Points of a municipality sum to its official population."""

    key = models.CharField(_("key"), max_length=40, primary_key=True)
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="demand"
    )
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="demand")
    name = models.CharField(_("name"), max_length=150)
    lat = models.FloatField(_("latitude"), validators=LATITUDE)
    lon = models.FloatField(_("longitude"), validators=LONGITUDE)
    persons = models.PositiveIntegerField(_("residents"))
    population_on = models.DateField(_("population on"))
    source = models.CharField(_("source"), max_length=500, blank=True)

    class Meta:
        ordering = ("key",)
        verbose_name = _("demand point")
        verbose_name_plural = _("demand points")
        constraints = (
            models.CheckConstraint(
                name="demand_point_lies_on_earth",
                condition=Q(lat__gte=-90, lat__lte=90, lon__gte=-180, lon__lte=180),
            ),
        )

    def __str__(self) -> str:
        return self.name
