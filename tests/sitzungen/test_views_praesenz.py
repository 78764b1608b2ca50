"""The desk of presence and one's own seat: who may, what a tap answers, what stays without scripts."""

import pytest
from bs4 import BeautifulSoup

from konferenz.models import Einstellung
from mitglieder.models import Person, Sitz, Stellvertretung
from mitglieder.permissions import grant_gast
from sitzungen.models import Anwesenheit, Ausstand, Sitzung
from tests.conftest import SEIT, make_mandat, make_person, make_sitzung, make_traktandum, make_vertretung
from tests.sitzungen.saal import minutes_after, sitz_of, strecken

pytestmark = pytest.mark.django_db
SEITE = "/sitzungen/2026-4/"
HX = {"HX-Request": "true"}


@pytest.fixture
def sitzung(laufende):
    """The cast's substitute is named for this meeting."""
    return laufende


@pytest.fixture
def leitende(laufende):
    """A substitute of the chair's seat who presides this meeting."""
    person = make_person("Leitende")
    make_vertretung(laufende, Sitz.objects.get(art="vorsitz"), person, vertretung_leitet=True)
    return person


def suppe(response):
    return BeautifulSoup(response.content, "html.parser")


def rufe(response):
    return [p.get_text(" ", strip=True) for p in suppe(response).select("#meldungen .meldung")]


def tap(client, sitz, person, was="anmelden", **kwargs):
    return client.post(f"{SEITE}praesenz/{sitz.uuid}/{was}/", {"person": str(person.uuid), "live": "0"}, **kwargs)


ROLLEN = {
    "geschaeftsstelle": 200,
    "vorsitz": 200,
    "leitende": 200,
    "praesidium": 403,
    "stellvertretung": 403,
    "berater": 403,
    "leitgremium": 403,
    "vorstand": 404,
    "gast": 403,
    "fremde": 404,
}


@pytest.mark.parametrize("was", ["lesen", "tippen", "alle", "tuere", "saal"])
def test_only_office_and_chair_lead_presence(client, laufende, cast, leitende, srtg, was):
    grant_gast(cast["gast"], laufende)
    ist = {}
    for name, person in {**cast, "leitende": leitende}.items():
        client.force_login(person)
        response = {
            "lesen": lambda: client.get(f"{SEITE}praesenz/"),
            "tippen": lambda: tap(client, srtg, cast["praesidium"]),
            "alle": lambda: client.post(f"{SEITE}praesenz/alle/"),
            "tuere": lambda: client.get(f"{SEITE}praesenz/tuere/"),
            "saal": lambda: client.post(f"{SEITE}praesenz/saal/oeffnen/"),
        }[was]()
        ist[name] = response.status_code

    weiter = 302 if was in {"tippen", "alle", "saal"} else 200
    assert ist == {name: weiter if status == 200 else status for name, status in ROLLEN.items()}


def test_a_tap_answers_with_the_row_and_the_bar(client, laufende, srtg, praesidium, geschaeftsstelle):
    client.force_login(geschaeftsstelle)

    seite = suppe(tap(client, srtg, praesidium, headers=HX))

    [zeile] = seite.select("li.platz")
    assert zeile["id"] == f"platz-{srtg.uuid}"
    assert zeile["data-da"] == "ja"
    assert "Andrea Präsidium" in zeile.select_one(".platz__stand").text
    assert "Mitglied" in zeile.select_one(".platz__stand").text
    assert seite.select_one("#balken-bild")["hx-swap-oob"] == "outerHTML"
    assert seite.select_one("#balken-satz").text == "Anwesend stimmberechtigt 1 von 14 – nötig für einen Antrag: 1 Ja."
    assert strecken(laufende)[0][:2] == ("SRTG", "Präsidium")


def test_the_other_rows_are_asked_for_only_where_they_may_have_changed(client, laufende, srtg, praesidium, vorsitz):
    client.force_login(vorsitz)

    assert "HX-Trigger" not in tap(client, srtg, praesidium, headers=HX)
    assert tap(client, srtg, praesidium, "abmelden", headers=HX)["HX-Trigger"] == "saal"  # the screen was drawn before
    make_mandat(praesidium, sitz_of("SRO"))
    Sitzung.objects.update(live=0)
    assert tap(client, srtg, praesidium, headers=HX)["HX-Trigger"] == "saal"  # the person has a second seat


