"""How earlier forecasts fared, and by how much new ones are widened for it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from knutpunkt.engines.schedule.quantiles import Outcome, Quantiles
from knutpunkt.engines.schedule.widening import Widening, widening
from knutpunkt.programme.forecasting.answers import HitRate
from knutpunkt.programme.forecasting.curves import quantiles_of
from knutpunkt.programme.forecasting.known import days_of
from knutpunkt.programme.forecasting.problem import end_of, start_of
from knutpunkt.programme.forecasting.rows import Material, SlotRow
from knutpunkt.programme.models import StoredForecast


@dataclass(frozen=True, slots=True)
class Record:
    """What became of earlier forecasts by a day, and what follows for new ones."""

    widening: Widening

    def shown(self) -> HitRate | None:
        """The hit rate with its sentence; None where no forecast is due."""
        found = self.widening.record
        if not found.scored:
            return None
        sv = f"Öppningen kom senast vid P80 i {found.hits} av {found.scored} prognoser."
        en = f"The office opened by P80 in {found.hits} of {found.scored} forecasts."
        if self.widening.widened:
            factor = f"{self.widening.factor:.2f}"
            sv += f" Det är för sällan: denna prognos är vidgad {factor} gånger kring medianen."
            en += f" That is too rare: this forecast is spread {factor} times around its median."
        return HitRate(
            hits=found.hits,
            scored=found.scored,
            rate=found.rate,
            low=found.low,
            high=found.high,
            widened_by=self.widening.factor,
            sentence_sv=sv,
            sentence_en=en,
        )


def stored_before(material: Material) -> QuerySet[StoredForecast]:
    """Forecasts of this programme, or of the commission itself, made for an earlier day."""
    rows = StoredForecast.objects.filter(as_of__lt=material.as_of)
    if material.programme:
        return rows.filter(programme__key=material.programme)
    return rows.filter(mandate__slug=material.mandate, programme=None)


def record_of(material: Material) -> Record:
    """Hold the stored forecasts against what is known now: one query.

    Of several forecasts of a slot the earliest counts: later ones knew more, and counting all
    would let one opening speak many times. An unopened slot counts once its P80 has passed.
    """
    earlier = stored_before(material).order_by("as_of", "pk")
    results = list(earlier.values_list("result", flat=True))
    pairs = [
        (said, outcome)
        for slot in material.slots
        if (said := _earliest(results, slot.key)) and (outcome := outcome_of(slot))
    ]
    return Record(widening(pairs, known_on=end_of(material.as_of)))


def _earliest(results: Sequence[Mapping[str, Any]], slot: str) -> Quantiles | None:
    said = (quantiles_of(result, slot, widened=False) for result in results)
    return next((found for found in said if found is not None), None)


def outcome_of(slot: SlotRow) -> Outcome | None:
    """What is known of an opening; None for a slot that was dropped or stopped."""
    if slot.gone_on is not None:
        return None
    if slot.opened is not None:
        first, last = days_of(slot.opened, not_before=slot.starts_on)
        return Outcome(start_of(first), end_of(last))
    assert slot.shut_until is not None
    return Outcome(end_of(slot.shut_until), math.inf)
