"""The documents of the API in a real browser."""

import pytest

pytestmark = pytest.mark.browser


def test_the_documents_list_every_question_under_the_security_policy(live_server, page):
    page.goto(f"{live_server.url}/api/docs")
    page.get_by_text("One office").wait_for()
    assert page.locator(".opblock-get").count() == 9
