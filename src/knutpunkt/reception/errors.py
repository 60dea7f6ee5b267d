"""What the reception refuses, each named as the fact."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.core.errors import NotFound
from knutpunkt.errors import KnutpunktError
from knutpunkt.reception.words import DOINGS, ROLES, STATES, WISHES, said


class ChangedMeanwhile(KnutpunktError):
    """Somebody else acted on the errand first."""

    code = "changed-meanwhile"
    hint = gettext_noop("Look at the errand as it is now and act on that.")
    status = 409

    def __init__(self, *, ticket: str, state: str, version: int) -> None:
        self.state, self.version = state, version
        super().__init__(
            _("%(ticket)s has changed meanwhile: it is %(state)s, version %(version)d.")
            % {"ticket": ticket, "state": said(STATES, state), "version": version}
        )


class NotPossibleNow(KnutpunktError):
    """The action does not fit the state of the errand."""

    code = "not-possible-now"
    hint = gettext_noop("Choose one of the actions that the state allows.")
    status = 409

    def __init__(self, *, ticket: str, state: str, action: str) -> None:
        super().__init__(
            _("%(ticket)s is %(state)s, and then this cannot be done: %(action)s.")
            % {"ticket": ticket, "state": said(STATES, state), "action": said(WISHES, action)}
        )


class HeldByAnother(KnutpunktError):
    """The errand is at another counter."""

    code = "held-by-another"
    hint = gettext_noop("Only the counter that has the errand can act on it.")
    status = 409

    def __init__(self, *, ticket: str) -> None:
        super().__init__(_("%(ticket)s is at another counter.") % {"ticket": ticket})


class CounterBusy(KnutpunktError):
    """The counter has somebody called or served already."""

    code = "counter-busy"
    hint = gettext_noop("Finish, park or transfer that errand first.")
    status = 409

    def __init__(self, *, counter: str, ticket: str, errand: int = 0) -> None:
        self.errand = errand
        super().__init__(
            _("Counter %(counter)s has %(ticket)s already.")
            % {"counter": counter, "ticket": ticket}
        )


class VisitorElsewhere(KnutpunktError):
    """Another errand of the same visitor is called or served at another counter."""

    code = "visitor-elsewhere"
    hint = gettext_noop("Wait until that errand is finished, or pass this one on to that counter.")
    status = 409

    def __init__(self, *, ticket: str, counter: str) -> None:
        super().__init__(
            _("%(ticket)s is at counter %(counter)s with another errand.")
            % {"ticket": ticket, "counter": counter}
        )


class DayHasEnded(KnutpunktError):
    """The office has ended its day."""

    code = "day-has-ended"
    hint = gettext_noop("What is left belongs to the next day.")
    status = 409

    def __init__(self) -> None:
        super().__init__(_("The day has ended at this office; nothing more happens on it."))


class CounterTaken(KnutpunktError):
    """Somebody else sits at the counter."""

    code = "counter-taken"
    hint = gettext_noop("Choose another counter, or let whoever sits there close it first.")
    status = 409

    def __init__(self, *, counter: str) -> None:
        super().__init__(_("Somebody else sits at counter %(counter)s.") % {"counter": counter})


class CounterNotOpen(KnutpunktError):
    """Nobody has opened the counter."""

    code = "counter-not-open"
    hint = gettext_noop("Open the counter first.")
    status = 409

    def __init__(self) -> None:
        super().__init__(_("You have no open counter at this office."))


class CounterNameUnusable(KnutpunktError):
    """A counter cannot be called that."""

    code = "counter-name-unusable"
    hint = gettext_noop("Use one to eight letters and digits.")
    status = 422
    field = "counter"

    def __init__(self, *, counter: str) -> None:
        super().__init__(_("A counter cannot be called “%(name)s”.") % {"name": counter[:40]})


class TooManyCounters(KnutpunktError):
    """An office has as many counters as it can have."""

    code = "too-many-counters"
    hint = gettext_noop("Use one of the counters there are.")
    status = 409

    def __init__(self, *, most: int) -> None:
        super().__init__(_("An office has at most %(most)d counters.") % {"most": most})


class ErrandUnknown(NotFound):
    """There is no such errand, or it is none of yours."""

    code = "errand-unknown"

    def __init__(self, *, errand: int | str) -> None:
        super().__init__(_("There is no errand %(errand)s here.") % {"errand": errand})


class OfficeUnknown(NotFound):
    """There is no such office, or it is not yours."""

    code = "office-unknown"

    def __init__(self, *, office: str) -> None:
        super().__init__(_("There is no reception at “%(office)s” for you.") % {"office": office})


class NotAllowed(KnutpunktError):
    """The role may not do this."""

    code = "not-allowed"
    hint = gettext_noop("Ask somebody whose role may.")
    status = 403

    def __init__(self, *, role: str, action: str) -> None:
        super().__init__(
            _("The role %(role)s may not do this: %(action)s.")
            % {"role": said(ROLES, role), "action": said(DOINGS, action)}
        )


class TokenUnknown(KnutpunktError):
    """The request carries no token that opens anything."""

    code = "token-unknown"
    hint = gettext_noop("Send “Authorization: Bearer …” with a token of this office.")
    status = 401

    def __init__(self) -> None:
        super().__init__(_("This needs a token, and none that is valid was sent."))


class ServiceNotOffered(KnutpunktError):
    """The office does not offer the service now."""

    code = "service-not-offered"
    hint = gettext_noop("Choose one of the services the office offers today.")
    status = 422
    field = "service"

    def __init__(self, *, service: str) -> None:
        super().__init__(
            _("The office does not offer “%(service)s” now.") % {"service": service[:80]}
        )


class ValueNotAllowed(KnutpunktError):
    """A value is none of those there are."""

    code = "value-not-allowed"
    status = 422

    def __init__(self, *, field: str, value: Any, allowed: tuple[str, ...] | str) -> None:
        self.field = field
        listed = allowed if isinstance(allowed, str) else ", ".join(allowed)
        self.hint = _("Use one of: %(allowed)s.") % {"allowed": listed}
        super().__init__(
            _("“%(value)s” is not allowed as %(field)s.")
            % {"value": str(value)[:60], "field": field}
        )


class OutcomeMissing(KnutpunktError):
    """An errand cannot be finished without saying how it ended."""

    code = "outcome-missing"
    status = 422
    field = "outcome"

    def __init__(self, *, allowed: tuple[str, ...]) -> None:
        self.hint = _("Use one of: %(allowed)s.") % {"allowed": ", ".join(allowed)}
        super().__init__(_("An errand is finished with an outcome."))


class RecalledOften(KnutpunktError):
    """The visitor has been called as often as the office calls."""

    code = "recalled-often"
    hint = gettext_noop("Note that the visitor did not come; who turns up later can be put back.")
    status = 409

    def __init__(self, *, ticket: str, calls: int) -> None:
        super().__init__(
            _("%(ticket)s has been called %(calls)d times.") % {"ticket": ticket, "calls": calls}
        )


class TooLateToUndo(KnutpunktError):
    """The last action cannot be taken back any more, or not by this counter."""

    code = "too-late-to-undo"
    hint = gettext_noop(
        "An action can be taken back within 60 seconds, at the counter that took it."
    )
    status = 409

    def __init__(self, *, ticket: str) -> None:
        super().__init__(
            _("Nothing that was done with %(ticket)s can be taken back now.") % {"ticket": ticket}
        )


class TooLateToComeBack(KnutpunktError):
    """A missed visitor came back after the grace."""

    code = "too-late-to-come-back"
    hint = gettext_noop("Give out a new ticket.")
    status = 409

    def __init__(self, *, ticket: str, minutes: int) -> None:
        super().__init__(
            _("%(ticket)s was missed more than %(minutes)d minutes ago.")
            % {"ticket": ticket, "minutes": minutes}
        )


class OfficeClosedNow(KnutpunktError):
    """The office gives out no tickets now."""

    code = "office-closed-now"
    hint = gettext_noop("The opening hours say when it opens again.")
    status = 409

    def __init__(self) -> None:
        super().__init__(_("The office is closed now and gives out no tickets."))


class OwnedByNode(KnutpunktError):
    """The office works on its own; the centre has passed the wish on."""

    code = "owned-by-node"
    hint = gettext_noop("The office does it when its line is back; nothing is lost.")
    status = 409

    def __init__(self, *, office: str, owner: str) -> None:
        super().__init__(
            _("The office “%(office)s” works through its node “%(owner)s” now.")
            % {"office": office, "owner": owner}
        )


class SeriesExhausted(KnutpunktError):
    """A leased range of numbers is used up."""

    code = "series-exhausted"
    hint = gettext_noop("Use another series until the line is back.")
    status = 409

    def __init__(self, *, series: str, last: int) -> None:
        super().__init__(
            _("Series %(series)s has no numbers left after %(last)d.")
            % {"series": series, "last": last}
        )
