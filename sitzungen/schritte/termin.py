"""Writing a meeting's date and place, and telling the seats about it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from konferenz import einstellungen
from konferenz.models import Pflichtenheft
from konferenz.rules import versand_due_at, versand_due_at_after_release
from konferenz.schritte import enqueue_sendung, require_transaction
from mitglieder.models import Mandat, Person
from sitzungen import rules
from sitzungen.models import Sitzung, Traktandum

from .antwortlink import ensure_antwortlinks, move_antwortlinks
from .gast import MIT_MITTEILUNG, tell_termin
from .vorbereitung import SitzungGesperrt, VorbereitungError, append, frist_tage

TERMIN_FELDER = ("beginn_at", "ende_at", "form", "form_entscheid_on", "ort", "video_link")
STANDARD = (  # minutes planned
    (Traktandum.Standard.BEGRUESSUNG, 5),
    (Traktandum.Standard.PROTOKOLL, 5),
    (Traktandum.Standard.PENDENZEN, 10),
    (Traktandum.Standard.VERSCHIEDENES, 10),
)
BUILDER = "sitzungen.mails.termin.build_terminankuendigung"


def lock_jahresplan() -> None:
    """Keep others from giving out numbers at the same time: the lock on the rules' rows stands for all year plans."""
    require_transaction("lock_jahresplan")
    list(Pflichtenheft.objects.select_for_update().order_by("pk").values_list("pk", flat=True))


def check_termin(termin: rules.Termin) -> None:
    """Raise VorbereitungError for the first thing that is wrong with a date."""
    hybrid = bool(einstellungen.wert("hybrid_erlaubt"))
    for mangel in rules.check_termin(termin, hybrid_erlaubt=hybrid):
        raise VorbereitungError(mangel.satz, feld=mangel.feld)


def insert_sitzung(
    termin: rules.Termin,
    *,
    art: str,
    actor: Person,
    now: datetime,
    grund: str = "",
    einberufen_on: date | None = None,
    bemerkung: str = "",
) -> Sitzung:
    """Insert a meeting with its standing items; return it. Call lock_jahresplan() first.

    Raises VorbereitungError for a date in the past, in a wrong order, or under a Pflichtenheft without rules.
    """
    require_transaction("insert_sitzung")
    check_termin(termin)
    if termin.beginn_at <= now:
        raise VorbereitungError("Dieses Datum liegt in der Vergangenheit.", feld="datum")
    jahr = timezone.localdate(termin.beginn_at).year
    nummern = Sitzung.objects.filter(jahr=jahr, art=art).values_list("nr", flat=True)
    nr = termin.nr or rules.next_nr(nummern)
    if nr in set(nummern):
        raise VorbereitungError(f"Die Nummer {nr} ist für {jahr} bereits vergeben.")
    serie = "" if art == Sitzung.Art.ORDENTLICH else "a"
    sitzung = Sitzung.objects.create(
        kennung=f"{jahr}-{serie}{nr}",
        jahr=jahr,
        art=art,
        nr=nr,
        grund=grund,
        einberufen_on=einberufen_on,
        bemerkung=bemerkung,
        versand_due_at=versand_due_at(termin.beginn_at, frist_tage=frist_tage(termin.beginn_at)),
        created_at=now,
        **{feld: getattr(termin, feld) for feld in TERMIN_FELDER},
    )
    Traktandum.objects.bulk_create(
        Traktandum(
            sitzung=sitzung,
            position=position,
            titel=standard.label,
            art=Traktandum.Art.FORMELLES,
            standard=standard,
            minuten=minuten,
        )
        for position, (standard, minuten) in enumerate(STANDARD, start=1)
    )
    append(
        "sitzung.erstellt",
        sitzung,
        actor=actor,
        now=now,
        nummer=sitzung.nummer,
        beginn=sitzung.beginn_at,
        versand=sitzung.versand_due_at,
        durchfuehrung=sitzung.form,
    )
    return sitzung


