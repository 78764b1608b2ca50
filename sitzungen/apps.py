"""Meetings: agenda, papers, dispatch."""

from django.apps import AppConfig


class SitzungenConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "sitzungen"
    verbose_name = "Sitzungen"
