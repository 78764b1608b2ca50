"""«n von m haben gestimmt»: who asks, who reads which seats are missing, and that nothing of it is a tendency."""

import pytest
from django.urls import reverse

from antraege.actions.abstimmung import cast_stimme
from konferenz.teile import Ort, Teil, load_teile
from mitglieder.models import Sitz

HTMX = {"headers": {"HX-Request": "true"}}


def vote(client, person, abstimmung, **mehr):
    client.force_login(person)
    return client.get(reverse("antraege:abstimmung-stand", args=[abstimmung.uuid]) + "?fehlende=ja", **mehr)


@pytest.fixture
def abstimmung(saal, offene, now):
    return offene(saal, now=now)


def test_stand_counts_ballots_and_names_missing_seats_to_the_office_only(
    client, saal, abstimmung, geschaeftsstelle, now
):
    sitz = Sitz.objects.stimmberechtigt().order_by("reihenfolge")[1]
    person = sitz.mandate.first().person
    cast_stimme(abstimmung.pk, wahl="ja", actor=person, now=now)

    buero = vote(client, geschaeftsstelle, abstimmung, **HTMX).content.decode()
    mitglied = vote(client, person, abstimmung, **HTMX).content.decode()

    assert "1 von 14" in buero
    assert "1 von 14" in mitglied
    assert "Noch ohne Stimme" in buero
    assert sitz.bezeichnung not in buero
    assert "Noch ohne Stimme" not in mitglied


def test_stand_is_204_while_nothing_changed_and_a_page_for_nobody(client, abstimmung, geschaeftsstelle):
    adresse = reverse("antraege:abstimmung-stand", args=[abstimmung.uuid])
    client.force_login(geschaeftsstelle)

    assert client.get(f"{adresse}?n=0", **HTMX).status_code == 204
    assert client.get(f"{adresse}?n=1", **HTMX).status_code == 200
    assert client.get(adresse).status_code == 302


def test_stand_is_for_those_who_follow_the_meeting(client, abstimmung, fremde, vorstand):
    assert [vote(client, person, abstimmung, **HTMX).status_code for person in (fremde, vorstand)] == [404, 404]


def test_load_teile_joins_what_the_apps_give(settings, rf, saal, offene, umfang_of, geschaeftsstelle):
    abstimmung = offene(saal)
    anfrage = rf.get("/")
    anfrage.umfang = umfang_of(geschaeftsstelle)

    teile = load_teile(anfrage, saal, Ort.LEITUNG)

    assert list(teile) == [abstimmung.traktandum_id]
    assert all(isinstance(teil, Teil) for teil in teile[abstimmung.traktandum_id])
    settings.TRAKTANDUM_TEILE = []
    assert load_teile(anfrage, saal, Ort.LEITUNG) == {}
