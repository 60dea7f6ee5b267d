"""How the kernels are compiled: once per machine, kept beside the code or where one may write."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def _family() -> str:
    """What all kernels look like: a compiled one holds the code of those it calls."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


FAMILY = _family()


def kernel(function: Function) -> Function:
    """Compile a loop on first use and keep it; it runs without the interpreter's lock.

    numba looks only at the file of the function itself to see whether what it kept is still good,
    so the look of all kernels is added to what it compares.
    """
    compiled = njit(cache=True, nogil=True)(function)
    kept: Any = getattr(getattr(compiled, "_cache", None), "_cache_file", None)
    if hasattr(kept, "_source_stamp"):
        stamp = (kept._source_stamp, FAMILY)  # noqa: SLF001  # numba has no public name for it
        kept._source_stamp = stamp  # noqa: SLF001
    return cast(Function, compiled)
