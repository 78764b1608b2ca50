"""Deeds on motions: submitted at the desk on an announced decision; reworded and withdrawn until the vote opens."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from antraege.models import Abstimmung, Antrag, Antragsfassung
from antraege.queries.entwurf import Eingabe, latest_fassung, merge_eingabe
from antraege.rules.antrag import TEXT_ZEICHEN, check_fassen, check_zurueckziehen
from antraege.schritte.abstimmung import AbstimmungError
from antraege.schritte.agenda import break_off_vorbereitete, lock_vorbereitete, remove_vorbereitete
from antraege.schritte.antrag import (
    AntragError,
    AntragVeraltet,
    load_stimmstand,
    lock_antrag,
    next_nummer,
    note,
    set_status,
    touch,
)
from antraege.schritte.entwurf import list_zu_lang
from antraege.schritte.papier import renew_papier
from antraege.schritte.vorbereitung import Angaben, touch_laufende, write_abstimmung
from konferenz.dateien import GespeicherteDatei
from konferenz.rules import Mehrheit
from mitglieder.models import Person, Sitz
from sitzungen.models import Traktandum
from sitzungen.rules.leitung import check_antrag
from sitzungen.schritte.leitung import lock_traktandum

FRAGE = "Wird der Antrag «{titel}» zuhanden des VSEG-Vorstands verabschiedet?"
ZURUECKGEZOGEN = "Antrag zurückgezogen"


@transaction.atomic(durable=True)
def submit_am_pult(
    traktandum_pk: int, *, titel: str, text: str, sitz_pk: int, actor: Person, now: datetime
) -> Antragsfassung:
    """Take a motion down in the meeting: submitted, numbered and on the agenda at once; return its first version.

    The same words from the same seat on the same item, still undecided, are the motion there is (pressed twice).

    sitz_pk: the seat it comes from.  Locks the meeting, the item and the year's numbers (the highest one is read under
    the meeting's lock; two meetings never run at once in one year's series, and the number is UNIQUE).
    Writes Antrag, Antragsfassung, journal. Raises AbstimmungError with the rule and what to do instead (R43).
    """
    return _submit(traktandum_pk, titel=titel, text=text, sitz_pk=sitz_pk, actor=actor, now=now)


@transaction.atomic(durable=True)
def submit_with_abstimmung(
    traktandum_pk: int, *, titel: str, text: str, sitz_pk: int, namentlich: bool, actor: Person, now: datetime
) -> Abstimmung:
    """Take a motion down in the meeting and prepare its vote in the same deed; return the vote.

    Pressed twice, it is the one there is. Locks and refusals of submit_am_pult. Writes Antrag, Antragsfassung, Abstimmung,
    journal.
    """
    fassung = _submit(traktandum_pk, titel=titel, text=text, sitz_pk=sitz_pk, actor=actor, now=now)
    antrag = fassung.antrag
    if antrag.traktandum is None:
        raise ValueError("Ein Antrag am Pult steht bei seinem Traktandum.")
    votes = fassung.abstimmungen.exclude(status=Abstimmung.Status.ABGEBROCHEN).select_related("sitzung")
    if (schon := votes.order_by("nr").first()) is not None:
        return schon
    frage = FRAGE.format(titel=antrag.titel)
    angaben = Angaben(antrag.traktandum.pk, frage, Mehrheit.ZWEIDRITTEL, fassung.pk, namentlich)
    return write_abstimmung(antrag.traktandum.sitzung, angaben, actor=actor, now=now)


@transaction.atomic(durable=True)
def revise_antrag(
    pk: int, eingabe: Eingabe, *, papier: GespeicherteDatei | None = None, actor: Person, now: datetime
) -> Antragsfassung:
    """Reword a submitted motion until its vote opens, also at the desk; return the new version (the same text writes nothing).

    eingabe: the texts (those not given stay), joined with what others stored meanwhile.  papier: the new wording as PDF
    on disk, for the agenda it stands on; then nobody may have changed the motion meanwhile. Prepared votes move to the new
    version. Locks the meeting, the item, the motion. Writes Antragsfassung, votes, motion, the paper of an open agenda,
    journal. Raises AntragVeraltet where both changed a text, AntragError with the field that is wrong.
    """
    antrag = lock_antrag(pk)
    if satz := check_fassen(status=antrag.status, begonnen=load_stimmstand(antrag).begonnen):
        raise AntragError(satz)
    letzte = latest_fassung(antrag)
    abgleich = merge_eingabe(antrag, letzte, eingabe)
    if abgleich.konflikte or (papier is not None and eingabe.stand != antrag.stand):
        raise AntragVeraltet(antrag)
    texte = {feld: abgleich.werte.get(feld, getattr(letzte, feld)) for feld in Antragsfassung.TEXTE}
    if not texte["text"]:
        raise AntragError("Bitte schreiben Sie den Text des Antrags.", feld="text")
    for mangel in list_zu_lang(texte):
        raise AntragError(mangel.satz, feld=mangel.feld)
    if all(getattr(letzte, feld) == text for feld, text in texte.items()):
        return letzte
    fassung = Antragsfassung.objects.create(antrag=antrag, nr=letzte.nr + 1, **texte, von=actor, created_at=now)
    offene = Abstimmung.objects.filter(antragsfassung__antrag=antrag, status=Abstimmung.Status.VORBEREITET)
    offene.update(antragsfassung=fassung)
    renew_papier(antrag, papier, actor=actor, now=now)
    touch(antrag, actor=actor, now=now)
    antrag.save()
    if antrag.traktandum is not None:
        touch_laufende(antrag.traktandum.sitzung)
    note("antrag.geaendert", antrag, actor=actor, now=now, fassung=fassung.nr)
    return fassung


@transaction.atomic(durable=True)
def withdraw_antrag(pk: int, *, grund: str = "", actor: Person, now: datetime) -> Antrag:
    """Withdraw a submitted motion until its vote opens; return it. The office may, on behalf: the journal says so.

    Its prepared votes go in the same deed: removed while the agenda may be edited, broken off once it is out. Its item
    stays there, where the office takes it off.
    Locks the meeting, the item, the motion (a vote opens only under the meeting's lock). Writes motion, votes, journal.
    Raises AntragError during and after the vote.
    """
    antrag = lock_antrag(pk)
    votes = load_stimmstand(antrag)
    if satz := check_zurueckziehen(status=antrag.status, offen=votes.offen, abgestimmt=votes.abgestimmt):
        raise AntragError(satz)
    if antrag.is_entwurf:
        raise AntragError("Der Antrag ist noch ein Entwurf: Verwerfen Sie ihn.")
    if antrag.traktandum is not None:
        sitzung = antrag.traktandum.sitzung
        prepared = lock_vorbereitete(sitzung, antragsfassung__antrag=antrag)
        if sitzung.is_bearbeitbar:
            remove_vorbereitete(prepared, actor=actor, now=now)
        else:
            break_off_vorbereitete(prepared, grund=ZURUECKGEZOGEN, actor=actor, now=now)
        touch_laufende(sitzung)
    set_status(antrag, Antrag.Status.ZURUECKGEZOGEN)
    antrag.zurueckgezogen_at, antrag.zurueckgezogen_grund = now, " ".join(grund.split())[:300]
    touch(antrag, actor=actor, now=now)
    antrag.save()
    if actor.pk == antrag.eingereicht_von_id:
        note("antrag.zurueckgezogen", antrag, actor=actor, now=now)
    else:
        note("antrag.zurueckgezogen_fuer", antrag, actor=actor, now=now, person=antrag.eingereicht_von.uuid)
    return antrag


def _submit(traktandum_pk: int, *, titel: str, text: str, sitz_pk: int, actor: Person, now: datetime) -> Antragsfassung:
    jahr, nr = next_nummer(now)
    sitzung, traktandum = lock_traktandum(traktandum_pk)
    if satz := check_antrag(art=traktandum.art, angekuendigt=traktandum.angekuendigt_at is not None):
        raise AbstimmungError(satz)
    auf_papier = sitzung.nacherfasst_at is not None and sitzung.bestaetigt_at is None
    if sitzung.status not in {sitzung.Status.VERSANDT, sitzung.Status.LAUFEND} and not auf_papier:
        raise AbstimmungError(f"Die Sitzung ist «{sitzung.get_status_display()}».")
    titel, text = " ".join(titel.split()), text.strip()
    if not titel:
        raise AbstimmungError("Bitte geben Sie dem Antrag einen Titel.", feld="titel")
    if not text:
        raise AbstimmungError("Bitte schreiben Sie den Text des Antrags.", feld="text")
    if len(text) > TEXT_ZEICHEN:
        raise AbstimmungError(f"Der Text ist länger als {TEXT_ZEICHEN} Zeichen.", feld="text")
    sitz = Sitz.objects.filter(pk=sitz_pk).first()
    if sitz is None:
        raise AbstimmungError("Bitte wählen Sie, von welchem Sitz der Antrag kommt.", feld="sitz")
    if schon := _find_gleichen(traktandum, titel=titel, text=text, sitz=sitz):
        return schon
    antrag = Antrag.objects.create(
        jahr=jahr,
        nr=nr,
        kennung=f"{jahr}-{nr}",
        titel=titel,
        sitz=sitz,
        eingereicht_von=actor,
        eingereicht_at=now,
        thema=traktandum.thema,
        traktandum=traktandum,
        traktandiert_at=now,
        status=Antrag.Status.TRAKTANDIERT,
        created_at=now,
    )
    fassung = Antragsfassung.objects.create(antrag=antrag, nr=1, text=text, von=actor, created_at=now)
    note("antrag.eingereicht", antrag, actor=actor, now=now, nummer=antrag.nummer, sitz=sitz.uuid)
    return fassung


def _find_gleichen(traktandum: Traktandum, *, titel: str, text: str, sitz: Sitz) -> Antragsfassung | None:
    """Return the only version of an undecided motion with these very words on a (locked) item, None without one."""
    rows = Antragsfassung.objects.select_related("antrag__traktandum__sitzung", "antrag__sitz").filter(
        antrag__traktandum=traktandum,
        antrag__status=Antrag.Status.TRAKTANDIERT,
        antrag__titel=titel,
        antrag__sitz=sitz,
        nr=1,
        text=text,
    )
    schon = rows.order_by("pk").first()
    return schon if schon is not None and latest_fassung(schon.antrag).pk == schon.pk else None
