"""The page of one motion, for each role in each state: what it says, what it keeps to itself, what it offers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from antraege.models import Antrag, Antragsfassung
from antraege.queries.antragsseite import load_antragsseite
from konferenz import triggers
from mitglieder.models import Funktion
from mitglieder.permissions import umfang
from tests.conftest import SEIT, make_person, make_traktandum

from .werdegang import EINGEREICHT, SITZUNG, UEBERWIESEN, decide, hand_over, make_antrag, past_sitzung, vote_on

pytestmark = pytest.mark.django_db
INTERN = ["geschaeftsstelle", "vorsitz", "praesidium", "berater"]
AUSSEN = ["leitgremium", "vorstand", "sekretariat"]


@pytest.fixture(autouse=True)
def _heute(monkeypatch, now):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


@pytest.fixture
def leute(cast, db):
    sekretariat = make_person("Sekretariat")
    Funktion.objects.create(person=sekretariat, art=Funktion.Art.VORSTANDSSEKRETARIAT, von=SEIT)
    return cast | {"sekretariat": sekretariat}


@pytest.fixture
def antrag(leute):
    """A motion of Thal-Gäu with two versions, submitted."""
    antrag = make_antrag(7, status="eingereicht", person=leute["praesidium"])
    Antragsfassung.objects.create(
        antrag=antrag,
        nr=2,
        text="Der VSEG-Vorstand sei zu ersuchen, bis 2028 zu handeln.",
        von=leute["praesidium"],
        created_at=EINGEREICHT + timedelta(days=1),
    )
    return antrag


@pytest.fixture
def vote(antrag, leute):
    return vote_on(antrag, past_sitzung(leute["geschaeftsstelle"]), ja=10, nein=3, person=leute["geschaeftsstelle"])


def lies(client, person, erwartet=200):
    client.force_login(person)
    antwort = client.get("/antraege/2026-7/")
    assert antwort.status_code == erwartet
    return " ".join(BeautifulSoup(antwort.content, "html.parser").get_text(" ").split())


def darf(antrag, person, now) -> set[str]:
    antrag = Antrag.objects.with_seite().get(pk=antrag.pk)
    return {name for name, wert in load_antragsseite(antrag, umfang(person, now)).darf.items() if wert}


# --- Who reads what ---------------------------------------------------------------------------------


@pytest.mark.parametrize("wer", INTERN)
def test_the_conference_reads_a_submitted_motion(client, antrag, leute, wer):
    text = lies(client, leute[wer])

    assert "bis 2028 zu handeln" in text
    assert "Fassung 2 mit den Unterschieden" in text
    assert "Präsidium Thal-Gäu" in text
    assert "Neu gefasst" in text
    assert "Nächster Schritt:" in text


@pytest.mark.parametrize("wer", [*AUSSEN, "gast", "fremde", "stellvertretung"])
def test_nobody_else_finds_it_before_the_board_has_it(client, antrag, vote, leute, wer):
    lies(client, leute[wer], 404)


@pytest.mark.parametrize("wer", AUSSEN)
def test_outside_the_conference_one_reads_what_the_board_received(client, antrag, vote, leute, wer):
    """The voted wording with the result in sums; no other version, no names, no deeds inside the conference."""
    Antragsfassung.objects.create(
        antrag=antrag, nr=3, text="Nie abgestimmt", von=leute["praesidium"], created_at=SITZUNG + timedelta(days=1)
    )
    hand_over(vote, person=leute["vorsitz"])
    text = lies(client, leute[wer])

    assert "bis 2028 zu handeln" in text
    assert "10 Ja, 3 Nein, 1 Enthaltung bei 14 Anwesenden; nötig 10" in text
    assert "beim VSEG-Vorstand seit 63 Tagen" in text
    for geheimes in (
        "Nie abgestimmt", "das Begehren 7 zu prüfen", "Unterschieden", "Präsidium Thal-Gäu", "Andrea Präsidium",
        "Geschrieben", "Neu gefasst", "Traktandiert", "Nora Geheim", "Wer wie gestimmt hat", "Abstimmungsprotokoll (PDF)",
    ):  # fmt: skip
        assert geheimes not in text


@pytest.mark.parametrize("wer", ["praesidium", "geschaeftsstelle", "vorstand"])
def test_how_long_the_board_has_had_it_stands_once_in_words(client, antrag, vote, leute, wer):
    hand_over(vote, person=leute["vorsitz"])
    client.force_login(leute[wer])
    seite = BeautifulSoup(client.get("/antraege/2026-7/").content, "html.parser")
    for bild in seite.select("svg"):
        bild.decompose()

    assert seite.get_text().count("seit 63 Tagen") == 1


@pytest.mark.parametrize(
    ("wer", "sieht"), [("geschaeftsstelle", True), ("vorsitz", True), ("praesidium", False), ("berater", False)]
)
def test_an_agenda_that_is_not_out_stays_closed(client, antrag, sitzung, leute, wer, sieht):
    punkt = make_traktandum(sitzung, "Noch nicht versandt", art="entscheid")
    Antrag.objects.filter(pk=antrag.pk).update(status="traktandiert", traktandum=punkt, traktandiert_at=EINGEREICHT)
    text = lies(client, leute[wer])

    assert ("Noch nicht versandt" in text) is sieht
    assert ("traktandiert" in text.lower().replace("traktandierung", "")) is sieht
    assert ("4. ordentliche Sitzung 2026" in text) is sieht


def test_a_substitute_reads_the_motions_of_her_meeting(client, antrag, versandte, leute):
    punkt = versandte.traktanden.get()
    lies(client, leute["stellvertretung"], 404)
    Antrag.objects.filter(pk=antrag.pk).update(status="traktandiert", traktandum=punkt, traktandiert_at=EINGEREICHT)
    text = lies(client, leute["stellvertretung"])

    assert "bis 2028 zu handeln" in text
    assert "4. ordentliche Sitzung 2026, Traktandum 1" in text


@pytest.mark.parametrize(
    ("wer", "sieht"),
    [
        ("geschaeftsstelle", True),
        ("sekretariat", True),
        ("vorsitz", False),
        ("praesidium", False),
        ("leitgremium", False),
        ("vorstand", False),
    ],
)
def test_a_decision_shows_once_it_is_told(client, antrag, vote, leute, wer, sieht):
    bericht = hand_over(vote, person=leute["vorsitz"])
    entscheid = decide(bericht, person=leute["geschaeftsstelle"], told=False)
    assert ("mit Änderungen angenommen" in lies(client, leute[wer])) is sieht
    entscheid.delete()
    decide(bericht, person=leute["geschaeftsstelle"])

    text = lies(client, leute[wer])
    assert "beantwortet mit Änderungen angenommen am 3. November 2026" in text
    assert "Mit einer Frist bis 2028." in text


@pytest.mark.parametrize(("wer", "sieht"), [("geschaeftsstelle", True), ("vorsitz", True), ("praesidium", False)])
def test_an_answer_on_an_agenda_that_is_not_out_is_still_to_come(client, antrag, vote, sitzung, leute, wer, sieht):
    entscheid = decide(hand_over(vote, person=leute["vorsitz"]), person=leute["geschaeftsstelle"])
    entscheid.rueckmeldung = make_traktandum(sitzung, "Rückmeldung des Vorstands")
    entscheid.save(update_fields=["rueckmeldung"])
    text = lies(client, leute[wer])

    assert ("4. ordentliche Sitzung 2026" in text) is sieht
    assert ("Die Rückmeldung des Vorstands kommt auf die Traktandenliste" in text) is not sieht


def test_failed_with_nine_of_fourteen_stands_with_its_numbers(client, antrag, leute):
    vote_on(antrag, past_sitzung(leute["geschaeftsstelle"]), ja=9, nein=4, person=leute["geschaeftsstelle"])
    text = lies(client, leute["praesidium"])

    assert "nicht zustande gekommen 9 Ja, 4 Nein, 1 Enthaltung bei 14 Anwesenden; nötig 10" in text
    assert "Antrag 7/2026 nicht zustande gekommen" in text
    assert "Überweisung" not in text


@pytest.mark.parametrize(("wer", "sieht"), [("geschaeftsstelle", True), ("vorsitz", True), ("praesidium", False)])
def test_the_release_of_a_report_is_a_matter_of_who_prepares_it(client, antrag, vote, leute, wer, sieht):
    hand_over(vote, person=leute["vorsitz"])

    assert ("Bericht freigegeben" in lies(client, leute[wer])) is sieht


def test_what_the_board_sent_back_keeps_its_first_round(client, antrag, vote, leute, now):
    hand_over(vote, person=leute["vorsitz"])
    decide(vote.bericht, person=leute["geschaeftsstelle"], ergebnis="zurueckgewiesen")
    assert "aufnehmen" in darf(antrag, leute["geschaeftsstelle"], now)
    Antrag.objects.filter(pk=antrag.pk).update(status="eingereicht", traktandum=None, traktandiert_at=None)
    Antragsfassung.objects.create(antrag=antrag, nr=3, text="Neu.", von=leute["praesidium"], created_at=now)
    text = lies(client, leute["praesidium"])

    for punkt in (
        "Abgestimmt 10. September",
        "Überwiesen 24. September",
        "Mitgeteilt 5. November",
        "Wieder aufgenommen 26. November",
    ):
        assert punkt in text
    stand = " ".join(
        BeautifulSoup(client.get("/antraege/2026-7/").content, "html.parser").select_one(".antrag__stand").text.split()
    )
    assert stand.startswith("eingereicht Nächster Schritt:")  # not «eingereicht zurückgewiesen am …»
    assert next(iter(knoepfe(client, leute["geschaeftsstelle"]))) == "Traktandieren"
    client.force_login(leute["praesidium"])
    assert {"fassen", "zurueckziehen"} <= darf(antrag, leute["praesidium"], now)
    lies(client, leute["vorstand"], 404)  # the motion is the conference's again; the board keeps its report


# --- What it offers ---------------------------------------------------------------------------------


def test_what_each_role_may_do(antrag, sitzung, leute, now):
    def gefunden():
        return {wer: darf(antrag, leute[wer], now) for wer in ("geschaeftsstelle", "vorsitz", "praesidium", "berater")}

    assert gefunden() == {
        "geschaeftsstelle": {"fassen", "beilagen", "zurueckziehen", "traktandieren"},
        "vorsitz": {"fassen", "beilagen", "traktandieren"},
        "praesidium": {"fassen", "beilagen", "zurueckziehen"},
        "berater": set(),
    }
    buero = leute["geschaeftsstelle"]
    vote = vote_on(antrag, past_sitzung(buero), ja=10, nein=3, person=buero)
    assert gefunden() == {
        "geschaeftsstelle": {"bericht"},
        "vorsitz": {"bericht"},
        "praesidium": set(),
        "berater": set(),
    }
    bericht = hand_over(vote, person=leute["vorsitz"], status="entwurf")
    assert gefunden() == {
        "geschaeftsstelle": {"bericht"},
        "vorsitz": {"bericht", "freigeben"},
        "praesidium": set(),
        "berater": set(),
    }
    bericht.delete()
    bericht = hand_over(vote, person=leute["vorsitz"], status="freigegeben")
    assert gefunden() == {
        "geschaeftsstelle": {"bericht", "ueberweisen"}, "vorsitz": {"bericht", "ueberweisen"}, "praesidium": set(), "berater": set(),
    }  # fmt: skip
    bericht.delete()
    bericht = hand_over(vote, person=leute["vorsitz"], at=UEBERWIESEN)
    assert gefunden() == {"geschaeftsstelle": {"entscheid"}, "vorsitz": set(), "praesidium": set(), "berater": set()}
    decide(bericht, person=buero)
    assert gefunden() == {
        "geschaeftsstelle": {"rueckmeldung"},
        "vorsitz": {"rueckmeldung"},
        "praesidium": set(),
        "berater": set(),
    }


def knoepfe(client, person):
    """Return the words of the filled buttons of the page, and how often each of them stands on it."""
    client.force_login(person)
    seite = BeautifulSoup(client.get("/antraege/2026-7/").content, "html.parser").find("main")
    alle = [" ".join(knopf.get_text(" ").split()) for knopf in seite.select(".knopf")]
    for abschnitt in seite.select("section.abschnitt"):
        assert len(abschnitt.find_all(True)) > 1, f"«{abschnitt.get_text(strip=True)}» is a heading alone"
    haupt = [" ".join(knopf.get_text(" ").split()) for knopf in seite.select(".antrag__stand .knopf--haupt")]
    assert len(seite.select(".knopf--haupt")) == len(haupt)
    return {text: alle.count(text) for text in haupt}


def test_the_next_step_has_its_button_beside_it_once(client, antrag, leute):
    def gefunden():
        wer = ("geschaeftsstelle", "vorsitz", "praesidium", "sekretariat")
        return [next(iter(knoepfe(client, leute[w]).items()), None) for w in wer if lesbar or w != "sekretariat"]

    lesbar, buero = False, leute["geschaeftsstelle"]
    assert gefunden() == [("Traktandieren", 1), ("Traktandieren", 1), None]
    vote = vote_on(antrag, past_sitzung(buero), ja=10, nein=3, person=buero)
    assert gefunden() == [("Bericht vorbereiten", 1), None, None]
    bericht = hand_over(vote, person=leute["vorsitz"], status="entwurf")
    assert gefunden() == [("Zum Bericht", 1), ("Zum Bericht", 1), None]
    bericht.delete()
    bericht, lesbar = hand_over(vote, person=leute["vorsitz"], at=UEBERWIESEN), True
    assert gefunden() == [("Entscheid erfassen", 1), None, None, ("Entscheid erfassen", 1)]
    entscheid = decide(bericht, person=buero)
    assert gefunden() == [("Rückmeldung traktandieren", 1), ("Rückmeldung traktandieren", 1), None, None]
    with triggers.without_triggers():
        entscheid.__class__.objects.update(status="entwurf", mitgeteilt_at=None, mitgeteilt_von=None)
        Antrag.objects.update(status="ueberwiesen")
    assert gefunden() == [("Prüfen und mitteilen", 1), None, None, ("Prüfen und mitteilen", 1)]


# --- Queries ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("wer", ["geschaeftsstelle", "praesidium", "vorstand", "leitgremium"])
def test_query_count_is_constant(client, antrag, leute, wer):
    buero = leute["geschaeftsstelle"]

    def grow(nr):
        vote = vote_on(antrag, past_sitzung(buero), ja=10, nein=3, person=buero)
        hand_over(vote, person=leute["vorsitz"], at=UEBERWIESEN + timedelta(hours=nr))
        decide(vote.bericht, person=buero, ergebnis="zurueckgewiesen")
        Antragsfassung.objects.create(
            antrag=antrag,
            nr=nr + 2,
            text=f"Runde {nr}",
            von=leute["praesidium"],
            created_at=SITZUNG + timedelta(days=nr),
        )

    def count():
        client.force_login(leute[wer])
        client.get("/antraege/2026-7/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/antraege/2026-7/").status_code == 200
        return len(queries)

    grow(1)
    eine = count()
    grow(2)
    grow(3)

    assert count() == eine
