"""The embedded Swedish network behind the API."""

import pytest

from support.network import swedish_network

__all__ = ["swedish_network"]


@pytest.fixture
def ask(swedish_network, db, client):
    """Ask the API and take the answer apart; ``status`` is the one to expect."""

    def asked(address, status=200, **parameters):
        answer = client.get(f"/api/{address}", parameters)
        assert answer.status_code == status, answer.content.decode()
        return answer.json()

    return asked
