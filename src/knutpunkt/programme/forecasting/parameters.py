"""Every figure a forecast rests on, each with its basis, its reason and its source."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from knutpunkt.engines.schedule.normal import quantile
from knutpunkt.engines.schedule.posterior import Prior
from knutpunkt.engines.schedule.reference import ClassRow, Estimate, predictive_quantiles
from knutpunkt.programme.forecasting.answers import Parameter
from knutpunkt.programme.forecasting.problem import until_opening
from knutpunkt.programme.forecasting.rows import GateRow, Material, PlanOfWork, RiskRow, WorkRow
from knutpunkt.programme.forecasting.working_days import JULY_STOP

GMPP: Final = "https://www.gov.uk/government/collections/major-projects-data"
JOBCENTRES: Final = (
    "https://www.nao.org.uk/reports/the-roll-out-of-the-jobcentre-plus-office-network/"
)
LEAVE_ACT: Final = "https://lagen.nu/1977:480"


@dataclass(frozen=True, slots=True)
class SharedCause:
    """Something that stretches the same work in many projects: spread of its log factor."""

    key: str
    sd: float
    name_sv: str
    name_en: str


#: No source measures how much each of them stretches; the sizes are assumed and said to be.
SHARED_CAUSES: Final = (
    SharedCause("landlord-market", 0.20, "Lokalmarknaden", "The market for premises"),
    SharedCause("permit-office", 0.15, "Byggnadsnämndernas tider", "Times of the permit offices"),
    SharedCause("fit-out-market", 0.20, "Byggentreprenörernas läge", "The market for rebuilding"),
    SharedCause("it-delivery", 0.15, "IT-leveransen", "The delivery of IT"),
    SharedCause("budget-decision", 0.15, "Budgetbeslutet", "The budget decision"),
)
#: Spread of a cause that a template names and that nobody has sized.
OTHER_CAUSE: Final = 0.15

_WHY_WORK = {
    True: (
        "Ingen källa anger tider per steg. Skriven i efterhand.",
        "No source gives times by step. Written after the event.",
    ),
    False: ("Programmets egen bedömning.", "The programme's own estimate."),
}
_WHY_CAUSE = (
    (
        "Förseningar kommer tillsammans: 80 av omkring 860 kontor i Jobcentre Plus hamnade i ett "
        "oplanerat femte år. Storleken är antagen."
    ),
    (
        "Delays come together: 80 of some 860 offices of Jobcentre Plus fell into an unplanned "
        "fifth year. The size is assumed."
    ),
)
_WHY_PRIOR = (
    (
        "Brittiska storprojekt 2014–2023: P50 0 till +21 %, P80 +43 till +66 % av planerad tid. "
        "Utfallet är andra länders och större projekts; de egna kontoren flyttar det."
    ),
    (
        "Major projects of the United Kingdom 2014–2023: P50 0 to +21 %, P80 +43 to +66 % of the "
        "planned time. They are of another country and larger; the own offices move it."
    ),
)


def causes_of(works: Iterable[WorkRow]) -> dict[str, float]:
    """Spread of every shared cause that the work names."""
    sized = {cause.key: cause.sd for cause in SHARED_CAUSES}
    named = {key for row in works for key in row.causes}
    return {key: sized.get(key, OTHER_CAUSE) for key in sorted(named)}


def parameters_of(
    material: Material, estimate: Estimate, prior: Prior, causes: Mapping[str, float]
) -> tuple[Parameter, ...]:
    """List everything that was assumed, judged or measured, in the order of its use."""
    plans = {slot.work.title_en: slot.work for slot in material.slots}
    first = until_opening(next(iter(plans.values())))
    return (
        *_works(first),
        *_gates(first),
        *(_cause(key, sd) for key, sd in causes.items()),
        _prior(prior),
        *(_class(row, estimate) for row in estimate.rows),
        *_rounds(material),
        _july(),
        _silence(),
        *(_crew(key, size) for key, size in material.crews.items()),
        *(_risk(risk) for risk in material.risks),
    )


def _works(plan: PlanOfWork) -> list[Parameter]:
    return [
        Parameter(
            key=f"work-{row.key}",
            name_sv=row.name_sv,
            name_en=row.name_en,
            value=f"{_days((row.low, row.mode, row.high))}, {row.shape}",
            basis=row.basis,
            why_sv=row.basis_note or _WHY_WORK[row.basis == "assumed"][0],
            why_en=row.basis_note or _WHY_WORK[row.basis == "assumed"][1],
            source=plan.source,
        )
        for row in plan.works
    ]


def _gates(plan: PlanOfWork) -> list[Parameter]:
    return [
        Parameter(
            key=f"gate-{row.key}",
            name_sv=row.name_sv,
            name_en=row.name_en,
            value=_gate_value(row),
            basis=row.basis,
            why_sv=row.basis_note or "Antagen.",
            why_en=row.basis_note or "Assumed.",
            source=JOBCENTRES if row.stop else "",
        )
        for row in plan.gates
        if row.recycle or row.stop
    ]


def _gate_value(row: GateRow) -> str:
    return f"{row.recycle:.0%} again, {_days(row.recycle_days)}; {row.stop:.0%} stopped"


def _cause(key: str, sd: float) -> Parameter:
    known = next((cause for cause in SHARED_CAUSES if cause.key == key), None)
    return Parameter(
        key=f"cause-{key}",
        name_sv=known.name_sv if known else key,
        name_en=known.name_en if known else key,
        value=f"× exp({sd:g} Z), Z shared",
        basis="assumed",
        why_sv=_WHY_CAUSE[0],
        why_en=_WHY_CAUSE[1],
        source=JOBCENTRES,
    )


def _prior(prior: Prior) -> Parameter:
    spread = math.hypot(prior.common_sd, prior.between_sd, prior.sd)
    p50, p80 = (math.exp(prior.mean + quantile(share) * spread) for share in (0.5, 0.8))
    return Parameter(
        key="prior",
        name_sv="Utgångsläge för verklig mot planerad tid",
        name_en="Starting point for actual against planned time",
        value=f"P50 × {p50:.2f}, P80 × {p80:.2f}",
        basis="expert",
        why_sv=_WHY_PRIOR[0],
        why_en=_WHY_PRIOR[1],
        source=GMPP,
    )


_CLASS_NAMES: Final = {
    "rural": ("Landsbygd", "Rural"),
    "vulnerable": ("Vid utsatt område", "At a vulnerable area"),
    "metro": ("Storstad", "Metropolitan"),
}


def _class(row: ClassRow, estimate: Estimate) -> Parameter:
    found = next(one for one in estimate.classes if one.key == row.key)
    p50, p80 = predictive_quantiles(found, (0.5, 0.8), common_sd=estimate.common_sd)
    name_sv, name_en = _CLASS_NAMES.get(row.key, (row.key, row.key))
    return Parameter(
        key=f"class-{row.key}",
        name_sv=f"Referensklass: {name_sv}",
        name_en=f"Reference class: {name_en}",
        value=f"P50 × {p50:.2f}, P80 × {p80:.2f}",
        basis="measured" if row.basis == "measured" else "expert",
        why_sv=f"{row.opened} öppnade och {row.censored} ännu inte öppna kontor, kända den dagen.",
        why_en=f"{row.opened} opened and {row.censored} unopened offices, as known on the day.",
    )


def _rounds(material: Material) -> list[Parameter]:
    waves = {slot.wave: (slot.starts_on, slot.deadline) for slot in material.slots}
    return [
        Parameter(
            key=f"round-{number}",
            name_sv=f"Omgång {number}: arbetet börjar",
            name_en=f"Round {number}: work begins",
            value=f"{starts_on} ({deadline})",
            basis="assumed",
            why_sv="Ingen källa säger när arbetet på varje kontor började.",
            why_en="No source says when work on each office began.",
        )
        for number, (starts_on, deadline) in sorted(waves.items())
    ]


def _july() -> Parameter:
    return Parameter(
        key="july-stop",
        name_sv="Julistopp",
        name_en="July stop",
        value=f"ISO {JULY_STOP[0]}–{JULY_STOP[-1]}",
        basis="assumed",
        why_sv="Minst fyra veckors sammanhängande ledighet i juni–augusti; veckorna är antagna.",
        why_en="At least four weeks' leave in June to August by law; which weeks is assumed.",
        source=LEAVE_ACT,
    )


def _silence() -> Parameter:
    return Parameter(
        key="silence",
        name_sv="Tystnad i registret",
        name_en="Silence of the register",
        value="not open",
        basis="assumed",
        why_sv="Ett kontor som ingen källa kallar öppet räknas som stängt till sista kända dag.",
        why_en="An office no source calls open counts as shut up to the last day it is known shut.",
    )


def _crew(key: str, size: int) -> Parameter:
    return Parameter(
        key=f"crew-{key}",
        name_sv=f"Lag: {key}",
        name_en=f"Crew: {key}",
        value=str(size),
        basis="assumed",
        why_sv="Så många kontor byggs om samtidigt; programmet kan ange ett annat antal.",
        why_en="So many offices are rebuilt at once; the programme may state another number.",
    )


def _risk(risk: RiskRow) -> Parameter:
    return Parameter(
        key=f"risk-{risk.key}",
        name_sv=f"Risk: {risk.name}",
        name_en=f"Risk: {risk.name}",
        value=f"{risk.probability:.0%}, {_days(risk.days)}",
        basis=risk.basis,
        why_sv=f"Ur riskregistret; träffar {len(risk.slots)} kontor tillsammans.",
        why_en=f"From the risk register; hits {len(risk.slots)} offices together.",
    )


def _days(days: Sequence[float]) -> str:
    return "–".join(f"{day:g}" for day in days) + " d"
