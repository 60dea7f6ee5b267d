"""Against ciw, somebody else's simulator of queues."""

import ciw
import pytest

from knutpunkt.engines.queueing.erlang import long_run

pytestmark = pytest.mark.slow

RUNS, MINUTES, WARM_UP = 5, 560, 60


def simulated_by_ciw(seed, **network):
    """Share who must wait, mean wait of everybody, share who leave, mean time in the system."""
    ciw.seed(seed)
    simulation = ciw.Simulation(ciw.create_network(**network))
    simulation.simulate_until_max_time(MINUTES)
    records = [
        one
        for one in simulation.get_all_records()
        if one.arrival_date > WARM_UP and one.record_type in ("service", "renege")
    ]
    waits = [
        (one.waiting_time if one.record_type == "service" else one.exit_date - one.arrival_date)
        for one in records
    ]
    left = sum(one.record_type == "renege" for one in records)
    number = len(records)
    return sum(one > 1e-9 for one in waits) / number, sum(waits) / number, left / number


def mean_and_error(values):
    mean = sum(values) / len(values)
    variance = sum((one - mean) ** 2 for one in values) / (len(values) - 1)
    return mean, (variance / len(values)) ** 0.5


def test_impatient_visitors_at_fifty_counters_are_as_ciw_simulates_them():
    runs = [
        simulated_by_ciw(
            seed,
            arrival_distributions=[ciw.dists.Exponential(48)],
            service_distributions=[ciw.dists.Exponential(1)],
            reneging_time_distributions=[ciw.dists.Exponential(0.5)],
            number_of_servers=[50],
        )
        for seed in range(RUNS)
    ]
    exact = long_run(arrivals=48, service_rate=1, counters=50, patience_rate=0.5)
    expected = (exact.wait_probability, exact.mean_wait, exact.abandon_probability)
    for values, known in zip(zip(*runs, strict=True), expected, strict=True):
        mean, error = mean_and_error(values)
        assert mean == pytest.approx(known, abs=5 * error)


def test_four_counters_with_patient_visitors_are_as_ciw_simulates_them():
    runs = [
        simulated_by_ciw(
            seed,
            arrival_distributions=[ciw.dists.Exponential(2.5)],
            service_distributions=[ciw.dists.Exponential(1)],
            number_of_servers=[4],
        )
        for seed in range(RUNS * 4)
    ]
    exact = long_run(arrivals=2.5, service_rate=1, counters=4)
    for values, known in zip(
        list(zip(*runs, strict=True))[:2], (exact.wait_probability, exact.mean_wait), strict=True
    ):
        mean, error = mean_and_error(values)
        assert mean == pytest.approx(known, abs=5 * error)
