"""A vote held on paper: who was there at its time, recorded seat by seat, the same record as any other."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from antraege import rules
from antraege.actions import abstimmung as deeds
from antraege.actions import antrag as antrag_deeds
from antraege.actions.nacherfassung import record_nachtraeglich
from antraege.models import Abstimmung
from antraege.pruefung import votes
from antraege.queries.nacherfassen import load_basis_um
from antraege.schritte.abstimmung import AbstimmungError
from konferenz.models import Journaleintrag
from konferenz.rules import Mehrheit
from mitglieder.models import Mandat, Person, Sitz
from sitzungen.actions.nachfuehrung import Nachfuehrung, SitzEintrag, record_sitzung
from sitzungen.models import Anwesenheit, Sitzung
from sitzungen.schritte.saal import SaalError
from tests.conftest import make_person, make_vertretung

from .conftest import make_antrag, make_saal, seat

pytestmark = pytest.mark.django_db


def make_papier(anwesend: int = 14) -> Sitzung:
    """Return a meeting held on paper and recorded by the office, not confirmed yet."""
    sitzung = make_saal(anwesend)
    ende = sitzung.beginn_at + timedelta(hours=2)
    Anwesenheit.objects.filter(sitzung=sitzung).update(bis_at=ende, weg="nacherfasst")
    Sitzung.objects.filter(pk=sitzung.pk).update(
        status="geschlossen",
        beendet_at=ende,
        aktuell=None,
        nacherfasst_at=ende + timedelta(days=1),
        leitung=Anwesenheit.objects.filter(sitzung=sitzung).first().person,
    )
    punkt = sitzung.aktuell
    sitzung.refresh_from_db()
    sitzung.punkt = punkt
    return sitzung


@pytest.fixture
def papier(db):
    return make_papier()


@pytest.fixture
def vorbereitete(geschaeftsstelle):
    def prepare(sitzung, *, antrag=True, mehrheit=Mehrheit.ZWEIDRITTEL):
        sitzung.aktuell = sitzung.punkt
        fassung = make_antrag(sitzung).pk if antrag else None
        return deeds.prepare_abstimmung(
            sitzung.pk,
            traktandum_pk=sitzung.punkt.pk,
            frage="Wird der Antrag verabschiedet?",
            mehrheit=mehrheit,
            fassung_pk=fassung,
            actor=geschaeftsstelle,
            now=sitzung.nacherfasst_at,
        )

    return prepare


def wahlen_of(vote, zeit, *, ja, nein=0, ausstand=()):
    sitze = [b.zeile.sitz.pk for b in load_basis_um(vote, zeit, ausstand)]
    wahlen = ["ja"] * ja + ["nein"] * nein + [""] * len(sitze)
    return dict(zip(sitze, wahlen, strict=False))


def test_the_base_is_who_was_there_at_the_votes_time(papier, vorbereitete, geschaeftsstelle):
    vote = vorbereitete(papier)
    beginn = papier.beginn_at
    spaet, frueh = Anwesenheit.objects.filter(sitzung=papier).order_by("pk")[:2]
    Anwesenheit.objects.filter(pk=spaet.pk).update(von_at=beginn + timedelta(minutes=30))
    Anwesenheit.objects.filter(pk=frueh.pk).update(bis_at=beginn + timedelta(minutes=60))

    anwesend = {
        minute: len(load_basis_um(vote, beginn + timedelta(minutes=minute))) for minute in (0, 29, 30, 59, 60, 119, 120)
    }

    assert anwesend == {0: 13, 29: 13, 30: 14, 59: 14, 60: 13, 119: 13, 120: 0}


def test_who_was_handed_the_seat_votes_for_it(papier, vorbereitete):
    vote = vorbereitete(papier)
    wechsel = papier.beginn_at + timedelta(minutes=40)
    sitz = Sitz.objects.get(sozialregion__kuerzel="SRTG")
    ersatz = make_person("Ersatz")
    make_vertretung(papier, sitz, ersatz)
    Anwesenheit.objects.filter(sitzung=papier, teilnahme__sitz=sitz).update(bis_at=wechsel)
    strecke = seat(papier, sitz, ersatz, als="vertretung")
    Anwesenheit.objects.filter(pk=strecke.pk).update(von_at=wechsel, bis_at=papier.beendet_at)

    vorher, nachher = (
        {b.zeile.sitz.pk: (b.person.nachname, b.als) for b in load_basis_um(vote, zeit)}[sitz.pk]
        for zeit in (wechsel - timedelta(minutes=1), wechsel)
    )

    assert vorher[1] == "inhaber"
    assert nachher == ("Ersatz", "vertretung")


def test_designated_and_advisory_seats_and_ausstand_stand_out_of_the_base(papier, vorbereitete):
    vote = vorbereitete(papier)
    designiert, im_ausstand = Sitz.objects.stimmberechtigt().order_by("reihenfolge")[:2]
    Mandat.objects.filter(sitz=designiert).update(status="designiert", wahlbeschluss_on=None, wahlbeschluss_ref="")
    seat(papier, Sitz.objects.get(art="amt"), make_person("Amt"))

    basis = {b.zeile.sitz.pk for b in load_basis_um(vote, papier.beginn_at, [im_ausstand.pk])}

    assert len(basis) == 12
    assert not basis & {designiert.pk, im_ausstand.pk, Sitz.objects.get(art="amt").pk}


def test_a_paper_vote_is_a_vote_like_any_other_and_says_what_it_is(papier, vorbereitete, geschaeftsstelle):
    vote = vorbereitete(papier)
    zeit, jetzt = papier.beginn_at + timedelta(minutes=20), papier.nacherfasst_at + timedelta(hours=1)
    weg = Sitz.objects.get(sozialregion__kuerzel="SRO").pk

    wahlen = wahlen_of(vote, zeit, ja=9, nein=3, ausstand=[weg])
    vote = record_nachtraeglich(vote.pk, zeit=zeit, wahlen=wahlen, ausstand=[weg], actor=geschaeftsstelle, now=jetzt)

    assert (vote.status, vote.anwesend, vote.noetig, vote.ja, vote.nein) == ("geschlossen", 13, 9, 9, 3)
    assert (vote.angenommen, vote.eroeffnet_at, vote.nacherfasst_at) == (True, zeit, jetzt)
    assert set(vote.stimmen.values_list("weg", flat=True)) == {"nacherfasst"}
    protokoll = json.loads(vote.protokoll)
    assert protokoll["nacherfasst"] == jetzt.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert vote.antragsfassung.antrag.__class__.objects.get().status == "verabschiedet"
    arten = list(Journaleintrag.objects.filter(objekt=vote.uuid).order_by("seq").values_list("art", flat=True))
    assert arten == [
        "abstimmung.vorbereitet",
        "abstimmung.nacherfasst",
        *["stimme.abgegeben"] * 12,
        "abstimmung.geschlossen",
    ]
    assert votes() is None


@pytest.mark.parametrize(
    ("lage", "satz"),
    [
        ({}, ""),
        ({"status": "geschlossen"}, "einmal"),
        ({"is_nachgefuehrt": False}, "Führen Sie zuerst die Sitzung nach"),
        ({"is_bestaetigt": True}, "bestätigt"),
        ({"in_der_sitzung": False}, "nicht in der Sitzung"),
        ({"art": "information"}, "Entscheid"),
        ({"angekuendigt": False}, "angekündigt"),
        ({"art": "information", "mehrheit": Mehrheit.KONSULTATIV}, ""),
        ({"anwesend": 0}, "kein stimmberechtigter Sitz"),
    ],
)
def test_what_can_be_recorded_on_paper(lage, satz):
    werte = {
        "status": "vorbereitet",
        "mehrheit": Mehrheit.ZWEIDRITTEL,
        "is_nachgefuehrt": True,
        "is_bestaetigt": False,
        "in_der_sitzung": True,
        "anwesend": 3,
    }

    gesagt = rules.check_nacherfassen(rules.Nacherfassung(**(werte | lage)))

    assert satz in gesagt
    assert bool(gesagt) is bool(satz)


def test_other_seats_than_were_there_are_refused_and_nothing_is_stored(papier, vorbereitete, geschaeftsstelle):
    vote = vorbereitete(papier)
    zeit = papier.beginn_at + timedelta(minutes=20)
    wahlen = wahlen_of(vote, zeit, ja=14)
    fremder = Sitz.objects.get(art="amt").pk
    faelle = [wahlen | {fremder: "ja"}, dict(list(wahlen.items())[1:]), {}]

    for falsch in faelle:
        with pytest.raises(AbstimmungError, match="andere Sitze"):
            record_nachtraeglich(vote.pk, zeit=zeit, wahlen=falsch, actor=geschaeftsstelle, now=papier.nacherfasst_at)
    with pytest.raises(AbstimmungError, match="Ja, Nein oder Enthaltung"):
        record_nachtraeglich(
            vote.pk,
            zeit=zeit,
            wahlen=wahlen | {next(iter(wahlen)): "vielleicht"},
            actor=geschaeftsstelle,
            now=papier.nacherfasst_at,
        )
    vote.refresh_from_db()
    assert (vote.status, vote.stimmsitze.count()) == ("vorbereitet", 0)


def test_a_motion_typed_on_paper_is_taken_down_afterwards(papier, geschaeftsstelle):
    def submit():
        return antrag_deeds.submit_am_pult(
            papier.punkt.pk,
            titel="Teuerung",
            text="Der Vorstand sei zu ersuchen.",
            sitz_pk=Sitz.objects.get(art="vorsitz").pk,
            actor=geschaeftsstelle,
            now=papier.nacherfasst_at,
        )

    assert submit().antrag.status == "traktandiert"
    Sitzung.objects.filter(pk=papier.pk).update(
        bestaetigt_at=papier.nacherfasst_at, bestaetigt_von=Anwesenheit.objects.first().person
    )
    with pytest.raises(AbstimmungError, match="geschlossen"):
        submit()


# --- The pages ------------------------------------------------------------------------------------------


def test_the_office_records_a_vote_in_two_steps(client, papier, vorbereitete, geschaeftsstelle):
    vote = vorbereitete(papier)
    url = reverse("antraege:abstimmung-nacherfassen", args=[vote.uuid])
    client.force_login(geschaeftsstelle)
    assert (
        "Stimmen erfassen" in client.get(reverse("antraege:nacherfassung-list", args=[papier.kennung])).content.decode()
    )

    assert "Anwesende Sitze zeigen" in client.get(url).content.decode()
    seite = client.get(url, {"zeit": "14.20"}).content.decode()
    assert "14 Sitze waren um 14.20 Uhr anwesend" in seite
    sitze = re.findall(r'name="(sitz-\d+)"', seite)
    halb = client.post(url, {"zeit": "14:20", "uebrige": "", sitze[0]: "nein"})
    assert "was für alle übrigen gilt" in halb.content.decode()
    assert re.search(rf'name="{sitze[0]}".*?value="nein" selected', halb.content.decode(), re.DOTALL)

    antwort = client.post(
        url, {"zeit": "14:20", "uebrige": "ja", sitze[0]: "nein", sitze[1]: "ohne", sitze[2]: "ausstand"}, follow=True
    )

    assert "Nacherfasst. Angenommen mit 11 Ja, 1 Nein, 0 Enthaltungen, 1 ohne Stimme bei 13 Anwesenden; nötig 9." in (
        antwort.content.decode()
    )
    assert "nacherfasst am" in client.get(papier.get_absolute_url()).content.decode()
    assert client.get(url).status_code == 302  # once is enough


def test_a_name_is_a_name_on_the_page_and_no_part_of_it(client, papier, vorbereitete, geschaeftsstelle):
    """A seat names its substitute itself; what it types must do nothing in the office's browser."""
    vote = vorbereitete(papier)
    person = Anwesenheit.objects.filter(sitzung=papier).first().person
    Person.objects.filter(pk=person.pk).update(vorname="<i hx-trigger=load", nachname="hx-post=/abmelden/>")
    client.force_login(geschaeftsstelle)

    seite = client.get(reverse("antraege:abstimmung-nacherfassen", args=[vote.uuid]), {"zeit": "14.20"})

    seite = BeautifulSoup(seite.content, "html.parser")
    assert "<i hx-trigger=load hx-post=/abmelden/>" in seite.get_text()
    assert not seite.find_all("i", attrs={"hx-post": True})


