"""Parts that ask for themselves beside what somebody does: answers in the wrong order, held back to make it so."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from mitglieder.models import Sitz
from sitzungen.actions.leitung import go_to
from sitzungen.actions.praesenz import check_in
from sitzungen.models import Sitzung
from tests.conftest import make_mandat, make_person, make_sitzung, make_traktandum

pytestmark = pytest.mark.django_db(transaction=True)
BALKEN, LISTE = re.compile(r"/balken/\?live="), re.compile(r"/praesenz/$")
PULT, AUFRUF = re.compile(r"/leitung/\?live="), re.compile(r"/aufrufen/$")
ANMELDEN = re.compile(r"/praesenz/[0-9a-f-]+/anmelden/$")
FRIST = 3_000  # milliseconds in which the other screens follow


@pytest.fixture
def laufende(transactional_db, vorsitz):
    """A running meeting with two items; Solothurn, Olten and the chair can be checked in."""
    begonnen = timezone.now() - timedelta(minutes=15)
    sitzung = make_sitzung(beginn_at=begonnen, status="laufend", leitung=vorsitz)
    sitzung.aktuell = make_traktandum(sitzung, "Budgetwerte Sozialkosten 2027", begonnen_at=begonnen)
    sitzung.save()
    make_traktandum(sitzung, "Suchthilfe")
    for kuerzel in ("SOL", "SRO"):
        make_mandat(make_person(f"Präsidium-{kuerzel}"), sitz_of(kuerzel))
    return sitzung


def sitz_of(kuerzel):
    return Sitz.objects.get(sozialregion__kuerzel=kuerzel)


def arrive(sitzung, kuerzel, vorsitz):
    """Check a seat's holder in at another desk."""
    sitz = sitz_of(kuerzel)
    check_in(sitzung.pk, sitz.pk, sitz.mandate.get().person_id, actor=vorsitz, now=timezone.now())


@pytest.mark.parametrize("pfad", ["praesenz/", "leitung/", "saal/", ""])
def test_every_page_of_a_meeting_follows_within_three_seconds(page, open_still, laufende, vorsitz, pfad):
    open_still(vorsitz, f"/sitzungen/{laufende.kennung}/{pfad}")
    stand = page.locator(".saal__praesenz" if pfad == "saal/" else "#balken-satz")
    expect(stand).to_contain_text("stimmberechtigt 0 von 14")

    arrive(laufende, "SOL", vorsitz)
    go_to(laufende.traktanden.get(position=2).pk, actor=vorsitz, now=timezone.now())
    page.clock.run_for(FRIST)

    expect(stand).to_contain_text("stimmberechtigt 1 von 14")
    if pfad == "praesenz/":
        expect(page.locator("li.platz", has_text="Solothurn").get_by_role("button", name="Abmelden")).to_be_visible()
    elif pfad:
        expect(page.get_by_role("heading", name="Suchthilfe")).to_be_visible()


class Gehalten:
    """The next question to an address: what the server answers reaches the page only when let go."""

    def __init__(self, page, adresse):
        self._page, self._routen = page, []
        page.route(adresse, lambda route: route.continue_() if self._routen else self._routen.append(route))

    def await_antwort(self):
        while not self._routen:
            self._page.wait_for_timeout(20)
        self._antwort = self._routen[0].fetch()

    def let_go(self):
        """Hand the answer over, and return once htmx has dealt with it."""
        self._routen[0].fulfill(response=self._antwort)
        self._page.wait_for_function("url => window.beantwortet.includes(url)", arg=self._routen[0].request.url)


@pytest.fixture
def halte(page):
    page.add_init_script(
        """window.beantwortet = [];
        document.addEventListener("htmx:beforeSend", ({detail: {xhr}}) =>
          xhr.addEventListener("loadend", () => window.beantwortet.push(xhr.responseURL)));"""
    )
    return lambda adresse: Gehalten(page, adresse)


@pytest.fixture
def praesenz(page, adresse, anmelden, laufende, vorsitz):
    """The desk of presence; returns a seat's row."""
    anmelden(vorsitz, f"/sitzungen/{laufende.kennung}/praesenz/")
    return lambda name: page.locator("li.platz", has=page.get_by_role("heading", name=name, exact=True))


def test_a_bar_that_comes_after_a_tap_is_thrown_away(page, halte, laufende, vorsitz, gemeldet, praesenz):
    balken = halte(BALKEN)
    arrive(laufende, "SOL", vorsitz)
    balken.await_antwort()

    praesenz("Olten").get_by_role("button").first.click()
    expect(praesenz("Olten").get_by_role("button", name="Abmelden")).to_be_visible()
    balken.let_go()

    expect(page.locator("#balken-satz")).to_contain_text("stimmberechtigt 2 von 14")
    expect(praesenz("Solothurn").get_by_role("button", name="Abmelden")).to_be_visible()
    assert gemeldet == []


def test_a_list_from_before_a_tap_does_not_undo_it(page, halte, laufende, vorsitz, gemeldet, praesenz):
    liste = halte(LISTE)
    arrive(laufende, "SOL", vorsitz)
    liste.await_antwort()

    praesenz("Olten").get_by_role("button").first.click()
    expect(praesenz("Olten").get_by_role("button", name="Abmelden")).to_be_visible()
    with page.expect_response(LISTE):  # asked once more
        liste.let_go()

    expect(praesenz("Olten").get_by_role("button", name="Abmelden")).to_be_visible()
    expect(praesenz("Solothurn").get_by_role("button", name="Abmelden")).to_be_visible()
    assert gemeldet == []


def test_a_refusal_is_told_though_the_desk_was_asking(page, adresse, anmelden, halte, laufende, vorsitz, gemeldet):
    anmelden(vorsitz, f"/sitzungen/{laufende.kennung}/leitung/")
    pult, aufruf = halte(PULT), halte(AUFRUF)
    Sitzung.objects.update(live=7)
    pult.await_antwort()
    Sitzung.objects.update(status="geschlossen", beendet_at=timezone.now(), aktuell=None)

    page.get_by_role("button", name="Weiter zu 2").click()
    aufruf.await_antwort()
    pult.let_go()
    aufruf.let_go()

    expect(page.locator("#meldungen")).to_contain_text("Die Sitzung ist geschlossen")
    assert gemeldet == []


@pytest.mark.parametrize("ende", ["abgebrochen", "hängt"])
def test_a_deed_without_an_answer_holds_nothing_up_for_ever(page, laufende, vorsitz, praesenz, ende):
    page.clock.install()
    page.reload()
    page.route(ANMELDEN, lambda route: route.abort() if ende == "abgebrochen" else None)

    with page.expect_request(ANMELDEN):
        praesenz("Olten").get_by_role("button").first.click()
    arrive(laufende, "SOL", vorsitz)
    if ende == "hängt":
        page.clock.run_for(35_000)

    expect(praesenz("Solothurn").get_by_role("button", name="Abmelden")).to_be_visible()
