"""New visits in the tables of an answer: a column beside the visits that only move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from knutpunkt.planning.models import StudyAnswer, StudyPrices
from knutpunkt.planning.studies.induced import induced_sentence
from knutpunkt.planning.studies.sheets import Column, Sheet, change_of_load, sheets_of
from knutpunkt.planning.studies.wording import Rules

Kept = Mapping[str, Any]


def tables_of(answer: StudyAnswer, prices: StudyPrices | None, rules: Rules) -> list[Sheet]:
    """Spread an answer with a plan over its tables, with the visits that would be new.

    Answers from before new visits were estimated have none.
    """
    sheets, effects = sheets_of(answer, prices, rules), answer.effects
    induced = effects.get("induced")
    if induced is None:
        return sheets
    opened = [site for site in effects["sites"] if site["state"] == "opened"]
    rows = {"opened": opened, "load": sorted(effects["sites"], key=change_of_load)}
    said = f"{induced_sentence(induced, rules.reader)} {_made_up(effects)}".strip()
    return [
        _with_new_visits(sheet, rows[sheet.key], induced, said if sheet.key == "load" else "")
        if sheet.key in rows
        else sheet
        for sheet in sheets
    ]


def _made_up(effects: Kept) -> str:
    """Name the offices whose visits are simulated."""
    keys = effects["load"].get("simulated", ())
    names = sorted(site["name"] for site in effects["sites"] if site["key"] in keys)
    return _("Simulated visits: %(names)s.") % {"names": ", ".join(names)} if names else ""


def _with_new_visits(sheet: Sheet, sites: Sequence[Kept], induced: Kept, said: str) -> Sheet:
    """Add a column to a table with one row per site, after its first numbers."""
    numbers = [column.decimals is not None for column in sheet.columns]
    at = numbers.index(False, numbers.index(True))
    visits = induced.get("sites", {})
    rows = tuple(
        (*row[:at], visits.get(site["key"]), *row[at:])
        for row, site in zip(sheet.rows, sites, strict=True)
    )
    columns = (*sheet.columns[:at], Column(_("New visits a year"), 0), *sheet.columns[at:])
    return replace(sheet, columns=columns, rows=rows, note=f"{sheet.note} {said}".strip())
