"""What the planner would have chosen, held against three decisions of the real network."""

from knutpunkt.planning.reality.asking import QUESTIONS, reality

__all__ = ["QUESTIONS", "reality"]
