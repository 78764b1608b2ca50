"""The report to the board in a real browser: the office writes, the chair releases, the office hands over; axe finds nothing."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import expect

from antraege.actions import bericht as deeds
from antraege.models import Antragsbeilage, Bericht
from konferenz import triggers
from konferenz.models import Sendung
from konferenz.nachricht import load_builder
from mitglieder.models import Sitz
from tests.antraege.conftest import make_antrag, make_saal
from tests.antraege.ueberweisung_helfer import decide, texte
from tests.browser.anblick import keep, overhang, settle
from tests.conftest import make_datei

pytestmark = pytest.mark.django_db(transaction=True)

BREITEN = [(375, 812), (1280, 900)]
ERWAEGUNGEN = (
    "Die Fallpauschale deckt die Kosten der Regionen seit Jahren nicht mehr. Sie wurde 2019 letztmals angepasst.\n\n"
    "Eine Anpassung an die Teuerung stellt die frühere Deckung wieder her, ohne das System zu ändern."
)


@pytest.fixture
def bild(page, pruefe):
    """Check a page at two widths; keep pictures where BILDER names a folder."""

    def check(name):
        for breite, hoehe in BREITEN:
            page.set_viewport_size({"width": breite, "height": hoehe})
            settle(page)
            if page.locator("iframe").count():
                page.locator("iframe").scroll_into_view_if_needed()
                page.frame_locator("iframe").locator("h1").wait_for()
            keep(page, f"{name}-{breite}")
            assert overhang(page) == 0, f"{name} scrolls at {breite}"
            pruefe(page)

    return check


@pytest.fixture
def chair(saal):
    return Sitz.objects.get(art="vorsitz").mandate.get().person


@pytest.fixture
def saal(db):
    return make_saal()


@pytest.fixture
def vote(saal, geschaeftsstelle):
    """Return a function that opens a vote on a motion for everybody present."""
    from antraege.actions.abstimmung import open_abstimmung, prepare_abstimmung

    vote = prepare_abstimmung(
        saal.pk,
        traktandum_pk=saal.aktuell_id,
        frage="Wird der Antrag «Teuerung der Fallpauschale» zuhanden des VSEG-Vorstands verabschiedet?",
        mehrheit="zweidrittel",
        fassung_pk=make_antrag(saal).pk,
        actor=geschaeftsstelle,
        now=saal.beginn_at,
    )
    sitze = list(saal.anwesenheiten.values_list("teilnahme__sitz_id", flat=True))
    return open_abstimmung(vote.pk, sitze=sitze, actor=geschaeftsstelle, now=saal.beginn_at)


def test_from_the_vote_to_the_board(
    page, adresse, anmelden, gemeldet, vote, chair, geschaeftsstelle, vorstand, bild, now
):
    antrag = decide(vote)
    with triggers.without_triggers():
        Antragsbeilage.objects.create(
            antrag=antrag,
            datei=make_datei("Vollkosten.pdf"),
            titel="Vollkostenrechnung 2027",
            position=1,
            von=geschaeftsstelle,
            created_at=now,
        )
    seite = f"{adresse}/antraege/{antrag.kennung}/bericht/"
    anmelden(geschaeftsstelle)
    page.goto(seite)
    bild("bericht-anlegen")
    page.get_by_role("button", name="Bericht anlegen").click()
    expect(page.get_by_role("heading", name="Noch zu ergänzen")).to_be_visible()
    bild("bericht-fehlt")
    page.get_by_label("Erwägungen").fill(ERWAEGUNGEN)
    page.get_by_label("Vorsitz, Name und Funktion").fill("Vera Vorsitz, Präsidentin")
    page.get_by_label("Geschäftsführung, Name und Funktion").fill("Gero Führung, Geschäftsführer")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Freigeben kann nur der Vorsitz")).to_be_visible()
    expect(page.get_by_role("button", name="Bericht freigeben")).to_have_count(0)
    bild("bericht-geschrieben")
    page.get_by_role("button", name="Dem Vorsitz zur Freigabe vorlegen").click()
    expect(page.get_by_text("Dem Vorsitz vorgelegt am")).to_be_visible()
    expect(page.get_by_role("button", name="Nochmals vorlegen")).to_be_visible()
    bild("bericht-vorgelegt")
    page.context.clear_cookies()
    anmelden(chair)
    page.goto(seite)
    bild("bericht-vorsitz")
    page.get_by_role("button", name="Bericht freigeben").click()
    expect(page.get_by_role("heading", name="Bereit zur Überweisung")).to_be_visible()
    bild("bericht-freigegeben")
    page.context.clear_cookies()
    anmelden(geschaeftsstelle)
    page.goto(seite)
    page.get_by_role("button", name="Dem VSEG-Vorstand überweisen").click()
    expect(page.get_by_role("heading", name="Dem VSEG-Vorstand überwiesen")).to_be_visible()
    bild("bericht-ueberwiesen")

    bericht = Bericht.objects.get()
    assert bericht.is_ueberwiesen
    pdf = page.request.get(f"{adresse}/vorstand/{bericht.uuid}/bericht.pdf")
    assert pdf.body().startswith(b"%PDF-")
    assert gemeldet == []
    show_mail(page, Sendung.objects.get(person=vorstand.uuid), "bericht-mail")


def test_two_writers_and_a_failed_motion(page, adresse, anmelden, vote, geschaeftsstelle, vorstand, bild, now):
    antrag = decide(vote, ja=9, nein=4)
    anmelden(geschaeftsstelle)
    page.goto(f"{adresse}/antraege/{antrag.kennung}/bericht/")
    bild("information-anlegen")
    page.get_by_role("button", name="Bericht zur Information anlegen").click()
    bericht = Bericht.objects.get()
    deeds.save_bericht(
        bericht.pk, texte(bericht, erwaegungen="Von der Kollegin."), stand=0, actor=geschaeftsstelle, now=now
    )
    page.get_by_label("Erwägungen").fill("Von mir.")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Ihr Text gegenüber dem gespeicherten")).to_have_count(1)
    expect(page.get_by_label("Erwägungen")).to_have_value("Von mir.")
    bild("information-veraltet")


def show_mail(page, sendung, name):
    """Keep pictures of a letter where BILDER names a folder."""
    mail = load_builder(sendung.builder)(sendung)
    if os.environ.get("BILDER"):
        page.goto("about:blank")  # the portal's CSP ends here
        page.set_content(str(mail.alternatives[0][0]))
        for breite, hoehe in BREITEN:
            page.set_viewport_size({"width": breite, "height": hoehe})
            keep(page, f"{name}-{breite}")
