"""A vote: the snapshot of who exercises which seat, the ballots, the result."""

from __future__ import annotations

import uuid as uuid_module
from datetime import datetime

from django.db import connection, models
from django.db.models import F, Q
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.urls import reverse

from konferenz.rules import Auszaehlung, Mehrheit
from mitglieder.models import Person, Sitz
from mitglieder.permissions import Recht, Rolle, Umfang
from sitzungen.models import Sitzung, Traktandum

from .antrag import Antragsfassung


class AbstimmungQuerySet(models.QuerySet["Abstimmung"]):
    def visible_to(self, umfang: Umfang) -> AbstimmungQuerySet:
        """Return the votes of meetings the person takes part in: who prepares or presides sees them all, the others once opened."""
        sichtbar = self.filter(sitzung__in=Sitzung.objects.visible_to(umfang))
        if Rolle.GESCHAEFTSSTELLE in umfang.rollen or Rolle.VORSITZ in umfang.rollen:
            return sichtbar
        geleitet = Q(sitzung__in=Sitzung.objects.led_by(umfang))
        return sichtbar.filter(geleitet | ~Q(status=Abstimmung.Status.VORBEREITET))

    def closing_due(self, now: datetime) -> AbstimmungQuerySet:
        """Return the open votes whose closing time has come. A query, never an equality."""
        return self.filter(status=Abstimmung.Status.OFFEN, schliesst_at__lte=now)

    def lock_shared(self, pk: int) -> Abstimmung:
        """Return a vote, locked against its close and not against other ballots (PostgreSQL: FOR SHARE).

        On SQLite the IMMEDIATE transaction holds the one write lock already. Raises DoesNotExist.
        """
        sql = "SELECT * FROM antraege_abstimmung WHERE id = %s"
        rows = self.raw(f"{sql} FOR SHARE" if connection.features.has_select_for_update else sql, [pk])
        for abstimmung in rows:
            return abstimmung
        raise self.model.DoesNotExist