@pytest.mark.parametrize(
    ("zeit", "satz"), [("12.00", "nicht in der Sitzung"), ("16.00", "kein stimmberechtigter"), ("x", "Zeit")]
)
def test_a_time_that_cannot_be_is_said_at_its_field(client, papier, vorbereitete, geschaeftsstelle, zeit, satz):
    client.force_login(geschaeftsstelle)
    url = reverse("antraege:abstimmung-nacherfassen", args=[vorbereitete(papier).uuid])

    seite = client.get(url, {"zeit": zeit}).content.decode()

    assert satz in seite
    assert "Stimmen speichern" not in seite


def test_the_pages_of_a_paper_vote_are_the_offices_alone(
    client, papier, vorbereitete, geschaeftsstelle, berater, leitgremium, vorstand, gast, fremde
):
    vote = vorbereitete(papier)
    mitglied = Anwesenheit.objects.filter(sitzung=papier).last().person
    seiten = [
        reverse("antraege:nacherfassung-list", args=[papier.kennung]),
        reverse("antraege:abstimmung-nacherfassen", args=[vote.uuid]),
    ]
    for person in (geschaeftsstelle, berater, leitgremium, vorstand, gast, fremde, mitglied):
        client.force_login(person)
        for seite in seiten:
            status = client.get(seite).status_code
            assert (status == 200) is (person == geschaeftsstelle), (person, seite)
            assert status in {200, 403, 404}


