"""Deeds on motions and agendas: put on one, their paper renewed, the board's answer put on one, taken up again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.formats import date_format

from antraege.models import Antrag, Antragsfassung, Vorstandsentscheid
from antraege.pdf_antrag import papier_titel
from antraege.queries.agenda import find_vorgaenger, load_entscheid
from antraege.rules import agenda as regeln
from antraege.rules.antrag import check_laenge, check_traktandieren
from antraege.rules.vorstand import zurueck_moeglich
from antraege.schritte.agenda import add_papier, place_antrag
from antraege.schritte.antrag import AntragError, latest_fassung, lock_antrag, note, set_status, touch
from antraege.schritte.papier import renew_papier
from konferenz.dateien import GespeicherteDatei, create_datei
from mitglieder.models import Person
from sitzungen.models import Traktandum
from sitzungen.schritte.traktanden import check_traktandum, insert_traktandum
from sitzungen.schritte.vorbereitung import append, check_bearbeitbar, lock_sitzung, open_for_edit

NEU_GEFASST = "Der Antrag wurde eben neu gefasst. Bitte versuchen Sie es nochmals."


@transaction.atomic(durable=True)
def put_on_agenda(
    antrag_pk: int, sitzung_pk: int, *, fassung_pk: int, papier: GespeicherteDatei, actor: Person, now: datetime
) -> Traktandum:
    """Put a submitted motion on an agenda in preparation as an item to decide, with its papers; return the item.

    papier: the version fassung_pk as PDF, already on disk; its attachments go along as the same files. Where the motion
    left an earlier item undecided, the new one names it. Locks the meeting, then the motion. Writes item, papers, motion,
    journal; takes a release back. Raises AntragError (already on an agenda, reworded meanwhile), VorbereitungError.
    """
    sitzung = lock_sitzung(sitzung_pk)
    # not lock_antrag: a motion that waits stands on no other meeting, whose lock would come after this one
    antrag = Antrag.objects.select_for_update(of=("self",)).select_related("sitz__sozialregion").get(pk=antrag_pk)
    if satz := check_traktandieren(status=antrag.status, sitzung_bearbeitbar=sitzung.is_bearbeitbar):
        raise AntragError(satz)
    fassung = latest_fassung(antrag)
    if fassung.pk != fassung_pk:
        raise AntragError(NEU_GEFASST)
    check_traktandum(art=Traktandum.Art.ENTSCHEID, hat_thema=antrag.thema_id is not None, zusammenfassung="")
    sitzung, _ = open_for_edit(sitzung.pk, actor=actor, now=now, grund="antrag.traktandiert")
    vorgaenger = find_vorgaenger(antrag, sitzung)
    traktandum = insert_traktandum(
        sitzung,
        Traktandum(
            titel=regeln.antrag_titel(antrag.nummer, antrag.titel),
            art=Traktandum.Art.ENTSCHEID,
            thema_id=antrag.thema_id,
            zusammenfassung=regeln.antrag_zusammenfassung(antrag.sitz.bezeichnung),
            referent=antrag.sitz.bezeichnung[:120],
            vorgaenger=vorgaenger,
        ),
    )
    append("traktandum.erstellt", traktandum, actor=actor, now=now, sitzung=sitzung.uuid, antrag=antrag.uuid)
    datei = create_datei(papier, now=now)
    unterlage = add_papier(traktandum, datei, titel=papier_titel(antrag), actor=actor, now=now)
    for beilage in antrag.beilagen.filter(is_entfernt=False).select_related("datei").order_by("position", "pk"):
        add_papier(traktandum, beilage.datei, titel=beilage.titel, actor=actor, now=now)
    place_antrag(antrag, traktandum, unterlage, now=now)
    note(
        "antrag.traktandiert",
        antrag,
        actor=actor,
        now=now,
        traktandum=traktandum.uuid,
        sitzung=sitzung.uuid,
        fassung=fassung.nr,
    )
    return traktandum


@transaction.atomic(durable=True)
def renew_paper(antrag_pk: int, *, fassung_pk: int, papier: GespeicherteDatei, actor: Person, now: datetime) -> None:
    """Replace a motion's paper on an agenda in preparation by its present wording; one that is missing is added.

    Locks the meeting, the item, the motion. Writes the paper, the meeting (a release goes back), journal.
    Raises AntragError where it stands on no agenda or was reworded meanwhile, SitzungGesperrt once the papers are out.
    """
    antrag = lock_antrag(antrag_pk)
    if antrag.status != Antrag.Status.TRAKTANDIERT or antrag.traktandum is None:
        raise AntragError("Der Antrag steht auf keiner Traktandenliste.")
    check_bearbeitbar(antrag.traktandum.sitzung)
    if latest_fassung(antrag).pk != fassung_pk:
        raise AntragError(NEU_GEFASST)
    if renew_papier(antrag, papier, actor=actor, now=now):
        return
    sitzung, _ = open_for_edit(antrag.traktandum.sitzung_id, actor=actor, now=now, grund="unterlage.hinzugefuegt")
    antrag.traktandum.sitzung = sitzung
    datei = create_datei(papier, now=now)
    antrag.papier = add_papier(antrag.traktandum, datei, titel=papier_titel(antrag), actor=actor, now=now)
    antrag.save(update_fields=["papier"])


@transaction.atomic(durable=True)
def put_rueckmeldung(entscheid_pk: int, sitzung_pk: int, *, actor: Person, now: datetime) -> Traktandum:
    """Put the board's answer on an agenda in preparation as information, with report and decision as papers; return the item.

    Once each decision; an item taken off again frees it. Locks the meeting, then the decision. Writes item, papers, the
    decision's link to it, journal; takes a release back.
    Raises AntragError (not told yet, already on an agenda), VorbereitungError.
    """
    sitzung = lock_sitzung(sitzung_pk)
    rows = Vorstandsentscheid.objects.select_for_update(of=("self",)).select_related("bericht__antrag", "datei")
    entscheid = rows.get(pk=entscheid_pk)
    bericht, antrag = entscheid.bericht, entscheid.bericht.antrag
    if not entscheid.is_mitgeteilt or bericht.datei is None:
        raise AntragError("Der Entscheid des Vorstands ist noch nicht mitgeteilt.")
    if entscheid.rueckmeldung_id is not None:
        raise AntragError("Die Rückmeldung steht schon auf einer Traktandenliste.")
    zusammenfassung = regeln.rueckmeldung_zusammenfassung(
        nummer=antrag.nummer,
        titel=antrag.titel,
        ergebnis=entscheid.get_ergebnis_display(),
        am=date_format(entscheid.beschlossen_on, "j. F Y"),
        referenz=entscheid.referenz,
        text=entscheid.text,
    )
    check_traktandum(
        art=Traktandum.Art.INFORMATION, hat_thema=antrag.thema_id is not None, zusammenfassung=zusammenfassung
    )
    sitzung, _ = open_for_edit(sitzung.pk, actor=actor, now=now, grund="rueckmeldung.traktandiert")
    traktandum = insert_traktandum(
        sitzung,
        Traktandum(
            titel=regeln.rueckmeldung_titel(antrag.nummer),
            art=Traktandum.Art.INFORMATION,
            thema_id=antrag.thema_id,
            zusammenfassung=zusammenfassung,
        ),
    )
    append("traktandum.erstellt", traktandum, actor=actor, now=now, sitzung=sitzung.uuid, antrag=antrag.uuid)
    add_papier(traktandum, bericht.datei, titel=str(bericht)[:200], actor=actor, now=now)
    if entscheid.datei is not None:
        add_papier(traktandum, entscheid.datei, titel="Entscheid des VSEG-Vorstands", actor=actor, now=now)
    entscheid.rueckmeldung = traktandum
    entscheid.save(update_fields=["rueckmeldung"])
    note("rueckmeldung.traktandiert", antrag, actor=actor, now=now, traktandum=traktandum.uuid, sitzung=sitzung.uuid)
    return traktandum


@transaction.atomic(durable=True)
def reopen_antrag(pk: int, texte: Mapping[str, str], *, stand: int, actor: Person, now: datetime) -> Antragsfassung:
    """Take a motion up again that the board sent back, as a new version; return it. It waits for an agenda again.

    texte: the four texts (Antragsfassung.TEXTE).  stand: of the motion as it was read. Reports, votes and decision stay.
    Locks the item it was decided on, the motion. Writes version, motion, journal. Raises AntragVeraltet, AntragError
    with the field: not sent back, no text, too long, nothing changed.
    """
    antrag = lock_antrag(pk, stand=stand)
    entscheid = load_entscheid(antrag)
    if entscheid is None or not zurueck_moeglich(antrag_status=antrag.status, ergebnis=entscheid.ergebnis):
        raise AntragError("Neu aufgenommen wird ein Antrag, den der Vorstand zurückgewiesen hat.")
    werte = {feld: texte.get(feld, "").strip() for feld in Antragsfassung.TEXTE}
    if not werte["text"]:
        raise AntragError("Bitte schreiben Sie den Text des Antrags.", feld="text")
    for mangel in check_laenge(titel="", **werte):
        raise AntragError(mangel.satz, feld=mangel.feld)
    letzte = latest_fassung(antrag)
    if all(getattr(letzte, feld).strip() == wert for feld, wert in werte.items()):
        raise AntragError("Bitte ändern Sie den Antrag: In dieser Fassung hat ihn der Vorstand zurückgewiesen.")
    set_status(antrag, Antrag.Status.EINGEREICHT)
    antrag.traktandum, antrag.traktandiert_at, antrag.papier = None, None, None
    touch(antrag, actor=actor, now=now)
    antrag.save()
    fassung = Antragsfassung.objects.create(antrag=antrag, nr=letzte.nr + 1, **werte, von=actor, created_at=now)
    note("antrag.wieder_aufgenommen", antrag, actor=actor, now=now, fassung=fassung.nr)
    return fassung
