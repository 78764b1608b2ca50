"""Components and account pages in a real browser: axe, reflow, forced colours, targets, the strict CSP."""

import pytest
from playwright.sync_api import expect

from tests.browser.anblick import overhang
from tests.conftest import make_person

pytestmark = pytest.mark.django_db(transaction=True)

OHNE_ANMELDUNG = [
    "/konto/anmelden/",
    "/konto/code/",
    "/konto/gesperrt/",
    "/konto/passwort/vergessen/",
    "/konto/passwort/vergessen/gesandt/",
    "/konto/passwort/neu/1-abc/",
    "/konto/passwort/neu/gesetzt/",
    "/konto/adresse/",
    "/gestaltung/",
    "/gibt-es-nicht/",
]
MIT_ANMELDUNG = [
    "/konto/passwort/aendern/",
    "/konto/abmelden/",
    "/konto/pruefen/",
    "/gestaltung/",
    "/gibt-es-nicht/",
]
# Targets under 44 px, but for links inside a sentence; Django's file button counts with its field.
KLEINE_ZIELE = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea, summary')]
  .filter(e => e.checkVisibility() && !e.closest('p, li:not(li[class], ul[class] > li, ol[class] > li), td')
    && !e.matches('.sprung, [type=radio], [type=checkbox]'))
  .map(e => [e.outerHTML.slice(0, 90), e.matches('.unterlage__titel > a') ? 44 : e.getBoundingClientRect().height])
  .filter(([, hoehe]) => hoehe < 43.5)"""


@pytest.fixture(autouse=True)
def _demo(settings):
    settings.DEMO_MODE = True


@pytest.fixture
def person(transactional_db):
    return make_person()


def test_public_pages_have_nothing_for_axe(page, adresse, pruefe, gemeldet):
    for pfad in OHNE_ANMELDUNG:
        for farben in ("light", "dark"):
            page.emulate_media(color_scheme=farben)
            page.goto(f"{adresse}{pfad}")
            pruefe(page)

    assert [zeile for zeile in gemeldet if "404" not in zeile] == []


def test_own_pages_have_nothing_for_axe(page, adresse, anmelden, pruefe, gemeldet, person):
    anmelden(person)
    for pfad in MIT_ANMELDUNG:
        page.goto(f"{adresse}{pfad}")
        pruefe(page)
        page.set_viewport_size({"width": 375, "height": 800})
        pruefe(page)
        page.set_viewport_size({"width": 1280, "height": 800})

    assert [zeile for zeile in gemeldet if "404" not in zeile] == []


def test_errors_of_a_form_have_nothing_for_axe(page, adresse, pruefe):
    page.goto(f"{adresse}/konto/anmelden/")
    page.get_by_label("E-Mail-Adresse").fill("niemand@portal.test")
    page.get_by_label("Passwort", exact=True).fill("falsch")
    page.get_by_role("button", name="Anmelden", exact=True).click()

    assert page.get_by_role("alert").inner_text().split("\n\n") == [
        "Die Anmeldung ist nicht gelungen:",
        "E-Mail-Adresse und Passwort passen nicht zusammen. Haben Sie kein Passwort, lassen Sie sich einen Code senden.",
    ]
    pruefe(page)


def test_code_page_has_nothing_for_axe(page, adresse, pruefe, person):
    page.goto(f"{adresse}/konto/code/")
    page.get_by_label("E-Mail-Adresse").fill(person.login)
    page.get_by_role("button", name="Code senden").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Code eingeben")
    pruefe(page)


def test_pages_reflow_at_320_pixels(page, adresse):
    page.set_viewport_size({"width": 320, "height": 800})
    for pfad in ("/konto/anmelden/", "/gestaltung/", "/gibt-es-nicht/"):
        page.goto(f"{adresse}{pfad}")

        assert overhang(page) == 0


def test_targets_are_large_enough_for_a_finger(page, adresse):
    for breite in (375, 1280):
        page.set_viewport_size({"width": breite, "height": 800})
        for pfad in ("/gestaltung/", "/konto/anmelden/"):
            page.goto(f"{adresse}{pfad}")

            assert page.evaluate(KLEINE_ZIELE) == []


def test_menu_on_the_phone_opens_without_a_script(browser, adresse, person):
    context = browser.new_context(viewport={"width": 375, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{adresse}/konto/anmelden/")
    page.get_by_label("E-Mail-Adresse").fill(person.login)
    page.get_by_label("Passwort", exact=True).fill("Kein-echtes-Passwort-2026")
    page.get_by_role("button", name="Anmelden", exact=True).click()
    abmelden = page.get_by_role("button", name="Abmelden")
    page.wait_for_url(f"{adresse}/")

    assert page.locator(".kopf").bounding_box()["height"] <= 60  # one line
    expect(abmelden).to_be_hidden()
    page.get_by_text("Menü", exact=True).click()
    expect(abmelden).to_be_visible()
    abmelden.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anmelden")
    context.close()


def test_labels_of_the_week_are_large_and_do_not_touch(page, adresse):
    page.goto(f"{adresse}/gestaltung/")
    for schrift, breiten in (("100%", (320, 375, 700, 960, 1280)), ("200%", (1280,))):
        page.evaluate("schrift => { document.documentElement.style.fontSize = schrift; }", schrift)
        for breite in breiten:
            page.set_viewport_size({"width": breite, "height": 800})
            groessen, ueberlappt = page.evaluate(
                """() => {
                  const sichtbar = e => e.checkVisibility() && e.getBoundingClientRect().width > 0;
                  const t = [...document.querySelectorAll('.wochenlinie tspan')].filter(sichtbar);
                  const k = t.map(e => [e.textContent, e.parentNode.getBoundingClientRect()]);
                  const bilder = [...document.querySelectorAll('.wochenlinie__bild')].filter(sichtbar)
                    .map(e => e.getBoundingClientRect());
                  return [
                    t.map(e => parseFloat(getComputedStyle(e).fontSize)),
                    k.flatMap(([a, r], i) => k.slice(i + 1).filter(([, s]) => r.left < s.right && s.left < r.right
                      && r.top + 4 < s.bottom && s.top + 4 < r.bottom).map(([b]) => [a, b]))
                      .concat(k.filter(([, r]) => r.left < 0 || r.right > innerWidth
                        || !bilder.some(b => b.top <= r.top && r.bottom <= b.bottom + 1)).map(([a]) => [a, 'outside']))
                  ];
                }"""
            )

            assert len(groessen) >= 19  # of two lines: names, days, remarks, the measure where it has room
            assert min(groessen) >= 12
            assert ueberlappt == []


def test_forced_colours_keep_buttons_fields_and_states_visible(page, adresse):
    page.emulate_media(forced_colors="active")
    page.goto(f"{adresse}/gestaltung/")
    raender = page.evaluate(
        """() => ['.knopf', '.knopf--haupt', '.feld input', '.etikett', '.karte', '.schritt']
        .map(s => [s, getComputedStyle(document.querySelector(s), s === '.schritt' ? '::before' : null).borderTopWidth])"""
    )

    assert raender == [
        [".knopf", "1px"],
        [".knopf--haupt", "1px"],
        [".feld input", "1px"],
        [".etikett", "1px"],
        [".karte", "1px"],
        [".schritt", "1px"],
    ]
    art = "getComputedStyle(document.querySelector('.etikett[data-art=information]')).borderTopColor"
    balken = "getComputedStyle(document.querySelector('progress')).borderTopWidth"
    strich = "getComputedStyle(document.querySelector('.wochenlinie__kreis')).stroke"
    flaeche = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(strich) != page.evaluate(flaeche)
    assert page.evaluate(art) != page.evaluate(flaeche)
    assert page.evaluate(balken) == "1px"  # without it a bar at 2 of 7 looks full


def test_reduced_motion_moves_nothing(page, adresse):
    page.goto(f"{adresse}/gestaltung/")
    dauer = "getComputedStyle(document.querySelector('.knopf')).transitionDuration"

    assert page.evaluate(dauer) == "0s"
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(dauer) != "0s"


def test_keyboard_reaches_the_content_first_and_sees_where_it_is(page, adresse, anmelden, person):
    anmelden(person)
    page.goto(f"{adresse}/gestaltung/")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.textContent") == "Zum Inhalt"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#inhalt"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Als Text"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"


def test_page_without_light_dark_is_readable(page, adresse):
    """Older browsers fall back to the light set; the second set stands in an @supports they skip."""
    page.goto(f"{adresse}/gestaltung/")
    erste = page.evaluate(
        """async () => (await (await fetch('/static/css/portal.css')).text()).split('@supports')[0]"""
    )

    assert "light-dark" not in erste
    assert "--tinte:#14171c" in erste.replace(" ", "")


@pytest.mark.parametrize("anzahl", [3, 4, 5, 8])
def test_head_stays_flat_however_many_ways_there_are(page, adresse, anmelden, person, anzahl):
    anmelden(person)
    page.goto(f"{adresse}/gestaltung/")
    page.evaluate(
        """anzahl => { document.querySelector('.kopf__liste').innerHTML =
        ['Übersicht', 'Sitzungen', 'Themen', 'Mitglieder', 'Regionen', 'Verteiler', 'Einrichten', 'Betrieb']
          .slice(0, anzahl).map(n => `<li><a href="#">${n}</a></li>`).join(''); }""",
        anzahl,
    )
    for breite in (375, 960, 1024, 1280):
        page.set_viewport_size({"width": breite, "height": 800})

        assert page.locator(".kopf").bounding_box()["height"] <= 98  # two lines at most, one on the phone
        assert overhang(page) == 0


def test_the_check_finds_what_is_wrong(page, adresse, pruefe):
    page.goto(f"{adresse}/konto/anmelden/")
    pruefe(page)
    page.evaluate("document.querySelector('main').append(new Image())")

    with pytest.raises(AssertionError, match="image-alt"):
        pruefe(page)
