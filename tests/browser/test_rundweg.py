"""A motion's whole way in a real browser, five roles one after another: from the draft to the board's answer on the next agenda."""

from __future__ import annotations

import os
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.module_loading import import_string
from playwright.sync_api import expect

from antraege.models import Abstimmung, Antrag, Bericht
from konferenz import journal
from konferenz.models import Sendung
from mitglieder.models import Funktion, Sitz
from sitzungen.actions.leitung import end_sitzung
from sitzungen.models import Sitzung, Traktandum
from sitzungen.takt import dispatch_versand
from tests.antraege.conftest import seat
from tests.browser.anblick import keep
from tests.conftest import SEIT, make_mandat, make_person, make_sitzung, make_traktandum, pdf_bytes

pytestmark = pytest.mark.django_db(transaction=True)
TITEL = "Fallpauschale der Teuerung anpassen"
TEXT = "Der VSEG-Vorstand sei zu ersuchen, beim Kanton die Anpassung der Fallpauschale an die Teuerung zu verlangen."
NEU = TEXT.replace("an die Teuerung", "an die aufgelaufene Teuerung")
AM_PULT = NEU.replace("zu verlangen", "bis 2028 zu verlangen")


def behalte(name, inhalt):
    if ordner := os.environ.get("BILDER"):
        (Path(ordner) / f"rundweg-{name}").write_bytes(inhalt)


def page_text(pdf):
    """Return the words of a PDF."""
    return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


@pytest.fixture
def leute(geschaeftsstelle, vorstand):
    """Return everybody by name: fourteen seats, the office, the board and its secretary."""
    leute = {"buero": geschaeftsstelle, "vorstand": vorstand, "sekretariat": make_person("Sekretariat")}
    Funktion.objects.create(person=leute["sekretariat"], art="vorstandssekretariat", von=SEIT)
    for nr, sitz in enumerate(Sitz.objects.stimmberechtigt().order_by("reihenfolge")):
        person = make_person(f"Sitz{nr:02}", email=f"sitz{nr:02}@portal.test")
        make_mandat(person, sitz)
        leute["vorsitz" if sitz.art == "vorsitz" else f"sitz{nr:02}"] = person
    leute["praesidium"] = Sitz.objects.get(sozialregion__kuerzel="SRTG").mandate.get().person
    return leute


@pytest.fixture
def kommende(leute):
    """A meeting in four weeks and the one after it, both in preparation."""
    beginn = timezone.now() + timedelta(days=28)
    make_sitzung(5, beginn_at=beginn + timedelta(days=90))
    sitzung = make_sitzung(4, beginn_at=beginn)
    make_traktandum(sitzung, "Begrüssung und Präsenz", art="formelles", minuten=5)
    return sitzung


@pytest.fixture
def oeffne(browser, adresse, leute):
    """Return a function that opens a browser of its own, signed in as somebody, at a page."""
    offene = []

    def open_page(name, pfad, breite=1280):
        client = Client()
        client.force_login(leute[name], backend="allauth.account.auth_backends.AuthenticationBackend")
        context = browser.new_context(
            viewport={"width": breite, "height": 800},
            locale="de-CH",
            timezone_id="Europe/Zurich",
            reduced_motion="reduce",
        )
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": adresse}])
        offene.append(context)
        page = context.new_page()
        page.goto(f"{adresse}{pfad}")
        return page

    yield open_page
    for context in offene:
        context.close()


def letters(builder):
    """Return the mails of one builder as they are handed over, by recipient."""
    return {
        sendung.an_adresse: import_string(sendung.builder)(sendung)
        for sendung in Sendung.objects.filter(builder__startswith=builder)
    }


