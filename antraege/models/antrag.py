"""A motion to the VSEG-Vorstand and the versions of its text."""

from __future__ import annotations

import uuid as uuid_module

from django.db import models
from django.db.models import Q
from django.urls import reverse

from mitglieder.models import Person, Sitz
from mitglieder.permissions import AUSSENSTEHENDE, RECHTE, VORBEREITENDE, Recht, Rolle, Umfang
from sitzungen.models import Thema, Traktandum, Unterlage

INTERNE = RECHTE[Recht.ANTRAG_SEHEN] - AUSSENSTEHENDE
"""The roles of the conference itself: they read more of a motion than what the board received."""

_SCHREIBEN = frozenset({Recht.ANTRAG_SCHREIBEN, Recht.ANTRAG_ZURUECKZIEHEN})


class AntragQuerySet(models.QuerySet["Antrag"]):
    def visible_to(self, umfang: Umfang) -> AntragQuerySet:
        """Return the motions a person may read.

        The office: all. Members and the chair: the submitted ones and their own drafts. A substitute: those of her meetings.
        Leitgremien and the board: what the board has received.
        """
        if umfang.person is None or umfang.zugang is not None:
            return self.none()
        if Rolle.GESCHAEFTSSTELLE in umfang.rollen:
            return self
        if umfang.sieht_alles_veroeffentlichte:
            return self.filter(Q(eingereicht_at__isnull=False) | Q(eingereicht_von=umfang.person))
        beim_vorstand = Q(status__in=Antrag.BEIM_VORSTAND) if umfang.rollen & AUSSENSTEHENDE else Q(pk__in=[])
        vertretene = Q(traktandum__in=Traktandum.objects.visible_for_members(umfang), eingereicht_at__isnull=False)
        return self.filter(beim_vorstand | vertretene)

    def with_seite(self) -> AntragQuerySet:
        """Load with each motion what its page and its rights ask."""
        return self.select_related("sitz__sozialregion", "thema", "eingereicht_von", "traktandum__sitzung__leitung")


