"""A whole meeting's voting: the desk and four telephones; by ballot, by show of hands, both, and after a seat has left."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from antraege.models import Abstimmung, Antrag, Stimme
from konferenz import journal
from mitglieder.models import Sitz
from sitzungen.models import Anwesenheit, Sitzung
from tests.antraege.conftest import make_saal
from tests.browser.anblick import keep

pytestmark = pytest.mark.django_db(transaction=True)
TELEFON = {"width": 375, "height": 740}


@pytest.fixture
def raum(geschaeftsstelle):
    """Today's running meeting with all fourteen voting seats there."""
    saal, jetzt = make_saal(), timezone.now()
    Sitzung.objects.filter(pk=saal.pk).update(
        beginn_at=jetzt - timedelta(minutes=30),
        ende_at=jetzt + timedelta(hours=2),
        begonnen_at=jetzt - timedelta(minutes=30),
        saal_offen_at=jetzt - timedelta(minutes=30),
        leitung=Sitz.objects.get(art="vorsitz").mandate.get().person,
    )
    Anwesenheit.objects.filter(sitzung=saal).update(von_at=jetzt - timedelta(minutes=29))
    saal.refresh_from_db()
    return saal


@pytest.fixture
def browser_of(browser, adresse):
    """Return a function that opens a browser of its own, signed in as a person, at a page."""
    offene = []

    def oeffne(person, pfad, groesse):
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        context = browser.new_context(viewport=groesse, locale="de-CH", timezone_id="Europe/Zurich")
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": adresse}])
        offene.append(context)
        page = context.new_page()
        page.goto(f"{adresse}{pfad}")
        return page

    yield oeffne
    for context in offene:
        context.close()


def take_motion(pult, titel, satz):
    """Type a motion at the desk and open its vote; satz: what the rule says before it."""
    pult.get_by_role("link", name="Antrag aufnehmen").click()
    pult.get_by_label("Titel").fill(titel)
    pult.get_by_label("Text des Antrags").fill(f"Der VSEG-Vorstand sei zu ersuchen: {titel}.")
    pult.get_by_label("Von welchem Sitz").select_option(index=2)
    pult.get_by_role("button", name="Antrag aufnehmen und Abstimmung vorbereiten").click()
    expect(pult.get_by_text(satz)).to_be_visible()
    pult.get_by_role("button", name="Ja, Abstimmung eröffnen").click()
    expect(pult.get_by_text("0 von", exact=False).first).to_be_visible()
    return Abstimmung.objects.get(status="offen")


def vote(telefon, wahl):
    """Give a ballot that appeared by itself."""
    knopf = telefon.get_by_role("button", name="Stimme abgeben")
    expect(knopf).to_be_visible()
    telefon.get_by_role("radio", name=re.compile(rf"^{wahl}\b")).check()
    knopf.click()
    expect(telefon.get_by_text(f"Ihre Stimme: {wahl}").first).to_be_visible()
    expect(knopf).to_have_count(0)


def raise_hands(pult, *, nein=0):
    """Record the rest from the room: so many no, everybody else yes."""
    pult.get_by_role("link", name="Stimmen aus dem Saal erfassen").click()
    for _ in range(nein):
        zeile = pult.locator("li.erfassung__sitz").filter(has_not=pult.locator(".erfassung__weg")).last
        nummer = zeile.get_attribute("id")
        zeile.get_by_role("button", name="Nein").click()
        expect(pult.locator(f"#{nummer} .erfassung__weg")).to_be_visible()
    pult.get_by_role("button", name="Alle übrigen Ja").click()
    expect(pult.get_by_role("button", name="Alle übrigen Ja")).to_have_count(0)
    pult.get_by_role("link", name="Zurück zum Pult").click()


def close(pult, satz):
    pult.get_by_role("button", name="Abstimmung schliessen").first.click()
    expect(pult.locator(".ergebnis__satz").last).to_contain_text(satz)


def test_four_telephones_and_the_desk(raum, adresse, browser_of, pruefe, geschaeftsstelle):
    pfad = f"/sitzungen/{raum.kennung}/"
    pult = browser_of(geschaeftsstelle, f"{pfad}leitung/", {"width": 1280, "height": 900})
    sitze = list(Sitz.objects.stimmberechtigt().order_by("reihenfolge"))
    personen = [sitz.mandate.get().person for sitz in sitze]
    telefone = [browser_of(person, f"{pfad}raum/", TELEFON) for person in personen[:4]]

    # By ballot and by show of hands together: four telephones, ten hands; 14 present, 10 needed.
    erste = take_motion(pult, "Teuerung anpassen", "Anwesend stimmberechtigt 14 – nötig 10 Ja")
    for telefon, wahl in zip(telefone, ("Ja", "Ja", "Nein", "Enthaltung"), strict=True):
        vote(telefon, wahl)
    keep(telefone[0], "beleg")
    pruefe(telefone[0])
    expect(pult.get_by_text("4 von 14 haben gestimmt")).to_be_visible()
    raise_hands(pult, nein=2)
    close(pult, "10 Ja, 3 Nein, 1 Enthaltung bei 14 Anwesenden; nötig 10")
    keep(pult, "abstimmung-pult")
    pruefe(pult)
    expect(telefone[0].locator(".ergebnis__satz").first).to_contain_text("10 Ja")
    keep(telefone[0], "ergebnis")
    pruefe(telefone[0])
    assert set(Stimme.objects.filter(abstimmung=erste).values_list("weg", flat=True)) == {"selbst", "geschaeftsstelle"}

    # By show of hands alone.
    take_motion(pult, "Bericht verlangen", "Anwesend stimmberechtigt 14 – nötig 10 Ja")
    raise_hands(pult, nein=5)
    close(pult, "9 Ja, 5 Nein, 0 Enthaltungen bei 14 Anwesenden; nötig 10")

    # A seat leaves before the opening: of 13 present 9 are enough. By ballot alone for those with a telephone.
    telefone[3].goto(f"{adresse}{pfad}")
    telefone[3].get_by_role("button", name="Ich gehe").click()
    expect(telefone[3].get_by_role("button", name="Ich bin da").first).to_be_visible()
    dritte = take_motion(pult, "Beitrag kürzen", "Anwesend stimmberechtigt 13 – nötig 9 Ja")
    for telefon in telefone[:3]:
        vote(telefon, "Ja")
    telefone[3].goto(f"{adresse}/abstimmungen/{dritte.uuid}/")
    expect(telefone[3].get_by_text("nicht anwesend", exact=False).first).to_be_visible()
    keep(telefone[3], "nicht-anwesend")
    expect(telefone[3].get_by_role("radio")).to_have_count(0)
    raise_hands(pult, nein=4)
    close(pult, "9 Ja, 4 Nein, 0 Enthaltungen bei 13 Anwesenden; nötig 9")

    assert list(Antrag.objects.order_by("nr").values_list("status", flat=True)) == [
        "verabschiedet",
        "nicht_zustande_gekommen",
        "verabschiedet",
    ]
    assert journal.verify() is None
