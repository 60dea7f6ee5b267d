"""What a roll-out refuses."""

from __future__ import annotations

from knutpunkt.engines.location.errors import LocationRefused


class RoundsInvalid(LocationRefused):
    """Rounds are missing, or go up and down."""

    code = "rounds_invalid"
    hint = "Give how many sites are open after each round, never fewer or never more than before."

    def __init__(self, *, why: str) -> None:
        super().__init__(f"The rounds {why}.")
        self.why = why


class RoundWeightInvalid(LocationRefused):
    """A round's weight is missing, infinite or below zero."""

    code = "round_weight_invalid"
    hint = "Give every round a weight, for instance the months until the next one."

    def __init__(self, *, number: int, weight: float) -> None:
        super().__init__(f"Round {number} has the weight {weight:g}.")
        self.number, self.weight = number, weight
