"""What the search for centres and covers refuses, besides what the location engine refuses."""

from knutpunkt.engines.location.errors import LocationRefused


class SiteCountInvalid(LocationRefused):
    """So many sites cannot be chosen."""

    code = "site_count_invalid"
    hint = "Ask for a whole number of sites, from 1 (and the forced sites) to those not excluded."

    def __init__(self, *, many: object, least: int, most: int) -> None:
        super().__init__(f"{many} sites cannot be chosen; {least} to {most} can.")
        self.many, self.least, self.most = many, least, most


class RadiusInvalid(LocationRefused):
    """The radius is below 0 or not a number."""

    code = "radius_invalid"
    hint = "Give the greatest cost anybody may have, 0 or more."

    def __init__(self, *, radius: float) -> None:
        super().__init__(f"The radius is {radius}.")
        self.radius = radius


class SiteUnknown(LocationRefused):
    """A site that is forced or excluded is not in the problem."""

    code = "site_unknown"
    hint = "Number the sites from 0, in the order of the costs."

    def __init__(self, *, name: str, site: object, sites: int) -> None:
        super().__init__(f"{name} names site {site}, but the sites are 0 to {sites - 1}.")
        self.name, self.site, self.sites = name, site, sites


class SiteMaskWrong(LocationRefused):
    """A mask of sites has the wrong length."""

    code = "site_mask_wrong"
    hint = "Give numbers of sites, or one true or false per site."

    def __init__(self, *, name: str, shape: tuple[int, ...], sites: int) -> None:
        super().__init__(f"{name} has shape {shape}, but there are {sites} sites.")
        self.name, self.shape, self.sites = name, shape, sites
