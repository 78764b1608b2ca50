"""The board's way in a browser: what waits, the report, the decision recorded, previewed, told, read by the submitter."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from antraege.models import Vorstandsentscheid
from konferenz.models import Sendung
from konferenz.nachricht import load_builder
from mitglieder.models import Funktion, Sitz
from tests.antraege.antraege import make_eingereicht
from tests.antraege.bericht_helfer import make_beilage, make_entscheid, make_ueberwiesen
from tests.browser.anblick import keep, overhang
from tests.conftest import SEIT, make_datei, make_mandat, make_person, make_sitzung, pdf_bytes

pytestmark = pytest.mark.django_db(transaction=True)
BREITEN = (375, 1280)
WORTLAUT = (
    "Der Vorstand nimmt den Antrag mit einer Änderung an: Die Fallpauschale wird ab 2028 angepasst, nicht ab 2027.\n\n"
    "Er beauftragt die Geschäftsstelle, beim Kanton vorstellig zu werden."
)


def schau(page, pruefe, name):
    """Look at a page at both widths: axe finds nothing, nothing sticks out."""
    for breite in BREITEN:
        page.set_viewport_size({"width": breite, "height": 900})
        pruefe(page)
        keep(page, f"{name}-{breite}")
        assert overhang(page) == 0, name


@pytest.fixture
def sekretariat(db):
    person = make_person("Sekretariat")
    Funktion.objects.create(person=person, art="vorstandssekretariat", von=SEIT)
    return person


LUFT = """a => {
    const text = document.createRange(); text.selectNodeContents(a)
    const innen = text.getBoundingClientRect(), zeile = a.closest("li").getBoundingClientRect()
    return [innen.height, Math.min(innen.top - zeile.top, zeile.bottom - innen.bottom)]
}"""  # how high a link's words are, and how far from the lines around them


@pytest.fixture
def berichte(praesidium, vorsitz, geschaeftsstelle):
    """Three reports the board has: overdue, new (only for information), answered; a mandate that waits; a personal union."""
    jetzt = timezone.now()
    sitzung = make_sitzung(2, beginn_at=jetzt - timedelta(days=90), status="geschlossen")
    Funktion.objects.create(person=vorsitz, art="vorstand", von=SEIT)
    make_mandat(make_person("Designiert"), Sitz.objects.get(sozialregion__kuerzel="SON"), gewaehlt=False)
    alt = make_ueberwiesen(praesidium, vorsitz, nr=1, sitzung=sitzung, am=jetzt - timedelta(days=63))
    for titel in ("Kostenübersicht der Sozialregionen", "Stellungnahme der Stadt"):
        make_beilage(alt.antrag, titel, am=alt.antrag.created_at, mit=alt)
    make_ueberwiesen(praesidium, vorsitz, nr=2, sitzung=sitzung, am=jetzt - timedelta(days=5), ja=9)
    fertig = make_ueberwiesen(praesidium, vorsitz, nr=3, sitzung=sitzung, am=jetzt - timedelta(days=70))
    make_entscheid(fertig, geschaeftsstelle, datei=make_datei("Beschluss.pdf"))
    return alt


def test_a_board_member_finds_what_waits_and_reads_the_report(page, adresse, anmelden, pruefe, berichte, vorstand):
    anmelden(vorstand, "/")
    expect(page.locator(".kopf__liste a")).to_contain_text(["Übersicht", "Vorstand"])
    schau(page, pruefe, "vorstand-uebersicht")

    page.goto(f"{adresse}/vorstand/")
    expect(page.get_by_role("heading", level=3)).to_have_text(
        ["Teuerung der Fallpauschale 1", "Teuerung der Fallpauschale 2", "Teuerung der Fallpauschale 3"]
    )
    schau(page, pruefe, "vorstand-liste")
    page.get_by_role("link", name="Teuerung der Fallpauschale 1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Teuerung der Fallpauschale 1")
    expect(page.get_by_role("img", name="Seit 63 Tagen, Erinnerung nach 60 Tagen")).to_be_visible()
    schau(page, pruefe, "vorstand-bericht")
    page.goto(f"{adresse}/vorstand/")
    page.get_by_role("link", name="Teuerung der Fallpauschale 3").click()
    schau(page, pruefe, "vorstand-beantwortet")


def test_the_secretary_records_previews_and_tells(
    page, adresse, anmelden, pruefe, berichte, sekretariat, praesidium, tmp_path
):
    schreiben = tmp_path / "Schreiben des Vorstands.pdf"
    schreiben.write_bytes(pdf_bytes())
    anmelden(sekretariat)
    page.goto(f"{adresse}/vorstand/")
    schau(page, pruefe, "sekretariat-liste")
    page.get_by_role("link", name="Entscheid erfassen 1/2026").click()
    schau(page, pruefe, "entscheid-leer")

    page.get_by_label("mit Änderungen angenommen").check()
    page.get_by_label("Entscheid vom").fill("2020-01-01")
    page.get_by_label("Wortlaut oder Begründung").fill(WORTLAUT)
    page.get_by_label("Referenz des Vorstands").fill("Vorstand 5/2026, Traktandum 3")
    page.get_by_label("Schreiben des Vorstands").set_input_files(schreiben)
    page.get_by_role("button", name="Speichern und Vorschau ansehen").click()
    expect(page.get_by_text("Der Entscheid liegt vor der Überweisung des Antrags.").first).to_be_visible()
    expect(page.get_by_text("«Schreiben des Vorstands.pdf» ist geprüft")).to_be_visible()
    schau(page, pruefe, "entscheid-fehler")
    page.get_by_label("Entscheid vom").fill(timezone.localdate().isoformat())
    page.get_by_role("button", name="Speichern und Vorschau ansehen").click()

    expect(page.get_by_role("heading", name="Entscheid mitteilen")).to_be_visible()
    expect(page.frame_locator("iframe.brief").get_by_role("heading", name="Mit Änderungen angenommen")).to_be_visible()
    schau(page, pruefe, "entscheid-vorschau")
    assert Sendung.objects.count() == 0
    page.get_by_role("button", name="Mitteilen").click()

    expect(page.get_by_text("Der Entscheid ist mitgeteilt: 3 Personen erhalten je eine Mail.")).to_be_visible()
    schau(page, pruefe, "entscheid-mitgeteilt")
    assert Vorstandsentscheid.objects.get(bericht=berichte).is_mitgeteilt
    sendung = Sendung.objects.get(person=praesidium.uuid)
    mail = load_builder(sendung.builder)(sendung)
    assert [anhang[0] for anhang in mail.attachments] == ["Schreiben des Vorstands.pdf"]
    page.goto("about:blank")  # the portal's own pages forbid the letter's styles
    page.set_content(mail.alternatives[0][0])
    for breite in BREITEN:
        page.set_viewport_size({"width": breite, "height": 900})
        keep(page, f"entscheid-mail-{breite}")
        assert overhang(page) == 0


def test_the_second_writer_sees_what_stands_and_keeps_the_own_text(
    page, adresse, anmelden, pruefe, berichte, sekretariat, geschaeftsstelle
):
    make_eingereicht(berichte.antrag.eingereicht_von, nr=9, now=timezone.now(), titel="Sehr lange Sache " * 8)
    anmelden(geschaeftsstelle, "/")
    schau(page, pruefe, "buero-uebersicht")
    page.set_viewport_size({"width": 1280, "height": 900})
    hoehe, luft = page.get_by_role("link", name="Sehr lange Sache").evaluate(LUFT)
    assert hoehe > 40, "the entry has two lines"
    assert luft >= 8
    page.goto(f"{adresse}/vorstand/{berichte.uuid}/entscheid/")
    page.get_by_label("angenommen", exact=True).check()
    page.get_by_label("Entscheid vom").fill(timezone.localdate().isoformat())
    page.get_by_label("Wortlaut oder Begründung").fill("So verstehe ich es.")
    make_entscheid(berichte, sekretariat, status="entwurf", text="So hat es das Sekretariat verstanden.")

    page.get_by_role("button", name="Speichern und Vorschau ansehen").click()

    expect(page.get_by_text("hat den Entscheid inzwischen erfasst oder geändert.")).to_be_visible()
    expect(page.get_by_label("Wortlaut oder Begründung")).to_have_value("So verstehe ich es.")
    schau(page, pruefe, "entscheid-veraltet")


def test_an_election_is_recorded_where_the_board_looks(page, adresse, anmelden, pruefe, berichte, sekretariat):
    anmelden(sekretariat)
    page.goto(f"{adresse}/vorstand/")
    page.get_by_role("link", name="Wahlbeschluss eintragen").click()
    schau(page, pruefe, "wahl")
    page.get_by_label("Wahlbeschluss vom").fill(timezone.localdate().isoformat())
    page.get_by_label("Referenz des Wahlbeschlusses").fill("Vorstand 5/2026, Traktandum 4")
    page.get_by_role("button", name="Eintragen").click()

    expect(page.get_by_text("Der Wahlbeschluss für Andrea Designiert ist eingetragen.")).to_be_visible()
    expect(page.get_by_role("heading", name="Wartet auf die Wahl")).to_have_count(0)


def test_a_member_reads_the_answer_without_scripts_too(browser, adresse, berichte, praesidium):
    karg = browser.new_context(java_script_enabled=False, locale="de-CH", viewport={"width": 375, "height": 800})
    page = karg.new_page()
    page.goto(f"{adresse}/konto/anmelden/?next=/antraege/2026-3/")
    page.get_by_label("E-Mail-Adresse").fill(praesidium.login)
    page.get_by_label("Passwort", exact=True).fill("Kein-echtes-Passwort-2026")
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_text("Der Vorstand verlangt die Anpassung ab 2028.").first).to_be_visible()
    keep(page, "antrag-beantwortet-375")
    page.goto(f"{adresse}/antraege/2026-1/")
    expect(page.get_by_text("seit 63 Tagen").first).to_be_visible()
    keep(page, "antrag-wartet-375")
    karg.close()
