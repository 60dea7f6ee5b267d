"""Where a statement comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from knutpunkt.core.models import Basis, Confidence
from knutpunkt.public import words


@dataclass(frozen=True, slots=True)
class SourceShown:
    """A source with a name to read and, where it is on the web, its address."""

    name: str
    href: str
    published: str = ""
    confidence: str = ""
    basis: str = ""


class Claimed(Protocol):
    """Anything that says where it is from."""

    @property
    def source(self) -> str:
        """Address or title."""

    @property
    def published_on(self) -> str:
        """EDTF, empty where unknown."""

    @property
    def confidence(self) -> str:
        """Key of a confidence."""


def source_shown(claim: Claimed) -> SourceShown:
    """Show the source of a claim with what a reader needs to judge it."""
    basis = getattr(claim, "basis", "")
    return SourceShown(
        name=source_name(claim.source),
        href=source_href(claim.source),
        published=words.rough_words(claim.published_on),
        confidence=str(Confidence(claim.confidence).label),
        basis=str(Basis(basis).label) if basis else "",
    )


def source_plain(source: str, published_on: str = "") -> SourceShown:
    """Show a source that comes without confidence or basis."""
    return SourceShown(source_name(source), source_href(source), words.rough_words(published_on))


def source_name(source: str) -> str:
    """The host of a web address without its ``www.``, anything else as it is."""
    if not source:
        return _("no source")
    return urlsplit(source).netloc.removeprefix("www.") if source_href(source) else source


def source_href(source: str) -> str:
    """The address, where the source is one a browser may follow."""
    return source if source.startswith(("https://", "http://")) else ""


def local(thing: object, name: str) -> str:
    """A text the register keeps in both languages, in that of the page."""
    language = "en" if get_language() == "en" else "sv"
    return str(getattr(thing, f"{name}_{language}"))
