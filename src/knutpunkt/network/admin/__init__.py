"""The register in the admin, by subject."""

from knutpunkt.network.admin import areas, counting, events, hours, offices, service

__all__ = ["areas", "counting", "events", "hours", "offices", "service"]
