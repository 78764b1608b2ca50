"""A seat at a meeting: what it answered, who will sit on it, who sat on it when, where it steps aside."""

from __future__ import annotations

import uuid as uuid_module

from django.db import models
from django.db.models import F, Q

from mitglieder.models import Person, Sitz, Stellvertretung
from mitglieder.permissions import VORBEREITENDE, Recht, Rolle, Umfang
from sitzungen.rules.antwort import is_antwort_gueltig

from .sitzung import Sitzung
from .stimmzugang import stimmzugang
from .traktandum import Traktandum


class TeilnahmeQuerySet(models.QuerySet["Teilnahme"]):
    def visible_to(self, umfang: Umfang) -> TeilnahmeQuerySet:
        """Return the seats' answers the person may see: all of them for members and the office, else one's own."""
        if umfang.sieht_alles_veroeffentlichte:
            return self.filter(sitzung__in=Sitzung.objects.visible_to(umfang))
        if umfang.person is None or umfang.zugang is not None:
            return self.none()
        return self.vertreten().filter(vertretung=umfang.person, sitzung__in=Sitzung.objects.visible_to(umfang))

    def vertreten(self) -> TeilnahmeQuerySet:
        """Return the seats for which a substitute is named who has not declined."""
        return self.filter(vertretung__isnull=False).exclude(vertretung_stand=Teilnahme.Vertretung.ABGELEHNT)


