"""What a closed vote shows, and to whom."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from antraege.actions import abstimmung as deeds
from antraege.models import Abstimmung
from antraege.queries.ergebnis import load_ergebnisse, make_ergebnis
from konferenz.rules import Mehrheit
from mitglieder.models import Sitz
from mitglieder.permissions import umfang
from sitzungen.actions.leitung import set_ausgang
from tests.conftest import make_person, make_vertretung

from .abschluss import close_with
from .conftest import make_antrag, make_saal

pytestmark = pytest.mark.django_db


def scope(person, sitzung):
    return umfang(person, sitzung.beginn_at)


def test_a_result_says_it_in_words_and_numbers(saal, offene, geschaeftsstelle):
    vote = close_with(offene(saal), ja=10, nein=3, enthaltung=1)

    ergebnis = make_ergebnis(vote, scope(geschaeftsstelle, saal))

    assert ergebnis.kopf == "Antrag 1/2026 angenommen"
    assert ergebnis.zahlen_satz == "10 Ja, 3 Nein, 1 Enthaltung bei 14 Anwesenden; nötig 10"
    assert [(z.wort, z.anzahl) for z in ergebnis.zeilen] == [
        ("Ja", 10),
        ("Enthaltung", 1),
        ("Nein", 3),
        ("Anwesend stimmberechtigt", 14),
        ("Nötige Ja", 10),
    ]
    assert [(s.wahl, s.weg) for s in ergebnis.sitze[:2]] == [("ja", "selbst"), ("ja", "selbst")]


@pytest.mark.parametrize(
    ("mehrheit", "ja", "nein", "kopf"),
    [
        (Mehrheit.EINFACH, 5, 4, "Angenommen"),
        (Mehrheit.EINFACH, 4, 4, "Abgelehnt"),
        (Mehrheit.KONSULTATIV, 4, 4, "Unverbindliche Meinung"),
    ],
)
def test_other_decisions_have_no_mark(saal, offene, geschaeftsstelle, mehrheit, ja, nein, kopf):
    vote = close_with(offene(saal, antrag=False, mehrheit=mehrheit), ja=ja, nein=nein)

    ergebnis = make_ergebnis(vote, scope(geschaeftsstelle, saal))

    assert (ergebnis.kopf, ergebnis.noetig) == (kopf, None)
    html = render_to_string("antraege/_ergebnis.html", {"ergebnis": ergebnis})
    assert ("unverbindlich" in html) is (mehrheit is Mehrheit.KONSULTATIV)
    assert "Nötige Ja" not in html
    assert f"{14 - ja - nein} ohne Stimme" in html


def test_an_open_vote_has_no_result(saal, offene, geschaeftsstelle):
    vote = offene(saal)

    with pytest.raises(ValueError, match="geschlossene"):
        make_ergebnis(vote, scope(geschaeftsstelle, saal))
    assert load_ergebnisse(saal, scope(geschaeftsstelle, saal)) == {}


def test_choices_by_seat_stand_only_before_who_may_see_the_full_record(
    saal, offene, geschaeftsstelle, leitgremium, vorstand, gast, fremde, berater
):
    vote = close_with(offene(saal, namentlich=True), ja=10, nein=3, enthaltung=1)
    ersatz = make_person("Ersatz")
    make_vertretung(saal, Sitz.objects.get(sozialregion__kuerzel="SRO"), ersatz)
    inhaber = vote.stimmsitze.first().person

    for person in (geschaeftsstelle, berater, ersatz, inhaber):
        [ergebnis] = load_ergebnisse(saal, scope(person, saal))[saal.aktuell_id]
        assert (len(ergebnis.sitze), ergebnis.darf_voll) == (14, True)
    for person in (leitgremium, vorstand, gast, fremde):
        assert load_ergebnisse(saal, scope(person, saal)) == {}
        ergebnis = make_ergebnis(vote, scope(person, saal))
        assert (ergebnis.sitze, ergebnis.darf_voll, ergebnis.darf_oeffentlich) == ((), False, False)
        html = render_to_string("antraege/_ergebnis.html", {"ergebnis": ergebnis})
        assert inhaber.nachname not in html
        assert "Wer wie gestimmt hat" not in html


def test_a_lost_point_of_order_does_not_read_as_if_the_motion_had_failed(client, saal, offene, geschaeftsstelle):
    close_with(offene(saal), ja=10, nein=4)
    close_with(offene(saal, antrag=False, mehrheit=Mehrheit.EINFACH), ja=2, nein=9)

    client.force_login(geschaeftsstelle)
    html = client.get(saal.get_absolute_url()).content.decode()

    assert "Antrag 1/2026 angenommen" in html
    assert html.count("Wird der Antrag verabschiedet?") == 2  # on its card, once for each vote
    assert "Ergebnis:" not in html


def test_the_screen_in_the_room_says_both_results_and_no_word_of_its_own(client, saal, offene, geschaeftsstelle):
    close_with(offene(saal), ja=10, nein=4)
    client.force_login(geschaeftsstelle)
    url = reverse("sitzungen:saal", args=[saal.kennung])
    assert 'class="saal__ergebnis"' not in client.get(url).text  # its card says it

    close_with(offene(saal, antrag=False, mehrheit=Mehrheit.EINFACH), ja=2, nein=9)

    zeile = client.get(url).text.partition('<p class="saal__ergebnis">')[2].partition("</p>")[0]
    assert zeile.startswith("Wird der Antrag verabschiedet? Angenommen mit 10 Ja")
    assert "2 Ja, 9 Nein" not in zeile


def test_the_screen_in_the_room_shows_the_vote_closed_last_whatever_its_number(client, saal, offene, geschaeftsstelle):
    """A question that comes up before the vote prepared with the agenda has the higher number."""
    vorbereitet = deeds.prepare_abstimmung(
        saal.pk,
        traktandum_pk=saal.aktuell_id,
        frage="Wird der Antrag verabschiedet?",
        mehrheit=Mehrheit.ZWEIDRITTEL,
        fassung_pk=make_antrag(saal).pk,
        actor=geschaeftsstelle,
        now=saal.beginn_at,
    )
    frage = close_with(offene(saal, antrag=False, mehrheit=Mehrheit.EINFACH), ja=2, nein=9)
    sitze = list(frage.stimmsitze.values_list("sitz_id", flat=True))
    close_with(
        deeds.open_abstimmung(vorbereitet.pk, sitze=sitze, actor=geschaeftsstelle, now=frage.geschlossen_at), ja=10
    )
    client.force_login(geschaeftsstelle)

    html = client.get(reverse("sitzungen:saal", args=[saal.kennung])).text

    assert "Antrag 1/2026 angenommen" in html


def test_a_word_written_by_hand_stays_beside_the_results(client, saal, offene, geschaeftsstelle):
    vote = close_with(offene(saal), ja=9, nein=5)
    set_ausgang(
        vote.traktandum_id, ausgang="verschoben", text="Auf Mai.", actor=geschaeftsstelle, now=vote.geschlossen_at
    )

    client.force_login(geschaeftsstelle)
    html = client.get(saal.get_absolute_url()).content.decode()

    assert "Ergebnis: verschoben – Auf Mai.<" in html


@pytest.mark.parametrize("groesse", ["", "pult", "saal"])
def test_a_result_is_drawn_in_every_size(saal, offene, geschaeftsstelle, groesse):
    vote = close_with(offene(saal, namentlich=True), ja=10, nein=3)
    ergebnis = make_ergebnis(vote, scope(geschaeftsstelle, saal))

    html = render_to_string("antraege/_ergebnis.html", {"ergebnis": ergebnis, "groesse": groesse})

    assert html.count('class="ergebnis__feld" data-wahl="ja" x="') >= 10
    assert "nötig 10 von 14" in html
    assert "unter Namensaufruf" in html
    assert ("<details" in html) is (groesse != "saal")


def test_results_of_one_and_of_three_votes_cost_the_same(offene, geschaeftsstelle, django_assert_num_queries):
    saal = make_saal(3)
    bereich = scope(geschaeftsstelle, saal)
    for anzahl in (1, 3):
        while Abstimmung.objects.count() < anzahl:
            close_with(offene(saal, antrag=False, mehrheit=Mehrheit.EINFACH), ja=2, nein=1)
        with django_assert_num_queries(1):
            ergebnisse = load_ergebnisse(saal, bereich)[saal.aktuell_id]
            render_to_string(
                "antraege/_ergebnisse.html", {"kontext": SimpleNamespace(ergebnisse=ergebnisse, groesse="")}
            )
        assert len(ergebnisse) == anzahl
