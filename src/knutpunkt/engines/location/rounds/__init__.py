"""Where to open, and in which order, when the offices open or close in rounds."""

from knutpunkt.engines.location.rounds.rounds import Round
from knutpunkt.engines.location.rounds.solve import RolloutAnswer, rollout

__all__ = ["RolloutAnswer", "Round", "rollout"]
