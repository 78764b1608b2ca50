"""Do table, record and journal say the same of each vote, report and decision of the board? (settings.PRUEFER)

manage.py verify_journal asks.

The journal's chain holds by itself (konferenz.journal.verify); here every closed vote is held against it. Whoever changes
a stored ballot, a record or a result past the application and its triggers cannot change the journal with it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from antraege.models import Abstimmung, Bericht, Stimmsitz, Vorstandsentscheid
from antraege.queries.abstimmung import hat_gestimmt
from antraege.rules import quittung
from antraege.schritte.entscheid import hash_inhalt
from konferenz.dateien import open_datei
from konferenz.journal import Befund, canonical, hash_of
from konferenz.models import Datei, Journaleintrag
from konferenz.rules import Auszaehlung, Mehrheit, is_angenommen, noetige_ja

ABSCHLUSS = "abstimmung.geschlossen"
UEBERWEISUNG = "bericht.ueberwiesen"
MITTEILUNG = "entscheid.mitgeteilt"


def votes() -> Befund | None:
    """Return the first vote whose ballots, record, result or journal contradict each other, or None where all agree.

    Reads each vote with its seats once (six queries for a hundred votes), in the order of the meetings. The number
    of the Befund is that of the journal's closing entry, 0 where there is none.
    """
    abschluesse: dict[str, list[Journaleintrag]] = {}
    for eintrag in Journaleintrag.objects.filter(art=ABSCHLUSS).order_by("seq"):
        abschluesse.setdefault(str(eintrag.objekt), []).append(eintrag)
    quittungen = _last_receipts()
    vorbei = Abstimmung.objects.filter(status__in=[Abstimmung.Status.GESCHLOSSEN, Abstimmung.Status.ABGEBROCHEN])
    rows = vorbei.select_related("sitzung", "antragsfassung__antrag", "vorgaenger").prefetch_related(
        "stimmsitze__sitz", "stimmsitze__stimme"
    )
    for abstimmung in rows.order_by("sitzung__beginn_at", "nr").iterator(chunk_size=100):
        eintraege = abschluesse.pop(str(abstimmung.uuid), [])
        for satz in _findings(abstimmung, eintraege, quittungen):
            return Befund(eintraege[0].seq if eintraege else 0, f"{_name(abstimmung)}: {satz}")
    for uuid, eintraege in abschluesse.items():
        # one that closed while we read stands in the table by now
        if not vorbei.filter(uuid=uuid).exists():
            return Befund(
                eintraege[0].seq,
                f"Eintrag {eintraege[0].seq} schliesst eine Abstimmung, die es geschlossen nicht gibt.",
            )
    return None


def find_widerspruch(abstimmung: Abstimmung) -> str:
    """Return what contradicts itself in one closed vote, as a sentence; empty where all agree (five queries)."""
    rows = Abstimmung.objects.select_related("sitzung", "antragsfassung__antrag", "vorgaenger")
    vote = rows.prefetch_related("stimmsitze__sitz", "stimmsitze__stimme").get(pk=abstimmung.pk)
    eintraege = list(Journaleintrag.objects.filter(art=ABSCHLUSS, objekt=vote.uuid).order_by("seq"))
    return next(_findings(vote, eintraege, _last_receipts(vote)), "")


def berichte() -> Befund | None:
    """Return the first report with the board whose stored bytes, row or journal contradict each other, None where all agree.

    Reads each PDF and what went with it once (four queries, whatever the number). The number of the Befund is that of the journal's entry.
    """
    eintraege: dict[str, list[Journaleintrag]] = {}
    for eintrag in Journaleintrag.objects.filter(art=UEBERWEISUNG).order_by("seq"):
        eintraege.setdefault(str(eintrag.objekt), []).append(eintrag)
    rows = Bericht.objects.filter(status=Bericht.Status.UEBERWIESEN).select_related("antrag", "abstimmung", "datei")
    for bericht in rows.prefetch_related("beilagen__datei").order_by("ueberwiesen_at", "pk"):
        eigene = eintraege.pop(str(bericht.uuid), [])
        if satz := _bericht_finding(bericht, eigene):
            return Befund(eigene[0].seq if eigene else 0, f"{bericht}: {satz}")
    for uuid, eigene in eintraege.items():
        # one that was handed over while we read stands in the table by now
        if not rows.filter(uuid=uuid).exists():
            return Befund(
                eigene[0].seq, f"Eintrag {eigene[0].seq} überweist einen Bericht, den es überwiesen nicht gibt."
            )
    return None


def _bericht_finding(bericht: Bericht, eintraege: list[Journaleintrag]) -> str:
    """Return what is wrong with a report the board has, the plainest first; empty: nothing."""
    if len(eintraege) != 1 or bericht.datei is None:
        return f"Das Journal enthält {len(eintraege)} Einträge über die Überweisung statt einen."
    nutzlast = json.loads(eintraege[0].text)["nutzlast"]
    if nutzlast["sha256"] != bericht.datei.sha256:
        return f"Der Eintrag {eintraege[0].seq} des Journals nennt eine andere Datei."
    gilt = (str(bericht.abstimmung.uuid), bericht.abstimmung.protokoll_sha256, bericht.art)
    if (nutzlast["abstimmung"], nutzlast["protokoll_sha256"], nutzlast["berichtsart"]) != gilt:
        return f"Der Eintrag {eintraege[0].seq} des Journals nennt eine andere Abstimmung."
    if sorted(nutzlast["beilagen"]) != sorted(beilage.datei.sha256 for beilage in bericht.beilagen.all()):
        return f"Der Eintrag {eintraege[0].seq} des Journals nennt andere Beilagen."
    if satz := _datei_finding(
        bericht.datei,
        fehlt="Das überwiesene PDF fehlt auf dem Server.",
        anders="Das gespeicherte PDF ist nicht mehr das überwiesene.",
    ):
        return satz
    saetze = (
        _datei_finding(
            beilage.datei,
            fehlt=f"Die überwiesene Beilage «{beilage.titel}» fehlt auf dem Server.",
            anders=f"Die gespeicherte Beilage «{beilage.titel}» ist nicht mehr die überwiesene.",
        )
        for beilage in bericht.beilagen.all()
    )
    return next((satz for satz in saetze if satz), "")


def entscheide() -> Befund | None:
    """Return the first decision told whose words, file or journal contradict each other, None where all agree.

    Reads each file once (two queries, whatever the number). The number of the Befund is that of the journal's entry.
    """
    eintraege: dict[str, list[Journaleintrag]] = {}
    for eintrag in Journaleintrag.objects.filter(art=MITTEILUNG).order_by("seq"):
        eintraege.setdefault(json.loads(eintrag.text)["nutzlast"]["entscheid"], []).append(eintrag)
    rows = Vorstandsentscheid.objects.filter(status=Vorstandsentscheid.Status.MITGETEILT)
    for entscheid in rows.select_related("bericht__antrag", "datei").order_by("mitgeteilt_at", "pk"):
        eigene = eintraege.pop(str(entscheid.uuid), [])
        if satz := _entscheid_finding(entscheid, eigene):
            nummer = entscheid.bericht.antrag.nummer
            return Befund(eigene[0].seq if eigene else 0, f"Entscheid zum Antrag {nummer}: {satz}")
    for uuid, eigene in eintraege.items():
        # one that was told while we read stands in the table by now
        if not rows.filter(uuid=uuid).exists():
            return Befund(eigene[0].seq, f"Eintrag {eigene[0].seq} teilt einen Entscheid mit, den es nicht gibt.")
    return None


def _entscheid_finding(entscheid: Vorstandsentscheid, eintraege: list[Journaleintrag]) -> str:
    """Return what is wrong with a decision that was told; empty: nothing."""
    if len(eintraege) != 1:
        return f"Das Journal enthält {len(eintraege)} Einträge über die Mitteilung statt einen."
    if json.loads(eintraege[0].text)["nutzlast"]["inhalt"] != hash_inhalt(entscheid):
        return f"Er lautet anders als im Eintrag {eintraege[0].seq} des Journals mitgeteilt."
    if entscheid.datei is None:
        return ""
    return _datei_finding(
        entscheid.datei,
        fehlt="Das Schreiben des Vorstands fehlt auf dem Server.",
        anders="Das gespeicherte Schreiben des Vorstands ist nicht mehr das mitgeteilte.",
    )


def _datei_finding(datei: Datei, *, fehlt: str, anders: str) -> str:
    """Return what is wrong with a stored file, in the words given; empty: nothing."""
    try:
        with open_datei(datei) as inhalt:
            sha256 = hashlib.file_digest(inhalt, "sha256").hexdigest()
    except FileNotFoundError:
        return fehlt
    return "" if sha256 == datei.sha256 else anders


def _name(abstimmung: Abstimmung) -> str:
    return f"Abstimmung {abstimmung.nr} der Sitzung {abstimmung.sitzung.nummer}"


def _last_receipts(nur: Abstimmung | None = None) -> dict[tuple[str, str], str]:
    """Return the receipt of each seat's last ballot as the journal has it, by vote and seat. nur: of one vote."""
    letzte: dict[tuple[str, str], str] = {}
    rows = Journaleintrag.objects.filter(art__startswith="stimme.", **({"objekt": nur.uuid} if nur else {}))
    for text in rows.order_by("seq").values_list("text", flat=True):
        nutzlast = json.loads(text)["nutzlast"]
        letzte[nutzlast["objekt"], nutzlast["sitz"]] = nutzlast["quittung"]
    return letzte


