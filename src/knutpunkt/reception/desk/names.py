"""What offices are called today, and what the codes of the reception read as."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from knutpunkt.core import clock
from knutpunkt.network.models import Authority, OfficeName

#: Every outcome in words. The order of the clerk's is that of ``transitions.BY_CLERK``.
OUTCOMES = {
    "solved_here": _("Solved here"),
    "solved_by_guided_self_service": _("Solved by the visitor, with our help"),
    "next_errand_here": _("Leads to a next errand here"),
    "referred_authority": _("Sent on to an authority"),
    "booked_follow_up": _("A later visit is booked"),
    "beyond_service_level": _("More than we may do here"),
    "wrong_place": _("Wrong place"),
    "missing_document": _("A document is missing"),
    "left_before_call": _("Left before the call"),
    "no_show": _("Did not come when called"),
    "aborted": _("Broken off"),
}
CHANNELS = {
    "phone": _("by telephone"),
    "web": _("on the web"),
    "letter": _("by letter"),
    "visit": _("by a visit there"),
    "video": _("by video"),
    "other_office": _("at another service office"),
}
STATES = {
    "waiting": _("waiting"),
    "called": _("called"),
    "serving": pgettext_lazy("an errand", "at the counter"),
    "parked": _("parked"),
    "transferred": _("handed over"),
    "missed": _("did not come"),
    "left": _("left"),
    "done": _("done"),
    "swept": _("swept at closing"),
    "withdrawn": _("withdrawn"),
}
#: What was done, as the line beside “Undo” says it.
ACTIONS = {
    "called": _("called"),
    "begun": _("begun"),
    "finished": _("finished"),
    "missed": _("noted as not come"),
    "parked": _("parked"),
    "resumed": _("taken up again"),
    "released": _("put back in the queue"),
    "transferred": _("handed over"),
    "left": _("noted as gone"),
}
LANGUAGES = {
    "sv": _("Swedish"),
    "en": _("English"),
    "sv-easy": _("easy Swedish"),
    "ar": _("Arabic"),
    "so": _("Somali"),
    "ti": _("Tigrinya"),
    "fa": _("Persian"),
    "prs": _("Dari"),
    "uk": _("Ukrainian"),
    "ru": _("Russian"),
    "pl": _("Polish"),
    "ku": _("Kurdish"),
    "tr": _("Turkish"),
    "es": _("Spanish"),
    "fr": _("French"),
    "fi": _("Finnish"),
    "se": _("Northern Sami"),
    "sgn-sv": _("Swedish Sign Language"),
}
NEEDS = {
    "wheelchair": _("wheelchair"),
    "hearing": _("hard of hearing"),
    "sight": _("low vision"),
    "reading": _("help with reading and writing"),
    "standing": _("cannot stand long"),
    "companion": _("has a companion"),
    "quiet": _("a quiet place"),
}


def names_of_offices(keys: Iterable[int]) -> dict[int, str]:
    """Names that offices bear today, by their number; who has none is left out. One query."""
    today = clock.today()
    found: dict[int, str] = {}
    rows = OfficeName.objects.known_on(None).filter(office_id__in=list(keys))
    for row in rows.order_by("valid_from_earliest", "pk"):
        if row.may_hold_on(today):
            found[row.office_id] = row.name
    return found


def names_of_authorities() -> dict[str, str]:
    """Every authority by its key, in the language of the page. One query."""
    column = "name_sv" if _swedish() else "name_en"
    return dict(Authority.objects.order_by(column).values_list("slug", column))


def in_words(codes: str, words: Mapping[str, object]) -> str:
    """Codes separated by spaces or commas, each in words; one nobody knows stands as it is."""
    parts = codes.replace(",", " ").split()
    return ", ".join(str(words.get(part, part)) for part in parts)


def in_page_language(swedish: str, english: str) -> str:
    """The one of two texts that is in the language of the page."""
    return (swedish or english) if _swedish() else (english or swedish)


def _swedish() -> bool:
    return (get_language() or "").startswith("sv")
