"""Words the browser needs to put an event it hears of into the list by itself."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from knutpunkt.reception.desk.access import Post
from knutpunkt.reception.desk.names import LANGUAGES, in_page_language
from knutpunkt.reception.models import PriorityClass
from knutpunkt.reception.selectors.menu import menu_of
from knutpunkt.reception.settled import room_of


def vocabulary_of(post: Post) -> dict[str, object]:
    """Services by key, languages and classes by code, the rule, and the few words of a line."""
    menu = menu_of(post.key)
    rule = room_of(post.office).rule
    return {
        "services": {one.key: in_page_language(one.service_sv, one.service_en) for one in menu},
        "authorities": {
            one.authority: in_page_language(one.authority_sv, one.authority_en) for one in menu
        },
        "languages": {code: str(word) for code, word in LANGUAGES.items() if code != "sv"},
        "classes": {
            one.value: str(one.label) for one in PriorityClass if one != PriorityClass.ORDINARY
        },
        "weights": rule.weights,
        "strict": rule.strict,
        "why_at": reverse("reception:why", args=[post.key]),
        **_phrases(),
    }


def _phrases() -> dict[str, str]:
    """Phrases with their places marked as everywhere; the browser fills them in."""
    return {
        "unsaid": _("Not said yet"),
        "minutes": _("%(n)d min"),
        "left": _("%(n)d s left"),
        "people": _("%(n)d people"),
        "elsewhere": _("waits elsewhere"),
        "interpreter": _("interpreter: %(language)s"),
        "called": _("is called"),
        "served": _("is served"),
        "free": _("free"),
        "why": _("Why %(before)s before %(ticket)s?"),
        "changed": _("This errand has changed elsewhere. Refresh to see it as it is."),
        "lost": _("The line is down; the list may be old."),
    }
