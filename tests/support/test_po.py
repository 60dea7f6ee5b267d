"""Catalogues and texts are read as gettext reads them."""

import ast

import pytest
from django.template import Template

from support.po import CONTEXT_ENDS, entries, texts_of_code, texts_of_template

CATALOGUE = r"""
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\n"

#: network/office.html
msgid "Open"
msgstr "Öppet"

#, fuzzy
msgid "Closed"
msgstr "Stängd"

msgctxt "verb"
msgid "Open"
msgstr ""

#, python-format
msgid "%(n)s office"
msgid_plural ""
"%(n)s "
"offices"
msgstr[0] "%(n)s kontor"
msgstr[1] ""

#~ msgid "Gone"
#~ msgstr "Borta"
"""


@pytest.fixture
def catalogue(tmp_path):
    file = tmp_path / "django.po"
    file.write_text(CATALOGUE, encoding="utf-8")
    return {entry.text: entry for entry in entries(file)}


def test_only_living_entries_are_read(catalogue):
    assert set(catalogue) == {"Open", "Closed", f"verb{CONTEXT_ENDS}Open", "%(n)s office"}


def test_a_text_is_translated_when_every_form_is_sure(catalogue):
    assert [text for text, entry in catalogue.items() if entry.translated] == ["Open"]


def test_texts_of_code_are_found_with_their_context():
    tree = ast.parse("_('Open')\ngettext_lazy('Closed')\npgettext('verb', 'Open')\n_(name)\n")
    assert list(texts_of_code(tree)) == [
        (1, "Open"),
        (2, "Closed"),
        (3, f"verb{CONTEXT_ENDS}Open"),
    ]


def test_texts_of_templates_are_found_in_every_block():
    template = Template(
        "{% load i18n %}{% if a %}{% translate 'Open' %}{% endif %}{% translate name %}"
        "{% translate 'Open' context 'verb' %}"
        "{% blocktranslate count n=n trimmed %}\n  {{ n }} office\n"
        "{% plural %}{{ n }} offices{% endblocktranslate %}"
    )
    assert set(texts_of_template(template)) == {
        "Open",
        f"verb{CONTEXT_ENDS}Open",
        "%(n)s office",
    }
