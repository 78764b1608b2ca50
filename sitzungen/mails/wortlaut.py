"""What a letter of a dispatch says, by its kind and its reader: the subject, the first sentences, when and where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from konferenz.templatetags.schweiz import datum, uhrzeit, wochentag_datum, zeit
from sitzungen.models import Versand, Zustellung

from . import aenderung

Brief = Zustellung.Brief
Art = Versand.Art

ANTWORT = "Antwort"  # the line that says until when, or what was answered
VERHINDERT = (
    "Sind Sie verhindert? Dann melden Sie es bitte ebenfalls und benennen Sie gleich Ihre Stellvertretung. "
    "Zugelassen sind politische Funktionärinnen und Funktionäre Ihrer Sozialregion."
)
KEINE_EINLADUNG = "An der Sitzung nehmen die Mitglieder der Konferenz teil; diese Mitteilung ist keine Einladung."
ANTWORT_NEU = (
    "Bitte antworten Sie nochmals, auch wenn Sie schon geantwortet haben: Ihre Antwort galt für den bisherigen Termin."
)
ANTWORT_GILT = "Ihre Antwort gilt weiter. Können Sie am neuen Termin nicht teilnehmen, ändern Sie sie bitte."


def bekommt_alles(manifest: dict[str, Any], person: str) -> bool:
    """Return whether a letter holds the whole meeting: an Einladung, or to who has not got the papers as they were.

    person: uuid; empty: a reader who has the papers (preview).
    """
    if manifest["art"] == Art.ABSAGE:
        return False
    haben = manifest.get("haben_unterlagen")
    return haben is None or bool(person and person not in haben)


def brief_betreff(manifest: dict[str, Any], brief: str, *, person: str = "") -> str:
    """Return the subject: what it is, the number and the date of the meeting. person: as in make_brief."""
    sitzung = manifest["sitzung"]
    nummer, tag = sitzung["nummer"], datum(datetime.fromisoformat(sitzung["beginn"]))
    ist_einladung = brief == Brief.EINLADUNG
    match manifest["art"]:
        case Art.NACHVERSAND if not bekommt_alles(manifest, person):
            was = f"Nachversand zur Sitzung {nummer} vom {tag}"
        case Art.VERSCHIEBUNG:
            was = f"Sitzung {nummer} verschoben auf den {tag}"
        case Art.ABSAGE:
            was = f"Absage der Sitzung {nummer} vom {tag}"
        case _ if ist_einladung:
            was = f"Einladung zur Sitzung {nummer} vom {tag}"
        case _:
            was = f"Unterlagen der Sitzung {nummer} vom {tag} zur Kenntnis"
    return f"Sozialpräsidienkonferenz: {was}"


def bezeichnung(art: str, *, is_ganz: bool, ist_einladung: bool) -> str:
    """Return what the letter is, above its headline."""
    if art == Art.EINLADUNG or (art == Art.NACHVERSAND and is_ganz):
        return str(Brief.EINLADUNG.label if ist_einladung else Brief.KENNTNIS.label)
    return str(Art(art).label)


def absaetze(
    manifest: dict[str, Any],
    sitzung: dict[str, Any],
    aenderungen: list[dict[str, Any]],
    *,
    is_ganz: bool,
    ist_einladung: bool,
) -> list[str]:
    """Return the first sentences, then the office's own (reason, message)."""
    wer = "der Sozialpräsidienkonferenz"
    art = manifest["art"]
    if art == Art.VERSCHIEBUNG:
        saetze = [f"Die {sitzung['titel']} {wer} ist verschoben worden. Bitte beachten Sie die neuen Angaben."]
    elif art == Art.ABSAGE:
        saetze = [
            f"Die {sitzung['titel']} {wer} vom {wochentag_datum(sitzung['beginn'])}, findet nicht statt.",
        ]
    elif not is_ganz:
        saetze = [aenderung.einleitung(aenderungen, wozu=f"{sitzung['titel_dativ']} {wer}")]
    elif ist_einladung:
        saetze = [f"Gerne laden wir Sie zur {sitzung['titel_dativ']} {wer} ein."]
    else:
        kenntnis = f"Zu Ihrer Kenntnis erhalten Sie die Unterlagen der {sitzung['titel_dativ']} {wer}."
        saetze = [f"{kenntnis} {KEINE_EINLADUNG}"]
    if manifest["grund"] and not (art == Art.NACHVERSAND and is_ganz):
        saetze.append(manifest["grund"])
    if art in {Art.EINLADUNG, Art.NACHVERSAND} and is_ganz and ist_einladung and sitzung["bemerkung"]:
        saetze.append(sitzung["bemerkung"])
    if ist_einladung and art == Art.VERSCHIEBUNG and "antworten_neu" in manifest:
        saetze.append(ANTWORT_NEU if manifest["antworten_neu"] else ANTWORT_GILT)
    if ist_einladung and art in {Art.ABSAGE, Art.VERSCHIEBUNG}:
        streicht = "streicht den Termin" if art == Art.ABSAGE else "ändert den Termin"
        saetze.append(f"Der Kalendereintrag in der Beilage {streicht}, wenn Sie ihn öffnen.")
    return saetze


def mit_antwort(zeilen: list[dict[str, str]], staende: Sequence[str]) -> list[dict[str, str]]:
    """Return the lines of a letter for who has answered for every seat: what was answered, not until when to do it.

    staende: the answer per seat in words, empty where one is asked for; none for a letter that asks nobody.
    """
    if not staende or not all(staende):
        return zeilen
    antwort = {"begriff": ANTWORT, "wert": "; ".join(staende), "url": ""}
    return [antwort if zeile["begriff"] == ANTWORT else zeile for zeile in zeilen]


def angaben(
    manifest: dict[str, Any], sitzung: dict[str, Any], *, is_ganz: bool, ist_einladung: bool
) -> list[dict[str, str]]:
    """Return when, where, the video link and until when to answer, as far as this reader is concerned."""
    zeilen = [
        ("Wann", f"{wochentag_datum(sitzung['beginn'])}, {zeit(sitzung['beginn'])}–{uhrzeit(sitzung['ende'])}", ""),
        ("Wo", sitzung["ort"] or ("" if sitzung["video_link"] else sitzung["form_text"]), ""),
        ("Video", sitzung["video_link"], sitzung["video_link"]),
    ]
    if vorher := manifest.get("vorher"):
        beginn = datetime.fromisoformat(vorher["beginn"])
        wo = f", {vorher['ort']}" if vorher["ort"] else ""
        zeilen.append(("Bisher", f"{wochentag_datum(beginn)}, {uhrzeit(beginn)}{wo}", ""))
    if ist_einladung and (is_ganz or manifest.get("antworten_neu")):
        zeilen.append((ANTWORT, f"bitte bis {datum(sitzung['antwort_bis'])}", ""))
    return [{"begriff": begriff, "wert": wert, "url": url} for begriff, wert, url in zeilen if wert]