class Abstimmung(models.Model):
    """A vote on an item, or on one version of a motion there; traktandum is None only for a consultative one.

    anwesend: the base, counted from its Stimmsitze at opening.  schliesst_at: closes by itself then.  protokoll: the record
    as canonical JSON, exactly as hashed.  vorgaenger: the vote this one repeats (a closed vote is never opened again).
    """

    class Status(models.TextChoices):
        VORBEREITET = "vorbereitet", "vorbereitet"
        OFFEN = "offen", "offen"
        GESCHLOSSEN = "geschlossen", "geschlossen"
        ABGEBROCHEN = "abgebrochen", "abgebrochen"

    class Art(models.TextChoices):
        ZWEIDRITTEL = Mehrheit.ZWEIDRITTEL.value, "Antrag: zwei Drittel der Anwesenden"
        EINFACH = Mehrheit.EINFACH.value, "einfaches Mehr"
        KONSULTATIV = Mehrheit.KONSULTATIV.value, "Konsultativabstimmung"

    UEBERGAENGE: dict[str, frozenset[str]] = {
        Status.VORBEREITET: frozenset({Status.OFFEN, Status.ABGEBROCHEN}),
        Status.OFFEN: frozenset({Status.GESCHLOSSEN, Status.ABGEBROCHEN}),
        Status.GESCHLOSSEN: frozenset(),
        Status.ABGEBROCHEN: frozenset(),
    }

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    sitzung = models.ForeignKey(Sitzung, on_delete=models.PROTECT, related_name="abstimmungen")
    traktandum = models.ForeignKey(
        Traktandum, on_delete=models.PROTECT, null=True, blank=True, related_name="abstimmungen"
    )
    antragsfassung = models.ForeignKey(
        Antragsfassung, on_delete=models.PROTECT, null=True, blank=True, related_name="abstimmungen"
    )
    nr = models.PositiveSmallIntegerField("Nummer in der Sitzung")
    frage = models.CharField(max_length=300)
    mehrheit = models.CharField(max_length=12, choices=Art)
    is_namentlich = models.BooleanField("unter Namensaufruf", default=False)
    status = models.CharField(max_length=12, choices=Status, default=Status.VORBEREITET)
    eroeffnet_at = models.DateTimeField(null=True, blank=True)
    eroeffnet_von = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    schliesst_at = models.DateTimeField("schliesst von selbst", null=True, blank=True)
    geschlossen_at = models.DateTimeField(null=True, blank=True)
    geschlossen_von = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    abbruch_grund = models.CharField(max_length=300, blank=True, default="")
    anwesend = models.PositiveSmallIntegerField("anwesend stimmberechtigt", null=True, blank=True)
    noetig = models.PositiveSmallIntegerField("nötige Ja", null=True, blank=True)
    ja = models.PositiveSmallIntegerField(null=True, blank=True)
    nein = models.PositiveSmallIntegerField(null=True, blank=True)
    enthaltung = models.PositiveSmallIntegerField(null=True, blank=True)
    angenommen = models.BooleanField(null=True, blank=True)
    protokoll = models.TextField("Abstimmungsprotokoll", blank=True, default="")
    protokoll_sha256 = models.CharField(max_length=64, blank=True, default="")
    live = models.PositiveIntegerField("Zähler dessen, was sich ändert", default=0)
    vorgaenger = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="wiederholungen"
    )
    nacherfasst_at = models.DateTimeField("nacherfasst am", null=True, blank=True)
    created_at = models.DateTimeField()
    created_von = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    objects = AbstimmungQuerySet.as_manager()

    class Meta:
        verbose_name = "Abstimmung"
        verbose_name_plural = "Abstimmungen"
        ordering = ["sitzung", "nr"]
        constraints = [
            models.UniqueConstraint(fields=["sitzung", "nr"], name="abstimmung_nummer_einmal"),
            models.UniqueConstraint(
                fields=["sitzung"],
                condition=Q(status="offen") & ~Q(mehrheit="konsultativ"),
                name="abstimmung_eine_offen_je_sitzung",
            ),
            models.CheckConstraint(
                condition=Q(traktandum__isnull=False) | Q(mehrheit="konsultativ"), name="abstimmung_mit_traktandum"
            ),
            models.CheckConstraint(
                condition=Q(antragsfassung__isnull=True) | Q(mehrheit="zweidrittel"),
                name="abstimmung_antrag_mit_zweidritteln",
            ),
            models.CheckConstraint(
                condition=Q(status="vorbereitet", eroeffnet_at__isnull=True, anwesend__isnull=True)
                | Q(status__in=["offen", "geschlossen"], eroeffnet_at__isnull=False, anwesend__gte=1)
                | Q(status="abgebrochen"),
                name="abstimmung_eroeffnet_mit_anwesenden",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="geschlossen",
                    geschlossen_at__isnull=False,
                    ja__isnull=False,
                    nein__isnull=False,
                    enthaltung__isnull=False,
                )
                & ~Q(protokoll_sha256="")
                | ~Q(status="geschlossen") & Q(ja__isnull=True, angenommen__isnull=True, protokoll_sha256=""),
                name="abstimmung_geschlossen_mit_ergebnis",
            ),
            models.CheckConstraint(
                condition=~Q(status="geschlossen") | Q(anwesend__gte=F("ja") + F("nein") + F("enthaltung")),
                name="abstimmung_stimmen_hoechstens_anwesende",
            ),
            models.CheckConstraint(
                # the rule itself, kept by the database: zweidrittel ⇒ 3·ja ≥ 2·anwesend, einfach ⇒ ja > nein, konsultativ ⇒ null
                condition=~Q(status="geschlossen")
                | Q(mehrheit="konsultativ", angenommen__isnull=True)
                | Q(mehrheit="zweidrittel", angenommen=True) & Q(GreaterThanOrEqual(F("ja") * 3, F("anwesend") * 2))
                | Q(mehrheit="zweidrittel", angenommen=False) & Q(LessThan(F("ja") * 3, F("anwesend") * 2))
                | Q(mehrheit="einfach", angenommen=True, ja__gt=F("nein"))
                | Q(mehrheit="einfach", angenommen=False, ja__lte=F("nein")),
                name="abstimmung_ergebnis_nach_regel",
            ),
        ]

    def __str__(self) -> str:
        return f"Abstimmung {self.nr}, {self.sitzung.nummer}: {self.frage}"

    def get_absolute_url(self) -> str:
        return reverse("antraege:abstimmung-detail", args=[self.uuid])

    @property
    def is_offen(self) -> bool:
        return self.status == self.Status.OFFEN

    @property
    def is_geschlossen(self) -> bool:
        return self.status == self.Status.GESCHLOSSEN

    @property
    def auszaehlung(self) -> Auszaehlung | None:
        """What was counted; None before the close."""
        if self.anwesend is None or self.ja is None or self.nein is None or self.enthaltung is None:
            return None
        return Auszaehlung(anwesend=self.anwesend, ja=self.ja, nein=self.nein, enthaltung=self.enthaltung)

    def rollen(self, umfang: Umfang, recht: Recht) -> frozenset[Rolle]:
        """Return the roles that count: those of its meeting.

        An opinion asked for before the papers are out is open to who the person is already (members see the date only).
        """
        rollen = self.sitzung.rollen(umfang, recht)
        if self.mehrheit == self.Art.KONSULTATIV and self.eroeffnet_at is not None and umfang.zugang is None:
            return rollen | umfang.rollen
        return rollen


