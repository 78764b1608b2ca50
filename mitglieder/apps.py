"""People, their seats and offices, and who may what."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MitgliederConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "mitglieder"
    verbose_name = "Mitglieder"

    def ready(self) -> None:
        from .stammdaten import create_stammdaten

        post_migrate.connect(create_stammdaten, sender=self, dispatch_uid="mitglieder.create_stammdaten")
