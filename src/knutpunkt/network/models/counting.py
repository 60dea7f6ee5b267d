"""What counting starts from, and what others have counted."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from knutpunkt.core.fields import EarliestField, LatestField, RoughDateField
from knutpunkt.core.models import Claim, Correctable
from knutpunkt.network.models.offices import Office


class OpeningBalance(Correctable):
    """How many offices were open on a day. Those not named are a number, never invented rows."""

    on = models.DateField(_("day"))
    total = models.PositiveIntegerField(_("open offices"))

    class Meta(Correctable.Meta):
        ordering = ("on",)
        verbose_name = _("opening balance")
        verbose_name_plural = _("opening balances")

    def __str__(self) -> str:
        return f"{self.on}: {self.total}"


class BalanceMember(Correctable):
    """The claim that a named office is one of an opening balance."""

    balance_on = models.DateField(_("day of the balance"))
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="memberships")

    class Meta(Correctable.Meta):
        verbose_name = _("office of an opening balance")
        verbose_name_plural = _("offices of opening balances")

    def __str__(self) -> str:
        return f"{self.balance_on}: {self.office_id}"


class PublishedCount(Claim):
    """A figure somebody published. It stands beside ours and is never an input."""

    counted_on = RoughDateField(_("day"))
    earliest = EarliestField("counted_on")
    latest = LatestField("counted_on")
    count = models.PositiveIntegerField(_("offices"))
    kind = models.CharField(_("kind"), max_length=20)

    class Meta:
        ordering = ("latest", "count")
        verbose_name = _("published count")
        verbose_name_plural = _("published counts")

    def __str__(self) -> str:
        return f"{self.counted_on}: {self.count}"
