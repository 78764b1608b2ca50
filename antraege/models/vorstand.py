"""What goes to the VSEG-Vorstand and what comes back: the report, the decision."""

from __future__ import annotations

import uuid as uuid_module
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from konferenz.models import Datei
from mitglieder.models import Person
from mitglieder.permissions import AUSSENSTEHENDE, VORBEREITENDE, Recht, Rolle, Umfang
from sitzungen.models import Traktandum

from .abstimmung import Abstimmung
from .antrag import Antrag

if TYPE_CHECKING:
    from .beilage import Antragsbeilage

_ENTSCHEID_SCHREIBEN = frozenset({Rolle.GESCHAEFTSSTELLE, Rolle.VORSTANDSSEKRETARIAT})


class BerichtQuerySet(models.QuerySet["Bericht"]):
    def visible_to(self, umfang: Umfang) -> BerichtQuerySet:
        """Return the reports a person may read: who prepares all, the others what was handed to the board."""
        if umfang.person is None or umfang.zugang is not None:
            return self.none()
        if umfang.rollen & VORBEREITENDE:
            return self
        ueberwiesene = self.filter(status=Bericht.Status.UEBERWIESEN)
        if umfang.sieht_alles_veroeffentlichte or umfang.rollen & AUSSENSTEHENDE:
            return ueberwiesene
        return ueberwiesene.filter(
            abstimmung__traktandum__in=Traktandum.objects.visible_for_members(umfang),
        )

    def beim_vorstand(self) -> BerichtQuerySet:
        """Return the reports the board has and has not answered, the longest waiting first."""
        beantwortet = Q(entscheid__status=Vorstandsentscheid.Status.MITGETEILT)
        return self.filter(status=Bericht.Status.UEBERWIESEN).exclude(beantwortet).order_by("ueberwiesen_at", "pk")


class Bericht(models.Model):
    """«Bericht und Antrag an den VSEG-Vorstand»: one for each vote that is handed on; once handed on it never changes.

    art: antrag (carried) or information (not carried, handed on only so that the board knows).  minderheit: the
    minority's position if it asked.  datei: the PDF as handed over, stored and hashed once (trigger), never made anew.
    beilagen: the files handed over with it, kept with the Überweisung; none before.
    stand: rises with every change; a release or a rendered PDF of an older state counts for nothing.
    vorgelegt_stand: the state that was last laid before the chair for release.
    """

    class Art(models.TextChoices):
        ANTRAG = "antrag", "Bericht und Antrag"
        INFORMATION = "information", "Bericht zur Information"

    class Status(models.TextChoices):
        ENTWURF = "entwurf", "in Vorbereitung"
        FREIGEGEBEN = "freigegeben", "vom Vorsitz freigegeben"
        UEBERWIESEN = "ueberwiesen", "überwiesen"

    UEBERGAENGE: dict[str, frozenset[str]] = {
        Status.ENTWURF: frozenset({Status.FREIGEGEBEN}),
        Status.FREIGEGEBEN: frozenset({Status.ENTWURF, Status.UEBERWIESEN}),
        Status.UEBERWIESEN: frozenset(),
    }

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    antrag = models.ForeignKey(Antrag, on_delete=models.PROTECT, related_name="berichte")
    abstimmung = models.OneToOneField(Abstimmung, on_delete=models.PROTECT, related_name="bericht")
    art = models.CharField(max_length=12, choices=Art)
    status = models.CharField(max_length=12, choices=Status, default=Status.ENTWURF)
    ausgangslage = models.TextField("Ausgangslage", blank=True)
    erwaegungen = models.TextField("Erwägungen", blank=True)
    finanzielles = models.TextField("Finanzielle Auswirkungen auf die Gemeinden", blank=True)
    minderheit = models.TextField("Position der Minderheit", blank=True, default="")
    verteiler = models.TextField("Verteiler", blank=True, help_text="Eine Zeile pro Empfänger.")
    unterschrift_vorsitz = models.CharField("Vorsitz, Name und Funktion", max_length=200, blank=True)
    unterschrift_geschaeftsfuehrung = models.CharField(
        "Geschäftsführung, Name und Funktion", max_length=200, blank=True
    )
    stand = models.PositiveIntegerField("Zähler der Änderungen", default=0)
    vorgelegt_at = models.DateTimeField("dem Vorsitz vorgelegt am", null=True, blank=True)
    vorgelegt_von = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    vorgelegt_stand = models.PositiveIntegerField("Stand, der vorgelegt wurde", null=True, blank=True)
    freigegeben_at = models.DateTimeField("freigegeben am", null=True, blank=True)
    freigegeben_von = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ueberwiesen_at = models.DateTimeField("überwiesen am", null=True, blank=True)
    ueberwiesen_von = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    datei = models.ForeignKey(Datei, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    beilagen: models.ManyToManyField[Antragsbeilage, Any] = models.ManyToManyField(
        "antraege.Antragsbeilage", blank=True, related_name="berichte"
    )
    erinnert_at = models.DateTimeField("Geschäftsstelle erinnert am", null=True, blank=True)
    created_at = models.DateTimeField()
    created_von = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    objects = BerichtQuerySet.as_manager()

    class Meta:
        verbose_name = "Bericht"
        verbose_name_plural = "Berichte"
        ordering = ["antrag", "created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["antrag"], condition=~Q(status="ueberwiesen"), name="bericht_einer_in_vorbereitung"
            ),
            models.CheckConstraint(
                condition=Q(vorgelegt_at__isnull=True, vorgelegt_von__isnull=True, vorgelegt_stand__isnull=True)
                | Q(vorgelegt_at__isnull=False, vorgelegt_von__isnull=False, vorgelegt_stand__isnull=False),
                name="bericht_vorgelegt_mit_stand",
            ),
            models.CheckConstraint(
                condition=Q(status="entwurf", freigegeben_at__isnull=True)
                | (~Q(status="entwurf") & Q(freigegeben_at__isnull=False, freigegeben_von__isnull=False)),
                name="bericht_freigegeben_mit_zeit",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="ueberwiesen",
                    ueberwiesen_at__isnull=False,
                    ueberwiesen_von__isnull=False,
                    datei__isnull=False,
                )
                | (~Q(status="ueberwiesen") & Q(ueberwiesen_at__isnull=True, datei__isnull=True)),
                name="bericht_ueberwiesen_mit_datei",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_art_display()} zum Antrag {self.antrag.nummer}"

    def get_absolute_url(self) -> str:
        return reverse("antraege:bericht-detail", args=[self.uuid])

    @property
    def is_ueberwiesen(self) -> bool:
        return self.status == self.Status.UEBERWIESEN

    @property
    def is_vorgelegt(self) -> bool:
        """Whether the chair was asked to release it as it stands now."""
        return self.vorgelegt_at is not None and self.vorgelegt_stand == self.stand

    def rollen(self, umfang: Umfang, recht: Recht) -> frozenset[Rolle]:
        """Return the roles that count: those who prepare; once it is handed over, whoever reads the motion, and the board."""
        if umfang.person is None or umfang.zugang is not None:
            return frozenset()
        if not self.is_ueberwiesen:
            return umfang.rollen & VORBEREITENDE
        rollen = umfang.rollen
        if self.abstimmung.traktandum is not None:
            rollen |= self.abstimmung.traktandum.rollen(umfang, recht) & {Rolle.STELLVERTRETUNG}
        return rollen


