"""A motion to the VSEG-Vorstand and the versions of its text."""

from __future__ import annotations

import uuid as uuid_module

from django.db import models
from django.db.models import Q

from mitglieder.models import Person, Sitz
from mitglieder.permissions import VORBEREITENDE, Recht, Rolle, Umfang
from sitzungen.models import Traktandum


class AntragQuerySet(models.QuerySet["Antrag"]):
    def visible_to(self, umfang: Umfang) -> AntragQuerySet:
        """Return the submitted motions for members and the office, and to a substitute those of her meetings."""
        if umfang.sieht_alles_veroeffentlichte:
            return self
        if umfang.person is None or umfang.zugang is not None:
            return self.none()
        return self.filter(traktandum__in=Traktandum.objects.visible_to(umfang)).exclude(
            status__in=[Antrag.Status.ENTWURF]
        )


class Antrag(models.Model):
    """A motion to the VSEG-Vorstand: numbered at submission, decided with two thirds of the voting seats present.

    kennung: its readable address, «2026-4».  sitz: the seat it comes from.  traktandum: where it is on the agenda.
    """

    class Status(models.TextChoices):
        ENTWURF = "entwurf", "Entwurf"
        EINGEREICHT = "eingereicht", "eingereicht"
        TRAKTANDIERT = "traktandiert", "traktandiert"
        VERABSCHIEDET = "verabschiedet", "verabschiedet zuhanden des VSEG-Vorstands"
        NICHT_ZUSTANDE_GEKOMMEN = "nicht_zustande_gekommen", "nicht zustande gekommen"
        UEBERWIESEN = "ueberwiesen", "dem VSEG-Vorstand überwiesen"
        BEANTWORTET = "beantwortet", "vom VSEG-Vorstand beantwortet"
        ZURUECKGEZOGEN = "zurueckgezogen", "zurückgezogen"

    UEBERGAENGE: dict[str, frozenset[str]] = {
        Status.ENTWURF: frozenset({Status.EINGEREICHT, Status.ZURUECKGEZOGEN}),
        Status.EINGEREICHT: frozenset({Status.TRAKTANDIERT, Status.ZURUECKGEZOGEN}),
        Status.TRAKTANDIERT: frozenset(
            {Status.EINGEREICHT, Status.VERABSCHIEDET, Status.NICHT_ZUSTANDE_GEKOMMEN, Status.ZURUECKGEZOGEN}
        ),
        # a vote that is repeated may turn the outcome round, until the board has it
        Status.VERABSCHIEDET: frozenset({Status.UEBERWIESEN, Status.NICHT_ZUSTANDE_GEKOMMEN}),
        Status.NICHT_ZUSTANDE_GEKOMMEN: frozenset({Status.UEBERWIESEN, Status.VERABSCHIEDET}),
        Status.UEBERWIESEN: frozenset({Status.BEANTWORTET}),
        Status.BEANTWORTET: frozenset(),
        Status.ZURUECKGEZOGEN: frozenset(),
    }
    ENTSCHIEDEN: frozenset[str] = frozenset({Status.VERABSCHIEDET, Status.NICHT_ZUSTANDE_GEKOMMEN})

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    jahr = models.PositiveSmallIntegerField(null=True, blank=True)
    nr = models.PositiveSmallIntegerField("Nummer", null=True, blank=True)
    kennung = models.CharField(max_length=12, unique=True, null=True, blank=True)
    titel = models.CharField(max_length=200)
    sitz = models.ForeignKey(Sitz, on_delete=models.PROTECT, related_name="antraege")
    eingereicht_von = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    eingereicht_at = models.DateTimeField("eingereicht am", null=True, blank=True)
    traktandum = models.ForeignKey(Traktandum, on_delete=models.PROTECT, null=True, blank=True, related_name="antraege")
    status = models.CharField(max_length=24, choices=Status, default=Status.ENTWURF)
    created_at = models.DateTimeField()

    objects = AntragQuerySet.as_manager()

    class Meta:
        verbose_name = "Antrag"
        verbose_name_plural = "Anträge"
        ordering = ["-jahr", "-nr", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["jahr", "nr"], name="antrag_nummer_einmal"),
            models.CheckConstraint(
                condition=Q(eingereicht_at__isnull=False, nr__isnull=False, jahr__isnull=False, kennung__isnull=False)
                | Q(status__in=["entwurf", "zurueckgezogen"], eingereicht_at__isnull=True, nr__isnull=True),
                name="antrag_eingereicht_mit_nummer",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["traktandiert", "verabschiedet", "nicht_zustande_gekommen"])
                | Q(traktandum__isnull=False),
                name="antrag_traktandiert_mit_traktandum",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nummer}: {self.titel}" if self.nr else self.titel

    @property
    def nummer(self) -> str:
        """«4/2026»; empty before the submission."""
        return f"{self.nr}/{self.jahr}" if self.nr else ""

    def rollen(self, umfang: Umfang, recht: Recht) -> frozenset[Rolle]:
        """Return the roles that count: those of its meeting where it is on an agenda, else those of the person."""
        if self.traktandum is not None:
            return self.traktandum.rollen(umfang, recht) | (umfang.rollen & VORBEREITENDE)
        return umfang.rollen


class Antragsfassung(models.Model):
    """One version of a motion's text, kept for good; a vote names the version it was on."""

    antrag = models.ForeignKey(Antrag, on_delete=models.CASCADE, related_name="fassungen")
    nr = models.PositiveSmallIntegerField()
    text = models.TextField()
    von = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "Antragsfassung"
        verbose_name_plural = "Antragsfassungen"
        ordering = ["antrag", "nr"]
        constraints = [models.UniqueConstraint(fields=["antrag", "nr"], name="antragsfassung_nummer_einmal")]

    def __str__(self) -> str:
        return f"{self.antrag}, Fassung {self.nr}"
