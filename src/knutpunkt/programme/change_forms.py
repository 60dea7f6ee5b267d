"""What people fill in about baselines and changes of the plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knutpunkt.network.models import Municipality
from knutpunkt.programme.forms import DayField
from knutpunkt.programme.models import ChangeDecision, ChangeKind, Programme, Slot

#: What a change is told to be, by its kind.
NEEDED = {
    ChangeKind.DROP: ("slot",),
    ChangeKind.SUBSTITUTE: ("slot", "municipality"),
    ChangeKind.DELAY: ("slot", "not_before"),
    ChangeKind.INSERT: ("name", "wave"),
    ChangeKind.OTHER: (),
}


class BaselineForm(forms.Form):
    """What an adopted plan is called, and why it is adopted."""

    name = forms.CharField(label=_("Name"), max_length=100)
    cause = forms.CharField(label=_("Why it is adopted"), max_length=300)
    adopted_on = DayField(
        label=_("Adopted on"),
        help_text=_("The plan as it stands on that day becomes the baseline, for good."),
    )


class ChangeForm(forms.Form):
    """A change of the plan that somebody asks for."""

    kind = forms.ChoiceField(label=_("Change"), choices=ChangeKind.choices)
    slot = forms.ChoiceField(label=_("Slot"), required=False)
    municipality = forms.ChoiceField(
        label=_("Municipality"),
        required=False,
        help_text=_("Of another municipality, or of a further slot."),
    )
    not_before = DayField(
        label=_("Not before"), required=False, help_text=_("Of a later start: its day.")
    )
    name = forms.CharField(
        label=_("Name"), required=False, max_length=150, help_text=_("Of a further slot.")
    )
    wave = forms.ChoiceField(label=_("Round"), required=False, help_text=_("Of a further slot."))
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))
    asked_on = DayField(label=_("Asked on"))

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._slots = {row.key: row for row in programme.slots.filter(dropped_on=None)}
        offered = {
            "slot": [(row.key, row.name) for row in self._slots.values()],
            "municipality": list(Municipality.objects.order_by("name").values_list("code", "name")),
            "wave": [(str(n), str(n)) for n in programme.waves.values_list("number", flat=True)],
        }
        for field, choices in offered.items():
            self._offer(field, choices)

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose …")), *choices]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for name in NEEDED.get(ChangeKind(given["kind"]), ()) if "kind" in given else ():
            if not given.get(name) and name not in self.errors:
                self.add_error(name, _("This change needs it."))
        return given

    @property
    def chosen(self) -> Slot | None:
        """The slot it is about."""
        return self._slots.get(self.cleaned_data["slot"])

    def details(self) -> dict[str, str]:
        """Say what the change is to, in the words the service knows; nothing that is not asked."""
        given = self.cleaned_data
        kind = ChangeKind(given["kind"])
        if kind == ChangeKind.DELAY:
            return {"not_before": given["not_before"].isoformat()}
        if kind == ChangeKind.SUBSTITUTE:
            return {"municipality": given["municipality"]}
        if kind == ChangeKind.INSERT:
            named = {name: given[name] for name in ("name", "wave", "municipality")}
            return {name: value for name, value in named.items() if value}
        return {}


class ChangeDecisionForm(forms.Form):
    """What is decided about a change, by whom and by which delegation."""

    decision = forms.ChoiceField(
        label=_("Decision"), choices=ChangeDecision.choices, widget=forms.RadioSelect
    )
    decided_on = DayField(label=_("Decided on"))
    decided_by = forms.CharField(label=_("Decided by"), max_length=150)
    delegation = forms.CharField(label=_("By which delegation"), max_length=150)
