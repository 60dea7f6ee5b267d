"""What a capacitated question is refused for, one class per thing the caller can correct."""

from knutpunkt.engines.location.errors import LocationRefused


class AmountInvalid(LocationRefused):
    """A demand, a capacity, an opening cost or a minimum load is missing or out of range."""

    code = "amount_invalid"
    hint = "Demands, capacities, opening costs and minimum loads are finite and not below 0."

    def __init__(self, *, array: str, place: int, amount: float) -> None:
        super().__init__(f"{array}[{place}] is {amount:g}, expected a finite number, 0 or more.")
        self.array, self.place, self.amount = array, place, amount


class ServingCostInvalid(LocationRefused):
    """A cost of serving a client is not a number, or below 0."""

    code = "serving_cost_invalid"
    hint = "Give 0 or more, or infinity where a site cannot serve a client."

    def __init__(self, *, client: int, site: int, cost: float) -> None:
        super().__init__(f"The cost of serving client {client} from site {site} is {cost:g}.")
        self.client, self.site, self.cost = client, site, cost


class LoadRangeEmpty(LocationRefused):
    """A site must carry more than it can."""

    code = "load_range_empty"
    hint = "Set the minimum load to the capacity or below, or exclude the site."

    def __init__(self, *, site: int, minimum_load: float, capacity: float) -> None:
        super().__init__(
            f"Site {site} opens with a load of at least {minimum_load:g}, "
            f"but carries at most {capacity:g}."
        )
        self.site, self.minimum_load, self.capacity = site, minimum_load, capacity


class CountImpossible(LocationRefused):
    """The number of open sites cannot be reached, whatever the clients ask for."""

    code = "capacity_count_impossible"
    hint = "Open at least the forced sites and at most those that are not excluded."

    def __init__(self, *, count: int, forced: int, allowed: int) -> None:
        super().__init__(
            f"{count} sites are to be open, but {forced} are forced and {allowed} are allowed."
        )
        self.count, self.forced, self.allowed = count, forced, allowed


class SiteForcedAndExcluded(LocationRefused):
    """A site is both forced open and excluded."""

    code = "site_forced_and_excluded"
    hint = "Decide whether the site is open or excluded."

    def __init__(self, *, site: int) -> None:
        super().__init__(f"Site {site} is forced open and excluded at once.")
        self.site = site


class MultipliersInvalid(LocationRefused):
    """Multipliers do not fit the question, so they prove nothing."""

    code = "multipliers_invalid"
    hint = "Give one finite price per client and one price of capacity, 0 or more."

    def __init__(self, *, problem: str) -> None:
        super().__init__(f"The multipliers cannot be used: {problem}.")
        self.problem = problem
