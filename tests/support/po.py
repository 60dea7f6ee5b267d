"""Reading gettext catalogues without gettext's tools, and the texts that ask for a translation."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONTEXT_ENDS = "\x04"  # how compiled catalogues join a context and a text
PLAIN = {"gettext", "gettext_lazy", "gettext_noop", "_", "ngettext", "ngettext_lazy"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}


@dataclass(frozen=True)
class Entry:
    """One text of a catalogue and what it became, one form per number."""

    text: str
    forms: tuple[str, ...]
    doubtful: bool

    @property
    def translated(self) -> bool:
        """Whether every form is filled in and nobody doubts it."""
        return not self.doubtful and bool(self.forms) and all(self.forms)


def entries(catalogue: Path) -> list[Entry]:
    """Read the entries of a ``.po`` file, without its head and without obsolete ones."""
    paragraphs = catalogue.read_text(encoding="utf-8").split("\n\n")
    read = [_entry(paragraph.splitlines()) for paragraph in paragraphs]
    return [entry for entry in read if entry.text]


def _entry(lines: list[str]) -> Entry:
    fields: dict[str, str] = {}
    name = ""
    for line in lines:
        if line.startswith("#") or not line.strip():
            continue
        if not line.startswith('"'):
            name, _, line = line.partition(" ")  # noqa: PLW2901  # the rest of the line is its text
        fields[name] = fields.get(name, "") + ast.literal_eval(line)
    context = fields["msgctxt"] + CONTEXT_ENDS if "msgctxt" in fields else ""
    text = fields.get("msgid", "")
    forms = tuple(value for name, value in fields.items() if name.startswith("msgstr"))
    doubtful = any(line.startswith("#,") and "fuzzy" in line for line in lines)
    return Entry(context + text if text else "", forms, doubtful)


def texts_of_code(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and text of every literal handed to gettext in Python code."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        literals = [a.value for a in node.args if isinstance(a, ast.Constant)]
        if name in PLAIN and literals:
            yield node.lineno, literals[0]
        if name in WITH_CONTEXT and len(literals) > 1:
            yield node.lineno, literals[0] + CONTEXT_ENDS + literals[1]


def texts_of_template(template) -> Iterator[str]:
    """Yield every literal of a compiled template (of Django's) that asks for a translation."""
    from django.templatetags.i18n import BlockTranslateNode, TranslateNode
    from django.utils.translation import trim_whitespace

    for node in template.nodelist.get_nodes_by_type(TranslateNode):
        text = node.filter_expression.var
        if isinstance(getattr(text, "literal", None), str):
            yield _with_context(node.message_context, text.literal)
    for node in template.nodelist.get_nodes_by_type(BlockTranslateNode):
        text, _ = node.render_token_list(node.singular)
        yield _with_context(node.message_context, trim_whitespace(text) if node.trimmed else text)


def _with_context(context, text: str) -> str:
    return text if context is None else f"{context.var}{CONTEXT_ENDS}{text}"
