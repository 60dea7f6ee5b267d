"""Networks to read and to change."""

import pytest

from support.network import municipality, office, swedish_network

__all__ = ["municipality", "office", "swedish_network"]


@pytest.fixture(autouse=True)
def english(settings):
    """Refusals follow the reader's language; here the reader reads English."""
    settings.LANGUAGE_CODE = "en"
