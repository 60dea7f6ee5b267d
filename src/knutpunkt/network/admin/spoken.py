"""Refusals of the services in the language of who reads them."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

from knutpunkt.errors import KnutpunktError

#: Sentences and hints that say the same whatever they are about. A test compares them with the
#: refusals; listed here, the catalogue of translations finds them.
ALWAYS_THE_SAME = (
    gettext_noop("Correct or withdraw the event that does not fit, then record this one."),
    gettext_noop("Read the newest record and correct that one."),
    gettext_noop("Correct the fields named."),
    gettext_noop("Say whether another office remains in the municipality."),
    gettext_noop("The record no longer stands: it was corrected or withdrawn."),
    gettext_noop(
        "The register cannot say whether another office remains in the municipality: offices "
        "that no source names, or whose dates are rough, may stand there."
    ),
)


def spoken(refused: KnutpunktError) -> str:
    """Say a refusal and what to do about it; what has no translation is said as it is."""
    return " ".join(gettext(text) for text in (str(refused), refused.hint) if text)
