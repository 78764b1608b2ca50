"""The ballot on the telephone: it appears by itself, is given, kept, changed; without scripts it is a form and a reload."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from antraege.actions import abstimmung as deeds
from antraege.models import Antrag, Antragsfassung, Stimme
from konferenz.rules import Mehrheit
from mitglieder.models import Sitz
from sitzungen.models import Anwesenheit, Teilnahme
from tests.browser.anblick import keep, overhang, overhang_below
from tests.conftest import make_antwort, make_mandat, make_person, make_sitzung, make_traktandum

pytestmark = pytest.mark.django_db(transaction=True)
TELEFON = {"width": 375, "height": 740}
TEXT = (
    "Der VSEG-Vorstand sei zu ersuchen, den Einwohnergemeinden die Budgetwerte der Sozialkosten 2027 gemäss "
    "Bericht vom 23. November 2026 zu empfehlen.\n\nDie Werte gelten für alle Sozialregionen und werden jährlich überprüft."
)


@pytest.fixture
def saal(geschaeftsstelle):
    """Today's meeting, running on an announced decision, fourteen seats present, with a motion."""
    beginn = timezone.now() - timedelta(minutes=20)
    sitzung = make_sitzung(4, beginn_at=beginn, status="laufend")
    for nr, (titel, art) in enumerate(
        (("Begrüssung und Präsenz", "formelles"), ("Budgetwerte Sozialkosten 2027", "entscheid"))
    ):
        punkt = make_traktandum(
            sitzung, titel, art=art, angekuendigt_at=sitzung.versandt_at, begonnen_at=beginn if nr else None
        )
    sitzung.aktuell = punkt
    sitzung.save(update_fields=["aktuell"])
    for nr, sitz in enumerate(Sitz.objects.stimmberechtigt().order_by("reihenfolge")):
        person = make_person(f"Sitz{nr:02}", email=f"sitz{nr:02}@portal.test")
        make_mandat(person, sitz)
        Anwesenheit.objects.create(
            sitzung=sitzung,
            teilnahme=make_antwort(sitzung, sitz),
            person=person,
            als="inhaber",
            von_at=beginn,
            weg="leitung",
            erfasst_von=person,
            erfasst_at=beginn,
        )
    return sitzung


@pytest.fixture
def waehler(saal):
    return Sitz.objects.get(sozialregion__kuerzel="SRTG").mandate.get().person


@pytest.fixture
def oeffnen(saal, geschaeftsstelle):
    """Return a function that opens a vote on a motion for all who are there."""

    def tat():
        sitz = Sitz.objects.get(sozialregion__kuerzel="SRTG")
        person, jetzt = sitz.mandate.get().person, timezone.now()
        antrag = Antrag.objects.create(
            jahr=2026,
            nr=4,
            kennung="2026-4",
            titel="Budgetwerte Sozialkosten 2027",
            sitz=sitz,
            eingereicht_von=person,
            eingereicht_at=jetzt,
            traktandum=saal.aktuell,
            status="traktandiert",
            created_at=jetzt,
        )
        fassung = Antragsfassung.objects.create(antrag=antrag, nr=1, text=TEXT, von=person, created_at=jetzt)
        vote = deeds.prepare_abstimmung(
            saal.pk,
            traktandum_pk=saal.aktuell_id,
            frage="Soll der Antrag zuhanden des VSEG-Vorstands verabschiedet werden?",
            mehrheit=Mehrheit.ZWEIDRITTEL,
            fassung_pk=fassung.pk,
            actor=geschaeftsstelle,
            now=jetzt,
        )
        sitze = list(Sitz.objects.stimmberechtigt().values_list("pk", flat=True))
        return deeds.open_abstimmung(vote.pk, sitze=sitze, actor=geschaeftsstelle, now=timezone.now())

    return tat


def test_ballot_is_given_kept_and_changed(page, adresse, anmelden, oeffnen, waehler, pruefe):
    vote = oeffnen()
    page.set_viewport_size(TELEFON)
    anmelden(waehler)
    page.goto(f"{adresse}/abstimmungen/{vote.uuid}/")
    for breite in (375, 1280):
        page.set_viewport_size({"width": breite, "height": 740})
        pruefe(page)
        keep(page, f"karte-{breite}")
        assert overhang(page) == 0
    page.set_viewport_size(TELEFON)
    wahlen = page.get_by_role("radio")
    assert [wahlen.nth(nr).is_checked() for nr in range(3)] == [False, False, False]
    assert all(page.locator(".stimme__wahl").nth(nr).bounding_box()["height"] >= 48 for nr in range(3))

    page.get_by_text("Ja", exact=True).click()
    keep(page, "karte-gewaehlt")
    page.get_by_role("button", name="Stimme abgeben").click()

    expect(page.get_by_text("Ihre Stimme: Ja")).to_be_visible()
    stimme = Stimme.objects.get()
    expect(page.get_by_text(stimme.quittung_kurz)).to_be_visible()
    pruefe(page)
    keep(page, "quittung-375")
    page.reload()
    expect(page.get_by_text(stimme.quittung_kurz)).to_be_visible()

    page.get_by_text("Stimme ändern").click()
    page.get_by_role("radio", name="Nein", exact=True).check()
    pruefe(page)
    keep(page, "aendern-375")
    page.get_by_role("button", name="Neue Stimme abgeben").click()
    expect(page.get_by_text("Ihre Stimme: Nein")).to_be_visible()
    assert Stimme.objects.get().wahl == "nein"

    deeds.close_abstimmung(vote.pk, actor=None, now=timezone.now())
    expect(page.get_by_role("heading", name="nicht zustande gekommen")).to_be_visible()
    pruefe(page)
    keep(page, "geschlossen-375")


