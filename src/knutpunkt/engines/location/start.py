"""Good plans quickly: swap one open site for another while that helps and the rules hold."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.demand import DemandLists, Floats, totals
from knutpunkt.engines.location.rules import SiteRules, cheapest_choice

Choice = NDArray[np.bool_]
Stop = Callable[[], bool]


def first_choice(lists: DemandLists, rules: SiteRules) -> Choice | None:
    """Choose the sites that save most alone, as far as the rules let them; ``None`` if none do."""
    return cheapest_choice(rules, -lists.opening_gains(lists.ceiling))


def swapped_until_best(lists: DemandLists, rules: SiteRules, choice: Choice, stop: Stop) -> Choice:
    """Make the best allowed swap again and again until none saves anything.

    Parameters
    ----------
    lists, rules
        The problem.
    choice
        A choice that obeys the rules, boolean, shape ``(sites,)``; it is not changed.
    stop
        Asked before every swap; true ends the search early.

    Returns
    -------
    ndarray
        A choice that obeys the rules and costs no more.

    References
    ----------
    Teitz and Bart (1968), Operations Research 16(5): 955-961, doi:10.1287/opre.16.5.955;
    Resende and Werneck (2007), Annals of Operations Research 150: 205-230,
    doi:10.1007/s10479-006-0154-0 (gain, loss and the correction for pairs).
    """
    choice = choice.copy()
    while choice.any() and not choice.all() and not stop():
        leaving, entering = np.flatnonzero(choice), np.flatnonzero(~choice)
        profit = _profits(lists, choice)[:, entering]
        profit[~_allowed(rules, choice, leaving, entering)] = -np.inf
        best = int(profit.argmax())
        out, into = divmod(best, len(entering))
        # Rounding must not make two plans of equal worth take turns for ever.
        if profit[out, into] <= 1e-9 * float(lists.weight @ lists.ceiling):
            return choice
        choice[leaving[out]], choice[entering[into]] = False, True
    return choice


def _profits(lists: DemandLists, choice: Choice) -> Floats:
    """Person-minutes saved by each swap, shape ``(open sites, sites)``."""
    nearest, runner_up, server = lists.cheapest_two(choice)
    order = np.cumsum(choice) - 1
    served = server >= 0
    regret = (lists.weight * (runner_up - nearest))[served]
    loss = totals(order[server[served]], regret, int(choice.sum()))
    # Where the leaving site was nearest, the entering one softens the loss (equation of the pair).
    softened = served[lists.row] & (lists.cost < runner_up[lists.row])
    row, site = lists.row[softened], lists.site[softened]
    relief = lists.weight[row] * (runner_up[row] - np.maximum(lists.cost[softened], nearest[row]))
    pair = order[server[row]] * lists.sites + site
    extra = totals(pair, relief, len(loss) * lists.sites).reshape(len(loss), lists.sites)
    return lists.opening_gains(nearest) - loss[:, None] + extra


def _allowed(
    rules: SiteRules, choice: Choice, leaving: NDArray[np.intp], entering: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Tell after which swaps every quota holds, shape ``(leaving, entering)``."""
    allowed = np.ones((len(leaving), len(entering)), dtype=np.bool_)
    counts = rules.members @ choice.astype(np.intp)
    for quota in np.flatnonzero(counts <= rules.at_least):
        member = rules.members[quota]
        allowed &= ~member[leaving][:, None] | member[entering]
    for quota in np.flatnonzero(counts >= rules.at_most):
        member = rules.members[quota]
        allowed &= member[leaving][:, None] | ~member[entering]
    return allowed
