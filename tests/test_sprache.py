"""Swiss High German everywhere: «ss», « », the commission's own words; in the source and on every rendered page."""

import ast
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from antraege.models import Abstimmung, Antrag, Antragsbeilage, Antragsfassung, Stimmsitz
from mitglieder.models import Funktion, Leitgremium, Sitz, Stellvertretung, Verteilermeldung, Verteilervorschlag
from sitzungen.models import Aenderung, Anwesenheit, Sitzung, Teilnahme, Thema, Traktandenwunsch, Vormerkung
from tests.antraege.bericht_helfer import make_entscheid, make_ueberwiesen
from tests.conftest import (
    SEIT,
    make_datei,
    make_mandat,
    make_sitzung,
    make_traktandum,
    make_unterlage,
    make_versand,
)
from tests.test_urlconf import adressen

WURZEL = Path(__file__).resolve().parent.parent
APPS = ("konferenz", "mitglieder", "sitzungen", "antraege")
SCHARFES_S = chr(0xDF)
VERBOTEN = {
    "the sharp s": re.compile(f"[{SCHARFES_S}{chr(0x1E9E)}]"),
    "a word of other countries": re.compile(r"\b(?:Tagesordnung|Niederschrift|Umlaufbeschluss|Sitzungsgeld-Antrag)"),
    "«TOP» for Traktandum": re.compile(r"\bTOPs?\b(?! ?[=:(])"),
}
ANFUEHRUNG = re.compile(r"[\"„“”‚‘]|(?<=\w)'(?=\w)")
VORLAGEN = sorted((WURZEL / "templates").rglob("*.*"))
QUELLEN = [p for app in APPS for p in sorted((WURZEL / app).rglob("*.py")) if "migrations" not in p.parts]


def verstoesse(text):
    return [
        f"{was}: …{text[max(0, m.start() - 30) : m.end() + 30]}…"
        for was, muster in VERBOTEN.items()
        for m in muster.finditer(text)
    ]


def test_templates_speak_swiss():
    gefunden = {str(p.relative_to(WURZEL)): verstoesse(p.read_text(encoding="utf-8")) for p in VORLAGEN}

    assert {name: saetze for name, saetze in gefunden.items() if saetze} == {}


def test_strings_speak_swiss():
    gefunden = {}
    for pfad in QUELLEN:
        for knoten in ast.walk(ast.parse(pfad.read_text(encoding="utf-8"))):
            if isinstance(knoten, ast.Constant) and isinstance(knoten.value, str) and verstoesse(knoten.value):
                gefunden[f"{pfad.relative_to(WURZEL)}:{knoten.lineno}"] = verstoesse(knoten.value)

    assert gefunden == {}


def test_templates_quote_with_guillemets():
    """Text between tags has « », never straight or German quotes; attributes and tags of the template are left out."""
    gefunden = {}
    for pfad in VORLAGEN:
        if pfad.suffix not in {".html", ".txt"}:
            continue
        text = pfad.read_text(encoding="utf-8")
        text = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|{%.*?%}|{{.*?}}|<!--.*?-->", "", text, flags=re.DOTALL)
        text = re.sub(r"<(style|script)\b.*?</\1>", "", text, flags=re.DOTALL)
        text = re.sub(r"<[^>]*>", "", text)
        if treffer := [text[max(0, m.start() - 30) : m.end() + 30].strip() for m in ANFUEHRUNG.finditer(text)]:
            gefunden[str(pfad.relative_to(WURZEL))] = treffer

    assert gefunden == {}


def test_the_check_bites():
    assert len(verstoesse(f"Gru{SCHARFES_S}, Tagesordnung, TOP 3")) == 3
    assert verstoesse("Gruss, Traktandenliste, Traktandum 3, Topf") == []


# --- rendered pages ------------------------------------------------------------------------------------------


