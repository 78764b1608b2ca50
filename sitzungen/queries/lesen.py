"""What the members' area reads: the meeting page, the list, what is new, the archive of papers.

Each function takes the person's Umfang and returns only what that person may see; the queries per page are constant.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from konferenz.models import Datei
from mitglieder.permissions import RECHTE, VORBEREITENDE, Recht, Rolle, Umfang, has_recht
from sitzungen.models import Fassung, Lesung, Sitzung, Traktandum, Unterlage, Versand


@dataclass(frozen=True)
class Blatt:
    """One paper as a line. url: empty where the file cannot be opened («folgt»)."""

    titel: str
    url: str
    typ: str
    seiten: int | None
    groesse: int
    fassung: int
    is_neu: bool
    is_vertraulich: bool
    fassung_pk: int = 0
    datei_pk: UUID | None = None
    name: str = ""
    nach_versand: bool = False

    @property
    def angaben(self) -> list[str]:
        """What stands behind the title: «folgt», «nachgereicht», «Fassung 2», «12 Seiten»."""
        worte = ["folgt"] if not self.url else []
        if self.nach_versand:
            worte.append("nachgereicht")
        if self.fassung > 1:
            worte.append(f"Fassung {self.fassung}")
        if self.seiten:
            worte.append("1 Seite" if self.seiten == 1 else f"{self.seiten} Seiten")
        return worte


@dataclass(frozen=True)
class Punkt:
    """One item of the agenda as a person sees it. zeit: when it begins by the running clock, «14.05 Uhr»."""

    position: int
    titel: str
    art: str
    art_text: str
    kurz: str
    referent: str
    beginn_at: datetime
    minuten: int
    ausgang: str
    zeit: str
    blaetter: list[Blatt] = field(default_factory=list)


@dataclass(frozen=True)
class Frist:
    """How the Einladung kept the Versandfrist: calendar days before the meeting, as stored with the dispatch."""

    versandt_at: datetime
    tage: int
    is_in_frist: bool


@dataclass(frozen=True)
class Sitzungsseite:
    """Everything the meeting page shows. punkte is None while the agenda is closed to this person."""

    punkte: list[Punkt] | None
    frist: Frist | None
    darf_ganze: bool
    darf_video: bool
    darf_vorbereiten: bool
    darf_versand: bool
    zaehlt_gelesene: bool

    @property
    def blaetter_count(self) -> int:
        return sum(len(punkt.blaetter) for punkt in self.punkte or ())

    @property
    def gelesen_count(self) -> int:
        return sum(not blatt.is_neu for punkt in self.punkte or () for blatt in punkt.blaetter)


def sees_whole(sitzung: Sitzung, umfang: Umfang) -> bool:
    """Return whether the person reads the whole meeting: not a guest admitted to single items only.

    Agenda and dossier as PDF name every item, so a guest of one item gets neither.
    """
    if not has_recht(umfang, Recht.SITZUNG_SEHEN, sitzung):
        return False
    if not umfang.sieht_alles_veroeffentlichte and sitzung.pk in umfang.gast_pks(Sitzung):
        return True
    rollen = sitzung.rollen(umfang, Recht.SITZUNG_SEHEN) - {Rolle.GAST}
    return bool(rollen & RECHTE[Recht.SITZUNG_SEHEN])


def load_sitzungsseite(sitzung: Sitzung, umfang: Umfang) -> Sitzungsseite:
    """Return the meeting page of one person (three queries beyond the rights: dispatch, items, papers).

    sitzung: a meeting the person may see at least the date of.  The agenda opens with Recht.SITZUNG_SEHEN.
    """
    sieht = has_recht(umfang, Recht.SITZUNG_SEHEN, sitzung)
    return Sitzungsseite(
        punkte=load_punkte(sitzung, umfang) if sieht else None,
        frist=_frist(sitzung) if sitzung.versandt_at else None,
        darf_ganze=sieht and sees_whole(sitzung, umfang),
        darf_video=bool(sitzung.video_link) and has_recht(umfang, Recht.VIDEOLINK_SEHEN, sitzung),
        darf_vorbereiten=has_recht(umfang, Recht.SITZUNG_VORBEREITEN, sitzung),
        darf_versand=has_recht(umfang, Recht.VERSAND_SEHEN),
        zaehlt_gelesene=not has_recht(umfang, Recht.VERSAND_LEITEN),
    )


def load_punkte(sitzung: Sitzung, umfang: Umfang) -> list[Punkt]:
    """Return the items the person may read with the papers the person may open (two queries)."""
    blaetter = _blaetter(sitzung, umfang)
    zeilen = list(Traktandum.objects.visible_to(umfang).filter(sitzung=sitzung).order_by("position"))
    # the clock runs through all items, also through those a guest of one item does not see
    minuten = [(zeile.pk, zeile.minuten) for zeile in zeilen]
    if not sees_whole(sitzung, umfang):
        minuten = list(sitzung.traktanden.order_by("position").values_list("pk", "minuten"))
    beginn: dict[int, datetime] = {}
    uhr = sitzung.beginn_at
    for pk, dauer in minuten:
        beginn[pk] = uhr
        uhr += timedelta(minutes=dauer)
    return [
        Punkt(
            position=zeile.position,
            titel=zeile.titel,
            art=zeile.art,
            art_text=zeile.get_art_display(),
            kurz=zeile.zusammenfassung,
            referent=zeile.referent,
            beginn_at=beginn[zeile.pk],
            minuten=zeile.minuten,
            ausgang="" if zeile.ausgang == Traktandum.Ausgang.OFFEN else zeile.get_ausgang_display(),
            zeit=_uhrzeit(beginn[zeile.pk]),
            blaetter=blaetter.get(zeile.pk, []),
        )
        for zeile in zeilen
    ]


def _uhrzeit(moment: datetime) -> str:
    lokal = timezone.localtime(moment)
    return f"{lokal.hour}.{lokal.minute:02} Uhr"


def _blaetter(sitzung: Sitzung, umfang: Umfang) -> dict[int, list[Blatt]]:
    """Return the papers of a meeting the person may open, by pk of the item (one query)."""
    found: dict[int, list[Blatt]] = defaultdict(list)
    buero = has_recht(umfang, Recht.VERSAND_LEITEN)  # nothing is new for who puts the papers there
    for zeile in visible_fassungen(sitzung, umfang):
        unterlage, datei = zeile.unterlage, zeile.datei
        lesbar = datei.pruefung != Datei.Pruefung.DEFEKT
        found[unterlage.traktandum_id].append(
            Blatt(
                titel=unterlage.titel,
                url=f"/unterlagen/{unterlage.uuid}/" if lesbar else "",
                typ=datei.get_typ_display(),
                seiten=datei.seiten,
                groesse=datei.groesse,
                fassung=zeile.nr,
                is_neu=lesbar and not buero and not zeile.is_gelesen,  # type: ignore[attr-defined]  # annotated
                is_vertraulich=unterlage.is_vertraulich,
                fassung_pk=zeile.pk,
                datei_pk=datei.pk,
                name=datei.name,
                nach_versand=sitzung.versandt_at is not None and zeile.hochgeladen_at > sitzung.versandt_at,
            )
        )
    return found


def visible_fassungen(sitzung: Sitzung, umfang: Umfang) -> QuerySet[Fassung]:
    """Return the current versions of the papers of a meeting that the person may open, in the agenda's order.

    Each carries `is_gelesen`. Papers taken out again are left out for everybody.
    """
    offen = Unterlage.objects.visible_to(umfang).aktuell().filter(traktandum__sitzung=sitzung)
    return (
        Fassung.objects.aktuell()
        .filter(unterlage__in=offen)
        .select_related("unterlage__traktandum", "datei")
        .annotate(is_gelesen=Exists(Lesung.objects.filter(fassung=OuterRef("pk"), person=umfang.person)))
        .order_by("unterlage__traktandum__position", "unterlage__position", "unterlage_id")
    )


def list_im_dossier(sitzung: Sitzung, umfang: Umfang) -> list[Fassung]:
    """Return the current versions that stand in the dossier: the readable internal papers in PDF (one query).

    What came after the dispatch is not in it.
    """
    rows = visible_fassungen(sitzung, umfang).filter(
        unterlage__klassifizierung=Unterlage.Klassifizierung.INTERN,
        datei__typ=Datei.Typ.PDF,
        datei__pruefung=Datei.Pruefung.GEPRUEFT,
    )
    return list(rows.filter(hochgeladen_at__lte=sitzung.versandt_at) if sitzung.versandt_at else rows)


def _frist(sitzung: Sitzung) -> Frist | None:
    row = (
        Versand.objects.filter(sitzung=sitzung, art=Versand.Art.EINLADUNG)
        .values_list("created_at", "tage_vorher", "is_in_frist")
        .first()
    )
    return Frist(*row) if row else None


@dataclass(frozen=True)
class Kopfzeile:
    """The small line above the headline of a meeting: how it stands, and whether that presses."""

    text: str
    ton: str = ""


def make_kopf(sitzung: Sitzung, seite: Sitzungsseite, umfang: Umfang) -> Kopfzeile:
    """Return in words how a meeting stands for this person (no query)."""
    if sitzung.status == Sitzung.Status.ABGESAGT:
        return Kopfzeile("Diese Sitzung ist abgesagt", "dringend")
    if seite.frist is not None:
        am = f"Unterlagen versandt am {_tag(seite.frist.versandt_at)}"
        return Kopfzeile(f"{am}, Frist eingehalten" if seite.frist.is_in_frist else f"{am}, verspätet")
    if sitzung.ende_at < umfang.now:
        return Kopfzeile("Archiv")
    if seite.punkte is not None and not sitzung.is_veroeffentlicht:
        return Kopfzeile("In Vorbereitung, noch nicht veröffentlicht", "dringend")
    if sitzung.versandt_at:
        return Kopfzeile(f"Unterlagen versandt am {_tag(sitzung.versandt_at)}")
    if sitzung.versand_due_at <= umfang.now:
        return Kopfzeile("Die Unterlagen folgen")
    return Kopfzeile(f"Unterlagen am {_tag(sitzung.versand_due_at)}")


def _tag(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "j. F Y")


@dataclass(frozen=True)
class Zeile:
    """One meeting in the list: when, where and how it stands, in words."""

    titel: str
    url: str
    beginn_at: datetime
    ende_at: datetime
    ort: str
    stand: str
    stand_art: str


def make_zeile(sitzung: Sitzung, umfang: Umfang) -> Zeile:
    """Return a meeting as a row of the list (no query). Who does not prepare it does not learn how far the office is."""
    stand, art = _stand(sitzung, umfang)
    return Zeile(
        titel=sitzung.titel,
        url=f"/sitzungen/{sitzung.kennung}/",
        beginn_at=sitzung.beginn_at,
        ende_at=sitzung.ende_at,
        ort=sitzung.ort or ("digital" if sitzung.form == Sitzung.Form.DIGITAL else ""),
        stand=stand,
        stand_art=art,
    )


def _stand(sitzung: Sitzung, umfang: Umfang) -> tuple[str, str]:
    if sitzung.status == Sitzung.Status.ABGESAGT:
        return "abgesagt", "fehler"
    if sitzung.ende_at < umfang.now:
        return "Archiv", ""
    if sitzung.is_veroeffentlicht:
        return "Unterlagen bereit", "gut"
    if umfang.rollen & VORBEREITENDE:
        return sitzung.get_status_display(), "warnung"
    return f"Unterlagen am {date_format(timezone.localtime(sitzung.versand_due_at), 'j. F')}", ""


def next_sitzung(umfang: Umfang) -> Sitzung | None:
    """Return the nearest meeting still ahead that the person may know of (one query)."""
    return Sitzung.objects.visible_to(umfang).upcoming(umfang.now).first()


def list_sitzungen(umfang: Umfang, jahr: int | None) -> QuerySet[Sitzung]:
    """Return the meetings of a year (of all years without one), the latest first, with what a row shows."""
    rows = Sitzung.objects.visible_to(umfang)
    if jahr is not None:
        rows = rows.filter(jahr=jahr)
    return rows.only(
        "kennung",
        "jahr",
        "art",
        "nr",
        "beginn_at",
        "ende_at",
        "ort",
        "form",
        "status",
        "versand_due_at",
        "versandt_at",
        "terminankuendigung_at",
    ).order_by("-beginn_at", "-pk")


def list_jahre(umfang: Umfang) -> list[tuple[int, int]]:
    """Return (year, number of meetings the person may know of), the latest year first (one query)."""
    rows = Sitzung.objects.visible_to(umfang).order_by("-jahr").values("jahr")
    return [(row["jahr"], row["zahl"]) for row in rows.annotate(zahl=Count("pk", distinct=True))]


@dataclass(frozen=True)
class Neuigkeit:
    """A paper this person has not opened yet."""

    titel: str
    url: str
    traktandum: str
    sitzung: str
    seit_at: datetime


@dataclass(frozen=True)
class Lesestand:
    """How far a person is with the papers of the meetings ahead: how many there are, how many opened, the unread ones."""

    gesamt: int
    gelesen: int
    ungelesen: list[Neuigkeit]
    naechste_url: str = ""


def load_lesestand(umfang: Umfang, *, hoechstens: int = 6) -> Lesestand | None:
    """Return what is unread of the published meetings ahead, running or just past (one query); None without any paper.

    Only papers the person may open count, so no number tells of a confidential one.
    """
    frisch = (
        Unterlage.objects.visible_to(umfang)
        .aktuell()
        .filter(
            traktandum__sitzung__status__in=Sitzung.VEROEFFENTLICHT,
            traktandum__sitzung__ende_at__gte=umfang.now,
        )
    )
    zeilen = list(
        Fassung.objects.aktuell()
        .filter(unterlage__in=frisch, datei__pruefung=Datei.Pruefung.GEPRUEFT)
        .annotate(is_gelesen=Exists(Lesung.objects.filter(fassung=OuterRef("pk"), person=umfang.person)))
        .order_by("unterlage__traktandum__sitzung__beginn_at", "unterlage__traktandum__position", "unterlage__position")
        .values_list(
            "unterlage__titel",
            "unterlage__uuid",
            "unterlage__traktandum__position",
            "unterlage__traktandum__titel",
            "unterlage__traktandum__sitzung__kennung",
            "unterlage__traktandum__sitzung__versandt_at",
            "hochgeladen_at",
            "is_gelesen",
        )
    )
    if not zeilen:
        return None
    ungelesen = [
        Neuigkeit(
            titel=titel,
            url=f"/unterlagen/{uuid}/",
            traktandum=f"Traktandum {position}",
            sitzung=kennung,
            seit_at=max(versandt_at or hochgeladen_at, hochgeladen_at),
        )
        for titel, uuid, position, _, kennung, versandt_at, hochgeladen_at, gelesen in zeilen
        if not gelesen
    ]
    return Lesestand(
        gesamt=len(zeilen),
        gelesen=len(zeilen) - len(ungelesen),
        ungelesen=ungelesen[:hoechstens],
        naechste_url=ungelesen[0].url if ungelesen else "",
    )


def latest_past(umfang: Umfang, *, hoechstens: int = 3) -> list[Sitzung]:
    """Return the last published meetings that are over (one query)."""
    return list(Sitzung.objects.visible_to(umfang).veroeffentlicht().past(umfang.now)[:hoechstens])


def list_kalender(umfang: Umfang) -> list[Sitzung]:
    """Return the meetings for a calendar subscription: all ahead and those of the last year, cancelled ones included."""
    return list(
        Sitzung.objects.visible_to(umfang).filter(ende_at__gte=umfang.now - timedelta(days=400)).order_by("beginn_at")
    )
