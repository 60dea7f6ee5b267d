"""The page of a run follows it by the live hub of the real server, without being reloaded."""

import re
import uuid

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from knutpunkt.core.models import Run
from support.serving import server_running

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_page_of_a_run_is_told_by_the_hub_when_it_is_over(page, django_db_setup):
    question = {
        "mandate_slug": "none",
        "detour": 1.3,
        "km_per_hour": 60.0,
        "adjacent_metres": 1000.0,
        "prices": False,
    }
    run = Run.objects.create(pk=uuid.uuid4(), kind="siting-plan", question=question)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    with server_running() as port:
        page.goto(f"http://127.0.0.1:{port}/siting/runs/{run.pk}/")
        expect(page.locator("#progress")).to_be_visible()
        Run.objects.filter(pk=run.pk).update(state="cancelled", ended_at=timezone.now())
        expect(page.locator("body")).to_contain_text(re.compile("Avbruten|Called off"))
    assert any("/live/runs/" in url for url in asked)