@pytest.fixture
def werte(versandte, cast):
    """What stands for <…> in an address: by name, or for a uuid by the part of the address before it."""
    entwurf = make_sitzung(3)
    make_unterlage(make_traktandum(entwurf), "Entwurf eines Berichts", person=cast["geschaeftsstelle"])
    sitzungen = [versandte, entwurf]
    traktanden = [str(sitzung.traktanden.first().uuid) for sitzung in sitzungen]
    laufende = make_sitzung(2, status="laufend")
    Sitzung.objects.filter(pk=laufende.pk).update(aktuell=make_traktandum(laufende))
    abstimmung = Abstimmung.objects.create(
        sitzung=laufende,
        traktandum=laufende.traktanden.get(),
        nr=1,
        frage="Wird der Antrag verabschiedet?",
        mehrheit="einfach",
        status="offen",
        eroeffnet_at=laufende.beginn_at,
        anwesend=1,
        created_at=laufende.beginn_at,
        created_von=cast["geschaeftsstelle"],
    )
    antrag = Antrag.objects.create(
        jahr=2026,
        nr=1,
        kennung="2026-1",
        titel="Teuerung",
        sitz=Sitz.objects.get(sozialregion__kuerzel="SRTG"),
        eingereicht_von=cast["praesidium"],
        eingereicht_at=laufende.beginn_at,
        traktandum=laufende.traktanden.get(),
        status="traktandiert",
        created_at=laufende.beginn_at,
    )
    Antragsfassung.objects.create(
        antrag=antrag, nr=1, text="Es sei …", von=cast["praesidium"], created_at=laufende.beginn_at
    )
    draft = Antrag.objects.create(sitz=antrag.sitz, eingereicht_von=cast["praesidium"], created_at=laufende.beginn_at)
    Antragsfassung.objects.create(antrag=draft, nr=1, von=cast["praesidium"], created_at=laufende.beginn_at)
    beilage = Antragsbeilage.objects.create(
        antrag=draft,
        datei=make_datei(),
        titel="Zahlen",
        position=1,
        von=cast["praesidium"],
        created_at=draft.created_at,
    )
    versand = make_versand(versandte, now=versandte.versandt_at)
    wunsch = Traktandenwunsch.objects.create(
        person=cast["praesidium"],
        titel="Suchthilfe",
        thema=Thema.objects.get(nr=8),
        begruendung="Die Kosten steigen.",
        created_at=versandte.created_at,
    )
    person, sitz = cast["praesidium"], Sitz.objects.get(sozialregion__kuerzel="SRTG")
    Funktion.objects.create(person=person, art="vorstand", von=SEIT)
    gremium = Leitgremium.objects.get(sozialregion__kuerzel="SRTG")
    ersatz = Stellvertretung.objects.create(sitz=sitz, person=cast["gast"], funktion="gemeinderat", von=SEIT)
    meldung = Verteilermeldung.objects.create(
        leitgremium=gremium, text="Es fehlt jemand.", created_at=versandte.created_at
    )
    aenderung = Aenderung.objects.create(
        sitzung=versandte,
        art="papier_zurueck",
        unterlage=versandte.traktanden.first().unterlagen.first(),
        erfasst_von=cast["geschaeftsstelle"],
        created_at=versandte.created_at,
    )
    vorschlag = Verteilervorschlag.objects.create(
        leitgremium=gremium,
        art="aufnehmen",
        vorname="Petra",
        nachname="Neu",
        funktion="Gemeinderätin",
        email="petra.neu@gemeinde.test",
        created_at=versandte.created_at,
    )
    strecke = Anwesenheit.objects.create(
        sitzung=laufende,
        teilnahme=Teilnahme.objects.create(sitzung=laufende, sitz=sitz),
        person=person,
        als="inhaber",
        von_at=laufende.begonnen_at,
        weg="selbst",
        erfasst_von=person,
        erfasst_at=laufende.begonnen_at,
    )
    Stimmsitz.objects.create(
        abstimmung=abstimmung, sitz=sitz, person=person, als="inhaber", bezeichnung=sitz.bezeichnung, name=person.name
    )
    vormerkung = Vormerkung.objects.create(
        teilnahme=strecke.teilnahme,
        art="weg",
        person=person,
        zeit_at=laufende.begonnen_at,
        vermerkt_von=person,
        vermerkt_at=laufende.begonnen_at,
    )
    designiert = make_mandat(cast["fremde"], Sitz.objects.get(sozialregion__kuerzel="SON"), gewaehlt=False)
    beim_vorstand = make_ueberwiesen(
        person, cast["vorsitz"], nr=9, sitzung=make_sitzung(1, status="geschlossen"), am=laufende.beginn_at
    )
    make_entscheid(beim_vorstand, cast["geschaeftsstelle"], status="entwurf")
    return {
        "vorstand": [str(beim_vorstand.uuid)],
        "wahlen": [str(designiert.uuid)],
        "vormerkungen": [str(vormerkung.uuid)],
        "abstimmungen": [str(abstimmung.uuid)],
        "antraege": [antrag.kennung],
        "entwurf": [str(draft.uuid)],
        "beilagen": [str(beilage.uuid)],
        "praesenz": [str(sitz.uuid)],
        "platz": [str(sitz.uuid)],
        "tuere": [str(sitz.uuid)],
        "gaeste": [str(cast["gast"].uuid)],
        "zeiten": [str(strecke.uuid)],
        "vorschlaege": [str(vorschlag.uuid)],
        "bestaetigung": [str(cast["leitgremium"].mitgliedschaften.get().uuid)],
        "aenderungen": [str(aenderung.uuid)],
        "was": ["nachversand", "verschiebung", "absage"],
        "wunsch": [str(wunsch.uuid)],
        "wuensche": [str(wunsch.uuid)],
        "mitglieder": [str(person.uuid)],
        "sitze": [str(sitz.uuid)],
        "sitz": [str(sitz.uuid)],
        "mandate": [str(person.mandate.get().uuid)],
        "stellvertretungen": [str(ersatz.uuid)],
        "mitgliedschaften": [str(cast["leitgremium"].mitgliedschaften.get().uuid)],
        "meldungen": [str(meldung.uuid)],
        "art": ["vorstand"],
        "gemeinden": ["Balsthal"],
        "versand": [str(versand.uuid)],
        "zustellungen": [str(versand.zustellungen.first().uuid)],
        "brief": ["einladung", "kenntnis"],
        "kennung": [sitzung.kennung for sitzung in [*sitzungen, laufende]],
        "jahr": [str(versandte.jahr)],
        "kuerzel": ["srtg", "bbl"],
        "nr": ["1"],
        "token": ["unbekannt"],
        "marke": ["unbekannt"],
        "name": ["unbekannt"],
        "uidb36": ["1"],
        "key": ["set-password"],
        "traktanden": traktanden,
        "uebernehmen": traktanden,
        "unterlagen": [str(sitzung.traktanden.first().unterlagen.first().uuid) for sitzung in sitzungen],
    }


