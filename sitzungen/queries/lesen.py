"""What the members' area reads: the meeting page, the list, what is new, the archive of papers.

Each function takes the person's Umfang and returns only what that person may see; the queries per page are constant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from konferenz.models import Datei
from konferenz.templatetags.schweiz import kurzdatum
from mitglieder.permissions import RECHTE, Recht, Rolle, Umfang, has_recht
from sitzungen.models import Aenderung, Fassung, Lesung, Sitzung, Traktandum, Unterlage, Versand
from sitzungen.rules.leitung import ergebnis_zeile

from .diskussion import KEINE_DISKUSSION, Diskussion, load_diskussionen

Zeilen = Mapping[int | None, Sequence[str]]

MAPPE_NACH_NACHVERSAND = timedelta(hours=6)
"""How long after a Nachversand the tick tries to make the dossier anew."""


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
    nachgereicht_at: datetime | None = None

    @property
    def angaben(self) -> list[str]:
        """What stands behind the title: «folgt», «neu seit 4.12.2026», «ersetzt Fassung 1», «12 Seiten»."""
        worte = ["folgt"] if not self.url else []
        if self.nachgereicht_at is not None and self.fassung == 1:
            worte.append(f"neu seit {kurzdatum(self.nachgereicht_at)}")
        elif self.nachgereicht_at is not None:
            worte.append(f"ersetzt Fassung {self.fassung - 1} seit {kurzdatum(self.nachgereicht_at)}")
        elif self.fassung > 1:
            worte.append(f"Fassung {self.fassung}")
        if self.seiten:
            worte.append("1 Seite" if self.seiten == 1 else f"{self.seiten} Seiten")
        return worte


@dataclass(frozen=True)
class Punkt:
    """One item of the agenda as a person sees it. zeit: when it begins by the running clock, «14.05 Uhr».

    ergebnis: what came of it, in words; empty while it is open, and where the results of its votes beside it say it.
    marke: what changed since the Einladung, in words («neu seit …», «bisher Traktandum 3»).  zurueckgezogene: titles of
    the papers withdrawn since.  pk: of the item, for what the apps above add to it.
    """

    position: int
    titel: str
    art: str
    art_text: str
    kurz: str
    referent: str
    beginn_at: datetime
    minuten: int
    ergebnis: str
    zeit: str
    blaetter: list[Blatt] = field(default_factory=list)
    diskussion: Diskussion = KEINE_DISKUSSION
    marke: str = ""
    is_zurueckgezogen: bool = False
    zurueckgezogene: tuple[str, ...] = ()
    pk: int | None = None


@dataclass(frozen=True)
class Frist:
    """How the Einladung kept the Versandfrist: calendar days before the meeting, as stored with the dispatch."""

    versandt_at: datetime
    tage: int
    is_in_frist: bool


@dataclass(frozen=True)
class Sitzungsseite:
    """Everything the meeting page shows. punkte is None while the agenda is closed to this person.

    bisher_at: when the meeting was to begin before it moved.
    """

    punkte: list[Punkt] | None
    frist: Frist | None
    darf_ganze: bool
    darf_video: bool
    darf_vorbereiten: bool
    darf_versand: bool
    zaehlt_gelesene: bool
    bisher_at: datetime | None = None

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


def load_sitzungsseite(sitzung: Sitzung, umfang: Umfang, *, gezeigt: Zeilen | None = None) -> Sitzungsseite:
    """Return the meeting page of one person (four queries beyond the rights: dispatch, items, papers, wishes to discuss).

    sitzung: a meeting the person may see at least the date of.  The agenda opens with Recht.SITZUNG_SEHEN.
    gezeigt: by pk of an item the lines of its outcome that the page shows beside it (konferenz.teile.list_zeilen).
    """
    sieht = has_recht(umfang, Recht.SITZUNG_SEHEN, sitzung)
    frist, bisher_at = _versande(sitzung) if sitzung.versandt_at else (None, None)
    darf_ganze = sieht and sees_whole(sitzung, umfang)
    return Sitzungsseite(
        punkte=load_punkte(sitzung, umfang, gezeigt=gezeigt) if sieht else None,
        frist=frist if darf_ganze or not sieht else None,
        bisher_at=bisher_at,
        darf_ganze=darf_ganze,
        darf_video=bool(sitzung.video_link) and has_recht(umfang, Recht.VIDEOLINK_SEHEN, sitzung),
        darf_vorbereiten=has_recht(umfang, Recht.SITZUNG_VORBEREITEN, sitzung),
        darf_versand=has_recht(umfang, Recht.VERSAND_SEHEN),
        zaehlt_gelesene=not has_recht(umfang, Recht.VERSAND_LEITEN),
    )


def load_punkte(sitzung: Sitzung, umfang: Umfang, *, gezeigt: Zeilen | None = None) -> list[Punkt]:
    """Return the items the person may read with the papers the person may open (four queries beyond the rights)."""
    blaetter = _blaetter(sitzung, umfang)
    sichtbar = Traktandum.objects.visible_to(umfang).with_diskussion().filter(sitzung=sitzung).order_by("position")
    zeilen = list(sichtbar)
    diskussionen = load_diskussionen(sitzung, zeilen, umfang)
    # the clock runs through all items, also through those a guest of one item does not see
    beginn = running_clock(sitzung, zeilen if sees_whole(sitzung, umfang) else None)
    bisher, zurueckgezogene = _aenderungen(sitzung, umfang)
    # what came of an item goes to the wide circle and the board with the approved minutes, not before
    sieht_ergebnis = has_recht(umfang, Recht.SAAL_SEHEN, sitzung)
    return [
        Punkt(
            position=zeile.position,
            titel=zeile.titel,
            art=zeile.art,
            art_text=zeile.art_text,
            kurz=zeile.zusammenfassung,
            referent=zeile.referent,
            beginn_at=beginn[zeile.pk],
            minuten=zeile.minuten,
            ergebnis=make_ergebnis(zeile, (gezeigt or {}).get(zeile.pk, ())) if sieht_ergebnis else "",
            zeit=_uhrzeit(beginn[zeile.pk]),
            blaetter=blaetter.get(zeile.pk, []),
            diskussion=diskussionen.get(zeile.pk, KEINE_DISKUSSION),
            marke=_marke(sitzung, zeile, bisher.get(zeile.pk)),
            is_zurueckgezogen=zeile.ausgang == Traktandum.Ausgang.ZURUECKGEZOGEN,
            zurueckgezogene=tuple(zurueckgezogene.get(zeile.pk, [])),
            pk=zeile.pk,
        )
        for zeile in zeilen
    ]


def make_ergebnis(zeile: Traktandum, gezeigt: Sequence[str], *, trenner: str = " – ") -> str:
    """Return what came of an item as a page says it. gezeigt: the lines of it that stand beside it as results."""
    return ergebnis_zeile(
        ausgang=zeile.ausgang,
        wort=zeile.get_ausgang_display(),
        text=zeile.ausgang_text,
        gezeigt=gezeigt,
        trenner=trenner,
    )


def running_clock(sitzung: Sitzung, zeilen: Sequence[Traktandum] | None = None) -> dict[int, datetime]:
    """Return when each item of a meeting begins as planned, by its pk. zeilen: all items in order (else one query)."""
    beginn: dict[int, datetime] = {}
    uhr = sitzung.beginn_at
    for zeile in sitzung.traktanden.order_by("position") if zeilen is None else zeilen:
        beginn[zeile.pk] = uhr
        if zeile.ausgang != Traktandum.Ausgang.ZURUECKGEZOGEN:
            uhr += timedelta(minutes=zeile.minuten)
    return beginn


def _aenderungen(sitzung: Sitzung, umfang: Umfang) -> tuple[dict[int, int], dict[int, list[str]]]:
    """Return per item the number it had in the Einladung, and the titles of its papers withdrawn since (one query)."""
    if sitzung.versandt_at is None:
        return {}, {}
    a = Aenderung.Art
    zurueck = Q(art=a.PAPIER_ZURUECK, unterlage__in=Unterlage.objects.named_to(umfang))
    rows = sitzung.aenderungen.mitgeteilt().filter(zurueck | Q(art=a.TRAKTANDUM_VERSCHOBEN)).order_by("pk")
    bisher: dict[int, int] = {}
    titel: dict[int, list[str]] = defaultdict(list)
    for art, punkt, vorher, papier_punkt, papier in rows.values_list(
        "art", "traktandum_id", "vorher", "unterlage__traktandum_id", "unterlage__titel"
    ):
        if art == a.PAPIER_ZURUECK:
            titel[papier_punkt].append(papier)
        elif vorher is not None:
            bisher.setdefault(punkt, vorher)
    return bisher, titel


def _marke(sitzung: Sitzung, zeile: Traktandum, bisher: int | None) -> str:
    """Return in words what a Nachversand changed about an item, or that it came up in the meeting."""
    seit = zeile.angekuendigt_at
    if seit is None and sitzung.status in {Sitzung.Status.LAUFEND, Sitzung.Status.GESCHLOSSEN}:
        return "in der Sitzung aufgenommen"
    if sitzung.versandt_at is not None and seit is not None and seit > sitzung.versandt_at:
        return f"neu seit {kurzdatum(seit)}"
    return f"bisher Traktandum {bisher}" if bisher and bisher != zeile.position else ""


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
                nachgereicht_at=zeile.hochgeladen_at
                if sitzung.versandt_at is not None and zeile.hochgeladen_at > sitzung.versandt_at
                else None,
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


def is_mappe_erwartet(sitzung: Sitzung, now: datetime) -> bool:
    """Return whether the dossier is being made anew after a Nachversand (one query where there is none)."""
    if sitzung.dossier_id is not None or sitzung.versandt_at is None:
        return False
    return Sitzung.objects.ohne_dossier(seit=now - MAPPE_NACH_NACHVERSAND).filter(pk=sitzung.pk).exists()


def list_im_dossier(sitzung: Sitzung, umfang: Umfang) -> list[Fassung]:
    """Return the current versions that stand in the dossier: the readable internal papers in PDF (one query).

    What a Nachversand brought is in the dossier made anew after it.
    """
    rows = visible_fassungen(sitzung, umfang).filter(
        unterlage__klassifizierung=Unterlage.Klassifizierung.INTERN,
        datei__typ=Datei.Typ.PDF,
        datei__pruefung=Datei.Pruefung.GEPRUEFT,
    )
    if sitzung.versandt_at is None or sitzung.dossier is None:
        return list(rows)
    return list(rows.filter(hochgeladen_at__lte=max(sitzung.versandt_at, sitzung.dossier.created_at)))


def _versande(sitzung: Sitzung) -> tuple[Frist | None, datetime | None]:
    """Return how the Einladung kept the Versandfrist, and when a meeting that moved was to begin (one query)."""
    frist, bisher_at = None, None
    rows = Versand.objects.filter(sitzung=sitzung, art__in=[Versand.Art.EINLADUNG, Versand.Art.VERSCHIEBUNG])
    for art, created_at, tage, is_in_frist, vorher in rows.order_by("pk").values_list(
        "art", "created_at", "tage_vorher", "is_in_frist", "manifest__vorher__beginn"
    ):
        if art == Versand.Art.EINLADUNG:
            frist = Frist(created_at, tage, is_in_frist)
        elif vorher:
            bisher_at = datetime.fromisoformat(vorher)
    return frist, bisher_at


def stand_of(sitzung: Sitzung) -> datetime | None:
    """Return when agenda and papers last went out, None where they have not (one query)."""
    return sitzung.versande.order_by("-pk").values_list("created_at", flat=True).first() or sitzung.versandt_at


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
