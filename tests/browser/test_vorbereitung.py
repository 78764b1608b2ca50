"""Preparing a meeting in a real browser: the office's main story, its clicks counted; the same without scripts."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from sitzungen import rules
from sitzungen.actions import sitzung as sitzung_actions
from sitzungen.models import Sitzung, Thema, Traktandenwunsch
from tests.browser.anblick import keep, overhang
from tests.conftest import make_sitzung, make_traktandum, make_unterlage, pdf_bytes

pytestmark = pytest.mark.django_db(transaction=True)

TRAKTANDEN = [  # title, Art, number of the topic, summary
    ("Stand der einheitlichen Fallführung", "Information", 3, "Die Einführung verläuft nach Plan."),
    ("Budgetwerte Sozialkosten 2028", "Entscheid", 4, ""),
    ("Benchmark der Sozialregionen", "Information", 5, "Die Kennzahlen 2026 liegen vor."),
    ("Lastenausgleich: Entwicklung", "Information", 6, "Die Beiträge steigen leicht."),
    ("Arbeitsmarktliche Massnahmen", "Entscheid", 7, ""),
    ("Pflegefinanzierung", "Information", 8, "Der Kanton hat die Tarife festgelegt."),
    ("Revision der Sozialverordnung", "Entscheid", 2, ""),
    ("Sozialgesetz: Vernehmlassung", "Entscheid", 1, ""),
]
PAPIERE = {1: 2, 2: 1, 4: 1, 6: 1, 7: 1}  # index of the item: how many papers


class Zaehler:
    """Counts what the office does by hand: every click, every field filled, a file dialog as two."""

    def __init__(self):
        self.zahl = 0

    def klick(self, ort):
        self.zahl += 1
        ort.click()

    def fuelle(self, ort, text):
        self.zahl += 1
        ort.fill(text)

    def waehle(self, ort, text):
        self.zahl += 1
        ort.select_option(label=text)

    def dateien(self, ort, dateien):
        self.zahl += 2
        ort.set_input_files(dateien)


def papier(name):
    return {"name": name, "mimeType": "application/pdf", "buffer": pdf_bytes()}


@pytest.fixture
def kommende(geschaeftsstelle, vorsitz):
    """A meeting in four weeks with its standing items."""
    heute = timezone.localtime()
    beginn = (heute + timedelta(days=28)).replace(hour=14, minute=0, second=0, microsecond=0).astimezone(UTC)
    return sitzung_actions.create_sitzung(
        rules.Termin(beginn, beginn + timedelta(hours=3), ort="Landhaus Solothurn"),
        art=Sitzung.Art.ORDENTLICH,
        actor=geschaeftsstelle,
        now=timezone.now(),
    )


def test_the_office_builds_and_releases_an_agenda_within_seventy_clicks(
    page, adresse, anmelden, kommende, geschaeftsstelle, gemeldet
):
    zaehler = Zaehler()
    anmelden(geschaeftsstelle)
    page.goto(f"{adresse}/sitzungen/{kommende.kennung}/traktanden/")
    neu = page.locator("#neu")
    themen = dict(Thema.objects.values_list("nr", "bezeichnung"))

    for titel, art, thema, _ in TRAKTANDEN:
        zaehler.fuelle(neu.get_by_label("Neues Traktandum"), titel)
        if art != "Information":  # the choice it starts with
            zaehler.waehle(neu.get_by_label("Art"), art)
        zaehler.waehle(neu.get_by_label("Thema"), themen[thema])
        zaehler.klick(neu.get_by_role("button", name="Hinzufügen"))
        expect(page.locator(".redaktion__titel", has_text=titel)).to_be_visible()
    for titel, _, _, kurz in TRAKTANDEN:
        if kurz:
            zaehler.klick(page.get_by_role("link", name=titel))
            zaehler.fuelle(page.get_by_label("Zusammenfassung"), kurz)
            zaehler.klick(page.get_by_role("button", name="Übernehmen"))
            expect(page.get_by_text(kurz)).to_be_visible()
    for index, anzahl in PAPIERE.items():
        titel = TRAKTANDEN[index][0]
        punkt = page.locator(".redaktion__punkt", has_text=titel)
        zaehler.dateien(
            punkt.locator("input[type=file]"), [papier(f"{titel[:12]} {n}.pdf") for n in range(1, anzahl + 1)]
        )
        expect(punkt.locator(".redaktion__papier")).to_have_count(anzahl)
    zaehler.klick(page.get_by_role("link", name="Zur Freigabe"))
    zaehler.klick(page.get_by_label("Der Vorsitz hat der Freigabe zugestimmt"))
    zaehler.klick(page.get_by_role("button", name="Auf das Wort des Vorsitzes freigeben"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Freigegeben")

    kommende.refresh_from_db()
    assert (kommende.status, kommende.is_freigabe_auf_wort) == ("freigegeben", True)
    assert [t.titel for t in kommende.traktanden.filter(standard="")] == [titel for titel, *_ in TRAKTANDEN]
    assert kommende.traktanden.count() == 12
    assert sum(t.unterlagen.count() for t in kommende.traktanden.all()) == 6
    print(f"Klicks und Felder: {zaehler.zahl}")
    assert zaehler.zahl <= 70
    assert gemeldet == []


def test_the_same_without_scripts(browser, adresse, kommende, geschaeftsstelle):
    kontext = browser.new_context(java_script_enabled=False, locale="de-CH")
    page = kontext.new_page()
    page.goto(f"{adresse}/konto/anmelden/")
    page.get_by_label("E-Mail-Adresse").fill(geschaeftsstelle.login)
    page.get_by_label("Passwort", exact=True).fill("Kein-echtes-Passwort-2026")
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.wait_for_url(f"{adresse}/")
    page.goto(f"{adresse}/sitzungen/{kommende.kennung}/traktanden/")

    page.locator("#neu").get_by_label("Neues Traktandum").fill("Budget")
    page.locator("#neu").get_by_label("Art").select_option("formelles")
    page.get_by_role("button", name="Hinzufügen", exact=True).click()
    punkt = page.locator(".redaktion__punkt", has_text="Budget")
    punkt.get_by_role("button", name=re.compile("Nach oben")).click()
    punkt = page.locator(".redaktion__punkt", has_text="Budget")
    punkt.locator("input[type=file]").set_input_files([papier("Eins.pdf"), papier("Zwei.pdf")])
    punkt.get_by_role("button", name="Hochladen").click()
    expect(page.get_by_text("2 Unterlagen sind gespeichert.")).to_be_visible()
    page.get_by_role("link", name="Budget").click()
    page.locator(".redaktion__formular").get_by_label("Minuten").fill("25")
    page.get_by_role("button", name="Übernehmen").click()
    expect(page.locator(".redaktion__punkt", has_text="Budget")).to_contain_text("25 Minuten")
    kontext.close()

    budget = kommende.traktanden.get(titel="Budget")
    assert (budget.position, budget.minuten, budget.unterlagen.count()) == (2, 25, 2)


def titel(page):
    return page.locator(".redaktion__titel > a").evaluate_all("links => links.map(a => a.firstChild.textContent)")


def test_items_move_by_keyboard_and_by_dragging(page, adresse, anmelden, sitzung, geschaeftsstelle, gemeldet):
    page.set_viewport_size({"width": 1280, "height": 1400})
    for name in "ABC":
        make_traktandum(sitzung, name)
    anmelden(geschaeftsstelle)
    page.goto(f"{adresse}/sitzungen/{sitzung.kennung}/traktanden/")

    page.locator(".redaktion__titel > a").nth(2).focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".redaktion__titel").nth(1)).to_contain_text("C")
    assert titel(page) == ["A", "C", "B"]

    page.locator(".redaktion__griff").nth(0).hover()
    page.mouse.down()
    rahmen = page.locator(".redaktion__punkt").nth(2).bounding_box()
    for rest in (30, 8, 4):  # a drag begins with the second move
        page.mouse.move(rahmen["x"] + 40, rahmen["y"] + rahmen["height"] - rest)
    with page.expect_response(lambda antwort: antwort.request.method == "POST" and "/ordnung/" in antwort.url):
        page.mouse.up()
    expect(page.locator(".redaktion__titel").nth(2)).to_contain_text("A")

    assert list(sitzung.traktanden.values_list("titel", flat=True)) == ["C", "B", "A"]
    assert gemeldet == []


def test_files_dropped_on_an_item_become_its_papers(page, adresse, anmelden, sitzung, geschaeftsstelle):
    make_traktandum(sitzung, "A")
    make_traktandum(sitzung, "B")
    anmelden(geschaeftsstelle)
    page.goto(f"{adresse}/sitzungen/{sitzung.kennung}/traktanden/")

    page.locator(".redaktion__punkt").nth(1).evaluate(
        """(punkt, bytes) => {
          const daten = new DataTransfer();
          daten.items.add(new File([Uint8Array.from(bytes)], "Gezogen.pdf", {type: "application/pdf"}));
          for (const art of ["dragover", "drop"]) {
            punkt.dispatchEvent(new DragEvent(art, {dataTransfer: daten, bubbles: true, cancelable: true}));
          }
        }""",
        list(pdf_bytes()),
    )
    expect(page.locator(".redaktion__papier")).to_have_text(re.compile("Gezogen"))

    assert [t.unterlagen.count() for t in sitzung.traktanden.all()] == [0, 1]


def test_a_file_that_is_too_large_is_named_before_it_travels(
    page, adresse, anmelden, sitzung, geschaeftsstelle, settings
):
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    make_traktandum(sitzung, "A")
    anmelden(geschaeftsstelle)
    page.goto(f"{adresse}/sitzungen/{sitzung.kennung}/traktanden/")

    gross = {"name": "Gross.pdf", "mimeType": "application/pdf", "buffer": b"%PDF" + b"x" * 1024 * 1024}
    page.locator("input[type=file]").set_input_files([gross])

    expect(page.locator(".redaktion__stand")).to_have_text("«Gross.pdf» ist grösser als 1 MB.")
    assert sitzung.traktanden.get().unterlagen.count() == 0


def test_removing_an_item_with_papers_asks_first(page, adresse, anmelden, sitzung, geschaeftsstelle):
    make_unterlage(make_traktandum(sitzung, "Mit Unterlage"), "Bericht", person=geschaeftsstelle)
    make_traktandum(sitzung, "Ohne Unterlage")
    anmelden(geschaeftsstelle)
    page.goto(f"{adresse}/sitzungen/{sitzung.kennung}/traktanden/")

    page.locator(".redaktion__punkt", has_text="Ohne Unterlage").get_by_role("button", name="Entfernen").click()
    expect(page.locator(".redaktion__punkt")).to_have_count(1)
    page.get_by_role("link", name="Entfernen Traktandum 1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Traktandum entfernen?")
    page.get_by_role("button", name="Traktandum entfernen").click()
    expect(page.get_by_text("Noch keine Traktanden")).to_be_visible()


def test_when_the_session_has_ended_the_login_opens(page, adresse, anmelden, sitzung, geschaeftsstelle):
    make_traktandum(sitzung, "A")
    anmelden(geschaeftsstelle)
    page.goto(f"{adresse}/sitzungen/{sitzung.kennung}/traktanden/")
    page.context.clear_cookies(name="sessionid")

    page.get_by_role("link", name="A bearbeiten").click()

    page.wait_for_url(lambda url: "/konto/anmelden/" in url)


@pytest.fixture
def volle(geschaeftsstelle, vorsitz, leitgremium):
    """A meeting with everything on its page: papers of all kinds, carry-over, an earlier agenda."""
    beginn = datetime(2027, 3, 4, 13, tzinfo=UTC)
    vorige = make_sitzung(4, status="geschlossen")
    make_traktandum(vorige, "Suchthilfe in den Städten", art="entscheid", ausgang="verschoben")
    sitzung = sitzung_actions.create_sitzung(
        rules.Termin(beginn, beginn + timedelta(hours=2), ort="Landhaus Solothurn"),
        art=Sitzung.Art.ORDENTLICH,
        actor=geschaeftsstelle,
        now=datetime(2026, 11, 22, tzinfo=UTC),
    )
    for titel_, art, kurz in [
        ("Einheitliche Fallführung: Stand der Einführung", "information", "Die Einführung verläuft nach Plan. " * 5),
        ("Budgetwerte Sozialkosten 2028", "entscheid", "Antrag an den VSEG-Vorstand."),
    ]:
        traktandum = make_traktandum(sitzung, titel_, art=art, zusammenfassung=kurz, referent="A. Muster")
        make_unterlage(traktandum, "Bericht und Antrag", person=geschaeftsstelle)
        make_unterlage(traktandum, "Personalkosten im Einzelnen", person=geschaeftsstelle, vertraulich=True)
    Traktandenwunsch.objects.create(
        person=vorsitz,
        titel="Pflegefinanzierung",
        thema=Thema.objects.get(nr=8),
        begruendung="Die Tarife sind neu.",
        created_at=timezone.now(),
    )
    return sitzung


@pytest.mark.parametrize(("breite", "farben"), [(375, "light"), (1280, "dark")])
def test_axe_finds_nothing_on_the_pages_of_preparing(
    breite, farben, page, adresse, anmelden, volle, geschaeftsstelle, pruefe, gemeldet
):

    anmelden(geschaeftsstelle)
    page.set_viewport_size({"width": breite, "height": 900})
    page.emulate_media(color_scheme=farben)
    traktandum = volle.traktanden.last()
    wunsch = Traktandenwunsch.objects.get()
    basis = f"/sitzungen/{volle.kennung}"
    seiten = {
        "agenda": f"{basis}/traktanden/",
        "punkt": f"{basis}/traktanden/{traktandum.uuid}/",
        "unterlage": f"{basis}/unterlagen/{traktandum.unterlagen.first().uuid}/",
        "einstellungen": f"{basis}/einstellungen/",
        "freigabe": f"{basis}/freigabe/",
        "jahresplan": "/sitzungen/jahresplan/2027/",
        "neu": "/sitzungen/neu/",
        "gaeste": f"{basis}/gaeste/",
        "wunsch": "/sitzungen/wunsch/",
        "ablehnen": f"{basis}/wuensche/{wunsch.uuid}/ablehnen/",
        "themen": "/themen/",
        "entfernen": f"{basis}/traktanden/{traktandum.uuid}/entfernen/",
    }
    for name, pfad in seiten.items():
        page.goto(f"{adresse}{pfad}")
        keep(page, f"{name}-{breite}-{farben}")
        pruefe(page)
        assert overhang(page) == 0, pfad
    assert gemeldet == []
