"""People, their seats and offices, and who may what."""

from django.apps import AppConfig


class MitgliederConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "mitglieder"
    verbose_name = "Mitglieder"