class VorstandsentscheidQuerySet(models.QuerySet["Vorstandsentscheid"]):
    def visible_to(self, umfang: Umfang) -> VorstandsentscheidQuerySet:
        """Return the decisions a person may read: who records them all, the others what was told."""
        if umfang.person is None or umfang.zugang is not None:
            return self.none()
        if umfang.rollen & _ENTSCHEID_SCHREIBEN:
            return self
        return self.filter(
            status=Vorstandsentscheid.Status.MITGETEILT, bericht__in=Bericht.objects.visible_to(umfang).values("pk")
        )


class Vorstandsentscheid(models.Model):
    """What the VSEG-Vorstand decided on a report: recorded, previewed, then told once (trigger).

    beschlossen_on: the day of the board's decision.  referenz: the board's own number.  rueckmeldung: the item
    «Rückmeldung des Vorstands» on the next agenda.
    """

    class Ergebnis(models.TextChoices):
        ANGENOMMEN = "angenommen", "angenommen"
        GEAENDERT = "geaendert", "mit Änderungen angenommen"
        ABGELEHNT = "abgelehnt", "abgelehnt"
        ZURUECKGEWIESEN = "zurueckgewiesen", "zurückgewiesen"
        ZUR_KENNTNIS = "zur_kenntnis", "zur Kenntnis genommen"

    class Status(models.TextChoices):
        ENTWURF = "entwurf", "noch nicht mitgeteilt"
        MITGETEILT = "mitgeteilt", "mitgeteilt"

    UEBERGAENGE: dict[str, frozenset[str]] = {
        Status.ENTWURF: frozenset({Status.MITGETEILT}),
        Status.MITGETEILT: frozenset(),
    }

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    bericht = models.OneToOneField(Bericht, on_delete=models.PROTECT, related_name="entscheid")
    ergebnis = models.CharField(max_length=16, choices=Ergebnis)
    beschlossen_on = models.DateField("Entscheid vom")
    text = models.TextField("Wortlaut oder Begründung", blank=True)
    referenz = models.CharField("Referenz des Vorstands", max_length=80, blank=True)
    datei = models.ForeignKey(Datei, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=12, choices=Status, default=Status.ENTWURF)
    stand = models.PositiveIntegerField("Zähler der Änderungen", default=0)
    erfasst_at = models.DateTimeField("erfasst am")
    erfasst_von = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    mitgeteilt_at = models.DateTimeField("mitgeteilt am", null=True, blank=True)
    mitgeteilt_von = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    rueckmeldung = models.ForeignKey(Traktandum, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = VorstandsentscheidQuerySet.as_manager()

    class Meta:
        verbose_name = "Vorstandsentscheid"
        verbose_name_plural = "Vorstandsentscheide"
        ordering = ["bericht__ueberwiesen_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="entwurf", mitgeteilt_at__isnull=True)
                | Q(status="mitgeteilt", mitgeteilt_at__isnull=False, mitgeteilt_von__isnull=False),
                name="vorstandsentscheid_mitgeteilt_mit_zeit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_ergebnis_display()} am {self.beschlossen_on}"

    @property
    def is_mitgeteilt(self) -> bool:
        return self.status == self.Status.MITGETEILT

    def rollen(self, umfang: Umfang, recht: Recht) -> frozenset[Rolle]:
        """Return the roles that count: who records it; once told, whoever reads the report."""
        if umfang.person is None or umfang.zugang is not None:
            return frozenset()
        if not self.is_mitgeteilt:
            return umfang.rollen & _ENTSCHEID_SCHREIBEN
        return self.bericht.rollen(umfang, recht) | (umfang.rollen & _ENTSCHEID_SCHREIBEN)
