"""What the office changes on a dispatched meeting, one change a row."""

from __future__ import annotations

import uuid as uuid_module

from django.db import models
from django.db.models import Q

from konferenz.models import Datei
from mitglieder.models import Person
from mitglieder.permissions import VORBEREITENDE, Recht, Rolle, Umfang

from .sitzung import Sitzung
from .traktandum import Traktandum, Unterlage
from .versand import Versand


class AenderungQuerySet(models.QuerySet["Aenderung"]):
    def visible_to(self, umfang: Umfang) -> AenderungQuerySet:
        """Return all for who prepares: what is noted is known to nobody else before it is sent."""
        return self if umfang.rollen & VORBEREITENDE else self.none()

    def offen(self) -> AenderungQuerySet:
        """Return the changes that are noted and not yet made."""
        return self.filter(versand__isnull=True)

    def mitgeteilt(self) -> AenderungQuerySet:
        """Return the changes that were made and told with a Nachversand."""
        return self.filter(versand__isnull=False)


class Aenderung(models.Model):
    """One change to a dispatched meeting: noted by the office, made and told to everybody with the next Nachversand.

    uuid: becomes the uuid of the paper or the item it adds, so that preview and letter name the same address.
    angaben: of a new item {art, thema (pk or null), zusammenfassung, referent, minuten}.
    position: wanted number of a new or moved item (null: before the closing standing items); vorher: its number before.
    zu: the noted new item a new paper belongs to.
    """

    class Art(models.TextChoices):
        PAPIER_NEU = "papier_neu", "Unterlage nachreichen"
        PAPIER_ERSETZT = "papier_ersetzt", "Unterlage ersetzen"
        PAPIER_ZURUECK = "papier_zurueck", "Unterlage zurückziehen"
        TRAKTANDUM_NEU = "traktandum_neu", "Traktandum aufnehmen"
        TRAKTANDUM_VERSCHOBEN = "traktandum_verschoben", "Traktandum verschieben"
        TRAKTANDUM_ZURUECK = "traktandum_zurueck", "Traktandum zurückziehen"

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    sitzung = models.ForeignKey(Sitzung, on_delete=models.CASCADE, related_name="aenderungen")
    art = models.CharField(max_length=24, choices=Art)
    traktandum = models.ForeignKey(
        Traktandum, on_delete=models.CASCADE, null=True, blank=True, related_name="aenderungen"
    )
    unterlage = models.ForeignKey(
        Unterlage, on_delete=models.CASCADE, null=True, blank=True, related_name="aenderungen"
    )
    zu = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="unterlagen")
    datei = models.ForeignKey(Datei, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    titel = models.CharField(max_length=200, blank=True)
    vertraulich_grund = models.CharField(max_length=300, blank=True)
    angaben = models.JSONField(default=dict, blank=True)
    position = models.PositiveSmallIntegerField(null=True, blank=True)
    vorher = models.PositiveSmallIntegerField("bisherige Nummer", null=True, blank=True)
    erfasst_von = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    versand = models.ForeignKey(Versand, on_delete=models.PROTECT, null=True, blank=True, related_name="aenderungen")

    objects = AenderungQuerySet.as_manager()

    class Meta:
        verbose_name = "Änderung"
        verbose_name_plural = "Änderungen"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unterlage"],
                condition=Q(versand__isnull=True, unterlage__isnull=False),
                name="aenderung_offen_je_unterlage",
            ),
            models.UniqueConstraint(
                fields=["traktandum"],
                condition=Q(versand__isnull=True, art__in=["traktandum_verschoben", "traktandum_zurueck"]),
                name="aenderung_offen_je_traktandum",
            ),
            models.CheckConstraint(
                condition=~Q(art__in=["papier_neu", "papier_ersetzt"]) | Q(datei__isnull=False),
                name="aenderung_papier_mit_datei",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_art_display()}: {self.name}"

    @property
    def name(self) -> str:
        """Title of the paper or item it is about; needs unterlage and traktandum loaded."""
        if self.titel:
            return self.titel
        if self.unterlage is not None:
            return self.unterlage.titel
        return self.traktandum.titel if self.traktandum is not None else ""

    def rollen(self, umfang: Umfang, recht: Recht) -> frozenset[Rolle]:
        """Return the roles that count: a noted change is a matter of who prepares."""
        return umfang.rollen & VORBEREITENDE
