"""An office as schema.org describes it, for search engines.

References
----------
https://schema.org/GovernmentOffice
"""

from __future__ import annotations

from datetime import date, timedelta

from knutpunkt.engines import hours
from knutpunkt.network.selectors import OfficeOnDay

AHEAD = timedelta(days=90)


def government_office(
    office: OfficeOnDay, schedule: hours.Schedule, *, url: str, day: date
) -> dict[str, object]:
    """Describe an office as JSON-LD: explicit days, and nothing at all where hours are unknown."""
    described: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "GovernmentOffice",
        "@id": url,
        "url": url,
        "identifier": office.key,
        "name": office.name,
        "address": _address(office),
    }
    if office.address.lat is not None:
        described["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": office.address.lat,
            "longitude": office.address.lon,
        }
    if known := hours.to_schema_org(schedule, day, day + AHEAD):
        described["openingHoursSpecification"] = known
    return described


def _address(office: OfficeOnDay) -> dict[str, str]:
    address = office.address
    parts = {
        "streetAddress": address.street,
        "postalCode": address.postal_code,
        "addressLocality": address.locality or address.municipality,
        "addressRegion": address.county,
        "addressCountry": "SE",
    }
    return {"@type": "PostalAddress"} | {name: text for name, text in parts.items() if text}
