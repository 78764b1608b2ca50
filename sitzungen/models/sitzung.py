"""The meeting: number, day, place, and where it stands on its way."""

from __future__ import annotations

import uuid as uuid_module
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from guardian.models import UserObjectPermissionBase

from konferenz.models import Datei
from mitglieder.models import Person
from mitglieder.permissions import VORBEREITENDE, Recht, Rolle, Umfang
from sitzungen.rules import GAST_ZUGANG

from .sitzungsrollen import geleitete, rollen_of, vertretene
from .stimmzugang import stimmzugang

UEBERZEIT = timedelta(hours=6)


def _laeuft_noch(now: datetime) -> Q:
    return Q(status=Sitzung.Status.LAUFEND, ende_at__gte=now - UEBERZEIT)


class SitzungQuerySet(models.QuerySet["Sitzung"]):
    def visible_to(self, umfang: Umfang) -> SitzungQuerySet:
        """Return the meetings of which the person may see at least the date (the agenda: Sitzung.rollen)."""
        if umfang.zugang is not None:
            zugang = stimmzugang(umfang)
            return self.filter(pk=zugang.sitzung) if zugang else self.none()
        if umfang.rollen & VORBEREITENDE:
            return self
        offen = Q(status__in=Sitzung.VEROEFFENTLICHT)
        # a meeting called off after its dispatch stays known: its letter links here
        angekuendigt = offen | Q(terminankuendigung_at__isnull=False) | Q(versandt_at__isnull=False)
        if umfang.sieht_alles_veroeffentlichte or Rolle.LEITGREMIUM in umfang.rollen:
            return self.filter(angekuendigt)
        if umfang.person is None:
            return self.none()
        vertretung = Q(pk__in=vertretene(umfang))
        gast = offen & (Q(pk__in=umfang.gast_pks(Sitzung)) | Q(traktanden__pk__in=umfang.gast_pks(_traktandum())))
        return self.filter((vertretung & angekuendigt) | gast).distinct()

    def led_by(self, umfang: Umfang) -> SitzungQuerySet:
        """Return the meetings the person presides over in the chair's place (Rolle.LEITUNG)."""
        if umfang.person is None or umfang.zugang is not None:
            return self.none()
        im_saal = Q(status=Sitzung.Status.LAUFEND, leitung__isnull=False)
        return self.filter((im_saal & Q(leitung=umfang.person)) | (~im_saal & Q(pk__in=geleitete(umfang))))

    def veroeffentlicht(self) -> SitzungQuerySet:
        """Return the meetings whose papers are out."""
        return self.filter(status__in=Sitzung.VEROEFFENTLICHT)

    def upcoming(self, now: datetime) -> SitzungQuerySet:
        """Return the meetings still ahead or running, nearest first: one closed early is over, one that runs late is not.

        What nobody ever closes counts as running for UEBERZEIT after its planned end.
        """
        vorbei = (Sitzung.Status.ABGESAGT, Sitzung.Status.GESCHLOSSEN)
        return self.filter(Q(ende_at__gte=now) | _laeuft_noch(now)).exclude(status__in=vorbei).order_by("beginn_at")

    def past(self, now: datetime) -> SitzungQuerySet:
        """Return the meetings that are over, newest first."""
        vorbei = Q(ende_at__lt=now) & ~_laeuft_noch(now)
        return self.filter(vorbei | Q(status=Sitzung.Status.GESCHLOSSEN)).order_by("-beginn_at")

    def versand_due(self, now: datetime) -> SitzungQuerySet:
        """Return the released meetings whose Einladung is due and not yet written, and which still lie ahead.

        A query, never an equality: a missed tick heals itself.
        """
        return self.filter(status=Sitzung.Status.FREIGEGEBEN, versand_due_at__lte=now, beginn_at__gt=now).order_by(
            "versand_due_at", "pk"
        )

    def open_to_guests(self, now: datetime) -> SitzungQuerySet:
        """Return the meetings whose guests still read anything: until some days after the end."""
        return self.filter(ende_at__gte=now - GAST_ZUGANG)

    def ohne_dossier(self, *, seit: datetime) -> SitzungQuerySet:
        """Return the published meetings whose dossier a Nachversand since then has made out of date."""
        return self.filter(
            status__in=Sitzung.VEROEFFENTLICHT,
            dossier__isnull=True,
            versande__art="nachversand",
            versande__created_at__gte=seit,
        ).distinct()


def _traktandum() -> type[models.Model]:
    from .traktandum import Traktandum

    return Traktandum


