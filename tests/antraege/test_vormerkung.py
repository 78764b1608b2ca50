"""While a vote holds a seat, the desk notes who leaves it or takes it over; it applies at the true time once the vote is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from antraege.actions import abstimmung as deeds
from konferenz.models import Journaleintrag
from konferenz.rules import Mehrheit
from mitglieder.models import Sitz
from sitzungen.actions import praesenz
from sitzungen.actions.vormerkung import SaalError, drop_vormerkung, note_vormerkung
from sitzungen.models import Anwesenheit, Sitzung, Teilnahme, Vormerkung
from tests.conftest import make_person, make_vertretung

pytestmark = pytest.mark.django_db


@pytest.fixture
def saal(saal):
    Sitzung.objects.filter(pk=saal.pk).update(begonnen_at=saal.beginn_at)
    saal.refresh_from_db()
    return saal


@pytest.fixture
def sitz():
    return Sitz.objects.get(sozialregion__kuerzel="SRTG")


@pytest.fixture
def minute(saal):
    return lambda nr: saal.beginn_at + timedelta(minutes=nr)


@pytest.fixture
def vote(saal, offene, minute):
    return offene(saal, now=minute(10))


def stretches(sitz):
    rows = Anwesenheit.objects.filter(teilnahme__sitz=sitz).order_by("von_at", "pk").select_related("person")
    return [(a.person.nachname, a.als, a.von_at, a.bis_at) for a in rows]


def noted(saal, sitz, actor, now, **mehr):
    return note_vormerkung(saal.pk, sitz.pk, **({"nachfolge_pk": None, "at": None, "actor": actor, "now": now} | mehr))


def test_leaving_is_refused_noted_and_applied_at_the_close(saal, sitz, vote, minute, geschaeftsstelle):
    with pytest.raises(SaalError, match="Der Sitz stimmt gerade ab"):
        praesenz.check_out(saal.pk, sitz.pk, actor=geschaeftsstelle, now=minute(12))
    noted(saal, sitz, geschaeftsstelle, minute(12))
    [(name, _, von, bis)] = stretches(sitz)
    assert bis is None

    zu = deeds.close_abstimmung(vote.pk, actor=geschaeftsstelle, now=minute(15))

    assert stretches(sitz) == [(name, "inhaber", von, minute(12))]
    assert (zu.anwesend, zu.stimmsitze.count()) == (14, 14)
    assert not Vormerkung.objects.exists()
    arten = list(Journaleintrag.objects.order_by("seq").values_list("art", flat=True))[-3:]
    assert arten == ["vormerkung.weg", "abstimmung.geschlossen", "anwesenheit.beendet"]


def test_handing_over_at_a_time_back_applies_when_the_vote_is_broken_off(saal, sitz, vote, minute, geschaeftsstelle):
    ersatz = make_person("Ersatz", email="ersatz@portal.test")
    make_vertretung(saal, sitz, ersatz)

    noted(saal, sitz, geschaeftsstelle, minute(14), nachfolge_pk=ersatz.pk, at=minute(11))
    deeds.abort_abstimmung(vote.pk, grund="Falsche Frage", actor=geschaeftsstelle, now=minute(15))

    (erste, zweite) = stretches(sitz)
    assert (erste[3], zweite) == (minute(11), ("Ersatz", "vertretung", minute(11), None))


def test_a_vote_that_closes_by_itself_applies_it_too(saal, sitz, offene, minute, geschaeftsstelle):
    vote = offene(saal, now=minute(10), dauer=timedelta(minutes=5))
    noted(saal, sitz, geschaeftsstelle, minute(12))

    assert deeds.close_if_due(vote.pk, now=minute(15))

    assert stretches(sitz)[0][3] == minute(12)
    assert Journaleintrag.objects.get(art="anwesenheit.beendet").akteur == geschaeftsstelle.uuid


def test_the_last_word_on_a_seat_counts_and_can_be_taken_back(saal, sitz, vote, minute, geschaeftsstelle):
    noted(saal, sitz, geschaeftsstelle, minute(12))
    zweite = noted(saal, sitz, geschaeftsstelle, minute(13))
    assert Vormerkung.objects.get().zeit_at == minute(13)

    for _ in range(2):
        drop_vormerkung(saal.pk, zweite.pk, actor=geschaeftsstelle, now=minute(14))
    deeds.close_abstimmung(vote.pk, actor=geschaeftsstelle, now=minute(15))

    assert stretches(sitz)[0][3] is None


@pytest.mark.parametrize("at", [-5, 30])
def test_impossible_times_are_refused(saal, sitz, vote, minute, geschaeftsstelle, at):
    with pytest.raises(SaalError) as fehler:
        noted(saal, sitz, geschaeftsstelle, minute(12), at=minute(at))

    assert fehler.value.feld == "zeit"
    assert not Vormerkung.objects.exists()


def test_only_for_held_seats_and_for_those_who_may_take_them(saal, sitz, minute, offene, geschaeftsstelle, fremde):
    with pytest.raises(SaalError, match="direkt in der Präsenz"):
        noted(saal, sitz, geschaeftsstelle, minute(5))
    offene(saal, now=minute(10))
    with pytest.raises(SaalError) as fehler:
        noted(saal, sitz, geschaeftsstelle, minute(12), nachfolge_pk=fremde.pk)
    assert fehler.value.feld == "nachfolge"


def test_a_consultative_vote_holds_nobody(saal, sitz, minute, offene, geschaeftsstelle):
    offene(saal, now=minute(10), antrag=False, mehrheit=Mehrheit.KONSULTATIV)

    with pytest.raises(SaalError, match="direkt in der Präsenz"):
        noted(saal, sitz, geschaeftsstelle, minute(12))


def test_what_cannot_be_applied_stays_with_its_reason_and_the_vote_still_closes(
    saal, sitz, vote, minute, geschaeftsstelle
):
    """The one who should take over has sat down elsewhere meanwhile."""
    ersatz = make_person("Ersatz", email="ersatz@portal.test")
    make_vertretung(saal, sitz, ersatz)
    noted(saal, sitz, geschaeftsstelle, minute(12), nachfolge_pk=ersatz.pk)
    amt = Teilnahme.objects.get_or_create(sitzung=saal, sitz=Sitz.objects.get(art="amt"))[0]
    Anwesenheit.objects.create(
        sitzung=saal,
        teilnahme=amt,
        person=ersatz,
        als="vertretung",
        von_at=minute(11),
        weg="leitung",
        erfasst_von=ersatz,
        erfasst_at=minute(11),
    )

    assert deeds.close_abstimmung(vote.pk, actor=geschaeftsstelle, now=minute(15)).is_geschlossen

    assert "Niemand ist auf zwei Plätzen zugleich" in Vormerkung.objects.get().hindernis
    assert stretches(sitz)[0][3] is None


def test_the_pages_note_it_and_say_so(client, saal, sitz, offene, geschaeftsstelle):
    jetzt = timezone.now()
    Sitzung.objects.filter(pk=saal.pk).update(begonnen_at=jetzt - timedelta(minutes=3))
    Anwesenheit.objects.update(von_at=jetzt - timedelta(minutes=3))
    saal.refresh_from_db()
    vote = offene(saal, now=jetzt)
    client.force_login(geschaeftsstelle)
    seite = reverse("sitzungen:praesenz", args=[saal.kennung])
    pult = reverse("sitzungen:leitung", args=[saal.kennung])
    vormerken = reverse("sitzungen:vormerkung-create", args=[saal.kennung, sitz.uuid])
    abmelden = reverse("sitzungen:platz-check-out", args=[saal.kennung, sitz.uuid])

    vorher = client.get(seite).content.decode()
    assert vormerken in vorher
    assert abmelden not in vorher
    assert client.get(vormerken).status_code == 200
    assert client.post(vormerken, {"nachfolge": "weg", "zeit": "99"}).status_code == 200
    assert client.post(vormerken, {"nachfolge": "weg"}).url == seite
    vormerkung = Vormerkung.objects.get()
    weg = reverse("sitzungen:vormerkung-drop", args=[saal.kennung, vormerkung.uuid])
    for adresse in (seite, pult):
        inhalt = client.get(adresse).content.decode()
        assert "Gilt mit dem Schluss der Abstimmung." in inhalt
        assert weg in inhalt
    client.post(weg)
    assert not Vormerkung.objects.exists()
    deeds.close_abstimmung(vote.pk, actor=geschaeftsstelle, now=timezone.now())
    assert abmelden in client.get(seite).content.decode()


def test_who_may_note(client, saal, sitz, vote, geschaeftsstelle, fremde):
    mitglied = sitz.mandate.get().person
    vorsitz = Sitz.objects.get(art="vorsitz").mandate.get().person
    adresse = reverse("sitzungen:vormerkung-create", args=[saal.kennung, sitz.uuid])

    gefunden = []
    for person in (geschaeftsstelle, vorsitz, mitglied, fremde):
        client.force_login(person)
        gefunden.append(client.get(adresse).status_code)

    assert gefunden == [200, 200, 403, 404]
