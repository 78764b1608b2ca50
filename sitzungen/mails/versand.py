"""The two letters of a dispatch: loaded data in, text out. No query, nothing is sent here.

Everything comes from the frozen manifest, so the first letter and the last say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from konferenz.adressen import site_url
from sitzungen.kalender import make_kalender
from sitzungen.mails import aenderung
from sitzungen.models import Versand, Zustellung
from sitzungen.queries.aenderung import lesbare
from sitzungen.queries.antwort import Antwortweg
from sitzungen.queries.paket import titel_dativ

from .beilage import Beilage, hinweis_links, list_beilagen, list_papiere
from .kalendereintrag import eintrag_of_manifest
from .wortlaut import VERHINDERT, absaetze, angaben, bekommt_alles, bezeichnung, brief_betreff, mit_antwort

Brief = Zustellung.Brief
Art = Versand.Art


@dataclass(frozen=True)
class Brieftext:
    """One finished letter without its attachments. kalender: the calendar file, only in what seats and substitutes get."""

    betreff: str
    text: str
    html: str
    antwort_an: str
    kalender: bytes | None
    beilagen: tuple[Beilage, ...]


def make_brief(
    manifest: dict[str, Any],
    *,
    brief: str,
    empfaenger: str,
    gruppe: str,
    is_gast: bool = False,
    person: str = "",
    pruefsumme: str = "",
    stand: datetime,
    antworten: Sequence[Antwortweg] | None = None,
) -> Brieftext:
    """Return the letter to one person.

    manifest: the frozen package.  brief: «einladung» or «kenntnis».  empfaenger: the name in the greeting.
    gruppe: why this person gets it.  is_gast: links only.  person: uuid; who has not got the papers as they were gets
    the whole meeting with this letter (bekommt_alles).  stand: when the package was frozen (time stamp of the calendar entry).
    antworten: where this person answers for which seat; None: nobody's letter (a preview).
    """
    context = brief_context(manifest, brief=brief, gruppe=gruppe, is_gast=is_gast, person=person)
    context["antwortwege"] = _antwortwege(manifest, antworten, brief=brief, person=person)
    context["angaben"] = mit_antwort(context["angaben"], [weg.stand for weg in antworten or ()])
    betreff = brief_betreff(manifest, brief, person=person)
    context |= {"empfaenger": empfaenger, "pruefsumme": pruefsumme[:12], "betreff": betreff}
    return Brieftext(
        betreff=betreff,
        text=_plain(render_to_string("mails/sitzung_versand.body.txt", context)),
        html=render_to_string("mails/sitzung_versand.body.html", context),
        antwort_an=manifest["absender"]["email"],
        kalender=make_kalender([eintrag_of_manifest(manifest, stand)])
        if brief == Brief.EINLADUNG and (manifest["art"] != Art.NACHVERSAND or bekommt_alles(manifest, person))
        else None,
        beilagen=context["beilagen"],
    )


def brief_context(
    manifest: dict[str, Any], *, brief: str, gruppe: str, is_gast: bool, person: str = ""
) -> dict[str, Any]:
    """Return what the templates of a letter show, with each paper's way to the reader said in words.

    A Mitteilung zur Kenntnis knows nothing confidential and no video link; confidential papers are a link for the others.
    """
    ist_einladung = brief == Brief.EINLADUNG
    is_ganz = bekommt_alles(manifest, person)
    if is_ganz:
        manifest = manifest | manifest.get("alle", {})
    art = manifest["art"]
    sitzung = _sitzung(manifest["sitzung"], ist_einladung=ist_einladung)
    beilagen = () if is_gast or (art == Art.VERSCHIEBUNG and not is_ganz) else list_beilagen(manifest)
    papiere = list_papiere(manifest, {str(b.datei) for b in beilagen}, ist_einladung=ist_einladung)
    traktanden = _traktanden(manifest, papiere)
    aenderungen = [] if is_ganz else lesbare(manifest, ist_einladung=ist_einladung)
    mappe_url = site_url(f"/sitzungen/{sitzung['kennung']}/mappe.pdf")
    return {
        "sitzung": sitzung,
        "bezeichnung": bezeichnung(art, is_ganz=is_ganz, ist_einladung=ist_einladung),
        "absaetze": absaetze(manifest, sitzung, aenderungen, is_ganz=is_ganz, ist_einladung=ist_einladung),
        "angaben": angaben(manifest, sitzung, is_ganz=is_ganz, ist_einladung=ist_einladung)
        if art != Art.ABSAGE
        else [],
        "traktanden": traktanden if is_ganz else [],
        **aenderung.abschnitte(aenderungen, papiere, traktanden),
        "beilagen": beilagen,
        "hinweis_links": hinweis_links(manifest, beilagen, is_gast=is_gast) if is_ganz or aenderungen else "",
        "mappe_url": mappe_url if "mappe" in manifest["links"] and not is_gast and is_ganz else "",
        "schlussabsaetze": [VERHINDERT]
        if is_ganz and art != Art.VERSCHIEBUNG and ist_einladung and not gruppe.startswith("Stellvertretung ")
        else [],
        "warum": (
            "Sie erhalten diese Mail, weil Sie als Gast dieser Sitzung zugelassen sind."
            if is_gast
            else f"Sie erhalten diese Mail, weil Sie im Verteiler stehen: {gruppe}."
        ),
        "absender": manifest["absender"],
        "url": site_url(f"/sitzungen/{sitzung['kennung']}/"),
    }


def _sitzung(roh: dict[str, Any], *, ist_einladung: bool) -> dict[str, Any]:
    sitzung = roh | {name: datetime.fromisoformat(roh[name]) for name in ("beginn", "ende", "antwort_bis")}
    sitzung["titel_dativ"] = titel_dativ(roh["titel"])
    if not ist_einladung:
        sitzung["video_link"] = ""
    return sitzung


def _antwortwege(
    manifest: dict[str, Any], antworten: Sequence[Antwortweg] | None, *, brief: str, person: str
) -> list[dict[str, str]]:
    """Return the buttons with which the reader answers: in an Einladung and in what moves it, in nothing else."""
    fragt = bekommt_alles(manifest, person) or manifest["art"] == Art.VERSCHIEBUNG
    if brief != Brief.EINLADUNG or not fragt:
        return []
    if antworten is None:
        pfad = f"/sitzungen/{manifest['sitzung']['kennung']}/antwort/"
        return [{"text": "Teilnahme melden", "url": site_url(pfad)}]
    return [{"text": weg.text, "url": site_url(weg.path)} for weg in antworten]


def _traktanden(manifest: dict[str, Any], papiere: dict[int, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return [
        t
        | {
            "von": datetime.fromisoformat(t["von"]),
            "bis": datetime.fromisoformat(t["bis"]),
            "zusammenfassung_einzug": "\n   ".join(t["zusammenfassung"].splitlines()),
            "papiere": papiere.get(t["position"], []),
        }
        for t in manifest["traktanden"]
    ]


def _plain(text: str) -> str:
    """Return a rendered text with at most one empty line in a row and no blanks at the ends of lines."""
    zeilen: list[str] = []
    for zeile in (z.rstrip() for z in text.strip().splitlines()):
        if zeile or (zeilen and zeilen[-1]):
            zeilen.append(zeile)
    return "\n".join(zeilen) + "\n"
