from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from konferenz import journal
from mitglieder import demo
from mitglieder.models import (
    Funktion,
    Leitgremium,
    Mandat,
    Mitgliedschaft,
    Person,
    Sitz,
    Stellvertretung,
    Verteilervorschlag,
)
from mitglieder.permissions import Rolle, umfang
from tests.conftest import make_person

pytestmark = pytest.mark.django_db

ERWARTET = {
    "geschaeftsstelle": {Rolle.GESCHAEFTSSTELLE},
    "geschaeftsfuehrung": {Rolle.GESCHAEFTSSTELLE, Rolle.MITGLIED_BERATEND},
    "vorsitz": {Rolle.VORSITZ, Rolle.VORSTAND},
    "praesidium": {Rolle.MITGLIED_STIMMBERECHTIGT, Rolle.LEITGREMIUM},
    "beratung": {Rolle.MITGLIED_BERATEND},
    "stellvertretung": set(),
    "leitgremium": {Rolle.LEITGREMIUM},
    "vorstand": {Rolle.VORSTAND},
    "sekretariat": {Rolle.VORSTANDSSEKRETARIAT},
}


def test_demo_fills_every_seat_and_every_body_once():
    gesagt = []
    assert demo.find_foreign() == ""

    demo.load(now=timezone.now(), say=gesagt.append)
    demo.load(now=timezone.now(), say=gesagt.append)  # made once

    assert len(gesagt) == 1
    assert (Sitz.objects.count(), Mandat.objects.count()) == (17, 17)
    assert Counter(Mandat.objects.values_list("status", flat=True)) == {"gewaehlt": 16, "designiert": 1}
    assert Mitgliedschaft.objects.count() == 130
    assert {gremium.mitgliedschaften.count() for gremium in Leitgremium.objects.all()} == {10}
    assert Stellvertretung.objects.count() == 14
    assert list(Verteilervorschlag.objects.values_list("art", "status")) == [("aufnehmen", "offen")]
    assert Counter(Funktion.objects.values_list("art", flat=True)) == {
        "vorstand": 7,
        "geschaeftsstelle": 2,
        "vorstandssekretariat": 1,
    }
    assert Person.objects.get_queryset().filter(login=None).values_list("email", flat=True).distinct().count() == 1
    assert not Person.objects.get_queryset().exclude(email__endswith="demo.example").exists()
    assert demo.find_foreign() == ""
    assert journal.verify() is None

    for login in demo.logins():
        person = Person.objects.get(login=login.login)
        assert umfang(person, timezone.now()).rollen - {Rolle.ANGEMELDET} == ERWARTET[login.login.split("@")[0]]
        antwort = Client().post(reverse("account_login"), {"login": login.login, "password": login.passwort})
        assert antwort.status_code == 302, login


def test_demo_sees_rows_it_did_not_make():
    make_person("Echt")

    assert demo.find_foreign() == "In der Datenbank stehen 1 Personen, die nicht aus der Demo stammen."
