"""What the desk notes of a seat while a vote holds it."""

from __future__ import annotations

import uuid as uuid_module

from django.db import models

from mitglieder.models import Person

from .teilnahme import Teilnahme


class Vormerkung(models.Model):
    """Somebody leaves a held seat, or takes it over, at this true time: applied when the vote is over, then removed.

    person: who leaves, or who takes over.  hindernis: why it could not be applied; the desk then decides.
    """

    class Art(models.TextChoices):
        WEG = "weg", "geht"
        WECHSEL = "wechsel", "übernimmt den Sitz"

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    teilnahme = models.OneToOneField(Teilnahme, on_delete=models.CASCADE, related_name="vormerkung")
    art = models.CharField(max_length=8, choices=Art)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    zeit_at = models.DateTimeField("wahre Zeit")
    vermerkt_von = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    vermerkt_at = models.DateTimeField()
    hindernis = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name = "Vormerkung"
        verbose_name_plural = "Vormerkungen"
        ordering = ["zeit_at", "pk"]

    def __str__(self) -> str:
        return f"{self.person} {self.get_art_display()}, {self.teilnahme}"
