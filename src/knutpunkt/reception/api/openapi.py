"""The description of the API in OpenAPI 3.1, made from the table of what can be asked."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from knutpunkt import __version__
from knutpunkt.reception.api.answers import ANSWERS
from knutpunkt.reception.api.problems import Problem
from knutpunkt.reception.api.schemas import Body, NoQuery
from knutpunkt.reception.api.ways import Way
from knutpunkt.reception.models import PER_OFFICE

ABOUT = """\
What happens at the desk of one office: tickets are given out, visitors are called, served and sent
on, and every answer carries the ticket's `number`, the errand's `state` and `version`, and the
gapless `office_seq` of the event that says so.

Send `Authorization: Bearer …` with a token of the office (`knutpunkt reception token`). A token
opens one office in one role; what belongs to others is answered like what does not exist.
Every field has a usual value, so an empty body is a whole request. A request with an
`Idempotency-Key` is carried out once, however often it is sent. Every refusal has the same shape:
`code`, `message`, `hint`, `field`.
"""
REF = "#/components/schemas/{model}"
#: Refusals any request may meet, and what they mean.
MEANINGS = {
    401: "No token in force was sent.",
    403: "The role may not do this, or claims a time where only the clock counts.",
    404: "There is no such thing for this token.",
    405: "The address is asked in another way.",
    409: "The errand, the counter or the office is not as the action needs it.",
    411: "The length of the body is missing.",
    413: "The body is too large.",
    422: "A value cannot be read, or nothing here has it.",
    429: "The device asks too often.",
    503: "The database does not answer now; nothing was changed.",
}
ALWAYS = (401, 403, 404, 422, 503)
HEADERS = (
    {
        "name": "Idempotency-Key", "in": "header", "required": False,
        "description": "The request is carried out once under this key at this office.",
        "schema": {"type": "string", "maxLength": 64, "pattern": "^[A-Za-z0-9._~-]*$"},
    },
)  # fmt: skip
WORDS: dict[str, dict[str, Any]] = {
    "office": {
        "description": "Key of the token's office.",
        "schema": {"type": "string", "pattern": "^[-a-z0-9]{1,50}$"},
    },
    "errand": {
        "description": "Number of the errand, as the ticket's answer says it.",
        "schema": {"type": "integer", "minimum": PER_OFFICE, "maximum": 2**53 - 1},
    },
}


@lru_cache(maxsize=1)
def described(rows: Iterable[Way]) -> dict[str, Any]:
    """Describe every row of the table."""
    models = _models(rows)
    _, schemas = models_json_schema([(model, "validation") for model in models], ref_template=REF)
    paths: dict[str, dict[str, Any]] = {}
    for row in rows:
        paths.setdefault(f"/api/reception/{row.path}", {})[row.method.lower()] = _operation(row)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Knutpunkt reception", "version": __version__, "description": ABOUT},
        "paths": paths,
        "components": {
            "schemas": schemas.get("$defs", {}),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _models(rows: Iterable[Way]) -> list[type[BaseModel]]:
    taken = {row.takes or Body for row in rows if row.method != "GET"}
    found: set[type[BaseModel]] = {*taken, *ANSWERS.values(), Problem}
    return sorted(found, key=lambda model: model.__name__)


def _operation(row: Way) -> dict[str, Any]:
    changes = row.method != "GET"
    said: dict[str, Any] = {
        "operationId": row.does.__name__ if row.does.__name__ != "deed" else _name(row),
        "summary": row.summary,
        "parameters": [*_path(row), *_query(row), *(HEADERS if changes else ())],
        "responses": _responses(row),
    }
    if row.needs:
        said["description"] = f"Needs a role that may: {row.needs}."
    if changes:
        content = {"application/json": {"schema": _ref(row.takes or Body)}}
        said["requestBody"] = {"required": False, "content": content}
    return said


def _name(row: Way) -> str:
    return "errand_" + row.parts[-1].replace("-", "_")


def _path(row: Way) -> list[dict[str, Any]]:
    return [
        {"name": part[1:-1], "in": "path", "required": True, **WORDS[part[1:-1]]}
        for part in row.parts
        if part.startswith("{")
    ]


def _query(row: Way) -> list[dict[str, Any]]:
    schema = (row.asks or NoQuery).model_json_schema()
    needed = schema.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in needed, "schema": said}
        for name, said in schema.get("properties", {}).items()
    ]


def _responses(row: Way) -> dict[str, Any]:
    answer = {"application/json": {"schema": _ref(ANSWERS[row.answers])}}
    said: dict[str, Any] = {str(row.status): {"description": "Done.", "content": answer}}
    refused = {"application/json": {"schema": _ref(Problem)}}
    large = (411, 413) if row.method != "GET" else ()
    for status in sorted({*ALWAYS, *row.refusals, *large}):
        said[str(status)] = {"description": MEANINGS[status], "content": refused}
    return said


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": REF.format(model=model.__name__)}
