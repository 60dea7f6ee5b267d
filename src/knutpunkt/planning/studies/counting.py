"""Which sites a quota counts: of municipalities, counties, areas and their classes, or by name."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from knutpunkt.network.models import Area
from knutpunkt.network.selectors import area_test
from knutpunkt.planning.errors import QuestionRefused
from knutpunkt.planning.studies.ground import Ground
from knutpunkt.planning.studies.rules import WrittenRule


def quota_mask(ground: Ground, rule: WrittenRule) -> NDArray[np.bool_]:
    """Return which sites count for a quota, shape ``(sites,)``.

    Raises
    ------
    QuestionRefused
        When it names a place, an office or a class of areas that is not on record.
    """
    codes = set(rule.codes)
    if rule.scope == "area":
        areas = [area for area in ground.areas if area.municipality_id in codes]
        near = _next_to(ground, areas)
        inside = [spot.code in codes and by for spot, by in zip(ground.sites, near, strict=True)]
    elif rule.scope == "area_class":
        inside = _next_to(ground, _of_classes(ground, codes))
    elif rule.scope == "site":
        numbers = {ground.number_of(key) for key in codes}
        inside = [number in numbers for number in range(len(ground.sites))]
    elif rule.scope == "county":
        inside = [spot.county in codes for spot in ground.sites]
    else:
        inside = [spot.code in codes for spot in ground.sites]
    mask = np.array(inside, dtype=np.bool_)
    return mask if rule.counts == "all" else mask & ~ground.is_office


def _of_classes(ground: Ground, classes: Collection[str]) -> list[Area]:
    """Choose the areas of some classes; the register has to know every class."""
    known = {area.category for area in ground.areas}
    for one in sorted(set(classes) - known):
        raise QuestionRefused(
            reason=_("No area has the class “%(name)s”; these are on record: %(known)s.")
            % {"name": one, "known": ", ".join(sorted(known)) or "–"},
            hint=_("Correct the rule or leave it out."),
        )
    return [area for area in ground.areas if area.category in classes]


def _next_to(ground: Ground, areas: list[Area]) -> list[bool]:
    """Tell which sites lie in or next to any of some areas."""
    metres = ground.question.adjacent_metres
    found = (area_test(spot.lat, spot.lon, areas, ground.edition) for spot in ground.sites)
    return [one is not None and one.metres <= metres for one in found]
