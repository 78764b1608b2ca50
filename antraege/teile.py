"""What votes add to the pages of a meeting (settings.TRAKTANDUM_TEILE)."""

from __future__ import annotations

from antraege.queries.agenda import wartende_antraege, wartende_rueckmeldungen
from antraege.queries.ergebnis import Ergebnis, list_offene_meinungen, load_ergebnisse
from antraege.queries.nacherfassen import count_nacherfasste, is_nacherfassbar
from antraege.queries.pult import Pultabstimmung, list_abstimmungen, load_pultpunkte, make_zeilen
from konferenz.rules import Mehrheit
from konferenz.teile import Ort, Teil, Teile
from mitglieder.permissions import Recht, has_recht
from sitzungen.models import Sitzung, Traktandum
from sitzungen.rules.leitung import darf_antrag
from sitzungen.views.anfrage import Anfrage

from .views.karte import make_raum


def abstimmungen(request: Anfrage, sitzung: Sitzung, ort: str) -> Teile:
    """Return the votes of each item for the desk, the room's screen and telephones and the builder of the agenda (constant queries)."""
    if ort == Ort.LEITUNG:
        return _leitung(request, sitzung)
    if ort == Ort.SAAL:
        return _saal(request, sitzung)
    if ort == Ort.TRAKTANDEN:
        return _traktanden(request, sitzung)
    if ort == Ort.RAUM:
        return {None: [Teil("antraege/_raum.html", make_raum(request, sitzung))]}
    return {}


def _leitung(request: Anfrage, sitzung: Sitzung) -> Teile:
    if sitzung.status != Sitzung.Status.LAUFEND:
        return {}
    kontext = {
        "sitzung": sitzung,
        "traktandum": sitzung.aktuell,
        "darf_erfassen": has_recht(request.umfang, Recht.STIMMEN_ERFASSEN, sitzung),
    }
    punkte = load_pultpunkte(sitzung, request.umfang, sitzung.aktuell)
    aktuell = sitzung.aktuell_id
    return {
        pk: [Teil("antraege/_teil_leitung.html", kontext | {"punkt": punkt, "is_aktuell": pk is not None})]
        for pk, punkt in punkte.items()
        if pk == aktuell or pk is None
    }


def _saal(request: Anfrage, sitzung: Sitzung) -> Teile:
    """The open vote of the current item, else the result of its last one."""
    if sitzung.status != Sitzung.Status.LAUFEND or sitzung.aktuell_id is None:
        return {}
    votes = [a for a in list_abstimmungen(sitzung, request.umfang) if a.traktandum_id == sitzung.aktuell_id]
    zeilen = make_zeilen([a for a in votes if a.is_offen or a.is_geschlossen], sitzung, request.umfang)
    offene = [z for z in zeilen if z.abstimmung.is_offen]
    if not zeilen:
        return {}
    # of two open ones the one that decides
    zeigt = min(offene, key=lambda z: z.abstimmung.mehrheit == Mehrheit.KONSULTATIV) if offene else _letzte(zeilen)
    ergebnis = zeigt.ergebnis
    gezeigt = (ergebnis.ausgang_zeile,) if ergebnis and ergebnis.is_verbindlich else ()
    return {sitzung.aktuell_id: [Teil("antraege/_teil_saal.html", {"zeile": zeigt}, gezeigt)]}


def _letzte(zeilen: list[Pultabstimmung]) -> Pultabstimmung:
    """Return the vote closed last: one prepared with the agenda has a lower number than one held before it."""
    return max(zeilen, key=lambda z: (z.abstimmung.geschlossen_at or z.abstimmung.created_at, z.abstimmung.nr))


