"""What the journal page says of the deeds of this app (settings.JOURNAL_SAETZE, JOURNAL_NAMEN)."""

from __future__ import annotations

from collections.abc import Collection

from antraege.models import Abstimmung, Antrag

SAETZE = {
    "abstimmung.abgebrochen": "hat die Abstimmung «{objekt}» abgebrochen",
    "abstimmung.entfernt": "hat die vorbereitete Abstimmung «{frage}» entfernt",
    "abstimmung.eroeffnet": "hat die Abstimmung «{objekt}» eröffnet (anwesend {anwesend})",
    "abstimmung.geaendert": "hat die vorbereitete Abstimmung «{objekt}» geändert",
    "abstimmung.geschlossen": "hat die Abstimmung «{objekt}» geschlossen: {ja} Ja, {nein} Nein, {enthaltung} Enthaltungen bei {anwesend} Anwesenden",
    "abstimmung.nacherfasst": "hat die auf Papier geführte Abstimmung «{objekt}» nacherfasst (anwesend {anwesend})",
    "abstimmung.vorbereitet": "hat die Abstimmung «{objekt}» vorbereitet",
    "antrag.eingereicht": "hat den Antrag «{objekt}» eingereicht",
    "antrag.geaendert": "hat den Antrag «{objekt}» neu gefasst (Fassung {fassung})",
    "stimme.abgegeben": "hat für {sitz} gestimmt («{objekt}»)",
    "stimme.geaendert": "hat die Stimme für {sitz} geändert («{objekt}»)",
}


def names(uuids: Collection[str]) -> dict[str, str]:
    """Return what votes and motions are called, by uuid (two queries)."""
    gefunden = {
        str(uuid): frage for uuid, frage in Abstimmung.objects.filter(uuid__in=uuids).values_list("uuid", "frage")
    }
    for antrag in Antrag.objects.filter(uuid__in=uuids):
        gefunden[str(antrag.uuid)] = str(antrag)
    return gefunden
