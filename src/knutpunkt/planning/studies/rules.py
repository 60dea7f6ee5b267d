"""Rules a planner writes: what must open, close or stay, and how many where."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from knutpunkt.planning.errors import QuestionRefused

#: Rules about one place or office, with the words for what they do.
ABOUT_A_PLACE = ("must_open", "never_open")
ABOUT_AN_OFFICE = ("keep", "must_close")
QUOTA, NEVER_LEAVE, MAX_MINUTES = "quota", "never_leave", "max_minutes"
#: Rules about several places and offices at once: open together or not at all; at most one of them.
TOGETHER, APART = "together", "apart"
ABOUT_SEVERAL = (TOGETHER, APART)
KINDS = (*ABOUT_A_PLACE, *ABOUT_AN_OFFICE, *ABOUT_SEVERAL, QUOTA, NEVER_LEAVE, MAX_MINUTES)
#: What opposes what at the same place.
OPPOSITE = {"must_open": "never_open", "never_open": "must_open",
            "keep": "must_close", "must_close": "keep"}  # fmt: skip

#: What the codes of a quota name. Those of areas are municipalities, those of classes the classes
#: of areas, those of sites the keys of places and offices.
SCOPES = ("municipality", "county", "area", "area_class", "site")
COUNTED = ("new", "all")
#: Fewer places are neither together nor apart.
PAIR = 2


@dataclass(frozen=True, slots=True)
class WrittenRule:
    """A rule of a study.

    Parameters
    ----------
    kind
        One of ``KINDS``.
    at
        Key of the place or office it is about.
    scope, codes
        Of a quota: what the codes name, see ``SCOPES``. Groups may overlap. Of a rule about several
        places and offices the codes are their keys.
    counts
        Of a quota: ``new`` counts what opens, ``all`` what is open afterwards.
    at_least, at_most
        Of a quota; ``None`` is no upper bound.
    minutes
        Of the longest way.
    reason
        Why; asked for where something is fixed.
    label
        Name of what it is about, for readers.
    """

    kind: str
    at: str = ""
    scope: str = "municipality"
    codes: tuple[str, ...] = ()
    counts: str = "new"
    at_least: int = 0
    at_most: int | None = None
    minutes: float = 0.0
    reason: str = ""
    label: str = ""

    @property
    def key(self) -> str:
        """Name of the rule in its question; two rules of one name say the same."""
        if self.kind == QUOTA:
            most = "" if self.at_most is None else self.at_most
            bounds = f"{self.at_least}-{most}"
            return f"quota:{self.scope}:{','.join(self.codes)}:{self.counts}:{bounds}"
        if self.kind == MAX_MINUTES:
            return f"max_minutes:{self.minutes:g}"
        if self.kind in ABOUT_SEVERAL:
            return f"{self.kind}:{','.join(sorted(self.codes))}"
        return f"{self.kind}:{self.at}" if self.at else self.kind

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {**asdict(self), "codes": list(self.codes)}

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> WrittenRule:
        """Read a kept rule.

        Raises
        ------
        QuestionRefused
            When it has a field no rule has.
        """
        unknown = sorted(set(kept) - set(cls.__dataclass_fields__))
        if unknown or "kind" not in kept:
            raise QuestionRefused(
                reason=_("A rule has a field “%(name)s” that no rule knows, or no kind.")
                % {"name": unknown[0] if unknown else ""},
                hint=_("Give it a kind and only fields of a rule."),
            )
        return cls(**{**kept, "codes": tuple(kept.get("codes", ()))})

    def refuse_nonsense(self) -> None:
        """Refuse a rule nobody can obey or understand.

        Raises
        ------
        QuestionRefused
            With what is wrong.
        """
        if self.kind not in KINDS:
            _refuse(_("“%(kind)s” is not a kind of rule.") % {"kind": self.kind})
        if self.kind in (*ABOUT_A_PLACE, *ABOUT_AN_OFFICE):
            if not self.at:
                _refuse(_("A rule that fixes a place does not say which."))
            if not self.reason.strip():
                _refuse(_("The rule about “%(at)s” gives no reason.") % {"at": self.at})
        if self.kind == QUOTA:
            self._refuse_quota()
        if self.kind in ABOUT_SEVERAL:
            self._refuse_several()
        if self.kind == MAX_MINUTES and not (math.isfinite(self.minutes) and self.minutes > 0):
            _refuse(_("A longest way of %(minutes)s minutes makes no sense.")
                    % {"minutes": self.minutes})  # fmt: skip

    def _refuse_several(self) -> None:
        if len(set(self.codes)) < PAIR:
            _refuse(_("A rule about places together or apart names fewer than two."))
        if not self.reason.strip():
            _refuse(_("The rule about “%(at)s” gives no reason.") % {"at": ", ".join(self.codes)})

    def _refuse_quota(self) -> None:
        if self.scope not in SCOPES or self.counts not in COUNTED or not self.codes:
            _refuse(_("A quota does not say where it counts, or what."))
        if self.at_least < 0 or (self.at_most is not None and self.at_most < self.at_least):
            _refuse(
                _("A quota asks for at least %(least)s and at most %(most)s.")
                % {"least": self.at_least, "most": self.at_most}
            )


def _refuse(reason: str) -> None:
    raise QuestionRefused(reason=reason, hint=_("Correct the rule or leave it out."))
