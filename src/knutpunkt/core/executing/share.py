"""How much of a machine one worker may use."""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass

from knutpunkt.errors import KnutpunktError

#: Read by numpy's linear algebra, by numba and by the location engine when they are loaded.
THREADS_ARE_READ_FROM = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS",
    "KNUTPUNKT_THREADS",
)  # fmt: skip
MEGABYTE = 2**20


class ShareInvalid(KnutpunktError):
    """A share of the machine makes no sense."""

    code = "share-invalid"
    exit_code = 2
    hint = "Give whole numbers: at least 1 worker, 1 thread each, and 256 megabytes each."

    def __init__(self, *, what: str, given: object) -> None:
        super().__init__(f"{given!r} is no number of {what}.")


#: With less, not even numpy and the compiled loops can be loaded.
LEAST_MEGABYTES = 256


@dataclass(frozen=True, slots=True)
class Share:
    """What each worker may use.

    Parameters
    ----------
    threads
        How many threads a worker computes with.
    megabytes
        Most memory of its own that a worker may take; none is no limit.

    Raises
    ------
    ShareInvalid
        When a number is below the least.
    """

    threads: int = 1
    megabytes: int | None = None

    def __post_init__(self) -> None:
        if self.threads < 1:
            raise ShareInvalid(what="threads", given=self.threads)
        if self.megabytes is not None and self.megabytes < LEAST_MEGABYTES:
            raise ShareInvalid(what="megabytes for a worker", given=self.megabytes)

    def take(self) -> None:
        """Keep this process within its share. Called before anything that computes is loaded."""
        os.environ.update(dict.fromkeys(THREADS_ARE_READ_FROM, str(self.threads)))
        if self.megabytes is not None:
            # Of all limits this one alone counts what a process takes and not what it maps.
            hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
            most = self.megabytes * MEGABYTE
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
