"""The seats of the conference, who holds one, who may stand in."""

from __future__ import annotations

import uuid as uuid_module

from django.db import models
from django.db.models import Q

from .basis import Allgemein, SichtbarQuerySet, ZeitraumQuerySet, span
from .person import Person
from .region import Sozialregion


class SitzQuerySet(SichtbarQuerySet):
    def stimmberechtigt(self) -> SitzQuerySet:
        return self.filter(stimmberechtigt=True)


class Sitz(Allgemein, models.Model):
    """A seat of the conference: 14 vote (13 regions and the chair), 3 advise. The vote belongs to the seat."""

    class Art(models.TextChoices):
        REGION = "region", "Präsidium einer Sozialregion"
        VORSITZ = "vorsitz", "VSEG-Präsidium (Vorsitz)"
        GESCHAEFTSFUEHRUNG = "geschaeftsfuehrung", "VSEG-Geschäftsführung"
        SOZIALKONFERENZ = "sozialkonferenz", "Solothurner Sozialkonferenz"
        AMT = "amt", "Amt für Gesundheit und Soziales"

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    art = models.CharField(max_length=20, choices=Art)
    sozialregion = models.ForeignKey(
        Sozialregion, on_delete=models.PROTECT, null=True, blank=True, related_name="sitze"
    )
    bezeichnung = models.CharField(max_length=160)
    stimmberechtigt = models.BooleanField()
    reihenfolge = models.PositiveSmallIntegerField(unique=True)

    objects = SitzQuerySet.as_manager()

    class Meta:
        verbose_name = "Sitz"
        verbose_name_plural = "Sitze"
        ordering = ["reihenfolge"]
        constraints = [
            models.UniqueConstraint(fields=["sozialregion", "art"], name="sitz_je_region_und_art"),
            models.UniqueConstraint(fields=["art"], condition=~Q(art="region"), name="sitz_je_amt_einer"),
            models.CheckConstraint(
                condition=Q(art="region", sozialregion__isnull=False)
                | (~Q(art="region") & Q(sozialregion__isnull=True)),
                name="sitz_region_nur_region",
            ),
            models.CheckConstraint(
                condition=Q(art__in=["region", "vorsitz"], stimmberechtigt=True)
                | (~Q(art__in=["region", "vorsitz"]) & Q(stimmberechtigt=False)),
                name="sitz_stimmrecht_nach_art",
            ),
        ]

    def __str__(self) -> str:
        return self.bezeichnung


class Mandat(Allgemein, models.Model):
    """A person on a seat from–until: designated, or elected by the VSEG-Vorstand (R5).

    A designated person attends and does not vote until elected.
    """

    class Status(models.TextChoices):
        DESIGNIERT = "designiert", "designiert"
        GEWAEHLT = "gewaehlt", "gewählt"

    UEBERGAENGE: dict[str, frozenset[str]] = {
        Status.DESIGNIERT: frozenset({Status.GEWAEHLT}),
        Status.GEWAEHLT: frozenset(),
    }

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    sitz = models.ForeignKey(Sitz, on_delete=models.PROTECT, related_name="mandate")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mandate")
    funktion = models.CharField("Funktion", max_length=120)
    von = models.DateField()
    bis = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.DESIGNIERT)
    wahlbeschluss_on = models.DateField("Wahlbeschluss vom", null=True, blank=True)
    wahlbeschluss_ref = models.CharField("Referenz des Wahlbeschlusses", max_length=80, blank=True)

    objects = ZeitraumQuerySet.as_manager()

    class Meta:
        verbose_name = "Mandat"
        verbose_name_plural = "Mandate"
        ordering = ["sitz__reihenfolge", "-von"]
        constraints = [
            span("mandat"),
            models.UniqueConstraint(fields=["sitz"], condition=Q(bis__isnull=True), name="mandat_eines_offen_je_sitz"),
            models.CheckConstraint(
                condition=Q(status="gewaehlt", wahlbeschluss_on__isnull=False)
                | Q(status="designiert", wahlbeschluss_on__isnull=True),
                name="mandat_gewaehlt_mit_wahlbeschluss",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.sitz})"


class Stellvertretung(Allgemein, models.Model):
    """A seat's standing list of political functionaries who may stand in; naming one for a meeting is on Teilnahme."""

    class Funktion(models.TextChoices):
        GEMEINDEPRAESIDIUM = "gemeindepraesidium", "Gemeindepräsidium"
        VIZEPRAESIDIUM = "vizepraesidium", "Vizepräsidium"
        GEMEINDERAT = "gemeinderat", "Mitglied des Gemeinderats"
        VORSTAND_ZWECKVERBAND = "vorstand_zweckverband", "Vorstand Zweckverband"
        VORSTAND_VEREIN = "vorstand_verein", "Vorstand Verein"
        SOZIALKOMMISSION = "sozialkommission", "Mitglied der Sozialkommission"
        VSEG_VORSTAND = "vseg_vorstand", "Mitglied des VSEG-Vorstands"
        ANDERE = "andere", "andere politische Funktion"

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    sitz = models.ForeignKey(Sitz, on_delete=models.PROTECT, related_name="stellvertretungen")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="stellvertretungen")
    funktion = models.CharField(max_length=30, choices=Funktion)
    von = models.DateField()
    bis = models.DateField(null=True, blank=True)

    objects = ZeitraumQuerySet.as_manager()

    class Meta:
        verbose_name = "Stellvertretung"
        verbose_name_plural = "Stellvertretungen"
        ordering = ["sitz__reihenfolge", "person__nachname"]
        constraints = [
            span("stellvertretung"),
            models.UniqueConstraint(
                fields=["sitz", "person"], condition=Q(bis__isnull=True), name="stellvertretung_einmal_offen"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} für {self.sitz}"
