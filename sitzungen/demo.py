"""The demo's meetings: an archive, one whose papers are due now, one whose agenda is being prepared."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from konferenz import postausgang
from konferenz.adressen import site_url
from konferenz.dateien import GespeicherteDatei
from konferenz.demo import Bericht
from konferenz.models import Sendung
from konferenz.rules import ZUERICH
from mitglieder.models import Funktion, Mandat, Person, Sitz, Sozialregion

from . import demo_saal, takt
from .actions import demo as demo_deeds
from .actions import freigabe, jahresplan, traktandum, unterlage, versand
from .demo_papiere import Auftrag, make_papiere
from .demo_praesenz import load_plaetze, make_praesenz
from .models import Sitzung, Thema, Traktandum, Versand, Zustellung
from .rules import Termin

DATEN = Path(__file__).parent / "daten" / "demo.json"
ORTE = ("Landhaus Solothurn", "Stadthaus Olten", "Kulturzentrum Balsthal", "Bürgerhaus Biberist")
OFFEN, OFFEN_VOR = 2, timedelta(days=72)
"""So many meetings of the past, at least so long ago, are left to antraege.demo: it holds them with their motions."""
MONATE = (2, 5, 8, 11)  # of the four ordinary meetings


def find_foreign() -> str:
    """Return a sentence where meetings stand in a database without the demo's people, else nothing."""
    if Sitzung.objects.exists() and not Person.objects.get_queryset().filter(is_demo=True).exists():
        return "In der Datenbank stehen Sitzungen, die nicht aus der Demo stammen."
    return ""


def load(*, now: datetime, say: Callable[[str], None]) -> None:
    """Make the meetings once; what is there already stays."""
    if Sitzung.objects.exists():
        return
    daten = json.loads(DATEN.read_text(encoding="utf-8"))
    buero = _person(now, Funktion.Art.GESCHAEFTSSTELLE)
    vorsitz = Mandat.objects.current(timezone.localdate(now)).get(sitz__art=Sitz.Art.VORSITZ).person
    tag = _tag(timezone.localdate(now) + timedelta(days=7))
    jahr, nr = tag.year, (tag.month - 1) // 3 + 1
    say("Unterlagen als PDF, XLSX, DOCX, ODT und PNG …")
    werk = _Werk(daten, jahr, now)
    vergangene = werk.vergangene(jahr, nr)
    faellig, kommende = werk.punkte("faellig", tag), werk.punkte("in_vorbereitung", tag)
    dateien = iter(make_papiere(werk.auftraege, [region.name for region in Sozialregion.objects.order_by("nr")]))
    say("Archiv, fällige und kommende Sitzung …")
    offene = [beginn for _, _, beginn, _ in vergangene if beginn <= now - OFFEN_VOR][-OFFEN:]
    archiv = [
        demo_deeds.Vergangene(
            j,
            n,
            beginn,
            ORTE[n % 4],
            punkte,
            [next(dateien) for p in punkte for _ in p.get("papiere", [])],
            make_praesenz(load_plaetze(timezone.localdate(beginn)), folge, beginn, beginn + demo_deeds.DAUER),
            is_offen=beginn in offene,
        )
        for folge, (j, n, beginn, punkte) in enumerate(vergangene)
    ]
    demo_deeds.create_archiv(archiv, actor=buero)
    naechste = (jahr, nr + 1) if nr < 4 else (jahr + 1, 1)
    _plan(tag, nr, naechste, actor=buero, now=now)
    due = Sitzung.objects.get(jahr=jahr, nr=nr)
    _build(due, faellig, dateien, actor=buero, now=now)
    _build(Sitzung.objects.get(jahr=naechste[0], nr=naechste[1]), kommende, dateien, actor=buero, now=now)
    demo_deeds.create_wuensche(daten["wuensche"], leser=_praesidium(now), now=now)
    demo_saal.leave(buero=buero, now=now)
    demo_saal.answer(due, buero=buero, now=now)
    demo_saal.admit(due, buero=buero, now=now)
    say("Eine Sitzung, die gerade läuft …")
    demo_saal.run_sitzung(daten["laeuft"], buero=buero, now=now)
    due.refresh_from_db()
    freigabe.release_sitzung(due.pk, stand=due.aenderung, als_vorsitz=True, actor=vorsitz, now=now)


def _person(now: datetime, art: str) -> Person:
    return Funktion.objects.current(timezone.localdate(now)).filter(art=art).order_by("-pk").first().person  # type: ignore[union-attr]


def _praesidium(now: datetime) -> Person:
    return Mandat.objects.current(timezone.localdate(now)).get(sitz__sozialregion__kuerzel="SRTG").person


def _tag(tag: date) -> date:
    """Return the day or, for a weekend, the Monday after."""
    return tag + timedelta(days=max(0, 7 - tag.weekday()) if tag.weekday() >= 5 else 0)


def _at(tag: date, stunde: int = 14) -> datetime:
    return datetime.combine(tag, time(stunde), ZUERICH)