def _findings(
    abstimmung: Abstimmung, eintraege: list[Journaleintrag], quittungen: dict[tuple[str, str], str]
) -> Iterator[str]:
    """Yield what is wrong with a vote that is over, the plainest first."""
    sitze = sorted(abstimmung.stimmsitze.all(), key=lambda s: s.sitz.reihenfolge)
    yield from _ballots(abstimmung, sitze, quittungen)
    if not abstimmung.is_geschlossen:
        if eintraege:
            yield "Das Journal nennt einen Schluss, die Tabelle nicht."
        return
    if len(eintraege) != 1:
        yield f"Das Journal enthält {len(eintraege)} Einträge über den Schluss statt einen."
        return
    if hash_of(abstimmung.protokoll) != abstimmung.protokoll_sha256:
        yield "Das Protokoll wurde verändert: Sein Hash stimmt nicht."
        return
    nutzlast = json.loads(eintraege[0].text)["nutzlast"]
    if nutzlast["protokoll_sha256"] != abstimmung.protokoll_sha256:
        yield f"Der Eintrag {eintraege[0].seq} des Journals nennt ein anderes Protokoll."
        return
    yield from _frame(abstimmung, json.loads(abstimmung.protokoll))
    yield from _record(abstimmung, json.loads(abstimmung.protokoll), sitze)
    yield from _result(abstimmung, sitze, nutzlast)


