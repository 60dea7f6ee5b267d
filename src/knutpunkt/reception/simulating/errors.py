"""What a simulation refuses."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.errors import KnutpunktError


class SimulationAskedWrongly(KnutpunktError):
    """A simulation was asked for that cannot be."""

    code = "simulation-asked-wrongly"
    exit_code = 2

    def __init__(self, *, fact: str, hint: str) -> None:
        self.hint = hint
        super().__init__(fact)


class NotASimulation(KnutpunktError):
    """The server would take simulated visitors for real ones."""

    code = "not-a-simulation"
    hint = gettext_noop(
        "Start the server with KNUTPUNKT_SIMULATION=1 on an empty database, or leave --url out."
    )

    def __init__(self, *, office: str) -> None:
        super().__init__(
            _("The reception of “%(office)s” is not marked as simulated.") % {"office": office}
        )


class ServerRefuses(KnutpunktError):
    """The server does not answer, or not as the simulator needs it."""

    code = "server-refuses"
    hint = gettext_noop("Look at the server; the days played so far are kept there.")

    def __init__(self, *, asked: str, said: str) -> None:
        super().__init__(
            _("The server did not do “%(asked)s”: %(said)s") % {"asked": asked, "said": said[:300]}
        )


class HoldsRealVisits(KnutpunktError):
    """The folder holds a reception that is not simulated."""

    code = "holds-real-visits"
    hint = gettext_noop("Choose an empty folder with --home, or leave it out.")

    def __init__(self, *, home: str) -> None:
        super().__init__(
            _("The data in %(home)s is not simulated; no visitors are made up there.")
            % {"home": home}
        )
