"""What the search for the mean of the worst share refuses."""

from __future__ import annotations

from knutpunkt.engines.location.errors import LocationRefused


class ShareInvalid(LocationRefused):
    """A share of the persons is not a share."""

    code = "share_invalid"
    hint = "Give the share of the worst-off above 0 and at most 1, for instance 0.05."

    def __init__(self, *, share: float) -> None:
        super().__init__(f"The share of the worst-off is {share:g}, not above 0 and at most 1.")
        self.share = share


class NobodyCounts(LocationRefused):
    """There is nobody of whom the worst-off could be a share."""

    code = "nobody_counts"
    hint = "Give at least one client more than 0 persons."

    def __init__(self) -> None:
        super().__init__("No client has any persons, so nobody is worst off.")


class ShareMissing(LocationRefused):
    """The worst-off are asked for, but not how many they are."""

    code = "share_missing"
    hint = "Give --share, for instance 0.05 for the worst-off twentieth."

    def __init__(self) -> None:
        super().__init__("worst-share needs to know which share of the persons is the worst-off.")