def test_without_a_recorded_meeting_the_page_says_what_comes_first(client, saal, geschaeftsstelle):
    client.force_login(geschaeftsstelle)

    antwort = client.get(reverse("antraege:nacherfassung-list", args=[saal.kennung]), follow=True)

    assert "wenn die Sitzung nachgeführt" in antwort.content.decode()


@pytest.mark.usefixtures("stille_uhr")
def test_a_vote_added_by_mistake_is_changed_or_removed_where_it_was_added(
    client, papier, vorbereitete, geschaeftsstelle
):
    vote = vorbereitete(papier, antrag=False, mehrheit=Mehrheit.EINFACH)
    ziel = reverse("antraege:nacherfassung-list", args=[papier.kennung])
    client.force_login(geschaeftsstelle)
    edit, remove = (reverse(f"antraege:abstimmung-{tat}", args=[vote.uuid]) for tat in ("edit", "remove"))

    html = client.get(ziel).content.decode()
    assert f'href="{edit}"' in html
    assert f'action="{remove}"' in html
    daten = {"gegenstand": papier.punkt.uuid, "frage": "Wird die Stellungnahme genehmigt?", "mehrheit": "einfach"}
    assert client.post(edit, daten).url == ziel
    assert "Wird die Stellungnahme genehmigt?" in client.get(ziel).content.decode()
    assert client.post(remove).url == ziel
    assert not Abstimmung.objects.exists()