def test_a_ballot_and_its_result_appear_within_three_seconds(page, open_still, oeffnen, saal, waehler):
    open_still(waehler, f"/sitzungen/{saal.kennung}/raum/")
    vote = oeffnen()
    page.clock.run_for(3_000)
    expect(page.get_by_role("button", name="Stimme abgeben")).to_be_visible()

    page.clock.run_for(100)  # what is new on the page is ready to ask
    deeds.close_abstimmung(vote.pk, actor=None, now=timezone.now())
    page.clock.run_for(3_000)
    expect(page.get_by_text("nicht zustande gekommen").first).to_be_visible()


def test_the_room_opens_within_ten_seconds(page, open_still, saal, waehler):
    type(saal).objects.filter(pk=saal.pk).update(status="versandt", begonnen_at=None, aktuell=None)
    open_still(waehler, f"/sitzungen/{saal.kennung}/raum/")
    expect(page.get_by_role("heading", name="Die Sitzung hat noch nicht begonnen")).to_be_visible()

    saal.save(update_fields=["status", "begonnen_at", "aktuell"])
    page.clock.run_for(10_000)

    expect(page.get_by_role("heading", name="Budgetwerte Sozialkosten 2027")).to_be_visible()


@pytest.fixture
def link(saal, waehler):
    """The waehler's link of the day."""
    from mitglieder.models import Zugangslink, hash_token

    teilnahme = Teilnahme.objects.get(sitzung=saal, sitz__sozialregion__kuerzel="SRTG")
    neu = Zugangslink(
        zweck="stimme",
        person=waehler,
        sitz=teilnahme.sitz,
        objekt=teilnahme.uuid,
        valid_until=timezone.now() + timedelta(hours=6),
        created_at=timezone.now(),
    )
    neu.token_hash = hash_token(neu.token)
    neu.save()
    return neu


def test_ballot_appears_by_itself_and_stays_under_the_finger(page, adresse, anmelden, oeffnen, saal, waehler, pruefe):
    page.set_viewport_size(TELEFON)
    anmelden(waehler)
    page.goto(f"{adresse}/sitzungen/{saal.kennung}/raum/")
    pruefe(page)
    keep(page, "raum-ruhig")
    knopf = page.get_by_role("button", name="Ich gehe")
    knopf.focus()

    vote = oeffnen()

    expect(page.get_by_role("button", name="Stimme abgeben")).to_be_visible()
    expect(page.locator("#raum-ruf")).to_have_text(
        "Eine Abstimmung ist offen: Soll der Antrag zuhanden des VSEG-Vorstands verabschiedet werden?"
    )
    expect(knopf).to_be_focused()
    page.get_by_role("radio", name="Enthaltung").check()
    page.evaluate("window.zettel = document.querySelector('.stimme__form')")
    abwesend = Anwesenheit.objects.filter(sitzung=saal).last()
    deeds.cast_stimme(vote.pk, wahl="nein", actor=abwesend.person, now=timezone.now())
    type(saal).objects.filter(pk=saal.pk).update(live=saal.live + 7)  # something happens in the room
    page.wait_for_selector('#balken-bild[hx-get*="live=7"]', state="attached")
    expect(page.get_by_text("1 von 14 haben abgestimmt")).to_be_visible()
    assert page.evaluate("window.zettel.isConnected && window.zettel.wahl.value") == "enthaltung"
    for breite in (375, 1280):
        page.set_viewport_size({"width": breite, "height": 740})
        pruefe(page)
        keep(page, f"raum-{breite}")
        assert overhang(page) == 0
    page.set_viewport_size(TELEFON)

    page.get_by_role("button", name="Stimme abgeben").click()

    page.wait_for_url(f"{adresse}/sitzungen/{saal.kennung}/raum/#beleg-{vote.uuid}")
    expect(page.get_by_text("Ihre Stimme: Enthaltung")).to_be_in_viewport()
    keep(page, "raum-quittung")
    deeds.close_abstimmung(vote.pk, actor=None, now=timezone.now())
    expect(page.get_by_text("nicht zustande gekommen").first).to_be_visible()
    pruefe(page)
    keep(page, "raum-ergebnis")


