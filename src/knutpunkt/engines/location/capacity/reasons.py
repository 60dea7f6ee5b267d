"""Why no plan exists, where that can be said without a search."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from knutpunkt.engines.location.capacity.limits import LOAD_TOLERANCE, Limits
from knutpunkt.engines.location.capacity.question import CapacitatedQuestion

ReasonCode = Literal[
    "client_too_large",
    "client_unreachable",
    "capacity_short",
    "minimum_loads_too_great",
    "no_assignment",
]


@dataclass(frozen=True)
class Reason:
    """Why no plan exists.

    Parameters
    ----------
    code
        ``client_too_large``: ``client`` asks for more than any site it may use carries.
        ``client_unreachable``: no allowed site can serve ``client``. ``capacity_short``: the
        greatest capacities that may be open together stay below the demand.
        ``minimum_loads_too_great``: the least loads of the sites that must be open exceed the
        demand. ``no_assignment``: only the search found that nothing fits.
    client
        The client in question, or ``None``.
    needed, available
        The two amounts that do not fit, or ``None``.
    """

    code: ReasonCode
    client: int | None = None
    needed: float | None = None
    available: float | None = None

    @property
    def sentence(self) -> str:
        """The reason in words."""
        if self.code == "client_too_large":
            return (
                f"Client {self.client} asks for {self.needed:g}; "
                f"no site it may use carries more than {self.available:g}."
            )
        if self.code == "client_unreachable":
            return f"No allowed site can serve client {self.client}."
        if self.code == "capacity_short":
            return (
                f"The clients ask for {self.needed:g}; "
                f"the sites that may be open together carry {self.available:g}."
            )
        if self.code == "minimum_loads_too_great":
            return (
                f"The sites that must be open need {self.needed:g}; "
                f"the clients ask for {self.available:g}."
            )
        return (
            "Every choice of sites was ruled out: the clients cannot be assigned within the loads."
        )


def plain_reason(question: CapacitatedQuestion, limits: Limits) -> Reason | None:
    """Say why no plan exists, if the totals or a single client show it."""
    return _of_a_client(question) or _of_totals(question, limits)


def _of_a_client(question: CapacitatedQuestion) -> Reason | None:
    able = np.isfinite(question.cost) & question.is_allowed
    alone = ~able.any(axis=1)
    if alone.any():
        return Reason("client_unreachable", client=int(alone.argmax()))
    if not question.single:
        return None
    greatest = np.where(able, question.capacity, 0.0).max(axis=1)
    large = question.demand > greatest * (1 + LOAD_TOLERANCE)
    if not large.any():
        return None
    client = int(large.argmax())
    needed, available = float(question.demand[client]), float(greatest[client])
    return Reason("client_too_large", client=client, needed=needed, available=available)


def _of_totals(question: CapacitatedQuestion, limits: Limits) -> Reason | None:
    total = float(question.demand.sum())
    forced = question.is_forced
    allowed = question.is_allowed & ~forced
    free = int(allowed.sum()) if question.count is None else question.count - int(forced.sum())
    carried = (
        np.sort(question.capacity[allowed])[::-1][:free].sum() + question.capacity[forced].sum()
    )
    if carried < total * (1 - LOAD_TOLERANCE):
        return Reason("capacity_short", needed=total, available=float(carried))
    fewest = 0 if question.count is None else free
    loads = np.sort(question.least_load[allowed])[:fewest].sum() + question.least_load[forced].sum()
    if loads > total * (1 + LOAD_TOLERANCE):
        return Reason("minimum_loads_too_great", needed=float(loads), available=total)
    return Reason("no_assignment") if limits.fewest > limits.most else None
