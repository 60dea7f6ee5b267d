"""The one base of all errors that a caller can act on. It lies below everything else."""

from __future__ import annotations

from typing import ClassVar


class KnutpunktError(Exception):
    """A sentence that says what and where is wrong, and a hint what to do about it."""

    code: ClassVar[str] = "error"
    hint: str = ""
    #: HTTP status of a page or API answer. The exit code of a command is 1 for every refusal.
    status: ClassVar[int] = 400
