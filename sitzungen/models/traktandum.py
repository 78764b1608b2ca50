"""The items of an agenda and their papers."""

from __future__ import annotations

import uuid as uuid_module
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse
from guardian.models import UserObjectPermissionBase

from konferenz.models import Datei
from mitglieder.models import Person
from mitglieder.permissions import VORBEREITENDE, Recht, Rolle, Umfang
from sitzungen.rules import GAST_ZUGANG
from sitzungen.rules.leitung import art_in_worten

from .sitzung import Sitzung
from .sitzungsrollen import vertretene
from .thema import Thema, Traktandenwunsch


class TraktandumQuerySet(models.QuerySet["Traktandum"]):
    def open_to_guests(self, now: datetime) -> TraktandumQuerySet:
        """Return the items whose guests still read anything: until some days after the meeting's end."""
        return self.filter(sitzung__ende_at__gte=now - GAST_ZUGANG)

    def visible_to(self, umfang: Umfang) -> TraktandumQuerySet:
        """Return the items whose content the person may read."""
        if umfang.rollen & VORBEREITENDE:
            return self
        offen = self.filter(sitzung__status__in=Sitzung.VEROEFFENTLICHT)
        if umfang.sieht_alles_veroeffentlichte or Rolle.LEITGREMIUM in umfang.rollen:
            return offen
        if umfang.person is None or umfang.zugang is not None:
            return self.none()
        return offen.filter(
            Q(sitzung_id__in=vertretene(umfang))
            | Q(sitzung_id__in=umfang.gast_pks(Sitzung))
            | Q(pk__in=umfang.gast_pks(Traktandum))
        )

    def visible_for_members(self, umfang: Umfang) -> TraktandumQuerySet:
        """Return the items of published meetings a person reads as a member, the office or a substitute: not as Leitgremium or guest."""
        offen = self.filter(sitzung__status__in=Sitzung.VEROEFFENTLICHT)
        if umfang.sieht_alles_veroeffentlichte:
            return offen
        if umfang.person is None or umfang.zugang is not None:
            return self.none()
        return offen.filter(sitzung_id__in=vertretene(umfang))

    def with_diskussion(self) -> TraktandumQuerySet:
        """Note on each item whether somebody asked to discuss it: what Traktandum.art_text reads."""
        from .teilnahme import Diskussionswunsch

        wuensche = Diskussionswunsch.objects.filter(traktandum=models.OuterRef("pk"))
        return self.annotate(is_diskussion_verlangt=models.Exists(wuensche))


