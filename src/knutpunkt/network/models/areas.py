"""Where things are: counties, municipalities, places, and dated lists of special areas."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from knutpunkt.core.fields import LATITUDE, LONGITUDE, FoldedField, RoughDateField
from knutpunkt.core.models import SpannedClaim


def on_earth(prefix: str) -> models.CheckConstraint:
    """Positions are both given or both missing, and lie on the globe."""
    both = Q(lat__isnull=False, lon__isnull=False)
    on_globe = Q(lat__gte=-90, lat__lte=90, lon__gte=-180, lon__lte=180)
    neither = Q(lat__isnull=True, lon__isnull=True)
    return models.CheckConstraint(
        name=f"{prefix}_lies_on_earth", condition=(both & on_globe) | neither
    )


class County(models.Model):
    code = models.CharField(_("code"), max_length=10, primary_key=True)
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        ordering = ("code",)
        verbose_name = _("county")
        verbose_name_plural = _("counties")

    def __str__(self) -> str:
        return self.name


class Municipality(models.Model):
    """A municipality. Its code is data; geometry is only ever a check."""

    code = models.CharField(_("code"), max_length=10, primary_key=True)
    name = models.CharField(_("name"), max_length=100)
    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="municipalities")
    lat = models.FloatField(_("latitude"), null=True, validators=LATITUDE)
    lon = models.FloatField(_("longitude"), null=True, validators=LONGITUDE)
    point_basis = models.CharField(_("basis of the position"), max_length=200, blank=True)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    population_on = models.DateField(_("population on"), null=True, blank=True)

    class Meta:
        ordering = ("name",)
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        constraints = (on_earth("municipality"),)

    def __str__(self) -> str:
        return self.name


class Place(models.Model):
    """A named place a visitor may type, and a place where an office could stand."""

    key = models.CharField(_("key"), max_length=30, primary_key=True)
    name = models.CharField(_("name"), max_length=150)
    folded = FoldedField("name")
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="places")
    lat = models.FloatField(_("latitude"), null=True, validators=LATITUDE)
    lon = models.FloatField(_("longitude"), null=True, validators=LONGITUDE)
    inhabitants = models.PositiveIntegerField(_("inhabitants"), default=0)
    assigned_by = models.CharField(_("assigned to the municipality by"), max_length=30, blank=True)

    class Meta:
        ordering = ("-inhabitants", "name")
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = (on_earth("place"),)

    def __str__(self) -> str:
        return self.name


class PlaceAlias(models.Model):
    """An old or second name under which people look for a municipality."""

    alias = models.CharField(_("name"), max_length=150, unique=True)
    folded = FoldedField("alias")
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="aliases")
    office = models.ForeignKey(
        "network.Office", on_delete=models.PROTECT, null=True, blank=True, related_name="aliases"
    )
    kind = models.CharField(_("kind"), max_length=50, blank=True)
    source = models.CharField(_("source"), max_length=500, blank=True)

    class Meta:
        ordering = ("alias",)
        verbose_name = _("other name")
        verbose_name_plural = _("other names")

    def __str__(self) -> str:
        return self.alias


class AreaEdition(SpannedClaim):
    """One edition of a list of areas. What "in or adjacent to" means depends on the edition."""

    slug = models.SlugField(_("key"), unique=True)
    title_sv = models.CharField(_("title in Swedish"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200)
    held = models.BooleanField(_("geometry held"), default=True)
    areas_published = models.PositiveIntegerField(_("areas published"), null=True, blank=True)

    class Meta(SpannedClaim.Meta):
        ordering = ("slug",)
        verbose_name = _("edition of an area list")
        verbose_name_plural = _("editions of area lists")

    def __str__(self) -> str:
        return self.slug


class Area(models.Model):
    """An area of one edition: its middle and its size."""

    edition = models.ForeignKey(AreaEdition, on_delete=models.PROTECT, related_name="areas")
    name = models.CharField(_("name"), max_length=150)
    category = models.CharField(_("category"), max_length=100, blank=True)
    place = models.CharField(_("town"), max_length=150, blank=True)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="areas")
    lat = models.FloatField(_("latitude"), validators=LATITUDE)
    lon = models.FloatField(_("longitude"), validators=LONGITUDE)
    area_km2 = models.FloatField(_("size in square kilometres"))
    polygon_updated_on = RoughDateField(_("polygon updated on"), blank=True)

    class Meta:
        ordering = ("edition", "municipality", "name")
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        constraints = (
            models.UniqueConstraint(
                name="area_stands_once_in_an_edition",
                fields=("edition", "municipality", "name"),
            ),
            models.CheckConstraint(name="area_has_a_size", condition=Q(area_km2__gt=0)),
            on_earth("area"),
        )

    def __str__(self) -> str:
        return self.name
