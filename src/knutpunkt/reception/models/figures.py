"""What has been counted from the event log, kept so that pages are quick, and audited."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from knutpunkt.core.fields import InstantField
from knutpunkt.core.models import Immutable
from knutpunkt.network.models import Office


class MonthSheet(models.Model):
    """The errands of a month at an office as columns, counted from the event log.

    ``columns`` is a compressed block of arrays; ``digest`` its SHA-256, ``through_seq`` the last
    event that went in.
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="month_sheets")
    month = models.DateField(_("month"))
    columns = models.BinaryField()
    rows = models.PositiveIntegerField(_("errands"))
    digest = models.CharField(max_length=64)
    through_seq = models.BigIntegerField()
    made_at = InstantField(_("counted at"))

    class Meta:
        ordering = ("month", "office")
        verbose_name = _("month counted")
        verbose_name_plural = _("months counted")
        constraints = (
            models.UniqueConstraint(
                name="office_month_is_counted_once", fields=("office", "month")
            ),
        )

    def __str__(self) -> str:
        return f"{self.office_id} {self.month}"


class NetworkSheet(models.Model):
    """All month sheets of a month laid together, so that a page of the whole network reads one.

    ``digest`` is taken of the digests of the sheets it was made of: when one of them is counted
    anew this no longer counts.
    """

    month = models.DateField(_("month"), unique=True)
    columns = models.BinaryField()
    rows = models.PositiveIntegerField(_("errands"))
    digest = models.CharField(max_length=64)
    made_at = InstantField(_("counted at"))

    class Meta:
        ordering = ("month",)
        verbose_name = _("month of the network")
        verbose_name_plural = _("months of the network")

    def __str__(self) -> str:
        return str(self.month)


class Audit(Immutable):
    """One recount of the figures from the log, and what differed."""

    made_at = InstantField(_("made at"))
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"))
    offices = models.PositiveIntegerField(_("offices"))
    events = models.BigIntegerField(_("events"))
    differences = models.JSONField(_("differences"), default=list)
    seconds = models.FloatField(_("seconds"))
    version = models.CharField(_("counting rules"), max_length=20)

    class Meta:
        ordering = ("-made_at",)
        verbose_name = _("audit of the figures")
        verbose_name_plural = _("audits of the figures")

    def __str__(self) -> str:
        return f"{self.made_at} {len(self.differences)}"