def test_from_the_mail_to_the_counted_ballot_in_three_taps(browser, adresse, oeffnen, link, pruefe):
    """A telephone that is signed in nowhere opens the link of its mail; the clock runs from the first page."""
    vote = oeffnen()
    telefon = browser.new_context(viewport=TELEFON, has_touch=True, is_mobile=True, locale="de-CH")
    page = telefon.new_page()
    page.goto(f"{adresse}{link.path}")
    beginn, griffe = timezone.now(), 0
    keep(page, "link-375")
    for ziel in (
        page.get_by_role("button", name="Zur Sitzung"),
        page.get_by_text("Ja", exact=True),
        page.get_by_role("button", name="Stimme abgeben"),
    ):
        ziel.tap()
        griffe += 1
    expect(page.get_by_text("Ihre Stimme: Ja")).to_be_in_viewport()

    assert (griffe, (timezone.now() - beginn).total_seconds() < 20) == (3, True)
    assert Stimme.objects.get().wahl == "ja"
    pruefe(page)
    keep(page, "link-quittung")
    assert page.goto(f"{adresse}/sitzungen/{vote.sitzung.kennung}/").status == 403
    keep(page, "link-verweigert")
    telefon.close()


def test_without_scripts_it_is_a_form_and_a_reload(browser, adresse, oeffnen, link, saal):
    karg = browser.new_context(viewport=TELEFON, java_script_enabled=False, locale="de-CH")
    page = karg.new_page()
    page.goto(f"{adresse}{link.path}")
    page.get_by_role("button", name="Zur Sitzung").click()
    expect(page.get_by_role("heading", name="Sitzungsraum")).to_be_visible()
    vote = oeffnen()
    page.reload()
    page.get_by_role("radio", name="Nein", exact=True).check()
    page.get_by_role("button", name="Stimme abgeben").click()
    expect(page.get_by_text("Ihre Stimme: Nein")).to_be_visible()
    page.get_by_text("Stimme ändern").click()
    page.get_by_role("radio", name="Ja", exact=True).check()
    page.get_by_role("button", name="Neue Stimme abgeben").click()
    expect(page.get_by_text("Ihre Stimme: Ja")).to_be_visible()
    deeds.close_abstimmung(vote.pk, actor=None, now=timezone.now())
    page.reload()
    expect(page.get_by_text("nicht zustande gekommen").first).to_be_visible()
    karg.close()


def test_keyboard_alone_and_forced_colours(browser, adresse, oeffnen, link):
    oeffnen()
    kontext = browser.new_context(viewport=TELEFON, forced_colors="active", locale="de-CH")
    page = kontext.new_page()
    page.goto(f"{adresse}{link.path}")
    page.get_by_role("button", name="Zur Sitzung").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".stimme__form")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "wahl":
            break
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    keep(page, "tastatur-farben")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ihre Stimme: Nein")).to_be_visible()
    kontext.close()


def test_ballot_page_is_light(page, adresse, anmelden, oeffnen, waehler):
    """HTML and style sheet of the page together, compressed, are at most 40 kB."""
    import gzip

    vote = oeffnen()
    anmelden(waehler)
    html = page.goto(f"{adresse}/abstimmungen/{vote.uuid}/").body()
    css = page.request.get(f"{adresse}{page.locator('link[rel=stylesheet]').get_attribute('href')}").body()

    assert len(gzip.compress(html)) + len(gzip.compress(css)) <= 40_000


def test_screen_in_the_room_carries_the_code(page, adresse, anmelden, oeffnen, saal, geschaeftsstelle, pruefe):
    oeffnen()
    anmelden(geschaeftsstelle)
    page.goto(f"{adresse}/sitzungen/{saal.kennung}/saal/")
    for breite, hoehe in ((375, 740), (1280, 720), (1920, 1080)):
        page.set_viewport_size({"width": breite, "height": hoehe})
        pruefe(page)
        keep(page, f"saal-code-{breite}")
        assert overhang(page) == 0
        if breite > 375:
            assert overhang_below(page) == 0
            assert page.locator(".saal__zugang svg").bounding_box()["height"] >= 110
    page.goto(f"{adresse}/sitzungen/{saal.kennung}/raum/zugang/")
    expect(page.get_by_role("heading", name="Sitzungsraum")).to_be_visible()


def test_room_opens_and_ends_by_itself(page, adresse, link, saal):
    type(saal).objects.filter(pk=saal.pk).update(status="versandt", begonnen_at=None, aktuell=None)
    page.set_viewport_size(TELEFON)
    page.goto(f"{adresse}{link.path}")
    page.get_by_role("button", name="Zur Sitzung").click()
    expect(page.get_by_role("heading", name="Die Sitzung hat noch nicht begonnen")).to_be_visible()
    keep(page, "raum-vorher")

    type(saal).objects.filter(pk=saal.pk).update(
        status="laufend", begonnen_at=saal.begonnen_at, aktuell=saal.aktuell, live=saal.live + 1
    )
    expect(page.get_by_role("heading", name="Budgetwerte Sozialkosten 2027")).to_be_visible()

    type(saal).objects.filter(pk=saal.pk).update(status="geschlossen", beendet_at=timezone.now(), live=saal.live + 2)
    expect(page.get_by_role("heading", name="Dieser Zugang ist zu Ende")).to_be_visible()
    keep(page, "zugang-ende")
