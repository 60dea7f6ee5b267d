"""A question of a study answered in another process: its numbers travel, no database is read.

Nothing of Django is imported before it is set up, because worker processes begin here.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from typing import TYPE_CHECKING

import django
from django.apps import apps

if TYPE_CHECKING:  # these need the settings, which a worker reads first
    from knutpunkt.planning.studies.engine import Found


def solved_there(question: bytes, cancel: Callable[[], bool] | None = None) -> Found:
    """Solve a question that :func:`knutpunkt.planning.studies.several.job_of` packed."""
    if not apps.ready:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "knutpunkt.web.settings")
        django.setup()
    from knutpunkt.planning.studies.engine import solve

    ground, bounds = pickle.loads(question)  # noqa: S301  # packed by ourselves
    return solve(ground, bounds, cancelled=cancel)
