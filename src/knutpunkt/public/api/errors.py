"""Every refusal of the API in one shape, and the one place that maps refusals to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from ninja import Field, NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError

from knutpunkt.engines.hours import HoursRefused
from knutpunkt.engines.travel.errors import TravelRefused
from knutpunkt.errors import KnutpunktError

READ_ONLY = ("GET", "HEAD")
SEE_DOCS = "What can be asked is described at /api/docs."
ENGINE_REFUSALS: tuple[type[Exception], ...] = (HoursRefused, TravelRefused)


class Problem(Schema):
    """Why a question was not answered."""

    code: str = Field(description="Stable name of the refusal.", examples=["unknown-key"])
    message: str = Field(description="What is wrong, in a sentence.")
    hint: str = Field(description="What to do about it; may be empty.")
    field: str | None = Field(None, description="The parameter it is about, where it is one.")


class ParameterRefused(KnutpunktError):
    """A parameter has a value that nothing in the register has."""

    code = "parameter-refused"
    status = 422

    def __init__(self, *, field: str, message: str, hint: str = "") -> None:
        self.field = field
        self.hint = hint
        super().__init__(message)


class UnknownKey(ParameterRefused):
    """A parameter names something that is not on record."""

    code = "unknown-key"


class PlaceMissing(ParameterRefused):
    """Nobody said from where the distance is to be measured."""

    code = "place-missing"


def problem(status: int, code: str, message: str, hint: str, field: str | None) -> HttpResponse:
    """Answer in the shape every refusal has."""
    said = {"code": code, "message": message, "hint": hint, "field": field}
    return JsonResponse(said, status=status, json_dumps_params={"ensure_ascii": False})


def register_refusals(api: NinjaAPI) -> None:
    """Tell the API how each kind of refusal is answered."""
    api.add_exception_handler(KnutpunktError, _refusal)
    for refused in ENGINE_REFUSALS:
        api.add_exception_handler(refused, _engine_refusal)
    api.add_exception_handler(ValidationError, _unreadable)
    api.add_exception_handler(Http404, _not_found)
    api.add_exception_handler(HttpError, _http_error)


def only_reading(view: Callable[..., Any]) -> Callable[..., HttpResponseBase]:
    """Answer other methods than reading in the one shape; HEAD is a GET whose body is cut off."""

    @wraps(view)
    def reading(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in READ_ONLY:
            message = f"{request.method} is not allowed: the API only reads."
            refused = problem(405, "method-not-allowed", message, SEE_DOCS, None)
            refused["Allow"] = ", ".join(READ_ONLY)
            return refused
        request.method = "GET"
        answer: HttpResponseBase = view(request, *args, **kwargs)
        return answer

    reading.csrf_exempt = True  # type: ignore[attr-defined]  # how Django marks a view; nothing is written here
    return reading


def unknown_address(request: HttpRequest) -> HttpResponse:
    """Answer for an address below /api/ that leads nowhere."""
    return problem(404, "not-found", f"There is nothing at {request.path}.", SEE_DOCS, None)


def _refusal(_request: HttpRequest, refused: Any) -> HttpResponse:
    field = getattr(refused, "field", None)
    return problem(refused.status, refused.code, str(refused), refused.hint, field)


def _engine_refusal(_request: HttpRequest, refused: Any) -> HttpResponse:
    return problem(422, refused.code.replace("_", "-"), str(refused), refused.hint, None)


def _unreadable(_request: HttpRequest, refused: Any) -> HttpResponse:
    """Name the first parameter that cannot be read, in the words of the validation."""
    first = refused.errors[0]
    field = str(first["loc"][-1])
    message = f"The parameter “{field}” cannot be read: {first['msg']}."
    return problem(422, "parameter-unreadable", message, SEE_DOCS, field)


def _not_found(request: HttpRequest, _refused: Any) -> HttpResponse:
    return unknown_address(request)


def _http_error(_request: HttpRequest, refused: Any) -> HttpResponse:
    return problem(refused.status_code, "not-possible", str(refused), SEE_DOCS, None)
