"""The sheet about the 28 offices of 2021."""

from __future__ import annotations

from collections.abc import Sequence
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
    percent,
    said,
    same,
)
from knutpunkt.planning.reality.sheets.maps import Mark, Panel, drawn_map
from knutpunkt.planning.reality.sheets.words import (
    ASSUMED,
    NAMED,
    basis,
    by_county,
    columns,
    figures,
    proofs,
)
from knutpunkt.planning.reality.values import (
    CommissionAnswer,
    CommissionView,
    Home,
    Pair,
    Plan,
    Site,
)

FAR_KM = 10
PLANS: dict[str, Both] = {
    "real": ("de verkliga", "the real ones"),
    "ours": ("våra, alla villkor", "ours, every clause"),
    "without_list": ("utan listan", "without the list"),
    "without_names": ("utan listan och de åtta städerna", "without the list and the eight cities"),
    "without_rules": ("utan villkor", "without any clause"),
}
PANELS: dict[str, Both] = {
    "before": ("före", "before"),
    "real": ("de verkliga", "the real ones"),
    "ours": ("våra", "ours"),
}


def commission_sheet(answer: CommissionAnswer, homes: Sequence[Home]) -> list[Block]:
    """Tell how far ours and the real ones agree, and what the list costs."""
    return [
        Heading(("De 28 kontoren i 2021 års uppdrag", "The 28 offices of the commission of 2021")),
        _asked(answer),
        _travel(answer),
        _share(answer),
        _price(answer),
        _artefact(answer),
        Heading(("Hur lika de är", "How alike they are"), 3),
        _overlap(answer),
        _forced(answer),
        _pairs(answer.pairs),
        _positions(answer),
        *_map(answer, homes),
    ]


def _asked(answer: CommissionAnswer) -> Text:
    return said(
        "Uppdraget beställde {count} kontor. Den {on} namnger registret {named} av {all} kontor. "
        "Våra platser är de som bevisat ger minst restid under varje villkor i uppdraget "
        "(`knutpunkt siting plan --mandate {mandate}`); de verkliga är de kontor som registret "
        "räknar till uppdraget. {unconfirmed} av dem är planerade utan att en källa säger att de "
        "öppnade.",
        "The commission ordered {count} offices. On {on} the register names {named} of {all} "
        "offices. Our places are those proved to take the least travel under every clause "
        "(`knutpunkt siting plan --mandate {mandate}`); the real ones are the offices the "
        "register attributes to the commission. {unconfirmed} of them were planned, and no source "
        "says that they opened.",
        count=both(len(answer.view.ours.sites)),
        on=same(answer.on),
        named=both(answer.named),
        all=both(answer.named + answer.unnamed),
        mandate=same(answer.mandate),
        unconfirmed=both(len(answer.unconfirmed)),
    )


def _travel(answer: CommissionAnswer) -> Grid:
    before = (
        ("före", "before"),
        *figures(answer.view.before),
        *figures(answer.assumed.before),
        NOTHING,
    )
    rows = [before]
    for plan, other in zip(_plans(answer.view), _plans(answer.assumed), strict=True):
        rows.append(
            (
                PLANS[plan.key],
                *figures(plan.travelled),
                *figures(other.travelled),
                proofs(plan, other),
            )
        )
    title = (
        "Restid till närmaste kontor, en väg, per invånare",
        "Travel to the nearest office, one way, per resident",
    )
    heads = (("kontor", "offices"), *columns(NAMED), *columns(ASSUMED), ("bevis", "proof"))
    return Grid(title, heads, tuple(rows))


def _plans(view: CommissionView) -> tuple[Plan, ...]:
    return view.real, view.ours, view.without_list, view.without_names, view.without_rules


def _share(answer: CommissionAnswer) -> Text:
    return said(
        "Mätt i restid ger de verkliga kontoren {named} av vad våra ger, och {assumed} om de "
        "onamngivna antas.",
        "In travel the real offices bring {named} of what ours bring, and {assumed} with the "
        "unnamed assumed.",
        named=percent(_reached(answer.view)),
        assumed=percent(_reached(answer.assumed)),
    )


def _reached(view: CommissionView) -> float:
    before = view.before.person_minutes
    ours = before - view.ours.travelled.person_minutes
    return (before - view.real.travelled.person_minutes) / ours


def _price(answer: CommissionAnswer) -> Text:
    return said(
        "**Listans pris.** Utan listan på {listed} namngivna kommuner, med alla andra villkor "
        "kvar, skulle lika många kontor spara {named} miljoner personminuter mer än våra: "
        "{seconds} sekunder per invånare och väg. Med de onamngivna antagna är priset {assumed} "
        "miljoner, {fewer} sekunder.",
        "**What the list costs.** Without the list of {listed} named municipalities, with every "
        "other clause kept, as many offices would save {named} million person-minutes more than "
        "ours: {seconds} seconds per resident, one way. With the unnamed assumed the price is "
        "{assumed} million, {fewer} seconds.",
        listed=both(answer.listed),
        named=millions(_cost(answer.view)),
        seconds=both(60 * _cost(answer.view) / answer.persons),
        assumed=millions(_cost(answer.assumed)),
        fewer=both(60 * _cost(answer.assumed) / answer.persons),
    )


def _cost(view: CommissionView) -> float:
    return view.ours.travelled.person_minutes - view.without_list.travelled.person_minutes


