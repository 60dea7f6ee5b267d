"""Authorities, their services, the agreements they rest on, and the level at each office."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from knutpunkt.core.fields import RoughDateField
from knutpunkt.core.models import Basis, DatedFact, SpannedClaim
from knutpunkt.network.models.offices import Office, YesNoUnknown


class Level(models.TextChoices):
    FULL = "full", _("full service")
    GUIDANCE = "guidance", _("guidance")
    SELF_SERVICE = "self-service", _("self-service with help")
    BY_BOOKING = "by-booking", _("by booking")
    VIDEO = "video", _("by video")


class Authority(models.Model):
    slug = models.SlugField(_("key"), primary_key=True)
    name_sv = models.CharField(_("name in Swedish"), max_length=150)
    name_en = models.CharField(_("name in English"), max_length=150)
    kind = models.CharField(_("kind"), max_length=20, default="state")
    organisation_number = models.CharField(_("organisation number"), max_length=20, blank=True)
    source = models.CharField(_("source"), max_length=500, blank=True)

    class Meta:
        ordering = ("name_sv",)
        verbose_name = _("authority")
        verbose_name_plural = _("authorities")

    def __str__(self) -> str:
        return self.name_sv


class Equipment(models.Model):
    slug = models.SlugField(_("key"), primary_key=True)
    name_sv = models.CharField(_("name in Swedish"), max_length=150)
    name_en = models.CharField(_("name in English"), max_length=150)

    class Meta:
        ordering = ("slug",)
        verbose_name = _("equipment")
        verbose_name_plural = _("equipment")

    def __str__(self) -> str:
        return self.name_sv


class Service(models.Model):
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="services")
    slug = models.SlugField(_("key"))
    name_sv = models.CharField(_("name in Swedish"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)
    needs_equipment = models.ForeignKey(
        Equipment, on_delete=models.PROTECT, null=True, blank=True, related_name="services"
    )
    needs_equipment_from = RoughDateField(_("needs it from"), blank=True)
    exercises_authority = models.CharField(
        _("exercise of authority"),
        max_length=7,
        choices=YesNoUnknown,
        default=YesNoUnknown.UNKNOWN,
    )
    personal_data = models.CharField(
        _("handles personal data"),
        max_length=7,
        choices=YesNoUnknown,
        default=YesNoUnknown.UNKNOWN,
    )
    source = models.CharField(_("source"), max_length=500, blank=True)

    class Meta:
        ordering = ("authority", "slug")
        verbose_name = _("service")
        verbose_name_plural = _("services")
        constraints = (
            models.UniqueConstraint(
                name="service_has_one_key_within_its_authority", fields=("authority", "slug")
            ),
        )

    def __str__(self) -> str:
        return f"{self.authority_id}/{self.slug}"


class OfficeEquipment(DatedFact):
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="equipment")
    equipment = models.ForeignKey(Equipment, on_delete=models.PROTECT, related_name="offices")

    class Meta(DatedFact.Meta):
        verbose_name = _("equipment of an office")
        verbose_name_plural = _("equipment of offices")

    def __str__(self) -> str:
        return f"{self.office_id} {self.equipment_id}"


class ServiceAgreement(SpannedClaim):
    """An agreement that lets offices serve for an authority (in Sweden: lag 2019:212 section 2)."""

    key = models.SlugField(_("key"), max_length=80, unique=True)
    title_sv = models.CharField(_("title in Swedish"), max_length=250)
    title_en = models.CharField(_("title in English"), max_length=250)
    parties = models.ManyToManyField(Authority, related_name="agreements")

    class Meta(SpannedClaim.Meta):
        ordering = ("key",)
        verbose_name = _("service agreement")
        verbose_name_plural = _("service agreements")

    def __str__(self) -> str:
        return self.key


class AgreementTask(models.Model):
    """One task an agreement lists: whether it exercises authority, and what data it opens."""

    agreement = models.ForeignKey(ServiceAgreement, on_delete=models.PROTECT, related_name="tasks")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="tasks")
    exercises_authority = models.CharField(
        _("exercise of authority"),
        max_length=7,
        choices=YesNoUnknown,
        default=YesNoUnknown.UNKNOWN,
    )
    personal_data_access = models.CharField(
        _("access to personal data"), max_length=250, default="unknown"
    )
    basis = models.CharField(_("basis"), max_length=10, choices=Basis, default=Basis.STATED)
    source = models.CharField(_("source"), max_length=500, blank=True)
    note_sv = models.TextField(_("note in Swedish"), blank=True)
    note_en = models.TextField(_("note in English"), blank=True)

    class Meta:
        ordering = ("agreement", "service")
        verbose_name = _("task of an agreement")
        verbose_name_plural = _("tasks of agreements")
        constraints = (
            models.UniqueConstraint(
                name="agreement_lists_a_service_once", fields=("agreement", "service")
            ),
        )

    def __str__(self) -> str:
        return f"{self.agreement_id}: {self.service_id}"


class ServiceLevel(DatedFact):
    """What an office does for an authority, at which level.

    The task is not optional: without an agreement that lists the service there is no row. That
    the agreement is in force the whole time is checked when the row is written. Without an office
    the level holds at every office.
    """

    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, null=True, blank=True, related_name="levels"
    )
    task = models.ForeignKey(AgreementTask, on_delete=models.PROTECT, related_name="levels")
    level = models.CharField(_("level"), max_length=15, choices=Level)

    class Meta(DatedFact.Meta):
        verbose_name = _("service level")
        verbose_name_plural = _("service levels")

    def __str__(self) -> str:
        return f"{self.task_id} {self.level}"
