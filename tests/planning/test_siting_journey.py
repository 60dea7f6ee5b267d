"""From the planner's press to the plan on the page, with a real worker."""

import json
import threading

import pytest

from knutpunkt.core import worker
from knutpunkt.core.models import Run
from knutpunkt.planning.loading import embedded_network_load
from knutpunkt.planning.services import plan

FORM = {"mandate": "2021-05", "detour": "1.4", "km_per_hour": "50", "adjacent_metres": "1500"}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_planner_asks_the_worker_answers_and_anyone_reads(sign_in, client):
    embedded_network_load()
    where = sign_in("planner").post("/siting/runs/", FORM)["Location"]
    assert worker.turn(threading.Event())
    run = Run.objects.get()
    assert (run.state, run.problem) == ("done", "")
    expected = plan("2021-05", detour=1.4, km_per_hour=50, adjacent_metres=1500).as_dict()
    expected["seconds"] = run.result["seconds"]  # the one thing a clock decides
    assert run.result == json.loads(json.dumps(expected))
    assert client.get(where).content.decode().count('class="new"') == 28
