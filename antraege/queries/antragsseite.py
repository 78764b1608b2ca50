"""The page of one motion as its reader may see it: what it says, how far it has come, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from antraege.models import Abstimmung, Antrag, Antragsbeilage, Antragsfassung, Bericht, Vorstandsentscheid
from antraege.rules import verlauf, zahlen_satz
from antraege.rules.antrag import check_fassen, check_zurueckziehen
from antraege.rules.naechstes import Knopf, Schrittlage, naechster_knopf, naechster_schritt
from antraege.rules.vorstand import is_ueberfaellig, seit_satz, zurueck_moeglich
from antraege.zeitstrahl import Zeitstrahl, draw_zeitstrahl
from konferenz.einstellungen import wert
from konferenz.rules import Mehrheit
from mitglieder.permissions import VORBEREITENDE, Recht, Rolle, Umfang, has_recht
from sitzungen.models import Traktandum

from .agenda import read_papierstand
from .bericht import Berichtsteil, load_berichtsteil
from .entwurf import list_beilagen, may_revise
from .liste import WORTE, read_art
from .pult import Pultabstimmung, make_zeilen
from .vorstand import ERINNERUNG, Vorstandszeile, load_beim_vorstand


@dataclass(frozen=True)
class Akte:
    """A motion with what belongs to it, as far as one reader may know: the same for words, drawing and buttons.

    status: as he sees it.  fassungen: newest first; outside the conference only the one the board received.
    alle: every vote, seen or not: whether the wording still changes hangs on them.  punkte: the items he may see, by pk.
    """

    antrag: Antrag
    umfang: Umfang
    is_intern: bool
    status: str
    fassungen: tuple[Antragsfassung, ...]
    alle: tuple[Abstimmung, ...]
    votes: tuple[Abstimmung, ...]
    berichte: tuple[Bericht, ...]
    punkte: dict[int, Traktandum]

    @property
    def heute(self) -> date:
        return timezone.localdate(self.umfang.now)

    @property
    def punkt(self) -> Traktandum | None:
        return self.punkte.get(self.antrag.traktandum_id or 0)

    @property
    def bericht(self) -> Bericht | None:
        return self.berichte[-1] if self.berichte else None

    @property
    def seit(self) -> datetime | None:
        """Since when the board has it and has not answered."""
        return self.bericht.ueberwiesen_at if self.bericht and self.status == Antrag.Status.UEBERWIESEN else None

    def entscheid_of(self, bericht: Bericht) -> Vorstandsentscheid | None:
        """The decision on a report: once told, or where the reader records it."""
        entscheid: Vorstandsentscheid | None = getattr(bericht, "entscheid", None)
        if entscheid is None or entscheid.is_mitgeteilt or has_recht(self.umfang, Recht.ENTSCHEID_ERFASSEN):
            return entscheid
        return None

    @property
    def entscheide(self) -> tuple[Vorstandsentscheid, ...]:
        return tuple(e for bericht in self.berichte if (e := self.entscheid_of(bericht)) is not None)


@dataclass(frozen=True)
class Antragsseite:
    """The page of one motion for one reader. fassung: the wording that holds, or the one the board received.

    punkt: the item it stands on, if he may know.  papierstand: queries.agenda.read_papierstand, for who sends papers.
    entscheid: the latest one he may know.  wartet: «seit 63 Tagen».  knopf: of the next step, if it is his.
    darf: what he may do now, by name.
    """

    is_intern: bool
    status: str
    wort: str
    art: str
    fassung: Antragsfassung | None
    fassungen: tuple[Antragsfassung, ...]
    beilagen: tuple[Antragsbeilage, ...]
    punkt: Traktandum | None
    papierstand: str
    abstimmungen: tuple[Pultabstimmung, ...]
    bericht: Bericht | None
    entscheid: Vorstandsentscheid | None
    berichtsteil: Berichtsteil
    vorstand: tuple[Vorstandszeile, ...]
    ereignisse: tuple[verlauf.Ereignis, ...]
    zeitstrahl: Zeitstrahl | None
    naechstes: str
    knopf: Knopf | None
    wartet: str
    is_ueberfaellig: bool
    darf: dict[str, bool]

    @property
    def zahlen(self) -> str:
        """The numbers of the last vote where the state is its outcome; else empty."""
        ergebnisse = [zeile.ergebnis for zeile in self.abstimmungen if zeile.ergebnis]
        return ergebnisse[-1].zahlen_satz if ergebnisse and self.status in Antrag.ENTSCHIEDEN else ""


def load_antragsseite(antrag: Antrag, umfang: Umfang) -> Antragsseite:
    """Return the page of one motion (constant queries). antrag: loaded with_seite()."""
    akte = load_akte(antrag, umfang)
    ereignisse = verlauf.list_ereignisse(make_lauf(akte), akte.heute)
    seit = timezone.localdate(akte.seit) if akte.seit else None
    spaet = seit is not None and is_ueberfaellig(seit, akte.heute, tage=int(wert(ERINNERUNG)))
    wartet = seit_satz(seit, akte.heute) if seit else ""
    entscheid = akte.entscheide[-1] if akte.entscheide else None
    lage, darf = _make_schrittlage(akte, is_spaet=spaet), _make_darf(akte)
    return Antragsseite(
        is_intern=akte.is_intern,
        status=akte.status,
        wort=WORTE.get(akte.status, "Entwurf"),
        art=read_art(akte.status, entscheid, is_spaet=spaet),
        fassung=akte.fassungen[0] if akte.fassungen else None,
        fassungen=akte.fassungen if akte.is_intern else (),
        beilagen=tuple(list_beilagen(antrag)) if akte.is_intern else (),
        punkt=akte.punkt,
        papierstand=read_papierstand(antrag) if has_recht(umfang, Recht.VERSAND_LEITEN, antrag) else "",
        abstimmungen=tuple(make_zeilen(akte.votes, akte.votes[-1].sitzung, umfang)) if akte.votes else (),
        bericht=akte.bericht,
        entscheid=entscheid,
        berichtsteil=load_berichtsteil(antrag, umfang),
        vorstand=load_beim_vorstand(antrag, umfang),
        ereignisse=ereignisse,
        zeitstrahl=draw_zeitstrahl(ereignisse),
        naechstes=naechster_schritt(lage),
        knopf=naechster_knopf(lage, darf),
        wartet=wartet,
        is_ueberfaellig=spaet,
        darf=darf,
    )


def load_akte(antrag: Antrag, umfang: Umfang) -> Akte:
    """Return a motion with its versions, votes, reports and items as far as a person may know of them (four queries)."""
    intern = antrag.is_intern(umfang)
    alle = tuple(
        Abstimmung.objects.filter(antragsfassung__antrag=antrag)
        .select_related(
            "sitzung__leitung",
            "traktandum__sitzung__leitung",
            "antragsfassung__antrag",
            "vorgaenger",
            "bericht__datei",
            "bericht__entscheid",
        )
        .order_by("created_at", "pk")
    )
    berichte = tuple(sorted(_sichtbare_berichte(alle, umfang), key=lambda b: b.created_at))
    if intern:
        meine = Abstimmung.objects.visible_to(umfang).filter(antragsfassung__antrag=antrag)
        sichtbar = set(meine.values_list("pk", flat=True))
        fassungen = tuple(antrag.fassungen.select_related("von").order_by("-nr"))
        punkte = _load_punkte(antrag, berichte, umfang)
    else:
        sichtbar = {bericht.abstimmung_id for bericht in berichte}
        fassungen = tuple(v.antragsfassung for v in reversed(alle) if v.pk in sichtbar and v.antragsfassung)[:1]
        punkte = {}
    sieht_traktandum = antrag.traktandum_id in punkte
    return Akte(
        antrag=antrag,
        umfang=umfang,
        is_intern=intern,
        status=verlauf.shown_status(antrag.status, sieht_traktandum=sieht_traktandum),
        fassungen=fassungen,
        alle=alle,
        votes=tuple(vote for vote in alle if vote.pk in sichtbar),
        berichte=berichte,
        punkte=punkte,
    )


def _sichtbare_berichte(alle: tuple[Abstimmung, ...], umfang: Umfang) -> list[Bericht]:
    gefunden = []
    for vote in alle:
        bericht: Bericht | None = getattr(vote, "bericht", None)
        if bericht is not None:
            bericht.abstimmung = vote  # its rights ask the item that was voted on
            if has_recht(umfang, Recht.BERICHT_SEHEN, bericht):
                gefunden.append(bericht)
    return gefunden


def _load_punkte(antrag: Antrag, berichte: tuple[Bericht, ...], umfang: Umfang) -> dict[int, Traktandum]:
    pks = {antrag.traktandum_id, *(_rueckmeldung_pk(bericht) for bericht in berichte)} - {None}
    return Traktandum.objects.visible_to(umfang).select_related("sitzung__leitung").in_bulk(pks)


def _rueckmeldung_pk(bericht: Bericht) -> int | None:
    entscheid: Vorstandsentscheid | None = getattr(bericht, "entscheid", None)
    return entscheid.rueckmeldung_id if entscheid else None


# --- Its way ----------------------------------------------------------------------------------------


def make_lauf(akte: Akte) -> verlauf.Lauf:
    """Return a motion's way as its reader may know it (no query)."""
    antrag, intern = akte.antrag, akte.is_intern
    aufgenommen = _aufgenommen(akte) if intern else {}
    spaetere = tuple((f.nr, f.created_at) for f in reversed(akte.fassungen) if f.nr > 1 and f.nr not in aufgenommen)
    return verlauf.Lauf(
        status=akte.status,
        nummer=antrag.nummer,
        geschrieben_at=antrag.created_at if intern else None,
        eingereicht_at=antrag.eingereicht_at,
        fassungen=spaetere if intern else (),
        aufgenommen=tuple(aufgenommen.items()),
        traktandiert_at=antrag.traktandiert_at,
        termin=_termin(akte.punkt),
        voten=tuple(_votum(vote) for vote in akte.votes if vote.is_geschlossen),
        berichte=tuple(
            verlauf.Berichtsstand(b.status, b.art == Bericht.Art.INFORMATION, b.freigegeben_at, b.ueberwiesen_at)
            for b in akte.berichte
        ),
        entscheide=tuple(
            verlauf.Entscheidstand(
                e.get_ergebnis_display(),
                e.beschlossen_on,
                e.mitgeteilt_at,
                _termin(akte.punkte.get(e.rueckmeldung_id or 0)),
            )
            for e in akte.entscheide
        ),
        zurueckgezogen_at=antrag.zurueckgezogen_at if intern else None,
        grund=antrag.zurueckgezogen_grund,
        bereitet_vor=bool(akte.umfang.rollen & VORBEREITENDE),
    )