class Stimmsitz(models.Model):
    """One seat of the base and the person who exercises it: written when the vote opens, read by everything after."""

    class Als(models.TextChoices):
        INHABER = "inhaber", "Mitglied"
        VERTRETUNG = "vertretung", "Stellvertretung"

    abstimmung = models.ForeignKey(Abstimmung, on_delete=models.PROTECT, related_name="stimmsitze")
    sitz = models.ForeignKey(Sitz, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    als = models.CharField(max_length=12, choices=Als)
    bezeichnung = models.CharField("Sitz in Worten", max_length=160)
    name = models.CharField("Name der Person", max_length=200)

    class Meta:
        verbose_name = "Stimmsitz"
        verbose_name_plural = "Stimmsitze"
        ordering = ["abstimmung", "sitz__reihenfolge"]
        constraints = [
            models.UniqueConstraint(fields=["abstimmung", "sitz"], name="stimmsitz_je_sitz"),
            models.UniqueConstraint(fields=["abstimmung", "person"], name="stimmsitz_je_person"),
        ]

    def __str__(self) -> str:
        return f"{self.bezeichnung}, {self.abstimmung}"


class Stimme(models.Model):
    """The ballot of a seat: changed until the close, frozen after it. quittung: SHA-256 of nonce and choice, 64 hex digits."""

    class Wahl(models.TextChoices):
        JA = "ja", "Ja"
        NEIN = "nein", "Nein"
        ENTHALTUNG = "enthaltung", "Enthaltung"

    class Weg(models.TextChoices):
        SELBST = "selbst", "selbst"
        GESCHAEFTSSTELLE = "geschaeftsstelle", "durch die Geschäftsstelle erfasst"
        NACHERFASST = "nacherfasst", "nacherfasst"

    stimmsitz = models.OneToOneField(Stimmsitz, on_delete=models.PROTECT, related_name="stimme")
    abstimmung = models.ForeignKey(Abstimmung, on_delete=models.PROTECT, related_name="stimmen")
    wahl = models.CharField(max_length=12, choices=Wahl)
    nonce = models.CharField(max_length=32)
    quittung = models.CharField(max_length=64)
    weg = models.CharField(max_length=16, choices=Weg)
    erfasst_von = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    abgegeben_at = models.DateTimeField()

    class Meta:
        verbose_name = "Stimme"
        verbose_name_plural = "Stimmen"
        ordering = ["stimmsitz__sitz__reihenfolge"]

    def __str__(self) -> str:
        return f"Stimme {self.stimmsitz}"

    @property
    def quittung_kurz(self) -> str:
        """The receipt as people read it: «7F3A-91C2-…», its first twelve digits."""
        kurz = self.quittung[:12].upper()
        return "-".join(kurz[i : i + 4] for i in range(0, len(kurz), 4))
