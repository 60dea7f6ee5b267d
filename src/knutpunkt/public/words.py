"""Days, times and distances in words, in the language of the page."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, time, timedelta

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from knutpunkt.core import edtf
from knutpunkt.core.clock import NETWORK_ZONE
from knutpunkt.engines import hours

KILOMETRE = 1000

_DAY = r"\d{4}-\d{2}-\d{2}"
_WRITTEN_DAY = re.compile(rf"\[(?:{_DAY})?\.\.{_DAY}\]|\[{_DAY}\.\.\]|\b{_DAY}\b")

#: What the embedded register says beside hours that no source states in full.
COMMENTS = (
    gettext_noop("times not stated"),
    gettext_noop("opens at 10, rest not stated"),
    gettext_noop("5 days a week, days and times not stated"),
    gettext_noop("3 days a week, days and times not stated"),
    gettext_noop("2 days a week, days and times not stated"),
    gettext_noop("weekdays only, times not stated"),
    gettext_noop("10-16, days not stated"),
)


def day_words(text: str, language: str) -> str:
    """Say a rough date in words.

    Parameters
    ----------
    text
        EDTF as the register keeps it; empty where nothing is said.
    language
        ``sv`` or ``en``.

    Returns
    -------
    str
        ``31 maj 2022``, ``maj 2022``, ``mellan 1 januari och 27 juni 2022``, ``senast 26 maj
        2021``, ``tidigast 25 januari 2019``; empty for an empty text.

    Raises
    ------
    RoughDateUnreadable
        When the text is not EDTF.
    """
    if not text:
        return ""
    rough = edtf.parse(text)
    with translation.override(language):
        return between(rough.earliest, rough.latest)


def rough_words(text: str) -> str:
    """Say a rough date in words, in the language of the page."""
    return day_words(text, translation.get_language() or "sv")


def with_days_in_words(sentence: str) -> str:
    """Say the days that stand in a sentence as the register writes them in words."""
    return _WRITTEN_DAY.sub(lambda found: rough_words(found[0]), sentence)


def between(earliest: date, latest: date) -> str:
    """Say in the language of the page on which days something can have happened."""
    if earliest == latest:
        return day(earliest)
    if earliest == edtf.DAWN:
        return _("unknown when") if latest == edtf.DUSK else _("by %(day)s") % {"day": day(latest)}
    if latest == edtf.DUSK:
        return _("not before %(day)s") % {"day": day(earliest)}
    return _whole(earliest, latest) or _("between %(first)s and %(last)s") % {
        "first": _without_what_follows(earliest, latest),
        "last": day(latest),
    }


def day(on: date) -> str:
    """``27 juni 2022``."""
    return date_format(on, "j F Y")


def weekday_and_day(on: date) -> str:
    """``måndag 27 juni``."""
    return date_format(on, "l j F")


def moment(at: datetime, *, seen_from: datetime) -> str:
    """Say when, as near as the reader needs: ``kl. 16``, ``måndag 4 juli kl. 10``."""
    local, here = at.astimezone(NETWORK_ZONE), seen_from.astimezone(NETWORK_ZONE)
    clock = _spoken(local.time())
    if local.date() == here.date():
        return clock
    if local.date() == here.date() + timedelta(days=1):
        return _("tomorrow %(clock)s") % {"clock": clock}
    said = weekday_and_day(local.date())
    if local.year != here.year:
        said = f"{said} {local.year}"
    return _("%(day)s %(clock)s") % {"day": said, "clock": clock}


def _spoken(at: time) -> str:
    """``kl. 16`` in Swedish, as English says it without."""
    return f"kl. {clock_words(at)}" if translation.get_language() == "sv" else clock_words(at)


def clock_words(at: time) -> str:
    """``16`` or ``16.30`` in Swedish, ``16:00`` in English."""
    if translation.get_language() != "sv":
        return f"{at:%H:%M}"
    return f"{at.hour}.{at.minute:02}" if at.minute else str(at.hour)


def interval_words(interval: hours.Interval) -> str:
    """``10–16``."""
    return f"{_minute_words(interval.opens)}–{_minute_words(interval.closes)}"


def _minute_words(minute: int) -> str:
    if minute == hours.pattern.DAY_MINUTES:
        return "24" if translation.get_language() == "sv" else "24:00"
    return clock_words(time(minute // 60, minute % 60))


def reason_words(reason: str) -> str:
    """Say in the language of the page why a day is as it is, where we know the words."""
    return _(reason) if reason else ""


def distance_words(metres: float | None) -> str:
    """``350 m``, ``4,2 km``, ``87 km``: no more digits than the positions are worth."""
    if metres is None:
        return ""
    if metres < KILOMETRE:
        return _("%(n)d m") % {"n": round(metres, -1)}
    kilometres = metres / KILOMETRE
    if kilometres < 10:  # noqa: PLR2004  # below ten a decimal still says something
        text = f"{kilometres:.1f}"
        return _("%(n)s km") % {
            "n": text.replace(".", ",") if translation.get_language() == "sv" else text
        }
    return _("%(n)s km") % {"n": round(kilometres)}


def offices_words(number: int) -> str:
    """``12 kontor``."""
    return ngettext("%(n)d office", "%(n)d offices", number) % {"n": number}


def _whole(earliest: date, latest: date) -> str:
    """Name a whole month or year, where the bounds are its first and last day."""
    if (earliest.month, earliest.day, latest.month, latest.day) == (1, 1, 12, 31):
        return str(earliest.year) if earliest.year == latest.year else ""
    same_month = (earliest.year, earliest.month) == (latest.year, latest.month)
    last = calendar.monthrange(latest.year, latest.month)[1]
    return (
        date_format(earliest, "F Y")
        if same_month and (earliest.day, latest.day) == (1, last)
        else ""
    )


def _without_what_follows(earliest: date, latest: date) -> str:
    """Leave out the month and year that the later day says anyway."""
    if earliest.year != latest.year:
        return day(earliest)
    return str(earliest.day) if earliest.month == latest.month else date_format(earliest, "j F")