def _aufgenommen(akte: Akte) -> dict[int, datetime]:
    """Return number and time of the versions with which the conference took up what the board had sent back."""
    gefunden = {}
    for entscheid in akte.entscheide:
        mitgeteilt = entscheid.mitgeteilt_at
        if mitgeteilt and entscheid.ergebnis == Vorstandsentscheid.Ergebnis.ZURUECKGEWIESEN:
            danach = [fassung for fassung in akte.fassungen if fassung.created_at > mitgeteilt]
            if danach:
                gefunden[danach[-1].nr] = danach[-1].created_at
    return gefunden


def _termin(punkt: Traktandum | None) -> verlauf.Termin | None:
    if punkt is None:
        return None
    return verlauf.Termin(f"{punkt.sitzung.titel}, Traktandum {punkt.position}", punkt.sitzung.beginn_at)


def _votum(vote: Abstimmung) -> verlauf.Votum:
    zahlen = vote.auszaehlung
    if zahlen is None or vote.geschlossen_at is None:
        raise ValueError("Ein Votum hat nur eine geschlossene Abstimmung.")
    satz = zahlen_satz(Mehrheit(vote.mehrheit), zahlen)
    return verlauf.Votum(vote.geschlossen_at, bool(vote.angenommen), zahlen.ja, vote.noetig or 0, satz)


