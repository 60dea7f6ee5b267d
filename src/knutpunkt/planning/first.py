"""The first plans: made once, so that whoever opens the pages for the first time sees one."""

from __future__ import annotations

from knutpunkt.core.models import Run
from knutpunkt.planning.selectors import plan_runs, siting_mandates
from knutpunkt.planning.services import ADJACENT_METRES, DETOUR, KM_PER_HOUR, plan_request

BY = "first start"


def first_plans_request() -> list[Run]:
    """Ask for a plan of every commission that can be planned for, unless there is any plan yet.

    Each is asked for twice: without the prices of the rules, which takes seconds, and with them.
    """
    if plan_runs().exists():
        return []
    ready = [one.mandate.slug for one in siting_mandates() if not one.obstacle]
    questions = [
        {
            "mandate_slug": slug,
            "detour": DETOUR,
            "km_per_hour": KM_PER_HOUR,
            "adjacent_metres": ADJACENT_METRES,
            "prices": prices,
        }
        for prices in (False, True)
        for slug in ready
    ]
    return [plan_request(question, by=BY) for question in questions]
