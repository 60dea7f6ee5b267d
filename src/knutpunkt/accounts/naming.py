"""Roles and posts by the keys people type."""

from __future__ import annotations

from knutpunkt.accounts.models import Role
from knutpunkt.accounts.services import Post
from knutpunkt.core.errors import NotFound
from knutpunkt.network.models import County, Office


def role_named(name: str) -> Role:
    """Read a role by its key.

    Raises
    ------
    NotFound
        With the roles there are.
    """
    try:
        return Role(name)
    except ValueError:
        raise NotFound(f"There is no role “{name}”. Known are: {', '.join(Role)}.") from None


def post_named(office: str, county: str) -> Post:
    """Read where a role shall hold, by the keys of office and county; empty is everywhere.

    Raises
    ------
    NotFound
        When the register has no such office or county.
    """
    found_office = Office.objects.filter(key=office).first()
    found_county = County.objects.filter(code=county).first()
    if office and found_office is None:
        raise NotFound(f"There is no office “{office}”.")
    if county and found_county is None:
        raise NotFound(f"There is no county “{county}”.")
    return Post(office=found_office, county=found_county)
