"""Run everything that guards the project, and close with the test runner's own summary.

``python tools/test.py`` runs the checks, the suite on PostgreSQL and the suite on SQLite with a
real browser. ``python tools/test.py --fast`` leaves out PostgreSQL, the browser and slow tests.
Everything runs even if something before it failed; what failed is named again in the closing lines
and counted there as an error.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
CODE = ("src", "tests", "tools", "bench")

CHECKS = (
    ("ruff", ["-m", "ruff", "check", "--quiet", *CODE]),
    ("formatting", ["-m", "ruff", "format", "--check", "--quiet", *CODE]),
    ("mypy --strict", ["-m", "mypy", "--strict"]),
    ("import contracts", ["-c", "from importlinter.cli import lint_imports_command as c; c()"]),
)

LONGEST_INSTALLATION = 600  # seconds


def main() -> int:
    """Run what was asked for; 0 when all of it passed, else 1."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--fast", action="store_true", help="no PostgreSQL, browser or slow test")
    fast = asked.parse_args().fast
    os.chdir(ROOT)
    return fast_part() if fast else everything()


def fast_part() -> int:
    """Run the checks, and the suite on SQLite without browser and without slow tests."""
    return suite("sqlite", before=checks(), marks="not browser and not slow", properties="quick")


def everything() -> int:
    """Run the checks, the suite on PostgreSQL, then the whole suite on SQLite and in a browser."""
    postgres = missing("PostgreSQL", "postgresql", present=tool("postgres").binaries)
    chromium = missing("Chromium", "chromium", present=tool("chromium").executable)
    before = checks()
    if not postgres:
        before[f"the suite on PostgreSQL {postgres_version()}"] = suite("postgres") == 0
    if not chromium:
        # One page at a time: two browsers at once would make each other wait.
        before["the pages in Chromium"] = suite("sqlite", marks="browser", processes=0) == 0
    not_run = [*postgres, *chromium]
    return suite("sqlite", before=before, not_run=not_run, marks="not browser")


def checks() -> dict[str, bool]:
    """Run what needs no database and say of each whether it passed; quiet when it does."""
    return {name: check(name, command) for name, command in CHECKS}


def check(name: str, command: list[str]) -> bool:
    """Run one check and show its words only when it fails."""
    begun = time.monotonic()
    done = subprocess.run([PYTHON, *command], capture_output=True, text=True, check=False)
    passed = done.returncode == 0
    seconds = time.monotonic() - begun
    print(f"{name}: {'passed' if passed else 'failed'} ({seconds:.1f} s)", flush=True)
    if not passed:
        print(done.stdout + done.stderr, flush=True)
    return passed


def suite(
    database: str,
    *,
    before: dict[str, bool] | None = None,
    not_run: list[str] | None = None,
    marks: str = "",
    properties: str = "house",
    processes: int = 2,
) -> int:
    """Run pytest once on a database; its closing lines tell of what ran before, too."""
    print(f"\nThe suite on {database}{f', {marks}' if marks else ''}:", flush=True)
    before = before or {}
    failed = [name for name, passed in before.items() if not passed]
    surroundings = {
        **os.environ,
        "KNUTPUNKT_TEST_DB": database,
        "KNUTPUNKT_PROPERTIES": properties,
        "KNUTPUNKT_PASSED": "\n".join(name for name, passed in before.items() if passed),
        "KNUTPUNKT_FAILED": "\n".join(failed),
        "KNUTPUNKT_NOT_RUN": "\n".join(not_run or []),
    }
    command = [PYTHON, "-m", "pytest", "-o", "pythonpath=tests", "-p", "support.environment"]
    spread = ["-n", str(processes), "--dist", "loadscope"] if processes else []
    chosen = [*spread, *(["-m", marks] if marks else [])]
    done = wait_for(subprocess.Popen([*command, *chosen], env=surroundings))
    return 1 if done or failed else 0


def wait_for(running: subprocess.Popen[bytes]) -> int:
    """Wait for a process that Ctrl-C reaches as well, until it has tidied up."""
    while True:
        try:
            return running.wait()
        except KeyboardInterrupt:
            continue


def tool(name: str):  # noqa: ANN201  # a module
    """Load a module of tests/support without making the tests importable to the program."""
    path = ROOT / "tests" / "support" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"support_{name}", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


def postgres_version() -> int:
    """Major version the suite ran on."""
    module = tool("postgres")
    return module.version(module.binaries())


def missing(name: str, package: str, *, present: Callable[[], object]) -> list[str]:
    """Install a program where that is allowed; one line for each that is missing all the same."""
    if works(present):
        return []
    refusal = install(package)
    if works(present):
        return []
    line = f"{name} tests were not run: {name} is not installed and {refusal}."
    print(line, flush=True)
    return [line]


def works(present: Callable[[], object]) -> bool:
    """Whether a program is found."""
    try:
        present()
    except RuntimeError:
        return False
    return True


def install(package: str) -> str:
    """Install a Debian package; why it could not be, in a few words, or an empty text."""
    if shutil.which("apt-get") is None:
        return "this system has no apt to install it with"
    if os.geteuid() != 0:
        return f"only root may install it (apt install {package})"
    print(f"Installing {package} ...", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", package]):
        try:
            done = subprocess.run(
                ["apt-get", "-qq", *command],
                env=quiet,
                capture_output=True,
                check=False,
                timeout=LONGEST_INSTALLATION,
            )
        except subprocess.TimeoutExpired:
            return f"apt did not finish within {LONGEST_INSTALLATION // 60} minutes"
    return "apt could not install it" if done.returncode else ""


if __name__ == "__main__":
    sys.exit(main())
