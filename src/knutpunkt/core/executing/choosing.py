"""Which executor: as asked for, or as set up for this installation."""

from __future__ import annotations

import os

from knutpunkt.core.executing.jobs import Executor, Here
from knutpunkt.core.executing.pool import Pool
from knutpunkt.core.executing.share import Share, ShareInvalid, cores


def executor_of(
    *, workers: int | None = None, megabytes: int | None = None, cluster: str = ""
) -> Executor:
    """Return an executor.

    Parameters
    ----------
    workers
        Processes; one per core when not given. With one the work is done in this process, unless
        its memory is limited.
    megabytes
        Most memory of each.
    cluster
        Address of a cluster instead.

    Raises
    ------
    ShareInvalid, ClusterMissing, ClusterUnreachable
        When there is none such.
    """
    if cluster:
        from knutpunkt.core.executing.cluster import Cluster

        return Cluster(cluster)
    if (workers or cores()) == 1 and workers != 0 and megabytes is None:
        return Here()
    return Pool(workers, Share(megabytes=megabytes))


def executor_set_up() -> Executor:
    """Return the executor of this installation.

    ``KNUTPUNKT_WORKERS`` is the number of processes, ``KNUTPUNKT_WORKER_MEMORY`` the megabytes of
    each, ``KNUTPUNKT_CLUSTER`` the address of a cluster instead.

    Raises
    ------
    ShareInvalid, ClusterMissing, ClusterUnreachable
        When there is none such.
    """
    return executor_of(
        workers=_number("KNUTPUNKT_WORKERS"),
        megabytes=_number("KNUTPUNKT_WORKER_MEMORY"),
        cluster=os.environ.get("KNUTPUNKT_CLUSTER", ""),
    )


def _number(name: str) -> int | None:
    given = os.environ.get(name, "")
    if not given:
        return None
    if not given.isdecimal():
        raise ShareInvalid(what=name, given=given)
    return int(given)
