"""The Chromium that browser tests drive: the system's own, told to stay on this machine."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
AT_HOME = {"127.0.0.1", "localhost", ""}


class ChromiumMissing(RuntimeError):
    """No Chromium is installed."""

    def __init__(self) -> None:
        super().__init__(
            "Chromium is not installed; on Debian and Ubuntu: apt install chromium, "
            "elsewhere name it in KNUTPUNKT_CHROMIUM."
        )


def executable() -> str:
    """Path of the browser, ``KNUTPUNKT_CHROMIUM`` first.

    Raises
    ------
    ChromiumMissing
        When none is found.
    """
    named = os.environ.get("KNUTPUNKT_CHROMIUM")
    found = next(filter(None, map(shutil.which, [named] if named else NAMES)), None)
    if found is None:
        raise ChromiumMissing
    return found


def arguments() -> list[str]:
    """Switches of the browser: maps are drawn in software, root needs no sandbox."""
    drawn_in_software = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
    no_calls_home = ["--disable-background-networking", "--disable-component-update"]
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return [*drawn_in_software, *no_calls_home, *as_root]


def launched() -> Iterator[Browser]:
    """One browser, closed when the generator is."""
    from playwright.sync_api import sync_playwright

    path = executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments())
        try:
            yield browser
        finally:
            browser.close()


class Visit:
    """What a page asked for and what went wrong on it while a test used it."""

    def __init__(self, context: BrowserContext) -> None:
        self.elsewhere: list[str] = []
        self.mistakes: list[str] = []
        context.route(lambda url: not stays_home(url), self._refuse)
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.mistakes.append(str(error)))

    def _refuse(self, route) -> None:
        self.elsewhere.append(route.request.url)
        route.abort()

    def check(self) -> None:
        """Assert that the page needed no other host and that no script failed."""
        assert not self.elsewhere, f"The page asked other hosts for {self.elsewhere}."
        assert not self.mistakes, f"Scripts of the page failed: {self.mistakes}."


def stays_home(url: str) -> bool:
    """Whether an address is of this machine (or of no machine: ``data:``, ``blob:``)."""
    return (urlsplit(url).hostname or "") in AT_HOME
