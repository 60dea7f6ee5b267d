"""What an office manager fills in about times that can be booked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knutpunkt.core import clock
from knutpunkt.network.models import Equipment, Office, Service
from knutpunkt.reception.desk.choices import put
from knutpunkt.reception.desk.names import in_page_language
from knutpunkt.reception.desk.pages.managing import equipment_at
from knutpunkt.reception.models import BookingPool
from knutpunkt.reception.selectors.menu import menu_of
from knutpunkt.reception.selectors.slots import MOST_DAYS

SHORTEST, LONGEST = 5, 480
MOST_AT_ONCE = 99


class PoolForm(forms.Form):
    """A pool of bookable times; the key of one that is there is never typed, so none is hit."""

    key = forms.SlugField(
        label=_("Key"),
        max_length=40,
        help_text=_("Small letters, digits and hyphens, for example “counter”. It stays."),
    )
    services = forms.MultipleChoiceField(
        label=_("Services"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one service.")},
    )
    slot_minutes = forms.IntegerField(
        label=_("Minutes per visit"), min_value=SHORTEST, max_value=LONGEST, initial=30
    )
    staff = forms.IntegerField(
        label=_("Visitors served at once"), min_value=1, max_value=MOST_AT_ONCE, initial=1
    )
    equipment = forms.ChoiceField(
        label=_("Equipment every visit needs"),
        required=False,
        help_text=_("What a service needs by itself is reckoned with anyway."),
    )
    acute_per_day = forms.IntegerField(
        label=_("Places a day kept for acute visits"), min_value=0, max_value=999, initial=0
    )
    days_ahead = forms.IntegerField(
        label=_("Days that can be booked ahead"), min_value=0, max_value=MOST_DAYS, initial=30
    )
    valid_from = forms.DateField(label=_("First day"), widget=forms.DateInput({"type": "date"}))
    valid_to = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text=_("Left empty: until further notice. A day that is past ends the pool."),
    )

    def __init__(self, *args: Any, office: Office, pool: BookingPool | None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _as_shown(pool))
        super().__init__(*args, **kwargs)
        self._office, self._pool = office, pool
        if pool is not None:
            del self.fields["key"]
        put(self, "services", _services(office, pool))
        put(self, "equipment", [("", _("none")), *_equipment(office, pool)])

    def clean_key(self) -> str:
        """A new pool never takes the place of one that is there."""
        key: str = self.cleaned_data["key"]
        if BookingPool.objects.filter(office=self._office, key=key).exists():
            raise forms.ValidationError(_("There is a pool with this key: change that one."))
        return key

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        first, last = given.get("valid_from"), given.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The last day lies before the first."))
        return given

    def values(self) -> dict[str, Any]:
        """Return what ``pool_set`` asks for."""
        given = dict(self.cleaned_data)
        wanted, needed = given.pop("services"), given.pop("equipment")
        key = given.pop("key", "") if self._pool is None else self._pool.key
        return given | {
            "key": key,
            "services": Service.objects.filter(pk__in=wanted),
            "equipment": Equipment.objects.get(pk=needed) if needed else None,
        }


def _as_shown(pool: BookingPool | None) -> dict[str, Any]:
    if pool is None:
        return {"valid_from": clock.today().isoformat()}
    plain = ("slot_minutes", "staff", "acute_per_day", "days_ahead")
    return {name: getattr(pool, name) for name in plain} | {
        "services": [str(one.pk) for one in pool.services.all()],
        "equipment": pool.equipment_id or "",
        "valid_from": pool.valid_from.isoformat(),
        "valid_to": pool.valid_to.isoformat() if pool.valid_to else "",
    }


def _services(office: Office, pool: BookingPool | None) -> list[tuple[str, str]]:
    """What the office offers today; what the pool has stays, also while equipment is broken."""
    found = {
        one.service_id: (
            in_page_language(one.authority_sv, one.authority_en),
            in_page_language(one.service_sv, one.service_en),
        )
        for one in menu_of(office.key)
    }
    kept = pool.services.select_related("authority") if pool else ()
    found |= {
        one.pk: (
            in_page_language(one.authority.name_sv, one.authority.name_en),
            in_page_language(one.name_sv, one.name_en),
        )
        for one in kept
    }
    ordered = sorted(found.items(), key=lambda one: one[1])
    return [(str(pk), f"{authority}: {service}") for pk, (authority, service) in ordered]


def _equipment(office: Office, pool: BookingPool | None) -> list[tuple[str, str]]:
    found = {one.pk: one for one in equipment_at(office)}
    if pool is not None and pool.equipment is not None:
        found[pool.equipment.pk] = pool.equipment
    return [(pk, in_page_language(one.name_sv, one.name_en)) for pk, one in found.items()]
