"""The sheet about the closings of 2025."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from knutpunkt.mandates.sentences import Both
from knutpunkt.planning.figures import both
from knutpunkt.planning.reality.sheets.blocks import (
    NOTHING,
    Block,
    Drawing,
    Grid,
    Heading,
    Text,
    listed,
    millions,
    said,
    same,
)
from knutpunkt.planning.reality.sheets.maps import Mark, Panel, drawn_map
from knutpunkt.planning.reality.sheets.words import ASSUMED, NAMED, by_county, proofs
from knutpunkt.planning.reality.values import (
    ClosedOffice,
    ClosingPlan,
    ClosingRound,
    ClosingView,
    ClosuresAnswer,
    Home,
    Site,
)

ROUNDS: Mapping[str, Both] = {
    "known": ("Alla {n} stängningar i registret", "All {n} closings on record"),
    "decided": (
        "De {n} vars beslutsfattare är känd, av april 2025",
        "The {n} whose decider is known, of April 2025",
    ),
}
PLANS: Mapping[str, Both] = {
    "real": ("de verkliga", "the real ones"),
    "best": ("bäst av alla", "best of all"),
    "staying": ("bäst utan att lämna en kommun", "best without leaving a municipality"),
    "alike": ("bäst av samma slag", "best of the same kind"),
}
FINDINGS: Mapping[str, Both] = {
    "kept": ("följd", "kept"),
    "broken": ("bruten", "broken"),
    "undocumented": ("odokumenterad", "undocumented"),
}
YES, NO = ("ja", "yes"), ("nej", "no")


def closures_sheet(answer: ClosuresAnswer, homes: Sequence[Home]) -> list[Block]:
    """Tell what the real closings took from residents, against the best of the same size."""
    first = answer.rounds[0]
    return [
        Heading(("Stängningarna 2025", "The closings of 2025")),
        _asked(answer),
        *(_losses(one) for one in answer.rounds),
        _compared(first),
        _staying(first),
        _blind(first),
        _alike(first),
        Heading(("Kontor för kontor", "Office by office"), 3),
        _offices(first.closed),
        _twins(first.closed),
        _sets(first),
        *_map(answer, homes),
    ]


def _asked(answer: ClosuresAnswer) -> Text:
    return said(
        "Den {on}, dagen före den första stängningen, har registret {named} kontor med läge i "
        "{municipalities} kommuner. {unconfirmed} av dem är planerade öppningar vars dag ingen "
        "källa bekräftar; de räknas som öppna. {unnamed} kontor till är räknade men inte "
        "namngivna{unplaced}: {total} i allt. Frågan är en *p*-median åt andra hållet: inget "
        "kontor är låst, kandidaterna är kontoren dagen före, och så många väljs som blev kvar.",
        "On {on}, the day before the first closing, the register has {named} offices with a "
        "position in {municipalities} municipalities. {unconfirmed} of them are planned openings "
        "whose day no source confirms; they are taken as open. {unnamed} more offices are counted "
        "and not named{unplaced}: {total} in all. The question is a *p*-median turned round: no "
        "office is fixed, the candidates are the offices of the day before, and as many are "
        "chosen as were left.",
        on=same(answer.on),
        named=both(answer.named),
        municipalities=both(answer.municipalities),
        unconfirmed=both(len(answer.unconfirmed)),
        unnamed=both(answer.unnamed),
        unplaced=_unplaced(answer.unplaced),
        total=both(answer.named + answer.unnamed + len(answer.unplaced)),
    )


def _unplaced(names: Sequence[str]) -> Both:
    if not names:
        return same("")
    sv, en = listed(names)
    return f", och {sv} saknar läge", f", and {en} has no position"


def _losses(one: ClosingRound) -> Grid:
    rows = []
    for plan, other in zip(_plans(one.view), _plans(one.assumed), strict=True):
        rows.append((
            PLANS[plan.plan.key], millions(plan.loss.person_minutes), both(plan.loss.longer),
            both(plan.loss.minutes, 1), both(plan.loss.much_longer), both(len(plan.left)),
            millions(other.loss.person_minutes), both(len(other.left)),
            proofs(plan.plan, other.plan),
        ))  # fmt: skip
    header = (
        ("stängda", "closed"),
        (f"miljoner personminuter, {NAMED[0]}", f"million person-minutes, {NAMED[1]}"),
        ("får längre", "have longer"),
        ("minuter var", "minutes each"),
        ("över 15 min längre", "over 15 min longer"),
        ("lämnade kommuner", "municipalities left"),
        (f"miljoner personminuter, {ASSUMED[0]}", f"million person-minutes, {ASSUMED[1]}"),
        ("lämnade kommuner", "municipalities left"),
        ("bevis", "proof"),
    )
    sv, en = (text.format(n=len(one.closed)) for text in ROUNDS[one.key])
    return Grid((sv, en), header, tuple(rows))


def _plans(view: ClosingView) -> tuple[ClosingPlan, ...]:
    return view.real, view.best, view.staying, view.alike


def _compared(one: ClosingRound) -> Text:
    return said(
        "De {n} verkliga stängningarna kostar {real} miljoner personminuter, {times} gånger det "
        "bästa urvalet av samma storlek ({best} miljoner). Med de onamngivna antagna är det "
        "{assumed} miljoner mot {other}, {more} gånger.",
        "The {n} real closings cost {real} million person-minutes, {times} times the best set of "
        "the same size ({best} million). With the unnamed assumed it is {assumed} million against "
        "{other}, {more} times.",
        n=both(len(one.closed)),
        real=millions(one.view.real.loss.person_minutes),
        best=millions(one.view.best.loss.person_minutes),
        times=_times(one.view.real, one.view.best),
        assumed=millions(one.assumed.real.loss.person_minutes),
        other=millions(one.assumed.best.loss.person_minutes),
        more=_times(one.assumed.real, one.assumed.best),
    )


def _times(one: ClosingPlan, other: ClosingPlan) -> Both:
    least = other.loss.person_minutes
    return both(one.loss.person_minutes / least, 1) if least else NOTHING


def _staying(one: ClosingRound) -> Text:
    return said(
        "**Lämna aldrig en kommun.** Regeln kostar {named} miljoner personminuter mot det bästa "
        "urvalet, {assumed} miljoner med de onamngivna antagna. Den verkliga listan lämnar {left} "
        "kommuner, så långt registret vet: {names}. Där ett onamngivet kontor finns kvar är det "
        "en för mycket. Mot den listan hade bästa urvalet under regeln sparat {saved} miljoner "
        "personminuter, {less} miljoner med de onamngivna antagna.",
        "**Never leave a municipality.** The rule costs {named} million person-minutes against "
        "the best set, {assumed} million with the unnamed assumed. The real list leaves {left} "
        "municipalities as far as the register knows: {names}. Where an unnamed office remains, "
        "that is one too many. Against that list the best set under the rule would have saved "
        "{saved} million person-minutes, {less} million with the unnamed assumed.",
        named=millions(_extra(one.view.staying, one.view.best)),
        assumed=millions(_extra(one.assumed.staying, one.assumed.best)),
        left=both(len(one.view.real.left)),
        names=listed(one.view.real.left),
        saved=millions(_extra(one.view.real, one.view.staying)),
        less=millions(_extra(one.assumed.real, one.assumed.staying)),
    )


def _extra(one: ClosingPlan, other: ClosingPlan) -> float:
    return max(0.0, one.loss.person_minutes - other.loss.person_minutes)


def _blind(one: ClosingRound) -> Text:
    return said(
        "Det bästa urvalet är en gräns, inget förslag. Avstånd ser inte trängsel: det stänger "
        "{count} kontor i kommuner som har flera, alltså i större städer, där grannkontoren "
        "skulle få ta emot besöken. Registret har varken besök, hyror eller kontraktstider för "
        "dessa kontor, och källorna talar om besparingar och, i Ludvika, om ett hyresavtal som "
        "löpte ut (<https://data.riksdagen.se/dokument/HC10360.html>).",
        "The best set is a bound, not a proposal. Distance does not see crowding: it closes "
        "{count} offices in municipalities that have several, that is, in larger cities, where "
        "the offices beside them would have to take the visits. The register holds neither "
        "visits, rents nor lease ends of these offices, and the sources speak of savings and, in "
        "Ludvika, of a lease that ran out (<https://data.riksdagen.se/dokument/HC10360.html>).",
        count=both(len(one.view.best.plan.sites) - len(one.view.best.left)),
    )


def _alike(one: ClosingRound) -> Text:
    return said(
        "Därför en jämnare jämförelse: **samma slag** stänger lika många kontor som är ensamma i "
        "sin kommun som den verkliga listan. De bästa sådana kostar {alike} miljoner "
        "personminuter, så de verkliga tar {times} gånger så mycket; {more} gånger med de "
        "onamngivna antagna. {shared} av de verkliga finns också i det urvalet: {names}.",
        "Hence a fairer comparison: **the same kind** closes as many offices that are alone in "
        "their municipality as the real list does. The best of those costs {alike} million "
        "person-minutes, so the real ones take {times} times as much; {more} times with the "
        "unnamed assumed. {shared} of the real ones are in that set too: {names}.",
        alike=millions(one.view.alike.loss.person_minutes),
        times=_times(one.view.real, one.view.alike),
        more=_times(one.assumed.real, one.assumed.alike),
        shared=both(sum(row.in_alike for row in one.closed)),
        names=listed([row.office.name for row in one.closed if row.in_alike]),
    )


def _offices(closed: Sequence[ClosedOffice]) -> Grid:
    rows = tuple(
        (
            same(row.office.name), same(row.last_day or "–"), both(row.loss.longer),
            both(row.loss.minutes, 1), millions(row.loss.person_minutes),
            YES if row.in_staying else NO, YES if row.in_alike else NO,
            FINDINGS.get(row.finding, same(row.finding)),
        )
        for row in closed
    )  # fmt: skip
    title = (
        "Vad varje stängning tar om bara den sker, de namngivna kontoren",
        "What each closing takes if it is the only one, named offices",
    )
    header = (
        ("kontor", "office"), ("sista dag", "last day"), ("får längre", "have longer"),
        ("minuter var", "minutes each"), ("miljoner personminuter", "million person-minutes"),
        ("i bästa utan att lämna", "in best without leaving"),
        ("i bästa av samma slag", "in best of the same kind"),
        ("stängningsregeln", "the closing rule"),
    )  # fmt: skip
    return Grid(title, header, rows)


def _twins(closed: Sequence[ClosedOffice]) -> Text:
    twins = [f"{row.office.name} ({row.same_point})" for row in closed if row.same_point]
    return said(
        "Kontor som registret bara kan lägga på samma punkt som ett annat ser gratis ut att "
        "stänga: {names}. Hur nära varandra de ligger är inte känt. Kontoren ensamma summerar "
        "inte till listan: där två grannar stänger blir vägen längre än summan.",
        "Offices that the register can only put on the very point of another seem free to close: "
        "{names}. How near each other they stand is not known. The offices alone do not add up to "
        "the list: where two neighbours close, the way grows longer than their sum.",
        names=listed(twins) if twins else ("inga", "none"),
    )


def _sets(one: ClosingRound) -> Grid:
    rows = [(PLANS[plan.plan.key], _names(plan.plan.sites)) for plan in _plans(one.view)[1:]]
    for plan in _plans(one.assumed)[1:]:
        sv, en = PLANS[plan.plan.key]
        rows.append(((f"{sv}, {ASSUMED[0]}", f"{en}, {ASSUMED[1]}"), _names(plan.plan.sites)))
    return Grid(
        ("Vilka kontor de bästa urvalen stänger", "Which offices the best sets close"),
        (("urval", "set"), ("kontor", "offices")),
        tuple(rows),
    )


def _names(sites: Sequence[Site]) -> Both:
    return same(", ".join(site.name for site in sites))


def _map(answer: ClosuresAnswer, homes: Sequence[Home]) -> list[Block]:
    view, before = answer.rounds[0].view, answer.drawn["before"]
    text = (
        "Tre kartor: hur mycket längre restiden blir i kommunerna med varje urval av stängningar",
        "Three maps: how much longer travel gets in the municipalities with each set of closings",
    )
    plans = {"real": view.real, "staying": view.staying, "alike": view.alike}
    longer = {
        key: {code: answer.drawn[key][code] - minutes for code, minutes in before.items()}
        for key in plans
    }
    panels = tuple(
        Panel(
            PLANS[key],
            longer[key],
            tuple(Mark(s.lat, s.lon, "closed", s.name) for s in plan.plan.sites),
        )
        for key, plan in plans.items()
    )
    twin = (
        "Kartorna i tal, minuter längre per invånare",
        "The maps in figures, minutes longer per resident",
    )
    heads = {key: PLANS[key] for key in plans}
    return [
        Drawing("closures", text, partial(drawn_map, text, panels, "longer")),
        by_county(twin, longer, homes, heads, 2),
    ]