def _plan(tag: date, nr: int, naechste: tuple[int, int], *, actor: Person, now: datetime) -> None:
    """Plan the due meeting and the next one, and announce the dates to the seats."""

    def termin(tag: date, nr: int) -> Termin:
        return Termin(_at(tag), _at(tag, 16) + timedelta(minutes=15), ort=ORTE[nr % 4], nr=nr)

    kommt = _tag(date(naechste[0], MONATE[naechste[1] - 1], 20))
    if naechste[0] == tag.year:
        jahresplan.save_jahresplan(
            tag.year, [termin(tag, nr), termin(kommt, naechste[1])], ankuendigen=True, actor=actor, now=now
        )
    else:
        jahresplan.save_jahresplan(tag.year, [termin(tag, nr)], ankuendigen=True, actor=actor, now=now)
        jahresplan.save_jahresplan(naechste[0], [termin(kommt, naechste[1])], ankuendigen=True, actor=actor, now=now)


class _Werk:
    """Collects the papers to make while it fills the words of demo.json."""

    def __init__(self, daten: dict[str, Any], jahr: int, now: datetime) -> None:
        self.daten, self.jahr, self.now = daten, jahr, now
        self.auftraege: list[Auftrag] = []

    def punkte(self, name: str, tag: date, **worte: str) -> list[dict[str, Any]]:
        """Return the items of an agenda and note the papers they need, in order."""
        worte = {"jahr": str(tag.year), "folgejahr": str(tag.year + 1), "vorjahr": str(tag.year - 1), **worte}
        punkte = [_fill(punkt, worte) for punkt in self.daten[name]]
        for punkt in punkte:
            for papier in punkt.get("papiere", []):
                inhalt = _fill(self.daten["papiere"][papier.get("pdf", "budget")], worte)
                if name == "archiv":
                    self.auftraege.append(Auftrag(papier, inhalt, f"Archiv {tag.year}", _at(date(tag.year, 1, 1))))
                else:
                    self.auftraege.append(
                        Auftrag(papier, inhalt, f"Sitzung vom {date_format(tag, 'j. F Y')}", _at(tag))
                    )
        return punkte

    def vergangene(self, jahr: int, nr: int) -> list[tuple[int, int, datetime, list[dict[str, Any]]]]:
        """Return last year's meetings and this year's before the due one."""
        found = []
        for j, n in [(jahr - 1, n) for n in (1, 2, 3, 4)] + [(jahr, n) for n in range(1, nr)]:
            tag = _tag(date(j, MONATE[n - 1], 12))
            titel_a, thema_a, titel_b, thema_b = self.daten["archiv_geschaefte"][n - 1]
            punkte = self.punkte("archiv", tag, thema_a=titel_a, thema_b=titel_b)
            for punkt in punkte:
                punkt["thema"] = {"a": thema_a, "b": thema_b}.get(str(punkt.get("thema", "")), 0)
            found.append((j, n, _at(tag), punkte))
        return found


def _fill(wert: Any, worte: dict[str, str]) -> Any:
    if isinstance(wert, str):
        for name, wort in worte.items():
            wert = wert.replace("{" + name + "}", wort)
        return wert
    if isinstance(wert, list):
        return [_fill(teil, worte) for teil in wert]
    return {name: _fill(teil, worte) for name, teil in wert.items()} if isinstance(wert, dict) else wert


def _build(
    sitzung: Sitzung,
    punkte: Sequence[dict[str, Any]],
    dateien: Iterator[GespeicherteDatei],
    *,
    actor: Person,
    now: datetime,
) -> None:
    """Build an agenda as the office does: the standing items are there, the others are added with their papers."""
    themen = {thema.nr: thema.pk for thema in Thema.objects.all()}
    stehende = {t.standard: t for t in sitzung.traktanden.exclude(standard="")}
    for punkt in punkte:
        item = stehende.get(punkt.get("standard", ""))
        if item is None:
            item = traktandum.add_traktandum(
                sitzung.pk,
                titel=punkt["titel"],
                art=punkt["art"],
                thema=themen.get(punkt.get("thema", 0)),
                zusammenfassung=punkt.get("zusammenfassung", ""),
                referent=punkt.get("referent", ""),
                minuten=punkt["minuten"],
                actor=actor,
                now=now,
            )
        _add_papiere(item, punkt.get("papiere", []), dateien, actor=actor, now=now)


def _add_papiere(
    item: Traktandum,
    papiere: Sequence[dict[str, Any]],
    dateien: Iterator[GespeicherteDatei],
    *,
    actor: Person,
    now: datetime,
) -> None:
    neue = unterlage.add_unterlagen(item.pk, [next(dateien) for _ in papiere], actor=actor, now=now) if papiere else []
    for papier, blatt in zip(papiere, neue, strict=True):
        if "vertraulich" in papier:
            unterlage.update_unterlage(
                blatt.pk,
                titel=blatt.titel,
                klassifizierung="vertraulich",
                vertraulich_grund=papier["vertraulich"],
                actor=actor,
                now=now,
            )


