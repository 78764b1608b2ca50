"""Whose turn it is with a motion, in words for the reader: «Nächster Schritt: …»."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Schrittlage:
    """A motion and its reader. status: as the reader sees it.  termin: the item it stands on, if the reader may know.

    abstimmung: offen, vorbereitet or empty.  bericht: state of the report that is not handed over, empty: none.
    entscheid: empty, entwurf (recorded, where the reader may know) or mitgeteilt.
    """

    status: str
    is_autor: bool = False
    is_buero: bool = False
    is_vorsitz: bool = False
    is_sekretariat: bool = False
    is_aussen: bool = False
    is_ueberfaellig: bool = False
    termin: str = ""
    abstimmung: str = ""
    bericht: str = ""
    entscheid: str = ""
    ergebnis: str = ""
    has_rueckmeldung: bool = False


def naechster_schritt(lage: Schrittlage) -> str:
    """Return what comes next and who does it, as a sentence; empty where the way has ended."""
    return {
        "entwurf": _entwurf,
        "eingereicht": _eingereicht,
        "traktandiert": _traktandiert,
        "verabschiedet": _verabschiedet,
        "nicht_zustande_gekommen": _gescheitert,
        "ueberwiesen": _ueberwiesen,
        "beantwortet": _beantwortet,
    }.get(lage.status, _nichts)(lage)


class Knopf(StrEnum):
    """The one button beside the next step: where it leads, or what it does."""

    TRAKTANDIEREN = "traktandieren"
    ABSTIMMUNG = "abstimmung"
    BERICHT = "bericht"
    BERICHT_NEU = "bericht-neu"
    ENTSCHEID = "entscheid"
    MITTEILEN = "mitteilen"
    AUFNEHMEN = "aufnehmen"
    RUECKMELDUNG = "rueckmeldung"


def naechster_knopf(lage: Schrittlage, darf: Mapping[str, bool]) -> Knopf | None:
    """Return what the reader presses for the next step that naechster_schritt asks of him; None where it is somebody else's.

    darf: what he may do with the motion now, by name (queries.antragsseite).
    """
    if lage.status == "traktandiert":
        return Knopf.ABSTIMMUNG if darf["leiten"] and lage.is_buero and lage.termin and not lage.abstimmung else None
    if lage.status in {"verabschiedet", "nicht_zustande_gekommen"} and darf["bericht"]:
        if lage.bericht:
            return Knopf.BERICHT
        return Knopf.BERICHT_NEU if lage.is_buero and lage.status == "verabschiedet" else None
    if lage.status == "ueberwiesen" and darf["entscheid"]:
        return Knopf.MITTEILEN if lage.entscheid == "entwurf" else Knopf.ENTSCHEID
    weiter = {"eingereicht": (Knopf.TRAKTANDIEREN,), "beantwortet": (Knopf.AUFNEHMEN, Knopf.RUECKMELDUNG)}
    return next((knopf for knopf in weiter.get(lage.status, ()) if darf[knopf]), None)


def _nichts(lage: Schrittlage) -> str:
    return ""


def _entwurf(lage: Schrittlage) -> str:
    return "Schreiben Sie den Entwurf fertig und reichen Sie ihn ein." if lage.is_autor else ""


def _eingereicht(lage: Schrittlage) -> str:
    if lage.is_buero or lage.is_vorsitz:
        return "Setzen Sie den Antrag auf die Traktandenliste einer Sitzung."
    ich = " Bis zur Abstimmung können Sie ihn neu fassen oder zurückziehen." if lage.is_autor else ""
    return f"Die Geschäftsstelle setzt den Antrag auf die Traktandenliste einer Sitzung.{ich}"


def _traktandiert(lage: Schrittlage) -> str:
    if lage.abstimmung == "offen":
        return "Die Abstimmung über den Antrag ist offen."
    wo = f" ({lage.termin})" if lage.termin else ""
    if lage.is_buero and not lage.abstimmung:
        return f"Bereiten Sie die Abstimmung vor{wo}."
    ich = " Bis dahin können Sie ihn neu fassen oder zurückziehen." if lage.is_autor else ""
    return f"Die Konferenz stimmt über den Antrag ab{wo}.{ich}"


def _verabschiedet(lage: Schrittlage) -> str:
    if lage.bericht == "freigegeben" and (lage.is_buero or lage.is_vorsitz):
        return "Der Bericht ist freigegeben: Überweisen Sie ihn dem VSEG-Vorstand."
    if lage.bericht == "entwurf" and lage.is_vorsitz:
        return "Lesen Sie den Bericht an den VSEG-Vorstand und geben Sie ihn frei, wenn er fertig ist."
    if lage.is_buero:
        if lage.bericht == "entwurf":
            return "Schreiben Sie den Bericht an den VSEG-Vorstand fertig; der Vorsitz gibt ihn frei."
        return "Erstellen Sie Bericht und Antrag an den VSEG-Vorstand."
    return "Bericht und Antrag gehen an den VSEG-Vorstand, sobald die Geschäftsstelle sie geschrieben und der Vorsitz sie freigegeben hat."


def _gescheitert(lage: Schrittlage) -> str:
    if lage.bericht == "freigegeben" and (lage.is_buero or lage.is_vorsitz):
        return "Der Bericht ist freigegeben: Überweisen Sie ihn dem VSEG-Vorstand, nur zur Information."
    if lage.bericht == "entwurf" and lage.is_vorsitz:
        return "Lesen Sie den Bericht zur Information und geben Sie ihn frei, wenn er fertig ist."
    if lage.bericht == "entwurf" and lage.is_buero:
        return "Schreiben Sie den Bericht zur Information fertig; der Vorsitz gibt ihn frei."
    if lage.is_buero:
        return "Der Weg ist hier zu Ende. Zur Information kann der Antrag dem VSEG-Vorstand noch vorgelegt werden."
    if lage.is_autor:
        return "Der Weg ist hier zu Ende. Die Geschäftsstelle kann den Antrag dem VSEG-Vorstand noch zur Information vorlegen."
    return ""


def _ueberwiesen(lage: Schrittlage) -> str:
    if lage.entscheid == "entwurf" and (lage.is_buero or lage.is_sekretariat):
        return "Der Entscheid des Vorstands ist erfasst: Teilen Sie ihn mit."
    if lage.is_buero and lage.is_ueberfaellig:
        return "Der Antrag liegt beim VSEG-Vorstand. Fragen Sie nach, und erfassen Sie den Entscheid, sobald er da ist."
    if lage.is_buero:
        return "Der Antrag liegt beim VSEG-Vorstand; er entscheidet. Erfassen Sie den Entscheid, sobald er da ist."
    if lage.is_sekretariat:
        return "Der Antrag liegt beim VSEG-Vorstand. Erfassen Sie seinen Entscheid."
    return "Der Antrag liegt beim VSEG-Vorstand; er entscheidet."


def _beantwortet(lage: Schrittlage) -> str:
    if lage.is_aussen:
        return ""
    if lage.ergebnis == "zurueckgewiesen" and (lage.is_buero or lage.is_vorsitz or lage.is_autor):
        return "Der Vorstand hat den Antrag zurückgewiesen. Er lässt sich als neue Fassung wieder aufnehmen."
    if lage.has_rueckmeldung:
        return ""
    if lage.is_buero or lage.is_vorsitz:
        return "Setzen Sie die Rückmeldung des Vorstands auf die nächste Traktandenliste."
    return "Die Rückmeldung des Vorstands kommt auf die Traktandenliste einer nächsten Sitzung."
