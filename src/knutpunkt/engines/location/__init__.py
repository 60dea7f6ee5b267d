"""Where to open sites: the p-median with fixed sites and quotas, solved with a proof."""

from knutpunkt.engines.location.answer import Status
from knutpunkt.engines.location.errors import (
    CostNegative,
    CostNotFinite,
    FixedSiteExcluded,
    LabelsMissing,
    LocationRefused,
    NewSitesNegative,
    NoSiteOpen,
    PersonsInvalid,
    ProblemEmpty,
    QuotaNameTaken,
    QuotaRangeInvalid,
    QuotaSiteUnknown,
    QuotaUnknown,
    ShapeWrong,
    TimeLimitInvalid,
    TooFewCandidates,
)
from knutpunkt.engines.location.measures import (
    Evaluation,
    evaluate,
    gain_per_point,
    mean_travel_time,
)
from knutpunkt.engines.location.problem import Problem, Quota, with_quota_dropped
from knutpunkt.engines.location.solution import ENGINE_VERSION, Progress, Solution
from knutpunkt.engines.location.solve import solve

__all__ = [
    "ENGINE_VERSION",
    "CostNegative",
    "CostNotFinite",
    "Evaluation",
    "FixedSiteExcluded",
    "LabelsMissing",
    "LocationRefused",
    "NewSitesNegative",
    "NoSiteOpen",
    "PersonsInvalid",
    "Problem",
    "ProblemEmpty",
    "Progress",
    "Quota",
    "QuotaNameTaken",
    "QuotaRangeInvalid",
    "QuotaSiteUnknown",
    "QuotaUnknown",
    "ShapeWrong",
    "Solution",
    "Status",
    "TimeLimitInvalid",
    "TooFewCandidates",
    "evaluate",
    "gain_per_point",
    "mean_travel_time",
    "solve",
    "with_quota_dropped",
]
