"""At the door: a substitute nobody announced, in one deed."""

import pytest

from konferenz.models import Journaleintrag, Sendung
from mitglieder.models import Mandat, Person, Stellvertretung
from sitzungen.actions.praesenz import hand_over
from sitzungen.actions.tuere import add_unangemeldete
from sitzungen.models import Teilnahme
from sitzungen.schritte.praesenz import SitzBesetzt
from sitzungen.schritte.saal import SaalError
from sitzungen.schritte.vertretung import Ersatzwahl
from tests.conftest import SEIT, make_mandat, make_person, make_vertretung
from tests.sitzungen.saal import minutes_after, sitz_of, strecken

pytestmark = pytest.mark.django_db
NEU = Ersatzwahl(vorname="Tina", nachname="Türe", funktion="gemeinderat")


@pytest.fixture
def kommt(laufende, geschaeftsstelle):
    def tat(sitz, wahl=NEU, minute=5):
        now = minutes_after(laufende, minute)
        return add_unangemeldete(laufende.pk, sitz.pk, wahl, actor=geschaeftsstelle, now=now)

    return tat


def test_name_and_function_are_enough(laufende, srtg, praesidium, kommt, geschaeftsstelle):
    anwesenheit = kommt(srtg)

    teilnahme, person = Teilnahme.objects.get(), Person.objects.get(nachname="Türe")
    assert strecken(laufende) == [("SRTG", "Türe", 5, None)]
    assert (anwesenheit.als, person.email, person.login) == ("vertretung", "", None)
    assert (teilnahme.vertretung, teilnahme.vertretung_funktion, teilnahme.vertretung_stand) == (
        person,
        "gemeinderat",
        "angenommen",
    )
    assert (teilnahme.antwort, teilnahme.antwort_kanal, teilnahme.antwort_von) == (
        "vertreten",
        "muendlich",
        geschaeftsstelle,
    )
    arten = list(Journaleintrag.objects.order_by("seq").values_list("art", flat=True))
    assert arten == ["person.erfasst", "anwesenheit.begonnen", "vertretung.benannt"]
    assert not Sendung.objects.exists()


def test_somebody_of_the_standing_list_needs_no_typing(laufende, srtg, praesidium, kommt):
    person = make_person("Liste")
    Stellvertretung.objects.create(sitz=srtg, person=person, funktion="sozialkommission", von=SEIT)

    assert kommt(srtg, Ersatzwahl(person=person.pk)).person == person
    assert Teilnahme.objects.get().vertretung_funktion == "sozialkommission"


def test_who_was_named_and_did_not_come_is_told(laufende, srtg, praesidium, ersatz, kommt):
    kommt(srtg)

    assert strecken(laufende) == [("SRTG", "Türe", 5, None)]
    assert [s.an_name for s in Sendung.objects.all()] == ["Eva Ersatz"]


def test_the_holder_comes_late_and_the_seat_changes_hands(laufende, srtg, praesidium, kommt, geschaeftsstelle):
    kommt(srtg)
    hand_over(laufende.pk, srtg.pk, praesidium.pk, actor=geschaeftsstelle, now=minutes_after(laufende, 20))

    assert strecken(laufende) == [("SRTG", "Türe", 5, 20), ("SRTG", "Präsidium", 20, None)]


def test_a_vacant_seat_is_represented_too(laufende, kommt):
    kommt(sitz_of("SON"))

    assert strecken(laufende) == [("SON", "Türe", 5, None)]


def test_a_taken_seat_is_refused_and_nobody_is_written(laufende, srtg, praesidium, anmelden, kommt):
    anmelden(srtg, praesidium)

    with pytest.raises(SitzBesetzt, match=r"Andrea Präsidium angemeldet. Melden Sie die Person zuerst ab"):
        kommt(srtg)
    assert not Person.objects.get_queryset().filter(nachname="Türe").exists()


@pytest.mark.parametrize(
    ("wahl", "feld", "satz"),
    [
        (Ersatzwahl(vorname="Tina", nachname="", funktion="gemeinderat"), "nachname", "Namen"),
        (Ersatzwahl(vorname="Tina", nachname="x" * 300, funktion="gemeinderat"), "nachname", "Höchstens 80"),
        (Ersatzwahl(vorname="Tina", nachname="Türe"), "funktion", "politische Funktion"),
        (Ersatzwahl(vorname="Tina", nachname="Türe", funktion="sozialdienst"), "funktion", "Angestellte"),
        (
            Ersatzwahl(vorname="Tina", nachname="Türe", funktion="gemeinderat", email="praesidium@portal.test"),
            "email",
            "gehört einem Mitglied",
        ),
        (Ersatzwahl(vorname="Tina", nachname="Türe", funktion="gemeinderat", email="kein"), "email", "gültige"),
    ],
)
def test_who_may_not_stand_in(srtg, praesidium, kommt, wahl, feld, satz):
    with pytest.raises(SaalError, match=satz) as refusal:
        kommt(srtg, wahl)

    assert refusal.value.feld == feld
    assert not Person.objects.get_queryset().filter(vorname="Tina").exists()


def test_nobody_for_two_seats_and_no_member_for_another(laufende, srtg, praesidium, kommt):
    doppelt, mitglied = make_person("Doppelt"), make_person("Mitglied")
    make_vertretung(laufende, sitz_of("SON"), doppelt)
    make_mandat(mitglied, sitz_of("DOR"))
    for person, satz in ((doppelt, "schon einen anderen Sitz"), (mitglied, "hat selbst einen Sitz")):
        Stellvertretung.objects.create(sitz=srtg, person=person, funktion="gemeinderat", von=SEIT)
        with pytest.raises(SaalError, match=satz):
            kommt(srtg, Ersatzwahl(person=person.pk))
    assert strecken(laufende) == []
    assert Mandat.objects.count() == 2
