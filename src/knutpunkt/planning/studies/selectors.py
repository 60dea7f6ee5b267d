"""Reads of studies. Every function states how many queries it takes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from knutpunkt.core.models import Run
from knutpunkt.core.text import fold
from knutpunkt.mandates.models import Clause, Mandate
from knutpunkt.network.models import AreaEdition, Place
from knutpunkt.network.selectors import network_on
from knutpunkt.planning.drawing import dot
from knutpunkt.planning.errors import QuestionRefused, StudyUnknown
from knutpunkt.planning.models import (
    DemandPoint,
    Study,
    StudyAnswer,
    StudyPrices,
    StudySeries,
    StudyVersion,
)
from knutpunkt.planning.studies.services import RUN_KIND

LARGEST_COMPARISON = 4


def studies_listed(*, approved_only: bool = False) -> QuerySet[Study]:
    """Studies outside series, latest first, with where they stand: one query."""
    found = Study.objects.filter(series=None).select_related("current__answer", "approved")
    return found.exclude(approved=None) if approved_only else found


def series_listed() -> QuerySet[StudySeries]:
    """Every series, latest first: one query."""
    return StudySeries.objects.all()


def study_get(study: uuid.UUID) -> Study:
    """Read a study with the version it stands at: one query.

    Raises
    ------
    StudyUnknown
        When there is none with this number.
    """
    found = Study.objects.select_related("current", "approved", "series").filter(pk=study).first()
    if found is None:
        raise StudyUnknown(which=study)
    return found


def version_get(study: Study, number: int) -> StudyVersion:
    """Read a version of a study: one query.

    Raises
    ------
    StudyUnknown
        When the study has no version of this number.
    """
    found = study.versions.select_related("study").filter(number=number).first()
    if found is None:
        raise StudyUnknown(which=f"{study.pk} ({number})")
    return found


def versions_of(study: Study) -> QuerySet[StudyVersion]:
    """Every version of a study with its parent and answer, latest first: one query."""
    return study.versions.select_related("parent", "answer").order_by("-number")


def answer_of(version: StudyVersion) -> tuple[StudyAnswer | None, StudyPrices | None]:
    """Read the answer of a version and its prices: one query."""
    found = StudyAnswer.objects.select_related("prices").filter(version=version).first()
    return found, getattr(found, "prices", None)


def run_of(version: StudyVersion) -> Run | None:
    """Read the latest run that answers a version: one query."""
    runs = Run.objects.filter(kind=RUN_KIND, question__version=version.pk)
    return runs.order_by("-requested_at", "-pk").first()


def versions_compared(keys: Sequence[str]) -> list[StudyVersion]:
    """Read the versions to set side by side, in the order asked for: one query.

    Raises
    ------
    StudyUnknown
        When one of them is none.
    QuestionRefused
        When there are too many.
    """
    if len(keys) > LARGEST_COMPARISON:
        raise QuestionRefused(
            reason=_("%(n)s plans are too many to compare.") % {"n": len(keys)},
            hint=_("Choose at most four."),
        )
    numbers = [int(key) if key.isdigit() else 0 for key in keys]
    rows = StudyVersion.objects.select_related("study", "answer__prices").in_bulk(numbers)
    for key, number in zip(keys, numbers, strict=True):
        if number not in rows:
            raise StudyUnknown(which=key)
    return [rows[number] for number in numbers]


def series_get(series: uuid.UUID) -> StudySeries:
    """Read a series: one query.

    Raises
    ------
    StudyUnknown
        When there is none with this number.
    """
    found = StudySeries.objects.filter(pk=series).first()
    if found is None:
        raise StudyUnknown(which=series)
    return found


def studies_in(series: StudySeries) -> list[Study]:
    """Studies of a series with their answers: one query."""
    found = series.studies.select_related("current__answer")
    return sorted(found, key=lambda one: _varied(series, one))


def _varied(series: StudySeries, study: Study) -> float:
    """Return what varies as a study has it; one whose number was left out since stands first."""
    question = study.current.question if study.current else {}
    if series.vary == StudySeries.Vary.BUDGET:
        return float(question.get("spending", {}).get("most") or 0)
    return float(question.get(series.vary) or 0)


def paraphrases_of(mandate: str, language: str) -> dict[str, str]:
    """Clauses of a mandate in words, by key: one query, none without a mandate."""
    if not mandate:
        return {}
    rows = Clause.objects.filter(mandate__slug=mandate)
    return dict(rows.values_list("key", f"paraphrase_{language}"))


def mandate_title(mandate: str, language: str) -> str:
    """Title of a mandate: one query, none without a mandate."""
    if not mandate:
        return ""
    found = Mandate.objects.filter(slug=mandate).values_list(f"title_{language}", flat=True)
    return found.first() or mandate


def edition_title(slug: str) -> str:
    """Title of an edition of the list of areas in the reader's language: one query."""
    title = "title_sv" if (get_language() or "sv").startswith("sv") else "title_en"
    return AreaEdition.objects.filter(slug=slug).values_list(title, flat=True).first() or slug


