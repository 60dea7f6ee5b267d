"""Programs that ask the reception's API with a token, through Django's test client."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.test import Client

from knutpunkt.network.models import Authority, Office
from knutpunkt.reception.actors import token_issue

ROOT = "/api/reception/"
ROLES = ("kiosk", "display", "officer", "greeter", "municipal-desk", "office-manager", "node")
TOWN = "northtown"


@dataclass(frozen=True)
class Program:
    """A program of one office with its token."""

    office: str
    token: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Ask; the whole response. ``{office}`` in the path is the program's own."""
        return asked(method, path.format(office=self.office), body, token=self.token, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """Ask for an action; the answer as plain values."""
        said = self.ask("POST", path, body, **headers)
        assert said.status_code in (200, 201), said.content
        return said.json()

    def get(self, path: str) -> Any:
        """Read; the answer as plain values."""
        said = self.ask("GET", path)
        assert said.status_code == 200, said.content
        return said.json()


def asked(method: str, path: str, body: Any = None, *, token: str = "", **headers: str) -> Any:
    """Ask as anybody; the whole response."""
    sent = body if isinstance(body, bytes | str) else b"" if body is None else json.dumps(body)
    around = {"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {}
    kind = "application/json"
    return Client().generic(method, ROOT + path, sent, content_type=kind, **around, **headers)


def program(office: Office, role: str, *, name: str = "", authority: str = "") -> Program:
    """Give a program a token; a municipal desk is of the town unless said otherwise."""
    whose = authority or (TOWN if role == "municipal-desk" else "")
    _, token = token_issue(office=office, role=role, by="a test", name=name, authority=whose)
    return Program(office.key, token)


def town() -> Authority:
    """A municipality whose desk stands in the same room."""
    names = {"name_sv": "Nordstads kommun", "name_en": "Northtown"}
    return Authority.objects.create(slug=TOWN, kind="municipality", **names)
