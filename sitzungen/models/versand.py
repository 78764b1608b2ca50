"""The dispatch: a frozen package, and one letter per recipient."""

from __future__ import annotations

import uuid as uuid_module

from django.db import models
from django.db.models import Q

from konferenz.models import Datei, Sendung
from mitglieder.models import Person
from mitglieder.permissions import Recht, Rolle, Umfang

from .sitzung import Sitzung


class VersandQuerySet(models.QuerySet["Versand"]):
    def visible_to(self, umfang: Umfang) -> VersandQuerySet:
        """Return the dispatches: recipients and states are the office's."""
        return self if Rolle.GESCHAEFTSSTELLE in umfang.rollen else self.none()


class Versand(models.Model):
    """One dispatch of a meeting: its package is frozen when it is written.

    manifest: {"fassungen": [{uuid, nr, titel, traktandum, name, typ, groesse, sha256, vertraulich}], "dossier": {…}|null,
    "ausgelassen": [...], "sitzung": {…}} — what every letter of it is made from.
    tage_vorher: calendar days in Zurich between dispatch and meeting, stored and never recomputed.
    """

    class Art(models.TextChoices):
        EINLADUNG = "einladung", "Einladung"
        NACHVERSAND = "nachversand", "Nachversand"
        VERSCHIEBUNG = "verschiebung", "Verschiebung"
        ABSAGE = "absage", "Absage"

    class Status(models.TextChoices):
        BEREIT = "bereit", "bereit"
        LAUFEND = "laufend", "läuft"
        ABGESCHLOSSEN = "abgeschlossen", "abgeschlossen"
        GESTOPPT = "gestoppt", "angehalten"

    UEBERGAENGE: dict[str, frozenset[str]] = {
        Status.BEREIT: frozenset({Status.LAUFEND, Status.GESTOPPT}),
        Status.LAUFEND: frozenset({Status.ABGESCHLOSSEN, Status.GESTOPPT}),
        Status.GESTOPPT: frozenset({Status.LAUFEND}),
        Status.ABGESCHLOSSEN: frozenset({Status.LAUFEND}),
    }

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    sitzung = models.ForeignKey(Sitzung, on_delete=models.PROTECT, related_name="versande")
    art = models.CharField(max_length=14, choices=Art)
    nr = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=14, choices=Status, default=Status.BEREIT)
    manifest = models.JSONField()
    manifest_sha256 = models.CharField(max_length=64)
    dossier = models.ForeignKey(Datei, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    grund = models.TextField(blank=True)
    tage_vorher = models.SmallIntegerField("Tage vor der Sitzung")
    is_in_frist = models.BooleanField("Frist eingehalten")
    ausgeloest_von = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    abgeschlossen_at = models.DateTimeField(null=True, blank=True)

    objects = VersandQuerySet.as_manager()

    class Meta:
        verbose_name = "Versand"
        verbose_name_plural = "Versande"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["sitzung", "art", "nr"], name="versand_einmal"),
            models.CheckConstraint(condition=~Q(art="einladung") | Q(nr=1), name="versand_einladung_nr_eins"),
            models.CheckConstraint(
                condition=Q(status="abgeschlossen", abgeschlossen_at__isnull=False)
                | (~Q(status="abgeschlossen") & Q(abgeschlossen_at__isnull=True)),
                name="versand_abgeschlossen_mit_zeit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_art_display()} {self.sitzung.nummer}"

    def rollen(self, umfang: Umfang, recht: Recht) -> frozenset[Rolle]:
        return umfang.rollen & {Rolle.GESCHAEFTSSTELLE}


class ZustellungQuerySet(models.QuerySet["Zustellung"]):
    def visible_to(self, umfang: Umfang) -> ZustellungQuerySet:
        """Return the recipients' rows: the office's, as the dispatch itself."""
        return self if Rolle.GESCHAEFTSSTELLE in umfang.rollen else self.none()


class Zustellung(models.Model):
    """One recipient of a dispatch and the letter he gets: the Einladung, or the Mitteilung zur Kenntnis."""

    class Brief(models.TextChoices):
        EINLADUNG = "einladung", "Einladung"
        KENNTNIS = "kenntnis", "Mitteilung zur Kenntnis"

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    versand = models.ForeignKey(Versand, on_delete=models.PROTECT, related_name="zustellungen")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="zustellungen")
    sendung = models.OneToOneField(Sendung, on_delete=models.PROTECT, related_name="zustellung")
    brief = models.CharField(max_length=10, choices=Brief)
    gruppe = models.CharField("weshalb", max_length=160)

    objects = ZustellungQuerySet.as_manager()

    class Meta:
        verbose_name = "Zustellung"
        verbose_name_plural = "Zustellungen"
        ordering = ["brief", "gruppe", "person__nachname", "person__vorname"]
        constraints = [models.UniqueConstraint(fields=["versand", "person"], name="zustellung_je_person")]

    def __str__(self) -> str:
        return f"{self.versand} an {self.person}"

    def rollen(self, umfang: Umfang, recht: Recht) -> frozenset[Rolle]:
        return self.versand.rollen(umfang, recht)
