"""What the database itself costs: one question, and one change that is kept, through its driver.

A visit cannot cost less than its questions and its four commits; this tells what they cost where
it was measured, so that a figure of one machine can be read on another.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import transaction

from knutpunkt.reception.statements import Statements

TIMES = 400
_QUESTION = "SELECT last FROM reception_officesequence WHERE office_id = %s"
_CHANGE = "UPDATE reception_officesequence SET owner = owner WHERE office_id = %s"


def floor(office: int, stored: Callable[[], float]) -> dict[str, dict[str, float]]:
    """CPU of a question and of a change of one row, in microseconds: application and database.

    Parameters
    ----------
    office
        Number of an office that has had an event.
    stored
        CPU seconds the database has worked so far; it counts them in hundredths.
    """
    return {
        "question": _cost(lambda: _asked(office), stored),
        "change": _cost(lambda: _changed(office), stored),
    }


def _asked(office: int) -> None:
    statements = Statements()
    statements.execute(_QUESTION, [office])
    statements.fetchone()


def _changed(office: int) -> None:
    with transaction.atomic():
        Statements().execute(_CHANGE, [office])


def _cost(work: Callable[[], None], stored: Callable[[], float]) -> dict[str, float]:
    for _ in range(TIMES // 10):
        work()
    began, before = time.process_time(), stored()
    for _ in range(TIMES):
        work()
    spent = time.process_time() - began, stored() - before
    app, database = (round(1e6 * one / TIMES) for one in spent)
    return {"app_us": app, "database_us": database}
