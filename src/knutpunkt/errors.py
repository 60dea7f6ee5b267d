"""The one base of all errors that a caller can act on. It lies below everything else."""

from __future__ import annotations

from typing import ClassVar


class KnutpunktError(Exception):
    """A sentence that says what and where is wrong, and a hint what to do about it."""

    code: ClassVar[str] = "error"
    hint: str = ""
    #: HTTP status of a page or API answer.
    status: ClassVar[int] = 400
    #: Exit code of a command: 1 for what is refused, 2 for what was asked or set up wrongly.
    exit_code: ClassVar[int] = 1
