from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MandatesConfig(AppConfig):
    name = "knutpunkt.mandates"
    label = "mandates"
    verbose_name = _("Commissions")
    default_auto_field = "django.db.models.BigAutoField"
