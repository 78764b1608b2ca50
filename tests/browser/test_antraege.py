"""The list of motions and the page of one: looked at on the telephone, on the desk, dark, on paper; axe finds nothing."""

import pytest
from playwright.sync_api import expect

from antraege.models import Antrag
from mitglieder.models import Sitz
from tests.antraege.werdegang import SITZUNG, decide, hand_over, make_antrag, past_sitzung, vote_on
from tests.browser.anblick import keep, overhang
from tests.conftest import make_mandat, make_person

pytestmark = pytest.mark.django_db(transaction=True)
TELEFON = {"width": 375, "height": 740}
TISCH = {"width": 1280, "height": 900}
LANG = "Anpassung der Fallpauschale in der Sozialhilfe an die Teuerung und an die Entwicklung der Fallzahlen in den Regionen"


@pytest.fixture
def antraege(geschaeftsstelle, praesidium, vorsitz):
    """A draft, one submitted, one failed with 9 of 14, one waiting at the board, one answered with changes."""
    sitzung = past_sitzung(geschaeftsstelle)
    sitz = Sitz.objects.get(sozialregion__kuerzel="SRTG")
    Antrag.objects.create(sitz=sitz, eingereicht_von=praesidium, titel="Pilot Suchthilfe", created_at=SITZUNG)
    make_antrag(1, status="eingereicht", person=praesidium, titel=LANG)
    for nr, ja, nein in ((2, 9, 4), (3, 10, 3), (4, 12, 2)):
        vote = vote_on(
            make_antrag(nr, status="eingereicht", person=praesidium, thema=6),
            sitzung,
            ja=ja,
            nein=nein,
            person=geschaeftsstelle,
        )
        if nr > 2:
            bericht = hand_over(vote, person=vorsitz)
        if nr == 4:
            decide(bericht, person=geschaeftsstelle)
    return Antrag.objects.exclude(nr=None)


@pytest.mark.parametrize("schirm", [TELEFON, TISCH], ids=["375", "1280"])
def test_list_and_pages_hold_on_every_screen(page, adresse, anmelden, antraege, praesidium, pruefe, schirm):
    page.set_viewport_size(schirm)
    anmelden(praesidium)
    for pfad, name in (
        ("/", "uebersicht"),
        ("/antraege/", "liste"),
        ("/antraege/2026-1/", "eingereicht"),
        ("/antraege/2026-2/", "gescheitert"),
        ("/antraege/2026-3/", "wartet"),
        ("/antraege/2026-4/", "beantwortet"),
    ):
        page.goto(adresse + pfad)
        keep(page, f"antraege-{name}-{schirm['width']}")
        pruefe(page)
        assert overhang(page) == 0, pfad


def test_filter_works_without_scripts(browser, adresse, antraege, praesidium, client):
    client.force_login(praesidium)
    kontext = browser.new_context(java_script_enabled=False, viewport=TELEFON)
    kontext.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": adresse}])
    page = kontext.new_page()
    page.goto(f"{adresse}/antraege/")
    page.get_by_label("Stand").select_option(label="nicht zustande gekommen")
    page.get_by_role("button", name="Zeigen").click()

    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_text("9 Ja, 4 Nein, 1 Enthaltung bei 14 Anwesenden; nötig 10")).to_be_visible()
    assert "stand=nicht_zustande_gekommen" in page.get_by_role("link", name="CSV").get_attribute("href")
    kontext.close()


def test_the_way_is_drawn_lying_and_standing_dark_and_on_paper(page, adresse, anmelden, antraege, praesidium):
    anmelden(praesidium)
    page.goto(f"{adresse}/antraege/2026-4/")
    gezeichnet = page.get_by_role("img", name="Von der Idee zur Antwort")
    punkte = page.locator(".zeitstrahl__punkt strong")

    expect(punkte).to_have_text(
        [
            "Geschrieben",
            "Eingereicht",
            "Traktandiert",
            "Abgestimmt",
            "Überwiesen",
            "Entscheid",
            "Mitgeteilt",
            "Rückmeldung",
        ]
    )
    page.set_viewport_size(TISCH)
    expect(gezeichnet).to_be_visible()
    kasten = [el.bounding_box() for el in page.locator(".zeitstrahl__bild text").all()]
    rahmen = page.locator(".seite__inhalt").bounding_box()
    assert min(k["x"] for k in kasten) >= rahmen["x"] - 12
    assert max(k["x"] + k["width"] for k in kasten) <= rahmen["x"] + rahmen["width"] + 12
    assert [(a, b) for n, a in enumerate(kasten) for b in kasten[n + 1 :] if _overlaps(a, b)] == []
    page.emulate_media(color_scheme="dark")
    keep(page, "antraege-dunkel-1280")
    page.emulate_media(color_scheme="light", media="print")
    keep(page, "antraege-druck-1280")
    page.emulate_media(media="screen")
    page.set_viewport_size(TELEFON)
    expect(gezeichnet).to_be_hidden()
    expect(punkte.first).to_be_visible()


def test_on_paper_a_motion_leaves_out_what_is_for_the_screen(page, adresse, anmelden, antraege, geschaeftsstelle):
    anmelden(geschaeftsstelle)
    page.emulate_media(media="print")
    for antrag in antraege:
        page.goto(f"{adresse}{antrag.get_absolute_url()}")
        expect(page.get_by_role("heading", name="Angaben")).to_be_visible()
        expect(page.get_by_role("link", name="Antrag als PDF")).to_have_count(0)
        expect(page.locator("main").locator("button, input:not([type=hidden])").filter(visible=True)).to_have_count(0)


def _overlaps(a, b) -> bool:
    return (
        a["x"] < b["x"] + b["width"] - 1
        and b["x"] < a["x"] + a["width"] - 1
        and a["y"] < b["y"] + b["height"] - 3
        and b["y"] < a["y"] + a["height"] - 3
    )


def test_the_office_sees_what_waits(page, adresse, anmelden, antraege, geschaeftsstelle, pruefe):
    inhaber = make_person("Inhaber")
    make_mandat(inhaber, Sitz.objects.get(sozialregion__kuerzel="SRO"))
    page.set_viewport_size(TISCH)
    anmelden(geschaeftsstelle, "/")

    expect(page.get_by_text("wartet auf eine Traktandenliste")).to_be_visible()
    expect(page.get_by_text("Die Antwort auf den Antrag 4/2026 wartet als Rückmeldung")).to_be_visible()
    keep(page, "antraege-buero-1280")
    pruefe(page)
