"""Nobody is made up at a reception that is not marked as simulated."""

from __future__ import annotations

from collections.abc import Mapping

from knutpunkt.reception.simulating.errors import NotASimulation
from knutpunkt.reception.simulating.wire import Refused, Speaker


def refuse_real_receptions(url: str, tokens: Mapping[str, str]) -> None:
    """Ask every office whether it is simulated.

    Raises
    ------
    NotASimulation
        Naming the first that is not.
    ServerRefuses
        When the server does not answer.
    """
    speaker = Speaker(url)
    for office, token in tokens.items():
        now = speaker.ask("GET", office, token)
        if isinstance(now, Refused) or not now.get("simulated"):
            speaker.close()
            raise NotASimulation(office=office)
    speaker.close()
