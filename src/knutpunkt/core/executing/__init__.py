"""Many questions at once: in this process, in processes of this machine, or on a cluster."""

from knutpunkt.core.executing.choosing import executor_of, executor_set_up
from knutpunkt.core.executing.jobs import (
    Executor,
    Here,
    Job,
    JobRefused,
    JobRepeated,
    JobUnsendable,
    Outcome,
    Refusal,
)
from knutpunkt.core.executing.pool import Pool
from knutpunkt.core.executing.share import Share, ShareInvalid

__all__ = [
    "Executor",
    "Here",
    "Job",
    "JobRefused",
    "JobRepeated",
    "JobUnsendable",
    "Outcome",
    "Pool",
    "Refusal",
    "Share",
    "ShareInvalid",
    "executor_of",
    "executor_set_up",
]