def populations() -> list[date]:
    """Days whose population is on record, latest first: one query."""
    days = DemandPoint.objects.order_by("-population_on").values_list("population_on", flat=True)
    return list(days.distinct())


def place_key(text: str) -> tuple[str, str]:
    """Find a place by its key, its name, or its name and municipality: one query.

    Returns
    -------
    tuple
        Key and name.

    Raises
    ------
    QuestionRefused
        When there is none, or several of the name.
    """
    if text.startswith("area:"):
        return text, text.rpartition(":")[2]
    name, _comma, town = (part.strip() for part in text.partition(","))
    asked = Q(key=text) | Q(folded=fold(name), municipality__name__icontains=town)
    rows = Place.objects.exclude(lat=None).filter(asked).select_related("municipality")
    return _only(text, [(row.key, row.name, row.municipality.name) for row in rows])


def places_drawn() -> list[list[str]]:
    """Every place where an office may open, with where it lies on the map: one query.

    Returns
    -------
    list
        Of each its key, its name with its municipality, and its two coordinates on the drawing.
    """
    found = []
    for place in Place.objects.exclude(lat=None).select_related("municipality"):
        assert place.lat is not None
        assert place.lon is not None
        town = place.municipality.name
        at = dot(place.lat, place.lon, "place", place.name)
        named = place.name if place.name == town else f"{place.name}, {town}"
        found.append([place.key, named, at.x, at.y])
    return found


def office_key(text: str, *, on: date) -> tuple[str, str]:
    """Find an office surely open on a day, as :func:`place_key`: as many queries as a network.

    Raises
    ------
    QuestionRefused
        When there is none, or several of the name.
    """
    offices = network_on(on).open_offices()
    name, _comma, town = text.rpartition(",")
    asked = [one for one in offices if text == one.key or fold(one.name) == fold(text)] or [
        one
        for one in offices
        if fold(one.name) == fold(name) and fold(one.address.municipality) == fold(town)
    ]
    return _only(text, [(one.key, one.name, one.address.municipality) for one in asked])


def _only(text: str, found: Iterable[tuple[str, str, str]]) -> tuple[str, str]:
    several = list(found)
    if not several:
        raise QuestionRefused(
            reason=_("There is no place or office “%(text)s”.") % {"text": text},
            hint=_("Write its name as in the register, or its key."),
        )
    exact = [one for one in several if one[0] == text] or several
    if len(exact) > 1:
        places = "; ".join(f"{name}, {town}" for _key, name, town in exact)
        raise QuestionRefused(
            reason=_("“%(text)s” can be several: %(places)s.") % {"text": text, "places": places},
            hint=_("Write the municipality after a comma."),
        )
    return exact[0][0], exact[0][1]