def adressen_von(muster, werte):
    """Return the addresses of a pattern with values put in; nothing where no value is known."""
    argument = re.search(r"(?:(\w+)/)?<(?:\w+__)?(\w+)>", muster)
    if argument is None:
        return [muster]
    ganz = re.search(r"<\w+>", muster)[0]
    bekannt = werte.get(argument[1] if argument[2] == "uuid" or argument[1] in werte else argument[2], [])
    return [a for wert in bekannt for a in adressen_von(muster.replace(ganz, wert, 1), werte)]


def test_each_address_is_visited(werte):
    """An address with an argument nobody knows a value for would be left out below: name it in `werte`."""
    assert [muster for muster, _view in adressen() if not adressen_von(muster, werte)] == []


@pytest.mark.parametrize("rolle", ["geschaeftsstelle", "praesidium", "leitgremium", None])
def test_pages_speak_swiss(client, cast, werte, rolle):
    """Every address by GET, also the refusals: none of the forbidden, the language named, no straight quotes."""
    if rolle:
        client.force_login(cast[rolle], backend="allauth.account.auth_backends.AuthenticationBackend")
    gefunden = {}
    seiten = 0
    for adresse in [a for muster, _view in adressen() for a in adressen_von(muster, werte)]:
        antwort = client.get(adresse)
        for schliesse in antwort._resource_closers:  # files; close() would take the test's connection along
            schliesse()
        if antwort.status_code in {301, 302, 405} or not antwort.get("Content-Type", "").startswith("text/html"):
            continue
        assert antwort.status_code in {200, 403, 404}, adresse
        seiten += antwort.status_code == 200
        seite = BeautifulSoup(antwort.content, "html.parser")
        # a document's wording is shown as it was written (R45)
        for weg in [*seite(["script", "style", "textarea"]), *seite.select("[data-wortlaut]")]:
            weg.decompose()
        text = seite.get_text(" ")
        fehler = verstoesse(text) + [text[max(0, m.start() - 30) : m.end() + 30] for m in ANFUEHRUNG.finditer(text)]
        if seite.html is None or seite.html.get("lang") != "de-CH":
            fehler.append("lang is not de-CH")
        if fehler:
            gefunden[adresse] = fehler

    assert gefunden == {}
    assert seiten >= 4