def _artefact(answer: CommissionAnswer) -> Text:
    taken = _taken(answer)
    return said(
        "Den första siffran är troligen för hög. {count} av platserna utan listan ligger i "
        "kommuner där scenariot antar ett av de {unnamed} kontor som ingen källa namnger: "
        "{names}. I många av dem låg troligen redan ett kontor. Den andra siffran är det bättre "
        "måttet, men också den beror på var de onamngivna verkligen låg.",
        "The first figure is probably too high. {count} of the places without the list lie in "
        "municipalities where the scenario assumes one of the {unnamed} offices that no source "
        "names: {names}. In many of them an office probably stood already. The second figure is "
        "the better measure, but it too hangs on where the unnamed really stood.",
        count=both(len(taken)),
        unnamed=both(answer.unnamed),
        names=listed(sorted({site.municipality for site in taken})),
    )


def _taken(answer: CommissionAnswer) -> list[Site]:
    return [site for site in answer.view.without_list.sites if site.code in answer.assumed_codes]


def _overlap(answer: CommissionAnswer) -> Grid:
    one, two = answer.view.overlap, answer.assumed.overlap
    shared, forced = "in the same municipality", "of these because the list asks for it"
    rows = [
        (("i samma kommun", shared), one.same_municipality, two.same_municipality),
        (("därav för att listan kräver det", forced), one.forced, two.forced),
    ]
    rows += [
        ((f"högst {km} km isär", f"at most {km} km apart"), one.within[km], two.within[km])
        for km in one.within
    ]
    title = (
        f"Par av ett av våra {one.of} och ett verkligt, varje kontor i högst ett par",
        f"Pairs of one of our {one.of} and a real one, each office in one pair at most",
    )
    header = (("par", "pairs"), NAMED, ASSUMED)
    return Grid(title, header, tuple((name, both(a), both(b)) for name, a, b in rows))


def _forced(answer: CommissionAnswer) -> Text:
    one, two = answer.view.overlap, answer.assumed.overlap
    free = one.of - one.forced
    return said(
        "Att {forced} kommuner är gemensamma är ingen bedrift: uppdraget räknar upp dem. Det som "
        "säger något är de {free} fria: {named} av dem hamnar i en kommun där ett verkligt kontor "
        "öppnade, {assumed} med de onamngivna antagna.",
        "That {forced} municipalities are shared is no feat: the commission lists them. What says "
        "something is the {free} free ones: {named} of them fall in a municipality where a real "
        "office opened, {assumed} with the unnamed assumed.",
        forced=both(one.forced),
        free=both(free),
        named=both(one.same_municipality - one.forced),
        assumed=both(two.same_municipality - two.forced),
    )


def _pairs(pairs: Sequence[Pair]) -> Grid:
    rows = tuple(
        (
            same(pair.municipality),
            same(pair.ours.name) if pair.ours else NOTHING,
            same(pair.real.name) if pair.real else NOTHING,
            both(pair.km, 1) if pair.km is not None else NOTHING,
            basis(pair.real.basis) if pair.real else NOTHING,
        )
        for pair in pairs
    )
    header = (
        ("kommun", "municipality"), ("vår plats", "our place"), ("verkligt kontor", "real office"),
        ("km", "km"), ("läget är känt som", "position known as"),
    )  # fmt: skip
    return Grid(("Kommun för kommun", "Municipality by municipality"), header, rows)


def _positions(answer: CommissionAnswer) -> Text:
    real = answer.view.real.sites
    coarse = [s for s in real if s.basis in ("town-point", "municipality-point")]
    far = [pair for pair in answer.pairs if pair.km is not None and pair.km > FAR_KM]
    return said(
        "{coarse} av de {all} verkliga kontorens lägen är bara ortens eller kommunens punkt, så "
        "avstånd på några kilometer säger inget om stadsdelen. {far} par ligger mer än {km} km "
        "isär: villkoret nöjer sig med vilken ort som helst i kommunen, och minst restid lägger "
        "kontoret mellan orter, utan att se bussar eller lokaler.",
        "{coarse} of the {all} real offices are placed only by the point of their town or "
        "municipality, so a few kilometres say nothing of the district. {far} pairs lie more than "
        "{km} km apart: the clause is content with any locality of the municipality, and least "
        "travel puts the office between towns, seeing neither buses nor premises.",
        coarse=both(len(coarse)),
        all=both(len(real)),
        far=both(len(far)),
        km=both(FAR_KM),
    )


def _map(answer: CommissionAnswer, homes: Sequence[Home]) -> list[Block]:
    text = (
        "Tre kartor: genomsnittlig restid i kommunerna före, med de verkliga och med våra kontor",
        "Three maps: mean travel in the municipalities before, with the real and with our offices",
    )
    sites: dict[str, tuple[Site, ...]] = {
        "before": (), "real": answer.view.real.sites, "ours": answer.view.ours.sites,
    }  # fmt: skip
    panels = tuple(
        Panel(name, answer.drawn[key], tuple(Mark(s.lat, s.lon, "new", s.name) for s in sites[key]))
        for key, name in PANELS.items()
    )
    twin = ("Kartorna i tal, minuter per invånare", "The maps in figures, minutes per resident")
    return [
        Drawing("commission", text, partial(drawn_map, text, panels, "minutes")),
        by_county(twin, answer.drawn, homes, PANELS),
    ]
