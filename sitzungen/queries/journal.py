"""What the journal page says of the deeds of this app (settings.JOURNAL_SAETZE, JOURNAL_NAMEN)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sitzungen.models import Sitzung, Traktandenwunsch, Traktandum, Unterlage, Versand, Zustellung

SAETZE = {
    "anwesenheit.beendet": "hat {person} abgemeldet ({sitz})",
    "anwesenheit.begonnen": "hat {person} angemeldet ({sitz})",
    "anwesenheit.berichtigt": "hat die Anwesenheit von {person} berichtigt ({grund})",
    "anwesenheit.entfernt": "hat eine Anwesenheit von {person} entfernt ({grund})",
    "anwesenheit.gewechselt": "hat den Sitz {sitz} von {bisher} an {person} übergeben",
    "diskussion.festgehalten": "hat festgehalten, dass {person} die Diskussion zum Traktandum «{objekt}» verlangt",
    "diskussion.gestrichen": "hat festgehalten, dass ein Sitz die Diskussion zum Traktandum «{objekt}» nicht mehr verlangt",
    "diskussion.verlangt": "verlangt die Diskussion zum Traktandum «{objekt}»",
    "diskussion.zurueckgezogen": "verlangt die Diskussion zum Traktandum «{objekt}» nicht mehr",
    "aenderung.verworfen": "hat eine vorgemerkte Änderung an der Sitzung {objekt} verworfen",
    "aenderung.vorgemerkt": "hat eine Änderung an der Sitzung {objekt} für den Nachversand vorgemerkt",
    "antwort.entschuldigt": "hat {sitz} für die Sitzung {objekt} entschuldigt",
    "antwort.erinnert": "hat an die Antwort für die Sitzung {objekt} erinnert (Mails: {mails})",
    "antwort.erloschen": "hat die Antwort für {sitz} an der Sitzung {objekt} zurückgelegt, weil der Sitz neu besetzt ist",
    "antwort.links_erstellt": "hat für die Sitzung {objekt} die Links zur Antwort ausgestellt",
    "antwort.vertreten": "hat für {sitz} an der Sitzung {objekt} eine Stellvertretung angegeben",
    "antwort.zugesagt": "hat für {sitz} an der Sitzung {objekt} zugesagt",
    "ausstand.erklaert": "hat den Ausstand erklärt ({sitz}, {traktandum})",
    "ausstand.zurueckgezogen": "hat den Ausstand zurückgezogen ({sitz}, {traktandum})",
    "gast.anwesend": "hat {person} als Gast angemeldet",
    "gast.ausgeladen": "hat {person} als Gast ausgeladen ({objekt})",
    "gast.gegangen": "hat {person} als Gast abgemeldet",
    "gast.zugelassen": "hat {person} als Gast zugelassen ({objekt})",
    "kalenderabo.beendet": "hat das eigene Kalenderabo beendet",
    "kalenderabo.begonnen": "hat ein Kalenderabo begonnen",
    "sitzungstag.link": "hat den Sitzen den Link zur Sitzung {objekt} gesandt (Mails: {mails})",
    "saal.geoeffnet": "hat die Selbstanmeldung geöffnet",
    "saal.geschlossen": "hat die Selbstanmeldung geschlossen",
    "sendung.adresse": "hat die Adresse von {person} für einen Brief berichtigt",
    "sitzung.abgesagt": "hat die Sitzung {objekt} abgesagt",
    "sitzung.erstellt": "hat die Sitzung {objekt} angelegt",
    "sitzung.bestaetigt": "hat die nachgeführte Sitzung {objekt} bestätigt",
    "sitzung.eroeffnet": "hat die Sitzung {objekt} eröffnet",
    "sitzung.freigabe_zurueckgenommen": "hat die Freigabe der Sitzung {objekt} zurückgenommen",
    "sitzung.freigegeben": "hat die Sitzung {objekt} freigegeben",
    "sitzung.geschlossen": "hat die Sitzung {objekt} geschlossen",
    "sitzung.leitung": "hat festgehalten, wer die Sitzung {objekt} leitet",
    "sitzung.mitteilung_geaendert": "hat die Mitteilung zur Sitzung {objekt} geändert",
    "sitzung.nachgefuehrt": "hat die Sitzung {objekt} nachgeführt",
    "sitzung.termin_angekuendigt": "hat den Termin der Sitzung {objekt} angekündigt",
    "sitzung.termin_geaendert": "hat den Termin der Sitzung {objekt} geändert",
    "sitzung.vorgelegt": "hat die Sitzung {objekt} zur Freigabe vorgelegt",
    "thema.aufgenommen": "hat ein Thema aufgenommen",
    "traktandum.aufgerufen": "hat das Traktandum «{objekt}» aufgerufen",
    "traktandum.ausgang": "hat das Ergebnis zum Traktandum «{objekt}» festgehalten",
    "traktandum.entfernt": "hat ein Traktandum entfernt",
    "traktandum.erstellt": "hat das Traktandum «{objekt}» aufgenommen",
    "traktandum.geaendert": "hat das Traktandum «{objekt}» geändert",
    "traktandum.nachtraktandiert": "hat das Traktandum «{objekt}» in der Sitzung aufgenommen",
    "traktandum.uebernommen": "hat das Traktandum «{objekt}» übernommen",
    "traktandum.verschoben": "hat das Traktandum «{objekt}» verschoben",
    "traktandum.zum_entscheid": "hat das Traktandum «{objekt}» zum Entscheid gemacht",
    "traktandum.zur_information": "hat das Traktandum «{objekt}» wieder zur Information gemacht",
    "traktandum.zurueckgezogen": "hat das Traktandum «{objekt}» nach dem Versand zurückgezogen",
    "unterlage.entfernt": "hat eine Unterlage entfernt",
    "unterlage.ersetzt": "hat die Unterlage «{objekt}» durch eine neue Fassung ersetzt",
    "unterlage.geaendert": "hat die Angaben zur Unterlage «{objekt}» geändert",
    "unterlage.geloescht": "hat eine Unterlage gelöscht",
    "unterlage.geoeffnet": "hat die Unterlage «{objekt}» geöffnet",
    "unterlage.hinzugefuegt": "hat die Unterlage «{objekt}» hinzugefügt",
    "unterlage.verschoben": "hat die Unterlage «{objekt}» verschoben",
    "unterlage.zurueckgezogen": "hat die Unterlage «{objekt}» nach dem Versand zurückgezogen",
    "unterlage.zurueckgelegt": "hat eine entfernte Unterlage zurückgelegt",
    "versand.abgeschlossen": "hat den Versand {objekt} abgeschlossen",
    "versand.absage": "hat die Absage {objekt} versandt",
    "versand.angehalten": "hat den Versand {objekt} angehalten",
    "versand.einladung": "hat die Einladung {objekt} versandt und die Unterlagen veröffentlicht",
    "versand.ergaenzt": "hat den Versand {objekt} um Personen ergänzt",
    "versand.fortgesetzt": "hat den Versand {objekt} fortgesetzt",
    "versand.gemahnt": "hat an die Freigabe der Sitzung {objekt} erinnert",
    "versand.hindernis": "konnte die Unterlagen der Sitzung {objekt} noch nicht versenden",
    "versand.nachversand": "hat den Nachversand {objekt} versandt",
    "versand.probe": "hat sich einen Probeversand der Sitzung {objekt} gesandt",
    "versand.verschiebung": "hat die Verschiebung {objekt} versandt",
    "versand.vorgezogen": "hat den Versand der Sitzung {objekt} vorgezogen",
    "vertretung.abgelehnt": "hat die Stellvertretung für {sitz} an der Sitzung {objekt} abgelehnt",
    "vertretung.angenommen": "hat die Stellvertretung für {sitz} an der Sitzung {objekt} angenommen",
    "vertretung.benannt": "hat {person} als Stellvertretung für {sitz} an der Sitzung {objekt} benannt",
    "vertretung.zurueckgezogen": "hat die Stellvertretung durch {person} für {sitz} an der Sitzung {objekt} zurückgezogen",
    "vormerkung.verworfen": "hat eine Vormerkung verworfen ({person}, {sitz})",
    "vormerkung.wechsel": "hat vorgemerkt, dass {person} nach der Abstimmung übernimmt ({sitz})",
    "vormerkung.weg": "hat vorgemerkt, dass {person} während der Abstimmung geht ({sitz})",
    "wunsch.eingereicht": "hat den Traktandenwunsch «{objekt}» eingereicht",
}


def names(uuids: Collection[str]) -> dict[str, str]:
    """Return what objects of this app are called, by uuid (six queries)."""
    gefunden: dict[str, str] = {}
    modelle: tuple[tuple[Any, str], ...] = (
        (Sitzung.objects.all(), "nummer"),
        (Traktandum.objects.all(), "titel"),
        (Traktandenwunsch.objects.all(), "titel"),
        (Unterlage.objects.all(), "titel"),
    )
    for rows, feld in modelle:
        gefunden |= {str(uuid): name for uuid, name in _named(rows.filter(uuid__in=uuids), feld)}
    for versand in Versand.objects.filter(uuid__in=uuids).select_related("sitzung"):
        gefunden[str(versand.uuid)] = versand.sitzung.nummer
    for zustellung in Zustellung.objects.filter(uuid__in=uuids).select_related("person"):
        gefunden[str(zustellung.uuid)] = zustellung.person.name
    return gefunden


def _named(rows: Any, feld: str) -> list[tuple[object, str]]:
    return [(row.uuid, getattr(row, feld)) for row in rows]
