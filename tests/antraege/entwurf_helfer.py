"""Drafts for the tests, and forms as a browser sends them."""

from __future__ import annotations

from bs4 import BeautifulSoup

from antraege.actions import entwurf as deeds
from antraege.models import Antrag
from antraege.queries.entwurf import Eingabe, eingabe_of, latest_fassung
from mitglieder.models import Sitz
from sitzungen.models import Thema

WERTE = {
    "titel": "Teuerung der Fallpauschale",
    "text": "Der VSEG-Vorstand sei zu ersuchen, die Fallpauschale der Teuerung anzupassen.",
    "ausgangslage": "Die Pauschale gilt seit 2019.",
    "erwaegungen": "Die Kosten steigen.",
    "finanzielles": "Rund 200’000 Franken im Jahr.",
}


def make_entwurf(person, *, now, sitz=None, **anders) -> Antrag:
    """Return a stored draft of a person with all its texts."""
    sitz = sitz or person.mandate.first().sitz
    antrag = deeds.create_entwurf(sitz_pk=sitz.pk, actor=person, now=now)
    werte = WERTE | {"thema": str(Thema.objects.get(nr=4).pk)} | anders
    deeds.save_entwurf(antrag.pk, Eingabe(werte, antrag.stand, {}), actor=person, now=now)
    return Antrag.objects.get(pk=antrag.pk)


def submit(antrag, *, actor, now) -> Antrag:
    """Submit a stored draft."""
    assert deeds.submit_entwurf(antrag.pk, typed(antrag), actor=actor, now=now) == []
    return Antrag.objects.get(pk=antrag.pk)


def typed(antrag, **anders) -> Eingabe:
    """Return what somebody sends who has the newest state before him and changed some fields."""
    antrag = Antrag.objects.get(pk=antrag.pk)
    eingabe = eingabe_of(antrag, latest_fassung(antrag))
    return Eingabe({**eingabe.werte, **anders}, eingabe.stand, eingabe.basis)


def felder_of(response, ziel="") -> dict[str, str]:
    """Return the fields of a page's form as a browser would send them. ziel: how the address of the form ends."""
    seite = BeautifulSoup(response.content, "html.parser")
    form = next(f for f in seite.select("main form") if f.get("action", "").endswith(ziel))
    felder = {}
    for feld in form.select("input[name], textarea[name]"):
        if feld.get("type") != "file":
            felder[feld["name"]] = feld.get("value", "") if feld.name == "input" else feld.text.removeprefix("\n")
    for feld in form.select("select[name]"):
        gewaehlt = feld.select_one("option[selected]")
        felder[feld["name"]] = gewaehlt["value"] if gewaehlt else ""
    return felder


def seat_of(kuerzel) -> Sitz:
    return Sitz.objects.get(sozialregion__kuerzel=kuerzel)
