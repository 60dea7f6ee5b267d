"""How an errand can end: each outcome with its key, and the small second step of some."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.urls import reverse

from knutpunkt.reception.desk.access import Post
from knutpunkt.reception.desk.errand_forms import STEPS, AboutForm
from knutpunkt.reception.desk.names import OUTCOMES
from knutpunkt.reception.transitions import BY_CLERK


@dataclass(frozen=True, slots=True)
class OutcomeKey:
    """An outcome and the one key that says it; ``asks`` when a second step follows."""

    code: str
    word: str
    key: str
    asks: bool
    href: str
    first: bool


@dataclass(frozen=True, slots=True)
class Step:
    """The second step of an outcome."""

    code: str
    word: str
    form: forms.Form
    about: forms.Form | None = None

    @property
    def open(self) -> bool:
        """Whether it was filled in and refused, and has to be seen."""
        return self.form.is_bound


def outcome_keys(office: str, errand: int) -> list[OutcomeKey]:
    """Every outcome a clerk may say, keys 1 to 9 in a fixed order."""
    return [
        OutcomeKey(
            code=code,
            word=str(OUTCOMES[code]),
            key=str(number),
            asks=code in STEPS,
            href=reverse("reception:step", args=[office, errand, code]),
            first=number == 1,
        )
        for number, code in enumerate(BY_CLERK, start=1)
    ]


def step_of(code: str, *, form: forms.Form | None = None, asking_of: Post | None = None) -> Step:
    """The second step of one outcome, empty unless a form is given.

    Parameters
    ----------
    asking_of
        Ask also what the errand was about, of somebody at this office; nobody has said.
    """
    about = None
    if asking_of is not None:
        about = AboutForm(office=asking_of.key, by=asking_of.by, auto_id=f"{code}-%s")
    return Step(code, str(OUTCOMES[code]), form or STEPS[code](auto_id=f"{code}-%s"), about)


def steps_of(asking_of: Post | None, refused: Step | None = None) -> list[Step]:
    """Every second step; one that was refused as it was filled in."""
    return [
        step_of(
            code,
            form=refused.form if refused and refused.code == code else None,
            asking_of=asking_of,
        )
        for code in STEPS
    ]
