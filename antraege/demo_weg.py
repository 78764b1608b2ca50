"""The demo's motions of the past: from the draft to the board's answer through the real deeds, each at its time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from konferenz.dateien import GespeicherteDatei, store_bytes, store_upload
from konferenz.rules import Mehrheit
from mitglieder.models import Mandat, Person, Sitz, Sozialregion
from sitzungen.actions import demo as sitzung_demo
from sitzungen.actions import leitung, praesenz
from sitzungen.demo import DATEN
from sitzungen.demo_papiere import Auftrag, make_papiere
from sitzungen.models import Sitzung, Thema, Traktandum

from .actions import abstimmung as votes
from .actions import agenda, entwurf
from .actions import bericht as reports
from .actions import entscheid as decisions
from .actions.erinnerung import remind_bericht
from .models import Abstimmung, Antrag, Bericht
from .pdf_antrag import antrag_dateiname, make_antrag_pdf
from .queries.abstimmung import load_basis
from .queries.entwurf import Eingabe, eingabe_of, latest_fassung
from .rules.bericht import FELDER, bericht_dateiname
from .views.bericht_datei import render_bericht

FRAGE = "Soll der Antrag zuhanden des VSEG-Vorstands verabschiedet werden?"


@dataclass(frozen=True)
class Text:
    """A motion as its author writes it."""

    titel: str
    thema: int
    text: str
    ausgangslage: str = ""
    erwaegungen: str = ""
    finanzielles: str = ""


BEANTWORTET = Text(
    "Gemeinsame Vorlage für die Leistungsvereinbarungen",
    1,
    "Der VSEG-Vorstand sei zu ersuchen, den Sozialregionen bis Ende Jahr eine gemeinsame Vorlage für die "
    "Leistungsvereinbarungen mit den Trägerschaften abzugeben.",
    "Jede Sozialregion handelt ihre Leistungsvereinbarungen einzeln aus. Inhalt und Fristen gehen auseinander.",
    "Eine Vorlage erspart doppelte Arbeit und macht die Leistungen vergleichbar. Sie bindet niemanden.",
    "Einmalig rund Fr. 12’000 für die Ausarbeitung; danach keine Kosten.",
)
WARTET = Text(
    "Kennzahlen der Sozialregionen einheitlich erheben",
    5,
    "Der VSEG-Vorstand sei zu ersuchen, die Kennzahlen aller Sozialregionen ab dem nächsten Jahr nach einem "
    "einheitlichen Raster zu erheben und jährlich bekannt zu geben.",
    "Die Kennzahlen werden heute nach unterschiedlichen Regeln gezählt.",
    "Nur gleich gezählte Zahlen lassen sich vergleichen. Das Raster der Konferenz liegt vor.",
    "Keine Mehrkosten; die Erhebung besteht schon.",
)
EINGEREICHT = Text(
    "Beratungsangebot für Alleinerziehende mitfinanzieren",
    6,
    "Der VSEG-Vorstand sei zu ersuchen, beim Kanton die Aufnahme der Beratungsangebote für Alleinerziehende in den "
    "Lastenausgleich zu verlangen.",
    "Die Nachfrage ist in allen Regionen gestiegen, die Angebote sind ungleich verteilt.",
    "Frühe Beratung verhindert lange Unterstützung.",
    "Rund Fr. 0.80 je Einwohnerin und Einwohner im Jahr.",
)
ENTWURF = Text(
    "Weiterbildung der neuen Präsidien",
    7,
    "Der VSEG-Vorstand sei zu ersuchen, neuen Präsidien der Sozialregionen einen Einführungskurs anzubieten.",
)
ANTWORT = "Der Vorstand gibt eine Vorlage ab. Sie gilt als Empfehlung, und die Frist ist bis Mitte des folgenden Jahres verlängert."


def load_vergangene(*, buero: Person, now: datetime) -> None:
    """Hold the two meetings of the past with a motion each: one the board answered, one that waits since 63 days."""
    offene = list(Sitzung.objects.filter(status=Sitzung.Status.ENTWURF, beginn_at__lt=now).order_by("beginn_at"))
    if len(offene) != 2:
        return
    erster = _hold(offene[0], BEANTWORTET, "SRTG", nein=3, enthaltung=1, buero=buero)
    bericht = _hand_over(erster, buero=buero, at=offene[0].beginn_at + timedelta(days=12))
    _answer(bericht, buero=buero, at=offene[0].beginn_at + timedelta(days=52), now=now)
    zweiter = _hold(offene[1], WARTET, "SDOL", nein=1, enthaltung=1, buero=buero)
    bericht = _hand_over(zweiter, buero=buero, at=now - timedelta(days=63))
    remind_bericht(bericht.pk, now=now - timedelta(days=2))


def load_jetzige(*, now: datetime) -> None:
    """Let a member submit a motion with an attachment and go on writing another."""
    antrag = _submit(EINGEREICHT, "SRO", at=now - timedelta(days=6))
    beilage = _make_beilage(now)
    entwurf.add_beilagen(antrag.pk, [beilage], actor=antrag.eingereicht_von, now=now - timedelta(days=6))
    _write(ENTWURF, "SRTG", at=now - timedelta(days=1))


def _make_beilage(now: datetime) -> GespeicherteDatei:
    """Make the figures of the regions as a PDF, as the demo's meetings have them."""
    inhalt = json.loads(DATEN.read_text(encoding="utf-8"))["papiere"]["benchmark"]
    regionen = [region.name for region in Sozialregion.objects.order_by("nr")]
    papier = {"titel": "Kennzahlen der Sozialregionen", "pdf": "benchmark"}
    return make_papiere([Auftrag(papier, inhalt, "Beilage zum Antrag", now)], regionen)[0]


