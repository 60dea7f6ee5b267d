"""How the kernels are compiled: once per machine, kept beside the code or where one may write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def kernel(function: Function) -> Function:
    """Compile a loop on first use and keep it; it runs without the interpreter's lock."""
    return cast(Function, njit(cache=True, nogil=True)(function))
