"""One table: each page of this app x each of the cast. Who is signed out is sent to the login."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mitglieder.models import (
    Funktion,
    Leitgremium,
    Mandat,
    Mitgliedschaft,
    Sitz,
    Stellvertretung,
    Verteilermeldung,
    Verteilervorschlag,
)
from mitglieder.permissions import RECHTE, Recht, Rolle, umfang
from tests.conftest import SEIT, make_mandat, make_person

pytestmark = pytest.mark.django_db
TAG = timedelta(days=1)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

# What each answers: the office, the chair, a voting member, an advisory one; everybody else (substitute of one meeting,
# decision-maker, board, guest, stranger) in one column.
SPALTEN = ("geschaeftsstelle", "vorsitz", "praesidium", "berater")
UEBRIGE = ("stellvertretung", "leitgremium", "vorstand", "gast", "fremde")
ALLE, LESEN, BUERO, TAT = (
    (200, 200, 200, 200, 200),
    (200, 200, 200, 200, 404),
    (200, 404, 404, 404, 404),
    (200, 403, 403, 403, 404),
)
SEITEN = {
    "mitglieder:konto": ALLE,
    "mitglieder:pflichtenheft": ALLE,
    "mitglieder:mitglied-list": LESEN,
    "mitglieder:region-list": LESEN,
    "mitglieder:region-detail": LESEN,
    "mitglieder:sitz-detail": LESEN,
    "mitglieder:person-detail": LESEN,
    "mitglieder:person-list": BUERO,
    "mitglieder:person-create": TAT,
    "mitglieder:person-edit": TAT,
    "mitglieder:person-deactivate": TAT,
    "mitglieder:funktion-start": TAT,
    "mitglieder:funktion-end": TAT,
    "mitglieder:mandat-start": TAT,
    "mitglieder:mandat-elect": TAT,
    "mitglieder:mandat-end": TAT,
    "mitglieder:stellvertretung-start": TAT,
    "mitglieder:stellvertretung-end": TAT,
    "mitglieder:region-edit": TAT,
    "mitglieder:einwohnerzahl-add": TAT,
    "mitglieder:gemeinde-add": TAT,
    "mitglieder:gemeinde-end": TAT,
    "mitglieder:leitgremium-edit": TAT,
    "mitglieder:mitgliedschaft-start": TAT,
    "mitglieder:mitgliedschaft-end": TAT,
    "mitglieder:verteiler-list": TAT,
    "mitglieder:verteiler-export-csv": TAT,
    "mitglieder:verteiler-export-xlsx": TAT,
    "mitglieder:import": TAT,
    "mitglieder:import-vorlage-csv": TAT,
    "mitglieder:import-vorlage-xlsx": TAT,
    "mitglieder:einrichten": BUERO,
    "mitglieder:einstellungen": BUERO,
    "mitglieder:journal-list": (200, 200, 404, 404, 404),
    "mitglieder:betrieb": BUERO,
    "mitglieder:verteiler-bestaetigung": (404, 404, 404, 404, 404),
    "mitglieder:verteiler-danke": (404, 404, 404, 404, 404),
    "mitglieder:aufnahme-propose": (404, 404, 404, 404, 404),
    "mitglieder:berichtigung-propose": (404, 404, 404, 404, 404),
    "mitglieder:austritt-propose": (404, 404, 404, 404, 404),
    "mitglieder:vorschlag-list": TAT,
    "mitglieder:vorschlag-accept": TAT,
    "mitglieder:vorschlag-decline": TAT,
}
# A GET never does a deed; the office's own answer is «wrong method», everybody else is refused as for a page.
TATEN = {
    "mitglieder:person-invite",
    "mitglieder:person-revoke",
    "mitglieder:person-reactivate",
    "mitglieder:import-confirm",
    "mitglieder:verteiler-ask",
    "mitglieder:verteiler-confirm",
    "mitglieder:meldung-close",
    "mitglieder:testmail-send",
    "mitglieder:verteiler-bestaetigen",
    "mitglieder:verteiler-melden",
    "mitglieder:vorschlag-withdraw",
}


@pytest.fixture
def adressen(cast):
    """One real object for each kind of address."""
    person = make_person("Ziel")
    sitz = Sitz.objects.get(sozialregion__kuerzel="SRU")
    gremium = Leitgremium.objects.get(sozialregion__kuerzel="SRU")
    mandat = make_mandat(person, sitz, gewaehlt=False)
    objekte = {
        "person": person.uuid,
        "sitz": sitz.uuid,
        "mandat": mandat.uuid,
        "stellvertretung": Stellvertretung.objects.create(
            sitz=sitz, person=make_person("Ersatz"), funktion="gemeinderat", von=SEIT
        ).uuid,
        "mitgliedschaft": Mitgliedschaft.objects.create(leitgremium=gremium, person=person, von=SEIT).uuid,
        "meldung": Verteilermeldung.objects.create(leitgremium=gremium, text="x", created_at=timezone.now()).uuid,
        "vorschlag": Verteilervorschlag.objects.create(
            leitgremium=gremium, art="aufnehmen", vorname="P", nachname="Neu", created_at=timezone.now()
        ).uuid,
        "funktion": (person.uuid, Funktion.objects.create(person=person, art="vorstand", von=SEIT).art),
        "gemeinde": ("SRU", "Hägendorf"),
        "region": "SRU",
    }
    arten = {
        "person": [
            "person-detail",
            "person-edit",
            "person-deactivate",
            "funktion-start",
            "person-invite",
            "person-revoke",
            "person-reactivate",
        ],
        "sitz": ["sitz-detail", "mandat-start", "stellvertretung-start"],
        "mandat": ["mandat-elect", "mandat-end"],
        "stellvertretung": ["stellvertretung-end"],
        "mitgliedschaft": ["mitgliedschaft-end", "berichtigung-propose", "austritt-propose"],
        "vorschlag": ["vorschlag-accept", "vorschlag-decline", "vorschlag-withdraw"],
        "meldung": ["meldung-close"],
        "funktion": ["funktion-end"],
        "gemeinde": ["gemeinde-end"],
        "region": [
            "region-detail",
            "region-edit",
            "einwohnerzahl-add",
            "gemeinde-add",
            "leitgremium-edit",
            "mitgliedschaft-start",
            "verteiler-ask",
            "verteiler-confirm",
        ],
    }
    argumente = {f"mitglieder:{name}": objekte[art] for art, namen in arten.items() for name in namen}
    return {name: reverse(name, args=_tuple(argumente.get(name, ()))) for name in {*SEITEN, *TATEN}}


def _tuple(wert):
    return wert if isinstance(wert, tuple) else (wert,)


def test_every_page_answers_everybody_as_the_table_says(cast, adressen):
    erwartet, gefunden = {}, {}
    for wer, person in cast.items():
        client = Client()
        client.force_login(person, backend=BACKEND)
        for name, antworten in SEITEN.items():
            spalte = SPALTEN.index(wer) if wer in SPALTEN else len(SPALTEN)
            erwartet[name, wer] = antworten[spalte]
            gefunden[name, wer] = client.get(adressen[name]).status_code
    assert gefunden == erwartet


def test_no_deed_is_done_by_a_get_or_by_anybody_but_the_office(cast, adressen):
    gefunden = {}
    for wer, person in cast.items():
        client = Client()
        client.force_login(person, backend=BACKEND)
        for name in TATEN:
            gefunden[name, wer, "get"] = client.get(adressen[name]).status_code
            if wer != "geschaeftsstelle":
                gefunden[name, wer, "post"] = client.post(adressen[name]).status_code
    assert {k: v for k, v in gefunden.items() if v not in {403, 404, 405}} == {}
    assert {v for k, v in gefunden.items() if k[2] == "post"} <= {403, 404}


def test_whoever_is_signed_out_is_sent_to_the_login(adressen):
    for name, adresse in adressen.items():
        antwort = Client().get(adresse)
        assert (antwort.status_code, antwort.headers["Location"].split("?")[0]) == (302, reverse("account_login")), name


def test_withdrawn_office_and_deactivation_are_seen_by_the_next_request(geschaeftsstelle, client_of):
    client = client_of(geschaeftsstelle)
    adresse = reverse("mitglieder:person-list")
    assert client.get(adresse).status_code == 200

    Funktion.objects.update(bis=timezone.localdate())
    assert client.get(adresse).status_code == 404

    type(geschaeftsstelle).objects.get_queryset().update(is_active=False)
    assert client.get(adresse).status_code == 302


def test_members_do_not_see_addresses_of_the_wide_circle(praesidium, leitgremium, client_of):
    client = client_of(praesidium)

    seite = client.get(leitgremium.get_absolute_url()).content.decode()
    region = client.get(reverse("mitglieder:region-detail", args=["SRO"])).content.decode()

    assert leitgremium.name in seite
    assert leitgremium.name in region
    assert leitgremium.email not in seite + region


PAARE = [
    ("vorsitz", "vorstand", {Rolle.VORSITZ, Rolle.VORSTAND}),
    ("amt", "geschaeftsstelle", {Rolle.MITGLIED_BERATEND, Rolle.GESCHAEFTSSTELLE}),
    ("region", "leitgremium", {Rolle.MITGLIED_STIMMBERECHTIGT, Rolle.LEITGREMIUM}),
    ("region", "vorstand", {Rolle.MITGLIED_STIMMBERECHTIGT, Rolle.VORSTAND}),
    ("region", "vorsitz", {Rolle.MITGLIED_STIMMBERECHTIGT, Rolle.VORSITZ}),
    ("leitgremium", "vorstand", {Rolle.LEITGREMIUM, Rolle.VORSTAND}),
    ("geschaeftsstelle", "administration", {Rolle.GESCHAEFTSSTELLE, Rolle.ADMINISTRATION}),
]


def give(person, amt):
    if amt == "leitgremium":
        gremium = Leitgremium.objects.get(sozialregion__kuerzel="SRO")
        Mitgliedschaft.objects.create(leitgremium=gremium, person=person, von=SEIT)
    elif amt in {"vorstand", "geschaeftsstelle", "administration"}:
        Funktion.objects.create(person=person, art=amt, von=SEIT)
    else:
        make_mandat(person, Sitz.objects.filter(art=amt).first())


@pytest.mark.parametrize(("eines", "anderes", "rollen"), PAARE)
def test_rights_of_two_offices_are_their_union(eines, anderes, rollen, now):
    beide, nur_eines, nur_anderes = make_person("Beide"), make_person("Eines"), make_person("Anderes")
    give(nur_eines, eines)
    rechte_eines = {recht for recht in Recht if umfang(nur_eines, now).rollen & RECHTE[recht]}
    nur_eines.mandate.all().delete()
    give(nur_anderes, anderes)
    rechte_anderes = {recht for recht in Recht if umfang(nur_anderes, now).rollen & RECHTE[recht]}
    nur_anderes.mandate.all().delete()

    give(beide, eines)
    give(beide, anderes)

    assert umfang(beide, now).rollen - {Rolle.ANGEMELDET} == rollen
    assert {recht for recht in Recht if umfang(beide, now).rollen & RECHTE[recht]} == rechte_eines | rechte_anderes


def test_office_that_ended_or_begins_later_gives_nothing(now):
    person = make_person("Früher")
    Funktion.objects.create(person=person, art="geschaeftsstelle", von=SEIT, bis=date(2026, 11, 26))
    Funktion.objects.create(person=person, art="vorstand", von=date(2026, 11, 27))

    assert umfang(person, now).rollen == {Rolle.ANGEMELDET}


def test_the_one_query_knows_what_current_knows(now):
    """Offices, seats and regions that ended, end or begin around today: by hand as by ZeitraumQuerySet.current()."""
    heute = timezone.localdate(now)
    spannen = [
        (SEIT, None),
        (SEIT, heute),
        (heute, None),
        (SEIT, heute + TAG),
        (heute + TAG, None),
        (heute - TAG, heute),
    ]
    sitze, gremien = list(Sitz.objects.stimmberechtigt())[1:7], list(Leitgremium.objects.order_by("pk")[:6])
    for nr, (von, bis) in enumerate(spannen):
        for was in ("funktion", "sitz", "region"):
            person = make_person(f"{was}-{nr}")
            if was == "funktion":
                row = Funktion.objects.create(person=person, art="vorstand", von=von, bis=bis)
            elif was == "sitz":
                row = Mandat.objects.create(person=person, sitz=sitze[nr], funktion="Präsidium", von=von, bis=bis)
            else:
                row = Mitgliedschaft.objects.create(person=person, leitgremium=gremien[nr], von=von, bis=bis)
            gilt = type(row).objects.current(heute).filter(pk=row.pk).exists()

            scope = umfang(person, now)

            assert bool(scope.rollen - {Rolle.ANGEMELDET}) is gilt, (was, von, bis)
            assert [m.pk for m in scope.sitze] == ([row.pk] if gilt and was == "sitz" else [])
            assert scope.regionen == ({gremien[nr].sozialregion_id} if gilt and was == "region" else set())


def test_a_person_is_read_in_one_query_and_the_seats_once_they_are_asked_for(now, django_assert_num_queries):
    sitzende, fremde = make_person("Sitzende"), make_person("Fremde")
    for sitz in Sitz.objects.stimmberechtigt()[1:4]:
        make_mandat(sitzende, sitz)

    with django_assert_num_queries(2):
        umfang(sitzende, now), umfang(fremde, now)
    scope = umfang(sitzende, now)
    with django_assert_num_queries(1):
        assert [m.sitz.reihenfolge for m in scope.sitze] == sorted(m.sitz.reihenfolge for m in scope.sitze)
        assert {m.sitz.sozialregion is not None for m in scope.sitze} == {True}
