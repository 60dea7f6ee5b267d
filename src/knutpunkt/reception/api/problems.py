"""What the API itself refuses, and the one shape in which every refusal is told."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import BaseModel, Field, ValidationError

from knutpunkt.errors import KnutpunktError

SEE_DOCS = "What can be asked is described at /api/reception/openapi.json."


class Problem(BaseModel):
    """Why a request was not carried out."""

    code: str = Field(description="Stable name of the refusal.", examples=["changed-meanwhile"])
    message: str = Field(description="What is wrong, in a sentence.")
    hint: str = Field(description="What to do about it; may be empty.")
    field: str | None = Field(None, description="The part of the request it is about.")


class AddressUnknown(KnutpunktError):
    """There is nothing at this address."""

    code = "not-found"
    hint = SEE_DOCS
    status = 404

    def __init__(self, *, path: str) -> None:
        super().__init__(f"There is nothing at {path[:200]}.")


class MethodNotAllowed(KnutpunktError):
    """The address is asked in another way than it can be."""

    code = "method-not-allowed"
    status = 405

    def __init__(self, *, method: str, allowed: tuple[str, ...]) -> None:
        self.allowed = allowed
        self.hint = f"Use {', '.join(allowed)}."
        super().__init__(f"{method[:20]} is not allowed here.")


class LengthMissing(KnutpunktError):
    """A body of unknown length is not read, and never passed over."""

    code = "length-missing"
    hint = gettext_noop("Send the body whole, with Content-Length.")
    status = 411

    def __init__(self) -> None:
        super().__init__(_("The request does not say how long its body is."))


class BodyTooLarge(KnutpunktError):
    """More was sent than any action needs."""

    code = "body-too-large"
    hint = "No action needs more than a few fields."
    status = 413

    def __init__(self, *, most: int) -> None:
        super().__init__(f"The body is larger than {most} bytes.")


class BodyUnreadable(KnutpunktError):
    """The body is not the JSON object it should be."""

    code = "body-unreadable"
    hint = "Send a JSON object in UTF-8, or nothing."
    status = 422


class ValueUnreadable(KnutpunktError):
    """A part of the request has a value that it cannot have."""

    code = "value-unreadable"
    hint = SEE_DOCS
    status = 422

    def __init__(self, *, field: str, reason: str) -> None:
        self.field = field
        super().__init__(f"“{field}” cannot be read: {reason}.")


class NoSimulationHere(KnutpunktError):
    """Another time was claimed where only the clock counts."""

    code = "no-simulation-here"
    hint = "Start the server with KNUTPUNKT_SIMULATION=1, or leave X-Simulated-At out."
    status = 403

    def __init__(self) -> None:
        super().__init__("This server goes by its own clock.")


class TooManyRequests(KnutpunktError):
    """A device asks for more tickets than any room could hold."""

    code = "too-many-requests"
    hint = "Wait a minute."
    status = 429

    def __init__(self, *, per_minute: int) -> None:
        super().__init__(f"This device may give out {per_minute} tickets a minute.")


class DatabaseAway(KnutpunktError):
    """The database did not answer; nothing was changed."""

    code = "database-away"
    hint = "Send the same request again, with the same Idempotency-Key."
    status = 503

    def __init__(self) -> None:
        super().__init__("The database does not answer now.")


class Broken(KnutpunktError):
    """Something failed that should not have; the log of the server says what."""

    code = "broken"
    hint = "Tell whoever runs the server; the log says more."
    status = 500

    def __init__(self) -> None:
        super().__init__("Something went wrong here, and nothing was changed.")


def told(refused: KnutpunktError) -> dict[str, Any]:
    """Put a refusal into the one shape."""
    return {
        "code": refused.code,
        "message": str(refused),
        "hint": str(refused.hint),
        "field": getattr(refused, "field", None),
    }


def unreadable(refused: ValidationError) -> ValueUnreadable:
    """Name the first value that cannot be read, in the words of the validation."""
    first = refused.errors(include_url=False, include_context=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or "body"
    return ValueUnreadable(field=field, reason=first["msg"])
