"""What kiosk and phone say, in eight languages.

The texts are data beside this module, one file a language, apart from the catalogue of the staff's
pages: they are written for people in a hurry who may read none of the others. Swedish, English and
easy Swedish are the project's own; the other five still await a native speaker's review.

Digits are always 0-9, because the number on the paper, the screen and the phone has to look alike.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType

HERE = Path(__file__).parent
MUNICIPALITY = "municipality"


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the kiosk.

    ``code`` is its address and what a visit is marked with, ``tag`` what a browser is told
    (BCP 47), ``name`` what it calls itself.
    """

    code: str
    tag: str
    name: str
    rtl: bool
    words: Mapping[str, str]
    glosses: Mapping[str, str]

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``, as HTML writes it."""
        return "rtl" if self.rtl else "ltr"

    def say(self, sentence: str, **facts: object) -> str:
        """A sentence with its facts filled in.

        Raises
        ------
        KeyError
            When there is no such sentence, or a fact it needs is missing.
        """
        return self.words[sentence].format(**facts)

    def opening(self, at: datetime) -> str:
        """When an office opens, with the day of the week."""
        return self.say(
            "opens", weekday=self.words[f"day_{at.isoweekday()}"], date=f"{at:%Y-%m-%d}",
            time=f"{at:%H:%M}",
        )  # fmt: skip


#: Code, BCP 47 tag, own name, right to left. Dari and Persian share a written page.
_KNOWN = (
    ("sv", "sv", "Svenska", False),
    ("en", "en", "English", False),
    ("sv-easy", "sv", "Lättläst svenska", False),
    ("ar", "ar", "العربية", True),
    ("fa", "fa", "دری / فارسی", True),
    ("so", "so", "Soomaali", False),
    ("uk", "uk", "Українська", False),
    ("ti", "ti", "ትግርኛ", False),
)
USUAL = "sv"


@cache
def languages() -> Mapping[str, Language]:
    """Every language by its code, Swedish first; read from the files once in a process."""
    return MappingProxyType({code: _read(code, tag, name, rtl) for code, tag, name, rtl in _KNOWN})


def language_of(code: str) -> Language:
    """The language of a visit, or the nearest: that of the first letters, else Swedish."""
    known = languages()
    return known.get(code) or known.get(code.partition("-")[0]) or known[USUAL]


def _read(code: str, tag: str, name: str, rtl: bool) -> Language:
    read = tomllib.loads((HERE / f"{code}.toml").read_text(encoding="utf-8"))
    glosses = MappingProxyType(read.pop("gloss"))
    return Language(code, tag, name, rtl, MappingProxyType(read), glosses)
