"""A seat at a meeting: who will sit on it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from mitglieder.models import Person, Sitz

from .sitzung import Sitzung


class Teilnahme(models.Model):
    """Seat × meeting; vertretung is the substitute named for this one meeting."""

    sitzung = models.ForeignKey(Sitzung, on_delete=models.CASCADE, related_name="teilnahmen")
    sitz = models.ForeignKey(Sitz, on_delete=models.PROTECT, related_name="teilnahmen")
    vertretung = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="vertretungen")

    class Meta:
        verbose_name = "Teilnahme"
        verbose_name_plural = "Teilnahmen"
        ordering = ["sitz__reihenfolge"]
        constraints = [
            models.UniqueConstraint(fields=["sitzung", "sitz"], name="teilnahme_je_sitz"),
            models.UniqueConstraint(
                # nobody substitutes for two seats
                fields=["sitzung", "vertretung"],
                condition=Q(vertretung__isnull=False),
                name="teilnahme_vertritt_einen_sitz",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sitz}, {self.sitzung}"