class Traktandum(models.Model):
    """One item of an agenda. art is always shown in words (R33); an information item is summed up shortly (R32).

    angekuendigt_at: when it went out with the Einladung or a Nachversand; None was never announced (R43).  begonnen_at,
    beendet_at: when it was dealt with.  zugelassen_at: all present agreed to decide on it though it was not announced so.
    """

    class Art(models.TextChoices):
        INFORMATION = "information", "Information"
        ENTSCHEID = "entscheid", "Entscheid"
        FORMELLES = "formelles", "Formelles"

    class Ausgang(models.TextChoices):
        OFFEN = "offen", "offen"
        ZUR_KENNTNIS = "zur_kenntnis", "zur Kenntnis genommen"
        BERATEN = "beraten", "beraten"
        BESCHLOSSEN = "beschlossen", "beschlossen"
        ABGELEHNT = "abgelehnt", "abgelehnt"
        ZURUECKGEWIESEN = "zurueckgewiesen", "zurückgewiesen"
        VERSCHOBEN = "verschoben", "verschoben"
        ZURUECKGEZOGEN = "zurueckgezogen", "zurückgezogen"

    class Standard(models.TextChoices):
        KEINES = "", "—"
        BEGRUESSUNG = "begruessung", "Begrüssung und Präsenz"
        PROTOKOLL = "protokoll", "Protokoll der letzten Sitzung"
        PENDENZEN = "pendenzen", "Pendenzen und Termine"
        VERSCHIEDENES = "verschiedenes", "Verschiedenes"

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    sitzung = models.ForeignKey(Sitzung, on_delete=models.CASCADE, related_name="traktanden")
    position = models.PositiveSmallIntegerField()
    titel = models.CharField(max_length=200)
    art = models.CharField(max_length=12, choices=Art)
    standard = models.CharField(max_length=16, choices=Standard, blank=True, default="")
    thema = models.ForeignKey(Thema, on_delete=models.PROTECT, null=True, blank=True, related_name="traktanden")
    zusammenfassung = models.TextField(blank=True)
    referent = models.CharField("Referent/in", max_length=120, blank=True)
    minuten = models.PositiveSmallIntegerField("geplante Minuten", default=10)
    vorgaenger = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="nachfolger",
        verbose_name="übernommen aus",
    )
    wunsch = models.OneToOneField(
        Traktandenwunsch, on_delete=models.SET_NULL, null=True, blank=True, related_name="traktandum"
    )
    ausgang = models.CharField(max_length=16, choices=Ausgang, default=Ausgang.OFFEN)
    ausgang_text = models.TextField(blank=True)
    angekuendigt_at = models.DateTimeField("angekündigt", null=True, blank=True)
    begonnen_at = models.DateTimeField("aufgerufen", null=True, blank=True)
    beendet_at = models.DateTimeField("abgeschlossen", null=True, blank=True)
    zugelassen_at = models.DateTimeField("Einverständnis aller Anwesenden", null=True, blank=True)
    zugelassen_anwesende = models.PositiveSmallIntegerField("Anwesende beim Einverständnis", null=True, blank=True)

    is_diskussion_verlangt: bool  # by with_diskussion()

    objects = TraktandumQuerySet.as_manager()

    class Meta:
        verbose_name = "Traktandum"
        verbose_name_plural = "Traktanden"
        ordering = ["sitzung", "position"]
        permissions = [
            ("gast_traktandum", "Gast zu diesem Traktandum"),
            ("gast_vertraulich_traktandum", "Gast zu diesem Traktandum, auch vertrauliche Unterlagen"),
            ("gast_video_traktandum", "Gast zu diesem Traktandum, per Video"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["sitzung", "position"], name="traktandum_position_einmal"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.titel}"

    @property
    def art_text(self) -> str:
        """The Art in words as every reader sees it: «Information (Diskussion verlangt)». Of rows with_diskussion()."""
        return art_in_worten(self.art, diskussion_verlangt=self.is_diskussion_verlangt)

    def rollen(self, umfang: Umfang, recht: Recht) -> frozenset[Rolle]:
        """Return the roles that count: those of its meeting; a guest of the meeting or of this very item."""
        rollen = self.sitzung.rollen(umfang, recht)
        ist_gast = self.sitzung_id in umfang.gast_pks(Sitzung) or self.pk in umfang.gast_pks(Traktandum)
        if not ist_gast:
            rollen -= {Rolle.GAST}
        return rollen


class TraktandumUserObjectPermission(UserObjectPermissionBase):
    """A guest's admission to one item; it dies with the item or the person."""

    content_object = models.ForeignKey(Traktandum, on_delete=models.CASCADE)


class UnterlageQuerySet(models.QuerySet["Unterlage"]):
    def visible_to(self, umfang: Umfang) -> UnterlageQuerySet:
        """Return the papers the person may open: confidential ones only for members, the office, substitutes, admitted guests."""
        bekannt = self.named_to(umfang)
        return bekannt if umfang.rollen & VORBEREITENDE else bekannt.filter(is_entfernt=False)

    def named_to(self, umfang: Umfang) -> UnterlageQuerySet:
        """Return the papers the person may know of: those that may be opened, and those of them withdrawn since."""
        if umfang.rollen & VORBEREITENDE:
            return self
        offen = self.filter(traktandum__sitzung__status__in=Sitzung.VEROEFFENTLICHT)
        if umfang.sieht_alles_veroeffentlichte:
            return offen
        if umfang.person is None or umfang.zugang is not None:
            return self.none()
        intern = Q(klassifizierung=Unterlage.Klassifizierung.INTERN)
        vertretung = Q(traktandum__sitzung_id__in=vertretene(umfang))
        gast = Q(traktandum__sitzung_id__in=umfang.gast_pks(Sitzung)) | Q(traktandum_id__in=umfang.gast_pks(Traktandum))
        gast_vertraulich = Q(traktandum__sitzung_id__in=umfang.gast_pks(Sitzung, vertraulich=True)) | Q(
            traktandum_id__in=umfang.gast_pks(Traktandum, vertraulich=True)
        )
        leser = intern if Rolle.LEITGREMIUM in umfang.rollen else Q(pk__in=[])
        return offen.filter(leser | vertretung | (gast & intern) | gast_vertraulich)

    def aktuell(self) -> UnterlageQuerySet:
        """Return the papers not taken out again."""
        return self.filter(is_entfernt=False)


class Unterlage(models.Model):
    """A paper of an item: a stable address whose file is replaced by new Fassungen."""

    class Klassifizierung(models.TextChoices):
        INTERN = "intern", "intern"
        VERTRAULICH = "vertraulich", "vertraulich"

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    traktandum = models.ForeignKey(Traktandum, on_delete=models.CASCADE, related_name="unterlagen")
    position = models.PositiveSmallIntegerField()
    titel = models.CharField(max_length=200)
    klassifizierung = models.CharField(max_length=12, choices=Klassifizierung, default=Klassifizierung.INTERN)
    vertraulich_grund = models.CharField("Grund der Vertraulichkeit", max_length=300, blank=True)
    is_entfernt = models.BooleanField("entfernt", default=False)

    objects = UnterlageQuerySet.as_manager()

    class Meta:
        verbose_name = "Unterlage"
        verbose_name_plural = "Unterlagen"
        ordering = ["traktandum__position", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(klassifizierung="intern") | ~Q(vertraulich_grund=""), name="unterlage_vertraulich_mit_grund"
            ),
        ]

    def __str__(self) -> str:
        return self.titel

    def get_absolute_url(self) -> str:
        return reverse("sitzungen:unterlage-detail", args=[self.uuid])

    @property
    def is_vertraulich(self) -> bool:
        return self.klassifizierung == self.Klassifizierung.VERTRAULICH

    def rollen(self, umfang: Umfang, recht: Recht) -> frozenset[Rolle]:
        """Return the roles that count: those of its item; a confidential paper is closed to the wide circle and to plain guests."""
        rollen = self.traktandum.rollen(umfang, recht)
        if self.is_entfernt:
            return rollen & VORBEREITENDE
        if self.is_vertraulich:
            rollen -= {Rolle.LEITGREMIUM, Rolle.VORSTAND}
            admitted = self.traktandum.sitzung_id in umfang.gast_pks(
                Sitzung, vertraulich=True
            ) or self.traktandum_id in umfang.gast_pks(Traktandum, vertraulich=True)
            if not admitted:
                rollen -= {Rolle.GAST}
        return rollen


