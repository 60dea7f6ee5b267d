"""Premises considered for a slot: proposed, scored, chosen or rejected with a reason."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.errors import KnutpunktError
from knutpunkt.programme.log import log_write
from knutpunkt.programme.models import (
    Criterion,
    Premises,
    PremisesScore,
    PremisesState,
    Slot,
)
from knutpunkt.programme.writing import saved


class ReasonMissing(KnutpunktError):
    """Something is to be refused, withdrawn or dropped without a reason."""

    code = "reason-missing"
    hint = gettext_noop("Say why in a sentence; it stays with the record.")


class PremisesDecided(KnutpunktError):
    """The premises were chosen or rejected already."""

    code = "premises-decided"
    hint = gettext_noop("Look at the comparison as it is now.")
    status = 409


@transaction.atomic
def premises_propose(*, slot: Slot, name: str, by: str, **values: Any) -> Premises:
    """Put premises on the list of a slot.

    Raises
    ------
    Invalid
        When a value is not allowed.
    """
    premises = saved(Premises(slot=slot, name=name, recorded_by=by, **values))
    log_write(slot.programme, "premises-proposed", by=by, slot=slot.key, premises=premises.pk)
    return premises


@transaction.atomic
def premises_score(
    *, premises: Premises, criterion: Criterion, points: int, by: str, note: str = ""
) -> PremisesScore:
    """Score premises on a criterion, 0 to 5; a new score takes the place of the old.

    Raises
    ------
    Invalid
        When the points lie outside.
    """
    found = PremisesScore.objects.filter(premises=premises, criterion=criterion).first()
    before = found.points if found else None
    score = found or PremisesScore(premises=premises, criterion=criterion)
    score.points, score.note = points, note
    saved(score)
    log_write(
        premises.slot.programme,
        "premises-scored",
        by=by,
        premises=premises.pk,
        criterion=criterion.key,
        before=before,
        after=points,
    )
    return score


@transaction.atomic
def premises_choose(*, premises: Premises, by: str) -> Premises:
    """Choose premises; those chosen before go back among the proposed.

    Raises
    ------
    PremisesDecided
        When they were rejected.
    """
    Slot.objects.select_for_update().get(pk=premises.slot_id)
    premises.refresh_from_db()
    if premises.state == PremisesState.REJECTED:
        raise PremisesDecided(
            _("“%(name)s” was rejected: %(why)s")
            % {"name": premises.name, "why": premises.rejected_why}
        )
    others = Premises.objects.filter(slot=premises.slot, state=PremisesState.CHOSEN)
    others.exclude(pk=premises.pk).update(state=PremisesState.PROPOSED)
    premises.state = PremisesState.CHOSEN
    saved(premises)
    log_write(premises.slot.programme, "premises-chosen", by=by, premises=premises.pk)
    return premises


@transaction.atomic
def premises_reject(*, premises: Premises, why: str, by: str) -> Premises:
    """Reject premises with a reason.

    Raises
    ------
    ReasonMissing
        When no reason is given.
    """
    if not why.strip():
        raise ReasonMissing(
            _("“%(name)s” cannot be rejected without a reason.") % {"name": premises.name}
        )
    Slot.objects.select_for_update().get(pk=premises.slot_id)
    premises.refresh_from_db()
    premises.state, premises.rejected_why = PremisesState.REJECTED, why.strip()
    saved(premises)
    log_write(premises.slot.programme, "premises-rejected", by=by, premises=premises.pk, why=why)
    return premises
