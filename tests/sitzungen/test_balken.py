"""The bar of a running meeting: what it says, who sees it, and how little an unchanged room costs."""

import pytest
from bs4 import BeautifulSoup

from konferenz.models import Einstellung
from mitglieder.models import Sitz
from mitglieder.permissions import grant_gast
from sitzungen.actions.ausstand import declare_ausstand
from sitzungen.models import Sitzung
from sitzungen.queries.balken import Balken
from tests.conftest import make_sitzung, make_traktandum
from tests.sitzungen.saal import minutes_after

pytestmark = pytest.mark.django_db
URL = "/sitzungen/2026-4/balken/"
HX = {"HX-Request": "true"}


@pytest.fixture
def sitzung(laufende):
    """The cast's substitute is named for this meeting."""
    return laufende


def bar(**kwargs):
    return Balken(
        **{"kennung": "x", "live": 0, "gesamt": 14, "anwesend": 12, "ausstand": 0, "noetig": 8, "grenze": 8} | kwargs
    )


@pytest.mark.parametrize(
    ("bar", "satz"),
    [
        (bar(), "Anwesend stimmberechtigt 12 von 14 – nötig für einen Antrag: 8 Ja."),
        (bar(ausstand=1), "Anwesend stimmberechtigt 12 von 14, dazu 1 im Ausstand – nötig für einen Antrag: 8 Ja."),
        (
            bar(ausstand=1, is_abstimmung=True),
            "Jetzt anwesend stimmberechtigt 12 von 14, dazu 1 im Ausstand – nötig für den nächsten Antrag: 8 Ja.",
        ),
        (
            bar(anwesend=0, noetig=None),
            "Anwesend stimmberechtigt 0 von 14 – ohne Anwesende kommt kein Antrag zustande.",
        ),
    ],
)
def test_the_sentence(bar, satz):
    assert bar.satz == satz


@pytest.mark.parametrize(("anwesend", "soll"), [(7, True), (8, False), (14, False)])
def test_it_warns_below_the_setting(anwesend, soll):
    assert bool(bar(anwesend=anwesend).warnung) is soll
    assert not bar(anwesend=anwesend, grenze=0).warnung


#         office, chair, member, substitute, adviser follow the room; the wide circle and guests do not
ROLLEN = {
    "geschaeftsstelle": 200,
    "vorsitz": 200,
    "praesidium": 200,
    "stellvertretung": 200,
    "berater": 200,
    "leitgremium": 403,
    "vorstand": 404,
    "gast": 403,
    "fremde": 404,
}


def test_who_may_follow(client, laufende, cast):
    grant_gast(cast["gast"], laufende)
    ist = {}
    for name, person in cast.items():
        client.force_login(person)
        ist[name] = client.get(URL, headers=HX).status_code

    assert ist == ROLLEN


def test_it_counts_and_draws(client, laufende, srtg, praesidium, vorsitz, anmelden):
    Einstellung.objects.create(schluessel="warnung_anwesende", wert=3, geaendert_at=laufende.beginn_at)
    punkt = make_traktandum(laufende)
    anmelden(srtg, praesidium)
    anmelden(Sitz.objects.get(art="vorsitz"), vorsitz)
    declare_ausstand(laufende.pk, srtg.pk, punkt.pk, actor=praesidium, now=minutes_after(laufende, 2))
    Sitzung.objects.update(aktuell=punkt)
    client.force_login(praesidium)

    seite = BeautifulSoup(client.get(URL, headers=HX).content, "html.parser")

    assert seite.select_one("#balken-satz").text == (
        "Anwesend stimmberechtigt 1 von 14, dazu 1 im Ausstand – nötig für einen Antrag: 1 Ja."
    )
    zustaende = [feld["data-zustand"] for feld in seite.select("rect")]
    assert zustaende == ["da", "ausstand", *["frei"] * 12]
    assert seite.select_one(".balken__marke").text == "1 Ja"
    assert "Weniger als 3" in seite.select_one(".balken__warnung").text
    assert "live=3&stand=1-1" in seite.select_one("#balken-bild")["hx-get"]


