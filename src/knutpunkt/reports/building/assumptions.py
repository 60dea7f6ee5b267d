"""Assumptions of the forecast in the words of the report's language."""

from __future__ import annotations

import re

from knutpunkt.programme.models import TemplateActivity, TemplateGate

_GATE = re.compile(r"(\d+)% again, (.*) d; (\d+)% stopped")
_RISK = re.compile(r"(\d+)%, (.*) d")
_WORK = re.compile(r"([\d.–]+) d, (\w+)")
_CAUSE = re.compile(r"× exp\(([\d.]+) Z\), Z shared")
_SHAPES = {
    "pert": "PERT-fördelat", "triangular": "triangelfördelat",
    "lognormal": "lognormalt, P10 till P90", "fixed": "fast",
}  # fmt: skip


def template_notes() -> frozenset[str]:
    """Notes that come with the templates, which are written in English only: two queries."""
    return frozenset(
        note
        for kind in (TemplateActivity, TemplateGate)
        for note in kind.objects.exclude(basis_note="").values_list("basis_note", flat=True)
    )


def in_words(value: str, language: str) -> str:
    """Say the value of an assumption: ``5–10–20 d, pert`` is ``5–10–20 arbetsdagar, PERT-…``.

    Parameters
    ----------
    value
        As the forecast lists it, with days that are working days.
    language
        ``sv`` or ``en``; in English it stands as it is.
    """
    if language == "en":
        return value
    if value == "not open":
        return "inte öppet"
    if found := _GATE.fullmatch(value):
        again, days, stopped = found.groups()
        said = f"{again} procent görs om, {days} arbetsdagar; {stopped} procent stoppas"
    elif found := _RISK.fullmatch(value):
        said = f"{found[1]} procent, {found[2]} arbetsdagar"
    elif found := _WORK.fullmatch(value):
        said = f"{found[1]} arbetsdagar, {_SHAPES.get(found[2], found[2])}"
    elif found := _CAUSE.fullmatch(value):
        said = f"× exp({found[1]} Z), Z gemensam"
    else:
        said = value
    return re.sub(r"(?<=\d)\.(?=\d)", ",", said)
