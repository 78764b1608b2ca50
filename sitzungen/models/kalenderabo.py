"""A calendar program's own way to the meetings of one person."""

from __future__ import annotations

from django.db import models

from mitglieder.models import Person


class Kalenderabo(models.Model):
    """The subscription of a person: only the SHA-256 of its token is stored, making a new one revokes the old.

    No Zugangslink: a calendar program asks for years and logs nobody in, so its token must open nothing but dates.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="kalenderabo")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "Kalenderabo"
        verbose_name_plural = "Kalenderabos"

    def __str__(self) -> str:
        return f"Kalenderabo von {self.person}"