def apply_termin(sitzung: Sitzung, termin: rules.Termin, *, actor: Person, now: datetime) -> bool:
    """Write a new date or place on a (locked) meeting before its dispatch; return whether anything changed.

    The time of the dispatch is recomputed, a released one keeps at least a quarter of an hour, and the calendar entry's
    SEQUENCE rises; guests of single items are told. Raises SitzungGesperrt after the dispatch (that is a Verschiebung), VorbereitungError for a bad date.
    """
    require_transaction("apply_termin")
    neu = {feld: getattr(termin, feld) for feld in TERMIN_FELDER}
    geaendert = [feld for feld, wert in neu.items() if getattr(sitzung, feld) != wert]
    if not geaendert:
        return False
    if not sitzung.is_bearbeitbar:
        raise SitzungGesperrt(
            f"Die {sitzung.titel} ist abgesagt."
            if sitzung.status == Sitzung.Status.ABGESAGT
            else f"Die Unterlagen der {sitzung.nr}. Sitzung sind versandt; Datum und Ort ändern Sie mit einer Verschiebung."
        )
    check_termin(termin)
    if termin.beginn_at != sitzung.beginn_at and termin.beginn_at <= now:
        raise VorbereitungError("Dieses Datum liegt in der Vergangenheit.", feld="datum")
    if timezone.localdate(termin.beginn_at).year != sitzung.jahr:
        raise VorbereitungError(f"Die Sitzung {sitzung.nummer} bleibt im Jahr {sitzung.jahr}.", feld="datum")
    vorher = sitzung.beginn_at
    for feld, wert in neu.items():
        setattr(sitzung, feld, wert)
    frist = frist_tage(sitzung.beginn_at)
    if sitzung.status == Sitzung.Status.FREIGEGEBEN:
        sitzung.versand_due_at = versand_due_at_after_release(
            sitzung.beginn_at, frist_tage=frist, freigegeben_at=now, bedenkzeit=rules.BEDENKZEIT
        )
    else:
        sitzung.versand_due_at = versand_due_at(sitzung.beginn_at, frist_tage=frist)
    sitzung.kalender_folge += 1
    sitzung.save(update_fields=[*TERMIN_FELDER, "versand_due_at", "kalender_folge"])
    move_antwortlinks(sitzung)
    if MIT_MITTEILUNG & set(geaendert):
        tell_termin(sitzung, now=now)
    append(
        "sitzung.termin_geaendert",
        sitzung,
        actor=actor,
        now=now,
        felder=geaendert,
        vorher=vorher,
        beginn=sitzung.beginn_at,
        versand=sitzung.versand_due_at,
    )
    return True


def enqueue_terminankuendigung(sitzungen: Sequence[Sitzung], *, actor: Person, now: datetime) -> int:
    """Tell the holders of all seats the dates of these (locked) meetings; return how many mails were enqueued.

    From now on the seats and Leitgremien see date and place. The key is made of the dates themselves: announcing the
    same dates twice sends nothing new. Writes the links to the answers, terminankuendigung_at, one Sendung per person, a
    journal entry.
    """
    require_transaction("enqueue_terminankuendigung")
    if not sitzungen:
        return 0
    ensure_antwortlinks(sitzungen, actor=actor, now=now)
    stand = ",".join(f"{s.uuid}:{s.kalender_folge}" for s in sorted(sitzungen, key=lambda s: s.pk))
    schluessel = hashlib.sha256(stand.encode()).hexdigest()[:24]
    erste = min(sitzungen, key=lambda s: s.beginn_at)
    betreff = (
        f"Sitzungstermine {erste.jahr} der Sozialpräsidienkonferenz"
        if len(sitzungen) > 1
        else f"Termin der Sitzung {erste.nummer} der Sozialpräsidienkonferenz"
    )
    personen = {m.person_id: m.person for m in Mandat.objects.current(timezone.localdate(now)).select_related("person")}
    anzahl = 0
    for person in personen.values():
        sendung = enqueue_sendung(
            schluessel=f"termine:{schluessel}:{person.uuid}",
            an_adresse=person.email,
            an_name=person.name,
            person=person.uuid,
            betreff=betreff,
            builder=BUILDER,
            objekt=erste.uuid,
            faellig_at=now,
            now=now,
        )
        anzahl += sendung is not None
    if anzahl:
        for sitzung in sitzungen:
            sitzung.terminankuendigung_at = now
            sitzung.save(update_fields=["terminankuendigung_at"])
            append("sitzung.termin_angekuendigt", sitzung, actor=actor, now=now, folge=sitzung.kalender_folge)
    return anzahl
