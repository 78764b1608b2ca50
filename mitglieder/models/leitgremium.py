"""The strategic bodies of the regions, their members, and what a region reports about them."""

from __future__ import annotations

import uuid as uuid_module

from django.db import models
from django.db.models import Q

from .basis import Allgemein, SichtbarQuerySet, ZeitraumQuerySet, span
from .person import Person
from .region import Sozialregion


class Leitgremium(Allgemein, models.Model):
    """The strategic body of a region; its members are the wide circle that receives the papers (Verteiler)."""

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    sozialregion = models.OneToOneField(Sozialregion, on_delete=models.PROTECT, related_name="leitgremium")
    name = models.CharField(max_length=160)
    since_on = models.DateField("besteht seit", null=True, blank=True)
    bestaetigt_on = models.DateField("Verteiler bestätigt am", null=True, blank=True)
    angefragt_at = models.DateTimeField("Bestätigung erbeten am", null=True, blank=True)
    bestaetigt_von = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="bestaetigte_verteiler"
    )

    objects = SichtbarQuerySet.as_manager()

    class Meta:
        verbose_name = "Leitgremium"
        verbose_name_plural = "Leitgremien"
        ordering = ["sozialregion__nr"]

    def __str__(self) -> str:
        return self.name


class Mitgliedschaft(Allgemein, models.Model):
    """A decision-maker in the strategic body of a region."""

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    leitgremium = models.ForeignKey(Leitgremium, on_delete=models.PROTECT, related_name="mitgliedschaften")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mitgliedschaften")
    funktion = models.CharField(max_length=120, blank=True)
    von = models.DateField()
    bis = models.DateField(null=True, blank=True)

    objects = ZeitraumQuerySet.as_manager()

    class Meta:
        verbose_name = "Mitgliedschaft"
        verbose_name_plural = "Mitgliedschaften"
        ordering = ["person__nachname", "person__vorname"]
        constraints = [
            span("mitgliedschaft"),
            models.UniqueConstraint(
                fields=["leitgremium", "person"], condition=Q(bis__isnull=True), name="mitgliedschaft_einmal_offen"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.leitgremium}"


class Verteilermeldung(Allgemein, models.Model):
    """What a region's contact says is wrong with its Verteiler, until the office has seen to it."""

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    leitgremium = models.ForeignKey(Leitgremium, on_delete=models.CASCADE, related_name="meldungen")
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField(max_length=2000)
    created_at = models.DateTimeField()
    erledigt_at = models.DateTimeField(null=True, blank=True)

    objects = SichtbarQuerySet.as_manager()

    class Meta:
        verbose_name = "Meldung zum Verteiler"
        verbose_name_plural = "Meldungen zum Verteiler"
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"Meldung zu {self.leitgremium}"
