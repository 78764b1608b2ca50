"""The letter of the day: who gets the link into the room, when, once, and what becomes of it."""

from datetime import UTC, datetime, timedelta

import pytest

from konferenz.models import Einstellung, Journaleintrag, Sendung
from konferenz.nachricht import EmpfangVerweigert
from mitglieder.models import Sitz, Zugangslink
from sitzungen import takt
from sitzungen.actions.sitzungstag import send_links
from sitzungen.mails.sitzungstag import build
from sitzungen.models import Sitzung, Teilnahme
from tests.conftest import make_antwort, make_mandat, make_person, make_sitzung, make_vertretung

pytestmark = pytest.mark.django_db
SIEBEN = datetime(2026, 12, 10, 6, 0, tzinfo=UTC)  # 7.00 in Zürich on the day of the meeting


@pytest.fixture
def heutige(db):
    """Five seats held: yes, excused, a substitute, one who declined, no answer; the others are vacant."""
    sitzung = make_sitzung(status="versandt")
    sitze = list(Sitz.objects.filter(art="region").order_by("reihenfolge")[:5])
    for nr, sitz in enumerate(sitze):
        make_mandat(make_person(f"Sitz{nr}", email=f"sitz{nr}@portal.test"), sitz)
    make_antwort(sitzung, sitze[0], "zugesagt")
    make_antwort(sitzung, sitze[1], "entschuldigt")
    make_vertretung(sitzung, sitze[2], make_person("Ersatz", email="ersatz@portal.test"), stand="benannt")
    make_vertretung(sitzung, sitze[3], make_person("Nein", email="nein@portal.test"), stand="abgelehnt")
    return sitzung


def empfaenger():
    return sorted(Sendung.objects.filter(schluessel__startswith="sitzungstag:").values_list("an_adresse", flat=True))


ERWARTET = ["ersatz@portal.test", "sitz0@portal.test", "sitz3@portal.test", "sitz4@portal.test"]


@pytest.mark.parametrize(
    ("minuten", "erwartet"), [(-24 * 60, []), (-1, []), (0, ERWARTET), (3 * 60, ERWARTET), (10 * 60, [])]
)
def test_expected_seats_get_their_link_on_the_day_from_seven(heutige, minuten, erwartet):
    takt.dispatch_versand(now=SIEBEN + timedelta(minutes=minuten))

    assert empfaenger() == erwartet


@pytest.mark.parametrize(("stunde", "um", "anzahl"), [(9, 2, 4), (9, 1, 0), (24, 5, 0), (0, -6, 4)])
def test_the_office_sets_the_hour(heutige, stunde, um, anzahl):
    Einstellung.objects.create(schluessel="sitzungstag_stunde", wert=stunde, geaendert_at=heutige.created_at)

    takt.dispatch_versand(now=SIEBEN + timedelta(hours=um))

    assert len(empfaenger()) == anzahl


def test_each_person_is_written_to_once_and_a_late_substitute_then(heutige):
    for minute in range(3):
        takt.dispatch_versand(now=SIEBEN + timedelta(minutes=minute))
    assert empfaenger() == ERWARTET
    assert send_links(heutige.pk, now=SIEBEN + timedelta(minutes=4)) == 0
    sitz = Sitz.objects.filter(art="region").order_by("reihenfolge")[1]
    make_vertretung(heutige, sitz, make_person("Spaet", email="spaet@portal.test"))

    takt.dispatch_versand(now=SIEBEN + timedelta(hours=1))
    takt.dispatch_versand(now=SIEBEN + timedelta(hours=2))

    assert empfaenger() == sorted([*ERWARTET, "spaet@portal.test"])
    assert Zugangslink.objects.filter(zweck="stimme").count() == 5
    mails = [e.text for e in Journaleintrag.objects.filter(art="sitzungstag.link").order_by("seq")]
    assert ['"mails":4' in mails[0], '"mails":1' in mails[1], len(mails)] == [True, True, 2]


@pytest.mark.parametrize("status", ["abgesagt", "geschlossen", "entwurf"])
def test_nothing_for_a_meeting_that_does_not_take_place(status):
    sitzung = make_sitzung(status=status)
    make_mandat(make_person("Sitz"), Sitz.objects.get(art="amt"))
    takt.dispatch_versand(now=SIEBEN)

    assert empfaenger() == []
    assert send_links(sitzung.pk, now=SIEBEN) == 0


def test_letter_names_seat_time_and_place_and_carries_the_link(heutige, settings, monkeypatch):
    settings.SITE_URL = "https://portal.test"
    monkeypatch.setattr("django.utils.timezone.now", lambda: SIEBEN)
    send_links(heutige.pk, now=SIEBEN)
    sendung = Sendung.objects.get(an_adresse="sitz0@portal.test")
    link = Zugangslink.objects.get(person__email="sitz0@portal.test")

    mail = build(sendung)

    assert sendung.betreff == f"Heute: {heutige.titel} der Sozialpräsidienkonferenz, Ihr Zugang"
    for text in (mail.body, mail.alternatives[0].content):
        assert f"https://portal.test{link.path}" in text
        assert "Landhaus Solothurn" in text
        assert str(link.sitz) in text
    assert "Donnerstag, 10. Dezember 2026, 14.00–16.30 Uhr" in mail.body
    assert link.token not in f"{sendung.inhalt}{sendung.schluessel}{sendung.betreff}"
    assert link.valid_until == heutige.ende_at + timedelta(hours=6)


def test_letter_is_not_sent_where_the_seat_has_passed_on_or_the_meeting_is_off(heutige, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: SIEBEN)
    send_links(heutige.pk, now=SIEBEN)
    Teilnahme.objects.filter(vertretung__nachname="Ersatz").update(vertretung_stand="abgelehnt")
    with pytest.raises(EmpfangVerweigert):
        build(Sendung.objects.get(an_adresse="ersatz@portal.test"))
    Zugangslink.objects.filter(person__email="sitz4@portal.test").update(revoked_at=SIEBEN)
    with pytest.raises(EmpfangVerweigert):
        build(Sendung.objects.get(an_adresse="sitz4@portal.test"))
    Sitzung.objects.filter(pk=heutige.pk).update(status="abgesagt", abgesagt_at=SIEBEN)
    with pytest.raises(EmpfangVerweigert):
        build(Sendung.objects.get(an_adresse="sitz0@portal.test"))