# --- Written, voted ---------------------------------------------------------------------------------


def _write(text: Text, kuerzel: str, *, at: datetime) -> Antrag:
    sitz = Sitz.objects.get(sozialregion__kuerzel=kuerzel)
    person = Mandat.objects.current(timezone.localdate(at)).get(sitz=sitz).person
    antrag = entwurf.create_entwurf(sitz_pk=sitz.pk, actor=person, now=at)
    entwurf.save_entwurf(antrag.pk, _eingabe(antrag, text), actor=person, now=at)
    antrag.refresh_from_db()
    return antrag


def _eingabe(antrag: Antrag, text: Text) -> Eingabe:
    leer = eingabe_of(antrag, latest_fassung(antrag))
    werte = {feld: getattr(text, feld) for feld in ("titel", "text", "ausgangslage", "erwaegungen", "finanzielles")}
    return Eingabe(werte | {"thema": str(Thema.objects.get(nr=text.thema).pk)}, leer.stand, leer.basis)


def _submit(text: Text, kuerzel: str, *, at: datetime) -> Antrag:
    antrag = _write(text, kuerzel, at=at - timedelta(days=5))
    maengel = entwurf.submit_entwurf(antrag.pk, _eingabe(antrag, text), actor=antrag.eingereicht_von, now=at)
    if maengel:
        raise RuntimeError(f"Die Demo reicht einen Antrag ein, dem etwas fehlt: {maengel[0].satz}")
    antrag.refresh_from_db()
    return antrag


def _hold(sitzung: Sitzung, text: Text, kuerzel: str, *, nein: int, enthaltung: int, buero: Person) -> Antrag:
    """Submit a motion, put it on the agenda, hold the meeting and let it vote; return the motion."""
    beginn = sitzung.beginn_at
    antrag = _submit(text, kuerzel, at=beginn - timedelta(days=30))
    fassung = latest_fassung(antrag)
    pdf = SimpleUploadedFile(antrag_dateiname(antrag), make_antrag_pdf(antrag, fassung), "application/pdf")
    auf_der_liste = beginn - timedelta(days=16)
    punkt = agenda.put_on_agenda(
        antrag.pk, sitzung.pk, fassung_pk=fassung.pk, papier=store_upload(pdf), actor=buero, now=auf_der_liste
    )
    sitzung_demo.publish_offene(sitzung.pk, actor=buero)
    vorsitz = _open(sitzung, buero=buero)
    zeit = beginn
    for item in sitzung.traktanden.order_by("position"):
        zeit += timedelta(minutes=10)
        leitung.go_to(item.pk, actor=vorsitz, now=zeit)
        if item.pk == punkt.pk:
            _vote(sitzung, item, fassung.pk, ["nein"] * nein + ["enthaltung"] * enthaltung, vorsitz=vorsitz, now=zeit)
        _finish(item, vorsitz=vorsitz, now=zeit + timedelta(minutes=5))
    leitung.end_sitzung(sitzung.pk, bestaetigt=True, actor=vorsitz, now=beginn + timedelta(hours=2))
    antrag.refresh_from_db()
    return antrag


def _open(sitzung: Sitzung, *, buero: Person) -> Person:
    """Open the meeting with everybody who holds a seat that day; return who chairs."""
    beginn = sitzung.beginn_at
    mandate = (
        Mandat.objects.current(timezone.localdate(beginn))
        .select_related("sitz", "person")
        .order_by("sitz__reihenfolge")
    )
    vorsitz = next(mandat.person for mandat in mandate if mandat.sitz.art == Sitz.Art.VORSITZ)
    leitung.start_sitzung(sitzung.pk, actor=vorsitz, now=beginn)
    for mandat in mandate:
        praesenz.check_in(sitzung.pk, mandat.sitz_id, mandat.person_id, form="vor_ort", actor=buero, now=beginn)
    return vorsitz