def test_the_sentence_comes_only_when_it_changed(client, laufende, praesidium, srtg, anmelden):
    anmelden(srtg, praesidium)
    client.force_login(praesidium)

    assert "balken-satz" in client.get(f"{URL}?live=0&stand=0-0", headers=HX).content.decode()
    assert "balken-satz" not in client.get(f"{URL}?live=0&stand=1-0", headers=HX).content.decode()
    assert client.get(f"{URL}?live=0", headers=HX)["HX-Trigger"] == "saal"


def test_the_pulse_costs_one_query_and_tells_only_that_something_changed(
    client, laufende, praesidium, django_assert_num_queries
):
    client.force_login(praesidium)
    seite = BeautifulSoup(client.get(URL, headers=HX).content, "html.parser")
    frage = seite.select_one("#balken-bild span")["hx-get"]

    with django_assert_num_queries(1):
        ruhig = client.get(frage)
    Sitzung.objects.update(live=laufende.live + 1)
    with django_assert_num_queries(1):
        belebt = client.get(frage)

    assert (ruhig.status_code, ruhig.content, ruhig.headers.get("HX-Trigger")) == (204, b"", None)
    assert (belebt.status_code, belebt.content, belebt["HX-Trigger"]) == (204, b"", "puls")


def test_a_forged_pulse_is_nobodys(client, laufende):
    assert client.get("/sitzungen/puls/MQ:gefaelscht/?live=0").status_code == 404
    assert client.get(f"/sitzungen/puls/{laufende.pk}/").status_code == 404


@pytest.mark.parametrize("rolle", ["praesidium", "stellvertretung", "geschaeftsstelle"])
def test_an_unchanged_room_costs_few_queries(client, laufende, cast, rolle, django_assert_num_queries):
    """Session, person, one for what the person is, the meeting; a substitute is found by three more."""
    client.force_login(cast[rolle])
    client.get(URL)

    with django_assert_num_queries(7 if rolle == "stellvertretung" else 4):
        response = client.get(f"{URL}?live={laufende.live}")
    assert (response.status_code, response.content) == (204, b"")


def test_a_changed_room_costs_the_same_whoever_is_there(
    client, laufende, praesidium, vorsitz, srtg, anmelden, django_assert_num_queries
):
    client.force_login(praesidium)
    client.get(URL)
    for sitz, person in ((srtg, praesidium), (Sitz.objects.get(art="vorsitz"), vorsitz)):
        anmelden(sitz, person)
        with django_assert_num_queries(9):
            client.get(f"{URL}?live=0", headers=HX)


def test_by_hand_it_leads_to_the_meeting(client, laufende, praesidium):
    client.force_login(praesidium)

    assert client.get(URL).headers["Location"] == "/sitzungen/2026-4/"


def test_after_the_close_it_asks_no_more(client, laufende, praesidium):
    Sitzung.objects.update(status="geschlossen", beendet_at=minutes_after(laufende, 60), live=7)
    client.force_login(praesidium)

    response = client.get(f"{URL}?live=3", headers=HX)
    assert response.status_code == 286
    assert b"hx-get" not in response.content


@pytest.mark.parametrize("pfad", ["", "leitung/", "praesenz/", "teilnahme/"])
def test_it_stands_on_the_pages_of_a_running_meeting(client, laufende, vorsitz, pfad):
    Sitzung.objects.update(aktuell=make_traktandum(laufende))
    client.force_login(vorsitz)

    seite = BeautifulSoup(client.get(f"/sitzungen/2026-4/{pfad}").content, "html.parser")

    assert seite.select_one("#balken-satz[aria-live=polite]").text.startswith("Anwesend stimmberechtigt 0 von 14")
    assert seite.select_one("script[src*=htmx]")


def test_it_stands_on_no_other(client, transactional_db, vorsitz):
    make_sitzung(status="versandt")
    client.force_login(vorsitz)

    assert "balken-satz" not in client.get("/sitzungen/2026-4/").content.decode()
