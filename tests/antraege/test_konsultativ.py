"""An opinion asked for between meetings: everybody is asked, it closes by itself, it binds nobody."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from antraege import rules
from antraege.actions import abstimmung as deeds
from antraege.actions.konsultativ import ask_seats
from antraege.mails.konsultativ import build
from antraege.models import Abstimmung, Antrag, Stimmsitz
from antraege.pruefung import votes
from antraege.queries.abstimmung import load_basis
from antraege.schritte.abstimmung import AbstimmungError
from konferenz.models import Sendung
from konferenz.nachricht import EmpfangVerweigert
from konferenz.rules import Mehrheit
from mitglieder.models import Mandat, Sitz
from sitzungen.models import Sitzung
from tests.conftest import make_mandat, make_person, make_sitzung, make_traktandum

from .conftest import make_antrag

pytestmark = pytest.mark.django_db
JETZT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SCHLUSS = JETZT + timedelta(days=7)


@pytest.fixture
def voraus(db):
    """A meeting ahead, announced, its papers not out; fourteen holders, one of them designated only."""
    sitzung = make_sitzung(terminankuendigung_at=JETZT - timedelta(days=30))
    for nr, sitz in enumerate(Sitz.objects.stimmberechtigt().order_by("reihenfolge")):
        make_mandat(make_person(f"Sitz{nr:02}", email=f"sitz{nr:02}@portal.test"), sitz, gewaehlt=nr != 3)
    return sitzung


@pytest.fixture
def frage(voraus, geschaeftsstelle):
    return ask_seats(
        voraus.pk,
        frage="Soll die Sitzung am Vormittag stattfinden?",
        traktandum_pk=None,
        schliesst_at=SCHLUSS,
        actor=geschaeftsstelle,
        now=JETZT,
    )


def test_every_elected_seat_is_asked_once_by_mail(frage):
    assert (frage.status, frage.anwesend, frage.noetig, frage.schliesst_at) == ("offen", 13, None, SCHLUSS)
    sendungen = Sendung.objects.filter(builder="antraege.mails.konsultativ.build")
    assert sendungen.count() == 13
    assert set(sendungen.values_list("person", flat=True)) == set(
        Stimmsitz.objects.filter(abstimmung=frage).values_list("person__uuid", flat=True)
    )


def test_the_letter_says_what_it_is_and_leads_to_the_ballot(frage, settings):
    sendung = Sendung.objects.filter(builder="antraege.mails.konsultativ.build").first()

    brief = build(sendung)

    for text in (brief.body, brief.alternatives[0].content):
        assert "Soll die Sitzung am Vormittag stattfinden?" in text
        assert "unverbindlich" in text
        assert f"{settings.SITE_URL}{frage.get_absolute_url()}" in text
        assert "27. November 2026, 10.00 Uhr" in text
    deeds.close_abstimmung(frage.pk, actor=None, now=SCHLUSS)
    with pytest.raises(EmpfangVerweigert, match="geschlossen"):
        build(sendung)


def test_it_is_answered_before_the_papers_are_out_and_closes_by_itself(client, frage, fremde, leitgremium):
    mitglied = frage.stimmsitze.first().person
    url = frage.get_absolute_url()
    for person, status in ((fremde, 404), (leitgremium, 404), (mitglied, 200)):
        client.force_login(person)
        assert client.get(url).status_code == status
    assert "unverbindlich" in client.get(url).content.decode()
    assert "Soll die Sitzung" in client.get(frage.sitzung.get_absolute_url()).content.decode()
    deeds.cast_stimme(frage.pk, wahl="ja", actor=mitglied, now=JETZT + timedelta(days=1))

    assert deeds.close_if_due(frage.pk, now=SCHLUSS - timedelta(seconds=1)) is False
    assert deeds.close_if_due(frage.pk, now=SCHLUSS) is True

    frage.refresh_from_db()
    assert (frage.status, frage.ja, frage.angenommen) == ("geschlossen", 1, None)
    protokoll = json.loads(frage.protokoll)
    assert protokoll["regel"] == "Stimmberechtigt 13 – Konsultativabstimmung, unverbindlich"
    seite = client.get(url).content.decode()
    assert "Unverbindliche Meinung" in seite
    assert "1 Ja, 0 Nein, 0 Enthaltungen, 12 ohne Stimme von 13 Stimmsitzen" in seite
    assert "Anwesenden" not in seite
    assert votes() is None


def test_an_opinion_holds_no_seat_and_touches_neither_item_nor_motion(saal, offene, geschaeftsstelle):
    vote = offene(saal, antrag=False, mehrheit=Mehrheit.KONSULTATIV)
    assert not saal.teilnahmen.filter(gesperrt_durch__isnull=False).exists()
    deeds.close_abstimmung(vote.pk, actor=None, now=saal.beginn_at)

    saal.aktuell.refresh_from_db()
    assert (saal.aktuell.ausgang, saal.aktuell.ausgang_text) == ("offen", "")
    assert not Antrag.objects.exists()


def test_the_database_itself_refuses_an_opinion_on_a_motion(saal, offene):
    vote = offene(saal, antrag=False, mehrheit=Mehrheit.KONSULTATIV)
    fassung = make_antrag(saal)

    with pytest.raises(IntegrityError), transaction.atomic():
        Abstimmung.objects.filter(pk=vote.pk).update(antragsfassung=fassung)


@pytest.mark.parametrize(
    ("anders", "satz", "feld"),
    [
        ({}, "", None),
        ({"sitzung_status": "laufend"}, "das Pult", None),
        ({"sitzung_status": "abgesagt"}, "bevorsteht", None),
        ({"is_bekannt": False}, "noch nicht angekündigt", None),
        ({"is_veroeffentlicht": False, "mit_traktandum": True}, "ohne Traktandum", "traktandum"),
        ({"is_veroeffentlicht": False}, "", None),
        ({"schliesst_at": JETZT}, "Vergangenheit", "tag"),
        ({"schliesst_at": JETZT + timedelta(days=90)}, "", None),
        ({"schliesst_at": JETZT + timedelta(days=91)}, "höchstens 90 Tage", "tag"),
    ],
)
def test_when_the_seats_can_be_asked(anders, satz, feld):
    lage = {
        "sitzung_status": "versandt",
        "is_bekannt": True,
        "is_veroeffentlicht": True,
        "mit_traktandum": False,
        "schliesst_at": SCHLUSS,
        "now": JETZT,
    }

    gesagt, wo = rules.check_konsultativ(**(lage | anders))

    assert satz in gesagt
    assert (bool(gesagt), wo) == (bool(satz), feld)


def test_pressed_twice_nobody_gets_two_letters(frage, voraus, geschaeftsstelle):
    def ask(worte, schluss=SCHLUSS):
        return ask_seats(
            voraus.pk, frage=worte, traktandum_pk=None, schliesst_at=schluss, actor=geschaeftsstelle, now=JETZT
        )

    assert ask(f" {frage.frage} ") == frage
    assert (Abstimmung.objects.count(), Sendung.objects.count()) == (1, 13)
    assert ask("Und am Nachmittag?") != frage
    assert ask(frage.frage, SCHLUSS + timedelta(days=1)) != frage


@pytest.mark.parametrize(
    ("status", "zeiten"), [("versandt", {"begonnen_at": None}), ("geschlossen", {"beendet_at": JETZT})]
)
def test_one_prepared_for_the_room_opens_in_the_room_only(saal, geschaeftsstelle, status, zeiten):
    """Elsewhere it would show an agenda that is not out, or ask the seats of a meeting that is over."""
    vote = deeds.prepare_abstimmung(
        saal.pk,
        traktandum_pk=saal.aktuell_id,
        frage="Geht es weiter?",
        mehrheit=Mehrheit.KONSULTATIV,
        actor=geschaeftsstelle,
        now=saal.beginn_at,
    )
    Sitzung.objects.filter(pk=saal.pk).update(status=status, aktuell=None, **zeiten)
    basis = load_basis(Abstimmung.objects.select_related("sitzung").get(pk=vote.pk))

    with pytest.raises(AbstimmungError, match="laufenden Sitzung"):
        deeds.open_abstimmung(
            vote.pk, sitze=[b.zeile.sitz.pk for b in basis], actor=geschaeftsstelle, now=saal.beginn_at
        )

    assert not Sendung.objects.exists()


def test_a_refusal_stores_nothing_and_mails_nobody(voraus, geschaeftsstelle):
    punkt = make_traktandum(voraus, art="entscheid")
    for anders in ({"schliesst_at": JETZT}, {"frage": "  "}, {"traktandum_pk": punkt.pk}):
        angaben = {"frage": "Ja?", "traktandum_pk": None, "schliesst_at": SCHLUSS} | anders
        with pytest.raises(AbstimmungError):
            ask_seats(voraus.pk, **angaben, actor=geschaeftsstelle, now=JETZT)
    Mandat.objects.all().update(status="designiert", wahlbeschluss_on=None, wahlbeschluss_ref="")
    with pytest.raises(AbstimmungError, match="keinen stimmberechtigten Sitz"):
        ask_seats(voraus.pk, frage="Ja?", traktandum_pk=None, schliesst_at=SCHLUSS, actor=geschaeftsstelle, now=JETZT)
    assert (Abstimmung.objects.count(), Sendung.objects.count()) == (0, 0)


def test_the_office_asks_on_a_page_that_keeps_what_was_typed(client, voraus, geschaeftsstelle):
    client.force_login(geschaeftsstelle)
    url = reverse("antraege:konsultativ-create", args=[voraus.kennung])
    assert url in client.get(voraus.get_absolute_url()).content.decode()
    assert "entscheidet nichts und wird kein Antrag" in client.get(url).content.decode()

    schluss = BeautifulSoup(client.get(url).content, "html.parser").fieldset
    assert schluss.legend.text == "Schluss der Abstimmung"
    assert [label.text for label in schluss.select("label")] == ["Schliesst am", "Uhrzeit"]

    gestern = (timezone.localdate() - timedelta(days=1)).isoformat()
    falsch = client.post(url, {"frage": "Am Vormittag?", "tag": gestern, "zeit": "18.00"}).content.decode()
    assert "Vergangenheit" in falsch
    assert "Am Vormittag?" in falsch
    morgen = (timezone.localdate() + timedelta(days=1)).isoformat()
    antwort = client.post(url, {"frage": "Am Vormittag?", "tag": morgen, "zeit": "18.00"}, follow=True)

    assert "Die Frage ist an 13 Sitze unterwegs." in antwort.content.decode()
    assert Abstimmung.objects.get().is_offen


def test_only_who_leads_asks(client, voraus, frage, leitgremium, fremde, berater):
    mitglied = frage.stimmsitze.exclude(sitz__art="vorsitz").first().person
    url = reverse("antraege:konsultativ-create", args=[voraus.kennung])
    for person in (mitglied, berater, leitgremium, fremde):
        client.force_login(person)
        assert client.get(url).status_code in {403, 404}
        assert url not in client.get(voraus.get_absolute_url()).content.decode()
    client.force_login(frage.stimmsitze.get(sitz__art="vorsitz").person)
    assert client.get(url).status_code == 200


def test_the_meetings_page_with_one_question_and_three_costs_the_same(client, voraus, geschaeftsstelle):
    mitglied = Mandat.objects.first().person
    client.force_login(mitglied)
    url = voraus.get_absolute_url()
    client.get(url)
    kosten = []
    for anzahl in (1, 3):
        for nr in range(Abstimmung.objects.count(), anzahl):
            ask_seats(
                voraus.pk, frage=f"{nr}?", traktandum_pk=None, schliesst_at=SCHLUSS, actor=geschaeftsstelle, now=JETZT
            )
        with CaptureQueriesContext(connection) as abfragen:
            assert client.get(url).content.decode().count("unverbindlich, bis") == anzahl
        kosten.append(len(abfragen))
    assert kosten[0] == kosten[1]
    assert Sitzung.objects.get(pk=voraus.pk).status == "entwurf"
