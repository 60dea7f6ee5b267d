"""What the travel engine refuses, one class per thing the caller can correct."""

from knutpunkt.errors import KnutpunktError


class TravelRefused(KnutpunktError, ValueError):
    """The question cannot be answered as it was put."""

    code = "travel_refused"
    hint = "Correct the input and ask again."


class CoordinatesMisshapen(TravelRefused):
    """The coordinates are not a table of latitude and longitude."""

    code = "coordinates_misshapen"
    hint = "Pass an array of shape (n, 2): latitude, longitude in degrees."

    def __init__(self, *, which: str, shape: tuple[int, ...]) -> None:
        super().__init__(f"The {which} have shape {shape}, not (n, 2).")
        self.which, self.shape = which, shape


class CoordinateMissing(TravelRefused):
    """A latitude or longitude is not a number."""

    code = "coordinate_missing"
    hint = "Give the row a position or leave it out."

    def __init__(self, *, which: str, row: int) -> None:
        super().__init__(f"Row {row} of the {which} has no position.")
        self.which, self.row = which, row


class CoordinateOutOfRange(TravelRefused):
    """A latitude is outside ±90° or a longitude outside ±180°."""

    code = "coordinate_out_of_range"
    hint = "Latitude comes first, and both are degrees (WGS 84), not metres."

    def __init__(self, *, which: str, row: int, latitude: float, longitude: float) -> None:
        super().__init__(
            f"Row {row} of the {which} lies at {latitude:g}, {longitude:g}: not on the globe."
        )
        self.which, self.row, self.latitude, self.longitude = which, row, latitude, longitude


class DetourTooShort(TravelRefused):
    """A road cannot be shorter than the straight line."""

    code = "detour_too_short"
    hint = "Use a detour factor of 1 or more; 1.3 is common for car travel."

    def __init__(self, *, detour: float) -> None:
        super().__init__(f"The detour factor is {detour:g}, but no road is shorter than a line.")
        self.detour = detour


class SpeedNotPositive(TravelRefused):
    """Nobody arrives at a speed of zero or less."""

    code = "speed_not_positive"
    hint = "Give the speed in kilometres per hour, above 0."

    def __init__(self, *, km_per_hour: float) -> None:
        super().__init__(f"The speed is {km_per_hour:g} km/h.")
        self.km_per_hour = km_per_hour


class VisitsInvalid(TravelRefused):
    """Counts of visits, residents or bands that cannot be."""

    code = "visits-invalid"
    hint = "Give a number of 0 or more for every office and band."

    def __init__(self, *, what: str, why: str) -> None:
        super().__init__(f"The table of {what} {why}.")


class DecayUnmeasured(TravelRefused):
    """The counts do not tell how visiting falls with distance."""

    code = "decay-unmeasured"
    hint = "Count visits at more offices, or ask for fewer bands."

    def __init__(self, *, offices: int, needed: int) -> None:
        self.offices, self.needed = offices, needed
        super().__init__(
            f"{offices} offices with counts do not tell it; at least {needed} that differ do."
        )
