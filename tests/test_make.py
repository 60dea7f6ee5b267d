"""The two commands refuse clearly: one sentence, exit code 2; and the second time costs nothing."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

pytestmark = [pytest.mark.once, pytest.mark.slow]

ROOT = Path(__file__).parent.parent
PARTS = ("Makefile", "pyproject.toml", "README.md", "LICENSE", "requirements", "tools")


@pytest.fixture
def house():
    """A copy of the project without an environment, where anybody may read."""
    folder = Path(tempfile.mkdtemp(prefix="knutpunkt-house-"))
    for part in PARTS:
        source = ROOT / part
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, folder / part)
    package = folder / "src" / "knutpunkt"
    (package / "cli").mkdir(parents=True)
    shutil.copy(ROOT / "src" / "knutpunkt" / "__init__.py", package)
    (package / "cli" / "__init__.py").touch()
    (package / "cli" / "main.py").write_text("def main() -> None:\n    print('here')\n")
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def make(house, *words, **more):
    # Run by make itself, a test must not look like a make within a make.
    ours = {"PYTHON", "MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES"}
    surroundings = {k: v for k, v in os.environ.items() if k not in ours}
    surroundings |= more.pop("env", {})
    return subprocess.run(
        ["make", *words], cwd=house, env=surroundings, capture_output=True, text=True, check=False,
        timeout=280, **more,
    )  # fmt: skip


def program(folder, name, script):
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def sentences(stderr):
    """What was said, without make's own closing line."""
    return [line for line in stderr.splitlines() if not line.startswith("make")]


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["3.10.13", "3.9.18", "2.7.18"])
@pytest.mark.parametrize("target", ["setup", "run", "test"])
def test_a_too_old_python_is_refused(house, tmp_path, version, target):
    old = program(tmp_path, "old-python", f"echo {version}")
    refused = make(house, target, f"PYTHON={old}")
    (sentence,) = sentences(refused.stderr)
    assert refused.returncode == 2
    assert f"3.11 or later, but {old} is {version}" in sentence
    assert not (house / ".venv").exists()


@pytest.mark.parametrize("version", ["3.11.0", "3.12.1", "3.20.0"])
def test_a_newer_python_is_not_called_too_old(house, tmp_path, version):
    recent = program(
        tmp_path, "recent-python", f'case "$2" in *version*) echo {version};; *) exit 1;; esac'
    )
    refused = make(house, "setup", f"PYTHON={recent}", env={"PATH": only_basics(tmp_path)})
    assert refused.returncode == 2
    assert "or later" not in refused.stderr
    assert "venv module is missing" in refused.stderr


def test_a_missing_python_is_refused(house):
    refused = make(house, "setup", "PYTHON=no-such-python")
    (sentence,) = sentences(refused.stderr)
    assert refused.returncode == 2
    assert "no-such-python cannot be run" in sentence


def test_a_read_only_folder_is_refused(house):
    house.chmod(0o555)
    refused = make(house, "setup", f"PYTHON={sys.executable}", **as_nobody_if_root())
    (sentence,) = sentences(refused.stderr)
    assert refused.returncode == 2
    assert "read-only" in sentence


def test_an_unreachable_index_is_refused(house, tmp_path):
    nobody_listens = "http://127.0.0.1:9"
    cut_off = {
        **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), nobody_listens),
        "UV_CACHE_DIR": str(tmp_path / "uv"),
        "PIP_CACHE_DIR": str(tmp_path / "pip"),
        "UV_HTTP_RETRIES": "0",
    }
    refused = make(house, "setup", f"PYTHON={sys.executable}", env=cut_off)
    (sentence,) = sentences(refused.stderr)
    assert refused.returncode == 2
    assert "check the network" in sentence


def only_basics(tmp_path):
    """A path with what the script itself calls, and neither Python nor uv."""
    folder = tmp_path / "basics"
    folder.mkdir()
    for name in ("sh", "cat", "sed", "head", "cksum", "grep", "mkdir", "rm", "dirname"):
        (folder / name).symlink_to(shutil.which(name))
    (folder / "make").symlink_to(shutil.which("make"))
    return str(folder)


def as_nobody_if_root():
    """Root may write anywhere, so somebody else has to try."""
    if os.geteuid() != 0:
        return {}
    person = pwd.getpwnam("nobody")
    return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}


# --- success --------------------------------------------------------------------------------------


def test_setup_builds_once_and_the_program_works_anywhere(house, tmp_path):
    first = make(house, "setup", f"PYTHON={sys.executable}")
    if "check the network" in first.stderr:
        pytest.skip("the package index cannot be reached, and nothing is cached")
    assert first.returncode == 0, first.stderr
    assert said_by(house / ".venv" / "bin" / "knutpunkt", cwd=tmp_path) == "here\n"

    begun = time.monotonic()
    second = make(house, "setup")
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert time.monotonic() - begun < 1

    moved = house / "moved"
    shutil.copytree(house, moved, symlinks=True, ignore=shutil.ignore_patterns("moved"))
    assert make(moved, "setup", f"PYTHON={sys.executable}").returncode == 0
    assert str(moved) in (moved / ".venv" / "bin" / "knutpunkt").read_text()


def said_by(command, *, cwd):
    return subprocess.run([command], cwd=cwd, capture_output=True, text=True, check=True).stdout


def test_help_lists_every_target(house):
    listed = {line.split()[1] for line in make(house, "help").stdout.splitlines()}
    assert {"help", "setup", "setup-dev", "run", "check", "test", "clean"} <= listed


def test_make_alone_helps(house):
    assert make(house).stdout == make(house, "help").stdout


def test_continuous_integration_runs_what_people_run():
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert lines[-1] == "make test"
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_requirements_are_pinned_with_hashes_and_name_no_index():
    for file in sorted((ROOT / "requirements").glob("*.txt")):
        text = file.read_text()
        pins = [line for line in text.splitlines() if not line.startswith(" ")]
        assert pins, file
        assert all("==" in pin for pin in pins), file
        assert text.count("==") <= text.count("--hash=sha256:"), file
        assert "://" not in text, file


def test_the_tests_environment_contains_the_programs():
    def pins(name):
        text = (ROOT / "requirements" / name).read_text()
        return {line.split()[0] for line in text.splitlines() if "==" in line[:80]}

    assert pins("run.txt") <= pins("dev.txt")