def test_without_scripts_a_tap_leads_back_to_the_row(client, laufende, srtg, praesidium, ersatz, geschaeftsstelle):
    client.force_login(geschaeftsstelle)
    assert tap(client, srtg, ersatz).headers["Location"] == f"{SEITE}praesenz/#platz-{srtg.uuid}"

    [satz] = rufe(tap(client, srtg, praesidium, follow=True))
    assert "Eva Ersatz (Stellvertretung) angemeldet" in satz
    tap(client, srtg, praesidium, "wechsel")
    assert [zeile[1] for zeile in strecken(laufende)] == ["Ersatz", "Präsidium"]


def test_a_refused_tap_stands_in_its_row(client, laufende, srtg, praesidium, ersatz, geschaeftsstelle):
    client.force_login(geschaeftsstelle)
    tap(client, srtg, ersatz)

    seite = suppe(tap(client, srtg, praesidium, headers=HX))
    assert "Eva Ersatz" in seite.select_one("li.platz [role=alert]").text


@pytest.mark.parametrize("daten", [{}, {"person": "keine"}, {"person": "0" * 400}])
def test_an_unreadable_tap_changes_nothing(client, laufende, srtg, geschaeftsstelle, daten):
    client.force_login(geschaeftsstelle)

    assert client.post(f"{SEITE}praesenz/{srtg.uuid}/anmelden/", daten, headers=HX).status_code == 200
    assert strecken(laufende) == []


def test_the_page_has_a_constant_number_of_queries(
    client, laufende, srtg, praesidium, vorsitz, anmelden, abmelden, geschaeftsstelle, django_assert_max_num_queries
):
    client.force_login(geschaeftsstelle)
    client.get(f"{SEITE}praesenz/")
    zahlen = []
    for nr in range(3):
        with django_assert_max_num_queries(40) as gezaehlt:
            client.get(f"{SEITE}praesenz/")
        zahlen.append(len(gezaehlt))
        anmelden(srtg, praesidium, 2 * nr + 1)
        abmelden(srtg, 2 * nr + 2)
        anmelden(Sitz.objects.get(art="vorsitz"), vorsitz)
        gast = make_person(f"Gast{nr}")
        grant_gast(gast, laufende)
        punkt = make_traktandum(laufende)
        Ausstand.objects.create(
            teilnahme=laufende.teilnahmen.get(sitz=srtg),
            traktandum=punkt,
            erklaert_von=vorsitz,
            erklaert_at=punkt.sitzung.beginn_at,
        )

    assert zahlen[1] == zahlen[2]
    assert zahlen[2] <= 20


def test_before_the_opening_it_says_who_opens_and_when(client, transactional_db, vorsitz):
    make_sitzung(status="versandt")
    client.force_login(vorsitz)

    seite = suppe(client.get(f"{SEITE}praesenz/"))

    text = " ".join(seite.select_one(".leer").get_text(" ").split())
    assert "Der Vorsitz oder die Geschäftsstelle eröffnet die Sitzung am Donnerstag, 10. Dezember 2026" in text
    assert "14.00 Uhr" in text
    assert seite.select_one('.leer a[href="/sitzungen/2026-4/leitung/"]')
    assert not seite.select("li.platz button")
    assert len(seite.select("li.platz")) == 17


def test_after_the_close_it_is_a_list(client, laufende, srtg, praesidium, anmelden, abmelden, vorsitz):
    anmelden(srtg, praesidium, 1)
    abmelden(srtg, 30)
    Sitzung.objects.update(status="geschlossen", beendet_at=minutes_after(laufende, 60))
    client.force_login(vorsitz)

    seite = suppe(client.get(f"{SEITE}praesenz/"))
    assert "Andrea Präsidium, 14.01–14.30 Uhr" in seite.select_one(f"#platz-{srtg.uuid}").text
    assert not seite.select("main button")


def test_all_at_once_says_who_was_left_out(client, laufende, srtg, praesidium, ersatz, geschaeftsstelle):
    client.force_login(geschaeftsstelle)

    erfolg, ausgelassen = rufe(client.post(f"{SEITE}praesenz/alle/", follow=True))
    assert erfolg == "1 Sitz angemeldet."
    assert "Olten: vakant" in ausgelassen
    assert "Thal-Gäu" not in ausgelassen


# --- at the door, times -----------------------------------------------------------------------------


