"""The whole comparison with reality, or one question of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date

from knutpunkt.network.selectors import Register
from knutpunkt.planning.reality.closures import closures_answer
from knutpunkt.planning.reality.commission import commission_answer
from knutpunkt.planning.reality.ground import ground_of
from knutpunkt.planning.reality.regions import regions_answer
from knutpunkt.planning.reality.values import Answers
from knutpunkt.planning.services import DETOUR, KM_PER_HOUR

QUESTIONS = ("commission", "closures", "regions")


def reality(
    *,
    questions: Collection[str] = QUESTIONS,
    detour: float = DETOUR,
    km_per_hour: float = KM_PER_HOUR,
) -> Answers:
    """Hold what distance alone would have chosen against what was decided.

    Parameters
    ----------
    questions
        Which of :data:`QUESTIONS` to answer.
    detour, km_per_hour
        Of the straight-line travel times. They stretch all minutes alike.

    Raises
    ------
    DemandMissing, NothingToCompare
        When the register holds no residents, or nothing of what is asked about.
    KnutpunktError
        As :func:`knutpunkt.planning.services.plan` where the commission cannot be planned for.
    """
    register = Register()
    ground = ground_of(register, detour=detour, km_per_hour=km_per_hour)
    offices = register.on(date.max).offices
    bases = Counter(o.address.position_basis for o in offices if o.address.lat is not None)
    return Answers(
        detour=detour,
        km_per_hour=km_per_hour,
        assumed=ground.assumed,
        positions=dict(sorted(bases.items())),
        municipalities=ground.homes(),
        commission=commission_answer(register, ground) if "commission" in questions else None,
        closures=closures_answer(register, ground) if "closures" in questions else None,
        regions=regions_answer(register, ground) if "regions" in questions else None,
    )
