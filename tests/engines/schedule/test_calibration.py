"""Forecasts are right as often as they say: 1,000 programmes whose truth is known.

A programme has 28 slots of three classes. Sixteen were begun in the year before the data date,
where some have opened and some have not; twelve begin a month after it, on a landlord market that
is hard or easy for all of them. How much plans are overrun is drawn from the same prior that the
forecaster holds: nobody knows more than that, and the forecaster knows no less.

The truth is drawn here, with numpy alone; the forecast is made by the engine from what was visible
on the data date. Eight in ten slots must open between P10 and P90. The same test must fail for a
forecaster that leaves out what slots have in common, and for one that forgets the unopened.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import pytest

from knutpunkt.engines.schedule.model import (
    Activity,
    Cause,
    Duration,
    Programme,
    Project,
)
from knutpunkt.engines.schedule.posterior import Prior
from knutpunkt.engines.schedule.reference import Observation, reference_classes
from knutpunkt.engines.schedule.simulate import simulate

PROGRAMMES = 1_000
RUNS = 400
CLASSES = ("metro", "rural", "vulnerable")
SLOTS, BEGUN = 28, 16
TODAY, SECOND_ROUND = 400.0, 430.0
MARKET = 0.30
PRIOR = Prior(mean=0.15, common_sd=0.25, between_sd=0.15, sd=0.25, sd_log_sd=0.2)
# Moments at which the number of open slots is forecast.
COUNTED_ON = (TODAY + 90, TODAY + 270, TODAY + 450)


@dataclass(frozen=True)
class Slot:
    key: str
    reference_class: str
    begins: float
    planned: float
    opens: float

    @property
    def begun(self):
        return self.begins < TODAY

    @property
    def opened(self):
        return self.opens <= TODAY


# --- the truth ------------------------------------------------------------------------------------


def true_programme(rng):
    common = rng.normal(PRIOR.mean, PRIOR.common_sd)
    between = PRIOR.between_sd * abs(rng.standard_normal())
    means = dict(zip(CLASSES, rng.normal(common, between, len(CLASSES)), strict=True))
    sd = PRIOR.sd * math.exp(PRIOR.sd_log_sd * rng.standard_normal())
    market = math.exp(MARKET * rng.standard_normal() - MARKET**2 / 2)
    slots = []
    for number in range(SLOTS):
        kind = CLASSES[rng.integers(len(CLASSES))]
        begun = number < BEGUN
        begins = rng.uniform(0, 250) if begun else SECOND_ROUND
        planned = rng.uniform(150, 350)
        taken = planned * math.exp(rng.normal(means[kind], sd)) * (1 if begun else market)
        slots.append(Slot(f"slot {number}", kind, begins, planned, begins + taken))
    return slots


# --- the forecast ---------------------------------------------------------------------------------


def seen(slots):
    for slot in slots:
        if slot.opened:
            actual = slot.opens - slot.begins
            yield Observation.exact(slot.reference_class, planned=slot.planned, actual=actual)
        elif slot.begun:
            elapsed = TODAY - slot.begins
            yield Observation.unopened(slot.reference_class, planned=slot.planned, elapsed=elapsed)


def project(slot, sd):
    """The time a slot takes varies by itself; what its class has in common comes on top."""
    spread = math.exp(1.2815516 * sd)
    work = Activity(
        "open",
        Duration(slot.planned / spread, slot.planned, slot.planned * spread, "lognormal"),
        causes=() if slot.begun else ("landlord market",),
        started=slot.begins if slot.begun else None,
        not_before=slot.begins,
    )
    return Project(slot.key, (work,), (), "open", reference_class=slot.reference_class)


def silent_project(slot):
    """A slot nobody reports on: planned so long, and not open today."""
    work = Activity(
        "open",
        Duration(0, slot.planned, 0, "fixed"),
        causes=() if slot.begun else ("landlord market",),
        not_before=slot.begins,
    )
    return Project(
        slot.key,
        (work,),
        (),
        "open",
        reference_class=slot.reference_class,
        not_before=slot.begins,
        not_open_by=TODAY if slot.begun else None,
    )


def forecast(slots, *, left_out="nothing", reported=True, seed=0):
    """Simulate what is unopened, from what was seen on the data date."""
    observations = [one for one in seen(slots) if left_out != "unopened" or not one.censored]
    estimate = reference_classes(observations, classes=CLASSES, prior=PRIOR)
    ahead = [slot for slot in slots if not slot.opened]
    projects, classes = tuple(map(silent_project, ahead)), estimate.classes
    if reported:
        sd = estimate.rows[0].sd
        projects = tuple(project(slot, sd) for slot in ahead)
        classes = tuple(replace(known, sd=0.0) for known in classes)
    common_sd = estimate.common_sd
    without_causes = left_out in ("causes", "all that is shared")
    if left_out == "all that is shared":
        classes = tuple(replace(known, mean_sd=0.0) for known in classes)
        common_sd = 0.0
    programme = Programme(
        projects,
        data_date=TODAY,
        causes=(Cause("landlord market", 0.0 if without_causes else MARKET),),
        classes=classes,
        common_sd=common_sd,
    )
    # The classes were estimated from these very slots: nothing is to be learned twice.
    return simulate(programme, runs=RUNS, seed=seed, learning=False)


def scored(programmes, **how):
    """Share of openings, and of counts, within P10 to P90 over many programmes."""
    rng = np.random.default_rng(2021)
    openings, counts = [], []
    for seed in range(programmes):
        slots = true_programme(rng)
        found = forecast(slots, seed=seed, **how)
        openings += openings_inside(slots, found)
        counts += counts_inside(slots, found, rng)
    return np.mean(openings), np.mean(counts)


def openings_inside(slots, found):
    low, high = np.quantile(found.finish, (0.1, 0.9), axis=1)
    opens = np.array([slot.opens for slot in slots if not slot.opened])
    return ((low <= opens) & (opens <= high)).tolist()


def counts_inside(slots, found, rng):
    """A count is a whole number: within a tie, the place of the truth is drawn."""
    opens = np.array([slot.opens for slot in slots if not slot.opened])
    for day, runs in zip(COUNTED_ON, found.open_by(COUNTED_ON), strict=True):
        true = np.sum(opens <= day)
        place = np.mean(runs < true) + rng.random() * np.mean(runs == true)
        yield 0.1 <= place <= 0.9


# --- the rules ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_eight_in_ten_slots_open_between_p10_and_p90_and_so_do_the_counts():
    openings, counts = scored(PROGRAMMES)
    assert 0.77 <= openings <= 0.83
    assert 0.77 <= counts <= 0.83


@pytest.mark.slow
@pytest.mark.parametrize("left_out", ["causes", "all that is shared", "unopened"])
def test_a_forecast_that_leaves_something_out_is_wrong_more_often_than_it_says(left_out):
    openings, counts = scored(PROGRAMMES // 4, left_out=left_out)
    assert openings < 0.77
    assert counts < 0.77


@pytest.mark.slow
def test_slots_nobody_reports_on_are_forecast_as_rightly():
    """The other way in: durations fixed, the class stretches, the slot is known to be closed."""
    openings, counts = scored(PROGRAMMES // 5, reported=False)
    assert openings == pytest.approx(0.8, abs=0.05)
    assert counts == pytest.approx(0.8, abs=0.07)
