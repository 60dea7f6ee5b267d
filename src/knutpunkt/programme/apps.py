"""The app as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammeConfig(AppConfig):
    name = "knutpunkt.programme"
    label = "programme"
    verbose_name = _("Programmes")