def write_and_submit(page, pruefe):
    page.get_by_role("button", name="Neuen Entwurf beginnen").click()
    page.get_by_label("Titel").fill(TITEL)
    page.get_by_label("Thema").select_option(index=4)
    page.get_by_label("Antrag", exact=True).fill(TEXT)
    page.get_by_label("Ausgangslage").fill("Die Fallpauschale ist seit 2019 unverändert.\n\nDie Löhne sind gestiegen.")
    page.get_by_label("Erwägungen").fill("Ohne Anpassung tragen die Gemeinden die Teuerung allein.")
    page.get_by_label("Finanzielle Auswirkungen auf die Gemeinden").fill("Entlastung um 1,2 Mio. Franken im Jahr.")
    page.get_by_label("Dateien anhängen").set_input_files(
        {"name": "Berechnung.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes()}
    )
    page.get_by_role("button", name="Anhängen und Text speichern").click()
    expect(page.get_by_role("link", name="Berechnung")).to_be_visible()
    pruefe(page)
    keep(page, "rundweg-1-entwurf")
    page.get_by_role("button", name="Antrag einreichen").click()
    expect(page.get_by_text(f"Antrag 1/{timezone.localdate().year}").first).to_be_visible()


def hold_vote(sitzung, leute, pult, adresse):
    """Let the announced meeting take place today with all fourteen seats there; ten hands for yes, four for no."""
    jetzt = timezone.now()
    Sitzung.objects.filter(pk=sitzung.pk).update(
        status="laufend",
        beginn_at=jetzt - timedelta(minutes=30),
        ende_at=jetzt + timedelta(hours=2),
        begonnen_at=jetzt - timedelta(minutes=30),
        leitung=leute["vorsitz"],
        aktuell=Antrag.objects.get().traktandum,
    )
    sitzung.refresh_from_db()
    for sitz in Sitz.objects.stimmberechtigt():
        seat(sitzung, sitz, sitz.mandate.get().person)
    pult.goto(f"{adresse}/sitzungen/{sitzung.kennung}/leitung/")
    pult.get_by_role("link", name="Antrag neu fassen").first.click()
    pult.get_by_label("Antrag", exact=True).fill(AM_PULT)
    pult.get_by_role("button", name="Neue Fassung speichern").click()
    expect(pult.get_by_text("Die früheren bleiben lesbar.")).to_be_visible()
    pult.goto(f"{adresse}/antraege/{Antrag.objects.get().kennung}/fassungen/3/")
    expect(pult.locator("ins", has_text="bis 2028")).to_be_visible()
    pult.goto(f"{adresse}/sitzungen/{sitzung.kennung}/leitung/")
    pult.get_by_role("link", name="Eröffnen").first.click()
    expect(pult.get_by_text("Anwesend stimmberechtigt 14 – nötig 10 Ja")).to_be_visible()
    pult.get_by_role("button", name="Ja, Abstimmung eröffnen").click()
    pult.get_by_role("link", name="Stimmen aus dem Saal erfassen").click()
    for _ in range(4):
        zeile = pult.locator("li.erfassung__sitz").filter(has_not=pult.locator(".erfassung__weg")).last
        nummer = zeile.get_attribute("id")
        zeile.get_by_role("button", name="Nein").click()
        expect(pult.locator(f"#{nummer} .erfassung__weg")).to_be_visible()
    pult.get_by_role("button", name="Alle übrigen Ja").click()
    expect(pult.get_by_role("button", name="Alle übrigen Ja")).to_have_count(0)
    pult.get_by_role("link", name="Zurück zum Pult").click()
    pult.get_by_role("button", name="Abstimmung schliessen").first.click()
    expect(pult.locator(".ergebnis__satz").last).to_contain_text("10 Ja, 4 Nein, 0 Enthaltungen bei 14 Anwesenden")
    keep(pult, "rundweg-4-abgestimmt")
    end_sitzung(sitzung.pk, bestaetigt=True, actor=leute["vorsitz"], now=timezone.now())


def test_from_the_idea_to_the_answer(kommende, leute, oeffne, adresse, pruefe):
    # The president writes and submits.
    praesidium = oeffne("praesidium", "/antraege/neu/", 375)
    write_and_submit(praesidium, pruefe)
    antrag = Antrag.objects.get()
    seite = f"/antraege/{antrag.kennung}/"
    assert antrag.status == "eingereicht"

    # The office puts it on the agenda; the chair releases; it is announced.
    buero = oeffne("buero", seite)
    buero.get_by_role("link", name="Traktandieren").first.click()
    expect(buero.get_by_role("radio", name="4. ordentliche Sitzung")).to_be_checked()
    buero.get_by_role("button", name="Auf die Traktandenliste setzen").click()
    expect(buero.get_by_text(TITEL).first).to_be_visible()
    pruefe(buero)
    keep(buero, "rundweg-2-traktandenliste")
    punkt = Traktandum.objects.get(titel__contains=TITEL)
    assert [u.titel for u in punkt.unterlagen.order_by("position")][1:] == ["Berechnung"]
    buero.goto(f"{adresse}/sitzungen/{kommende.kennung}/traktanden/")
    buero.get_by_role("link", name="Abstimmung vorbereiten zu Traktandum 2").click()
    buero.get_by_role("button", name="Vorbereiten").click()
    Sitzung.objects.filter(pk=kommende.pk).update(
        status="freigegeben", freigegeben_at=timezone.now(), freigegeben_von=leute["vorsitz"]
    )
    dispatch_versand(now=kommende.versand_due_at + timedelta(minutes=1))
    kommende.refresh_from_db()
    assert kommende.status == "versandt"
    punkt.refresh_from_db()
    assert punkt.angekuendigt_at is not None

    # Reworded once more, then voted on.
    praesidium.goto(f"{adresse}{seite}fassung/")
    praesidium.get_by_label("Antrag", exact=True).fill(NEU)
    praesidium.get_by_role("button", name="Neue Fassung speichern").click()
    expect(praesidium.get_by_text("Die früheren bleiben lesbar.")).to_be_visible()
    praesidium.goto(f"{adresse}{seite}fassungen/2/")
    expect(praesidium.get_by_text("aufgelaufene").first).to_be_visible()
    pruefe(praesidium)
    keep(praesidium, "rundweg-3-fassung")
    hold_vote(kommende, leute, buero, adresse)
    antrag.refresh_from_db()
    assert antrag.status == "verabschiedet"
    assert Abstimmung.objects.get(status="geschlossen").antragsfassung.nr == 3

    # The report: written by the office, released by the chair, handed over by the office.
    buero.goto(f"{adresse}{seite}bericht/")
    buero.get_by_role("button", name="Bericht anlegen").click()
    buero.get_by_label("Position der Minderheit").fill("Vier Sitze möchten zuerst den Bericht des Kantons abwarten.")
    buero.get_by_label("Geschäftsführung, Name und Funktion").fill("Berta Büro, Geschäftsführerin")
    buero.get_by_role("button", name="Speichern").click()
    expect(buero.get_by_text("Schreiben und dem Vorsitz vorlegen")).to_be_visible()
    expect(buero.get_by_role("heading", name="Antrag (Fassung 3)")).to_be_visible()
    pruefe(buero)
    keep(buero, "rundweg-5-bericht")
    expect(buero.get_by_role("button", name="Bericht freigeben")).to_have_count(0)
    vorsitz = oeffne("vorsitz", f"{seite}bericht/")
    vorsitz.get_by_role("button", name="Bericht freigeben").click()
    expect(vorsitz.get_by_text("Der Bericht ist freigegeben.")).to_be_visible()
    buero.goto(f"{adresse}{seite}bericht/")
    buero.get_by_role("button", name="Dem VSEG-Vorstand überweisen").click()
    expect(buero.get_by_text("Überwiesen am").first).to_be_visible()
    bericht = Bericht.objects.get()
    pdf = buero.request.get(f"{adresse}/vorstand/{bericht.uuid}/bericht.pdf")
    assert pdf.body()[:5] == b"%PDF-"
    behalte("6-bericht.pdf", pdf.body())
    text = " ".join(page_text(pdf.body()).split())
    assert "bis 2028 zu verlangen" in text
    assert "Fassung 3, über die abgestimmt wurde" in text
    briefe = letters("antraege.mails.bericht")
    assert set(briefe) == {leute["vorstand"].email, leute["sekretariat"].email}
    behalte("6-brief.html", briefe[leute["vorstand"].email].alternatives[0][0].encode())
    assert {
        anhang.filename if hasattr(anhang, "filename") else anhang[0]
        for anhang in briefe[leute["vorstand"].email].attachments
    } >= {"Berechnung.pdf"}

    # The board reads, its secretary records «mit Änderungen angenommen» and tells it.
    mitglied = oeffne("vorstand", "/vorstand/", 375)
    expect(mitglied.get_by_text("seit heute").first).to_be_visible()
    pruefe(mitglied)
    keep(mitglied, "rundweg-7-vorstand")
    mitglied.get_by_role("link", name=TITEL).first.click()
    expect(mitglied.get_by_text("10 Ja, 4 Nein").first).to_be_visible()
    expect(mitglied.get_by_role("link", name="Entscheid erfassen")).to_have_count(0)
    keep(mitglied, "rundweg-7-bericht")
    sekretariat = oeffne("sekretariat", f"/vorstand/{bericht.uuid}/entscheid/")
    sekretariat.get_by_role("radio", name="mit Änderungen angenommen").check()
    sekretariat.get_by_label("Entscheid vom").fill(timezone.localdate().isoformat())
    sekretariat.get_by_label("Wortlaut oder Begründung").fill("Der Vorstand verlangt die Anpassung ab 2028.")
    sekretariat.get_by_role("button", name="Speichern und Vorschau ansehen").click()
    pruefe(sekretariat)
    keep(sekretariat, "rundweg-8-vorschau")
    praesidium.goto(f"{adresse}{seite}")
    expect(praesidium.get_by_text("ab 2028")).to_have_count(0)
    sekretariat.get_by_role("button", name="Mitteilen").click()
    expect(sekretariat.get_by_text("Der Entscheid ist mitgeteilt").first).to_be_visible()

    # The submitter reads the answer; the next agenda has the item.
    briefe = letters("antraege.mails.entscheid")
    assert leute["praesidium"].email in briefe
    assert len(briefe) == 14
    behalte("9-brief.html", briefe[leute["praesidium"].email].alternatives[0][0].encode())
    praesidium.goto(f"{adresse}{seite}")
    expect(praesidium.get_by_text("Der Vorstand verlangt die Anpassung ab 2028.").first).to_be_visible()
    pruefe(praesidium)
    keep(praesidium, "rundweg-9-antwort")
    buero.goto(f"{adresse}{seite}")
    buero.get_by_role("button", name="Rückmeldung traktandieren").click()
    rueckmeldung = Traktandum.objects.get(titel__startswith="Rückmeldung")
    assert rueckmeldung.sitzung.nr == 5
    assert rueckmeldung.art == "information"
    buero.goto(f"{adresse}/sitzungen/{rueckmeldung.sitzung.kennung}/traktanden/")
    expect(buero.get_by_text("Rückmeldung des VSEG-Vorstands").first).to_be_visible()
    keep(buero, "rundweg-10-rueckmeldung")
    assert journal.verify() is None
