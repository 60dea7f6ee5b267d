"""Changes of the plan, baselines, and the log of all that happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from knutpunkt.programme.models import Baseline, ChangeRequest, Programme
from knutpunkt.programme.pages.log import LogLine, log_lines
from knutpunkt.programme.pages.words import day, language, number, said
from knutpunkt.programme.selectors.log import LogPage

CENT = 0.01


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to the chance of a clause."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change that was asked for, and its decision where there is one."""

    pk: int
    what: str
    slot: str
    details: tuple[str, ...]
    reason: str
    asked: str
    effects: tuple[Effect, ...]
    decision: str
    decided: str
    approved: bool


@dataclass(frozen=True, slots=True)
class BaselineLine:
    """A plan as it was adopted."""

    number: int
    name: str
    cause: str
    adopted: str
    by: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """All that has changed the plan of a programme."""

    key: str
    title: str
    waiting: tuple[ChangeLine, ...]
    decided: tuple[ChangeLine, ...]
    baselines: tuple[BaselineLine, ...]
    log: tuple[LogLine, ...]
    older: int
    newest: bool
    entries: int
    verified: int
    broken: str


def changes_page(
    programme: Programme,
    changes: Iterable[ChangeRequest],
    baselines: Iterable[Baseline],
    log: LogPage,
) -> ChangesPage:
    """Write out changes, baselines and a page of the log."""
    lines = [(_change(row), row.decision) for row in changes]
    return ChangesPage(
        key=programme.key,
        title=said(programme, "title"),
        waiting=tuple(line for line, decision in lines if not decision),
        decided=tuple(line for line, decision in lines if decision),
        baselines=tuple(_baseline(row) for row in baselines),
        log=_log(log),
        older=log.older,
        newest=log.newest,
        entries=programme.log_length,
        verified=log.verified,
        broken=log.broken,
    )


def _change(row: ChangeRequest) -> ChangeLine:
    decided = _("%(day)s by %(who)s, %(delegation)s") % {
        "day": day(row.decided_on),
        "who": row.decided_by,
        "delegation": row.delegation,
    }
    return ChangeLine(
        pk=row.pk,
        what=row.get_kind_display(),
        slot=row.slot.name if row.slot else "",
        details=tuple(_detail(name, value) for name, value in row.details.items()),
        reason=row.reason,
        asked=_("%(day)s by %(who)s") % {"day": day(row.asked_on), "who": row.asked_by},
        effects=effects_of(row.effect),
        decision=row.get_decision_display(),
        decided=decided if row.decision else "",
        approved=row.decision == "approved",
    )


def _detail(name: str, value: object) -> str:
    names = {
        "municipality": _("municipality %(value)s"),
        "not_before": _("not before %(value)s"),
        "name": _("name %(value)s"),
        "wave": _("round %(value)s"),
    }
    return names[name] % {"value": value} if name in names else f"{name}: {value}"


def effects_of(effect: Mapping[str, Any]) -> tuple[Effect, ...]:
    """What was reckoned when the change was asked for; only what it moves."""
    clauses = [*effect.get("clauses", ())]
    if effect.get("together"):
        clauses.append({**effect["together"], "key": _("all clauses")})
    return tuple(
        Effect(row["key"], per_cent(row["before"]), per_cent(row["after"]))
        for row in clauses
        if row["before"] != row["after"]
    )


def per_cent(share: float, *, decided: bool = True) -> str:
    """``34 %``; what is nearly sure or nearly out of the question is not rounded to it.

    ``decided``: whether 0 and 1 are certain, and not only what every run came to.
    """
    if share < CENT and not (decided and share == 0):
        return _("under 1 %")
    if share > 1 - CENT and not (decided and share == 1):
        return _("over 99 %")
    return f"{number(100 * share)} %"


def _baseline(row: Baseline) -> BaselineLine:
    return BaselineLine(
        number=row.number,
        name=row.name,
        cause=row.cause,
        adopted=day(row.adopted_on),
        by=row.recorded_by,
        fingerprint=row.fingerprint[:12],
    )


def _log(log: LogPage) -> tuple[LogLine, ...]:
    at = 1 if language() == "en" else 0
    lines = log_lines(log.entries, {key: names[at] for key, names in log.names.items()})
    return tuple(
        replace(line, details=": ".join(filter(None, (_slot(entry), line.details))))
        for line, entry in zip(lines, log.entries, strict=True)
    )


def _slot(entry: Any) -> str:
    return entry.project.slot.name if entry.project else str(entry.details.get("slot", ""))
