"""What visitors can ask, read from the address of the page."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from knutpunkt.core.clock import NETWORK_ZONE
from knutpunkt.network.models import Level, Service

FIRST_YEAR, LAST_YEAR = 1990, 2099
MIDDAY = time(12)


class DayInput(forms.DateInput):
    """The browser's own picker of days; it wants ISO 8601 whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    """The browser's own picker of times."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def within_reach(day: date) -> None:
    """Refuse days for which nothing can be computed."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(
            _("Choose a day between %(first)d and %(last)d."),
            params={"first": FIRST_YEAR, "last": LAST_YEAR},
        )


class DayField(forms.DateField):
    """A day in ISO 8601."""

    default_error_messages = {"invalid": _("“%(value)s” is not a day. Write it as 2022-06-27.")}  # noqa: RUF012  # Django's way
    default_validators = [within_reach]  # noqa: RUF012  # Django's way

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=DayInput(), input_formats=["%Y-%m-%d"], **kwargs)

    def to_python(self, value: Any) -> date | None:
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(
                self.error_messages["invalid"], code="invalid", params={"value": value}
            ) from None


class FinderForm(forms.Form):
    """A search for an office; every part of it may be left out."""

    q = forms.CharField(
        label=_("Place, municipality or office"),
        required=False,
        max_length=100,
        widget=forms.SearchInput,
    )
    lat = forms.FloatField(
        label=_("Latitude"), required=False, min_value=-90, max_value=90, widget=forms.HiddenInput
    )
    lon = forms.FloatField(
        label=_("Longitude"),
        required=False,
        min_value=-180,
        max_value=180,
        widget=forms.HiddenInput,
    )
    service = forms.ChoiceField(label=_("Help with"), required=False)
    level = forms.ChoiceField(label=_("Kind of help"), required=False)
    on = DayField(label=_("Day"))
    at = forms.TimeField(label=_("Time"), required=False, widget=ClockInput())
    open = forms.BooleanField(label=_("Only offices known to be open then"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs |= {
            "autocomplete": "off",
            "spellcheck": "false",
            "enterkeyhint": "search",
        }
        self.fields["service"].choices = service_choices()  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["level"].choices = [("", _("Any kind")), *Level.choices]  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        """Read latitude and longitude together."""
        found = super().clean() or {}
        if (found.get("lat") is None) != (found.get("lon") is None) and not self.errors:
            raise ValidationError(_("A position needs both its latitude and its longitude."))
        return found

    @property
    def position(self) -> tuple[float, float] | None:
        """Latitude and longitude, where the visitor shares a position."""
        lat, lon = self.cleaned_data["lat"], self.cleaned_data["lon"]
        return None if lat is None else (lat, lon)

    @property
    def wanted(self) -> tuple[str, str]:
        """Keys of authority and service; empty means any."""
        authority, _slash, service = self.cleaned_data["service"].partition("/")
        return authority, service

    def instant(self, now: datetime) -> datetime:
        """The instant asked for: now, or a day and a time of which either may be left out."""
        day, at = self.cleaned_data["on"], self.cleaned_data["at"]
        if day is None and at is None:
            return now
        today = now.astimezone(NETWORK_ZONE)
        if day is not None and at is None:
            at = MIDDAY if day != today.date() else today.time()
        return datetime.combine(day or today.date(), at or MIDDAY, NETWORK_ZONE)


class DaysForm(forms.Form):
    """The day a page is about, and the day up to which publications count."""

    on = DayField(label=_("Day"))
    known_on = DayField(label=_("As known on"))


def service_choices() -> list[tuple[str, Any]]:
    """Services grouped by authority, in the language of the page: one query."""
    groups: dict[str, list[tuple[str, str]]] = {}
    column = "name_en" if get_language() == "en" else "name_sv"
    for service in Service.objects.select_related("authority").order_by("authority__name_sv", "pk"):
        authority = service.authority
        group = groups.setdefault(
            getattr(authority, column),
            [
                (
                    authority.pk,
                    _("%(authority)s: anything") % {"authority": getattr(authority, column)},
                )
            ],
        )
        group.append((f"{authority.pk}/{service.slug}", getattr(service, column)))
    return [("", _("Anything")), *groups.items()]
