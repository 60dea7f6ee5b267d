"""Evidence: filed for a requirement of a gate, and withdrawn with a reason."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.core import clock
from knutpunkt.errors import KnutpunktError
from knutpunkt.programme.evidence_store import Uploaded, store
from knutpunkt.programme.log import log_write
from knutpunkt.programme.models import Evidence, Requirement
from knutpunkt.programme.services.premises import ReasonMissing
from knutpunkt.programme.writing import refuse_if_over, saved


class EvidenceWithdrawn(KnutpunktError):
    """The evidence was withdrawn already."""

    code = "evidence-withdrawn"
    hint = gettext_noop("Look at the gate as it is now.")
    status = 409


class EvidenceStillNeeded(KnutpunktError):
    """A gate has passed on the document that is to be withdrawn."""

    code = "evidence-still-needed"
    hint = gettext_noop("File the right document for the same requirement, then withdraw this one.")
    status = 409


class EvidenceFromTomorrow(KnutpunktError):
    """A document is dated on a day that has not come."""

    code = "evidence-from-tomorrow"
    hint = gettext_noop("Give the day the document is dated.")


@transaction.atomic
def evidence_file(
    *,
    requirement: Requirement,
    title: str,
    dnr: str,
    dated_on: date,
    secret: bool,
    upload: Uploaded | None,
    by: str,
) -> Evidence:
    """File a document for a gate: with its file, or by its diary number alone.

    The log names secret evidence by its diary number only to those who may see it.

    Raises
    ------
    ProjectOver, EvidenceFromTomorrow, EvidenceTooLarge, EvidenceTypeRefused, Invalid
        When it cannot be; nothing is written then.
    """
    project = requirement.gate.project
    refuse_if_over(project)
    if dated_on > clock.today():
        raise EvidenceFromTomorrow(
            _("%(day)s has not come yet, so no document is from it.")
            % {"day": dated_on.isoformat()}
        )
    evidence = Evidence(
        requirement=requirement,
        title=title,
        dnr=dnr,
        dated_on=dated_on,
        secret=secret,
        filed_by=by,
    )
    if upload is not None:
        kept = store(upload)
        evidence.sha256, evidence.size = kept.sha256, kept.size
        evidence.media_type, evidence.file_name = kept.media_type, kept.name
    saved(evidence)
    log_write(
        project.slot.programme,
        "evidence-filed",
        by=by,
        project=project,
        gate=requirement.gate.key,
        requirement=requirement.key,
        evidence=evidence.pk,
        secret=secret,
        sha256=evidence.sha256,
    )
    return evidence


@transaction.atomic
def evidence_withdraw(*, evidence: Evidence, why: str, by: str) -> Evidence:
    """Withdraw a document; it stays on record and no longer counts.

    Raises
    ------
    ReasonMissing, EvidenceWithdrawn
        When it cannot be.
    """
    if not why.strip():
        raise ReasonMissing(_("Evidence cannot be withdrawn without a reason."))
    requirement = evidence.requirement
    others = requirement.evidence.filter(withdrawn_at=None).exclude(pk=evidence.pk)
    if requirement.gate.passed_on is not None and not others.exists():
        raise EvidenceStillNeeded(
            _("%(gate)s passed on this document; file the one that takes its place first.")
            % {"gate": requirement.gate.name}
        )
    standing = Evidence.objects.filter(pk=evidence.pk, withdrawn_at=None)
    if not standing.update(withdrawn_at=clock.now(), withdrawn_by=by, withdrawn_why=why.strip()):
        raise EvidenceWithdrawn(_("This evidence was withdrawn already."))
    evidence.refresh_from_db()
    project = evidence.requirement.gate.project
    log_write(
        project.slot.programme,
        "evidence-withdrawn",
        by=by,
        project=project,
        gate=evidence.requirement.gate.key,
        evidence=evidence.pk,
        secret=evidence.secret,
        why="" if evidence.secret else why,
    )
    return evidence
