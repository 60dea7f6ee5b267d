"""Programmes in the admin, by subject: what is kept for good is looked at only."""

from knutpunkt.programme.admin import control, programmes, projects, templates

__all__ = ["control", "programmes", "projects", "templates"]
