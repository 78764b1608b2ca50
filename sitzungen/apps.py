"""Meetings: agenda, papers, dispatch."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SitzungenConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "sitzungen"
    verbose_name = "Sitzungen"

    def ready(self) -> None:
        from .stammdaten import create_stammdaten

        post_migrate.connect(create_stammdaten, sender=self, dispatch_uid="sitzungen.create_stammdaten")