class FassungQuerySet(models.QuerySet["Fassung"]):
    def visible_to(self, umfang: Umfang) -> FassungQuerySet:
        """Return the versions of papers the person may open: those replaced before the dispatch stay with who prepares."""
        offen = self.filter(unterlage__in=Unterlage.objects.visible_to(umfang))
        if umfang.rollen & VORBEREITENDE:
            return offen
        ersatz = Fassung.objects.filter(
            unterlage=models.OuterRef("unterlage"),
            nr__gt=models.OuterRef("nr"),
            hochgeladen_at__lte=models.OuterRef("unterlage__traktandum__sitzung__versandt_at"),
        )
        return offen.exclude(models.Exists(ersatz))

    def aktuell(self) -> FassungQuerySet:
        return self.filter(is_aktuell=True)


class Fassung(models.Model):
    """One version of a paper."""

    unterlage = models.ForeignKey(Unterlage, on_delete=models.CASCADE, related_name="fassungen")
    nr = models.PositiveSmallIntegerField()
    datei = models.ForeignKey(Datei, on_delete=models.PROTECT, related_name="fassungen")
    is_aktuell = models.BooleanField("aktuelle Fassung", default=True)
    hochgeladen_von = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    hochgeladen_at = models.DateTimeField()

    objects = FassungQuerySet.as_manager()

    class Meta:
        verbose_name = "Fassung"
        verbose_name_plural = "Fassungen"
        ordering = ["unterlage", "-nr"]
        constraints = [
            models.UniqueConstraint(fields=["unterlage", "nr"], name="fassung_nummer_einmal"),
            models.UniqueConstraint(fields=["unterlage"], condition=Q(is_aktuell=True), name="fassung_eine_aktuell"),
        ]

    def __str__(self) -> str:
        return f"{self.unterlage} v{self.nr}"


class Lesung(models.Model):
    """That a person has opened a version: what is new for me."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="lesungen")
    fassung = models.ForeignKey(Fassung, on_delete=models.CASCADE, related_name="lesungen")
    gelesen_at = models.DateTimeField()

    class Meta:
        verbose_name = "Lesung"
        verbose_name_plural = "Lesungen"
        constraints = [models.UniqueConstraint(fields=["person", "fassung"], name="lesung_einmal")]

    def __str__(self) -> str:
        return f"{self.person}: {self.fassung}"
