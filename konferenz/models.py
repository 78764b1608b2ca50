"""What every floor of the house stands on: the journal, the outbox, files, rules by date, settings."""

from __future__ import annotations

import uuid as uuid_module
from datetime import date, datetime

from django.db import models
from django.db.models import Q


class JournalKopf(models.Model):
    """The one row that is locked to append to the journal: the last number and its hash."""

    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="journalkopf_einer")]

    def __str__(self) -> str:
        return f"{self.seq} {self.hash}"


class Journaleintrag(models.Model):
    """One deed, hash-chained to the one before it; never changed, never deleted (triggers).

    text is the canonical JSON of {seq, zeit, akteur, art, nutzlast, prev} exactly as hashed (SHA-256).
    Persons and objects stand in it as uuid only, so a deleted name leaves the chain whole.
    The other columns repeat parts of text for queries; verify_journal compares them.
    """

    seq = models.PositiveBigIntegerField(primary_key=True)
    zeit = models.DateTimeField(db_index=True)
    art = models.CharField(max_length=60, db_index=True)
    akteur = models.UUIDField(null=True, db_index=True)
    objekt = models.UUIDField(null=True, db_index=True)
    text = models.TextField()
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["seq"]
        verbose_name = "Journaleintrag"
        verbose_name_plural = "Journaleinträge"

    def __str__(self) -> str:
        return f"{self.seq} {self.art}"


class PflichtenheftQuerySet(models.QuerySet["Pflichtenheft"]):
    def in_force(self, on: date) -> PflichtenheftQuerySet:
        """Return the one version that applies on a day (empty before the first)."""
        newest = self.filter(valid_from__lte=on).order_by("-valid_from").values("pk")[:1]
        return self.filter(pk__in=list(newest.values_list("pk", flat=True)))


class Pflichtenheft(models.Model):
    """A version of the commission's rules; the one in force on the meeting's date applies.

    A version without rules (2022) is archive only: its meetings are shown, never recalculated (R38).
    """

    valid_from = models.DateField("gültig ab", unique=True)
    bezeichnung = models.CharField(max_length=120)
    beschlossen_on = models.DateField("beschlossen am", null=True, blank=True)
    ort = models.CharField(max_length=80, blank=True)
    unterzeichnet = models.TextField("unterzeichnet von", blank=True)
    volltext = models.TextField(blank=True)
    has_regeln = models.BooleanField(default=True)
    ordentliche_sitzungen = models.PositiveSmallIntegerField("ordentliche Sitzungen pro Jahr", null=True)
    versandfrist_tage = models.PositiveSmallIntegerField("Versandfrist in Tagen", null=True)
    mehrheit_zaehler = models.PositiveSmallIntegerField(null=True)
    mehrheit_nenner = models.PositiveSmallIntegerField(null=True)

    objects = PflichtenheftQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from"]
        verbose_name = "Pflichtenheft"
        verbose_name_plural = "Pflichtenhefte"
        constraints = [
            models.CheckConstraint(
                name="pflichtenheft_regeln_vollstaendig",
                condition=Q(has_regeln=False)
                | Q(
                    ordentliche_sitzungen__isnull=False,
                    versandfrist_tage__isnull=False,
                    mehrheit_zaehler__isnull=False,
                    mehrheit_nenner__gt=0,
                ),
            )
        ]

    def __str__(self) -> str:
        return self.bezeichnung


class Einstellung(models.Model):
    """A value the office has set; what may be set, its default and its meaning stand in einstellungen.py."""

    schluessel = models.CharField(max_length=60, unique=True)
    wert = models.JSONField()
    geaendert_at = models.DateTimeField()

    class Meta:
        verbose_name = "Einstellung"
        verbose_name_plural = "Einstellungen"

    def __str__(self) -> str:
        return self.schluessel


class Datei(models.Model):
    """A checked file: its uuid is its path under MEDIA_ROOT; written before its row, orphans are swept."""

    class Typ(models.TextChoices):
        PDF = "pdf", "PDF"
        DOCX = "docx", "DOCX"
        XLSX = "xlsx", "XLSX"
        PPTX = "pptx", "PPTX"
        ODT = "odt", "ODT"
        PNG = "png", "PNG"
        JPG = "jpg", "JPG"

    class Pruefung(models.TextChoices):
        GEPRUEFT = "geprueft", "geprüft"
        DEFEKT = "defekt", "nicht lesbar"

    uuid = models.UUIDField(primary_key=True, default=uuid_module.uuid4, editable=False)
    name = models.CharField(max_length=200)
    typ = models.CharField(max_length=10, choices=Typ)
    groesse = models.PositiveBigIntegerField("Grösse in Bytes")
    sha256 = models.CharField(max_length=64)
    seiten = models.PositiveIntegerField(null=True, blank=True)
    pruefung = models.CharField(max_length=10, choices=Pruefung, default=Pruefung.GEPRUEFT)
    befund = models.CharField(max_length=300, blank=True)
    geprueft_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "Datei"
        verbose_name_plural = "Dateien"

    def __str__(self) -> str:
        return self.name


class SendungQuerySet(models.QuerySet["Sendung"]):
    def due(self, now: datetime) -> SendungQuerySet:
        """Return the rows a worker may claim now."""
        return self.filter(status=Sendung.Status.BEREIT, angehalten=False, faellig_at__lte=now).order_by(
            "-dringend", "faellig_at", "pk"
        )

    def expired(self, now: datetime) -> SendungQuerySet:
        """Return the rows whose worker has not been heard of within its lease."""
        return self.filter(status__in=[Sendung.Status.BEANSPRUCHT, Sendung.Status.IN_UEBERGABE], lease_until__lt=now)