def test_recording_a_meeting_leads_to_its_votes(client, papier, geschaeftsstelle):
    client.force_login(geschaeftsstelle)
    ziel = reverse("antraege:nacherfassung-list", args=[papier.kennung])
    Sitzung.objects.filter(pk=papier.pk).update(beginn_at=timezone.now() - timedelta(days=2))

    assert ziel in client.get(reverse("sitzungen:sitzung-nachfuehren", args=[papier.kennung])).content.decode()
    assert ziel in client.get(papier.get_absolute_url()).content.decode()


@pytest.mark.usefixtures("stille_uhr")
def test_who_records_the_meeting_anew_reads_which_votes_stand(client, papier, vorbereitete, geschaeftsstelle):
    client.force_login(geschaeftsstelle)
    url = reverse("sitzungen:sitzung-nachfuehren", args=[papier.kennung])
    vote, zeit = vorbereitete(papier), papier.beginn_at
    record_nachtraeglich(
        vote.pk, zeit=zeit, wahlen=wahlen_of(vote, zeit, ja=14), actor=geschaeftsstelle, now=papier.nacherfasst_at
    )
    Sitzung.objects.filter(pk=papier.pk).update(beginn_at=timezone.now() - timedelta(days=2))

    assert "Eine Abstimmung ist schon nacherfasst und bleibt, wie sie ist." in client.get(url).content.decode()


def test_the_list_of_one_vote_and_of_three_costs_the_same(client, papier, vorbereitete, geschaeftsstelle):
    client.force_login(geschaeftsstelle)
    url = reverse("antraege:nacherfassung-list", args=[papier.kennung])
    client.get(url)
    kosten = []
    for anzahl in (1, 3):
        while Abstimmung.objects.count() < anzahl:
            vorbereitete(papier, antrag=False)
        with CaptureQueriesContext(connection) as abfragen:
            client.get(url)
        kosten.append(len(abfragen))
    assert kosten[0] == kosten[1]


