"""The documents keep their word: commands run as shown, links lead somewhere, nothing lacks."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from support.console import agrees, steps

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent
COMMAND = Path(sys.executable).parent / "knutpunkt"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
SERVERS = {"run"}  # commands that do not end by themselves

LINK = re.compile(r"(?<!`)\[[^\]]*\]\(([^)\s]+)[^)]*\)")
FENCED = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
LISTED = re.compile(r"^ {2,6}([a-z][a-z-]+)(?: {2,}\S.*)?$", re.MULTILINE)


def name(document):
    return document.relative_to(ROOT).as_posix()


# --- commands in documents ------------------------------------------------------------------------


def ours(step):
    words = step.command.split()
    return words[0] == "knutpunkt" and not SERVERS & set(words[1:2])


def documented_steps():
    return [
        pytest.param(document, step, id=f"{name(document)}:{step.line}")
        for document in DOCUMENTS
        for step in steps(document.read_text(encoding="utf-8"))
        if ours(step)
    ]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A folder as a reader has it: the documents and a loaded network."""
    desk = tmp_path_factory.mktemp("desk")
    shutil.copytree(ROOT / "docs", desk / "docs")
    loaded = knutpunkt("network", "count", "--on", "2021-05-26", desk=desk)
    assert loaded.returncode == 0, loaded.stdout
    return desk


def knutpunkt(*words, desk):
    surroundings = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    surroundings |= {"KNUTPUNKT_HOME": str(desk / "var"), "COLUMNS": "100", "LANG": "C.UTF-8"}
    return subprocess.run(
        [COMMAND, *words],
        cwd=desk,
        env=surroundings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.slow
@pytest.mark.parametrize(("document", "step"), documented_steps())
def test_command_does_what_the_document_shows(document, step, desk):
    done = knutpunkt(*shlex.split(step.command)[1:], desk=desk)
    assert done.returncode == step.exit_code, done.stdout
    assert agrees(step.shown, done.stdout), f"It said instead:\n{done.stdout}"


# --- nothing undocumented -------------------------------------------------------------------------


@cache
def help_of(*words):
    asked = subprocess.run(
        [COMMAND, *words, "--help"], capture_output=True, text=True, check=True, timeout=60
    )
    return asked.stdout


def commands(*group):
    """Names of the commands listed by ``--help``; an argument's name is not a command."""
    listed = sorted(set(LISTED.findall(help_of(*group))))
    return [(*group, word) for word in listed if _is_command((*group, word))]


def _is_command(words):
    asked = subprocess.run(
        [COMMAND, *words, "--help"], capture_output=True, text=True, check=False, timeout=60
    )
    return asked.returncode == 0 and asked.stdout.startswith(f"usage: knutpunkt {' '.join(words)} ")


@pytest.mark.slow
def test_every_command_is_documented():
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    groups = commands()
    every = [deeper for group in groups for deeper in (commands(*group) or [group])]
    assert every, "No command was found in the output of knutpunkt --help."
    missing = [" ".join(words) for words in every if f"knutpunkt {' '.join(words)}" not in text]
    assert not missing, f"docs/commands.md does not mention: {missing}"


def test_every_make_target_is_explained():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    explained = set(re.findall(r"^([a-z-]+):.*## .", makefile, re.MULTILINE))
    assert targets == explained


def test_every_decision_is_listed():
    listed = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    missing = [d.name for d in decisions if f"(decisions/{d.name})" not in listed]
    assert not missing, f"docs/README.md does not list {missing}"


# --- links ----------------------------------------------------------------------------------------


def links(document):
    text = FENCED.sub("", document.read_text(encoding="utf-8"))
    return [link for link in LINK.findall(text) if "://" not in link and "mailto:" not in link]


def anchors(document):
    """Names a reader can jump to: each heading in small letters, words joined by hyphens."""
    text = FENCED.sub("", document.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def leads_somewhere(document, link):
    path, _, anchor = link.partition("#")
    target = (document.parent / path) if path else document
    if not target.exists():
        return False
    return not anchor or target.suffix != ".md" or anchor in anchors(target)


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_links_lead_somewhere(document):
    broken = [link for link in links(document) if not leads_somewhere(document, link)]
    assert not broken


def test_a_broken_link_is_noticed(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# Öppna kontor\n[a](#öppna-kontor) [b](gone.md) [c](page.md#nowhere)\n")
    assert [link for link in links(page) if not leads_somewhere(page, link)] == [
        "gone.md",
        "page.md#nowhere",
    ]
