"""What a capacitated question is refused for, one class per thing the caller can correct."""

from knutpunkt.engines.location.errors import LocationRefused


class AmountInvalid(LocationRefused):
    """A demand, a capacity or a minimum load is missing or out of range."""

    code = "amount_invalid"
    hint = "Demands, capacities and minimum loads are finite and not below 0."

    def __init__(self, *, array: str, place: int, amount: float) -> None:
        super().__init__(f"{array}[{place}] is {amount:g}, expected a finite number, 0 or more.")
        self.array, self.place, self.amount = array, place, amount


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


class TooManyPairs(LocationRefused):
    """A question with capacities is too large to be put into tables."""

    code = "too_many_pairs"
    hint = "Merge demand points that lie together, or offer fewer sites."

    def __init__(self, *, clients: int, sites: int, most: int) -> None:
        super().__init__(
            f"{clients} clients and {sites} sites are {clients * sites} pairs; "
            f"with capacities at most {most} can be solved."
        )
        self.clients, self.sites, self.most = clients, sites, most


class MultipliersInvalid(LocationRefused):
    """Multipliers do not fit the question, so they prove nothing."""

    code = "multipliers_invalid"
    hint = "Give one finite price per client and one per rule that is priced."

    def __init__(self, *, problem: str) -> None:
        super().__init__(f"The multipliers cannot be used: {problem}.")
        self.problem = problem
