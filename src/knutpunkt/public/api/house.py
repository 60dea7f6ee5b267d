"""The API as a whole: its name, its documents, and how long an answer may be kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control, set_response_etag
from ninja import NinjaAPI
from ninja.openapi.docs import Swagger
from ninja.renderers import JSONRenderer

from knutpunkt import __version__
from knutpunkt.public.api import offices, register
from knutpunkt.public.api.errors import register_refusals

SECONDS_KEPT = 60
"""An opening decided this minute is seen in the next."""

ABOUT = """\
The network of service offices on any day, as known on any day: offices, counts, commissions and
the nearest open office. Everything is read only and needs no account.

Dates that are known only roughly are written in EDTF (ISO 8601-2) and evaluated as ranges, so an
answer may be “perhaps”, and a count may lie between `at_least` and `at_most`. Unknown is neither
closed nor zero. Every refusal has the same shape: `code`, `message`, `hint`, `field`.
"""


class ReadableJson(JSONRenderer):
    """JSON in which å, ä and ö stand as they are."""

    json_dumps_params = {"ensure_ascii": False}  # noqa: RUF012  # ninja's way


class ReadApi(NinjaAPI):
    """An API whose answers may be kept for a moment and asked for again by their fingerprint."""

    def create_response(
        self,
        request: HttpRequest,
        data: Any,
        *,
        status: int | None = None,
        temporal_response: HttpResponse | None = None,
    ) -> HttpResponse:
        """Render the answer; 304 without a body when the asker already has it (RFC 9110, 13)."""
        made = super().create_response(
            request, data, status=status, temporal_response=temporal_response
        )
        if made.status_code != 200:  # noqa: PLR2004  # a well-known number
            return made
        patch_cache_control(made, public=True, max_age=SECONDS_KEPT)
        set_response_etag(made)
        kept: Any = get_conditional_response(request, etag=made["ETag"], response=made)
        return kept if isinstance(kept, HttpResponse) else made


class Documents(Swagger):
    """The page that tries questions, with a way on for those without JavaScript."""

    template = "public/api_docs.html"


api = ReadApi(
    title="Knutpunkt",
    version=__version__,
    description=ABOUT,
    urls_namespace="api",
    renderer=ReadableJson(),
    openapi_url="/openapi.json",
    docs_url="/docs",
    # The page would otherwise offer to have the description checked by somebody else's server.
    docs=Documents(settings={"validatorUrl": None}),
)
api.add_router("", offices.router)
api.add_router("", register.router)
register_refusals(api)
