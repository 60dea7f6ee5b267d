"""The app as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReceptionConfig(AppConfig):
    name = "knutpunkt.reception"
    label = "reception"
    verbose_name = _("Reception")