def _vote(
    sitzung: Sitzung, punkt: Traktandum, fassung_pk: int, wahlen: list[str], *, vorsitz: Person, now: datetime
) -> None:
    """Vote on a version: the choices given come from the last seats, all others say yes."""
    vote = votes.prepare_abstimmung(
        sitzung.pk,
        traktandum_pk=punkt.pk,
        frage=FRAGE,
        mehrheit=Mehrheit.ZWEIDRITTEL,
        fassung_pk=fassung_pk,
        actor=vorsitz,
        now=now,
    )
    basis = load_basis(Abstimmung.objects.select_related("sitzung").get(pk=vote.pk))
    vote = votes.open_abstimmung(vote.pk, sitze=[b.zeile.sitz.pk for b in basis], actor=vorsitz, now=now)
    personen = [s.person for s in vote.stimmsitze.order_by("sitz__reihenfolge").select_related("person")]
    wahlen = wahlen + ["ja"] * (len(personen) - len(wahlen))
    for person, wahl in zip(reversed(personen), wahlen, strict=True):
        votes.cast_stimme(vote.pk, wahl=wahl, actor=person, now=now + timedelta(minutes=1))
    votes.close_abstimmung(vote.pk, actor=vorsitz, now=now + timedelta(minutes=3))


def _finish(punkt: Traktandum, *, vorsitz: Person, now: datetime) -> None:
    punkt.refresh_from_db()
    if punkt.ausgang != Traktandum.Ausgang.OFFEN:
        return
    if punkt.art == Traktandum.Art.ENTSCHEID:
        text = "Die Sozialpräsidienkonferenz stimmt der Vorlage zuhanden des VSEG-Vorstands zu."
        leitung.set_ausgang(punkt.pk, ausgang="beschlossen", text=text, actor=vorsitz, now=now)
    else:
        leitung.set_ausgang(punkt.pk, ausgang="zur_kenntnis", actor=vorsitz, now=now)


# --- To the board and back --------------------------------------------------------------------------


def _hand_over(antrag: Antrag, *, buero: Person, at: datetime) -> Bericht:
    """Write, release and transmit the report on a motion."""
    vorsitz = Mandat.objects.current(timezone.localdate(at)).get(sitz__art=Sitz.Art.VORSITZ).person
    bericht = reports.create_bericht(antrag.pk, actor=buero, now=at - timedelta(days=4))
    texte = {feld: getattr(bericht, feld) for feld in FELDER}
    texte["unterschrift_vorsitz"] = texte["unterschrift_vorsitz"] or f"{vorsitz.name}, VSEG-Präsidium"
    fuehrung = texte["unterschrift_geschaeftsfuehrung"] or f"{buero.name}, VSEG-Geschäftsstelle"
    texte["unterschrift_geschaeftsfuehrung"] = fuehrung
    bericht = reports.save_bericht(bericht.pk, texte, stand=bericht.stand, actor=buero, now=at - timedelta(days=3))
    bericht = reports.release_bericht(bericht.pk, stand=bericht.stand, actor=vorsitz, now=at - timedelta(days=1))
    bericht = Bericht.objects.get(pk=bericht.pk)
    name = bericht_dateiname(art=bericht.art, kennung=antrag.kennung or "")
    datei = store_bytes(name, "pdf", render_bericht(bericht, now=at))
    return reports.transmit_bericht(bericht.pk, datei, stand=bericht.stand, actor=buero, now=at)


def _answer(bericht: Bericht, *, buero: Person, at: datetime, now: datetime) -> None:
    """Let the board accept with changes, tell it, and put the answer on the next agenda."""
    angaben = decisions.Angaben("geaendert", timezone.localdate(at), ANTWORT, "VSEG-Vorstand, Traktandum 6")
    entscheid = decisions.record_entscheid(bericht.pk, angaben, stand=0, actor=buero, now=at + timedelta(days=1))
    decisions.tell_entscheid(bericht.pk, stand=entscheid.stand, actor=buero, now=at + timedelta(days=2))
    kommende = Sitzung.objects.filter(status=Sitzung.Status.ENTWURF, beginn_at__gt=now).order_by("beginn_at").first()
    if kommende is not None:
        agenda.put_rueckmeldung(entscheid.pk, kommende.pk, actor=buero, now=now)
