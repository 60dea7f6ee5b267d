"""Every rule of WCAG that a machine can judge, run on a page in a real browser."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

STANDARD = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
RULES = (*STANDARD, "best-practice")


def sound(page: Page, where: str = "", rules: tuple[str, ...] = RULES) -> None:
    """Fail with axe's report when ``page`` breaks one of ``rules``; ``where`` names the page.

    Judged is the page as loaded: a form that was just sent may have brought the next page's text,
    but not yet its style sheet, and then everything is too small and of the wrong colour.
    """
    page.wait_for_load_state("load")
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": list(rules)}})
    assert found.violations_count == 0, where + found.generate_report()
