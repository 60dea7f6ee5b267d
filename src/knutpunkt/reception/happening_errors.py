"""What is refused when things happen at an office, each named as the fact."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.core.errors import NotFound
from knutpunkt.errors import KnutpunktError


class ClosedAlready(KnutpunktError):
    """The office is closed at short notice already."""

    code = "closed-already"
    hint = gettext_noop("Open it again first, or leave it closed.")
    status = 409

    def __init__(self) -> None:
        super().__init__(_("The office is closed at short notice already."))


class NotClosed(KnutpunktError):
    """The office is not closed at short notice, so it cannot be opened again."""

    code = "not-closed"
    hint = gettext_noop("The opening hours say when the office is open.")
    status = 409

    def __init__(self) -> None:
        super().__init__(_("The office is not closed at short notice."))


class EndsBeforeNow(KnutpunktError):
    """A closing is to end before it begins."""

    code = "ends-before-now"
    hint = gettext_noop("Give a later time, or none when nobody knows how long it lasts.")
    status = 422
    field = "until"

    def __init__(self) -> None:
        super().__init__(_("A closing cannot end before it begins."))


class EquipmentUnknown(NotFound):
    """There is no such equipment."""

    code = "equipment-unknown"

    def __init__(self, *, equipment: str) -> None:
        super().__init__(_("There is no equipment “%(slug)s”.") % {"slug": equipment[:50]})


class IncidentUnknown(NotFound):
    """There is no such incident at the office."""

    code = "incident-unknown"

    def __init__(self, *, incident: int) -> None:
        super().__init__(_("There is no incident %(number)d here.") % {"number": incident})


class InterpreterOrdered(KnutpunktError):
    """An interpreter in another language, or in another way, is ordered to the errand."""

    code = "interpreter-ordered"
    hint = gettext_noop("Say how that order ended first.")
    status = 409

    def __init__(self, *, ticket: str, language: str) -> None:
        super().__init__(
            _("An interpreter in %(language)s is ordered to %(ticket)s already.")
            % {"language": language, "ticket": ticket}
        )


class NoInterpreterOrdered(NotFound):
    """No interpreter is ordered to the errand."""

    code = "no-interpreter-ordered"

    def __init__(self, *, ticket: str) -> None:
        super().__init__(_("No interpreter is ordered to %(ticket)s.") % {"ticket": ticket})
