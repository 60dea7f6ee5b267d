"""What a forecast refuses, one class per thing a caller can put right."""

from __future__ import annotations

from datetime import date

from knutpunkt.errors import KnutpunktError


class NothingToForecast(KnutpunktError):
    """Neither a commission nor a programme is named."""

    code = "nothing-to-forecast"
    exit_code = 2
    hint = "Name a commission (2021-05) or an opened programme; `knutpunkt mandates list` helps."

    def __init__(self) -> None:
        super().__init__("A forecast is of a commission or of a programme; neither was named.")


class ProgrammeUnknown(KnutpunktError):
    """There is no programme of that name."""

    code = "programme-unknown"
    status = 404
    hint = "Open one with `knutpunkt programme open`, or forecast the commission itself."

    def __init__(self, *, programme: str, mandate: str, known: list[str]) -> None:
        there = ", ".join(f"“{key}”" for key in known) or "none"
        of = f" of commission “{mandate}”" if mandate else ""
        super().__init__(f"There is no programme “{programme}”{of}. On record: {there}.")


class ProgrammeNotBegun(KnutpunktError):
    """The programme had no slots on the day of the forecast."""

    code = "programme-not-begun"
    exit_code = 2

    def __init__(self, *, programme: str, as_of: date, starts_on: date) -> None:
        self.hint = f"Forecast as of {starts_on} or later."
        super().__init__(f"Programme “{programme}” begins on {starts_on}, after {as_of}.")


class ProgrammeEmpty(KnutpunktError):
    """The programme holds no office to open."""

    code = "programme-empty"
    hint = "Open it again from a commission or an approved plan that asks for offices."

    def __init__(self, *, programme: str) -> None:
        super().__init__(f"Programme “{programme}” has no slot with an office to open.")


class TemplateEndless(KnutpunktError):
    """Nothing in a template or project says which piece of work opens the office."""

    code = "template-endless"
    hint = 'Give the gate that opens the office `records = "opened"`, or add an activity.'

    def __init__(self, *, where: str) -> None:
        super().__init__(f"{where} has no activity that could complete it.")


class SlotUnknown(KnutpunktError):
    """A change names a slot the forecast does not have."""

    code = "slot-unknown"
    status = 404

    def __init__(self, *, slot: str, known: list[str]) -> None:
        self.hint = f"Name one of: {', '.join(known)}."
        super().__init__(f"The forecast has no slot “{slot}”.")


class MunicipalityUnknown(KnutpunktError):
    """A change moves a slot to a municipality that is not on record."""

    code = "municipality-unknown"
    status = 404
    hint = "Write the code of a municipality, for example 0763."

    def __init__(self, *, code: str) -> None:
        super().__init__(f"There is no municipality “{code}”.")


class CrewUnknown(KnutpunktError):
    """A change adds to a crew the programme does not have."""

    code = "crew-unknown"
    status = 404

    def __init__(self, *, crew: str, known: list[str]) -> None:
        self.hint = (
            f"Name one of: {', '.join(known)}."
            if known
            else "The programme names no crews: nothing waits for one. Enter them with it first."
        )
        super().__init__(f"The programme has no crew “{crew}”.")


class ChangeSenseless(KnutpunktError):
    """A change has a size that means nothing."""

    code = "change-senseless"

    def __init__(self, *, change: str, value: float, least: float, most: float) -> None:
        self.hint = f"Give a number from {least:g} to {most:g}."
        super().__init__(f"{value:g} is no size for “{change}”.")


class RunsOutOfRange(KnutpunktError):
    """Too few runs say nothing, too many never end."""

    code = "runs-out-of-range"
    exit_code = 2

    def __init__(self, *, runs: int, least: int, most: int) -> None:
        self.hint = f"Ask for {least} to {most:,} runs."
        super().__init__(f"A forecast of {runs} runs cannot be made.")


class NothingChanged(KnutpunktError):
    """A what-if is asked of no forecast."""

    code = "no-change"
    exit_code = 2
    hint = "Name at least one change: drop, substitute, delay, cut the budget, add a crew, a spare."

    def __init__(self) -> None:
        super().__init__("Nothing is changed, so there is nothing to compare.")


class CountNotPublished(KnutpunktError):
    """The figure a back-test is held against is not on record."""

    code = "count-not-published"
    hint = "Load the embedded network, or enter the published count with its day and source."

    def __init__(self, *, day: date) -> None:
        super().__init__(f"No published count of the network for {day} is on record.")
