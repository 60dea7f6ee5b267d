"""The question a planner puts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knutpunkt.planning.services import ADJACENT_METRES, DETOUR, KM_PER_HOUR


class PlanForm(forms.Form):
    """Parameters of a plan. The bounds keep typing errors out, not unusual questions."""

    mandate = forms.ChoiceField(label=_("Commission"))
    detour = forms.FloatField(
        label=_("Detour factor"),
        help_text=_("Road distance divided by straight distance, 1 or more."),
        min_value=1,
        max_value=10,
        initial=f"{DETOUR:g}",
    )
    km_per_hour = forms.FloatField(
        label=_("Speed, km/h"), min_value=1, max_value=1000, initial=f"{KM_PER_HOUR:g}"
    )
    adjacent_metres = forms.FloatField(
        label=_("“Next to an area” means within, metres"),
        help_text=_("Used where the commission gives no distance."),
        min_value=0,
        max_value=100_000,
        initial=f"{ADJACENT_METRES:g}",
    )
    prices = forms.BooleanField(
        label=_("Also work out what each rule costs"),
        help_text=_("Takes about thirty times as long."),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, mandates: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["mandate"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(mandates)

    def question(self) -> dict[str, Any]:
        """Return the arguments of ``plan``."""
        words = dict(self.cleaned_data)
        return {"mandate_slug": words.pop("mandate"), **words}
