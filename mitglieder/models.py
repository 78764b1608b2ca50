"""People, their seats and offices, the regions and their strategic bodies.

Offices and seats follow from rows and their dates: nobody is given a role by hand.
"""

from __future__ import annotations

import base64
import hashlib
import uuid as uuid_module
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:  # permissions.py reads this module
    from .permissions import Recht, Rolle, Umfang


class SichtbarQuerySet(models.QuerySet[Any]):
    """People and regions are open to the members and the office, in whole."""

    def visible_to(self, umfang: Umfang) -> Self:
        """Return all rows for a person who may see the members, none for anybody else."""
        return self if umfang.sieht_alles_veroeffentlichte else self.none()


class Allgemein:
    """An object towards which a person has no other roles than everywhere."""

    def rollen(self, umfang: Umfang, recht: Recht) -> frozenset[Rolle]:
        """Return the roles that count towards this object: those of the person."""
        return umfang.rollen


class PersonQuerySet(SichtbarQuerySet):
    def aktiv(self) -> PersonQuerySet:
        """Return the people who may act at all."""
        return self.filter(is_active=True)

    def by_name(self) -> PersonQuerySet:
        return self.order_by("nachname", "vorname", "pk")

    def with_adresse(self, email: str) -> PersonQuerySet:
        """Return the people mail to this address reaches, whatever its case."""
        return self.filter(email__iexact=email.strip())


class PersonManager(BaseUserManager["Person"]):
    """What Django's login machinery asks of a user model's manager."""

    def get_queryset(self) -> PersonQuerySet:
        return PersonQuerySet(self.model, using=self._db)

    def aktiv(self) -> PersonQuerySet:
        return self.get_queryset().aktiv()

    def by_name(self) -> PersonQuerySet:
        return self.get_queryset().by_name()

    def with_adresse(self, email: str) -> PersonQuerySet:
        return self.get_queryset().with_adresse(email)

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(login=(username or "").lower())