def _traktanden(request: Anfrage, sitzung: Sitzung) -> Teile:
    """Under each decision: its votes, and the way to prepare one."""
    je_punkt: dict[int | None, list[Pultabstimmung]] = {}
    for zeile in make_zeilen(list_abstimmungen(sitzung, request.umfang), sitzung, request.umfang):
        je_punkt.setdefault(zeile.abstimmung.traktandum_id, []).append(zeile)
    darf = has_recht(request.umfang, Recht.ABSTIMMUNG_LEITEN, sitzung) and sitzung.status not in {
        Sitzung.Status.GESCHLOSSEN,
        Sitzung.Status.ABGESAGT,
    }
    ist_draussen = sitzung.status in {Sitzung.Status.VERSANDT, Sitzung.Status.LAUFEND}
    teile: Teile = {}
    for traktandum in sitzung.traktanden.all():
        zeilen = je_punkt.get(traktandum.pk, [])
        if not zeilen and not (darf and traktandum.art == Traktandum.Art.ENTSCHEID):
            continue
        darf_aufnehmen = ist_draussen and darf_antrag(
            art=traktandum.art, angekuendigt=traktandum.angekuendigt_at is not None
        )
        kontext = {
            "sitzung": sitzung,
            "traktandum": traktandum,
            "zeilen": zeilen,
            "darf_vorbereiten": darf,
            "darf_aufnehmen": darf and darf_aufnehmen,
        }
        teile[traktandum.pk] = [Teil("antraege/_teil_traktanden.html", kontext)]
    return teile


def ergebnisse(request: Anfrage, sitzung: Sitzung, ort: str) -> Teile:
    """Return what the votes of each item came to, for the meeting's page (one query)."""
    if ort != Ort.SITZUNG:
        return {}
    gefunden = load_ergebnisse(sitzung, request.umfang)
    return {pk: [_make_ergebnisteil(liste)] for pk, liste in gefunden.items()}


def _make_ergebnisteil(liste: list[Ergebnis]) -> Teil:
    zeilen = tuple(e.ausgang_zeile for e in liste if e.is_verbindlich)
    return Teil("antraege/_ergebnisse.html", {"ergebnisse": liste, "groesse": ""}, zeilen)


def nacherfassung(request: Anfrage, sitzung: Sitzung, ort: str) -> Teile:
    """Return the office's way to the votes of a meeting held on paper (one query)."""
    if not has_recht(request.umfang, Recht.STIMMEN_ERFASSEN, sitzung):
        return {}
    is_nachgefuehrt = is_nacherfassbar(sitzung)
    if ort == Ort.NACHFUEHREN or (ort == Ort.SITZUNG and is_nachgefuehrt):
        kontext = {
            "sitzung": sitzung,
            "is_nachgefuehrt": is_nachgefuehrt,
            "fest": count_nacherfasste(sitzung) if ort == Ort.NACHFUEHREN else 0,
        }
        return {None: [Teil("antraege/_teil_nacherfassen.html", kontext)]}
    return {}


def konsultativ(request: Anfrage, sitzung: Sitzung, ort: str) -> Teile:
    """Return the opinions asked for before a meeting, and the way to ask for one (one query)."""
    voraus = {Sitzung.Status.ENTWURF, Sitzung.Status.FREIGEGEBEN, Sitzung.Status.VERSANDT}
    if ort != Ort.SITZUNG or sitzung.status not in voraus or not sitzung.is_termin_bekannt:
        return {}
    sichtbar = list_offene_meinungen(sitzung, request.umfang)
    darf_fragen = has_recht(request.umfang, Recht.ABSTIMMUNG_LEITEN, sitzung)
    if not sichtbar and not darf_fragen:
        return {}
    kontext = {"sitzung": sitzung, "offene": sichtbar, "darf_fragen": darf_fragen}
    return {None: [Teil("antraege/_teil_konsultativ.html", kontext)]}


def wartende(request: Anfrage, sitzung: Sitzung, ort: str) -> Teile:
    """Return the motions that wait for an agenda, and the board's answers, beside the agenda being prepared (two queries)."""
    if ort != Ort.TRAKTANDEN or not sitzung.is_bearbeitbar:
        return {}
    if not has_recht(request.umfang, Recht.ANTRAG_TRAKTANDIEREN):
        return {}
    antraege, antworten = list(wartende_antraege()), list(wartende_rueckmeldungen())
    if not antraege and not antworten:
        return {}
    kontext = {"sitzung": sitzung, "antraege": antraege, "antworten": antworten}
    return {None: [Teil("antraege/_teil_wartende.html", kontext)]}
