"""State changes of commissions: which opening counts for which clause."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.core import clock
from knutpunkt.errors import KnutpunktError
from knutpunkt.mandates.models import Attribution, Clause
from knutpunkt.network.models import Office
from knutpunkt.network.services import Invalid


class OpeningAttributed(KnutpunktError):
    """The opening counts for a clause already."""

    code = "opening-attributed-already"
    hint = gettext_noop("Withdraw or correct that attribution first: an opening counts once.")
    status = 409

    def __init__(self, *, office: str, opening: int) -> None:
        super().__init__(
            _("Opening %(opening)s of office “%(office)s” counts for a clause already.")
            % {"opening": opening, "office": office}
        )


@transaction.atomic
def attribution_record(
    *, office: Office, clause: Clause, by: str, opening: int = 1, source: str = ""
) -> Attribution:
    """Record which clause an opening counts for. It is somebody's decision, never a guess.

    Parameters
    ----------
    opening
        Which opening in the life of the office is meant, from 1 on.

    Raises
    ------
    OpeningAttributed
        When it counts for one already.
    Invalid
        When a value is not allowed.
    """
    row = Attribution(
        office=office,
        clause=clause,
        opening=opening,
        source=source,
        published_on=clock.today().isoformat(),
        recorded_by=by,
    )
    taken = Attribution.objects.known_on(None).filter(office=office, opening=opening)
    if taken.exists():
        raise OpeningAttributed(office=office.key, opening=opening)
    try:
        row.full_clean(exclude=["known_from", "recorded_at"])
        with transaction.atomic():
            row.save()
    except ValidationError as error:
        raise Invalid(error) from None
    except IntegrityError:
        raise OpeningAttributed(office=office.key, opening=opening) from None
    return row
