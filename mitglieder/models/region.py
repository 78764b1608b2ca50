"""The 13 regions, their municipalities and figures."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from .basis import Allgemein, SichtbarQuerySet, ZeitraumQuerySet, span
from .person import Person


class Sozialregion(Allgemein, models.Model):
    """One of the 13 regions; its form decides which presidium represents it (Pflichtenheft, footnote 1)."""

    class Form(models.TextChoices):
        LEITGEMEINDE = "leitgemeinde", "Leitgemeinde"
        ZWECKVERBAND = "zweckverband", "Zweckverband"
        VEREIN = "verein", "Verein"
        VERTRAGSMODELL = "vertragsmodell", "Vertragsmodell"

    nr = models.PositiveSmallIntegerField("Nr.", unique=True)
    kuerzel = models.CharField("Kürzel", max_length=8, unique=True)
    name = models.CharField(max_length=120, unique=True)
    buero_ort = models.CharField("Ort des Büros", max_length=80, blank=True)
    form = models.CharField("Rechtsform", max_length=20, choices=Form)
    is_form_bestaetigt = models.BooleanField("Form bestätigt", default=False)
    kontakt = models.ForeignKey(
        Person,
        verbose_name="Kontaktperson",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="kontakt_fuer",
    )
    bemerkung = models.TextField(blank=True)

    objects = SichtbarQuerySet.as_manager()

    class Meta:
        verbose_name = "Sozialregion"
        verbose_name_plural = "Sozialregionen"
        ordering = ["nr"]
        constraints = [
            models.CheckConstraint(
                # Pflichtenheft 2026: BBL is represented by its Zweckverband, never by the Leitgemeinde (R12)
                condition=~Q(kuerzel="BBL") | Q(form="zweckverband"),
                name="sozialregion_bbl_zweckverband",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("mitglieder:region-detail", args=[self.kuerzel.lower()])


class Gemeinde(models.Model):
    """A municipality; merged ones stay with their dates."""

    name = models.CharField(max_length=80, unique=True)

    class Meta:
        verbose_name = "Gemeinde"
        verbose_name_plural = "Gemeinden"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class GemeindeZugehoerigkeit(Allgemein, models.Model):
    """Which municipality belongs to which region, from–until."""

    gemeinde = models.ForeignKey(Gemeinde, on_delete=models.CASCADE, related_name="zugehoerigkeiten")
    sozialregion = models.ForeignKey(Sozialregion, on_delete=models.CASCADE, related_name="zugehoerigkeiten")
    von = models.DateField()
    bis = models.DateField(null=True, blank=True)

    objects = ZeitraumQuerySet.as_manager()

    class Meta:
        verbose_name = "Gemeindezugehörigkeit"
        verbose_name_plural = "Gemeindezugehörigkeiten"
        ordering = ["gemeinde__name"]
        constraints = [
            span("gemeindezugehoerigkeit"),
            models.UniqueConstraint(
                fields=["gemeinde"], condition=Q(bis__isnull=True), name="gemeinde_in_einer_region"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gemeinde} in {self.sozialregion}"


class Einwohnerzahl(models.Model):
    """Population of a region on a day, with its source (figures of different definitions differ)."""

    sozialregion = models.ForeignKey(Sozialregion, on_delete=models.CASCADE, related_name="einwohnerzahlen")
    stand_on = models.DateField("Stand")
    anzahl = models.PositiveIntegerField()
    quelle = models.CharField(max_length=200)

    class Meta:
        verbose_name = "Einwohnerzahl"
        verbose_name_plural = "Einwohnerzahlen"
        ordering = ["-stand_on"]
        constraints = [
            models.UniqueConstraint(fields=["sozialregion", "stand_on"], name="einwohnerzahl_je_stand"),
        ]

    def __str__(self) -> str:
        return f"{self.sozialregion}: {self.anzahl}"
