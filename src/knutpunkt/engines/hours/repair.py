"""Guess what the writer of a refused week text meant, to offer it and never to use it unseen."""

import re

# Day names as people write them in Swedish and English, by the two letters the language wants.
DAY_NAMES = {
    "Mo": ("mån", "måndag", "måndagar", "man", "mo", "mon", "monday"),
    "Tu": ("tis", "tisdag", "tisdagar", "tu", "tue", "tues", "tuesday"),
    "We": ("ons", "onsdag", "onsdagar", "we", "wed", "wednesday"),
    "Th": ("tor", "tors", "torsdag", "torsdagar", "th", "thu", "thur", "thurs", "thursday"),
    "Fr": ("fre", "fredag", "fredagar", "fr", "fri", "friday"),
    "Sa": ("lör", "lördag", "lördagar", "sa", "sat", "saturday"),
    "Su": ("sön", "söndag", "söndagar", "su", "sun", "sunday"),
}
WORDS = {name: day for day, names in DAY_NAMES.items() for name in names} | {
    "stängt": "closed",
    "stängd": "closed",
    "closed": "closed",
    "off": "off",
    "okänt": "unknown",
    "okänd": "unknown",
    "unknown": "unknown",
}
QUOTED = re.compile(r'("[^"]*")')
DASH = re.compile("\\s*(?:[\u2013\u2014-]|\\btill\\b|\\bto\\b)\\s*")  # en and em dash too
TIME = re.compile(r"(?<![\d:.])(\d{1,2})(?:[:.](\d{2}))?(?![\d:.])")


# Where a new day begins after hours, the language wants a semicolon.
NEW_RULE = re.compile(r"(\d{2}:\d{2})(?:\s*,\s*|\s+)(?=[A-Z][a-z]\b)")


def repaired(text: str) -> str:
    """Rewrite day names, dashes, times and separators to what the week language expects."""
    pieces = QUOTED.split(text)
    # Every second piece is a quoted comment, which belongs to its writer.
    pieces[::2] = map(_repaired, pieces[::2])
    return "".join(pieces).strip(" ;")


def _repaired(text: str) -> str:
    dashed = DASH.sub("-", text).replace("24/7", "00:00-24:00")
    named = re.sub(r"[^\W\d_]+", _day, dashed)
    return NEW_RULE.sub(r"\1; ", TIME.sub(_time, named))


def _day(word: re.Match[str]) -> str:
    return WORDS.get(word[0].lower(), word[0])


def _time(clock: re.Match[str]) -> str:
    return f"{int(clock[1]):02}:{clock[2] or '00'}"