def test_at_the_door_one_form_is_enough(client, laufende, srtg, praesidium, geschaeftsstelle):
    client.force_login(geschaeftsstelle)
    daten = {"sitz": str(srtg.uuid), "vorname": "Tina", "nachname": "Türe", "funktion": "gemeinderat"}

    response = client.post(f"{SEITE}praesenz/tuere/?sitz={srtg.uuid}", daten)

    assert response.headers["Location"] == f"{SEITE}praesenz/#platz-{srtg.uuid}"
    assert strecken(laufende)[0][:2] == ("SRTG", "Türe")


@pytest.mark.parametrize(
    ("aenderung", "feld"),
    [({"nachname": ""}, "nachname"), ({"nachname": "x" * 300}, "nachname"), ({"funktion": "sozialdienst"}, "funktion")],
)
def test_at_the_door_what_is_wrong_stands_at_its_field(
    client, laufende, srtg, praesidium, geschaeftsstelle, aenderung, feld
):
    client.force_login(geschaeftsstelle)
    daten = {"sitz": str(srtg.uuid), "vorname": "Tina", "nachname": "Türe", "funktion": "gemeinderat"} | aenderung

    seite = suppe(client.post(f"{SEITE}praesenz/tuere/", daten))

    assert seite.select_one(f".meldung a[href='#id_{feld}']")
    assert seite.select_one("#id_vorname")["value"] == "Tina"
    assert not Person.objects.get_queryset().filter(vorname="Tina").exists()


def test_at_the_door_the_standing_list_is_one_tap(client, laufende, srtg, praesidium, geschaeftsstelle):
    person = make_person("Liste")
    Stellvertretung.objects.create(sitz=srtg, person=person, funktion="gemeinderat", von=SEIT)
    client.force_login(geschaeftsstelle)
    seite = suppe(client.get(f"{SEITE}praesenz/tuere/?sitz={srtg.uuid}"))
    [knopf] = seite.select("button[name=person]")
    assert knopf.text == "Andrea Liste, Mitglied des Gemeinderats"

    client.post(f"{SEITE}praesenz/tuere/{srtg.uuid}/", {"person": knopf["value"]})
    assert strecken(laufende)[0][:2] == ("SRTG", "Liste")


def test_times_are_put_right_with_a_reason(client, laufende, srtg, praesidium, anmelden, geschaeftsstelle):
    laufende.begonnen_at = laufende.beginn_at
    anwesenheit = anmelden(srtg, praesidium, 10)
    client.force_login(geschaeftsstelle)
    url = f"{SEITE}praesenz/zeiten/{anwesenheit.uuid}/"
    felder = suppe(client.get(url))
    assert felder.select_one("#id_von")["value"] == "14:10"

    ohne = suppe(client.post(url, {"von": "14.02", "bis": ""}))
    assert "warum Sie die Zeit ändern" in ohne.select_one(".meldung").text
    assert ohne.select_one("#id_von")["value"] == "14.02"
    zu_frueh = suppe(client.post(url, {"von": "13.50", "bis": "", "grund": "Uhr"}))
    assert "frühestens ab der Eröffnung" in zu_frueh.select_one(".meldung").text
    client.post(url, {"von": "14:00", "bis": "", "grund": "Uhr"})
    anwesenheit.refresh_from_db()
    assert (anwesenheit.von_at, anwesenheit.korrektur_grund) == (laufende.beginn_at, "Uhr")


def test_a_stretch_is_removed_with_a_reason(client, laufende, srtg, praesidium, anmelden, geschaeftsstelle):
    url = f"{SEITE}praesenz/zeiten/{anmelden(srtg, praesidium).uuid}/entfernen/"
    client.force_login(geschaeftsstelle)
    assert "warum Sie die Anwesenheit entfernen" in suppe(client.post(url, {})).select_one(".meldung").text
    assert Anwesenheit.objects.exists()

    client.post(url, {"weg-grund": "Falscher Sitz"})
    assert not Anwesenheit.objects.exists()


def test_a_stretch_of_another_meeting_is_not_there(client, laufende, srtg, praesidium, anmelden, geschaeftsstelle):
    anwesenheit = anmelden(srtg, praesidium)
    make_sitzung(3, status="laufend")
    client.force_login(geschaeftsstelle)

    assert client.get(f"/sitzungen/2026-3/praesenz/zeiten/{anwesenheit.uuid}/").status_code == 404


