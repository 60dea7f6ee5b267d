"""The live hub: tells browsers what changed, as server-sent events, without touching the ORM.

One process has one hub, one hub has one database connection in one thread. SQLite says through
``PRAGMA data_version`` that another connection has written; PostgreSQL notifies, through a second
connection that only listens. What happens in the hub's own process it is told in memory. Every
subscriber first gets the state as it is, or what it missed, so a lost event heals itself on
reconnecting.
"""

from knutpunkt.web.live.bodies import BODY_WITHIN, LARGEST_BODY
from knutpunkt.web.live.hub import Hub
from knutpunkt.web.live.sources import PostgresSource, Source, SqliteSource
from knutpunkt.web.live.streams import LiveApplication

__all__ = [
    "BODY_WITHIN",
    "LARGEST_BODY",
    "Hub",
    "LiveApplication",
    "PostgresSource",
    "Source",
    "SqliteSource",
]
