"""The journal in sentences a person can read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from konferenz.models import Journaleintrag, Sendung
from mitglieder.models import Funktion, Mandat, Person, Sitz, Zugangslink
from mitglieder.permissions import Umfang

SAETZE = {
    "person.erfasst": "hat {objekt} erfasst",
    "person.geaendert": "hat die Angaben von {objekt} geändert",
    "person.deaktiviert": "hat {objekt} deaktiviert",
    "person.aktiviert": "hat {objekt} wieder aktiviert",
    "mandat.begonnen": "hat {person} auf den Sitz {sitz} gesetzt",
    "mandat.gewaehlt": "hat den Wahlbeschluss für {person} ({sitz}) eingetragen",
    "mandat.beendet": "hat das Mandat von {person} ({sitz}) beendet",
    "stellvertretung.begonnen": "hat {person} auf die Liste der Stellvertretungen gesetzt ({sitz})",
    "stellvertretung.beendet": "hat {person} von der Liste der Stellvertretungen genommen ({sitz})",
    "mitgliedschaft.begonnen": "hat {person} ins Leitgremium {region} aufgenommen",
    "mitgliedschaft.beendet": "hat die Mitgliedschaft von {person} im Leitgremium {region} beendet",
    "funktion.begonnen": "hat {objekt} die Funktion «{funktion}» gegeben",
    "funktion.beendet": "hat die Funktion «{funktion}» von {objekt} beendet",
    "leitgremium.geaendert": "hat die Angaben zum Leitgremium {region} geändert",
    "verteiler.bestaetigt": "hat den Verteiler {region} bestätigt",
    "verteiler.gemeldet": "hat eine Berichtigung zum Verteiler {region} gemeldet",
    "verteiler.vorgeschlagen": "hat eine Änderung am Verteiler {region} vorgeschlagen",
    "verteiler.vorschlag_abgelehnt": "hat einen Vorschlag zum Verteiler {region} abgelehnt",
    "verteiler.vorschlag_angenommen": "hat einen Vorschlag zum Verteiler {region} angenommen",
    "verteiler.vorschlag_zurueckgenommen": "hat den eigenen Vorschlag zum Verteiler {region} zurückgenommen",
    "verteiler.meldung_erledigt": "hat eine Meldung zum Verteiler erledigt",
    "zugangslink.erstellt": "hat {person} einen persönlichen Link gesandt ({zweck})",
    "zugangslink.widerrufen": "hat den persönlichen Link von {person} widerrufen ({zweck})",
    "zugangslink.geoeffnet": "hat den persönlichen Link geöffnet ({zweck})",
    "einladung.angenommen": "hat die Einladung ins Portal angenommen",
    "geschaeftsstelle.erstellt": "hat {objekt} als Geschäftsstelle eingerichtet",
    "mitglieder.eingelesen": "hat eine Tabelle eingelesen ({neu} neu, {geaendert} geändert)",
    "region.geaendert": "hat die Angaben zur Region {region} geändert",
    "region.einwohnerzahl": "hat eine Einwohnerzahl der Region {region} eingetragen",
    "region.gemeinde_neu": "hat {gemeinde} der Region {region} zugeteilt",
    "region.gemeinde_beendet": "hat die Zugehörigkeit von {gemeinde} zur Region {region} beendet",
    "einstellungen.geaendert": "hat Einstellungen geändert",
    "testmail.gesandt": "hat sich eine Testmail gesandt",
    "demo.erstellt": "hat die Demo angelegt ({personen} Personen)",
}

SAETZE_DES_GRUNDES = {
    "sendung.nochmals": "hat {objekt} nochmals auf den Weg gebracht",
    "sendung.zurueckgekommen": "hat vermerkt, dass {objekt} zurückkam",
    "sendung.gesendet": "hat {objekt} dem Mailserver übergeben",
    "sendung.unklar": "hat {objekt} übergeben, ohne Antwort des Mailservers (zählt als angenommen)",
    "sendung.fehlgeschlagen": "konnte {objekt} nicht übergeben",
    "sendung.per_post": "hat vermerkt, dass {objekt} per Post ging",
}


@dataclass(frozen=True)
class Journalsatz:
    """One entry as a sentence: who, what, when, and its number in the chain."""

    seq: int
    zeit: datetime
    wer: str
    was: str
    art: str


UEBERGABE = "sendung.gesendet"
"""By the hundred when papers go out: on the page of all deeds they stand together."""


@dataclass(frozen=True)
class Uebergaben:
    """Mails handed over one after the other, without another deed between them: the newest and the oldest of them."""

    anzahl: int
    bis_seq: int
    von_seq: int
    zeit: datetime
    von_zeit: datetime


_WORTE = {("funktion", wert): name for wert, name in Funktion.Art.choices} | {
    ("zweck", wert): name for wert, name in Zugangslink.Zweck.choices
}


class _Werte(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "…"


@lru_cache
def _saetze(namen: tuple[str, ...]) -> dict[str, str]:
    alle = SAETZE | SAETZE_DES_GRUNDES
    for name in namen:
        alle |= import_string(name)
    return alle


def list_eintraege(umfang: Umfang) -> QuerySet[Journaleintrag]:
    """Return the entries a person may read, newest first."""
    rows = Journaleintrag.objects.order_by("-seq")
    for name in settings.JOURNAL_SICHT:
        rows = rows.filter(import_string(name)(umfang))
    return rows


def list_arten(eintraege: QuerySet[Journaleintrag]) -> list[str]:
    """Return the kinds of deeds among entries, by name."""
    return sorted(eintraege.order_by("art").values_list("art", flat=True).distinct())


def tell(eintraege: Iterable[Journaleintrag]) -> list[Journalsatz]:
    """Return entries as sentences, names looked up (a query per kind of thing); what is gone is «nicht mehr vorhanden»."""
    eintraege = list(eintraege)
    nutzlasten = [json.loads(eintrag.text)["nutzlast"] for eintrag in eintraege]
    gesucht = {str(e.akteur) for e in eintraege if e.akteur} | {
        str(wert) for nutzlast in nutzlasten for wert in nutzlast.values() if _is_uuid(wert)
    }
    personen = {str(p.uuid): p.name for p in Person.objects.get_queryset().filter(uuid__in=gesucht)}
    sitze = {str(s.uuid): str(s) for s in Sitz.objects.filter(uuid__in=gesucht)}
    mandate = {str(m.uuid): m.person.name for m in Mandat.objects.filter(uuid__in=gesucht).select_related("person")}
    sendungen = {
        str(uuid): f"«{betreff}» an {name or adresse}"
        for uuid, betreff, name, adresse in Sendung.objects.filter(uuid__in=gesucht).values_list(
            "uuid", "betreff", "an_name", "an_adresse"
        )
    }
    namen = personen | sitze | mandate | sendungen
    for name in settings.JOURNAL_NAMEN:
        namen |= import_string(name)(gesucht)
    saetze = _saetze(tuple(settings.JOURNAL_SAETZE))
    return [
        Journalsatz(
            eintrag.seq,
            eintrag.zeit,
            personen.get(str(eintrag.akteur), "eine gelöschte Person") if eintrag.akteur else "Das Portal",
            _was(saetze.get(eintrag.art, ""), eintrag.art, nutzlast, namen),
            eintrag.art,
        )
        for eintrag, nutzlast in zip(eintraege, nutzlasten, strict=True)
    ]


def group_uebergaben(
    saetze: Sequence[Journalsatz], *, vor: int | None, ist_ende: bool
) -> list[Journalsatz | Uebergaben]:
    """Return sentences without hand-overs, newest first, with those between them told as one line each (one query).

    vor: number of the entry just newer than these, None on the first page.  ist_ende: these are the oldest.
    """
    unten = 0 if ist_ende or not saetze else saetze[-1].seq
    rows = Journaleintrag.objects.filter(art=UEBERGABE, seq__gt=unten).order_by("-seq")
    gesammelt = list((rows.filter(seq__lt=vor) if vor is not None else rows).values_list("seq", "zeit"))
    found: list[Journalsatz | Uebergaben] = []
    stelle = 0
    for grenze in [*saetze, None]:
        strecke = stelle
        while stelle < len(gesammelt) and (grenze is None or gesammelt[stelle][0] > grenze.seq):
            stelle += 1
        if stelle > strecke:
            (bis_seq, zeit), (von_seq, von_zeit) = gesammelt[strecke], gesammelt[stelle - 1]
            found.append(Uebergaben(stelle - strecke, bis_seq, von_seq, zeit, von_zeit))
        if grenze is not None:
            found.append(grenze)
    return found


def _is_uuid(wert: object) -> bool:
    if not isinstance(wert, str) or len(wert) != 36:
        return False
    try:
        UUID(wert)
    except ValueError:
        return False
    return True


def _was(satz: str, art: str, nutzlast: dict[str, object], namen: dict[str, str]) -> str:
    if not satz:
        noun, _, verb = art.partition(".")
        return f"{noun.replace('_', ' ').capitalize()}: {verb.replace('_', ' ')}"
    werte = _Werte()
    for name, wert in nutzlast.items():
        text = namen.get(str(wert), "(nicht mehr vorhanden)") if _is_uuid(wert) else str(wert)
        werte[name] = _WORTE.get((name, text), text)
    return satz.format_map(werte)