class Person(Allgemein, AbstractBaseUser, PermissionsMixin):
    """A human being, with or without an account.

    email: where mail goes; may repeat (two people, one address).
    login: lower-cased address to log in with; NULL while the address is shared or the person has none.
    """

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    anrede = models.CharField(max_length=20, blank=True)
    vorname = models.CharField(max_length=80, blank=True)
    nachname = models.CharField(max_length=80)
    email = models.CharField("E-Mail", max_length=254, blank=True)
    login = models.CharField("Anmeldung", max_length=254, unique=True, null=True, blank=True, default=None)
    telefon = models.CharField(max_length=40, blank=True)
    is_active = models.BooleanField("aktiv", default=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "Person"
        verbose_name_plural = "Personen"
        ordering = ["nachname", "vorname", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(login=""), name="person_login_nie_leer"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """«Vorname Nachname»."""
        return f"{self.vorname} {self.nachname}".strip()

    @property
    def is_staff(self) -> bool:
        """Whether /admin/ opens: a superuser only; the office works in the portal."""
        return self.is_superuser

    def get_absolute_url(self) -> str:
        return reverse("mitglieder:person-detail", args=[self.uuid])

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class ZeitraumQuerySet(SichtbarQuerySet):
    """Rows with a half-open span [von, bis); bis empty = open-ended."""

    def current(self, on: date) -> ZeitraumQuerySet:
        """Return the rows in force on a day."""
        return self.filter(Q(von__lte=on) & (Q(bis__isnull=True) | Q(bis__gt=on)))

    def not_over(self, on: date) -> ZeitraumQuerySet:
        """Return the rows in force on a day or later."""
        return self.filter(Q(bis__isnull=True) | Q(bis__gt=on))


def _span(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(bis__isnull=True) | Q(bis__gt=F("von")), name=f"{name}_von_vor_bis")


class Funktion(Allgemein, models.Model):
    """An office a person holds for a time."""

    class Art(models.TextChoices):
        GESCHAEFTSSTELLE = "geschaeftsstelle", "Geschäftsstelle"
        VORSTAND = "vorstand", "VSEG-Vorstand"
        VORSTANDSSEKRETARIAT = "vorstandssekretariat", "Sekretariat des VSEG-Vorstands"
        ADMINISTRATION = "administration", "Administration"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="funktionen")
    art = models.CharField(max_length=30, choices=Art)
    bezeichnung = models.CharField("Bezeichnung", max_length=120, blank=True)
    von = models.DateField()
    bis = models.DateField(null=True, blank=True)

    objects = ZeitraumQuerySet.as_manager()

    class Meta:
        verbose_name = "Funktion"
        verbose_name_plural = "Funktionen"
        ordering = ["art", "von", "pk"]
        constraints = [
            _span("funktion"),
            models.UniqueConstraint(
                fields=["person", "art"], condition=Q(bis__isnull=True), name="funktion_einmal_offen"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_art_display()}: {self.person}"


class Sozialregion(Allgemein, models.Model):
    """One of the 13 regions; its form decides which presidium represents it (Pflichtenheft, footnote 1)."""

    class Form(models.TextChoices):
        LEITGEMEINDE = "leitgemeinde", "Leitgemeinde"
        ZWECKVERBAND = "zweckverband", "Zweckverband"
        VEREIN = "verein", "Verein"
        VERTRAGSMODELL = "vertragsmodell", "Vertragsmodell"

    nr = models.PositiveSmallIntegerField("Nr.", unique=True)
    kuerzel = models.CharField("Kürzel", max_length=8, unique=True)
    name = models.CharField(max_length=120, unique=True)
    buero_ort = models.CharField("Ort des Büros", max_length=80, blank=True)
    form = models.CharField("Rechtsform", max_length=20, choices=Form)
    is_form_bestaetigt = models.BooleanField("Form bestätigt", default=False)
    kontakt = models.ForeignKey(
        Person,
        verbose_name="Kontaktperson",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="kontakt_fuer",
    )
    bemerkung = models.TextField(blank=True)

    objects = SichtbarQuerySet.as_manager()

    class Meta:
        verbose_name = "Sozialregion"
        verbose_name_plural = "Sozialregionen"
        ordering = ["nr"]
        constraints = [
            models.CheckConstraint(
                # Pflichtenheft 2026: BBL is represented by its Zweckverband, never by the Leitgemeinde (R12)
                condition=~Q(kuerzel="BBL") | Q(form="zweckverband"),
                name="sozialregion_bbl_zweckverband",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("mitglieder:region-detail", args=[self.kuerzel.lower()])


class Gemeinde(models.Model):
    """A municipality; merged ones stay with their dates."""

    name = models.CharField(max_length=80, unique=True)

    class Meta:
        verbose_name = "Gemeinde"
        verbose_name_plural = "Gemeinden"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class GemeindeZugehoerigkeit(Allgemein, models.Model):
    """Which municipality belongs to which region, from–until."""

    gemeinde = models.ForeignKey(Gemeinde, on_delete=models.CASCADE, related_name="zugehoerigkeiten")
    sozialregion = models.ForeignKey(Sozialregion, on_delete=models.CASCADE, related_name="zugehoerigkeiten")
    von = models.DateField()
    bis = models.DateField(null=True, blank=True)

    objects = ZeitraumQuerySet.as_manager()

    class Meta:
        verbose_name = "Gemeindezugehörigkeit"
        verbose_name_plural = "Gemeindezugehörigkeiten"
        ordering = ["gemeinde__name"]
        constraints = [
            _span("gemeindezugehoerigkeit"),
            models.UniqueConstraint(
                fields=["gemeinde"], condition=Q(bis__isnull=True), name="gemeinde_in_einer_region"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gemeinde} in {self.sozialregion}"


class Einwohnerzahl(models.Model):
    """Population of a region on a day, with its source (figures of different definitions differ)."""

    sozialregion = models.ForeignKey(Sozialregion, on_delete=models.CASCADE, related_name="einwohnerzahlen")
    stand_on = models.DateField("Stand")
    anzahl = models.PositiveIntegerField()
    quelle = models.CharField(max_length=200)

    class Meta:
        verbose_name = "Einwohnerzahl"
        verbose_name_plural = "Einwohnerzahlen"
        ordering = ["-stand_on"]
        constraints = [
            models.UniqueConstraint(fields=["sozialregion", "stand_on"], name="einwohnerzahl_je_stand"),
        ]

    def __str__(self) -> str:
        return f"{self.sozialregion}: {self.anzahl}"


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
            _span("mandat"),
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
            _span("stellvertretung"),
            models.UniqueConstraint(
                fields=["sitz", "person"], condition=Q(bis__isnull=True), name="stellvertretung_einmal_offen"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} für {self.sitz}"


class Leitgremium(Allgemein, models.Model):
    """The strategic body of a region; its members are the wide circle that receives the papers (Verteiler)."""

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    sozialregion = models.OneToOneField(Sozialregion, on_delete=models.PROTECT, related_name="leitgremium")
    name = models.CharField(max_length=160)
    since_on = models.DateField("besteht seit", null=True, blank=True)
    bestaetigt_on = models.DateField("Verteiler bestätigt am", null=True, blank=True)
    bestaetigt_von = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="bestaetigte_verteiler"
    )

    objects = SichtbarQuerySet.as_manager()

    class Meta:
        verbose_name = "Leitgremium"
        verbose_name_plural = "Leitgremien"
        ordering = ["sozialregion__nr"]

    def __str__(self) -> str:
        return self.name


class Mitgliedschaft(Allgemein, models.Model):
    """A decision-maker in the strategic body of a region."""

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    leitgremium = models.ForeignKey(Leitgremium, on_delete=models.PROTECT, related_name="mitgliedschaften")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mitgliedschaften")
    funktion = models.CharField(max_length=120, blank=True)
    von = models.DateField()
    bis = models.DateField(null=True, blank=True)

    objects = ZeitraumQuerySet.as_manager()

    class Meta:
        verbose_name = "Mitgliedschaft"
        verbose_name_plural = "Mitgliedschaften"
        ordering = ["person__nachname", "person__vorname"]
        constraints = [
            _span("mitgliedschaft"),
            models.UniqueConstraint(
                fields=["leitgremium", "person"], condition=Q(bis__isnull=True), name="mitgliedschaft_einmal_offen"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.leitgremium}"


class Verteilermeldung(Allgemein, models.Model):
    """What a region's contact says is wrong with its Verteiler, until the office has seen to it."""

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    leitgremium = models.ForeignKey(Leitgremium, on_delete=models.CASCADE, related_name="meldungen")
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField(max_length=2000)
    created_at = models.DateTimeField()
    erledigt_at = models.DateTimeField(null=True, blank=True)

    objects = SichtbarQuerySet.as_manager()

    class Meta:
        verbose_name = "Meldung zum Verteiler"
        verbose_name_plural = "Meldungen zum Verteiler"
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"Meldung zu {self.leitgremium}"


class ZugangslinkQuerySet(models.QuerySet["Zugangslink"]):
    def by_token(self, token: str) -> ZugangslinkQuerySet:
        """Return the one link a token opens (or none); the database knows only its hash."""
        return self.filter(token_hash=hash_token(token))

    def usable(self, now: datetime) -> ZugangslinkQuerySet:
        """Return the links that still open something."""
        return self.filter(used_at__isnull=True, revoked_at__isnull=True, valid_until__gt=now, person__is_active=True)


def hash_token(token: str) -> str:
    """Return what is stored of a token: its SHA-256, 64 hex digits."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


class Zugangslink(models.Model):
    """The one kind of link without a password; only the SHA-256 of its token is stored.

    The token itself is made anew from the uuid and the secret key where the letter is written, so that neither
    this table nor the outbox ever holds it.

    A GET shows a page; entering by POST logs the person in with a session that holds this purpose and nothing else.
    """

    class Zweck(models.TextChoices):
        EINLADUNG = "einladung", "Einladung ins Portal"
        VERTEILER = "verteiler", "Verteiler einer Region bestätigen"
        ANTWORT = "antwort", "Antwort auf eine Einladung"
        STIMME = "stimme", "Weg zur Abstimmung"

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    token_hash = models.CharField(max_length=64, unique=True)
    zweck = models.CharField(max_length=20, choices=Zweck)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="zugangslinks")
    sitz = models.ForeignKey(Sitz, on_delete=models.CASCADE, null=True, blank=True, related_name="zugangslinks")
    objekt = models.UUIDField(null=True, blank=True)
    valid_until = models.DateTimeField("gültig bis")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ZugangslinkQuerySet.as_manager()

    class Meta:
        verbose_name = "Zugangslink"
        verbose_name_plural = "Zugangslinks"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.get_zweck_display()} für {self.person}"

    @property
    def token(self) -> str:
        """The secret part of the address: 43 characters nobody can make without the secret key."""
        digest = salted_hmac("mitglieder.Zugangslink", str(self.uuid), algorithm="sha256").digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    @property
    def path(self) -> str:
        """The address on this site; it belongs in a letter to the person and nowhere else."""
        return reverse("mitglieder:zugang", args=[self.token])
