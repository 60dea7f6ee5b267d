"""What is to be tried out on a forecast. Asking changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
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
        places = list(Municipality.objects.order_by("name").values_list("code", "name"))
        nothing = _("Choose …")
        offered(self, "slot", [(row.key, row.name) for row in rows], empty=nothing)
        offered(self, "municipality", places, empty=nothing)
        offered(self, "wave", [(str(n), str(n)) for n in waves], empty=nothing)
        offered(self, "crew", [(key, key) for key in sorted(programme.crews)], empty=nothing)

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
