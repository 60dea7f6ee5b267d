"""What codes of the reception are called: states, actions, outcomes, channels, languages, needs."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
    "sv": pgettext_lazy("a language", "Swedish"),
    "en": pgettext_lazy("a language", "English"),
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
#: What somebody wants to do to an errand, as a refusal says it.
WISHES = {
    "called": _("call"),
    "recalled": _("call again"),
    "begun": _("begin"),
    "finished": _("finish"),
    "missed": _("note as not come"),
    "reactivated": _("put back"),
    "parked": _("park"),
    "resumed": _("take up again"),
    "released": _("put back in the queue"),
    "transferred": _("hand over"),
    "left": _("note as gone"),
    "withdrawn": _("withdraw"),
}
#: What a role may or may not do at an office.
DOINGS = {
    "issue": _("give out tickets"),
    "leave": _("note that somebody has left"),
    "serve": _("serve visitors"),
    "reactivate": _("put back a missed visitor"),
    "add": _("add an errand"),
    "look": _("look at the queue"),
    "session": _("open a counter"),
    "incident": _("report an incident"),
    "alarm": _("raise an alarm"),
    "interpreter": _("order an interpreter"),
    "note": _("write a note"),
    "check-in": _("check in who has booked"),
    "print": _("print tickets"),
    "people": _("count people"),
    "booking": _("book"),
    "equipment": _("report equipment"),
    "closing": _("close the office"),
    "manage": _("manage the office"),
    "end-day": _("end the day"),
    "node": _("act as a node"),
}
ROLES = {
    "kiosk": _("kiosk"),
    "display": _("display"),
    "officer": _("service officer"),
    "greeter": _("greeter"),
    "municipal-desk": _("municipal desk"),
    "office-manager": _("office manager"),
    "node": _("office node"),
    "visitor": _("visitor"),
}


def said(words: Mapping[str, object], code: str) -> str:
    """A code in words; one nobody knows stands as it is."""
    return str(words.get(code, code))