def _ballots(abstimmung: Abstimmung, sitze: list[Stimmsitz], quittungen: dict[tuple[str, str], str]) -> Iterator[str]:
    for sitz in sitze:
        stimme = sitz.stimme if hat_gestimmt(sitz) else None
        if stimme is not None and quittung(nonce=stimme.nonce, wahl=stimme.wahl) != stimme.quittung:
            yield f"Die Stimme «{sitz.bezeichnung}» wurde verändert: Ihre Quittung stimmt nicht."
        if quittungen.get((str(abstimmung.uuid), str(sitz.sitz.uuid))) != (stimme.quittung if stimme else None):
            yield f"Die Stimme «{sitz.bezeichnung}» ist nicht die, die das Journal zuletzt nennt."


def _frame(abstimmung: Abstimmung, protokoll: dict[str, Any]) -> Iterator[str]:
    """Yield where the record and the table disagree on what was voted on, when, and what it repeats."""
    fassung = abstimmung.antragsfassung
    antrag = fassung and {
        "nummer": fassung.antrag.nummer,
        "titel": fassung.antrag.titel,
        "fassung": fassung.nr,
        "text": fassung.text,
    }
    if protokoll["antrag"] != antrag:
        yield "Der Antrag oder sein Wortlaut steht im Protokoll anders als in der Tabelle."
    tabelle = {
        "eroeffnet": abstimmung.eroeffnet_at,
        "geschlossen": abstimmung.geschlossen_at,
        "nacherfasst": abstimmung.nacherfasst_at,
        "wiederholt": abstimmung.vorgaenger.uuid if abstimmung.vorgaenger else None,
    }
    if canonical(tabelle) != canonical({name: protokoll[name] for name in tabelle}):
        yield "Zeiten oder Wiederholung stehen im Protokoll anders als in der Tabelle."


