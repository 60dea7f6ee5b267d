"""What a forecast says a change that is asked for would do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from knutpunkt.core import clock
from knutpunkt.errors import KnutpunktError
from knutpunkt.programme.forecasting import AddSpare, Change, Drop, Substitute, what_if
from knutpunkt.programme.models import ChangeKind, Programme, Slot


def effect_of(
    programme: Programme, kind: str, *, slot: Slot | None, details: Mapping[str, str]
) -> dict[str, Any]:
    """Reckon what a change does to the clauses, to be kept beside the request.

    Empty where the change is of a kind that no simulation knows, or where nothing can be forecast.
    """
    change = _simulated(kind, slot, details)
    if change is None:
        return {}
    try:
        found = what_if(programme=programme.key, as_of=clock.today(), changes=[change])
    except KnutpunktError:
        return {}  # the request stands without it; what is wrong with it the service says
    kept = found.as_dict()
    return {name: kept[name] for name in ("as_of", "runs", "clauses", "together")}


def _simulated(kind: str, slot: Slot | None, details: Mapping[str, str]) -> Change | None:
    if kind == ChangeKind.INSERT:
        return AddSpare()
    if slot is None:
        return None
    if kind == ChangeKind.DROP:
        return Drop(slot.key)
    if kind == ChangeKind.SUBSTITUTE:
        return Substitute(slot.key, details.get("municipality", ""))
    return None
