"""What the location engine refuses, one class per thing the caller can correct.

Each error names the place of the mistake and is raised before anything is computed.
"""

from knutpunkt.errors import KnutpunktError


class LocationRefused(KnutpunktError, ValueError):
    """The location problem cannot be solved as it was put."""

    code = "location_refused"
    hint = "Correct the problem and solve again."


class ProblemEmpty(LocationRefused):
    """There are no demand points or no sites."""

    code = "problem_empty"
    hint = "Give at least one demand point and one site."

    def __init__(self, *, points: int, sites: int) -> None:
        super().__init__(f"The problem has {points} demand points and {sites} sites.")
        self.points, self.sites = points, sites


class ShapeWrong(LocationRefused):
    """An array does not fit the others."""

    code = "shape_wrong"
    hint = "cost is (points, sites), persons (points,), fixed_open and excluded (sites,)."

    def __init__(self, *, array: str, shape: tuple[int, ...], expected: str) -> None:
        super().__init__(f"{array} has shape {shape}, expected {expected}.")
        self.array, self.shape, self.expected = array, shape, expected


class CostNotFinite(LocationRefused):
    """A travel cost is missing or infinite."""

    code = "cost_not_finite"
    hint = "Fill the gap, or exclude the site or the demand point."

    def __init__(self, *, point: int, site: int, cost: float) -> None:
        super().__init__(f"The cost from point {point} to site {site} is {cost}.")
        self.point, self.site, self.cost = point, site, cost


class CoordinateInvalid(LocationRefused):
    """A coordinate is missing, infinite or not on earth."""

    code = "coordinate_invalid"
    hint = "Give two numbers per place: x and y, or latitude and longitude in degrees."

    def __init__(self, *, what: str, number: int, value: object) -> None:
        super().__init__(f"The place of {what} {number} is {value}.")
        self.what, self.number, self.value = what, number, value


class CostNegative(LocationRefused):
    """A travel cost is below zero."""

    code = "cost_negative"
    hint = "Minutes are never below 0."

    def __init__(self, *, point: int, site: int, cost: float) -> None:
        super().__init__(f"The cost from point {point} to site {site} is {cost:g}, below 0.")
        self.point, self.site, self.cost = point, site, cost


class PersonsInvalid(LocationRefused):
    """A number of persons is missing, infinite or below zero."""

    code = "persons_invalid"
    hint = "Give the residents of every demand point, 0 or more."

    def __init__(self, *, point: int, persons: float) -> None:
        super().__init__(f"Point {point} has {persons:g} persons.")
        self.point, self.persons = point, persons


class FixedSiteExcluded(LocationRefused):
    """A site is both kept open and excluded."""

    code = "fixed_site_excluded"
    hint = "Decide whether the site stays open or is excluded."

    def __init__(self, *, site: int) -> None:
        super().__init__(f"Site {site} is fixed open and excluded at once.")
        self.site = site


class NewSitesNegative(LocationRefused):
    """The number of sites to open is below zero."""

    code = "new_sites_negative"
    hint = "Open 0 sites or more."

    def __init__(self, *, new_sites: int) -> None:
        super().__init__(f"{new_sites} sites cannot be opened.")
        self.new_sites = new_sites


class NoSiteOpen(LocationRefused):
    """Nothing is open, so nobody has a nearest site."""

    code = "no_site_open"
    hint = "Keep a site open or open at least one new one."

    def __init__(self) -> None:
        super().__init__("No site is open: none is fixed and none is to be opened.")


class TooFewCandidates(LocationRefused):
    """More sites are to be opened than may be opened."""

    code = "too_few_candidates"
    hint = "Open fewer sites or exclude fewer candidates."

    def __init__(self, *, new_sites: int, candidates: int) -> None:
        super().__init__(f"{new_sites} sites are to be opened among {candidates} candidates.")
        self.new_sites, self.candidates = new_sites, candidates


class QuotaSiteUnknown(LocationRefused):
    """A quota speaks of a site that is not in the problem."""

    code = "quota_site_unknown"
    hint = "Number the sites from 0 in the order of the cost columns."

    def __init__(self, *, quota: str, site: object, sites: int) -> None:
        super().__init__(f"Quota {quota!r} names site {site}, but the sites are 0 to {sites - 1}.")
        self.quota, self.site, self.sites = quota, site, sites


class QuotaRangeInvalid(LocationRefused):
    """A quota asks for at least more than at most, or for less than nothing."""

    code = "quota_range_invalid"
    hint = "Set 0 <= at_least <= at_most."

    def __init__(self, *, quota: str, at_least: int, at_most: int | None) -> None:
        super().__init__(f"Quota {quota!r} asks for at least {at_least} and at most {at_most}.")
        self.quota, self.at_least, self.at_most = quota, at_least, at_most