# --- The presence recorded anew ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("basis", "bisher", "neu", "wechsel"),
    [
        ({}, {}, {}, []),
        ({1: 10}, {1: 10}, {1: 10}, []),
        ({1: 10}, {1: 10}, {}, [(1, 10, None)]),
        ({1: 10}, {1: 10}, {1: 11}, [(1, 10, 11)]),
        ({1: 10}, {1: 10}, {1: 10, 2: 20}, [(2, None, 20)]),
        ({1: 10}, {1: 10, 2: 20}, {1: 10, 2: 20}, []),  # there and not counted, as before
        ({1: 10}, {1: 10, 2: 20}, {1: 10}, [(2, 20, None)]),
        ({1: 10}, {1: 11}, {1: 10}, []),  # what was recorded contradicts the vote: it may be put right
        ({1: 10}, {1: 11}, {1: 11}, [(1, 10, 11)]),
        ({1: 10, 2: 20}, {1: 10, 2: 20}, {1: 20, 2: 10}, [(1, 10, 20), (2, 20, 10)]),
    ],
)
def test_where_a_presence_contradicts_a_vote(basis, bisher, neu, wechsel):
    gefunden = rules.praesenz_wechsel(basis, bisher=bisher, neu=neu)

    assert [(w.sitz, w.bisher, w.neu) for w in gefunden] == wechsel


@pytest.mark.parametrize("antrag", [False, True])
def test_the_vote_held_last_leads_whichever_is_recorded_first(papier, vorbereitete, geschaeftsstelle, antrag):
    """Of two questions the later one; the motion's vote before a question all the same."""
    frueher = vorbereitete(papier, antrag=antrag, mehrheit=Mehrheit.ZWEIDRITTEL if antrag else Mehrheit.EINFACH)
    spaeter = vorbereitete(papier, antrag=False, mehrheit=Mehrheit.EINFACH)
    zeiten = {frueher: papier.beginn_at + timedelta(minutes=20), spaeter: papier.beginn_at + timedelta(minutes=40)}

    for vote, stimmen in ((spaeter, {"ja": 0, "nein": 14}), (frueher, {"ja": 14})):
        zeit = zeiten[vote]
        wahlen = wahlen_of(vote, zeit, **stimmen)
        record_nachtraeglich(vote.pk, zeit=zeit, wahlen=wahlen, actor=geschaeftsstelle, now=papier.nacherfasst_at)

    papier.punkt.refresh_from_db()
    assert papier.punkt.ausgang == ("beschlossen" if antrag else "abgelehnt")
    erste, zweite = papier.punkt.ausgang_text.splitlines()
    assert ("14 Ja" in erste, "14 Nein" in zweite) == (True, True)


@pytest.fixture
def anew(papier, geschaeftsstelle):
    """Record the meeting again as it stands; ohne: (pk of a seat, from when on its person was there)."""

    def anew(ohne=None, ab=None):
        rows = Anwesenheit.objects.filter(sitzung=papier).select_related("teilnahme")
        sitze = [
            SitzEintrag(a.teilnahme.sitz_id, ab if a.teilnahme.sitz_id == ohne else a.von_at, a.bis_at, a.person_id)
            for a in rows
        ]
        angaben = Nachfuehrung(
            begonnen_at=papier.beginn_at,
            beendet_at=papier.beendet_at,
            leitung=papier.leitung_id,
            sitze=tuple(sitze),
            punkte=(),
        )
        later = papier.nacherfasst_at + timedelta(hours=1)
        return record_sitzung(papier.pk, angaben, actor=geschaeftsstelle, now=later)

    return anew


def test_the_presence_at_a_recorded_votes_time_stands(papier, vorbereitete, geschaeftsstelle, anew):
    vote, zeit = vorbereitete(papier), papier.beginn_at + timedelta(minutes=30)
    sitz = Sitz.objects.stimmberechtigt().order_by("reihenfolge").last()
    leute = dict(Anwesenheit.objects.values_list("teilnahme__sitz_id", "person_id"))
    assert anew(sitz.pk, zeit + timedelta(minutes=1))  # nothing is recorded of the vote yet
    papier.refresh_from_db()
    record_nachtraeglich(
        vote.pk, zeit=zeit, wahlen=wahlen_of(vote, zeit, ja=13), actor=geschaeftsstelle, now=papier.nacherfasst_at
    )

    with pytest.raises(SaalError, match=r"«Wird der Antrag verabschiedet.» um") as verweigert:
        anew(sitz.pk, zeit)

    assert f"{sitz}: niemand, nicht {Person.objects.get(pk=leute[sitz.pk]).name}" in str(verweigert.value)
    assert verweigert.value.feld == f"sitz-{sitz.pk}-wer"
    assert anew(sitz.pk, zeit + timedelta(minutes=20))
    assert anew()
    vote.refresh_from_db()
    assert vote.status == "geschlossen"
