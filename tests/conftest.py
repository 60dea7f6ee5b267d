"""What every test finds: its own database, its own data folder, a real browser."""

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from support import chromium, environment

HERE = Path(__file__).parent

# Started in the background, a shell leaves SIGINT ignored, and every command started here with it.
signal.signal(signal.SIGINT, signal.default_int_handler)

hypothesis_settings.register_profile("house", deadline=None, database=None, print_blob=True)
hypothesis_settings.register_profile(
    "quick", parent=hypothesis_settings.get_profile("house"), max_examples=20
)
# The fast part tries fewer examples of each property; the whole suite all of them.
hypothesis_settings.load_profile(os.environ.get("KNUTPUNKT_PROPERTIES", "house"))

# Folders whose tests meet no database: once is enough.
WITHOUT_DATABASE = (HERE / "engines", HERE / "support")


def pytest_configure(config):
    once = "once: meets no database, or only reads it as others do; not repeated on PostgreSQL"
    config.addinivalue_line("markers", once)


def pytest_collection_modifyitems(config, items):
    for item in items:
        if any(folder in item.path.parents for folder in WITHOUT_DATABASE):
            item.add_marker("once")
    if environment.DATABASE == "sqlite":
        return
    config.hook.pytest_deselected(items=[item for item in items if _once_is_enough(item)])
    items[:] = [item for item in items if not _once_is_enough(item)]


def _once_is_enough(item):
    return any(item.get_closest_marker(mark) for mark in ("once", "browser"))


def pytest_terminal_summary(terminalreporter):
    """Tell above the closing line what else guarded the project, and count there what failed."""
    for verdict, title in (("PASSED", "also passed"), ("NOT_RUN", "not run")):
        if lines := os.environ.get(f"KNUTPUNKT_{verdict}"):
            terminalreporter.section(title)
            terminalreporter.write_line(lines)
    for name in os.environ.get("KNUTPUNKT_FAILED", "").splitlines():
        report = pytest.CollectReport(name, "failed", "failed before this run; see above", [])
        terminalreporter.stats.setdefault("error", []).append(report)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, tmp_path_factory):
    """Tests run on the database asked for; SQLite is a file, because threads must share it."""
    from django.db import connection

    wanted = environment.DATABASES[environment.DATABASE]
    if connection.vendor != wanted:
        pytest.exit(
            f"The tests were asked to run on {wanted} but the settings lead to {connection.vendor}:"
            " start pytest with -p support.environment.",
            returncode=4,
        )
    if connection.vendor == "sqlite":
        file = tmp_path_factory.mktemp("database") / "test.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(file)


@pytest.fixture(scope="session")
def browser():
    """A real Chromium for the whole run."""
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        yield from chromium.launched()
    except chromium.ChromiumMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def visit(browser, request):
    """A Swedish visitor's fresh page; the test fails if it needs another host or a script fails.

    ``@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True)`` and the
    like change the visitor.
    """
    visitor = {
        "locale": "sv-SE",
        "timezone_id": "Europe/Stockholm",
        **getattr(request, "param", {}),
    }
    context = browser.new_context(**visitor | getattr(request, "param", {}))
    visit = chromium.Visit(context)
    yield visit
    context.close()
    visit.check()


@pytest.fixture
def page(visit):
    """The page of the visit."""
    return visit.page
