"""What is to be tried out on a forecast. Asking changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext_lazy as _

from knutpunkt.network.models import Municipality
from knutpunkt.programme.forecasting import (
    AddCrew,
    AddSpare,
    Change,
    CutBudget,
    Delay,
    Drop,
    InterimRoom,
    Substitute,
)
from knutpunkt.programme.models import Programme
from knutpunkt.programme.money_forms import PER_CENT, offered

KINDS = (
    ("drop", _("drop a slot")),
    ("substitute", _("another municipality for a slot")),
    ("delay", _("delay a slot")),
    ("delay-round", _("delay a round")),
    ("crew", _("add a crew")),
    ("budget", _("cut the budget")),
    ("spare", _("begin a spare slot now")),
    ("interim", _("an interim room for a slot")),
)
#: What each kind of change asks for.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "drop": ("slot",),
    "substitute": ("slot", "municipality"),
    "delay": ("slot", "days"),
    "delay-round": ("wave", "days"),
    "crew": ("crew",),
    "budget": ("cut",),
    "spare": (),
    "interim": ("slot",),
}


class WhatIfForm(forms.Form):
    """A change to try out; each kind says what else it needs."""

    change = forms.ChoiceField(label=_("What if"), choices=KINDS)
    slot = forms.ChoiceField(label=_("Slot"), required=False)
    municipality = forms.ChoiceField(label=_("Other municipality"), required=False)
    wave = forms.ChoiceField(label=_("Round"), required=False)
    days = forms.IntegerField(label=_("Days later"), required=False, min_value=1, max_value=3650)
    crew = forms.ChoiceField(label=_("Crew"), required=False)
    cut = forms.IntegerField(
        label=_("Cut of the budget, per cent"),
        required=False,
        min_value=1,
        max_value=PER_CENT,
        help_text=_("So many of the offices not begun are put off by a year."),
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = list(programme.slots.filter(dropped_on=None).select_related("wave"))
        self._slots = {row.key: row.wave.number for row in rows}
        waves = sorted(set(self._slots.values()))
        self._offers = {
            "slot": [(row.key, row.name) for row in rows],
            "municipality": list(Municipality.objects.order_by("name").values_list("code", "name")),
            "wave": [(str(n), str(n)) for n in waves],
            "crew": [(key, key) for key in sorted(programme.crews)],
        }
        for name, offers in self._offers.items():
            offered(self, name, offers, empty=_("Choose …"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for name in NEEDED.get(given.get("change", ""), ()):
            if not given.get(name) and name not in self.errors:
                self.add_error(name, _("This change needs it."))
        return given

    def changes(self) -> Sequence[Change]:
        """The changes a forecast can be asked about."""
        given = self.cleaned_data
        return CHANGES[given["change"]](given, self._slots)

    def question(self) -> str:
        """What is asked, with the names the fields offer."""
        given = self.cleaned_data
        values = {name: dict(offers).get(given[name], "") for name, offers in self._offers.items()}
        values |= {name: given[name] for name in ("days", "cut")}
        return _asked(given["change"], given["days"] or 0) % values


def _asked(change: str, days: int) -> str:
    if change == "delay":
        return ngettext("Delay %(slot)s by %(days)d day", "Delay %(slot)s by %(days)d days", days)
    if change == "delay-round":
        return ngettext(
            "Delay round %(wave)s by %(days)d day",
            "Delay round %(wave)s by %(days)d days",
            days,
        )
    return gettext(QUESTIONS[change])


QUESTIONS: Mapping[str, str] = {
    "drop": gettext_noop("Drop %(slot)s"),
    "substitute": gettext_noop("%(municipality)s instead of %(slot)s"),
    "crew": gettext_noop("One more crew: %(crew)s"),
    "budget": gettext_noop("Cut the budget by %(cut)s per cent"),
    "spare": gettext_noop("Begin a spare slot now"),
    "interim": gettext_noop("An interim room for %(slot)s"),
}
"""What each kind of change asks, but for delays, which count days."""
Given = Mapping[str, Any]
CHANGES: Mapping[str, Callable[[Given, Mapping[str, int]], Sequence[Change]]] = {
    "drop": lambda given, _slots: [Drop(given["slot"])],
    "substitute": lambda given, _slots: [Substitute(given["slot"], given["municipality"])],
    "delay": lambda given, _slots: [Delay(given["days"], given["slot"])],
    "delay-round": lambda given, slots: [
        Delay(given["days"], key) for key, wave in slots.items() if str(wave) == given["wave"]
    ],
    "crew": lambda given, _slots: [AddCrew(given["crew"])],
    "budget": lambda given, _slots: [CutBudget(given["cut"] / PER_CENT)],
    "spare": lambda _given, _slots: [AddSpare()],
    "interim": lambda given, _slots: [InterimRoom(given["slot"])],
}
