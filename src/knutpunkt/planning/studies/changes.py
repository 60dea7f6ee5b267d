"""What-if by hand: one change of a question that makes the next version."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from knutpunkt.planning.errors import QuestionRefused
from knutpunkt.planning.studies.question import Question
from knutpunkt.planning.studies.rounds import rounds_moved
from knutpunkt.planning.studies.rules import OPPOSITE, WrittenRule

#: Changes at a place or office: the rule each makes, and how the two numbers move.
MOVES: dict[str, tuple[str, int, int]] = {
    "add": ("must_open", 1, 0),
    "remove": ("never_open", -1, 0),
    "forbid": ("never_open", 0, 0),
    "force": ("must_open", 0, 0),
    "spare": ("keep", 0, 0),
    "close": ("must_close", 0, 0),
    "close_also": ("must_close", 0, 1),
    "spare_instead": ("keep", 0, -1),
}
DROP = "drop"
RULE = "rule"
#: Another place instead of one: the change holds the rule that opens the other.
INSTEAD = "instead"
KINDS = (*MOVES, DROP, RULE, INSTEAD)


@dataclass(frozen=True, slots=True)
class Change:
    """A change: its kind, the site or rule it is about, and why."""

    kind: str
    at: str = ""
    name: str = ""
    reason: str = ""
    rule: WrittenRule | None = None

    def as_json(self) -> dict[str, Any]:
        """Return plain values; a rule is kept whole, so that every reader has it in words."""
        rule = self.rule.as_json() if self.rule else None
        return {"kind": self.kind, "at": self.at, "name": self.name, "reason": self.reason,
                "rule": rule}  # fmt: skip


def changed(question: Question, change: Change) -> Question:
    """Apply a change at a place, or drop a rule.

    An earlier rule about the same site gives way. A place that is opened by rule and removed is no
    longer asked for.

    Raises
    ------
    QuestionRefused
        When the change is unknown or makes no sense.
    """
    if change.kind == DROP:
        return _dropped(question, change)
    if change.kind == INSTEAD:
        return _instead(question, change)
    if change.kind not in MOVES:
        raise QuestionRefused(
            reason=_("“%(kind)s” is not a change a study knows.") % {"kind": change.kind},
            hint=_("Add, remove, forbid or force a place; spare or close an office; drop a rule."),
        )
    kind, opened, closed = MOVES[change.kind]
    rule = WrittenRule(kind=kind, at=change.at, label=change.name, reason=change.reason)
    about = {f"{kind}:{change.at}", f"{OPPOSITE[kind]}:{change.at}"}
    kept = tuple(one for one in question.rules if one.key not in about)
    opening, closing = _moved(question.open, opened), _moved(question.close, closed)
    return replace(
        question,
        rules=(*kept, rule),
        open=opening,
        close=closing,
        rounds=rounds_moved(question.rounds, opening if question.opens else closing),
    )


def _moved(number: int | None, by: int) -> int | None:
    """Move a number of offices; one that is left to the budget stays so."""
    return None if number is None else max(0, number + by)


def _instead(question: Question, change: Change) -> Question:
    """Open one place and not another, with the same number; earlier rules about both give way."""
    there = change.rule
    if there is None or there.at == change.at:
        raise QuestionRefused(
            reason=_("The change does not say which place opens instead of %(name)s.")
            % {"name": change.name or change.at},
            hint=_("Choose another place."),
        )
    here = WrittenRule(
        kind=OPPOSITE[there.kind], at=change.at, label=change.name, reason=change.reason
    )
    about = {
        f"{kind}:{rule.at}" for rule in (here, there) for kind in (rule.kind, OPPOSITE[rule.kind])
    }
    kept = tuple(one for one in question.rules if one.key not in about)
    return replace(question, rules=(*kept, here, there))


def _dropped(question: Question, change: Change) -> Question:
    kept = tuple(rule for rule in question.rules if rule.key != change.at)
    if len(kept) == len(question.rules):
        raise QuestionRefused(
            reason=_("The question has no rule “%(rule)s”.") % {"rule": change.at},
            hint=_("Choose one of the rules of this version."),
        )
    return replace(question, rules=kept)
