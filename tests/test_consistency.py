"""What holds everywhere in the code, whoever wrote it."""

import ast
import gettext
import io
import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.management import call_command
from django.template.loader import get_template

from support.po import entries, texts_of_code, texts_of_template

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "knutpunkt"
LOCALE = SOURCE / "web" / "locale" / "sv" / "LC_MESSAGES"

# Models without a page of their own in the admin, and why.
NOT_IN_ADMIN: dict[str, str] = {}

# PostgreSQL cuts longer names off without a word.
LONGEST_NAME = 63

# Brackets keep these patterns from finding themselves.
FOREIGN_PLACES = re.compile(
    r"(?<![\w.\-/])/(?:work|root|home)/"
    r"|py[p]i\.org|files\.pythonhoste[d]\.org|registry\.npm[j]s\.org|deb\.debian\.[o]rg"
)
UNFINISHED = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b")


def ours():
    return [m for m in apps.get_models() if m.__module__.startswith("knutpunkt.")]


def tracked_files():
    """Files git knows or would take; outside a checkout, every file."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        return [p for top in ("src", "docs", "tests", "tools") for p in (ROOT / top).rglob("*.*")]
    return [ROOT / name for name in listed.stdout.splitlines()]


def readable(path):
    try:
        return path.read_text(encoding="utf-8")
    except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
        return ""


# --- models ---------------------------------------------------------------------------------------


def test_every_model_can_be_looked_at_in_the_admin():
    admin.autodiscover()
    missing = [
        model._meta.label
        for model in ours()
        if not admin.site.is_registered(model) and model._meta.label not in NOT_IN_ADMIN
    ]
    assert not missing, f"Not registered in the admin: {missing}"


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration():
    said = io.StringIO()
    try:
        call_command("makemigrations", "--check", "--dry-run", stdout=said)
    except SystemExit:
        pytest.fail(f"A migration is missing:\n{said.getvalue()}")


def reads_as_a_sentence(name):
    """Whether a constraint's name says a rule: lower case, three words or more, short enough."""
    words = name.split("_")
    said_in_words = all(re.fullmatch(r"[a-z]+[0-9]*|[0-9]+[a-z]*", word) for word in words)
    return said_in_words and len(words) >= 3 and len(name) <= LONGEST_NAME


def test_constraints_are_named_as_sentences():
    mute = [
        f"{model._meta.label}: {constraint.name}"
        for model in ours()
        for constraint in model._meta.constraints
        if not reads_as_a_sentence(constraint.name)
    ]
    assert not mute, "\n".join(mute)


@pytest.mark.parametrize("name", ["fact_ends_after_it_begins", "one_holder_per_errand"])
def test_a_rule_in_words_is_a_good_name(name):
    assert reads_as_a_sentence(name)


@pytest.mark.parametrize("name", ["uq_office", "network_office_CK1", "a_b_" + "c" * 60])
def test_a_code_or_a_long_name_is_not(name):
    assert not reads_as_a_sentence(name)


# --- templates and translations -------------------------------------------------------------------


def template_names():
    for folder in sorted(SOURCE.rglob("templates")):
        for file in sorted(folder.rglob("*.*")):
            yield file.relative_to(folder).as_posix()


@pytest.mark.parametrize("name", sorted(set(template_names())))
def test_template_compiles(name):
    get_template(name)


@pytest.fixture(scope="module")
def compiled():
    with (LOCALE / "django.mo").open("rb") as file:
        return gettext.GNUTranslations(file)._catalog


def test_every_swedish_text_is_translated():
    gaps = [entry.text for entry in entries(LOCALE / "django.po") if not entry.translated]
    assert not gaps, f"make messages, then translate: {gaps}"


def test_the_compiled_catalogue_says_what_the_written_one_says(compiled):
    written = {}
    for entry in entries(LOCALE / "django.po"):
        several = len(entry.forms) > 1
        for number, form in enumerate(entry.forms):
            written[(entry.text, number) if several else entry.text] = form
    assert written == {key: form for key, form in compiled.items() if key}, "Run make messages."


def texts_asked_for():
    for name in sorted(set(template_names())):
        for text in texts_of_template(get_template(name).template):
            yield name, text
    for file in sorted(SOURCE.rglob("*.py")):
        for line, text in texts_of_code(ast.parse(readable(file))):
            yield f"{file.relative_to(ROOT)}:{line}", text


def test_every_text_asked_for_has_a_swedish_translation(compiled):
    missing = [
        f"{place}: {text!r}"
        for place, text in texts_asked_for()
        if text and text not in compiled and (text, 0) not in compiled
    ]
    assert not missing, "Run make messages and translate:\n" + "\n".join(missing)


def test_gettext_goes_by_no_name_under_which_its_texts_would_not_be_gathered():
    hidden = [
        f"{file.relative_to(ROOT)}:{node.lineno}: {name.name} as {name.asname}"
        for file in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(readable(file)))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if "gettext" in name.name and name.asname not in (None, "_")
    ]
    assert not hidden, "Such a name is not gathered: " + ", ".join(hidden)


# --- files ----------------------------------------------------------------------------------------


def test_no_file_names_a_machine_or_a_package_index():
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tracked_files()
        for match in FOREIGN_PLACES.finditer(readable(path))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("place", ["work/main", "root/x", "home/anna/x"])
def test_a_path_of_one_machine_is_noticed(place):
    assert FOREIGN_PLACES.search(f"open('/{place}')")


@pytest.mark.parametrize("line", ["https://example.se/works/1", "network/office", "a /works/ b"])
def test_an_innocent_path_is_not(line):
    assert not FOREIGN_PLACES.search(line)


def test_nothing_is_left_to_do_in_code():
    left = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tracked_files()
        if path.suffix in {".py", ".sh", ".html", ".js", ".css"} and "vendor" not in path.parts
        for match in UNFINISHED.finditer(readable(path))
    ]
    assert not left, "An open task belongs in an issue:\n" + "\n".join(left)
