"""The topics of the Pflichtenheft, and the members' wishes for the agenda."""

from __future__ import annotations

import uuid as uuid_module

from django.db import models
from django.db.models import Q

from konferenz.models import Datei
from mitglieder.models import Person
from mitglieder.permissions import VORBEREITENDE, Recht, Rolle, Umfang


class Thema(models.Model):
    """One of the eight topics of the Pflichtenheft, or one added by decision (R29)."""

    nr = models.PositiveSmallIntegerField(unique=True)
    bezeichnung = models.CharField(max_length=160, unique=True)
    beschluss = models.CharField("aufgenommen durch Beschluss", max_length=160, blank=True)
    beschlossen_on = models.DateField("beschlossen am", null=True, blank=True)
    is_aktiv = models.BooleanField("für neue Traktanden wählbar", default=True)

    class Meta:
        verbose_name = "Thema"
        verbose_name_plural = "Themen"
        ordering = ["nr"]
        constraints = [
            models.CheckConstraint(
                # the first eight are the Pflichtenheft's own; every further one names its decision
                condition=Q(nr__lte=8) | (~Q(beschluss="") & Q(beschlossen_on__isnull=False)),
                name="thema_weitere_mit_beschluss",
            ),
        ]

    def __str__(self) -> str:
        return self.bezeichnung


class TraktandenwunschQuerySet(models.QuerySet["Traktandenwunsch"]):
    def visible_to(self, umfang: Umfang) -> TraktandenwunschQuerySet:
        """Return one's own wishes; the office and the chair see all."""
        if umfang.rollen & VORBEREITENDE:
            return self
        return self.filter(person=umfang.person) if umfang.person is not None else self.none()

    def offen(self) -> TraktandenwunschQuerySet:
        return self.filter(status=Traktandenwunsch.Status.OFFEN)


class Traktandenwunsch(models.Model):
    """A member's wish for the agenda; it waits beside it until the office takes it over or declines it."""

    class Status(models.TextChoices):
        OFFEN = "offen", "wartet"
        UEBERNOMMEN = "uebernommen", "traktandiert"
        ABGELEHNT = "abgelehnt", "nicht übernommen"
        ZURUECKGEZOGEN = "zurueckgezogen", "zurückgezogen"

    UEBERGAENGE: dict[str, frozenset[str]] = {
        Status.OFFEN: frozenset({Status.UEBERNOMMEN, Status.ABGELEHNT, Status.ZURUECKGEZOGEN}),
        Status.UEBERNOMMEN: frozenset({Status.OFFEN}),  # its item was taken off the agenda again
        Status.ABGELEHNT: frozenset(),
        Status.ZURUECKGEZOGEN: frozenset(),
    }

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="traktandenwuensche")
    titel = models.CharField(max_length=200)
    thema = models.ForeignKey(Thema, on_delete=models.PROTECT, related_name="wuensche")
    begruendung = models.TextField("Begründung")
    datei = models.ForeignKey(Datei, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=16, choices=Status, default=Status.OFFEN)
    antwort = models.TextField(blank=True)
    created_at = models.DateTimeField()
    erledigt_at = models.DateTimeField(null=True, blank=True)

    objects = TraktandenwunschQuerySet.as_manager()

    class Meta:
        verbose_name = "Traktandenwunsch"
        verbose_name_plural = "Traktandenwünsche"
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="offen", erledigt_at__isnull=True)
                | (~Q(status="offen") & Q(erledigt_at__isnull=False)),
                name="traktandenwunsch_erledigt_mit_zeit",
            ),
        ]

    def __str__(self) -> str:
        return self.titel

    def rollen(self, umfang: Umfang, recht: Recht) -> frozenset[Rolle]:
        """Return the roles that count: the writer's own, and those of who prepares."""
        if umfang.person is not None and umfang.person.pk == self.person_id:
            return umfang.rollen
        return umfang.rollen & VORBEREITENDE
