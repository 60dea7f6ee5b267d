"""What a forecast says in words, Swedish and English."""

from __future__ import annotations

from datetime import date
from typing import Final

from knutpunkt.mandates.sentences import Both
from knutpunkt.programme.forecasting.rows import ClauseRow

#: Last month of the sources that were known when the templates of the package were written.
SOURCES_UNTIL: Final = date(2026, 2, 28)


def clause_sentence(probability: float, needed: int, possible: int, runs: int) -> Both:
    """Say how likely a counted clause is, and how many it can spare."""
    slack = possible - needed
    held = round(probability * runs)
    sv = f"Villkoret håller i {held} av {runs} körningar. "
    en = f"The clause holds in {held} of {runs} runs. "
    if slack < 0:
        return (
            f"{sv}{needed} behövs och bara {possible} kan räknas: omöjligt som det ser ut.",
            f"{en}{needed} are needed and only {possible} can count: impossible as things stand.",
        )
    if slack == 0:
        return (
            f"{sv}{needed} av {possible} behövs: inget kontor kan undvaras.",
            f"{en}{needed} of {possible} are needed: not one office can be spared.",
        )
    return (
        f"{sv}{needed} av {possible} behövs: {slack} kan undvaras.",
        f"{en}{needed} of {possible} are needed: {slack} can be spared.",
    )


def undecided_sentence(row: ClauseRow, certain: float | None, *, at_most: float | None) -> Both:
    """Say why a clause has no probability, or that it is decided already."""
    if certain is not None:
        return (
            f"Redan avgjort på kända uppgifter. {row.because_sv}".strip(),
            f"Decided already by what is on record. {row.because_en}".strip(),
        )
    if row.type == "report_due":
        return (
            f"En rapport är människors arbete och prognosticeras inte. {row.because_sv}".strip(),
            f"A report is people's work and is not forecast. {row.because_en}".strip(),
        )
    if not row.facts_held:
        return (
            "Det som behövs för att bedöma villkoret finns inte i registret.",
            "What it takes to judge the clause is not on record.",
        )
    bound_sv = bound_en = ""
    if at_most is not None:
        bound_sv = f" Att kontoren alls är öppna i tid har sannolikheten {at_most:.0%}."
        bound_en = f" That the offices are open in time at all has a probability of {at_most:.0%}."
    return (
        f"Om kontoren ligger i eller intill ett utsatt område kan inte avgöras än.{bound_sv}",
        f"Whether the offices stand in or next to an area cannot be decided yet.{bound_en}",
    )


def silence_sentence(last: date, as_of: date, offices: int) -> Both:
    """Say how old the last sign of offices is that may have opened since."""
    return (
        (
            f"{offices} kontor kan ha öppnat efter {last} utan att registret vet det före {as_of}. "
            "Deras prognos börjar därför den dagen."
        ),
        (
            f"{offices} offices may have opened after {last} without the register knowing it by "
            f"{as_of}. Their forecast therefore begins on that day."
        ),
    )


def template_sentence(title_sv: str, title_en: str, as_of: date) -> Both:
    """Say what the durations rest on, and for the past that they were written later."""
    sv = f"Tiderna kommer ur mallen “{title_sv}” eller programmets egna bedömningar."
    en = f"The times come from the template “{title_en}” or the programme's own estimates."
    if as_of > SOURCES_UNTIL:
        return sv, en
    return (
        (
            f"{sv} Mallens är antagna och skrivna i efterhand: en prognos för denna dag prövar "
            "räknesättet, inte förutseendet."
        ),
        (
            f"{en} Those of the template are assumed and were written after the event: a forecast "
            "for this day tests the reckoning, not foresight."
        ),
    )


def backtest_sentence(inside: int, of: int) -> Both:
    """Say how many published counts lie inside what was forecast."""
    return (
        f"{inside} av {of} publicerade antal ligger mellan P10 och P90 i prognoser från den tiden.",
        f"{inside} of {of} published counts lie between P10 and P90 of forecasts made back then.",
    )


def backtest_notes() -> tuple[Both, ...]:
    """Everything a reader of the back-test must know."""
    return (_WRITTEN_AFTER, _DAY_UNCERTAIN, _NO_CLOSINGS, _PLAN_BOUNDS)


_WRITTEN_AFTER: Both = (
    (
        "Mallens tider är antagna och skrivna efter händelserna. Provet visar om räknesättet är "
        "ärligt om sin osäkerhet; det visar inte att någon hade kunnat förutse utfallet."
    ),
    (
        "The times of the template are assumed and were written after the events. The test shows "
        "whether the reckoning is honest about its uncertainty; it does not show that anybody "
        "could have foreseen the outcome."
    ),
)
_DAY_UNCERTAIN: Both = (
    (
        "Vilken dag de publicerade antalen gäller är osäkert: revisionens rapport beslutades den "
        "1 december 2022, två veckor innan den publicerades. Därför visas även prognosen för "
        "trettio dagar tidigare."
    ),
    (
        "The day the published counts refer to is uncertain: the audit was decided on 1 December "
        "2022, two weeks before it was published. The forecast for thirty days earlier is "
        "therefore shown as well."
    ),
)
_NO_CLOSINGS: Both = (
    "Stängningar prognosticeras inte. Inga var kända för tiden.",
    "Closings are not forecast. None were known for the time.",
)
_PLAN_BOUNDS: Both = (
    (
        "Planen säger hur många kontor som öppnar före en dag och inget om tiden innan: för andra "
        "dagar ger den bara en gräns nedåt och en uppåt."
    ),
    (
        "The plan says how many offices open by a day and nothing about the time before: for "
        "other days it only gives a bound below and one above."
    ),
)