def test_guests_are_checked_in_and_out(client, laufende, gast, geschaeftsstelle):
    grant_gast(gast, laufende)
    client.force_login(geschaeftsstelle)
    assert "ganze Sitzung" in client.get(f"{SEITE}praesenz/").content.decode()
    for was, offen in (("anmelden", True), ("abmelden", False)):
        client.post(f"{SEITE}praesenz/gaeste/{gast.uuid}/{was}/")
        assert Anwesenheit.objects.filter(person=gast, bis_at__isnull=True).exists() is offen
    url = f"{SEITE}praesenz/zeiten/{Anwesenheit.objects.get().uuid}/"
    assert url in client.get(f"{SEITE}praesenz/").content.decode()
    assert "Gast" in suppe(client.get(url)).select_one(".seite__vorspann").text


# --- one's own seat ---------------------------------------------------------------------------------


@pytest.fixture
def offene(laufende):
    Sitzung.objects.update(saal_offen_at=laufende.begonnen_at)
    return laufende


def test_own_seat_in_and_out_on_the_meetings_page(client, offene, srtg, praesidium):
    client.force_login(praesidium)
    assert "Ich bin da" in client.get(SEITE).content.decode()
    client.post(f"{SEITE}platz/{srtg.uuid}/da/")
    assert "Ich gehe" in client.get(SEITE).content.decode()
    client.post(f"{SEITE}platz/{srtg.uuid}/weg/")

    [anwesenheit] = Anwesenheit.objects.all()
    assert (anwesenheit.person, anwesenheit.weg, anwesenheit.bis_at is not None) == (praesidium, "selbst", True)


def test_who_can_check_in_finds_it_first_and_as_the_filled_button(client, offene, srtg, praesidium):
    def page():
        soup = suppe(client.get(SEITE))
        return [t.get_text(" ", strip=True) for t in soup.select("main .knopf--haupt")], soup.select_one(
            ".mein-platz, dl.angaben"
        ).name

    client.force_login(praesidium)
    assert page() == ([f"Ich bin da {srtg.sozialregion.name}"], "section")

    client.post(f"{SEITE}platz/{srtg.uuid}/da/")
    assert page() == (["Zum Sitzungsraum"], "dl")


def test_paper_leaves_out_what_only_asks_for_a_tap(client, offene, srtg, praesidium):
    def printed():
        soup = suppe(client.get(SEITE))
        return ["nur-schirm" not in soup.select_one(wo)["class"] for wo in (".mein-platz", ".balken noscript p")]

    client.force_login(praesidium)
    assert printed() == [False, False]

    client.post(f"{SEITE}platz/{srtg.uuid}/da/")
    assert printed() == [True, False]


def test_the_card_of_ones_seat_follows_the_desk(client, offene, srtg, praesidium, ersatz, anmelden):
    htmx = {"HTTP_HX_REQUEST": "true"}
    client.force_login(praesidium)
    folgt = suppe(client.get(SEITE)).select_one("#mein-platz")
    assert (folgt["hx-trigger"], folgt["hx-swap"]) == ("saal from:body", "outerHTML")
    assert client.get(folgt["hx-get"], **htmx).status_code == 204

    anmelden(srtg, ersatz)
    neu = suppe(client.get(folgt["hx-get"], **htmx)).select_one("#mein-platz")
    assert "Eva Ersatz angemeldet" in neu.get_text(" ", strip=True)
    assert client.get(neu["hx-get"], **htmx).status_code == 204

    assert client.get(neu["hx-get"]).status_code == 302
    ende = minutes_after(offene, 60)
    Sitzung.objects.update(status="geschlossen", beendet_at=ende, aktuell=None)
    assert client.get(neu["hx-get"], **htmx).headers["HX-Refresh"] == "true"


def test_own_seat_while_the_room_is_closed(client, laufende, srtg, praesidium):
    client.force_login(praesidium)
    assert "Ich bin da" not in client.get(SEITE).content.decode()

    [satz] = rufe(client.post(f"{SEITE}platz/{srtg.uuid}/da/", follow=True))
    assert "Selbstanmeldung ist nicht offen" in satz