# --- Whose turn it is ---------------------------------------------------------------------------------


def _make_schrittlage(akte: Akte, *, is_spaet: bool) -> Schrittlage:
    rollen = akte.umfang.rollen
    letzter = akte.entscheide[-1] if akte.entscheide else None
    stati = {vote.status for vote in akte.votes}
    termin = _termin(akte.punkt)
    offene = [bericht.status for bericht in akte.berichte if not bericht.is_ueberwiesen]
    return Schrittlage(
        status=akte.status,
        is_autor=_is_autor(akte),
        is_buero=Rolle.GESCHAEFTSSTELLE in rollen,
        is_vorsitz=Rolle.VORSITZ in rollen,
        is_sekretariat=Rolle.VORSTANDSSEKRETARIAT in rollen,
        is_aussen=not akte.is_intern,
        is_ueberfaellig=is_spaet,
        termin=termin.name if termin else "",
        abstimmung=next((s for s in ("offen", "vorbereitet") if s in stati), ""),
        bericht=offene[-1] if offene else "",
        entscheid=letzter.status if letzter else "",
        ergebnis=letzter.ergebnis if letzter and letzter.is_mitgeteilt else "",
        has_rueckmeldung=bool(letzter and letzter.rueckmeldung_id in akte.punkte),
    )


