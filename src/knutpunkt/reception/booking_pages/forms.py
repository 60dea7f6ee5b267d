"""What a visitor fills in: a time, who comes, and, if they like, how to reach them."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knutpunkt.core.fields import from_ms
from knutpunkt.reception.desk.names import LANGUAGES
from knutpunkt.reception.models import Booking
from knutpunkt.reception.services.visits import LARGEST_PARTY

INTERPRETED = [
    ("", _("no interpreter")),
    *((code, name) for code, name in LANGUAGES.items() if not code.startswith("sv")),
]
_INSTANT_DIGITS = 13  # milliseconds up to the year 2286


class HoldForm(forms.Form):
    """A time, and who comes. ``request_key`` makes a double press one booking."""

    starts_at = forms.RegexField(regex=rf"^[0-9]{{1,{_INSTANT_DIGITS}}}$")
    party_size = forms.IntegerField(
        label=_("How many are you?"), min_value=1, max_value=LARGEST_PARTY, initial=1
    )
    interpreter = forms.ChoiceField(label=_("Interpreter"), choices=INTERPRETED, required=False)
    request_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["request_key"].initial = uuid.uuid4
        self.fields["starts_at"].error_messages = dict.fromkeys(
            ("required", "invalid"), _("Choose a time.")
        )

    @property
    def instant(self) -> datetime:
        """The time chosen."""
        found = from_ms(int(self.cleaned_data["starts_at"]))
        assert found is not None
        return found

    @property
    def wish(self) -> dict[str, Any]:
        """The rest, as the service takes it."""
        key = self.cleaned_data["request_key"]
        return {
            "party_size": self.cleaned_data["party_size"],
            "interpreter": self.cleaned_data["interpreter"],
            "request_key": key.hex if key else "",
        }


class MoveForm(forms.Form):
    """Another time."""

    starts_at = forms.RegexField(
        regex=rf"^[0-9]{{1,{_INSTANT_DIGITS}}}$",
        error_messages=dict.fromkeys(("required", "invalid"), _("Choose a time.")),
    )

    @property
    def instant(self) -> datetime:
        """The time chosen."""
        found = from_ms(int(self.cleaned_data["starts_at"]))
        assert found is not None
        return found


class ContactForm(forms.Form):
    """How to reach whoever booked; both may be left empty."""

    email = forms.EmailField(
        label=_("E-mail"), required=False, max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
    phone = forms.RegexField(
        label=_("Telephone"), required=False, regex=r"^\+?[0-9][0-9 ()/-]{4,28}$",
        error_messages={"invalid": _("Write the number with digits, for example 070-123 45 67.")},
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip


class CodeForm(forms.Form):
    """The code of a booking, however it is typed."""

    code = forms.CharField(
        label=_("Your code"), max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )  # fmt: skip


class DayForm(forms.Form):
    """The day shown, and the first day of the list."""

    day = forms.DateField(required=False)
    since = forms.DateField(required=False)

    def chosen(self) -> tuple[date | None, date | None]:
        """Both days; none where what was asked for is no day."""
        self.is_valid()
        return self.cleaned_data.get("day"), self.cleaned_data.get("since")


def standing(booking: Booking) -> bool:
    """Whether something can still be done with the booking."""
    return booking.status in (Booking.Status.HELD, Booking.Status.CONFIRMED)
