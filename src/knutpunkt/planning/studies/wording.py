"""What a study asks and how it was changed, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.planning.pages import Reader
from knutpunkt.planning.studies.bounds import COUNT
from knutpunkt.planning.studies.changes import INSTEAD
from knutpunkt.planning.studies.question import Question
from knutpunkt.planning.studies.rules import WrittenRule

AT = {
    "must_open": gettext_noop("%(name)s must open."),
    "never_open": gettext_noop("%(name)s must not open."),
    "keep": gettext_noop("%(name)s stays open."),
    "must_close": gettext_noop("%(name)s must close."),
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
        self.written = {rule.key: rule for rule in question.rules}
        self.clauses = {f"clause:{key}": text for key, text in paraphrases.items()}

    def sentence(self, key: str) -> str:
        """Say what a rule asks."""
        if key in self.written:
            return rule_sentence(self.written[key], self.reader)
        if key == COUNT:
            return _("As many places open as were asked for.")
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


def question_lines(question: Question, title: str, language: str) -> list[str]:
    """Say what is asked, apart from its rules. ``title`` is that of the mandate."""
    reader, travel = Reader(language), question.travel
    lines = [
        _("The network of %(day)s.") % {"day": question.on.isoformat()},
        _("%(open)s open, %(close)s close.") % {"open": question.open, "close": question.close},
        _("Least travel in all, to the nearest office."),
        _("Straight line × %(detour)s at %(speed)s km/h.")
        % {"detour": reader.number(travel.detour, 2), "speed": reader.number(travel.km_per_hour)},
    ]
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