def _record(abstimmung: Abstimmung, protokoll: dict[str, Any], sitze: list[Stimmsitz]) -> Iterator[str]:
    if (protokoll["abstimmung"], protokoll["frage"]) != (str(abstimmung.uuid), abstimmung.frage):
        yield "Das Protokoll gehört zu einer anderen Abstimmung."
    # under Namensaufruf the seats are public: nobody turns that round afterwards
    if (protokoll["mehrheit"], protokoll["namensaufruf"]) != (abstimmung.mehrheit, abstimmung.is_namentlich):
        yield "Mehrheit oder Namensaufruf stehen im Protokoll anders als in der Tabelle."
    if len(sitze) != len(protokoll["stimmen"]):
        yield f"Das Protokoll nennt {len(protokoll['stimmen'])} Sitze, die Tabelle {len(sitze)}."
        return
    for sitz, zeile in zip(sitze, protokoll["stimmen"], strict=True):
        stimme = sitz.stimme if hat_gestimmt(sitz) else None
        tabelle = {
            "sitz": sitz.bezeichnung,
            "name": sitz.name,
            "als": sitz.als,
            "wahl": stimme.wahl if stimme else None,
            "nonce": stimme.nonce if stimme else None,
            "quittung": stimme.quittung if stimme else None,
            "weg": stimme.weg if stimme else None,
            "zeit": stimme.abgegeben_at if stimme else None,
        }
        if canonical(tabelle) != canonical(zeile):
            yield f"Der Sitz «{sitz.bezeichnung}» steht im Protokoll anders als in der Tabelle."


def _result(abstimmung: Abstimmung, sitze: list[Stimmsitz], nutzlast: dict[str, Any]) -> Iterator[str]:
    protokoll = json.loads(abstimmung.protokoll)
    for name in ("anwesend", "ja", "nein", "enthaltung", "angenommen"):
        if not getattr(abstimmung, name) == protokoll[name] == nutzlast[name]:
            yield f"«{name}» ist in Tabelle, Protokoll und Journal nicht dasselbe."
    wahlen = [sitz.stimme.wahl for sitz in sitze if hat_gestimmt(sitz)]
    gezaehlt = {wahl: wahlen.count(wahl) for wahl in ("ja", "nein", "enthaltung")}
    if abstimmung.anwesend != len(sitze) or any(getattr(abstimmung, wahl) != zahl for wahl, zahl in gezaehlt.items()):
        yield "Das Ergebnis stimmt nicht mit den Stimmen überein."
        return
    mehrheit = Mehrheit(abstimmung.mehrheit)
    if abstimmung.angenommen is not is_angenommen(mehrheit, Auszaehlung(anwesend=len(sitze), **gezaehlt)):
        yield "Das Ergebnis folgt nicht aus der Regel."
    noetig = noetige_ja(len(sitze)) if mehrheit is Mehrheit.ZWEIDRITTEL else None
    if not abstimmung.noetig == protokoll["noetig"] == noetig:
        yield "Die Zahl der nötigen Ja folgt nicht aus der Regel."
