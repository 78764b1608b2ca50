"""The pages of people and regions in a real browser: axe, 375 and 320 px, the office's way from an empty server."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from mitglieder import demo
from mitglieder.actions.zugang import create_geschaeftsstelle
from mitglieder.models import Mandat, Person, Sozialregion
from tests.browser.anblick import overhang

pytestmark = pytest.mark.django_db(transaction=True)
SEITEN = (
    "/mitglieder/",
    "/mitglieder/personen/",
    "/mitglieder/neu/",
    "/mitglieder/einlesen/",
    "/regionen/",
    "/regionen/bbl/",
    "/verteiler/",
    "/einrichten/",
    "/einstellungen/",
    "/pflichtenheft/",
    "/journal/",
    "/betrieb/",
    "/konto/",
)


@pytest.fixture
def buero(transactional_db, page, adresse):
    """The demo's office, signed in."""
    demo.create_demo(timezone.now())
    page.goto(f"{adresse}/konto/anmelden/")
    page.get_by_label("E-Mail-Adresse").fill(f"geschaeftsstelle@{demo.DOMAIN}")
    page.get_by_label("Passwort", exact=True).fill(demo.PASSWORT)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.wait_for_url(f"{adresse}/")
    return page


def test_pages_have_nothing_for_axe_and_fit_a_phone(buero, adresse, pruefe, gemeldet):
    person, sitz = Person.objects.get(login=f"praesidium@{demo.DOMAIN}"), Mandat.objects.first().sitz
    weitere = [
        person.get_absolute_url(),
        reverse("mitglieder:sitz-detail", args=[sitz.uuid]),
        reverse("mitglieder:mandat-start", args=[sitz.uuid]),
    ]
    zu_breit = {}
    for pfad in (*SEITEN, *weitere):
        buero.set_viewport_size({"width": 1280, "height": 900})
        buero.goto(f"{adresse}{pfad}")
        pruefe(buero)
        for breite in (375, 320):
            buero.set_viewport_size({"width": breite, "height": 800})
            if zuviel := overhang(buero):
                zu_breit[pfad, breite] = zuviel
    assert zu_breit == {}
    assert gemeldet == []


def test_on_a_phone_no_label_touches_its_value(buero, adresse):
    buero.set_viewport_size({"width": 375, "height": 800})
    buero.goto(f"{adresse}/mitglieder/")

    enge = buero.evaluate(
        """() => [...document.querySelectorAll("td[data-titel]")].filter((zelle) => {
             const wort = document.createElement("span");
             wort.textContent = zelle.dataset.titel;
             wort.style.position = "absolute";
             zelle.append(wort);
             const breite = wort.getBoundingClientRect().width;
             wort.remove();
             return breite > parseFloat(getComputedStyle(zelle).gridTemplateColumns);
           }).map((zelle) => zelle.dataset.titel)"""
    )

    assert enge == []


def test_office_begins_on_an_empty_server(page, adresse, settings):
    """From the command's link to the letterhead and the first president, in so many clicks and fields."""
    settings.SITE_URL = adresse
    link = create_geschaeftsstelle("buero@vseg.test", vorname="Eva", nachname="Muster", now=timezone.now())
    page.goto(f"{adresse}{link.path}")
    page.get_by_label("Passwort", exact=False).first.fill("Ein-gutes-Passwort-1")
    page.get_by_label("Passwort wiederholen").fill("Ein-gutes-Passwort-1")
    page.get_by_role("button", name="Zugang einrichten").click()
    page.wait_for_url(f"{adresse}/einrichten/")
    page.get_by_role("link", name="Briefkopf ausfüllen").click()
    for feld, wert in {
        "Postadresse": "Hauptstrasse 1\n4500 Solothurn",
        "E-Mail der Geschäftsstelle": "info@vseg.test",
        "Vorsitz, Name und Funktion": "V. Muster, Präsidium",
        "Geschäftsführung, Name und Funktion": "G. Muster, Geschäftsführung",
    }.items():
        page.get_by_label(feld).fill(wert)
    page.get_by_role("button", name="Speichern").click()
    page.get_by_text("Die Einstellungen sind gespeichert.").wait_for()
    page.goto(f"{adresse}/einrichten/")
    page.get_by_role("button", name="Testmail an mich").click()
    page.get_by_text("Die Testmail an buero@vseg.test ist unterwegs").first.wait_for()

    page.goto(f"{adresse}/mitglieder/einlesen/")
    inhalt = "rolle;region;vorname;nachname;email;funktion;von;wahlbeschluss_datum\n" + "".join(
        f"praesidium;{region.kuerzel};Vera;Muster-{region.kuerzel};{region.kuerzel}@x.test;;1.1.2026;4.12.2025\n"
        for region in Sozialregion.objects.all()
    )
    page.get_by_label("Tabelle").set_input_files(
        {"name": "liste.csv", "mimeType": "text/csv", "buffer": inhalt.encode("cp1252")}
    )
    page.get_by_role("button", name="Vorschau zeigen").click()
    page.get_by_text(re.compile("13 neu, 0 geändert")).wait_for()
    page.get_by_role("button", name="Einlesen").click()
    page.wait_for_url(f"{adresse}/mitglieder/")

    assert Mandat.objects.filter(status="gewaehlt").count() == 13