class Teilnahme(models.Model):
    """Seat × meeting. vertretung: the substitute named for this one meeting (declined ones stay to be seen).

    antwort_von: who gave the answer, or the office that recorded it.  antwort_fuer: the seat's holder it speaks for; None
    for «vertreten» on a vacant seat and where an old row does not tell.  antwort_kanal: how it came; by phone or mail the
    office recorded it on behalf.  neu_erbeten_at: the meeting moved after the answer, which is asked for again.  gesperrt_durch: uuid of the open vote in whose base the seat is.
    """

    class Antwort(models.TextChoices):
        OFFEN = "", "keine Antwort"
        ZUGESAGT = "zugesagt", "zugesagt"
        ENTSCHULDIGT = "entschuldigt", "entschuldigt"
        VERTRETEN = "vertreten", "vertreten"

    class Kanal(models.TextChoices):
        PORTAL = "portal", "im Portal"
        LINK = "link", "über den Link in der Mail"
        TELEFON = "telefon", "am Telefon"
        MAIL = "mail", "per Mail"
        MUENDLICH = "muendlich", "mündlich"

    class Vertretung(models.TextChoices):
        BENANNT = "benannt", "benannt, noch ohne Antwort"
        ANGENOMMEN = "angenommen", "angenommen"
        ABGELEHNT = "abgelehnt", "abgelehnt"

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    sitzung = models.ForeignKey(Sitzung, on_delete=models.CASCADE, related_name="teilnahmen")
    sitz = models.ForeignKey(Sitz, on_delete=models.PROTECT, related_name="teilnahmen")
    antwort = models.CharField(max_length=12, choices=Antwort, blank=True, default=Antwort.OFFEN)
    antwort_at = models.DateTimeField("geantwortet am", null=True, blank=True)
    antwort_von = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    antwort_fuer = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    antwort_kanal = models.CharField("Weg der Antwort", max_length=10, choices=Kanal, blank=True, default="")
    bemerkung = models.CharField("Bemerkung an die Geschäftsstelle", max_length=300, blank=True, default="")
    neu_erbeten_at = models.DateTimeField("Antwort neu erbeten", null=True, blank=True)
    vertretung = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="vertretungen")
    vertretung_funktion = models.CharField(
        "politische Funktion", max_length=30, choices=Stellvertretung.Funktion, blank=True, default=""
    )
    vertretung_funktion_text = models.CharField("Funktion in Worten", max_length=120, blank=True, default="")
    vertretung_stand = models.CharField(max_length=12, choices=Vertretung, blank=True, default="")
    vertretung_benannt_at = models.DateTimeField(null=True, blank=True)
    vertretung_antwort_at = models.DateTimeField(null=True, blank=True)
    vertretung_leitet = models.BooleanField("leitet auch die Sitzung", default=False)
    gesperrt_durch = models.UUIDField("offene Abstimmung", null=True, blank=True)

    objects = TeilnahmeQuerySet.as_manager()

    class Meta:
        verbose_name = "Teilnahme"
        verbose_name_plural = "Teilnahmen"
        ordering = ["sitz__reihenfolge"]
        constraints = [
            models.UniqueConstraint(fields=["sitzung", "sitz"], name="teilnahme_je_sitz"),
            models.UniqueConstraint(
                # nobody substitutes for two seats; who declined one may be named for another
                fields=["sitzung", "vertretung"],
                condition=Q(vertretung__isnull=False) & ~Q(vertretung_stand="abgelehnt"),
                name="teilnahme_vertritt_einen_sitz",
            ),
            models.CheckConstraint(
                condition=Q(vertretung__isnull=False) & ~Q(vertretung_stand="")
                | Q(vertretung__isnull=True, vertretung_stand=""),
                name="teilnahme_vertretung_mit_stand",
            ),
            models.CheckConstraint(
                condition=~Q(antwort="vertreten") | Q(vertretung__isnull=False), name="teilnahme_vertreten_durch_jemand"
            ),
            models.CheckConstraint(
                condition=Q(antwort="", antwort_at__isnull=True) | (~Q(antwort="") & Q(antwort_at__isnull=False)),
                name="teilnahme_antwort_mit_zeit",
            ),
            models.CheckConstraint(
                condition=~Q(antwort="") | Q(antwort_fuer__isnull=True), name="teilnahme_ohne_antwort_fuer_niemanden"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sitz}, {self.sitzung}"

    @property
    def is_vertretung_benannt(self) -> bool:
        """Whether a substitute is named who has not declined."""
        return self.vertretung_id is not None and self.vertretung_stand != self.Vertretung.ABGELEHNT

    def is_gueltig_for(self, inhaber: Person | None) -> bool:
        """Return whether the answer counts where this person holds the seat on the meeting's day (no query)."""
        return is_antwort_gueltig(
            self.antwort,
            fuer=self.antwort_fuer_id,
            inhaber=inhaber.pk if inhaber else None,
            vertretung=self.vertretung_id,
        )

    def lapse(self) -> Teilnahme:
        """Take the answer off the row, unsaved, as if nobody had answered; return the row.

        «Vertreten» goes with its substitute: it lapses only where that person holds the seat by now.
        """
        if self.antwort == self.Antwort.VERTRETEN:
            self.clear_vertretung()
        self.antwort, self.antwort_at, self.antwort_von, self.antwort_fuer = self.Antwort.OFFEN, None, None, None
        self.antwort_kanal, self.bemerkung, self.neu_erbeten_at = "", "", None
        return self

    def clear_vertretung(self) -> None:
        """Take the substitute off the row, unsaved: access to the papers ends with it."""
        self.vertretung = None
        self.vertretung_funktion = self.vertretung_funktion_text = self.vertretung_stand = ""
        self.vertretung_benannt_at = self.vertretung_antwort_at = None
        self.vertretung_leitet = False

    def rollen(self, umfang: Umfang, recht: Recht) -> frozenset[Rolle]:
        """Return the roles that count for this seat: the office and who prepares; a member only on the own seat.

        The named substitute counts as Stellvertretung. TERMIN_SEHEN and SITZUNG_SEHEN are those of the meeting.
        """
        rollen = self.sitzung.rollen(umfang, recht)
        if umfang.zugang is not None:
            zugang = stimmzugang(umfang)
            return rollen if zugang and zugang.teilnahme == self.pk else frozenset()
        if recht in {Recht.TERMIN_SEHEN, Recht.SITZUNG_SEHEN}:
            return rollen
        behalten = rollen & (VORBEREITENDE if recht is not Recht.ANTWORTEN else {Rolle.GESCHAEFTSSTELLE})
        for mandat in umfang.sitze:
            if mandat.sitz_id == self.sitz_id:
                if mandat.sitz.art == Sitz.Art.VORSITZ:
                    behalten |= {Rolle.VORSITZ}
                elif mandat.sitz.stimmberechtigt:
                    behalten |= {Rolle.MITGLIED_STIMMBERECHTIGT}
                else:
                    behalten |= {Rolle.MITGLIED_BERATEND}
        if umfang.person is not None and self.vertretung_id == umfang.person.pk and self.is_vertretung_benannt:
            behalten |= {Rolle.STELLVERTRETUNG}
        return frozenset(behalten)


class Anwesenheit(models.Model):
    """A stretch of presence: who sat on a seat (or was there as a guest) from when to when.

    von_at, bis_at: true times, corrected with a reason.  weg: who recorded it.  bis_at is None while it lasts.
    """

    class Als(models.TextChoices):
        INHABER = "inhaber", "Mitglied"
        VERTRETUNG = "vertretung", "Stellvertretung"
        GAST = "gast", "Gast"

    class Form(models.TextChoices):
        VOR_ORT = "vor_ort", "vor Ort"
        ONLINE = "online", "online"

    class Weg(models.TextChoices):
        SELBST = "selbst", "selbst angemeldet"
        LEITUNG = "leitung", "durch die Leitung erfasst"
        NACHERFASST = "nacherfasst", "nacherfasst"

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    sitzung = models.ForeignKey(Sitzung, on_delete=models.CASCADE, related_name="anwesenheiten")
    teilnahme = models.ForeignKey(
        Teilnahme, on_delete=models.CASCADE, null=True, blank=True, related_name="anwesenheiten"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="anwesenheiten")
    als = models.CharField(max_length=12, choices=Als)
    von_at = models.DateTimeField("von")
    bis_at = models.DateTimeField("bis", null=True, blank=True)
    form = models.CharField(max_length=8, choices=Form, default=Form.VOR_ORT)
    weg = models.CharField("erfasst", max_length=12, choices=Weg)
    erfasst_von = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    erfasst_at = models.DateTimeField()
    korrektur_grund = models.CharField("Grund der Berichtigung", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "Anwesenheit"
        verbose_name_plural = "Anwesenheiten"
        ordering = ["teilnahme__sitz__reihenfolge", "von_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                # at every time one person per seat …
                fields=["teilnahme"],
                condition=Q(bis_at__isnull=True, teilnahme__isnull=False),
                name="anwesenheit_eine_je_sitz",
            ),
            models.UniqueConstraint(
                # … and one seat per person
                fields=["sitzung", "person"],
                condition=Q(bis_at__isnull=True),
                name="anwesenheit_eine_je_person",
            ),
            models.CheckConstraint(
                condition=Q(bis_at__isnull=True) | Q(bis_at__gte=F("von_at")), name="anwesenheit_von_vor_bis"
            ),
            models.CheckConstraint(
                condition=Q(als="gast", teilnahme__isnull=True) | (~Q(als="gast") & Q(teilnahme__isnull=False)),
                name="anwesenheit_gast_ohne_sitz",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.sitzung}"


class Ausstand(models.Model):
    """A seat that steps aside for one item: out of the base from the item's start to its end (R44)."""

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    teilnahme = models.ForeignKey(Teilnahme, on_delete=models.CASCADE, related_name="ausstaende")
    traktandum = models.ForeignKey(Traktandum, on_delete=models.CASCADE, related_name="ausstaende")
    erklaert_von = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    erklaert_at = models.DateTimeField()
    grund = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "Ausstand"
        verbose_name_plural = "Ausstände"
        ordering = ["traktandum__position", "teilnahme__sitz__reihenfolge"]
        constraints = [models.UniqueConstraint(fields=["teilnahme", "traktandum"], name="ausstand_einmal")]

    def __str__(self) -> str:
        return f"{self.teilnahme.sitz}, {self.traktandum}"


class Diskussionswunsch(models.Model):
    """One member or substitute asks to discuss an information item: one request opens the discussion (R31)."""

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    traktandum = models.ForeignKey(Traktandum, on_delete=models.CASCADE, related_name="diskussionswuensche")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    sitz = models.ForeignKey(Sitz, on_delete=models.PROTECT, related_name="+")
    verlangt_at = models.DateTimeField()

    class Meta:
        verbose_name = "Diskussionswunsch"
        verbose_name_plural = "Diskussionswünsche"
        ordering = ["verlangt_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["traktandum", "person"], name="diskussionswunsch_einmal")]

    def __str__(self) -> str:
        return f"{self.person}: {self.traktandum}"
