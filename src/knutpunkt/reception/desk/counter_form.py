"""What is filled in to open a counter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knutpunkt.network.models import Office
from knutpunkt.reception.desk.choices import (
    Choices,
    authorities_at,
    counters_at,
    other_offices,
    put,
    service_numbers_at,
)
from knutpunkt.reception.desk.names import LANGUAGES
from knutpunkt.reception.models import CounterSession


class OpenCounterForm(forms.Form):
    """Where somebody sits down, how they serve, and what they can."""

    known_counter = forms.ChoiceField(label=_("Counter"), required=False)
    counter = forms.CharField(
        label=_("Counter"),
        max_length=8,
        required=False,
        help_text=_("As it stands above the counter: one to eight letters and digits."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    mode = forms.ChoiceField(
        label=_("How I serve"),
        choices=CounterSession.Mode.choices,
        initial=CounterSession.Mode.FRONT,
        widget=forms.RadioSelect,
    )
    sits_at = forms.ChoiceField(label=_("The office I sit at"), required=False)
    meeting_link = forms.URLField(
        label=_("Meeting link"),
        required=False,
        max_length=300,
        assume_scheme="https",
        help_text=_("Shown at the counter and logged; the meeting itself is held elsewhere."),
    )
    authorities = forms.MultipleChoiceField(
        label=_("For these authorities"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None marked: for every state authority."),
    )
    services = forms.MultipleChoiceField(
        label=_("Only these services"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None marked: every service."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages I serve in besides Swedish"),
        required=False,
        choices=[(code, word) for code, word in LANGUAGES.items() if code != "sv"],
        widget=forms.CheckboxSelectMultiple,
    )
    practice = forms.BooleanField(
        label=_("Practise"),
        required=False,
        help_text=_("With practice tickets only; nothing is counted."),
    )

    def __init__(self, *args: Any, office: Office, authority: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        put(self, "sits_at", other_offices(office))
        if authority:  # a municipal desk serves for its own authority and nobody else
            del self.fields["authorities"], self.fields["services"]
        else:
            put(self, "authorities", authorities_at(office.key))
            put(self, "services", service_numbers_at(office.key))
        self._offer(counters_at(office))

    def _offer(self, known: Choices) -> None:
        """Let somebody choose among the counters on record; a new name stays possible."""
        if known:
            put(self, "known_counter", [("", _("Choose …")), *known])
            self.fields["counter"].label = _("Or a counter that is not in the list")
        else:
            del self.fields["known_counter"]
            self.fields["counter"].required = True

    @property
    def remote_asked(self) -> bool:
        """Whether the part about serving from elsewhere has to be seen."""
        asked = self.data.get("mode") == CounterSession.Mode.REMOTE
        return asked or bool(self.errors.get("sits_at") or self.errors.get("meeting_link"))

    @property
    def skills_asked(self) -> bool:
        """Whether something about skills was filled in."""
        names = ("authorities", "services", "languages")
        return any(self.data.get(name) for name in names)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        remote = given.get("mode") == CounterSession.Mode.REMOTE
        if remote and not given.get("sits_at"):
            self.add_error("sits_at", _("Say at which office you sit."))
        if "known_counter" in self.fields:
            self._refuse_none_or_two(given.get("known_counter"), given.get("counter"))
        return given

    def _refuse_none_or_two(self, chosen: str | None, written: str | None) -> None:
        if "known_counter" in self.errors or "counter" in self.errors:
            return
        if not chosen and not written:
            self.add_error("known_counter", _("Choose a counter, or write the name of another."))
        elif chosen and written and chosen != written:
            self.add_error("counter", _("Choose a counter or write a name, not both."))

    def asked(self) -> dict[str, Any]:
        """Return what ``session_open`` asks for."""
        given = self.cleaned_data
        remote = given["mode"] == CounterSession.Mode.REMOTE
        return {
            "counter": given["counter"] or given["known_counter"],
            "mode": given["mode"],
            "skills": {
                "authorities": given.get("authorities") or [],
                "services": [int(number) for number in given.get("services") or []],
                "languages": ["sv", *given["languages"]],
            },
            "sits_at": Office.objects.get(key=given["sits_at"]) if remote else None,
            "meeting_link": given["meeting_link"],
            "practice": given["practice"],
        }
