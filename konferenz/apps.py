"""The ground: settings, journal, outbox, files, rules by date, PDF and SMTP."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class KonferenzConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "konferenz"
    verbose_name = "Konferenz"

    def ready(self) -> None:
        from . import checks  # noqa: F401 - registers itself
        from .stammdaten import create_stammdaten
        from .triggers import create_triggers, make_room

        post_migrate.connect(create_stammdaten, sender=self, dispatch_uid="konferenz.create_stammdaten")

        pre_migrate.connect(make_room, sender=self, dispatch_uid="konferenz.make_room")

        # Once per migrate is enough: Django sends this signal after the last migration of all apps.
        post_migrate.connect(create_triggers, sender=self, dispatch_uid="konferenz.create_triggers")
