"""Steps of writing a motion that several deeds share: what was typed is checked, joined and stored; files are attached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Max

from antraege.models import Antrag, Antragsbeilage, Antragsfassung
from antraege.queries.entwurf import Eingabe, latest_fassung, merge_eingabe, werte_of
from antraege.rules.antrag import ABSATZ_ZEICHEN, BEILAGEN_MAX, Mangel, check_laenge
from konferenz.dateien import GespeicherteDatei, create_datei
from konferenz.schritte import require_transaction
from mitglieder.models import Person
from sitzungen.schritte.traktanden import titel_aus_name

from .antrag import AntragError, AntragVeraltet, lock_antrag, note, touch

_LEER = dict.fromkeys(("titel", "text", "ausgangslage", "erwaegungen", "finanzielles"), "")


def lock_entwurf(pk: int) -> tuple[Antrag, Antragsfassung]:
    """Return a draft and its only version, locked. Raises AntragVeraltet where it was submitted meanwhile, AntragError where it is gone."""
    antrag = lock_antrag(pk)
    if not antrag.is_entwurf:
        raise AntragVeraltet(antrag)
    return antrag, latest_fassung(antrag)


def list_zu_lang(werte: Mapping[str, str], *, im_entwurf: bool = False) -> list[Mangel]:
    """Return the fields that are too long. im_entwurf: a motion's text may be longer as long as nobody votes on it."""
    maengel = check_laenge(**(_LEER | {feld: wert for feld, wert in werte.items() if feld in _LEER}))
    if im_entwurf and len(werte.get("text", "")) <= ABSATZ_ZEICHEN:
        return [mangel for mangel in maengel if mangel.feld != "text"]
    return maengel


def write_entwurf(
    antrag: Antrag, fassung: Antragsfassung, eingabe: Eingabe, *, actor: Person, now: datetime
) -> tuple[str, ...]:
    """Store what was typed in a (locked) draft, beside what others stored meanwhile; return the fields only others changed.

    Writes motion, version, and the journal once per writer: a draft is saved while somebody types. Nothing changed,
    nothing written. Raises AntragVeraltet where both changed a field, AntragError for one that is too long.
    """
    require_transaction("write_entwurf")
    abgleich = merge_eingabe(antrag, fassung, eingabe)
    if abgleich.konflikte:
        raise AntragVeraltet(antrag)
    for mangel in list_zu_lang(abgleich.werte, im_entwurf=True):
        raise AntragError(mangel.satz, feld=mangel.feld)
    bisher = werte_of(antrag, fassung)
    if all(bisher[feld] == wert for feld, wert in abgleich.werte.items()):
        return abgleich.uebernommen
    if antrag.geaendert_von_id != actor.pk:
        note("antrag.entwurf_geschrieben", antrag, actor=actor, now=now)
    antrag.titel = abgleich.werte["titel"]
    antrag.thema_id = int(abgleich.werte["thema"]) if abgleich.werte["thema"] else None
    for feld in Antragsfassung.TEXTE:
        setattr(fassung, feld, abgleich.werte[feld])
    fassung.save(update_fields=list(Antragsfassung.TEXTE))
    touch(antrag, actor=actor, now=now)
    antrag.save()
    return abgleich.uebernommen


def insert_beilagen(
    antrag: Antrag, dateien: Sequence[GespeicherteDatei], *, actor: Person, now: datetime
) -> list[Antragsbeilage]:
    """Attach checked files to a (locked) motion, in this order; return them. The motion stays to be saved by the caller.

    Writes Datei, Antragsbeilage and the journal. Raises AntragError where there would be too many.
    """
    require_transaction("insert_beilagen")
    vorhandene = antrag.beilagen.filter(is_entfernt=False).count()
    if vorhandene + len(dateien) > BEILAGEN_MAX:
        raise AntragError(f"Ein Antrag hat höchstens {BEILAGEN_MAX} Beilagen.", feld="dateien")
    letzte = antrag.beilagen.aggregate(letzte=Max("position"))["letzte"] or 0
    neue = []
    for position, gespeichert in enumerate(dateien, start=letzte + 1):
        datei = create_datei(gespeichert, now=now)
        titel = titel_aus_name(datei.name)[:200]
        neue.append(
            Antragsbeilage.objects.create(
                antrag=antrag, datei=datei, titel=titel, position=position, von=actor, created_at=now
            )
        )
        note("antrag.beilage_hinzugefuegt", antrag, actor=actor, now=now, datei=datei.pk, sha256=datei.sha256)
    touch(antrag, actor=actor, now=now)
    return neue
