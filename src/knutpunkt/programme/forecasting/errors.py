"""What a forecast refuses, one class per thing a caller can put right."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.errors import KnutpunktError


class NothingToForecast(KnutpunktError):
    """Neither a commission nor a programme is named."""

    code = "nothing-to-forecast"
    exit_code = 2
    hint = gettext_noop(
        "Name a commission (2021-05) or an opened programme; `knutpunkt mandates list` helps."
    )

    def __init__(self) -> None:
        super().__init__(_("A forecast is of a commission or of a programme; neither was named."))


class ProgrammeUnknown(KnutpunktError):
    """There is no programme of that name."""

    code = "programme-unknown"
    status = 404
    hint = gettext_noop(
        "Open one with `knutpunkt programme open`, or forecast the commission itself."
    )

    def __init__(self, *, programme: str, mandate: str, known: list[str]) -> None:
        values = {
            "programme": programme,
            "mandate": mandate,
            "known": ", ".join(f"“{key}”" for key in known) or "–",
        }
        told = _("There is no programme “%(programme)s”. On record: %(known)s.")
        if mandate:
            told = _(
                "There is no programme “%(programme)s” of commission “%(mandate)s”. On record: "
                "%(known)s."
            )
        super().__init__(told % values)


class ProgrammeNotBegun(KnutpunktError):
    """The programme had no slots on the day of the forecast."""

    code = "programme-not-begun"
    exit_code = 2

    def __init__(self, *, programme: str, as_of: date, starts_on: date) -> None:
        values = {"programme": programme, "starts": starts_on, "as_of": as_of}
        self.hint = _("Forecast as of %(starts)s or later.") % values
        super().__init__(
            _("Programme “%(programme)s” begins on %(starts)s, after %(as_of)s.") % values
        )


class ProgrammeEmpty(KnutpunktError):
    """The programme holds no office to open."""

    code = "programme-empty"
    hint = gettext_noop(
        "Open it again from a commission or an approved plan that asks for offices."
    )

    def __init__(self, *, programme: str) -> None:
        super().__init__(
            _("Programme “%(programme)s” has no slot with an office to open.")
            % {"programme": programme}
        )


class TemplateEndless(KnutpunktError):
    """Nothing in a template or project says which piece of work opens the office."""

    code = "template-endless"
    hint = gettext_noop(
        'Give the gate that opens the office `records = "opened"`, or add an activity.'
    )

    def __init__(self, *, where: str) -> None:
        super().__init__(_("%(where)s has no activity that could complete it.") % {"where": where})


class SlotUnknown(KnutpunktError):
    """A change names a slot the forecast does not have."""

    code = "slot-unknown"
    status = 404

    def __init__(self, *, slot: str, known: list[str]) -> None:
        self.hint = _("Name one of: %(known)s.") % {"known": ", ".join(known)}
        super().__init__(_("The forecast has no slot “%(slot)s”.") % {"slot": slot})


class MunicipalityUnknown(KnutpunktError):
    """A change moves a slot to a municipality that is not on record."""

    code = "municipality-unknown"
    status = 404
    hint = gettext_noop("Write the code of a municipality, for example 0763.")

    def __init__(self, *, code: str) -> None:
        super().__init__(_("There is no municipality “%(code)s”.") % {"code": code})


class CrewUnknown(KnutpunktError):
    """A change adds to a crew the programme does not have."""

    code = "crew-unknown"
    status = 404

    def __init__(self, *, crew: str, known: list[str]) -> None:
        self.hint = (
            _("Name one of: %(known)s.") % {"known": ", ".join(known)}
            if known
            else _("The programme names no crews: nothing waits for one. Enter them with it first.")
        )
        super().__init__(_("The programme has no crew “%(crew)s”.") % {"crew": crew})


class ChangeSenseless(KnutpunktError):
    """A change has a size that means nothing."""

    code = "change-senseless"

    def __init__(self, *, change: str, value: float, least: float, most: float) -> None:
        values = {"value": f"{value:g}", "change": change}
        span = {"least": f"{least:g}", "most": f"{most:g}"}
        self.hint = _("Give a number from %(least)s to %(most)s.") % span
        super().__init__(_("%(value)s is no size for “%(change)s”.") % values)


class RunsOutOfRange(KnutpunktError):
    """Too few runs say nothing, too many never end."""

    code = "runs-out-of-range"
    exit_code = 2

    def __init__(self, *, runs: int, least: int, most: int) -> None:
        span = {"least": least, "most": f"{most:,}"}
        self.hint = _("Ask for %(least)s to %(most)s runs.") % span
        super().__init__(_("A forecast of %(runs)s runs cannot be made.") % {"runs": runs})


class NothingChanged(KnutpunktError):
    """A what-if is asked of no forecast."""

    code = "no-change"
    exit_code = 2
    hint = gettext_noop(
        "Name at least one change: drop, substitute, delay, cut the budget, add a crew, a spare."
    )

    def __init__(self) -> None:
        super().__init__(_("Nothing is changed, so there is nothing to compare."))


class CountNotPublished(KnutpunktError):
    """The figure a back-test is held against is not on record."""

    code = "count-not-published"
    hint = gettext_noop(
        "Load the embedded network, or enter the published count with its day and source."
    )

    def __init__(self, *, day: date) -> None:
        super().__init__(
            _("No published count of the network for %(day)s is on record.") % {"day": day}
        )