# --- The main job ---------------------------------------------------------------------------------


def due_now(*, now: datetime) -> None:
    """Bring the released dispatch forward, as the office does with «Jetzt versenden»."""
    for sitzung in Sitzung.objects.filter(status=Sitzung.Status.FREIGEGEBEN, beginn_at__gt=now):
        versand.bring_forward(sitzung.pk, actor=_person(now, Funktion.Art.GESCHAEFTSSTELLE), now=now)


def run(*, now: datetime) -> None:
    """Do what the tick does, at a moment given by hand."""
    takt.dispatch_versand(now=now)


def is_done() -> bool:
    """Return whether every dispatch is written and closed."""
    return (
        not Sitzung.objects.filter(status=Sitzung.Status.FREIGEGEBEN).exists()
        and not Versand.objects.exclude(status=Versand.Status.ABGESCHLOSSEN).exists()
    )


def report() -> Bericht:
    """Return what the last dispatch did, each recipient compared with what the demo's mail server caught."""
    letzter = Versand.objects.select_related("sitzung", "dossier").order_by("-created_at").first()
    if letzter is None:
        return Bericht([], ["Es wurde nichts versandt."])
    zustellungen = list(Zustellung.objects.filter(versand=letzter).select_related("sendung", "person"))
    gefangen = Counter(postausgang.load_empfaenger())
    fehler = []
    genau_einmal = 0
    for zustellung in zustellungen:
        sendung = zustellung.sendung
        anzahl = gefangen[sendung.an_adresse, sendung.message_id]
        if sendung.status == Sendung.Status.GESENDET and anzahl == 1:
            genau_einmal += 1
        else:
            fehler.append(
                f"{zustellung.person} <{sendung.an_adresse}>: {sendung.get_status_display()}, {anzahl} Mails gefangen"
            )
    return Bericht(_zeilen(letzter, zustellungen, genau_einmal, sum(gefangen.values())), fehler)


def _zeilen(
    letzter: Versand, zustellungen: Sequence[Zustellung], genau_einmal: int, gefangen: int
) -> list[tuple[str, str]]:
    """Return the lines of the summary."""
    sitzung = letzter.sitzung
    briefe = Counter(zustellung.brief for zustellung in zustellungen)
    papiere = letzter.manifest["fassungen"]
    vertraulich = sum(papier["vertraulich"] for papier in papiere)
    dossier = letzter.dossier
    andere = Sendung.objects.filter(zustellung__isnull=True).values("status").annotate(zahl=Count("pk"))
    weitere = {zeile["status"]: zeile["zahl"] for zeile in andere}
    return [
        ("Sitzung", f"{sitzung.titel}, {date_format(timezone.localtime(sitzung.beginn_at), 'l, j. F Y')}"),
        (
            "Empfängerinnen und Empfänger",
            f"{len(zustellungen)} ({briefe['einladung']} Einladungen, {briefe['kenntnis']} Mitteilungen zur Kenntnis)",
        ),
        ("Versandt, jede genau einmal", f"{genau_einmal} in {_seconds(zustellungen):.1f} Sekunden"),
        ("Weitere Mails (Termine, Stellvertretungen)", str(weitere.get(Sendung.Status.GESENDET, 0))),
        ("Vom Mailserver gefangen", str(gefangen)),
        ("Unterlagen", f"{len(papiere)}, davon {vertraulich} vertraulich (nur als Link)"),
        ("Sitzungsmappe", f"{dossier.seiten} Seiten, {dossier.groesse / 1e6:.1f} MB" if dossier else "keine"),
        (
            "Frist",
            f"{'eingehalten' if letzter.is_in_frist else 'verspätet'}: {letzter.tage_vorher} Tage vor der Sitzung",
        ),
        ("Seite der Sitzung", site_url(sitzung.get_absolute_url())),
        *_laufende(),
    ]


def _laufende() -> Iterator[tuple[str, str]]:
    """Yield where the meeting that runs is chaired and watched; nothing once it is closed."""
    sitzung = Sitzung.objects.filter(status=Sitzung.Status.LAUFEND).first()
    if sitzung is not None:
        yield "Läuft gerade", f"{sitzung.titel}, zum Ausprobieren in zwei Browsern"
        yield "Leitungspult (Vorsitz)", site_url(reverse("sitzungen:leitung", args=[sitzung.kennung]))
        yield "Saalbildschirm", site_url(reverse("sitzungen:saal", args=[sitzung.kennung]))


def _seconds(zustellungen: Sequence[Zustellung]) -> float:
    """Return the seconds between the first and the last mail the server accepted."""
    zeiten = [zeit for z in zustellungen if (zeit := z.sendung.gesendet_at) is not None]
    return (max(zeiten) - min(zeiten)).total_seconds() if zeiten else 0.0
