"""Workers of a dask.distributed cluster, on any number of machines.

The scheduler gives the jobs of a worker that died to others, and gives a job up whose workers died
more often than its setting ``distributed.scheduler.allowed-failures`` (3) says.
"""

from __future__ import annotations

import pickle
import queue
import time
import uuid
from collections.abc import Generator, Iterable, Iterator
from typing import Any

from knutpunkt.core.executing.jobs import (
    LOOK_EVERY,
    Cancelled,
    Job,
    Outcome,
    cannot_travel,
    carried_out_there,
    each_once,
    packed,
    worker_lost,
)
from knutpunkt.errors import KnutpunktError

REACH_WITHIN = 10.0
#: Jobs waiting at the scheduler for each that is under way, so that no worker waits for us.
AHEAD = 2
#: Seconds between two questions of a worker whether the work is called off.
ASK_EVERY = 1.0


class ClusterMissing(KnutpunktError):
    """The library for clusters is not installed."""

    code = "cluster-missing"
    exit_code = 2
    hint = 'Install it with: pip install "knutpunkt[cluster]"'

    def __init__(self) -> None:
        super().__init__("Work on a cluster needs the library distributed.")


class ClusterUnreachable(KnutpunktError):
    """Nobody answers where the scheduler of the cluster should be."""

    code = "cluster-unreachable"
    hint = "Start it with: dask scheduler; give its address, such as tcp://10.0.0.5:8786."

    def __init__(self, *, address: str, why: str) -> None:
        super().__init__(f"No cluster answers at “{address}”: {why}")


class ClusterLost(KnutpunktError):
    """The scheduler went away while jobs were under way."""

    code = "cluster-lost"
    hint = "Start the scheduler again and ask once more; what had arrived is kept."

    def __init__(self, *, left: int) -> None:
        super().__init__(f"The cluster went away with {left} jobs unfinished.")


class Cluster:
    """Carries out jobs on a dask.distributed cluster.

    Knutpunkt has to be installed where its workers run. What each may use is said when they are
    started.

    Parameters
    ----------
    address
        Where its scheduler listens, such as ``tcp://10.0.0.5:8786``.

    Raises
    ------
    ClusterMissing, ClusterUnreachable
        When there is none to work on.
    """

    def __init__(self, address: str) -> None:
        try:
            import distributed
        except ImportError:
            raise ClusterMissing from None
        self._distributed: Any = distributed  # partly without types
        self._address = address
        self.workers = self._counted()

    def outcomes(
        self, jobs: Iterable[Job], *, cancelled: Cancelled | None = None
    ) -> Generator[Outcome, None, None]:
        """As :meth:`Executor.outcomes`."""
        waiting = each_once(jobs)
        with self._client() as client:
            round_ = _Round(self._distributed, client)
            try:
                while round_.give_out(waiting, AHEAD * self.workers):
                    if cancelled is not None and cancelled():
                        return
                    yield from round_.arrived()
            finally:
                round_.end()

    def _client(self) -> Any:
        try:
            return self._distributed.Client(
                self._address, timeout=REACH_WITHIN, set_as_default=False
            )
        except (OSError, ValueError, TypeError) as problem:
            why = str(problem).strip() or "it does not answer in time."
            raise ClusterUnreachable(address=self._address, why=why) from problem

    def _counted(self) -> int:
        with self._client() as client:
            try:
                client.wait_for_workers(1, timeout=REACH_WITHIN)
            except TimeoutError:
                raise ClusterUnreachable(address=self._address, why="it has no workers.") from None
            return max(1, int(sum(client.nthreads().values())))


class _Round:
    """The jobs of one call, on their way."""

    def __init__(self, distributed: Any, client: Any) -> None:
        self._distributed, self._client = distributed, client
        self._name = f"knutpunkt-{uuid.uuid4().hex}"
        self._stop = distributed.Event(self._name, client=client)
        self._under_way: dict[Any, str] = {}
        self._done: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def give_out(self, jobs: Iterator[Job], most: int) -> bool:
        """Send jobs as long as there is room; whether any is under way."""
        while len(self._under_way) < most and (job := next(jobs, None)) is not None:
            packed(job)
            future = self._client.submit(
                _done_there, job, self._name, key=f"{self._name}-{job.key}", pure=False
            )
            self._under_way[future.key] = job.key
            future.add_done_callback(self._done.put)
        return bool(self._under_way)

    def arrived(self) -> Iterator[Outcome]:
        """Listen for a moment and give what arrived."""
        try:
            future = self._done.get(timeout=LOOK_EVERY)
        except queue.Empty:
            return
        key = self._under_way.pop(future.key)
        if future.status in ("cancelled", "lost"):
            raise ClusterLost(left=len(self._under_way) + 1)
        yield self._outcome(key, future)

    def end(self) -> None:
        """Call off what is under way: what waits is dropped, what works is told to stop."""
        if self._under_way and self._client.status == "running":
            self._stop.set()

    def _outcome(self, key: str, future: Any) -> Outcome:
        try:
            found: Outcome = pickle.loads(future.result())  # noqa: S301  # packed by our own worker
        except self._distributed.KilledWorker as death:
            return Outcome(key, refusal=worker_lost(key, self._failures(death)))
        except Exception as problem:  # noqa: BLE001  # whatever it is, whoever asked must hear
            return Outcome(key, refusal=cannot_travel(key, problem))
        return found

    def _failures(self, death: Any) -> int:
        return int(getattr(death, "allowed_failures", 0)) + 1


def _done_there(job: Job, stop: str) -> bytes:
    """Do a job on a worker of the cluster, which now and then asks whether to go on."""
    import distributed

    library: Any = distributed
    event, asked_at = library.Event(stop), time.monotonic()

    def cancel() -> bool:
        nonlocal asked_at
        if time.monotonic() - asked_at < ASK_EVERY:
            return False
        asked_at = time.monotonic()
        return bool(event.is_set())

    return carried_out_there(job, cancel)
