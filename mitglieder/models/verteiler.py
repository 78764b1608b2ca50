"""What a region's contact wants changed about its Verteiler."""

from __future__ import annotations

import uuid as uuid_module

from django.db import models
from django.db.models import Q

from .basis import Allgemein, SichtbarQuerySet
from .leitgremium import Leitgremium, Mitgliedschaft
from .person import Person


class VerteilervorschlagQuerySet(SichtbarQuerySet):
    def offen(self) -> VerteilervorschlagQuerySet:
        """Return the proposals the office has not decided."""
        return self.filter(status="offen")


class Verteilervorschlag(Allgemein, models.Model):
    """One change a region's contact proposes: it counts when the office accepts it.

    vorname … email: the person as it should be (aufnehmen, berichtigen).  grund: why somebody leaves, or a remark.
    antwort: what the office says when it declines.
    """

    class Art(models.TextChoices):
        AUFNEHMEN = "aufnehmen", "Aufnehmen"
        BERICHTIGEN = "berichtigen", "Berichtigen"
        ENTFERNEN = "entfernen", "Entfernen"

    class Status(models.TextChoices):
        OFFEN = "offen", "wartet auf die Geschäftsstelle"
        ANGENOMMEN = "angenommen", "angenommen"
        ABGELEHNT = "abgelehnt", "abgelehnt"
        ZURUECKGENOMMEN = "zurueckgenommen", "zurückgenommen"

    UEBERGAENGE: dict[str, frozenset[str]] = {
        Status.OFFEN: frozenset({Status.ANGENOMMEN, Status.ABGELEHNT, Status.ZURUECKGENOMMEN}),
        Status.ANGENOMMEN: frozenset(),
        Status.ABGELEHNT: frozenset(),
        Status.ZURUECKGENOMMEN: frozenset(),
    }

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    leitgremium = models.ForeignKey(Leitgremium, on_delete=models.CASCADE, related_name="vorschlaege")
    art = models.CharField(max_length=12, choices=Art)
    mitgliedschaft = models.ForeignKey(
        Mitgliedschaft, on_delete=models.CASCADE, null=True, blank=True, related_name="vorschlaege"
    )
    vorname = models.CharField(max_length=80, blank=True)
    nachname = models.CharField(max_length=80, blank=True)
    funktion = models.CharField("Funktion im Leitgremium", max_length=120, blank=True)
    email = models.CharField("E-Mail", max_length=254, blank=True)
    grund = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=16, choices=Status, default=Status.OFFEN)
    vorgeschlagen_von = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    erledigt_at = models.DateTimeField(null=True, blank=True)
    erledigt_von = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    antwort = models.CharField(max_length=300, blank=True)

    objects = VerteilervorschlagQuerySet.as_manager()

    class Meta:
        verbose_name = "Vorschlag zum Verteiler"
        verbose_name_plural = "Vorschläge zum Verteiler"
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["mitgliedschaft"],
                condition=Q(status="offen", mitgliedschaft__isnull=False),
                name="verteilervorschlag_einer_offen_je_person",
            ),
            models.CheckConstraint(
                condition=Q(art="aufnehmen") | Q(mitgliedschaft__isnull=False), name="verteilervorschlag_ueber_jemanden"
            ),
            models.CheckConstraint(condition=Q(art="entfernen") | ~Q(nachname=""), name="verteilervorschlag_mit_namen"),
            models.CheckConstraint(
                condition=~Q(art="entfernen") | ~Q(grund=""), name="verteilervorschlag_entfernen_mit_grund"
            ),
            models.CheckConstraint(
                condition=Q(status="offen", erledigt_at__isnull=True)
                | (~Q(status="offen") & Q(erledigt_at__isnull=False)),
                name="verteilervorschlag_erledigt_mit_zeit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_art_display()}: {self.name}"

    @property
    def name(self) -> str:
        """Whom it is about; needs mitgliedschaft.person loaded."""
        if self.nachname:
            return f"{self.vorname} {self.nachname}".strip()
        return self.mitgliedschaft.person.name if self.mitgliedschaft is not None else ""
