"""A stored forecast: the fan of openings, the chances of the clauses, every slot, every figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from knutpunkt.programme.drawing.fan import NARROW, WIDE, FanDay, fan
from knutpunkt.programme.drawing.shapes import Drawing
from knutpunkt.programme.models import ParameterBasis, StoredForecast
from knutpunkt.programme.pages.chances import Chance, chance_words
from knutpunkt.programme.pages.changes import per_cent
from knutpunkt.programme.pages.words import (
    NOTHING,
    day,
    language,
    moment,
    number,
    rough_day,
    with_spans_in_words,
)

Result = Mapping[str, Any]

#: Verdicts that nothing moves any more.
DECIDED = ("met", "breached", "impossible")


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """How likely a clause is to hold, how many it can spare and what binds it."""

    key: str
    paraphrase: str
    chance: Chance | None
    error: str
    sentence: str
    verdict: str
    binds: str
    over: bool


@dataclass(frozen=True, slots=True)
class SlotLine:
    """When an office opens, in quantiles."""

    key: str
    name: str
    state: str
    deadline: str
    days: tuple[str, ...]
    on_time: str
    trend: str


@dataclass(frozen=True, slots=True)
class FanLine:
    """A row of the table beside the fan: the same day."""

    day: str
    low: int
    middle: int
    high: int
    planned: str
    demanded: int
    actual: str


@dataclass(frozen=True, slots=True)
class ParameterLine:
    """A figure the forecast rests on."""

    name: str
    value: str
    basis: str
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class ForecastPage:
    """A forecast as it was made."""

    pk: int
    as_of: str
    made: str
    runs: str
    engine: str
    together: Chance | None
    slackless: str
    record: str
    widened: bool
    charts: tuple[Drawing, ...]
    fan: tuple[FanLine, ...]
    clauses: tuple[ClauseLine, ...]
    slots: tuple[SlotLine, ...]
    parameters: tuple[ParameterLine, ...]
    bases: str
    notes: tuple[str, ...]


def forecast_page(
    stored: StoredForecast,
    paraphrases: Mapping[str, str],
    windows: Mapping[str, date] | None = None,
) -> ForecastPage:
    """Write out a stored forecast.

    Parameters
    ----------
    paraphrases
        What each clause asks, by its key, in the language of the page.
    windows
        The last day of each clause, by its key.
    """
    result: Result = stored.result
    over = {key: last for key, last in (windows or {}).items() if last <= stored.as_of}
    names = {slot["key"]: slot["name"] for slot in result["slots"]}
    days = tuple(_fan_day(point) for point in result["fan"])
    record = result.get("record")
    return ForecastPage(
        pk=stored.pk,
        as_of=day(stored.as_of),
        made=_("%(when)s by %(who)s") % {"when": moment(stored.made_at), "who": stored.made_by},
        runs=number(stored.runs),
        engine=stored.engine,
        together=chance_words(result["all_clauses"], decided=_all_decided(result, over)),
        slackless=_slackless(row for row in result["clauses"] if row["key"] not in over),
        record=_in_language(record, "sentence") if record else "",
        widened=bool(record and record["widened_by"] > 1),
        charts=charts_of(days, stored.as_of) if days else (),
        fan=tuple(_fan_line(row) for row in days),
        clauses=tuple(_clause(row, names, paraphrases, over) for row in result["clauses"]),
        slots=tuple(_slot(row, stored.as_of) for row in result["slots"]),
        parameters=tuple(_parameter(row) for row in result["parameters"]),
        bases=_bases(result["parameters"]),
        notes=tuple(_in_language(note, "sentence") for note in result["notes"]),
    )


def _all_decided(result: Result, over: Mapping[str, date]) -> bool:
    """Whether the clauses together are certain: one is lost for good, or all are over or met."""
    rows = [row for row in result["clauses"] if row["probability"] is not None]
    lost = any(row["probability"] == 0 and _is_decided(row, over) for row in rows)
    return lost or all(_is_decided(row, over) for row in rows)


def _is_decided(row: Result, over: Mapping[str, date]) -> bool:
    lost = row["slack"] is not None and row["slack"] < 0
    return lost or row["verdict_now"] in DECIDED or row["key"] in over


def charts_of(days: tuple[FanDay, ...], as_of: date) -> tuple[Drawing, ...]:
    """The fan in a wide and in a narrow frame."""
    label = _("Openings by month as of %(day)s. The table below says the same.") % {
        "day": day(as_of)
    }
    words = {"as_of": day(as_of), "demanded": _("the commission asks for")}
    return tuple(
        fan(days, as_of=as_of, label=label, words=words, frame=frame) for frame in (WIDE, NARROW)
    )


def _fan_day(point: Result) -> FanDay:
    return FanDay(
        day=date.fromisoformat(point["day"]),
        low=point["p10"],
        middle=point["p50"],
        high=point["p90"],
        planned_least=point["planned_least"],
        planned_most=point["planned_most"],
        demanded=point["demanded"],
        actual_least=point["actual_least"],
        actual_most=point["actual_most"],
    )


def _fan_line(row: FanDay) -> FanLine:
    known = row.actual_least is not None and row.actual_most is not None
    return FanLine(
        day=day(row.day),
        low=row.low,
        middle=row.middle,
        high=row.high,
        planned=_between(row.planned_least, row.planned_most),
        demanded=row.demanded,
        actual=_between(row.actual_least or 0, row.actual_most or 0) if known else NOTHING,
    )


def _between(least: int, most: int) -> str:
    return str(least) if least == most else f"{least}–{most}"


def _slackless(clauses: Iterable[Result]) -> str:
    """Say which clauses cannot spare a single office."""
    keys = [row["key"] for row in clauses if row["slack"] == 0 and row["probability"] is not None]
    if not keys:
        return ""
    told = ngettext(
        "Zero slack: under the clause %(keys)s not one office can be spared.",
        "Zero slack: under the clauses %(keys)s not one office can be spared.",
        len(keys),
    )
    return told % {"keys": ", ".join(keys)}


def _clause(
    row: Result,
    names: Mapping[str, str],
    paraphrases: Mapping[str, str],
    over: Mapping[str, date],
) -> ClauseLine:
    verdicts = {
        "met": _("met"),
        "breached": _("breached"),
        "impossible": _("impossible"),
        "open": _("still running"),
        "undecided": _("undecided"),
    }
    return ClauseLine(
        key=row["key"],
        paraphrase=paraphrases.get(row["key"], ""),
        chance=chance_words(row["probability"], row["word"], decided=_is_decided(row, over)),
        error=_error(row["standard_error"]),
        sentence=_why(row, over.get(row["key"])),
        verdict=verdicts.get(row["verdict_now"], str(row["verdict_now"])),
        binds="" if row["key"] in over else ", ".join(names.get(key, key) for key in row["binds"]),
        over=row["key"] in over,
    )


def _why(row: Result, ended: date | None) -> str:
    """Why a clause has its chance; one whose time ran out can neither spare nor gain anything."""
    sentence = with_spans_in_words(_in_language(row, "sentence"))
    if ended is None or row["verdict_now"] == "met":
        return sentence
    told = _("The time ran out on %(day)s; nothing done now changes it.") % {"day": day(ended)}
    return told if row["slack"] is not None else f"{sentence} {told}"


def _error(share: float | None) -> str:
    """How far the runs may have missed the chance; nothing where that rounds to nothing."""
    points = number(100 * (share or 0), 1)
    return _("±%(n)s percentage points") % {"n": points} if points != number(0, 1) else ""


def _slot(row: Result, as_of: date) -> SlotLine:
    opened, deadline = row["opened_on"], date.fromisoformat(row["deadline"])
    states = {
        "opened": _("opened %(day)s") % {"day": rough_day(opened) if opened else NOTHING},
        "perhaps opened": _("perhaps opened"),
        "under way": "",
        "dropped": _("dropped"),
        "stopped": _("stopped"),
    }
    return SlotLine(
        key=row["key"],
        name=row["name"],
        state=states.get(row["state"], str(row["state"])),
        deadline=day(deadline),
        days=tuple(_quantile(row[name]) for name in ("p10", "p50", "p80", "p90")),
        on_time=per_cent(row["on_time"], decided=row["state"] != "under way" or deadline <= as_of),
        trend=trend_of(row["trend_days"]),
    )


def trend_of(days: int | None) -> str:
    """How far the median moved since the forecast before."""
    if days is None:
        return NOTHING
    if days == 0:
        return _("unchanged")
    later = ngettext("%(n)d day later", "%(n)d days later", days)
    earlier = ngettext("%(n)d day earlier", "%(n)d days earlier", -days)
    return (later if days > 0 else earlier) % {"n": abs(days)}


def _quantile(text: str | None) -> str:
    return day(date.fromisoformat(text)) if text else _("not foreseen")


def _parameter(row: Result) -> ParameterLine:
    return ParameterLine(
        name=_in_language(row, "name"),
        value=row["value"],
        basis=str(ParameterBasis(row["basis"]).label),
        why=_in_language(row, "why"),
        source=row["source"],
    )


def _bases(rows: Iterable[Result]) -> str:
    """How many figures stand on which basis."""
    found = Counter(row["basis"] for row in rows)
    return ", ".join(f"{found[basis]} {basis.label}" for basis in ParameterBasis if found[basis])


def _in_language(row: Result, name: str) -> str:
    return str(row[f"{name}_{language()}"])
