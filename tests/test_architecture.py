"""The shape of the house: who may know whom, and how large a thing may grow.

import-linter sees imports. It cannot see a foreign key given as a string, nor two packages of
the same floor that lean on each other; those are read here.
"""

import ast
import os
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "knutpunkt"
COMMAND = Path(sys.executable).parent / "knutpunkt"

# From the ground up. A model may point at its own floor and at lower ones.
FLOORS = (
    "core",
    "network",
    "accounts",
    "mandates",
    "reception",
    "planning",
    "programme",
    "reports",
    "public",
    "web",
)
RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField"}
OUTSIDE = {"auth", "contenttypes", "sessions"}  # apps that are not ours

LONGEST_FUNCTION = 45  # lines without docstring; the aim is 30
LONGEST_FILE = 350  # the aim is 300

# Names that say nothing of what is inside.
EMPTY_NAMES = {"utils", "util", "helpers", "common", "misc", "manager", "managers", "info", "base"}


def python_files(*, migrations=False):
    files = sorted(SOURCE.rglob("*.py"))
    return [file for file in files if migrations or "migrations" not in file.parts]


def test_imports_go_only_downwards():
    linted = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr


# --- foreign keys given as strings ----------------------------------------------------------------


def relations(tree):
    """Every target a model names, as (line, app or None for its own, target)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in RELATIONS:
            named = [keyword.value for keyword in node.keywords if keyword.arg in ("to", "through")]
            for target in node.args[:1] + named:
                if app := _app(target):
                    yield node.lineno, app


def _name(function):
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _app(target):
    if isinstance(target, ast.Constant) and isinstance(target.value, str):
        return target.value.partition(".")[0] if "." in target.value else None
    if isinstance(target, ast.Attribute) and target.attr == "AUTH_USER_MODEL":
        return "accounts"
    return None


def climbs(app, target):
    """Whether a key of one app points at an app on a higher floor."""
    return target not in OUTSIDE and FLOORS.index(target) > FLOORS.index(app)


def files_with_models():
    for app in FLOORS:
        for file in sorted((SOURCE / app).rglob("*.py")):
            if {"models", "migrations"} & {file.stem, *file.relative_to(SOURCE).parts}:
                yield app, file


def test_no_foreign_key_points_at_a_higher_floor():
    climbing = [
        f"{file.relative_to(ROOT)}:{line} {app} -> {target}"
        for app, file in files_with_models()
        for line, target in relations(ast.parse(file.read_text()))
        if climbs(app, target)
    ]
    assert not climbing, "\n".join(climbing)


def test_relations_are_read_however_they_are_written():
    tree = ast.parse(
        "a = models.ForeignKey('mandates.Mandate', models.PROTECT)\n"
        "b = OneToOneField(to='network.Office')\n"
        "c = models.ManyToManyField('Office', through='planning.Place')\n"
        "d = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)\n"
        "e = models.ForeignKey('self', models.PROTECT)\n"
        "f = models.ForeignKey(Office, models.PROTECT)\n"
    )
    assert list(relations(tree)) == [
        (1, "mandates"),
        (2, "network"),
        (3, "planning"),
        (4, "accounts"),
    ]


@pytest.mark.parametrize(("app", "target"), [("network", "accounts"), ("core", "public")])
def test_a_key_to_a_higher_floor_is_noticed(app, target):
    assert climbs(app, target)


@pytest.mark.parametrize(("app", "target"), [("mandates", "network"), ("network", "auth")])
def test_a_key_to_the_own_or_a_lower_floor_is_allowed(app, target):
    assert not climbs(app, target)


# --- packages ------------------------------------------------------------------------------------


def two_way_pairs(imports):
    """Pairs of strangers (neither inside the other) whose modules import each other.

    ``imports`` are (importer, imported) names of modules; packages are their parents.
    """
    leaning = set()
    for importer, imported in imports:
        leaning |= {
            (above, below)
            for above in packages_of(importer)
            for below in packages_of(imported)
            if not (f"{above}.".startswith(f"{below}.") or f"{below}.".startswith(f"{above}."))
        }
    return sorted(pair for pair in leaning if pair[0] < pair[1] and pair[::-1] in leaning)


def packages_of(module):
    parts = module.split(".")
    return [".".join(parts[:end]) for end in range(2, len(parts) + 1) if is_package(parts[:end])]


def is_package(parts):
    return SOURCE.parent.joinpath(*parts).is_dir()


def test_no_two_packages_import_each_other():
    graph = grimp.build_graph("knutpunkt", cache_dir=None)
    imports = [
        (importer, imported)
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
    ]
    assert imports, "No import was found: the graph was read from the wrong place."
    assert not two_way_pairs(imports)


def test_a_two_way_pair_is_noticed():
    imports = [
        ("knutpunkt.network.models", "knutpunkt.core.clock"),
        ("knutpunkt.core.clock", "knutpunkt.network.models"),
        ("knutpunkt.mandates.models", "knutpunkt.network.models"),
    ]
    assert two_way_pairs(imports)[0] == ("knutpunkt.core", "knutpunkt.network")
    assert not two_way_pairs(imports[2:])


# --- files and functions --------------------------------------------------------------------------


def lines_without_docstring(function):
    length = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is not None:
        length -= first.end_lineno - first.lineno + 1
    return length


def functions(tree):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def test_functions_stay_small():
    long = [
        f"{file.relative_to(ROOT)}:{function.lineno} {function.name} has {length} lines"
        for file in python_files()
        for function in functions(ast.parse(file.read_text()))
        if (length := lines_without_docstring(function)) > LONGEST_FUNCTION
    ]
    assert not long, "\n".join(long)


def test_the_docstring_does_not_count():
    (function,) = functions(ast.parse("def f():\n    '''One\n\n    two.'''\n    return 1\n"))
    assert lines_without_docstring(function) == 2


def test_files_stay_small():
    long = [
        f"{file.relative_to(ROOT)} has {length} lines"
        for file in python_files()
        if (length := len(file.read_text().splitlines())) > LONGEST_FILE
    ]
    assert not long, "\n".join(long)


def test_files_are_named_after_what_they_hold():
    empty = [
        str(path.relative_to(ROOT))
        for path in SOURCE.rglob("*")
        if path.stem in EMPTY_NAMES and (path.is_dir() or path.suffix == ".py")
    ]
    assert not empty, "\n".join(empty)


def is_model(node):
    return isinstance(node, ast.ClassDef) and any(
        isinstance(base, ast.Attribute) and ast.unparse(base) == "models.Model"
        for base in node.bases
    )


def test_models_live_in_models():
    strays = [
        f"{file.relative_to(ROOT)}:{node.lineno} {node.name}"
        for file in python_files()
        if "models" not in {file.stem, *file.relative_to(SOURCE).parts}
        for node in ast.walk(ast.parse(file.read_text()))
        if is_model(node)
    ]
    assert not strays, "\n".join(strays)


def test_selectors_only_read():
    writes = {"save", "bulk_create", "bulk_update", "delete", "get_or_create", "update_or_create"}
    writing = [
        f"{file.relative_to(ROOT)}:{node.lineno} {node.func.attr}"
        for file in python_files()
        if "selectors" in {file.stem, *file.relative_to(SOURCE).parts}
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and _name(node.func) in writes
    ]
    assert not writing, "\n".join(writing)


# --- the command starts light ---------------------------------------------------------------------


def helped(*options):
    return subprocess.run(
        [sys.executable, *options, COMMAND, "--help"], capture_output=True, text=True, check=True
    )


def test_help_imports_neither_django_nor_numpy():
    timed = helped("-X", "importtime").stderr
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in timed.splitlines()}
    assert "knutpunkt" in imported
    assert not imported & {"django", "numpy", "highspy", "psycopg", "ninja", "uvicorn"}


@pytest.mark.parametrize("command", ["run", "network", "mandates", "siting", "find"])
def test_help_names_the_command(command):
    assert command in helped().stdout.split()


def test_help_needs_little_time():
    def processor_seconds():
        before = os.times()
        helped()
        after = os.times()
        return after.children_user + after.children_system - sum(before[2:4])

    assert min(processor_seconds() for _ in range(5)) < 0.15
