"""Templates that come with the product: read from files, kept as rows by version."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from django.db import transaction

from knutpunkt.core.errors import NotFound
from knutpunkt.programme.models import (
    Template,
    TemplateActivity,
    TemplateGate,
    TemplateLink,
    TemplateRequirement,
)

FOLDER = "data/project_templates"
USUALLY_KEPT_BACK = "secret"


@transaction.atomic
def templates_load() -> None:
    """Keep every template of the package that is not on record yet. Asked again, it does nothing.

    A version on record is never changed: projects were built from it.
    """
    known = set(Template.objects.values_list("key", "version"))
    for content in _contents():
        if (content["key"], content["version"]) not in known:
            _keep(content)


def template_latest(key: str) -> Template:
    """Read the newest version of a template, with all its parts: five queries.

    Raises
    ------
    NotFound
        With the keys there are.
    """
    parts = ("activities", "links", "gates__requirements")
    found = Template.objects.prefetch_related(*parts).filter(key=key).order_by("-version").first()
    if found is None:
        known = ", ".join(sorted(set(Template.objects.values_list("key", flat=True)))) or "none"
        raise NotFound(f"There is no template “{key}”. Known are: {known}.")
    return found


def _contents() -> list[dict[str, Any]]:
    folder = files("knutpunkt").joinpath(FOLDER)
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".toml"))
    return [tomllib.loads(folder.joinpath(name).read_text(encoding="utf-8")) for name in names]


def _keep(content: Mapping[str, Any]) -> None:
    template = Template.objects.create(
        key=content["key"],
        version=content["version"],
        kind=content["kind"],
        title_sv=content["title_sv"],
        title_en=content["title_en"],
        source=content.get("source", ""),
    )
    for position, row in enumerate(content["activity"], start=1):
        TemplateActivity.objects.create(template=template, position=position, **_activity(row))
    for row in content["link"]:
        TemplateLink.objects.create(template=template, **_link(row))
    for position, row in enumerate(content["gate"], start=1):
        gate = TemplateGate.objects.create(template=template, position=position, **_gate(row))
        for order, asked in enumerate(row["evidence"], start=1):
            TemplateRequirement.objects.create(gate=gate, position=order, **_requirement(asked))


def _activity(row: Mapping[str, Any]) -> dict[str, Any]:
    low, mode, high = row["days"]
    kept = {name: value for name, value in row.items() if name != "days"}
    return {**kept, "low": low, "mode": mode, "high": high}


def _link(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "before": row["before"],
        "after": row["after"],
        "type": row.get("type", "FS"),
        "kind": row.get("kind", ""),
        "lag_days": row.get("lag", 0),
        "max_lag_days": row.get("max_lag"),
    }


def _gate(row: Mapping[str, Any]) -> dict[str, Any]:
    low, mode, high = row.get("recycle_days", (0, 0, 0))
    plain = ("key", "name_sv", "name_en", "activity", "recycle", "stop", "records", "basis_note")
    kept = {name: row[name] for name in plain if name in row}
    return {
        **kept,
        "also": " ".join(row.get("after", ())),
        "recycle_low": low,
        "recycle_mode": mode,
        "recycle_high": high,
    }


def _requirement(asked: list[str]) -> dict[str, Any]:
    key, name_sv, name_en, *rest = asked
    return {"key": key, "name_sv": name_sv, "name_en": name_en, "secret": USUALLY_KEPT_BACK in rest}
