"""How loops are compiled: once per machine, kept beside the code or where one may write."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


class Compile(Protocol):
    """A decorator that keeps the type of what it compiles."""

    def __call__(self, function: Function) -> Function:
        """Compile a loop on first use."""
        ...


def compiled_in(folder: Path) -> Compile:
    """Return the decorator of the loops in a folder, which may call each other.

    A compiled loop holds the code of those it calls, but numba looks only at the file of the loop
    itself to see whether what it kept is still good; so the look of the whole folder is added to
    what it compares. Loops run without the interpreter's lock.
    """
    digest = hashlib.sha256()
    for file in sorted(folder.glob("*.py")):
        digest.update(file.read_bytes())
    family = digest.hexdigest()

    def kernel(function: Function) -> Function:
        compiled = njit(cache=True, nogil=True)(function)
        kept: Any = getattr(getattr(compiled, "_cache", None), "_cache_file", None)
        if hasattr(kept, "_source_stamp"):
            stamp = (kept._source_stamp, family)  # noqa: SLF001  # numba has no public name for it
            kept._source_stamp = stamp  # noqa: SLF001
        return cast(Function, compiled)

    return kernel
