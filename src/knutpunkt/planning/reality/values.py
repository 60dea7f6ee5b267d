"""What reality answers with: plain values throughout, ready for JSON."""

from __future__ import annotations

from dataclasses import dataclass

Drawn = dict[str, dict[str, float]]
"""Mean minutes per municipality code, for everything that is drawn."""


@dataclass(frozen=True, slots=True)
class Site:
    """An office or a place for one. ``basis`` is how finely its position is known."""

    key: str
    name: str
    code: str
    municipality: str
    lat: float
    lon: float
    basis: str


@dataclass(frozen=True, slots=True)
class Travelled:
    """The way of all residents to their nearest office, one way.

    ``within_30`` is the share of residents with an office within half an hour, 0 to 1;
    ``beyond_60`` the residents with more than an hour.
    """

    person_minutes: float
    mean_minutes: float
    within_30: float
    beyond_60: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A set of places and what it means; a set that was computed also carries its proof.

    ``status`` is ``proved`` (no set under the same rules is better), ``gap``, ``real`` for what was
    decided and ``in_turn`` for what was picked one by one, where nothing is to be proved. ``bound``
    is what no set can be below, in the unit of what was made least, and ``gap`` the distance to it
    as a share.
    """

    key: str
    status: str
    sites: tuple[Site, ...]
    travelled: Travelled
    bound: float | None = None
    gap: float | None = None
    inputs_hash: str = ""


@dataclass(frozen=True, slots=True)
class Overlap:
    """How far two sets of places agree.

    ``same_municipality`` counts pairs in one municipality, each place in one pair at most;
    ``forced`` how many of them a rule asked for. ``within`` says for each distance in kilometres
    how many pairs can be made that lie no further apart.
    """

    of: int
    same_municipality: int
    forced: int
    within: dict[int, int]


@dataclass(frozen=True, slots=True)
class Pair:
    """One of ours and a real one in the same municipality; where one is missing, it is empty."""

    municipality: str
    ours: Site | None
    real: Site | None
    km: float | None


@dataclass(frozen=True, slots=True)
class CommissionView:
    """The plans of one view of the network: of the named offices, or with the rest assumed."""

    before: Travelled
    real: Plan
    ours: Plan
    without_list: Plan
    without_names: Plan
    without_rules: Plan
    overlap: Overlap


@dataclass(frozen=True, slots=True)
class CommissionAnswer:
    """Our places for a commission against the offices that opened under it."""

    mandate: str
    on: str
    persons: int
    named: int
    unnamed: int
    listed: int
    pairs: tuple[Pair, ...]
    unconfirmed: tuple[str, ...]
    unplaced: tuple[str, ...]
    view: CommissionView
    assumed: CommissionView
    assumed_codes: tuple[str, ...]
    drawn: Drawn
    engine: str


@dataclass(frozen=True, slots=True)
class Loss:
    """What closing a set does to those who lived nearer before.

    ``longer`` residents get ``minutes`` more each on average, ``much_longer`` of them more than a
    quarter of an hour. ``person_minutes`` is the sum over all.
    """

    person_minutes: float
    longer: int
    minutes: float
    much_longer: int


@dataclass(frozen=True, slots=True)
class ClosingPlan:
    """A set of offices to close: the plan of what is left is in ``plan``, its sites are closed."""

    plan: Plan
    loss: Loss
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClosingView:
    """The real set and the best of its size, in one view of the network.

    ``best`` obeys no rule, ``staying`` leaves no municipality, and ``alike`` closes as many offices
    that are alone in their municipality as the real set does.
    """

    before: Travelled
    real: ClosingPlan
    best: ClosingPlan
    staying: ClosingPlan
    alike: ClosingPlan


@dataclass(frozen=True, slots=True)
class ClosedOffice:
    """An office on the list: what its closing alone takes, and whether two best sets take it too.

    ``same_point`` names another office at the very point, because the register knows no better;
    closing one of the two then seems to cost nothing.
    """

    office: Site
    last_day: str
    finding: str
    loss: Loss
    in_staying: bool
    in_alike: bool
    same_point: str


@dataclass(frozen=True, slots=True)
class ClosingRound:
    """One set of closings: all that are known, or those whose decision is known."""

    key: str
    closed: tuple[ClosedOffice, ...]
    view: ClosingView
    assumed: ClosingView


@dataclass(frozen=True, slots=True)
class ClosuresAnswer:
    """Real closings against the best of the same size, on the day before the first of them."""

    on: str
    persons: int
    named: int
    unnamed: int
    unplaced: tuple[str, ...]
    unconfirmed: tuple[str, ...]
    municipalities: int
    rounds: tuple[ClosingRound, ...]
    drawn: Drawn
    engine: str


@dataclass(frozen=True, slots=True)
class Remote:
    """A municipality by its mean minutes to an office, the furthest first."""

    rank: int
    code: str
    municipality: str
    persons: int
    minutes: float


@dataclass(frozen=True, slots=True)
class RuledPlace:
    """A place the rule gave: its rank among all by what it saves alone, and its municipality's."""

    site: Site
    rank: int
    person_minutes: float
    remote: Remote


@dataclass(frozen=True, slots=True)
class RegionView:
    """What distance alone says in one view of the network."""

    before: Travelled
    rule: Plan
    least_travel: Plan
    fewest_beyond: Plan
    furthest_first: Plan
    ruled: tuple[RuledPlace, ...]
    remote: tuple[Remote, ...]


@dataclass(frozen=True, slots=True)
class RegionsAnswer:
    """The places of the rule about regions without an office, against distance alone."""

    on: str
    persons: int
    named: int
    unnamed: int
    candidates: int
    view: RegionView
    assumed: RegionView
    assumed_codes: tuple[str, ...]
    drawn: Drawn
    engine: str


@dataclass(frozen=True, slots=True)
class Home:
    """A municipality, its county and its residents."""

    code: str
    municipality: str
    county: str
    persons: int


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything asked; what was not asked is ``None``. ``positions`` counts bases."""

    detour: float
    km_per_hour: float
    assumed: tuple[Site, ...]
    positions: dict[str, int]
    municipalities: tuple[Home, ...]
    commission: CommissionAnswer | None = None
    closures: ClosuresAnswer | None = None
    regions: RegionsAnswer | None = None