class Sitzung(models.Model):
    """A meeting of the conference.

    kennung: its readable address, «2026-3» or «2026-a1».  versand_due_at: when its papers go out (UTC), recomputed when it moves.
    begonnen_at, beendet_at: true times of the meeting held.  leitung: who chaired it.  live: rises with all that happens in
    the room, so that a screen knows whether it is still right.  nacherfasst_at: held on paper, recorded afterwards.
    """

    class Art(models.TextChoices):
        ORDENTLICH = "ordentlich", "ordentliche Sitzung"
        AUSSERORDENTLICH = "ausserordentlich", "ausserordentliche Sitzung"

    class Form(models.TextChoices):
        VOR_ORT = "vor_ort", "vor Ort"
        DIGITAL = "digital", "digital"
        HYBRID = "hybrid", "vor Ort und digital"

    class Status(models.TextChoices):
        ENTWURF = "entwurf", "in Vorbereitung"
        FREIGEGEBEN = "freigegeben", "freigegeben"
        VERSANDT = "versandt", "Unterlagen versandt"
        LAUFEND = "laufend", "läuft"
        GESCHLOSSEN = "geschlossen", "abgeschlossen"
        ABGESAGT = "abgesagt", "abgesagt"

    UEBERGAENGE: dict[str, frozenset[str]] = {
        Status.ENTWURF: frozenset({Status.FREIGEGEBEN, Status.ABGESAGT}),
        Status.FREIGEGEBEN: frozenset({Status.ENTWURF, Status.VERSANDT, Status.ABGESAGT}),
        Status.VERSANDT: frozenset({Status.LAUFEND, Status.ABGESAGT, Status.GESCHLOSSEN}),  # closed: held on paper
        Status.LAUFEND: frozenset({Status.GESCHLOSSEN}),
        Status.GESCHLOSSEN: frozenset(),
        Status.ABGESAGT: frozenset(),
    }
    VEROEFFENTLICHT = (Status.VERSANDT, Status.LAUFEND, Status.GESCHLOSSEN)

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    kennung = models.CharField(max_length=12, unique=True)
    jahr = models.PositiveSmallIntegerField()
    art = models.CharField(max_length=20, choices=Art, default=Art.ORDENTLICH)
    nr = models.PositiveSmallIntegerField("Nummer")
    beginn_at = models.DateTimeField("Beginn")
    ende_at = models.DateTimeField("Ende")
    form = models.CharField("Durchführung", max_length=10, choices=Form, default=Form.VOR_ORT)
    form_entscheid_on = models.DateField("Entscheid des Vorsitzes vom", null=True, blank=True)
    ort = models.CharField(max_length=200, blank=True)
    video_link = models.URLField("Videolink", max_length=500, blank=True)
    grund = models.TextField("Grund der Einberufung", blank=True)
    einberufen_on = models.DateField("vom Vorsitz einberufen am", null=True, blank=True)
    bemerkung = models.TextField("Mitteilung in der Einladung", blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.ENTWURF)
    versand_due_at = models.DateTimeField("Versand fällig")
    terminankuendigung_at = models.DateTimeField("Termin angekündigt", null=True, blank=True)
    eingereicht_at = models.DateTimeField("zur Freigabe vorgelegt", null=True, blank=True)
    eingereicht_von = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    freigegeben_at = models.DateTimeField(null=True, blank=True)
    freigegeben_von = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_freigabe_auf_wort = models.BooleanField("auf das Wort des Vorsitzes freigegeben", default=False)
    versandt_at = models.DateTimeField(null=True, blank=True)
    abgesagt_at = models.DateTimeField(null=True, blank=True)
    absage_grund = models.TextField(blank=True)
    hindernis = models.TextField("Hindernis des Versands", blank=True)
    dossier = models.ForeignKey(Datei, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    dossier_stand = models.CharField("Fingerabdruck, aus dem das Dossier gebaut ist", max_length=64, blank=True)
    kalender_folge = models.PositiveIntegerField("SEQUENCE des Kalendereintrags", default=0)
    aenderung = models.PositiveIntegerField("Zähler der Änderungen an Traktanden und Unterlagen", default=0)
    antwort_erinnert_at = models.DateTimeField("an die Antwort erinnert", null=True, blank=True)
    begonnen_at = models.DateTimeField("eröffnet", null=True, blank=True)
    beendet_at = models.DateTimeField("geschlossen", null=True, blank=True)
    leitung = models.ForeignKey(
        Person, verbose_name="Leitung", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    aktuell = models.ForeignKey(
        "sitzungen.Traktandum",
        verbose_name="aktuelles Traktandum",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    saal_offen_at = models.DateTimeField("Sitze melden sich selbst an seit", null=True, blank=True)
    live = models.PositiveIntegerField("Zähler dessen, was im Saal geschieht", default=0)
    nacherfasst_at = models.DateTimeField("nacherfasst", null=True, blank=True)
    nacherfasst_von = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    bestaetigt_at = models.DateTimeField("vom Vorsitz bestätigt", null=True, blank=True)
    bestaetigt_von = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()

    objects = SitzungQuerySet.as_manager()

    class Meta:
        verbose_name = "Sitzung"
        verbose_name_plural = "Sitzungen"
        ordering = ["-beginn_at"]
        permissions = [
            ("gast_sitzung", "Gast dieser Sitzung"),
            ("gast_vertraulich_sitzung", "Gast dieser Sitzung, auch vertrauliche Unterlagen"),
        ]
        indexes = [
            models.Index(fields=["versand_due_at"], name="sitzung_faellig", condition=Q(status="freigegeben")),
            models.Index(fields=["beginn_at"], name="sitzung_beginn"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["jahr", "art", "nr"], name="sitzung_nummer_einmal"),
            models.CheckConstraint(condition=Q(ende_at__gt=F("beginn_at")), name="sitzung_beginn_vor_ende"),
            models.CheckConstraint(
                condition=Q(status__in=["entwurf", "abgesagt"]) | Q(freigegeben_at__isnull=False),
                name="sitzung_freigegeben_mit_zeit",
            ),
            models.CheckConstraint(
                condition=~Q(status="entwurf") | Q(freigegeben_at__isnull=True), name="sitzung_entwurf_ohne_freigabe"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["versandt", "laufend", "geschlossen"]) | Q(versandt_at__isnull=False),
                name="sitzung_versandt_mit_zeit",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["entwurf", "freigegeben"]) | Q(versandt_at__isnull=True),
                name="sitzung_unversandt_ohne_zeit",
            ),
            models.CheckConstraint(
                condition=Q(status="abgesagt", abgesagt_at__isnull=False)
                | (~Q(status="abgesagt") & Q(abgesagt_at__isnull=True)),
                name="sitzung_abgesagt_mit_zeit",
            ),
            models.CheckConstraint(
                # the chair decides on digital meetings (R23) and calls extraordinary ones with a reason (R22)
                condition=Q(form="vor_ort") | Q(form_entscheid_on__isnull=False),
                name="sitzung_digital_auf_entscheid",
            ),
            models.CheckConstraint(
                condition=Q(art="ordentlich") | (Q(einberufen_on__isnull=False) & ~Q(grund="")),
                name="sitzung_ausserordentlich_mit_grund",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["laufend", "geschlossen"], begonnen_at__isnull=False)
                | (~Q(status__in=["laufend", "geschlossen"]) & Q(begonnen_at__isnull=True)),
                name="sitzung_begonnen_mit_zeit",
            ),
            models.CheckConstraint(
                condition=Q(status="geschlossen", beendet_at__isnull=False)
                | (~Q(status="geschlossen") & Q(beendet_at__isnull=True)),
                name="sitzung_beendet_mit_zeit",
            ),
            models.CheckConstraint(
                condition=Q(bestaetigt_at__isnull=True) | Q(nacherfasst_at__isnull=False),
                name="sitzung_bestaetigt_nur_nacherfasst",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nummer}: {self.titel}"

    def get_absolute_url(self) -> str:
        return reverse("sitzungen:sitzung-detail", args=[self.kennung])

    @property
    def nummer(self) -> str:
        """«3/2026» or «a1/2026»."""
        serie = "" if self.art == self.Art.ORDENTLICH else "a"
        return f"{serie}{self.nr}/{self.jahr}"

    @property
    def titel(self) -> str:
        """«3. ordentliche Sitzung 2026»."""
        return f"{self.nr}. {self.get_art_display()} {self.jahr}"

    @property
    def is_veroeffentlicht(self) -> bool:
        """Whether agenda and papers are out."""
        return self.status in self.VEROEFFENTLICHT

    @property
    def is_bearbeitbar(self) -> bool:
        """Whether agenda and papers may be edited (an edit of a released agenda takes the release back)."""
        return self.status in {self.Status.ENTWURF, self.Status.FREIGEGEBEN}

    @property
    def is_termin_bekannt(self) -> bool:
        """Whether seats and Leitgremien may know date and place."""
        return self.is_veroeffentlicht or self.terminankuendigung_at is not None or self.versandt_at is not None

    @property
    def is_saal_offen(self) -> bool:
        """Whether seats check themselves in: once the chair has opened the room, in a digital meeting always."""
        return self.form == self.Form.DIGITAL or self.saal_offen_at is not None

    def rollen(self, umfang: Umfang, recht: Recht) -> frozenset[Rolle]:
        """Return the roles that count towards this meeting for a right: before its papers are out, only the preparing ones.

        Its date, and who comes, are known from the announcement on.
        """
        return rollen_of(self, umfang, recht)


class SitzungUserObjectPermission(UserObjectPermissionBase):
    """A guest's admission to one meeting; it dies with the meeting or the person."""

    content_object = models.ForeignKey(Sitzung, on_delete=models.CASCADE)
