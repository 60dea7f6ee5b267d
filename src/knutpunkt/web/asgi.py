"""The live hub alone, beside a server of pages that cannot hold streams.

``uvicorn knutpunkt.web.asgi:application --lifespan on``; the proxy in front sends ``/live/`` here.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "knutpunkt.web.settings")
django.setup()

from knutpunkt.web.live import LiveApplication  # noqa: E402  # models need the settings first
from knutpunkt.web.serving import hub  # noqa: E402  # the same

application = LiveApplication(hub())
