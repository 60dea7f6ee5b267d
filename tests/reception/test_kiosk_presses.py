"""A slipping finger on a real server: two requests at once are one press."""

import http.client
import re
from threading import Barrier, Thread
from urllib.parse import urlencode, urlsplit

import pytest

from knutpunkt.network.models import Office
from knutpunkt.reception.actors import token_issue
from knutpunkt.reception.models import Event, Visit
from knutpunkt.reception.rate import forget

PRESSES = 4


@pytest.mark.django_db(transaction=True)
def test_simultaneous_presses_give_one_number(live_server):
    forget()
    office = Office.objects.create(key="twice", recorded_by="a test")
    _row, token = token_issue(office=office, role="kiosk", by="a test")
    browser = Browser(live_server.url)
    browser.asked("GET", "/kiosk/twice/")
    browser.asked("POST", "/kiosk/twice/", token=token)
    page = browser.asked("GET", "/kiosk/twice/sv/about/")[1]
    mark = re.search(r'name="once" value="([^"]+)"', page)[1]
    together, answers = Barrier(PRESSES), []

    def press():
        together.wait()
        answers.append(browser.asked("POST", "/kiosk/twice/sv/tickets/", once=mark)[0])

    fingers = [Thread(target=press) for _ in range(PRESSES)]
    for finger in fingers:
        finger.start()
    for finger in fingers:
        finger.join()
    assert answers == [302] * PRESSES
    assert [visit.ticket for visit in Visit.objects.all()] == ["A1"]
    assert Event.objects.filter(kind="issued").count() == 1
    assert 'dir="ltr">A1<' in browser.asked("GET", "/kiosk/twice/sv/ticket/")[1]


class Browser:
    """Sends forms and keeps cookies; every request has a connection of its own."""

    def __init__(self, url):
        self.host = urlsplit(url).netloc
        self.cookies = {}

    def asked(self, method, path, **form):
        line = http.client.HTTPConnection(self.host, timeout=20)
        form |= {"csrfmiddlewaretoken": self.cookies.get("csrftoken", "")}
        said = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": said, "Content-Type": "application/x-www-form-urlencoded"}
        line.request(method, path, urlencode(form) if method == "POST" else None, headers)
        answer = line.getresponse()
        page = answer.read().decode()
        for header in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = header.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        line.close()
        return answer.status, page
