"""How tests read pages: as words, and with templates that must know every variable they show."""

import html
import re

import pytest
from django.template import engines


class UnknownVariable:
    """Takes the place of what a template shows for a variable that is not there."""

    def __contains__(self, text):
        return text == "%s"

    def __mod__(self, variable):
        pytest.fail(f"A template asks for “{variable}”, which is not there.")


@pytest.fixture
def every_variable_is_there(monkeypatch):
    """Fail on a variable that a template shows and nobody gave."""
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", UnknownVariable())


@pytest.fixture
def quick_hash(settings):
    """The slow hash of passwords is Django's to test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def words(answer):
    """What a reader sees, in one line."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def rows(answer):
    """What a reader sees in each row of the tables, heads left out."""
    found = re.findall(r"<tr[ >].*?</tr>|<tr>.*?</tr>", answer.content.decode(), flags=re.DOTALL)
    texts = [re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", row))) for row in found]
    return [text.strip() for row, text in zip(found, texts, strict=True) if "<td" in row]


def value_of(answer, name):
    """What stands in the first input of that name."""
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', answer.content.decode())
    found = re.search(r'value="([^"]*)"', tag[0]) if tag else None
    return html.unescape(found[1]) if found else ""
