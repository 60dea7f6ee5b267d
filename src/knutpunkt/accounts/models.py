"""People, what they are appointed to, and devices with tokens of their own."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from knutpunkt.core import clock
from knutpunkt.network.models import Authority, County, Municipality, Office


class User(AbstractUser):
    """A person with an account. Public pages need none."""

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")


class Role(models.TextChoices):
    READER = "reader", _("reader")
    COUNTY_READER = "county-reader", _("county reader")
    OFFICER = "officer", _("service officer")
    GREETER = "greeter", _("greeter")
    MUNICIPAL_DESK = "municipal-desk", _("municipal desk")
    OFFICE_MANAGER = "office-manager", _("office manager")
    PLANNER = "planner", _("planner")
    PROGRAMME_MANAGER = "programme-manager", _("programme manager")
    ADMINISTRATOR = "administrator", _("administrator")


AT_AN_OFFICE = ("officer", "greeter", "municipal-desk", "office-manager")


class Appointment(models.Model):
    """A role a person holds from a day on: in the whole network, a county, or at one office."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="appointments")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, blank=True)
    county = models.ForeignKey(County, on_delete=models.PROTECT, null=True, blank=True)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, null=True, blank=True)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, null=True, blank=True)
    valid_from = models.DateField(_("from"), default=clock.today)
    valid_to = models.DateField(_("last day"), null=True, blank=True)
    appointed_by = models.CharField(_("appointed by"), max_length=150, blank=True)

    class Meta:
        ordering = ("user", "role")
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = (
            models.CheckConstraint(
                name="work_at_a_desk_names_the_office",
                condition=~Q(role__in=AT_AN_OFFICE) | Q(office__isnull=False),
            ),
            models.CheckConstraint(
                name="county_reader_names_the_county",
                condition=~Q(role="county-reader") | Q(county__isnull=False),
            ),
            models.CheckConstraint(
                name="municipal_desk_names_the_municipality",
                condition=~Q(role="municipal-desk") | Q(municipality__isnull=False),
            ),
            models.CheckConstraint(
                name="appointment_ends_after_it_begins",
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class Device(models.Model):
    """A kiosk or display at an office. Only a hash of its token is kept."""

    class Kind(models.TextChoices):
        KIOSK = "kiosk", _("kiosk")
        DISPLAY = "display", _("display")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="devices")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=100)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    issued_at = models.DateTimeField(_("issued at"), default=clock.now, editable=False)
    issued_by = models.CharField(_("issued by"), max_length=150, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    seen_at = models.DateTimeField(_("last seen at"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ("office", "name")
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        constraints = (
            models.UniqueConstraint(
                name="device_name_stands_once_at_an_office", fields=("office", "name")
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.kind})"
