"""The mean cost of the worst-off share of the persons, made least."""

from knutpunkt.engines.location.worst.solve import WorstAnswer, solve_worst

__all__ = ["WorstAnswer", "solve_worst"]
