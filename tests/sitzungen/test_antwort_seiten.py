"""The pages of an answer: from the link without a session, in the portal, and the office's on behalf."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from konferenz.models import Journaleintrag, Sendung
from mitglieder.models import Mandat, Person, Sitz
from sitzungen.models import Sitzung, Teilnahme
from sitzungen.rules import antwort as rules
from tests.conftest import make_mandat, make_person, make_sitzung, make_traktandum, make_unterlage, make_vertretung

from .antwort_helfer import NEUE, antworte, arten, benenne, link_for, liste, mails, sitz_of, zeile

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FORM = {"antwort": "vertreten", "vertretung": "neu", **NEUE}


@pytest.fixture
def bald(db):
    """A meeting in twelve days of the real clock, announced."""
    return make_sitzung(7, beginn_at=timezone.now() + timedelta(days=12), terminankuendigung_at=timezone.now())


@pytest.fixture
def sitzung(bald):
    """Everybody of the cast is asked about this meeting."""
    return bald


@pytest.fixture
def link(bald, praesidium):
    return link_for(bald, sitz_of(), praesidium)


def login(client, person):
    client.force_login(person, backend=BACKEND)
    return client


def worte(response):
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True).split())


def stand():
    return (
        list(Teilnahme.objects.order_by("pk").values()),
        Journaleintrag.objects.count(),
        Sendung.objects.count(),
        Person.objects.get_queryset().count(),
    )


# --- From the link -----------------------------------------------------------------------------------


def test_twenty_gets_show_the_page_and_change_nothing(client, bald, link):
    vorher = stand()

    for _ in range(20):
        response = client.get(link.path)
        assert response.status_code == 200
        assert client.head(link.path).status_code == 405

    text = worte(response)
    soup = BeautifulSoup(response.content, "html.parser")
    assert stand() == vorher
    assert "sessionid" not in client.cookies
    assert bald.titel in text
    assert "Landhaus Solothurn" in text
    assert "noch keine Antwort" in text
    assert soup.select("input:checked") == []
    assert response["Cache-Control"] == "no-store, private"


def test_post_twice_has_the_effect_of_one_and_shows_a_receipt(bald, praesidium, link):
    for client in (Client(), Client()):
        response = client.post(link.path, {"antwort": "entschuldigt", "bemerkung": "Ferien"}, follow=True)
        assert response.status_code == 200
        assert response.redirect_chain == [(f"{link.path}?gespeichert", 302)]
        assert "Ihre Antwort ist gespeichert" in worte(response)
        assert "Antwort entschuldigt" in worte(response)
        assert "Ferien" in worte(response)
        assert "ändern, bis Sie im Saal angemeldet sind" in worte(response)

    row = zeile(bald, sitz_of())
    assert (row.antwort, row.antwort_kanal, row.antwort_von) == ("entschuldigt", "link", praesidium)
    assert arten() == ["antwort.entschuldigt"]
    assert (
        BeautifulSoup(Client().get(link.path).content, "html.parser").select_one("input:checked")["value"]
        == "entschuldigt"
    )


def test_substitute_is_named_from_the_link_once(client, bald, link):
    for _ in range(2):
        assert client.post(link.path, FORM).status_code == 302

    assert zeile(bald, sitz_of()).vertretung.name == "Regula Muster"
    assert len(mails("vertretung_anfrage")) == 1
    text = worte(client.get(f"{link.path}?gespeichert"))
    assert "vertreten durch Regula Muster; Antwort noch ausstehend" in text


@pytest.mark.parametrize(
    ("antwort", "kuerzel", "fragt"),
    [("entschuldigt", "SRTG", True), ("zugesagt", "SRTG", False), ("entschuldigt", "", False)],
)
def test_whoever_excuses_a_region_is_asked_for_a_substitute_once_more(
    client, bald, praesidium, berater, antwort, kuerzel, fragt
):
    person, sitz = (praesidium, sitz_of()) if kuerzel else (berater, berater.mandate.get().sitz)
    weg = link_for(bald, sitz, person).path

    text = worte(client.post(weg, {"antwort": antwort}, follow=True))

    assert "Ihre Antwort ist gespeichert" in text
    assert ("Ist eine Stellvertretung möglich?" in text) is fragt


def test_refused_substitute_keeps_what_was_typed(client, bald, link, berater):
    response = client.post(link.path, FORM | {"email": berater.email, "bemerkung": "Bitte melden"})

    soup = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 200
    assert "Diese Adresse gehört einem Mitglied der Konferenz" in soup.get_text()
    assert soup.select_one("#id_nachname")["value"] == "Muster"
    assert soup.select_one("#id_email")["value"] == berater.email
    assert soup.select_one("#id_funktion option[selected]")["value"] == "gemeinderat"
    assert soup.select_one("#id_bemerkung").text.strip() == "Bitte melden"
    assert arten() == []


@pytest.mark.parametrize(
    ("daten", "text"),
    [
        ({}, "Bitte wählen Sie Ihre Antwort."),
        ({"antwort": "vielleicht"}, "Bitte wählen Sie"),
        (FORM | {"nachname": "x" * 300}, "Höchstens 80 Zeichen."),
        (FORM | {"vorname": "x" * 300}, "Höchstens 80 Zeichen."),
        (FORM | {"email": "x" * 300 + "@gemeinde.test"}, "Das ist keine gültige E-Mail-Adresse."),
        (FORM | {"email": "keine"}, "Das ist keine gültige E-Mail-Adresse."),
        (FORM | {"email": ""}, "Bitte geben Sie die E-Mail-Adresse der Stellvertretung an"),
        (FORM | {"funktion": "sozialdienst"}, "Angestellte eines Sozialdienstes dürfen"),
        (FORM | {"funktion": ""}, rules.SATZ_FUNKTION),
        ({"antwort": "zugesagt", "bemerkung": "x" * 301}, "Höchstens 300 Zeichen."),
    ],
)
def test_bad_input_gets_its_sentence(client, bald, link, daten, text):
    vorher = stand()

    response = client.post(link.path, daten)

    assert response.status_code == 200
    assert text in worte(response)
    assert stand() == vorher


def test_what_stands_in_fields_that_do_not_count_is_no_mistake(client, bald, link):
    assert client.post(link.path, FORM | {"antwort": "zugesagt", "nachname": "x" * 300}).status_code == 302
    assert zeile(bald, sitz_of()).antwort == "zugesagt"


@pytest.mark.parametrize(
    ("stand_neu", "satz"),
    [
        ({"beginn_at": -1, "ende_at": 60}, rules.SATZ_BEGONNEN),
        ({"beginn_at": -180, "ende_at": -60}, rules.SATZ_VORBEI),
        ({"status": "abgesagt"}, rules.SATZ_ABGESAGT),
        ({"status": "laufend"}, rules.SATZ_BEGONNEN),
        ({"status": "geschlossen"}, rules.SATZ_VORBEI),
    ],
)
def test_after_the_meeting_a_clear_sentence(client, bald, link, stand_neu, satz):
    jetzt = timezone.now()
    neu = {k: jetzt + timedelta(minutes=v) if isinstance(v, int) else v for k, v in stand_neu.items()}
    if neu.get("status") == "abgesagt":
        neu |= {"abgesagt_at": jetzt}
    elif "status" in neu:
        neu |= {"freigegeben_at": jetzt, "versandt_at": jetzt, "begonnen_at": jetzt}
        neu |= {"beendet_at": jetzt} if neu["status"] == "geschlossen" else {}
    Sitzung.objects.filter(pk=bald.pk).update(**neu)

    for response in (client.get(link.path), client.post(link.path, {"antwort": "zugesagt"})):
        assert response.status_code == 200
        assert satz in worte(response)
        assert BeautifulSoup(response.content, "html.parser").select(".antwort") == []
    assert zeile(bald, sitz_of()).antwort == ""


def test_link_that_ended_with_its_meeting_says_so(client, bald, link):
    vorbei = timezone.now() - timedelta(days=2)
    Sitzung.objects.filter(pk=bald.pk).update(beginn_at=vorbei - timedelta(hours=2), ende_at=vorbei)
    type(link).objects.update(valid_until=vorbei)

    assert rules.SATZ_VORBEI in worte(client.get(link.path))


def test_forged_and_revoked_links_look_the_same(client, bald, link):
    type(link).objects.update(revoked_at=timezone.now())

    antworten = [
        client.get(link.path),
        client.get("/zugang/gefaelscht/"),
        client.post(link.path, {"antwort": "zugesagt"}),
    ]

    assert [a.status_code for a in antworten] == [404, 404, 404]
    assert worte(antworten[0]) == worte(antworten[1])
    assert zeile(bald, sitz_of()).antwort == ""


def test_link_to_a_meeting_that_is_gone_looks_like_a_forged_one(client, bald, link):
    bald.delete()

    assert worte(client.get(link.path)) == worte(client.get("/zugang/gefaelscht/"))


def test_link_after_the_mandate_ended_is_refused_with_a_sentence(client, bald, link, praesidium, fremde):
    Mandat.objects.filter(person=praesidium).update(bis=timezone.localdate())
    make_mandat(fremde, sitz_of(), von=timezone.localdate())

    for response in (client.get(link.path), client.post(link.path, {"antwort": "zugesagt"})):
        assert response.status_code == 403
        assert "Sie haben diesen Sitz am Tag der Sitzung nicht inne" in worte(response)
    assert zeile(bald, sitz_of()).antwort == ""


def test_person_with_two_seats_has_a_link_for_each(client, bald, praesidium):
    make_mandat(praesidium, sitz_of("SRO"))
    erster, zweiter = (link_for(bald, sitz_of(k), praesidium) for k in ("SRTG", "SRO"))

    assert erster.path != zweiter.path
    client.post(erster.path, {"antwort": "zugesagt"})
    client.post(zweiter.path, {"antwort": "entschuldigt"})

    assert (zeile(bald, sitz_of()).antwort, zeile(bald, sitz_of("SRO")).antwort) == ("zugesagt", "entschuldigt")


def test_link_of_a_substitute_accepts_and_declines(client, bald, praesidium, link):
    client.post(link.path, FORM)
    person = zeile(bald, sitz_of()).vertretung
    eigener = person.zugangslinks.get()

    vorher = stand()
    text = worte(client.get(eigener.path))
    assert "Übernehmen Sie die Stellvertretung?" in text
    assert "Andrea Präsidium" in text
    assert stand() == vorher
    assert "Bitte wählen Sie, ob" in worte(client.post(eigener.path, {"zusage": "vielleicht"}))
    for _ in range(2):
        assert "Sie haben zugesagt." in worte(client.post(eigener.path, {"zusage": "ja"}, follow=True))
    assert "Sie haben abgelehnt." in worte(client.post(eigener.path, {"zusage": "nein"}, follow=True))
    assert arten()[2:] == ["vertretung.angenommen", "vertretung.abgelehnt"]

    client.post(link.path, {"antwort": "zugesagt"})
    response = client.post(eigener.path, {"zusage": "ja"})
    assert (response.status_code, "nicht (mehr) als Stellvertretung" in worte(response)) == (403, True)


# --- In the portal -----------------------------------------------------------------------------------


VOR_DEM_VERSAND = {  # a member sees the date only: the office's pages answer 404, not 403
    "vorsitz": (200, 403, 403, 403),
    "praesidium": (200, 403, 404, 404),
    "stellvertretung": (403, 200, 404, 404),
    "berater": (200, 403, 404, 404),
    "geschaeftsstelle": (403, 403, 200, 302),
    "leitgremium": (403, 403, 404, 404),
    "vorstand": (404, 404, 404, 404),
    "gast": (404, 404, 404, 404),
    "fremde": (404, 404, 404, 404),
}
NACH_DEM_VERSAND = VOR_DEM_VERSAND | {
    "praesidium": (200, 403, 403, 403),
    "stellvertretung": (403, 200, 403, 403),
    "berater": (200, 403, 403, 403),
    "leitgremium": (403, 403, 403, 403),
}


@pytest.mark.parametrize("is_versandt", [False, True])
def test_role_matrix(client, bald, cast, is_versandt):
    """Own answer, reply as substitute, on behalf (get), remind (post)."""
    pfad, sitz, jetzt = f"/sitzungen/{bald.kennung}/", sitz_of("SON").uuid, timezone.now()
    make_mandat(make_person("Dulliken"), sitz_of("SON"))
    if is_versandt:
        Sitzung.objects.filter(pk=bald.pk).update(status="versandt", freigegeben_at=jetzt, versandt_at=jetzt)
    ist = {}
    for name, person in cast.items():
        login(client, person)
        ist[name] = (
            client.get(f"{pfad}antwort/").status_code,
            client.get(f"{pfad}vertretung/").status_code,
            client.get(f"{pfad}teilnahme/{sitz}/").status_code,
            client.post(f"{pfad}teilnahme/{sitz}/erinnern/").status_code,
        )

    assert ist == (NACH_DEM_VERSAND if is_versandt else VOR_DEM_VERSAND)
    client.logout()
    assert client.get(f"{pfad}antwort/").status_code == 302


def test_member_answers_in_the_portal_and_sees_it_on_page_and_dashboard(client, bald, praesidium):
    login(client, praesidium)
    assert "Nehmen Sie teil?" in worte(client.get("/"))
    assert "noch keine Antwort" in worte(client.get(bald.get_absolute_url()))

    assert worte(client.get(f"/sitzungen/{bald.kennung}/antwort/")).count("Nehmen Sie teil?") == 2  # title and heading
    response = client.post(f"/sitzungen/{bald.kennung}/antwort/", FORM, follow=True)

    text = worte(response)
    assert response.redirect_chain == [(bald.get_absolute_url(), 302)]
    assert "Ihre Antwort ist gespeichert." in text
    danach = worte(client.get("/"))
    assert "Ihre Teilnahme" in danach
    assert "Nehmen Sie teil?" not in danach
    assert "vertreten durch Regula Muster; Antwort noch ausstehend" in text
    assert "vertreten durch Regula Muster" in worte(client.get("/"))


def test_foreign_and_unknown_seats_are_not_answered(client, bald, praesidium):
    login(client, praesidium)

    assert client.get(f"/sitzungen/{bald.kennung}/antwort/?sitz={sitz_of('SRO').uuid}").status_code == 404
    assert client.get(f"/sitzungen/{bald.kennung}/antwort/?sitz=x").status_code == 404


def test_member_with_two_seats_answers_each(client, bald, praesidium, link):
    url, satz = f"/sitzungen/{bald.kennung}/antwort/", "In der Sitzung üben Sie einen davon aus"
    login(client, praesidium)
    assert [satz in worte(client.get(adresse)) for adresse in (url, link.path)] == [False, False]
    make_mandat(praesidium, sitz_of("SRO"))
    assert [satz in worte(client.get(adresse)) for adresse in (url, link.path)] == [True, True]

    client.post(f"{url}?sitz={sitz_of().uuid}", {"antwort": "zugesagt"})
    soup = BeautifulSoup(client.get(url).content, "html.parser")
    assert [a.get_text(strip=True) for a in soup.select(".reiter a[aria-current]")] == [str(sitz_of("SRO"))]
    client.post(url, {"antwort": "entschuldigt"})

    assert (zeile(bald, sitz_of()).antwort, zeile(bald, sitz_of("SRO")).antwort) == ("zugesagt", "entschuldigt")
    knoepfe = BeautifulSoup(client.get("/").content, "html.parser").select(".antworten a")
    assert [" ".join(a.get_text().split()) for a in knoepfe] == [
        f"Antwort ändern {bald.titel}, {sitz}" for sitz in (sitz_of(), sitz_of("SRO"))
    ]


def test_standing_list_is_offered_and_chosen(client, bald, praesidium, fremde):
    liste(sitz_of(), fremde)
    login(client, praesidium)
    url = f"/sitzungen/{bald.kennung}/antwort/"
    assert "Andrea Fremde, Mitglied des Gemeinderats" in worte(client.get(url))

    assert "Bitte wählen Sie, wer den Sitz vertritt." in worte(client.post(url, {"antwort": "vertreten"}))
    client.post(url, {"antwort": "vertreten", "vertretung": str(fremde.uuid)})

    assert zeile(bald, sitz_of()).vertretung == fremde


def test_named_substitute_is_preselected_and_kept_with_a_new_note(client, bald, praesidium):
    benenne(bald, sitz_of(), praesidium, now=timezone.now())
    person = zeile(bald, sitz_of()).vertretung
    login(client, praesidium)
    url = f"/sitzungen/{bald.kennung}/antwort/"

    soup = BeautifulSoup(client.get(url).content, "html.parser")
    assert [i["value"] for i in soup.select("input:checked")] == ["vertreten", str(person.uuid)]
    client.post(url, {"antwort": "vertreten", "vertretung": str(person.uuid), "bemerkung": "Neu"})

    assert (zeile(bald, sitz_of()).vertretung, zeile(bald, sitz_of()).bemerkung) == (person, "Neu")
    assert len(mails("vertretung_anfrage")) == 1


def test_chairs_seat_asks_who_chairs_and_an_advisory_one_without_the_setting_for_nobody(client, bald, vorsitz, berater):
    from konferenz.models import Einstellung

    login(client, vorsitz)
    assert "leitet auch die Sitzung" in worte(client.get(f"/sitzungen/{bald.kennung}/antwort/"))
    Einstellung.objects.create(schluessel="beratende_vertretung", wert=False, geaendert_at=timezone.now())
    login(client, berater)
    text = worte(client.get(f"/sitzungen/{bald.kennung}/antwort/"))
    assert "leitet auch" not in text
    assert "vertreten" not in text


def test_substitute_replies_on_the_meetings_page(client, bald, praesidium, fremde):
    make_vertretung(bald, sitz_of(), fremde, stand="benannt")
    login(client, fremde)
    assert "Sie sind angefragt" in worte(client.get("/"))
    assert "Anfrage beantworten" in worte(client.get(bald.get_absolute_url()))
    url = f"/sitzungen/{bald.kennung}/vertretung/"

    assert client.post(url, {"zusage": "ja"})["Location"] == bald.get_absolute_url()
    assert client.post(url, {"zusage": "nein"})["Location"] == "/"

    assert client.get(bald.get_absolute_url()).status_code == 404
    assert "abgelehnt" in worte(login(client, praesidium).get(bald.get_absolute_url()))


def test_named_person_reads_this_meeting_and_no_other(client, bald, praesidium, geschaeftsstelle):
    punkt = make_traktandum(bald)
    papiere = [
        make_unterlage(punkt, "Intern", person=geschaeftsstelle),
        make_unterlage(punkt, "Geheim", person=geschaeftsstelle, vertraulich=True),
    ]
    andere = make_sitzung(3, status="versandt", beginn_at=timezone.now() + timedelta(days=40))
    fremdes = make_unterlage(make_traktandum(andere), "Anderes", person=geschaeftsstelle)
    benenne(bald, sitz_of(), praesidium, now=timezone.now())
    login(client, zeile(bald, sitz_of()).vertretung)

    def codes(*urls):
        gefunden = []
        for url in urls:
            response = client.get(url)
            if response.streaming:
                b"".join(response.streaming_content)
            gefunden.append(response.status_code)
        return gefunden

    adressen = [u.get_absolute_url() for u in papiere]
    assert codes(bald.get_absolute_url(), *adressen) == [200, 404, 404]
    jetzt = timezone.now()
    Sitzung.objects.filter(pk=bald.pk).update(status="versandt", freigegeben_at=jetzt, versandt_at=jetzt)
    assert codes(bald.get_absolute_url(), *adressen) == [200, 200, 200]
    assert codes(andere.get_absolute_url(), fremdes.get_absolute_url()) == [404, 404]

    ende = jetzt - timedelta(days=29)
    Sitzung.objects.filter(pk=bald.pk).update(beginn_at=ende - timedelta(hours=2), ende_at=ende)
    assert codes(*adressen) == [200, 200]
    ende = jetzt - timedelta(days=31)
    Sitzung.objects.filter(pk=bald.pk).update(beginn_at=ende - timedelta(hours=2), ende_at=ende)
    assert codes(bald.get_absolute_url(), *adressen) == [404, 404, 404]


def test_office_records_on_behalf_and_it_is_marked_everywhere(client, bald, praesidium, geschaeftsstelle):
    login(client, geschaeftsstelle)
    url = f"/sitzungen/{bald.kennung}/teilnahme/{sitz_of().uuid}/"
    assert "Bitte wählen Sie, wie die Antwort kam." in worte(client.post(url, {"antwort": "zugesagt"}))

    liste_danach = client.post(url, {"antwort": "zugesagt", "kanal": "telefon"}, follow=True)

    marke = "(am Telefon, durch Andrea Büro)"
    assert "am Telefon, durch Andrea Büro" in worte(liste_danach)
    assert marke in worte(client.get(url))
    login(client, praesidium)
    for seite in ("/", bald.get_absolute_url(), f"/sitzungen/{bald.kennung}/antwort/"):
        assert marke in worte(client.get(seite)), seite
    antworte(bald, sitz_of(), praesidium, "entschuldigt", now=timezone.now())
    assert marke not in worte(client.get(bald.get_absolute_url()))


def test_office_names_on_behalf_and_reminds_once_a_day(client, bald, praesidium, geschaeftsstelle):
    login(client, geschaeftsstelle)
    url = f"/sitzungen/{bald.kennung}/teilnahme/{sitz_of().uuid}/"

    assert "Die Erinnerung geht an Andrea Präsidium." in worte(client.post(f"{url}erinnern/", follow=True))
    assert "schon eine Erinnerung gegangen" in worte(client.post(f"{url}erinnern/", follow=True))
    client.post(url, FORM | {"kanal": "mail"})
    assert "Die Erinnerung geht an Regula Muster." in worte(client.post(f"{url}erinnern/", follow=True))

    assert [an for an, _ in mails("erinnerung")] == [praesidium.email, NEUE["email"]]
    assert client.get(f"/sitzungen/{bald.kennung}/teilnahme/{bald.uuid}/").status_code == 404


# --- Query counts ------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["/", "sitzung", "antwort", "link", "buero"])
def test_query_count_does_not_grow_with_seats_substitutes_and_meetings(
    client, bald, praesidium, geschaeftsstelle, link, url, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    adresse = {
        "/": "/",
        "sitzung": bald.get_absolute_url(),
        "antwort": f"/sitzungen/{bald.kennung}/antwort/",
        "link": link.path,
        "buero": f"/sitzungen/{bald.kennung}/teilnahme/{sitz_of().uuid}/",
    }[url]
    login(client, geschaeftsstelle if url == "buero" else praesidium)
    liste(sitz_of(), make_person("Eins"))
    make_mandat(praesidium, Sitz.objects.get(art="amt"))
    client.get(adresse)
    with CaptureQueriesContext(connection) as eine:
        client.get(adresse)
    for nr, kuerzel in enumerate(("SRO", "SON"), start=1):
        make_mandat(praesidium, sitz_of(kuerzel))
        liste(sitz_of(), make_person(f"Liste-{nr}"))
        make_sitzung(nr, beginn_at=timezone.now() + timedelta(days=30 * nr), terminankuendigung_at=timezone.now())

    with django_assert_num_queries(len(eine)):
        client.get(adresse)
