"""What the journal page says of the deeds of this app, and to whom (settings.JOURNAL_SAETZE, JOURNAL_NAMEN, JOURNAL_SICHT)."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from antraege.models import Abstimmung, Antrag, Bericht, Vorstandsentscheid
from mitglieder.permissions import Rolle, Umfang

SAETZE = {
    "abstimmung.abgebrochen": "hat die Abstimmung «{objekt}» abgebrochen",
    "abstimmung.entfernt": "hat die vorbereitete Abstimmung «{frage}» entfernt",
    "abstimmung.eroeffnet": "hat die Abstimmung «{objekt}» eröffnet (anwesend {anwesend})",
    "abstimmung.geaendert": "hat die vorbereitete Abstimmung «{objekt}» geändert",
    "abstimmung.geschlossen": "hat die Abstimmung «{objekt}» geschlossen: {ja} Ja, {nein} Nein, {enthaltung} enthalten (anwesend {anwesend})",
    "abstimmung.nacherfasst": "hat die auf Papier geführte Abstimmung «{objekt}» nacherfasst (anwesend {anwesend})",
    "abstimmung.vorbereitet": "hat die Abstimmung «{objekt}» vorbereitet",
    "antrag.beilage_entfernt": "hat einem Antrag eine Beilage entnommen",
    "antrag.beilage_hinzugefuegt": "hat einem Antrag eine Beilage angefügt",
    "antrag.eingereicht": "hat den Antrag «{objekt}» eingereicht",
    "antrag.entwurf_erstellt": "hat den Entwurf eines Antrags begonnen ({sitz})",
    "antrag.entwurf_geschrieben": "hat am Entwurf eines Antrags weitergeschrieben",
    "antrag.entwurf_verworfen": "hat den Entwurf eines Antrags verworfen",
    "antrag.geaendert": "hat den Antrag «{objekt}» neu gefasst (Fassung {fassung})",
    "antrag.traktandiert": "hat den Antrag «{objekt}» traktandiert",
    "antrag.wieder_aufgenommen": "hat den vom Vorstand zurückgewiesenen Antrag «{objekt}» wieder aufgenommen (Fassung {fassung})",
    "antrag.zurueckgestellt": "hat den Antrag «{objekt}» von der Traktandenliste genommen: {grund}",
    "antrag.zurueckgezogen": "hat den Antrag «{objekt}» zurückgezogen",
    "antrag.zurueckgezogen_fuer": "hat den Antrag «{objekt}» im Auftrag von {person} zurückgezogen",
    "bericht.erinnert": "hat die Geschäftsstelle daran erinnert, dass der Antrag «{objekt}» noch beim Vorstand liegt",
    "bericht.erstellt": "hat den {objekt} angelegt",
    "bericht.freigabe_zurueck": "hat die Freigabe zurückgenommen: {objekt}",
    "bericht.freigegeben": "hat den {objekt} freigegeben",
    "bericht.geaendert": "hat den {objekt} geändert",
    "bericht.ueberwiesen": "hat dem VSEG-Vorstand überwiesen: {objekt} (SHA-256 {sha256})",
    "bericht.vorgelegt": "hat dem Vorsitz zur Freigabe vorgelegt: {objekt}",
    "bericht.umgestellt": "hat den {objekt} auf die wiederholte Abstimmung umgestellt",
    "entscheid.erfasst": "hat den Entscheid des Vorstands zum Antrag «{objekt}» erfasst",
    "entscheid.geaendert": "hat den erfassten Entscheid des Vorstands zum Antrag «{objekt}» geändert",
    "entscheid.mitgeteilt": "hat den Entscheid des Vorstands zum Antrag «{objekt}» mitgeteilt ({mails} Mails)",
    "entscheid.verworfen": "hat den erfassten Entscheid des Vorstands zum Antrag «{objekt}» verworfen",
    "rueckmeldung.traktandiert": "hat die Rückmeldung des Vorstands zum Antrag «{objekt}» traktandiert",
    "stimme.abgegeben": "hat für {sitz} gestimmt («{objekt}»)",
    "stimme.geaendert": "hat die Stimme für {sitz} geändert («{objekt}»)",
}


def names(uuids: Collection[str]) -> dict[str, str]:
    """Return what votes, motions and reports are called, by uuid (three queries); the words of a draft are its author's alone."""
    gefunden = {
        str(uuid): frage for uuid, frage in Abstimmung.objects.filter(uuid__in=uuids).values_list("uuid", "frage")
    }
    for antrag in Antrag.objects.filter(uuid__in=uuids):
        gefunden[str(antrag.uuid)] = str(antrag) if antrag.eingereicht_at else "Entwurf"
    for bericht in Bericht.objects.filter(uuid__in=uuids).select_related("antrag"):
        gefunden[str(bericht.uuid)] = str(bericht)
    return gefunden


_UNMITGETEILT = ("entscheid.erfasst", "entscheid.geaendert", "entscheid.verworfen")


def may_see(umfang: Umfang) -> Q:
    """Return which entries a person may read (no query).

    Of a draft only its author and the office, also once it is thrown away; that a decision of the board is recorded only who
    records it, until it is told.
    """
    if Rolle.GESCHAEFTSSTELLE in umfang.rollen:
        return Q()
    eigene = Q(akteur=umfang.person.uuid) if umfang.person is not None else Q(pk__in=[])
    vor_der_einreichung = Q(art__startswith="antrag.entwurf_") | Q(art__startswith="antrag.beilage_")
    sicht = ~vor_der_einreichung | eigene | Q(objekt__in=Antrag.objects.visible_to(umfang).values("uuid"))
    if Rolle.VORSTANDSSEKRETARIAT in umfang.rollen:
        return sicht
    status = Vorstandsentscheid.Status
    mitgeteilte = Antrag.objects.filter(berichte__entscheid__status=status.MITGETEILT)
    mitgeteilte = mitgeteilte.exclude(berichte__entscheid__status=status.ENTWURF)
    return sicht & (~Q(art__in=_UNMITGETEILT) | eigene | Q(objekt__in=mitgeteilte.values("uuid")))
