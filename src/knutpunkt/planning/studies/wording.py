"""What a study asks and how it was changed, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.planning.pages import Reader
from knutpunkt.planning.studies.bounds import BUDGET, COUNT
from knutpunkt.planning.studies.changes import INSTEAD
from knutpunkt.planning.studies.objectives import OBJECTIVES, words_of
from knutpunkt.planning.studies.question import Question
from knutpunkt.planning.studies.rules import ABOUT_SEVERAL, WrittenRule

AT = {
    "must_open": gettext_noop("%(name)s must open."),
    "never_open": gettext_noop("%(name)s must not open."),
    "keep": gettext_noop("%(name)s stays open."),
    "must_close": gettext_noop("%(name)s must close."),
}
SEVERAL = {
    "together": gettext_noop("Open together or not at all: %(where)s."),
    "apart": gettext_noop("At most one of these is open: %(where)s."),
}
CHANGES = {
    "add": gettext_noop("%(name)s opens as well."),
    "remove": gettext_noop("%(name)s no longer opens, and one office less opens."),
    "forbid": gettext_noop("%(name)s must not open."),
    "force": gettext_noop("%(name)s must open."),
    "spare": gettext_noop("%(name)s stays open; another closes."),
    "close": gettext_noop("%(name)s must close; another stays."),
    "close_also": gettext_noop("%(name)s closes as well."),
    "spare_instead": gettext_noop("%(name)s stays open, and one office less closes."),
    "drop": gettext_noop("Without the rule: %(name)s"),
    "rule": gettext_noop("With the rule: %(name)s"),
}


class Rules:
    """The rules of a question in the reader's words.

    Parameters
    ----------
    question
        Whose rules.
    paraphrases
        Clauses of its mandate in the reader's language, by their key.
    language
        Of the numbers.
    """

    def __init__(self, question: Question, paraphrases: Mapping[str, str], language: str) -> None:
        self.reader = Reader(language)
        self.question = question
        self.written = {rule.key: rule for rule in question.rules}
        self.clauses = {f"clause:{key}": text for key, text in paraphrases.items()}

    def sentence(self, key: str) -> str:
        """Say what a rule asks."""
        if key in self.written:
            return rule_sentence(self.written[key], self.reader)
        if key == COUNT:
            return _("As many places open, and as many offices close, as were asked for.")
        if key == BUDGET:
            return budget_sentence(self.question, self.reader)
        return self.clauses.get(key, key)

    def reason(self, key: str) -> str:
        """Say why a rule was written."""
        return self.written[key].reason if key in self.written else ""


def rule_sentence(rule: WrittenRule, reader: Reader) -> str:
    """Say what a written rule asks."""
    if rule.kind in AT:
        return _(AT[rule.kind]) % {"name": rule.label or rule.at}
    if rule.kind == "never_leave":
        return _("No municipality with an office is left.")
    if rule.kind in ABOUT_SEVERAL:
        return _(SEVERAL[rule.kind]) % {"where": rule.label or ", ".join(rule.codes)}
    if rule.kind == "max_minutes":
        return _("Nobody has further than %(minutes)s minutes, where a place allows it.") % {
            "minutes": reader.number(rule.minutes)
        }
    return _quota(rule)


def _quota(rule: WrittenRule) -> str:
    words = {"least": rule.at_least, "most": rule.at_most,
             "where": rule.label or ", ".join(rule.codes)}  # fmt: skip
    if rule.scope == "area":
        words["where"] = _("the vulnerable areas of %(where)s") % words
    elif rule.scope == "area_class":
        words["where"] = _("areas of the class %(where)s") % words
    if rule.counts == "all":
        if rule.at_most is None:
            return _("Offices afterwards in %(where)s: at least %(least)s.") % words
        return _("Offices afterwards in %(where)s: %(least)s to %(most)s.") % words
    if rule.at_most is None:
        return _("New offices in %(where)s: at least %(least)s.") % words
    return _("New offices in %(where)s: %(least)s to %(most)s.") % words


def change_sentence(change: Mapping[str, Any], reader: Reader) -> str:
    """Say how a version differs from its parent."""
    if not change:
        return _("The question as it was first put.")
    name = change["name"] or change["at"]
    if change["kind"] == INSTEAD:
        other = change["rule"]["label"] or change["rule"]["at"]
        return _("%(other)s opens instead of %(name)s.") % {"other": other, "name": name}
    if change.get("rule"):
        name = rule_sentence(WrittenRule.of_json(change["rule"]), reader)
    return _(CHANGES[change["kind"]]) % {"name": name}


def budget_sentence(question: Question, reader: Reader) -> str:
    """Say how much there is to spend."""
    spending = question.spending
    words = {
        "most": reader.number(spending.most or 0.0),
        "years": years_told(spending.years, reader),
    }
    return _("Opening, %(years)s years of running and savings cost at most %(most)s.") % words


def years_told(years: float, reader: Reader) -> str:
    """Write years, with a decimal where they are not whole."""
    return reader.number(years, 0 if years == int(years) else 1)


def _number_lines(question: Question) -> list[str]:
    """Say how many open and close; a number that is left out is left to the budget."""
    if question.open is None and question.close is None:
        return [_("As many open and as many close as the budget allows.")]
    if question.open is None:
        return [
            _("As many open as the budget allows, %(close)s close.") % {"close": question.close}
        ]
    if question.close is None:
        return [_("%(open)s open, as many close as the budget asks for.") % {"open": question.open}]
    return [_("%(open)s open, %(close)s close.") % {"open": question.open, "close": question.close}]


def _round_lines(question: Question) -> list[str]:
    if not question.rounds:
        return []
    rounds = ", ".join(
        _("%(n)s until %(day)s") % {"n": one.offices, "day": one.until.isoformat()}
        for one in question.rounds
    )
    return [
        _("In rounds: %(rounds)s. Each counts until the next, the last for a year.")
        % {"rounds": rounds}
    ]


def _spending_lines(question: Question, reader: Reader) -> list[str]:
    spending = question.spending
    if not spending.is_told:
        return []
    lines = [
        _("A place costs %(once)s to open and %(yearly)s a year to run.")
        % {"once": reader.number(spending.opening), "yearly": reader.number(spending.running)}
    ]
    single = len({*spending.opening_at, *spending.running_at})
    if single:
        lines.append(_("%(n)s places have costs of their own.") % {"n": single})
    return lines


def question_lines(question: Question, title: str, language: str) -> list[str]:
    """Say what is asked, apart from its rules. ``title`` is that of the mandate."""
    reader, travel = Reader(language), question.travel
    lines = [
        _("The network of %(day)s.") % {"day": question.on.isoformat()},
        *_number_lines(question),
        _(OBJECTIVES[question.objective].sentence) % words_of(question, reader),
        *_round_lines(question),
        *_spending_lines(question, reader),
        _("Straight line × %(detour)s at %(speed)s km/h.")
        % {"detour": reader.number(travel.detour, 2), "speed": reader.number(travel.km_per_hour)},
    ]
    if question.spending.most is not None:
        lines.append(budget_sentence(question, reader))
    if question.population_on:
        lines.append(_("Population of %(day)s.") % {"day": question.population_on.isoformat()})
    if question.mandate:
        lines.append(_("Clauses about places of “%(title)s”.") % {"title": title})
    if question.seconds is not None:
        lines.append(
            _("The search ends after %(seconds)s seconds.")
            % {"seconds": reader.number(question.seconds)}
        )
    return lines
