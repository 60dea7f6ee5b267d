"""What an office manager fills in: the room, the rule of the queue, counters, tokens, closing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knutpunkt.core.clock import NETWORK_ZONE
from knutpunkt.network.models import Authority, Equipment
from knutpunkt.reception.desk.choices import put
from knutpunkt.reception.desk.names import in_page_language, names_of_authorities
from knutpunkt.reception.models import AccessToken, Closure, PriorityClass, QueueRule, Room

HEAVIEST = 100
LONGEST_TOKEN = 3650


class RoomForm(forms.Form):
    """What the room of an office is set to."""

    people_limit = forms.IntegerField(
        label=_("Most people in the room (fire safety)"),
        required=False,
        min_value=1,
        max_value=9999,
        help_text=_("Left empty: no limit is on record and nobody is asked to wait elsewhere."),
    )
    default = forms.CharField(label=_("Letter of ordinary tickets"), max_length=3)
    booked = forms.CharField(label=_("Letter of booked visits"), max_length=3)
    recall_limit = forms.IntegerField(label=_("Most repeated calls"), min_value=0, max_value=20)
    missed_grace_minutes = forms.IntegerField(
        label=_("Minutes in which a missed visitor can come back"), min_value=0, max_value=1440
    )
    counters_expected = forms.IntegerField(
        label=_("Counters usually staffed"), min_value=1, max_value=99
    )
    prints_tickets = forms.BooleanField(label=_("Tickets are printed on paper"), required=False)
    notes_allowed = forms.BooleanField(
        label=_("Notes on errands are allowed"),
        required=False,
        help_text=_("They are erased when the day ends. Leave this off unless it is needed."),
    )

    def __init__(self, *args: Any, room: Room, **kwargs: Any) -> None:
        self._series = dict(room.series)
        kwargs.setdefault("initial", _as_shown(room))
        super().__init__(*args, **kwargs)
        self._authorities = names_of_authorities()
        for slug, letter in self._series.items():
            if slug not in ("default", "booked"):
                self.fields[f"series-{slug}"] = self._letter_of(slug, letter)
        self.fields["another"] = forms.ChoiceField(
            label=_("A letter of its own for"),
            required=False,
            choices=[("", "–"), *self._authorities.items()],
        )
        self.fields["another_letter"] = forms.CharField(
            label=_("Its letter"), required=False, max_length=3
        )

    def _letter_of(self, slug: str, letter: str) -> forms.CharField:
        label = _("Letter of %(authority)s") % {"authority": self._authorities.get(slug, slug)}
        return forms.CharField(label=label, required=False, max_length=3, initial=letter)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if bool(given.get("another")) != bool(given.get("another_letter")):
            self.add_error("another_letter", _("An authority and its letter belong together."))
        return given

    def values(self) -> dict[str, Any]:
        """Return what ``room_change`` asks for."""
        given = self.cleaned_data
        letters = {"default": given["default"], "booked": given["booked"]}
        letters |= {
            name.removeprefix("series-"): letter
            for name, letter in given.items()
            if name.startswith("series-") and letter
        }
        if given["another"]:
            letters[given["another"]] = given["another_letter"]
        plain = ("people_limit", "recall_limit", "missed_grace_minutes", "counters_expected",
                 "prints_tickets", "notes_allowed")  # fmt: skip
        return {name: given[name] for name in plain} | {"series": letters}


def _as_shown(room: Room) -> dict[str, Any]:
    from knutpunkt.reception.settled import SERIES

    letters = {**SERIES, **room.series}
    return {
        "people_limit": room.people_limit,
        "default": letters["default"],
        "booked": letters["booked"],
        "recall_limit": room.recall_limit,
        "missed_grace_minutes": room.missed_grace_minutes,
        "counters_expected": room.counters_expected,
        "prints_tickets": room.prints_tickets,
        "notes_allowed": room.notes_allowed,
    }


class RuleForm(forms.Form):
    """The next version of the rule of the queue: one weight for each class."""

    strict = forms.BooleanField(
        label=_("Strictly first come, first served"),
        required=False,
        help_text=_("The weights then count for nothing."),
    )
    booked_grace_minutes = forms.IntegerField(
        label=_("Booked visitors accrue this many minutes before their time"),
        min_value=0,
        max_value=120,
    )

    def __init__(self, *args: Any, rule: QueueRule, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {
            "strict": rule.strict, "booked_grace_minutes": rule.booked_grace_minutes,
        })  # fmt: skip
        super().__init__(*args, **kwargs)
        for one in PriorityClass:
            label = _("Weight of “%(class)s”") % {"class": one.label}
            self.fields[f"weight-{one.value}"] = forms.FloatField(
                label=label, min_value=0.1, max_value=HEAVIEST,
                initial=rule.weights.get(one.value, 1.0), widget=forms.NumberInput({"step": "0.1"}),
            )  # fmt: skip

    def values(self) -> dict[str, Any]:
        """Return what ``rule_add`` asks for."""
        given = self.cleaned_data
        weights = {one.value: given[f"weight-{one.value}"] for one in PriorityClass}
        return {
            "weights": weights,
            "strict": given["strict"],
            "booked_grace_minutes": given["booked_grace_minutes"],
        }


class CounterForm(forms.Form):
    """A counter: its name, what stands at it, whether it is in use."""

    name = forms.CharField(label=_("Name"), max_length=8)
    equipment = forms.MultipleChoiceField(
        label=_("Equipment"), required=False, widget=forms.CheckboxSelectMultiple
    )
    in_use = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args: Any, equipment: Iterable[Equipment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(one.pk, in_page_language(one.name_sv, one.name_en)) for one in equipment]
        put(self, "equipment", named)


class FaultForm(forms.Form):
    """Which equipment does not work."""

    equipment = forms.ChoiceField(label=_("What does not work?"))

    def __init__(self, *args: Any, equipment: Iterable[Equipment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(one.pk, in_page_language(one.name_sv, one.name_en)) for one in equipment]
        put(self, "equipment", [("", _("Choose …")), *named])


class TokenForm(forms.Form):
    """A token for a kiosk, a display or a program."""

    role = forms.ChoiceField(label=_("For"), choices=AccessToken.Role.choices)
    name = forms.CharField(
        label=_("Name"), max_length=40, help_text=_("Where it stands or what it is for.")
    )
    authority = forms.ChoiceField(
        label=_("Authority"), required=False, help_text=_("For a municipal desk alone.")
    )
    valid_days = forms.IntegerField(
        label=_("Valid for days"), required=False, min_value=1, max_value=LONGEST_TOKEN
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Authority.objects.filter(kind="municipality")
        named = [(one.pk, in_page_language(one.name_sv, one.name_en)) for one in rows]
        put(self, "authority", [("", "–"), *named])


class ClosingForm(forms.Form):
    """Why an office closes now, until when, and what becomes of those who wait or have booked."""

    reason = forms.ChoiceField(
        label=_("Why?"), choices=Closure.Reason.choices, widget=forms.RadioSelect
    )
    until = forms.DateTimeField(
        label=_("Until"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        help_text=_("Left empty: until somebody opens it again."),
    )
    bookings = forms.ChoiceField(
        label=_("Booked visits meanwhile"),
        choices=[("cancel", _("are cancelled")), ("move", _("are moved to the next free time"))],
        initial="cancel",
        widget=forms.RadioSelect,
    )
    waiting = forms.ChoiceField(
        label=_("Who waits now"),
        choices=[("keep", _("is served to the end")), ("sweep", _("is sent home"))],
        initial="keep",
        widget=forms.RadioSelect,
    )

    def clean_until(self) -> datetime | None:
        """The time on the wall of the office, whatever the browser's zone."""
        said: datetime | None = self.cleaned_data["until"]
        return said.astimezone(NETWORK_ZONE) if said else None
