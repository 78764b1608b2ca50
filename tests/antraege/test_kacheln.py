"""The dashboard: what of the motions waits at office and chair, how one's own stand; and the way there in the page head."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from antraege.models import Antrag, Bericht
from antraege.queries.pendent import EIGENE, list_eigene, tell
from mitglieder.permissions import umfang
from tests.conftest import make_traktandum

from .werdegang import EINGEREICHT, SITZUNG, decide, hand_over, make_antrag, past_sitzung, vote_on

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _heute(monkeypatch, now):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


def saetze(person) -> list[tuple[str, str]]:
    return [(pendent.text, pendent.art) for pendent in tell(umfang(person, timezone.now()))]


def voted(nr, cast, *, ja=10):
    antrag = make_antrag(nr, status="eingereicht", person=cast["praesidium"])
    buero = cast["geschaeftsstelle"]
    return vote_on(antrag, past_sitzung(buero), ja=ja, nein=2, person=buero)


def test_nothing_waits_where_nothing_is(cast):
    for person in cast.values():
        assert saetze(person) == []


def test_what_waits_at_the_office_and_at_the_chair(cast, sitzung):
    buero, vorsitz = cast["geschaeftsstelle"], cast["vorsitz"]
    make_antrag(1, status="eingereicht", person=cast["praesidium"])
    make_antrag(
        2, status="zurueckgezogen", person=buero, traktandum=make_traktandum(sitzung), zurueckgezogen_at=EINGEREICHT
    )
    voted(3, cast)
    entwurf = hand_over(voted(4, cast), person=vorsitz, status="entwurf")
    hand_over(voted(5, cast), person=vorsitz, status="freigegeben")
    hand_over(voted(6, cast), person=vorsitz)
    decide(hand_over(voted(7, cast), person=vorsitz), person=buero, told=False)
    decide(hand_over(voted(8, cast), person=vorsitz), person=buero)
    voted(9, cast, ja=9)  # failed: nothing waits

    assert saetze(buero) == [
        (
            "Antrag 2/2026 ist zurückgezogen und steht noch auf der Traktandenliste (4. ordentliche Sitzung 2026).",
            "warnung",
        ),
        ("Antrag 1/2026 «Begehren 1» wartet auf eine Traktandenliste.", "info"),
        ("Antrag 3/2026 «Begehren 3» wartet auf Bericht und Antrag an den Vorstand.", "info"),
        ("Der Bericht zum Antrag 4/2026 ist noch nicht freigegeben.", "info"),
        ("Der Bericht zum Antrag 5/2026 ist freigegeben und noch nicht überwiesen.", "warnung"),
        ("Der Entscheid zum Antrag 7/2026 ist erfasst und noch nicht mitgeteilt.", "warnung"),
        ("Die Antwort auf den Antrag 8/2026 wartet als Rückmeldung auf die nächste Traktandenliste.", "info"),
    ]
    assert saetze(vorsitz) == []  # nobody signs yet: it cannot be released
    Bericht.objects.filter(pk=entwurf.pk).update(
        verteiler="VSEG-Vorstand", unterschrift_vorsitz="A. Muster", unterschrift_geschaeftsfuehrung="B. Muster"
    )
    assert saetze(vorsitz) == [("Bericht und Antrag zum Antrag 4/2026: wartet auf Ihre Freigabe.", "warnung")]
    for wer in ("praesidium", "berater", "leitgremium", "vorstand", "gast", "fremde"):
        assert saetze(cast[wer]) == []


def test_what_is_overdue_stands_once_on_the_dashboard_and_is_called_so(client, cast):
    hand_over(voted(6, cast), person=cast["vorsitz"])
    client.force_login(cast["geschaeftsstelle"])
    seite = BeautifulSoup(client.get("/").content, "html.parser")

    assert "Antrag 6/2026" not in str(seite.select_one("section[aria-labelledby=wartet]"))
    tafel = seite.select_one("section[aria-labelledby=vorstand-wartet]")
    assert [e.text.strip() for e in tafel.select(".etikett")] == ["überfällig"]


def test_several_are_told_as_a_number(cast):
    for nr in (1, 2, 3):
        make_antrag(nr, status="eingereicht", person=cast["praesidium"])
    (pendent,) = tell(umfang(cast["geschaeftsstelle"], timezone.now()))

    assert (pendent.text, pendent.url) == ("3 Anträge warten auf eine Traktandenliste.", "/antraege/?stand=eingereicht")


def test_what_is_done_waits_no_more(cast, sitzung):
    """Withdrawn and off the agenda, answered with an item, taken up again, the meeting over."""
    buero = cast["geschaeftsstelle"]
    make_antrag(1, status="zurueckgezogen", person=buero, zurueckgezogen_at=EINGEREICHT)
    alter_punkt = past_sitzung(buero).traktanden.get()
    make_antrag(2, status="zurueckgezogen", person=buero, zurueckgezogen_at=EINGEREICHT, traktandum=alter_punkt)
    entscheid = decide(hand_over(voted(3, cast), person=buero), person=buero)
    entscheid.rueckmeldung = make_traktandum(sitzung)
    entscheid.save(update_fields=["rueckmeldung"])
    decide(hand_over(voted(4, cast), person=buero), person=buero, ergebnis="zurueckgewiesen")
    Antrag.objects.filter(nr=4).update(status="eingereicht", traktandum=None)

    assert saetze(buero) == [("Antrag 4/2026 «Begehren 4» wartet auf eine Traktandenliste.", "info")]


def test_a_member_sees_the_own_motions_with_their_state(cast, sitzung):
    praesidium = cast["praesidium"]
    make_antrag(1, status="eingereicht", person=cast["berater"])
    voted(2, cast, ja=9)
    hand_over(voted(3, cast), person=cast["vorsitz"])
    decide(hand_over(voted(4, cast), person=cast["vorsitz"]), person=cast["vorsitz"])
    make_antrag(5, status="traktandiert", person=praesidium, traktandum=make_traktandum(sitzung))

    eigene = list_eigene(umfang(praesidium, timezone.now()))

    assert [(e.antrag.nummer, e.wort, e.satz) for e in eigene] == [
        ("5/2026", "eingereicht", ""),  # its agenda is not out
        ("4/2026", "beantwortet", "mit Änderungen angenommen"),
        ("3/2026", "beim VSEG-Vorstand", "seit 63 Tagen"),
        ("2/2026", "nicht zustande gekommen", ""),
    ]


def test_own_motions_are_bounded(cast):
    for nr in range(EIGENE + 2):
        make_antrag(nr + 1, status="eingereicht", person=cast["praesidium"])

    assert len(list_eigene(umfang(cast["praesidium"], timezone.now()))) == EIGENE


@pytest.mark.parametrize(
    ("wer", "sieht"),
    [
        ("geschaeftsstelle", True),
        ("vorsitz", True),
        ("praesidium", True),
        ("berater", True),
        ("leitgremium", True),
        ("vorstand", True),
        ("gast", False),
        ("fremde", False),
    ],
)
def test_the_way_to_the_motions(client, cast, wer, sieht):
    client.force_login(cast[wer])
    ziele = [a["href"] for a in BeautifulSoup(client.get("/").content, "html.parser").select(".kopf__liste a")]

    assert ("/antraege/" in ziele) is sieht


@pytest.mark.parametrize("wer", ["geschaeftsstelle", "vorsitz", "praesidium", "vorstand", "leitgremium"])
def test_dashboard_query_count_is_constant(client, cast, sitzung, wer):
    buero, vorsitz = cast["geschaeftsstelle"], cast["vorsitz"]

    def grow(runde):
        basis = 10 * runde
        make_antrag(basis, status="eingereicht", person=cast["praesidium"])
        make_antrag(
            basis + 1,
            status="zurueckgezogen",
            person=buero,
            traktandum=make_traktandum(sitzung),
            zurueckgezogen_at=SITZUNG,
        )
        hand_over(voted(basis + 2, cast), person=vorsitz, status="entwurf")
        hand_over(voted(basis + 3, cast), person=vorsitz)
        decide(hand_over(voted(basis + 4, cast), person=vorsitz), person=buero, told=False)
        decide(hand_over(voted(basis + 5, cast), person=vorsitz), person=buero)

    def count():
        client.force_login(cast[wer])
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/").status_code == 200
        return len(queries)

    grow(1)
    eine = count()
    grow(2)
    grow(3)

    assert count() == eine


def test_the_headline_of_the_board_says_what_waits(client, cast):
    client.force_login(cast["vorstand"])
    ueberschriften = [BeautifulSoup(client.get("/").content, "html.parser").h1.get_text(strip=True)]
    for nr in (1, 2):
        hand_over(voted(nr, cast), person=cast["vorsitz"])
        ueberschriften.append(BeautifulSoup(client.get("/").content, "html.parser").h1.get_text(strip=True))

    assert ueberschriften == [
        "Kein Antrag wartet auf den Vorstand",
        "Ein Antrag wartet auf den Vorstand",
        "2 Anträge warten auf den Vorstand",
    ]