def test_taking_over_asks_first(client, offene, srtg, praesidium, ersatz, anmelden):
    anmelden(srtg, ersatz)
    client.force_login(praesidium)
    url = f"{SEITE}platz/{srtg.uuid}/uebernehmen/"
    assert url in client.get(SEITE).content.decode()
    assert "Eva Ersatz" in client.get(url).content.decode()
    assert len(strecken(offene)) == 1
    client.post(url)

    assert [zeile[1] for zeile in strecken(offene)] == ["Ersatz", "Präsidium"]


def test_a_hybrid_meeting_asks_where_one_is(client, offene, srtg, praesidium):
    Sitzung.objects.update(form="hybrid", form_entscheid_on="2026-11-01")
    client.force_login(praesidium)
    assert "Ich bin da, online" in client.get(SEITE).content.decode()
    client.post(f"{SEITE}platz/{srtg.uuid}/da/?form=online")

    assert Anwesenheit.objects.get().form == "online"


#        own seat Thal-Gäu: its holder, its substitute; the desk checks in elsewhere; nobody else
EIGENER = {
    "geschaeftsstelle": 403,
    "vorsitz": 302,
    "praesidium": 302,
    "stellvertretung": 302,
    "berater": 403,
    "leitgremium": 403,
    "vorstand": 404,
    "gast": 404,
    "fremde": 404,
}


def test_own_seat_is_ones_own(client, offene, srtg, cast):
    ist = {}
    for name, person in cast.items():
        client.force_login(person)
        ist[name] = client.post(f"{SEITE}platz/{srtg.uuid}/da/").status_code

    assert ist == EIGENER
    assert {a.person for a in Anwesenheit.objects.all()} <= {cast["praesidium"], cast["stellvertretung"]}


def test_ausstand_by_the_seat_and_by_the_desk(client, laufende, srtg, praesidium, berater, geschaeftsstelle):
    punkt = make_traktandum(laufende, "Eigene Sache")
    daten = {"sitz": str(srtg.uuid), "traktandum": str(punkt.uuid), "grund": "Befangen"}
    client.force_login(berater)
    assert client.post(f"{SEITE}ausstand/", daten).status_code == 403
    client.force_login(praesidium)
    assert client.post(f"{SEITE}ausstand/", daten).headers["Location"] == SEITE
    assert "Traktandum 1: Thal-Gäu" in client.get(SEITE).content.decode()
    client.force_login(geschaeftsstelle)
    assert "Befangen" in client.get(f"{SEITE}praesenz/").content.decode()
    daten["zurueck"] = "praesenz"
    assert client.post(f"{SEITE}ausstand/zurueckziehen/", daten).headers["Location"] == f"{SEITE}praesenz/"

    assert not Ausstand.objects.exists()


def test_ausstand_before_the_meeting_is_seen_by_the_seats_only(
    client, transactional_db, srtg, praesidium, berater, gast
):
    sitzung = make_sitzung(status="versandt")
    punkt = make_traktandum(sitzung)
    grant_gast(gast, sitzung)
    client.force_login(praesidium)
    assert suppe(client.get(SEITE)).select_one(f'form[action="{SEITE}ausstand/"] option[value="{punkt.uuid}"]')
    client.post(f"{SEITE}ausstand/", {"sitz": str(srtg.uuid), "traktandum": str(punkt.uuid)})
    sieht = {}
    for person in (praesidium, berater, gast):
        client.force_login(person)
        sieht[person] = "Traktandum 1: Thal-Gäu" in client.get(SEITE).content.decode()

    assert sieht == {praesidium: True, berater: True, gast: False}


def test_ausstand_without_a_choice_says_so(client, laufende, praesidium):
    client.force_login(praesidium)

    [satz] = rufe(client.post(f"{SEITE}ausstand/", {"sitz": "x"}, follow=True))
    assert satz == "Bitte wählen Sie Sitz und Traktandum."


def test_the_room_is_opened_and_closed(client, laufende, vorsitz):
    client.force_login(vorsitz)
    assert "Selbstanmeldung öffnen" in client.get(f"{SEITE}praesenz/").content.decode()
    client.post(f"{SEITE}praesenz/saal/oeffnen/")
    assert "Selbstanmeldung schliessen" in client.get(f"{SEITE}praesenz/").content.decode()
    client.post(f"{SEITE}praesenz/saal/schliessen/")
    Einstellung.objects.create(schluessel="selbst_anmelden", wert=False, geaendert_at=laufende.beginn_at)

    assert "In den Einstellungen ausgeschaltet" in client.get(f"{SEITE}praesenz/").content.decode()
