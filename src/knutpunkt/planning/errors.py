"""What planning refuses, one class per thing the caller can act on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.core.errors import NotFound
from knutpunkt.errors import KnutpunktError
from knutpunkt.mandates.sentences import Both


class MandateWithoutPlaces(KnutpunktError):
    """The commission does not say how many offices to open where."""

    code = "mandate-without-places"
    hint = "Choose a commission that names municipalities or gives a number of offices."
    status = 409

    def __init__(self, *, mandate: str) -> None:
        super().__init__(f"Commission {mandate} orders no number of offices at places.")


class MembersUnknown(KnutpunktError):
    """A clause counts offices in municipalities that nobody has named."""

    code = "members-unknown"
    hint = "Give the clause its municipalities, or choose another commission."
    status = 409

    def __init__(self, *, mandate: str, clause: str) -> None:
        super().__init__(
            f"Clause {clause} of commission {mandate} has no municipalities on record."
        )


class NetworkUnknown(KnutpunktError):
    """Nothing says how large the network was when the commission was given."""

    code = "network-unknown"
    hint = "Import an opening balance dated no later than the commission."
    status = 409

    def __init__(self, *, on: date) -> None:
        super().__init__(f"No opening balance is on record for {on} or earlier.")


class DemandMissing(KnutpunktError):
    """There is nobody to plan for."""

    code = "demand-missing"
    hint = "Import demand points (the table “demand”)."
    status = 409

    def __init__(self) -> None:
        super().__init__("No demand points with residents are on record.")


class QuestionRefused(KnutpunktError):
    """A parameter of the plan makes no sense; the sentence says which."""

    code = "question-refused"

    def __init__(self, *, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.hint = hint


class NoPlanPossible(KnutpunktError):
    """No choice of places obeys all clauses at once."""

    code = "no-plan-possible"
    hint = "Loosen one of the clauses named, or allow a greater distance to the areas."
    status = 409

    def __init__(self, *, conflicts: Sequence[str], said: Both) -> None:
        super().__init__(said[1])
        self.conflicts = tuple(conflicts)
        self.sentence_sv, self.sentence_en = said


class PlanContradictsClause(KnutpunktError):
    """The solver called good what a clause forbids: an error of ours, never shown as a fact."""

    code = "plan-contradicts-clause"
    hint = "Report it with the commission and the parameters."
    status = 500

    def __init__(self, *, clauses: Sequence[str]) -> None:
        super().__init__(f"The plan found breaks {', '.join(clauses)}; it is not shown.")


class NothingToCompare(KnutpunktError):
    """The register holds nothing of what reality is asked about."""

    code = "nothing-to-compare"
    hint = "Import the register with its events, or ask another question."
    status = 409

    def __init__(self, *, what: str) -> None:
        super().__init__(f"No {what} is on record.")


class StudyUnknown(NotFound):
    """No study, version or series has this number."""

    code = "study-unknown"

    def __init__(self, *, which: object) -> None:
        super().__init__(f"There is no study {which}.")


class StudyApproved(KnutpunktError):
    """An approved study was to be changed."""

    code = "study-approved"
    hint = gettext_noop("Make a new study from the approved version.")
    status = 409

    def __init__(self, *, study: object) -> None:
        super().__init__(
            _("The study “%(study)s” is approved and stays as it is.") % {"study": study}
        )


class StudyWithoutPlan(KnutpunktError):
    """A study without a plan was to be approved."""

    code = "study-without-plan"
    hint = gettext_noop("Wait for the answer, or change the question until a plan is possible.")
    status = 409

    def __init__(self, *, study: object) -> None:
        super().__init__(_("The study “%(study)s” has no plan to approve.") % {"study": study})


class PricesUnfinished(KnutpunktError):
    """A plan whose places and rules are not all priced was to be approved."""

    code = "prices-unfinished"
    hint = gettext_noop("Wait until they are worked out, or have the missing ones worked out.")
    status = 409

    def __init__(self, *, study: object) -> None:
        super().__init__(
            _("The study “%(study)s” does not yet say what each place and rule costs.")
            % {"study": study}
        )


class PricesComplete(KnutpunktError):
    """Prices were asked for that are there already."""

    code = "prices-complete"
    hint = gettext_noop("Read them on the page of the version.")
    status = 409

    def __init__(self, *, study: object) -> None:
        super().__init__(
            _("Every place and rule of the study “%(study)s” is priced.") % {"study": study}
        )


class FactsChanged(KnutpunktError):
    """The register no longer says what a plan was made from."""

    code = "facts-changed"
    hint = gettext_noop("Make a new version, which is solved from the facts of today.")
    status = 409

    def __init__(self, *, study: object) -> None:
        super().__init__(
            _("The register has changed since the plan of the study “%(study)s” was made.")
            % {"study": study}
        )


class ReasonMissing(KnutpunktError):
    """An approval says nothing of why."""

    code = "reason-missing"
    hint = gettext_noop("Write why this plan is approved.")

    def __init__(self) -> None:
        super().__init__(_("An approval needs a reason."))
