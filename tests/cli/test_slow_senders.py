"""Visitors who send slowly, or too much, do not keep others waiting."""

import http.client
import socket

import pytest

from knutpunkt.web.live import bodies
from support.serving import server_running

pytestmark = [pytest.mark.once, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def answer_of(port, path):
    # The first page of a process loads every address.
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    line.request("GET", path)
    return line.getresponse().status


def slow_sender(port):
    sender = socket.create_connection(("127.0.0.1", port), timeout=5)
    sender.sendall(
        b"POST /login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nuser"
    )
    return sender


def test_twenty_who_never_finish_their_form_hold_nobody_up(django_db_setup):
    with server_running() as port:
        senders = [slow_sender(port) for _ in range(20)]
        try:
            assert answer_of(port, "/robots.txt") == 200
        finally:
            for sender in senders:
                sender.close()


def test_who_takes_too_long_is_told_so(django_db_setup, monkeypatch):
    monkeypatch.setattr(bodies, "BODY_WITHIN", 0.3)  # the rule, without the wait
    with server_running() as port:
        sender = slow_sender(port)
        assert sender.recv(100).startswith(b"HTTP/1.1 408")
        sender.close()


def test_a_form_beyond_all_measure_is_refused(django_db_setup):
    with server_running() as port:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        line.request("POST", "/login/", body=b"x" * (bodies.LARGEST_BODY + 1))
        assert line.getresponse().status == 413


def test_streams_beyond_the_limit_are_refused(django_db_setup, monkeypatch):
    monkeypatch.setenv("KNUTPUNKT_STREAMS", "1")  # the rule, without five thousand streams
    run = "/live/runs/7b0d6b52-6f0e-4d0a-9d35-3f2f0a6f2d11"
    with server_running() as port, socket.create_connection(("127.0.0.1", port), 10) as first:
        first.sendall(f"GET {run} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert b"200" in first.recv(64)
        assert answer_of(port, run) == 503