def _is_autor(akte: Akte) -> bool:
    """Return whether the reader wrote the motion and still acts for its seat."""
    ist = akte.umfang.person is not None and akte.antrag.eingereicht_von_id == akte.umfang.person.pk
    return ist and has_recht(akte.umfang, Recht.ANTRAG_SCHREIBEN, akte.antrag)


def _make_darf(akte: Akte) -> dict[str, bool]:
    """Return what the reader may do with the motion now: his right, and that it is lawful at this moment."""
    antrag, umfang = akte.antrag, akte.umfang
    offen = any(vote.is_offen for vote in akte.alle)
    # a vote that closes decides: what waits again was taken up anew, whatever votes it had before
    unentschieden = antrag.status in {Antrag.Status.EINGEREICHT, Antrag.Status.TRAKTANDIERT}
    abgestimmt = not unentschieden and any(vote.is_geschlossen for vote in akte.alle)
    letzter = akte.entscheide[-1] if akte.entscheide else None
    told = letzter is not None and letzter.is_mitgeteilt
    traktandiert = has_recht(umfang, Recht.ANTRAG_TRAKTANDIEREN, antrag)
    schreibt = has_recht(umfang, Recht.ANTRAG_SCHREIBEN, antrag)
    leitet = antrag.traktandum is not None and has_recht(umfang, Recht.ABSTIMMUNG_LEITEN, antrag)
    offene = [bericht for bericht in akte.berichte if not bericht.is_ueberwiesen]
    return {
        "fassen": may_revise(antrag, umfang) and not check_fassen(status=antrag.status, begonnen=offen or abgestimmt),
        "zurueckziehen": has_recht(umfang, Recht.ANTRAG_ZURUECKZIEHEN, antrag)
        and not check_zurueckziehen(status=antrag.status, offen=offen, abgestimmt=abgestimmt),
        "beilagen": schreibt and antrag.status == Antrag.Status.EINGEREICHT,
        "traktandieren": traktandiert and antrag.status == Antrag.Status.EINGEREICHT,
        "leiten": leitet and antrag.status == Antrag.Status.TRAKTANDIERT,
        "bericht": bool(umfang.rollen & VORBEREITENDE) and antrag.status in Antrag.ENTSCHIEDEN,
        "freigeben": has_recht(umfang, Recht.BERICHT_FREIGEBEN)
        and any(b.status == Bericht.Status.ENTWURF for b in offene),
        "ueberweisen": has_recht(umfang, Recht.BERICHT_UEBERWEISEN)
        and any(b.status == Bericht.Status.FREIGEGEBEN for b in offene),
        "entscheid": akte.seit is not None and has_recht(umfang, Recht.ENTSCHEID_ERFASSEN),
        "rueckmeldung": traktandiert and told and letzter is not None and letzter.rueckmeldung_id is None,
        "aufnehmen": schreibt
        and told
        and letzter is not None
        and zurueck_moeglich(antrag_status=antrag.status, ergebnis=letzter.ergebnis),
    }