class Sendung(models.Model):
    """One mail to one recipient: the one outbox of the portal.

    schluessel: unique key that makes a deed idempotent (the same mail is never enqueued twice).
    builder: dotted name of a function (sendung) -> EmailMessage or bytes that makes the mail at hand-over and raises
    nachricht.EmpfangVerweigert where the recipient's right is gone (objekt is for the builder's own use);
    mails made by a library (accounts) carry their finished text in inhalt instead, blanked once they are done.
    dringend: goes before the others (login codes do not wait behind a dispatch of 150 letters).
    uebergabe: while in_uebergabe and the final dot is not sent yet, the life of the database in which this is sure
    (see actions); empty from the moment the server may have the mail.
    worker: who holds it, new with every claim; it stays on an unclear row so that a late reply finds it.
    """

    class Status(models.TextChoices):
        BEREIT = "bereit", "bereit"
        BEANSPRUCHT = "beansprucht", "in Arbeit"
        IN_UEBERGABE = "in_uebergabe", "in Übergabe"
        GESENDET = "gesendet", "vom Mailserver angenommen"
        UNKLAR = "unklar", "unklar, zählt als angenommen"
        FEHLGESCHLAGEN = "fehlgeschlagen", "fehlgeschlagen"
        ZURUECKGEKOMMEN = "zurueckgekommen", "zurückgekommen"
        PER_POST = "per_post", "per Post"

    UEBERGAENGE: dict[str, frozenset[str]] = {
        Status.BEREIT: frozenset({Status.BEANSPRUCHT, Status.FEHLGESCHLAGEN, Status.PER_POST}),
        Status.BEANSPRUCHT: frozenset({Status.BEREIT, Status.IN_UEBERGABE, Status.FEHLGESCHLAGEN}),
        Status.IN_UEBERGABE: frozenset({Status.GESENDET, Status.BEREIT, Status.FEHLGESCHLAGEN, Status.UNKLAR}),
        Status.GESENDET: frozenset({Status.ZURUECKGEKOMMEN, Status.PER_POST, Status.BEREIT}),
        # gesendet, fehlgeschlagen: the mail server's reply came after the lease had run out
        Status.UNKLAR: frozenset(
            {Status.ZURUECKGEKOMMEN, Status.PER_POST, Status.BEREIT, Status.GESENDET, Status.FEHLGESCHLAGEN}
        ),
        Status.FEHLGESCHLAGEN: frozenset({Status.PER_POST, Status.BEREIT}),
        Status.ZURUECKGEKOMMEN: frozenset({Status.PER_POST, Status.BEREIT}),
        Status.PER_POST: frozenset(),
    }

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    schluessel = models.CharField(max_length=160, unique=True)
    an_adresse = models.CharField(max_length=254)
    an_name = models.CharField(max_length=200, blank=True)
    person = models.UUIDField("uuid der Person", null=True, blank=True, db_index=True)
    betreff = models.CharField(max_length=300)
    builder = models.CharField(max_length=120, blank=True)
    objekt = models.UUIDField(null=True, blank=True, db_index=True)
    inhalt = models.TextField(blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.BEREIT)
    angehalten = models.BooleanField(default=False)
    dringend = models.BooleanField(default=False)
    faellig_at = models.DateTimeField()
    versuche = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=80, blank=True)
    uebergabe = models.CharField(max_length=80, blank=True)
    message_id = models.CharField(max_length=200, blank=True)
    nochmals_count = models.PositiveSmallIntegerField("von Hand neu versandt", default=0)
    meldung = models.CharField("letzte Meldung des Mailservers", max_length=500, blank=True)
    gesendet_at = models.DateTimeField(null=True, blank=True)
    groesse = models.PositiveBigIntegerField("Grösse der übergebenen Nachricht in Bytes", null=True, blank=True)
    vermerk = models.CharField("Vermerk der Geschäftsstelle", max_length=300, blank=True)
    created_at = models.DateTimeField()

    objects = SendungQuerySet.as_manager()

    class Meta:
        verbose_name = "Sendung"
        verbose_name_plural = "Sendungen"
        indexes = [
            models.Index(fields=["faellig_at"], name="sendung_bereit", condition=Q(status="bereit")),
            models.Index(
                fields=["lease_until"],
                name="sendung_in_arbeit",
                condition=Q(status__in=["beansprucht", "in_uebergabe"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="sendung_lease_nur_in_arbeit",
                condition=Q(status__in=["beansprucht", "in_uebergabe"], lease_until__isnull=False)
                | (~Q(status__in=["beansprucht", "in_uebergabe"]) & Q(lease_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="sendung_gesendet_mit_zeit",
                condition=~Q(status="gesendet") | Q(gesendet_at__isnull=False),
            ),
            models.CheckConstraint(
                name="sendung_builder_oder_inhalt",
                condition=~Q(status="bereit") | ~Q(builder="") | ~Q(inhalt=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.betreff} an {self.an_adresse}"

    @property
    def is_offen(self) -> bool:
        """Whether a worker still has something to do for it."""
        return self.status in {self.Status.BEREIT, self.Status.BEANSPRUCHT, self.Status.IN_UEBERGABE}


class Herzschlag(models.Model):
    """When a part of the machinery was last alive: "beat", "worker"; read by check_health."""

    name = models.CharField(max_length=20, primary_key=True)
    zeit = models.DateTimeField()

    class Meta:
        verbose_name = "Herzschlag"
        verbose_name_plural = "Herzschläge"

    def __str__(self) -> str:
        return f"{self.name} {self.zeit:%Y-%m-%d %H:%M:%S}"