class QuotaNameTaken(LocationRefused):
    """Two quotas have the same name."""

    code = "quota_name_taken"
    hint = "Give every quota a name of its own; answers refer to it."

    def __init__(self, *, quota: str) -> None:
        super().__init__(f"Two quotas are called {quota!r}.")
        self.quota = quota


class QuotaUnknown(LocationRefused):
    """No quota of the problem has this name."""

    code = "quota_unknown"
    hint = "Use the name of one of the problem's quotas."

    def __init__(self, *, quota: str) -> None:
        super().__init__(f"The problem has no quota called {quota!r}.")
        self.quota = quota


class LabelsMissing(LocationRefused):
    """There are labels, but not one per site."""

    code = "labels_missing"
    hint = "Give one label per site, or none at all."

    def __init__(self, *, labels: int, sites: int) -> None:
        super().__init__(f"There are {labels} labels for {sites} sites.")
        self.labels, self.sites = labels, sites


class TimeLimitInvalid(LocationRefused):
    """The time limit is below zero or not a number."""

    code = "time_limit_invalid"
    hint = "Give seconds, 0 or more, or None for no limit."

    def __init__(self, *, time_limit: float) -> None:
        super().__init__(f"The time limit is {time_limit} s.")
        self.time_limit = time_limit


class CountImpossible(LocationRefused):
    """No number of open sites is possible."""

    code = "count_impossible"
    hint = "Open at least one site, at least those that are fixed open, and no more than there are."

    def __init__(self, *, at_least: int, at_most: int, forced: int, available: int) -> None:
        super().__init__(
            f"Between {at_least} and {at_most} sites are to be open, but {forced} are fixed open "
            f"and {available} may be open."
        )
        self.at_least, self.at_most, self.forced, self.available = (
            at_least, at_most, forced, available,
        )  # fmt: skip


class OpeningCostInvalid(LocationRefused):
    """An opening cost is missing or infinite."""

    code = "opening_cost_invalid"
    hint = "Give a number for every site; below 0 is what closing would save."

    def __init__(self, *, site: int, cost: float) -> None:
        super().__init__(f"Opening site {site} costs {cost}.")
        self.site, self.cost = site, cost


class RuleInvalid(LocationRefused):
    """A rule says nothing that can be obeyed or broken."""

    code = "rule_invalid"
    hint = "Give at_least, at_most, distinct sites, and one factor per site or none."

    def __init__(self, *, rule: str, why: str) -> None:
        super().__init__(f"Rule {rule!r} {why}.")
        self.rule, self.why = rule, why


class WorkLimitInvalid(LocationRefused):
    """The work limit is below zero."""

    code = "work_limit_invalid"
    hint = "Give the work an earlier answer was stopped at, or none for no limit."

    def __init__(self, *, work_limit: int) -> None:
        super().__init__(f"The work limit is {work_limit}.")
        self.work_limit = work_limit


class CertificateUnreadable(LocationRefused):
    """A file is no certificate, or a damaged one."""

    code = "certificate_unreadable"
    hint = "Give a file that siting solve wrote with --certificate."

    def __init__(self, *, file: str, why: str) -> None:
        super().__init__(f"{file} is not a certificate that can be checked: {why}.")
        self.file, self.why = file, why


class InstanceUnreadable(LocationRefused):
    """A file of a published instance cannot be read."""

    code = "instance_unreadable"
    hint = "Give a file of OR-Library (pmed, cap, pmedcap), TSPLIB (EUC_2D) or a covering city."

    def __init__(self, *, file: str, why: str) -> None:
        super().__init__(f"{file} was not read: {why}.")
        self.file, self.why = file, why


class ModelUnfit(LocationRefused):
    """A model needs what an instance does not have."""

    code = "model_unfit"
    hint = "Give --p, --radius, or a file that has what the model needs."

    def __init__(self, *, model: str, instance: str, missing: str) -> None:
        super().__init__(f"{model} cannot be asked of {instance}: there is no {missing}.")
        self.model, self.instance, self.missing = model, instance, missing


class FileUnfit(LocationRefused):
    """A file of a question cannot be read, or says something that cannot be."""

    code = "file_unfit"
    hint = "Correct the file; docs/siting.md shows what each may hold."

    def __init__(self, *, file: str, line: int, why: str) -> None:
        where = f"{file}, line {line}" if line else file
        super().__init__(f"{where}: {why}.")
        self.file, self.line, self.why = file, line, why


class NoCertificate(LocationRefused):
    """No certificate is written for a model."""

    code = "no_certificate"
    hint = "Leave out --certificate; the answer itself says how sure it is."

    def __init__(self, *, model: str) -> None:
        super().__init__(f"No certificate is written for {model}.")
        self.model = model


class DecayInvalid(LocationRefused):
    """A cost by length of journey falls, or is no number."""

    code = "decay_invalid"
    hint = "Give ascending lengths whose costs are never less than the one before."

    def __init__(self, *, row: int, why: str) -> None:
        super().__init__(f"Row {row + 1} of the decay {why}.")
        self.row, self.why = row, why
