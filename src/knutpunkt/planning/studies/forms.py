"""The questions of studies as forms. Places and offices are written by name, one to a line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from knutpunkt.core import clock
from knutpunkt.planning.models import StudySeries
from knutpunkt.planning.services import ADJACENT_METRES, DETOUR, KM_PER_HOUR
from knutpunkt.planning.studies.changes import INSTEAD, MOVES, Change
from knutpunkt.planning.studies.lines import (
    costs_of,
    decay_of,
    finder,
    lines,
    savings_of,
    site_key,
)
from knutpunkt.planning.studies.objectives import MEAN, OBJECTIVES, WORST_SHARE
from knutpunkt.planning.studies.question import Question, Travel
from knutpunkt.planning.studies.rounds import rounds_of
from knutpunkt.planning.studies.rules import ABOUT_SEVERAL, WrittenRule
from knutpunkt.planning.studies.selectors import place_key
from knutpunkt.planning.studies.spending import Spending

AREA = forms.Textarea(attrs={"rows": 3})
#: More than any number of offices or amount of money anybody means.
MOST = 10**15
BY_BUDGET = _("Without a number the budget decides.")
LINES = _("One to a line, with its reason after a colon: Kiruna: promised in 2024")


class StudyForm(forms.Form):
    """A question. The bounds keep typing errors out, not unusual questions."""

    title = forms.CharField(label=_("Title"), max_length=150)
    on = forms.DateField(label=_("Network of the day"))
    objective = forms.ChoiceField(
        label=_("What is best"),
        required=False,
        choices=[(name, _(one.title)) for name, one in OBJECTIVES.items()],
    )
    minutes = forms.FloatField(
        label=_("Minutes that are near enough"), required=False, min_value=1, max_value=1000,
        help_text=_("For the objectives with a number of minutes."),
    )  # fmt: skip
    share = forms.FloatField(
        label=_("Per cent who have furthest"), required=False, min_value=0.01, max_value=100,
        initial="5", help_text=_("For the objective of those who have furthest."),
    )  # fmt: skip
    decay = forms.CharField(
        label=_("Who would go how far"), required=False, widget=AREA,
        help_text=_("Minutes and the per cent of residents who would go so far, a pair to a line: "
                    "30: 80"),
    )  # fmt: skip
    open = forms.IntegerField(
        label=_("Offices to open"), min_value=0, max_value=500, initial=1, required=False,
        help_text=BY_BUDGET,
    )  # fmt: skip
    close = forms.IntegerField(
        label=_("Offices to close"), min_value=0, max_value=500, initial=0, required=False,
        help_text=BY_BUDGET,
    )  # fmt: skip
    rounds = forms.CharField(
        label=_("Rounds"), required=False, widget=AREA,
        help_text=_("How many have opened, or closed, by which day, one round to a line: "
                    "12: 2021-12-31"),
    )  # fmt: skip
    budget = forms.FloatField(label=_("Budget"), required=False)
    years = forms.FloatField(
        label=_("Years that the budget covers"), min_value=0.1, max_value=100, initial="1",
        required=False,
    )  # fmt: skip
    opening_cost = forms.FloatField(label=_("Opening a place costs"), min_value=0, required=False)
    running_cost = forms.FloatField(
        label=_("Running a place costs a year"), min_value=0, required=False
    )
    costs = forms.CharField(
        label=_("Places with costs of their own"), required=False, widget=AREA,
        help_text=_("One place to a line, opening and running a year after a colon: "
                    "Kiruna: 800000; 1250000"),
    )  # fmt: skip
    mandate = forms.ChoiceField(label=_("Clauses of a commission"), required=False)
    never_leave = forms.BooleanField(label=_("Never leave a municipality"), required=False)
    max_minutes = forms.FloatField(
        label=_("Longest way, minutes"), required=False, min_value=1, max_value=1000
    )
    must_open = forms.CharField(
        label=_("Places that must open"), help_text=LINES, required=False, widget=AREA
    )
    never_open = forms.CharField(
        label=_("Places that must not open"), help_text=LINES, required=False, widget=AREA
    )
    keep = forms.CharField(
        label=_("Offices that stay"), help_text=LINES, required=False, widget=AREA
    )
    must_close = forms.CharField(
        label=_("Offices that must close"), help_text=LINES, required=False, widget=AREA
    )
    savings = forms.CharField(
        label=_("Savings a year"), required=False, widget=AREA,
        help_text=_("One office to a line, with the amount after a colon: Kiruna: 1250000"),
    )  # fmt: skip
    population_on = forms.ChoiceField(label=_("Population"), required=False)
    detour = forms.FloatField(
        label=_("Detour factor"), min_value=1, max_value=10, initial=f"{DETOUR:g}"
    )
    km_per_hour = forms.FloatField(
        label=_("Speed, km/h"), min_value=1, max_value=1000, initial=f"{KM_PER_HOUR:g}"
    )
    seconds = forms.FloatField(
        label=_("End the search after seconds"), required=False, min_value=1, max_value=86_400,
        help_text=_("Without a number it goes on until there is a proof."),
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        mandates: Sequence[tuple[str, str]],
        populations: Sequence[date],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today().isoformat()
        _offer(self, "mandate", [("", gettext("no commission")), *mandates])
        days = [(day.isoformat(), day.isoformat()) for day in populations]
        _offer(self, "population_on", [("", gettext("every point on record")), *days])

    def question(self) -> Question:
        """Return the question.

        Raises
        ------
        QuestionRefused
            When a place is not on record or the question makes no sense.
        """
        said = self.cleaned_data
        on = said["on"]
        return Question(
            on=on,
            population_on=date.fromisoformat(said["population_on"])
            if said["population_on"]
            else None,
            travel=Travel(detour=said["detour"], km_per_hour=said["km_per_hour"]),
            objective=said["objective"] or MEAN,
            minutes=said["minutes"],
            share=WORST_SHARE if said["share"] is None else said["share"] / 100,
            decay=decay_of(said["decay"]),
            open=said["open"],
            close=said["close"],
            spending=self._spending(),
            rounds=rounds_of(
                [{"offices": name, "until": day} for name, day in lines(said["rounds"])]
            ),
            mandate=said["mandate"],
            adjacent_metres=ADJACENT_METRES,
            rules=self._rules(on),
            savings=dict(savings_of(said["savings"], on)),
            seconds=said["seconds"],
        )

    def _spending(self) -> Spending:
        said = self.cleaned_data
        single = costs_of(said["costs"])
        return Spending(
            most=said["budget"],
            years=said["years"] or 1.0,
            opening=said["opening_cost"] or 0.0,
            running=said["running_cost"] or 0.0,
            opening_at={key: once for key, once, _yearly in single},
            running_at={key: yearly for key, _once, yearly in single},
        )

    def _rules(self, on: date) -> tuple[WrittenRule, ...]:
        said = self.cleaned_data
        found: list[WrittenRule] = []
        for kind in ("must_open", "never_open", "keep", "must_close"):
            for name, reason in lines(said[kind]):
                key, label = finder(kind, on)(name)
                found.append(WrittenRule(kind=kind, at=key, label=label, reason=reason))
        if said["never_leave"]:
            found.append(WrittenRule(kind="never_leave"))
        if said["max_minutes"]:
            found.append(WrittenRule(kind="max_minutes", minutes=said["max_minutes"]))
        return tuple(found)


class SeriesForm(StudyForm):
    """The same question for every number of offices, or many budgets, from one to another."""

    vary = forms.ChoiceField(label=_("What varies"), choices=StudySeries.Vary.choices)
    first = forms.IntegerField(label=_("from"), min_value=1, max_value=MOST, initial=1)
    last = forms.IntegerField(label=_("to"), min_value=1, max_value=MOST, initial=5)
    step = forms.IntegerField(
        label=_("in steps of"), min_value=1, max_value=MOST, initial=1, required=False
    )


class ChangeForm(forms.Form):
    """What-if by hand at a place or office."""

    kind = forms.ChoiceField(
        label=_("Change"),
        choices=[
            ("add", _("open this place as well")),
            ("remove", _("do not open this place, and open one less")),
            ("forbid", _("open another place instead")),
            ("force", _("open this place for certain")),
            ("spare", _("keep this office, close another")),
            ("spare_instead", _("keep this office, and close one less")),
            ("close", _("close this office for certain")),
            ("close_also", _("close this office as well")),
            ("instead", _("open, instead of this place, the one named below")),
        ],
    )
    at = forms.CharField(
        label=_("Place or office"), max_length=200,
        widget=forms.TextInput(attrs={"list": "sites", "autocomplete": "off"}),
    )  # fmt: skip
    other = forms.CharField(
        label=_("The place instead"), max_length=200, required=False,
        help_text=_("Only where another place opens instead of this one."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def change(self, on: date) -> Change:
        """Return the change, about what stands on record.

        Raises
        ------
        QuestionRefused
            When it is not on record.
        """
        said = self.cleaned_data
        kind, reason = said["kind"], said["reason"] or gettext("Tried out by hand.")
        if kind != INSTEAD:
            key, name = finder(MOVES[kind][0], on)(said["at"])
            return Change(kind, key, name, reason)
        key, name = place_key(said["at"])
        other, label = place_key(said["other"])
        rule = WrittenRule(kind="must_open", at=other, label=label, reason=reason)
        return Change(kind, key, name, reason, rule)


class RuleForm(forms.Form):
    """One more rule."""

    rule = forms.ChoiceField(
        label=_("Rule"),
        choices=[
            ("quota", _("so many offices in these")),
            ("max_minutes", _("a longest way")),
            ("never_leave", _("never leave a municipality")),
            ("together", _("open together or not at all")),
            ("apart", _("at most one of these")),
        ],
    )
    scope = forms.ChoiceField(
        label=_("Where"),
        choices=[
            ("municipality", _("municipalities")),
            ("county", _("counties")),
            ("area", _("vulnerable areas of municipalities")),
            ("area_class", _("vulnerable areas of classes")),
            ("site", _("places and offices")),
        ],
    )
    codes = forms.CharField(
        label=_("Codes"), required=False, max_length=1000,
        help_text=_("Of municipalities or counties, or classes of areas, with commas between."),
    )  # fmt: skip
    sites = forms.CharField(
        label=_("Places and offices"), required=False, widget=AREA,
        help_text=_("One to a line, by name or key."),
    )  # fmt: skip
    counts = forms.ChoiceField(
        label=_("What counts"),
        choices=[("new", _("new offices")), ("all", _("every office afterwards"))],
    )
    at_least = forms.IntegerField(label=_("At least"), required=False, min_value=0)
    at_most = forms.IntegerField(label=_("At most"), required=False, min_value=0)
    minutes = forms.FloatField(label=_("Minutes"), required=False, min_value=1)
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def written(self, on: date) -> WrittenRule:
        """Return the rule.

        Raises
        ------
        QuestionRefused
            When a place or office is not on record on the day.
        """
        said = self.cleaned_data
        reason = said["reason"]
        sites = tuple(site_key(name.strip(), on) for name in said["sites"].splitlines()
                      if name.strip())  # fmt: skip
        if said["rule"] in ABOUT_SEVERAL:
            return WrittenRule(kind=said["rule"], codes=sites, reason=reason)
        if said["rule"] == "never_leave":
            return WrittenRule(kind="never_leave", reason=reason)
        if said["rule"] == "max_minutes":
            return WrittenRule(kind="max_minutes", minutes=said["minutes"] or 0.0, reason=reason)
        codes = tuple(code.strip() for code in said["codes"].split(",") if code.strip())
        codes = sites if said["scope"] == "site" else codes
        return WrittenRule(
            kind="quota", scope=said["scope"], codes=codes, counts=said["counts"],
            at_least=said["at_least"] or 0, at_most=said["at_most"], reason=reason,
        )  # fmt: skip


class ApprovalForm(forms.Form):
    """Why a plan is approved."""

    reason = forms.CharField(label=_("Reason of the approval"), max_length=2000, widget=AREA)


def _offer(form: forms.Form, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)