class Antrag(models.Model):
    """A motion to the VSEG-Vorstand: numbered at submission, decided with two thirds of the voting seats present.

    kennung: its readable address, «2026-4».  sitz: the seat it comes from.  eingereicht_von: who wrote it (the office may,
    on behalf of a seat).  traktandum: where it is on the agenda.  papier: the paper made of it there.
    stand: rises with every change, so that who saves an older state is told (two people at one draft).
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
        # only what the board sent back is taken up again, as a new version
        Status.BEANTWORTET: frozenset({Status.EINGEREICHT}),
        Status.ZURUECKGEZOGEN: frozenset(),
    }
    ENTSCHIEDEN: frozenset[str] = frozenset({Status.VERABSCHIEDET, Status.NICHT_ZUSTANDE_GEKOMMEN})
    BEIM_VORSTAND: frozenset[str] = frozenset({Status.UEBERWIESEN, Status.BEANTWORTET})

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    jahr = models.PositiveSmallIntegerField(null=True, blank=True)
    nr = models.PositiveSmallIntegerField("Nummer", null=True, blank=True)
    kennung = models.CharField(max_length=12, unique=True, null=True, blank=True)
    titel = models.CharField(max_length=200, blank=True)
    thema = models.ForeignKey(Thema, on_delete=models.PROTECT, null=True, blank=True, related_name="antraege")
    sitz = models.ForeignKey(Sitz, on_delete=models.PROTECT, related_name="antraege")
    eingereicht_von = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    eingereicht_at = models.DateTimeField("eingereicht am", null=True, blank=True)
    traktandum = models.ForeignKey(Traktandum, on_delete=models.PROTECT, null=True, blank=True, related_name="antraege")
    traktandiert_at = models.DateTimeField("traktandiert am", null=True, blank=True)
    papier = models.ForeignKey(Unterlage, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=24, choices=Status, default=Status.ENTWURF)
    zurueckgezogen_at = models.DateTimeField("zurückgezogen am", null=True, blank=True)
    zurueckgezogen_grund = models.CharField("Grund", max_length=300, blank=True, default="")
    stand = models.PositiveIntegerField("Zähler der Änderungen", default=0)
    geaendert_at = models.DateTimeField("zuletzt geändert", null=True, blank=True)
    geaendert_von = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
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
            models.CheckConstraint(
                condition=~Q(titel="") | Q(eingereicht_at__isnull=True), name="antrag_eingereicht_mit_titel"
            ),
            models.CheckConstraint(
                condition=Q(status="zurueckgezogen", zurueckgezogen_at__isnull=False)
                | (~Q(status="zurueckgezogen") & Q(zurueckgezogen_at__isnull=True)),
                name="antrag_zurueckgezogen_mit_zeit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nummer}: {self.titel}" if self.nr else self.titel or "Antrag ohne Titel"

    def get_absolute_url(self) -> str:
        if self.kennung:
            return reverse("antraege:antrag-detail", args=[self.kennung])
        return reverse("antraege:entwurf-edit", args=[self.uuid])

    @property
    def nummer(self) -> str:
        """«4/2026»; empty before the submission."""
        return f"{self.nr}/{self.jahr}" if self.nr else ""

    @property
    def is_entwurf(self) -> bool:
        return self.status == self.Status.ENTWURF

    def rollen(self, umfang: Umfang, recht: Recht) -> frozenset[Rolle]:
        """Return the roles that count for a right.

        A draft is its author's and the office's; from the submission on the chair writes too, and the author as long as
        she holds the seat it comes from. Leitgremien and the board count once the board has it. Leading a vote on it is a
        matter of its meeting.
        """
        if umfang.person is None or umfang.zugang is not None:
            return frozenset()
        buero = umfang.rollen & {Rolle.GESCHAEFTSSTELLE}
        eigene = umfang.rollen - AUSSENSTEHENDE if self.eingereicht_von_id == umfang.person.pk else frozenset()
        if self.eingereicht_at is None:
            return buero | eigene
        if recht in _SCHREIBEN:
            vorsitz = umfang.rollen & {Rolle.VORSITZ} if recht is Recht.ANTRAG_SCHREIBEN else frozenset()
            if eigene and not buero and self.sitz_id not in {mandat.sitz_id for mandat in umfang.sitze}:
                eigene = frozenset()
            return buero | eigene | vorsitz
        rollen = umfang.rollen - AUSSENSTEHENDE
        if self.traktandum is not None:
            rollen |= (self.traktandum.rollen(umfang, recht) - AUSSENSTEHENDE) | (umfang.rollen & VORBEREITENDE)
        if self.status in self.BEIM_VORSTAND:
            rollen |= umfang.rollen & AUSSENSTEHENDE
        return rollen

    def is_intern(self, umfang: Umfang) -> bool:
        """Return whether a person reads it as the conference does, and not only what the board received."""
        return bool(self.rollen(umfang, Recht.ANTRAG_SEHEN) & INTERNE)


class Antragsfassung(models.Model):
    """One version of a motion's text and its reasons, kept for good; a vote names the version it was on.

    The first one changes while the motion is a draft; a trigger holds it from the submission on.
    """

    antrag = models.ForeignKey(Antrag, on_delete=models.CASCADE, related_name="fassungen")
    nr = models.PositiveSmallIntegerField()
    text = models.TextField("Antrag", blank=True)
    ausgangslage = models.TextField("Ausgangslage", blank=True, default="")
    erwaegungen = models.TextField("Erwägungen", blank=True, default="")
    finanzielles = models.TextField("Finanzielle Auswirkungen auf die Gemeinden", blank=True, default="")
    von = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    TEXTE = ("text", "ausgangslage", "erwaegungen", "finanzielles")

    class Meta:
        verbose_name = "Antragsfassung"
        verbose_name_plural = "Antragsfassungen"
        ordering = ["antrag", "nr"]
        constraints = [models.UniqueConstraint(fields=["antrag", "nr"], name="antragsfassung_nummer_einmal")]

    def __str__(self) -> str:
        return f"{self.antrag}, Fassung {self.nr}"
