"""Up to four versions side by side."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from knutpunkt.planning.drawing import Drawing
from knutpunkt.planning.errors import QuestionRefused, StudyUnknown
from knutpunkt.planning.models import StudyVersion
from knutpunkt.planning.pages import Reader
from knutpunkt.planning.studies import selectors
from knutpunkt.planning.studies.mapping import maps_of, named
from knutpunkt.planning.studies.objectives import OBJECTIVES, drawn, unit_of
from knutpunkt.planning.studies.question import question_of
from knutpunkt.planning.studies.sheets import Cell, Column, Sheet
from knutpunkt.planning.studies.tables import table_of
from knutpunkt.planning.studies.views import START, allowed, language

#: Figures of an answer that are set side by side, with their decimals.
COMPARED = (
    ("mean_after", 2),
    ("worst_after", 1),
    ("longest_after", 0),
    ("nearer", 0),
    ("further", 0),
)
WIDEST = 10_000


@require_GET
@allowed(START)
def comparison(request: HttpRequest) -> HttpResponse:
    """Set versions side by side: figures, and which places each opens and closes."""
    keys = list(dict.fromkeys(request.GET.getlist("v")))
    try:
        versions = selectors.versions_compared(keys)
    except StudyUnknown:
        raise Http404 from None
    except QuestionRefused as refusal:
        found = {"refused": f"{refusal} {refusal.hint}"}
        return render(request, "planning/comparison.html", found, status=400)
    reader = Reader(language())
    sheets = [figures_compared(versions), places_compared(versions)] if versions else []
    maps = plans_drawn(versions)
    shown = {
        "versions": versions,
        "maps": maps,
        "kinds": set[str]().union(*(one.kinds for one in maps)),
        "tables": [table_of(sheet, reader, shown=WIDEST, whole=True) for sheet in sheets],
    }
    return render(request, "planning/comparison.html", shown)


def plans_drawn(versions: list[StudyVersion]) -> list[Drawing]:
    """Draw the network after each plan there is."""
    plans = [one for one in versions if _has_plan(one)]
    return [replace(maps_of(one.answer.effects)[-1], label=str(one)) for one in plans]


def _has_plan(version: StudyVersion) -> bool:
    answer = getattr(version, "answer", None)
    return answer is not None and answer.objective is not None


def figures_compared(versions: list[StudyVersion]) -> Sheet:
    """Set the headline figures side by side; nothing where a version has no plan."""
    names = {
        "mean_after": _("Mean minutes to the nearest office"),
        "worst_after": _("Mean minutes of the worst-off twentieth"),
        "longest_after": _("Longest way, minutes"),
        "nearer": _("Residents who get nearer"),
        "further": _("Residents who travel further"),
    }
    reader = Reader(language())
    asked = [question_of(one.question) for one in versions]
    by_budget = _("by the budget")
    rows: list[tuple[Cell, ...]] = [
        (_("Objective"), *(_(OBJECTIVES[one.objective].title) for one in asked)),
        (_("Offices to open"),
         *(by_budget if one.open is None else str(one.open) for one in asked)),
        (_("Offices to close"),
         *(by_budget if one.close is None else str(one.close) for one in asked)),
        (_("Answer"), *(_status(one) for one in versions)),
        (_("What is made least"), *(_made_least(one, reader) for one in versions)),
    ]  # fmt: skip
    if any(_money(one) for one in versions):
        rows.append((_("Cost over the years"), *(_cost(one, reader) for one in versions)))
    rows += [
        (names[key], *(_figure(one, key, decimals, reader) for one in versions))
        for key, decimals in COMPARED
    ]
    return Sheet("figures", _("Figures"), "", _columns(versions, _("Figure")), tuple(rows))


def places_compared(versions: list[StudyVersion]) -> Sheet:
    """Set what opens and closes side by side; what all of them do stands first."""
    words = {"opened": _("opens"), "closed": _("closes")}
    states = [
        {site["key"]: site for site in sites if site["state"] in words}
        for sites in (_sites(one) for one in versions)
    ]
    names = {key: named(site) for one in states for key, site in one.items()}
    rows = [
        (name, *(words[one[key]["state"]] if key in one else "" for one in states))
        for key, name in names.items()
    ]
    rows.sort(key=lambda row: (row[1:].count(""), row[0]))
    return Sheet("places", _("Places"), "", _columns(versions, _("Place")), tuple(rows))


def _columns(versions: list[StudyVersion], head: str) -> tuple[Column, ...]:
    return (Column(head), *(Column(str(one)) for one in versions))


def _sites(version: StudyVersion) -> list[dict[str, str]]:
    answer = getattr(version, "answer", None)
    return list(answer.effects.get("sites", ())) if answer else []


def _status(version: StudyVersion) -> str:
    answer = getattr(version, "answer", None)
    return str(answer.get_status_display()) if answer else _("none yet")


def _made_least(version: StudyVersion, reader: Reader) -> str:
    """Write the value of the objective with its unit."""
    answer, question = getattr(version, "answer", None), question_of(version.question)
    if answer is None or answer.objective is None:
        return ""
    persons = answer.effects["summary"]["persons"]
    value = drawn(question, answer.objective, persons)
    assert value is not None
    decimals = OBJECTIVES[question.objective].decimals
    return f"{reader.number(value, decimals)} {unit_of(question, reader)}"


def _money(version: StudyVersion) -> dict[str, float] | None:
    answer = getattr(version, "answer", None)
    return answer.effects.get("spending") if answer else None


def _cost(version: StudyVersion, reader: Reader) -> str:
    money = _money(version)
    return reader.number(money["total"]) if money else ""


def _figure(version: StudyVersion, key: str, decimals: int, reader: Reader) -> str:
    answer = getattr(version, "answer", None)
    if answer is None or answer.objective is None:
        return ""
    return reader.number(answer.effects["summary"][key], decimals)
