"""A vote from its preparation to the frozen result."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from antraege.actions import abstimmung as deeds
from antraege.models import Abstimmung, Antrag, Stimme
from antraege.queries.abstimmung import why_not
from antraege.schritte.protokoll import make_oeffentliches, sha256
from konferenz.models import Journaleintrag
from konferenz.rules import Mehrheit
from mitglieder.actions.person import deactivate_person
from mitglieder.models import Sitz
from sitzungen.actions import praesenz
from sitzungen.models import Anwesenheit, Ausstand, Teilnahme, Traktandum
from sitzungen.queries.praesenz import load_lage
from sitzungen.schritte.saal import SaalError
from tests.conftest import make_person

from .conftest import make_saal

pytestmark = pytest.mark.django_db


def vote_all(abstimmung, *, ja, nein=0, enthaltung=0, now=None):
    """Let so many seats vote, in seat order."""
    wahlen = ["ja"] * ja + ["nein"] * nein + ["enthaltung"] * enthaltung
    sitze = list(abstimmung.stimmsitze.select_related("person").order_by("sitz__reihenfolge"))
    for stimmsitz, wahl in zip(sitze, wahlen, strict=False):
        deeds.cast_stimme(abstimmung.pk, wahl=wahl, actor=stimmsitz.person, now=now or abstimmung.eroeffnet_at)


def close(abstimmung, actor=None, at=None):
    return deeds.close_abstimmung(abstimmung.pk, actor=actor, now=at or abstimmung.eroeffnet_at + timedelta(minutes=5))


@pytest.mark.parametrize(
    ("anwesend", "ja", "nein", "angenommen"),
    [(14, 10, 4, True), (14, 9, 3, False), (13, 9, 4, True), (12, 8, 0, True), (11, 7, 4, False), (1, 1, 0, True)],
)
def test_two_thirds_of_the_seats_present_decide(offene, anwesend, ja, nein, angenommen):
    saal = make_saal(anwesend)
    vote = offene(saal)
    vote_all(vote, ja=ja, nein=nein)

    ergebnis = close(vote)

    assert (ergebnis.anwesend, ergebnis.ja, ergebnis.nein, ergebnis.angenommen) == (anwesend, ja, nein, angenommen)
    antrag = Antrag.objects.get()
    assert antrag.status == ("verabschiedet" if angenommen else "nicht_zustande_gekommen")
    punkt = Traktandum.objects.get(pk=saal.aktuell_id)
    assert punkt.ausgang == ("beschlossen" if angenommen else "abgelehnt")
    assert ("Angenommen mit" if angenommen else "Nicht zustande gekommen mit") in punkt.ausgang_text


def test_opening_writes_who_exercises_each_seat_and_holds_them(saal, offene):
    vote = offene(saal)

    assert (vote.status, vote.anwesend, vote.noetig) == ("offen", 14, 10)
    assert vote.stimmsitze.count() == 14
    assert Teilnahme.objects.filter(gesperrt_durch=vote.uuid).count() == 14
    sitz = Sitz.objects.get(art="vorsitz")
    with pytest.raises(SaalError, match="stimmt gerade ab"):
        praesenz.check_out(saal.pk, sitz.pk, actor=make_person("Pult"), now=saal.beginn_at)
    close(vote)
    assert Teilnahme.objects.filter(gesperrt_durch__isnull=False).count() == 0


def test_ausstand_of_the_item_is_not_in_the_base(saal, offene):
    teilnahme = Teilnahme.objects.get(sitzung=saal, sitz__sozialregion__kuerzel="SRTG")
    Ausstand.objects.create(
        teilnahme=teilnahme,
        traktandum=saal.aktuell,
        erklaert_von=teilnahme.anwesenheiten.get().person,
        erklaert_at=saal.beginn_at,
    )

    with pytest.raises(deeds.AbstimmungError, match="Präsenz hat sich inzwischen geändert"):
        offene(saal)
    vote = Abstimmung.objects.get()
    dreizehn = [t.sitz_id for t in Teilnahme.objects.filter(sitzung=saal).exclude(pk=teilnahme.pk)]
    vote = deeds.open_abstimmung(vote.pk, sitze=dreizehn, actor=vote.created_von, now=saal.beginn_at)
    assert (vote.anwesend, vote.noetig) == (13, 9)
    with pytest.raises(deeds.AbstimmungError, match="nicht anwesend"):
        deeds.cast_stimme(vote.pk, wahl="ja", actor=teilnahme.anwesenheiten.get().person, now=saal.beginn_at)


def test_who_comes_later_counts_from_the_next_vote(offene):
    saal = make_saal(13)
    vote = offene(saal)
    spaet = Sitz.objects.stimmberechtigt().order_by("reihenfolge").last()
    person = spaet.mandate.get().person
    praesenz.check_in(saal.pk, spaet.pk, person.pk, actor=person, now=saal.beginn_at)

    with pytest.raises(deeds.AbstimmungError, match="nicht anwesend"):
        deeds.cast_stimme(vote.pk, wahl="ja", actor=person, now=saal.beginn_at)
    assert close(vote).anwesend == 13


def test_same_ballot_twice_is_one_with_one_receipt(saal, offene):
    vote = offene(saal)
    person = vote.stimmsitze.first().person

    erste = deeds.cast_stimme(vote.pk, wahl="ja", actor=person, now=saal.beginn_at)
    zweite = deeds.cast_stimme(vote.pk, wahl="ja", actor=person, now=saal.beginn_at + timedelta(seconds=5))

    assert (erste.pk, erste.quittung) == (zweite.pk, zweite.quittung)
    assert Stimme.objects.count() == 1
    assert Journaleintrag.objects.filter(art__startswith="stimme.").count() == 1


def test_last_ballot_counts_and_the_journal_shows_no_tendency(saal, offene):
    vote = offene(saal)
    person = vote.stimmsitze.first().person
    erste = deeds.cast_stimme(vote.pk, wahl="ja", actor=person, now=saal.beginn_at)
    zweite = deeds.cast_stimme(vote.pk, wahl="nein", actor=person, now=saal.beginn_at)

    assert erste.quittung != zweite.quittung
    for text in Journaleintrag.objects.filter(art__startswith="stimme.").values_list("text", flat=True):
        nutzlast = json.loads(text)["nutzlast"]
        assert set(nutzlast) == {"objekt", "sitz", "weg", "quittung", "vorher"}
    assert (close(vote).ja, close(vote).nein) == (0, 1)


@pytest.mark.parametrize("antrag", [False, True])
@pytest.mark.parametrize("anwesend", [1, 14])
def test_the_close_costs_the_same_queries_whatever_the_room(offene, anwesend, antrag, django_assert_num_queries):
    """Locks and vote 4 (SQLite: 1), ballots 1, result 1, item and its motions 2, seats and room 2, journal 2 (SQLite: 3), the desk's notes 1.

    On a motion 2 more.
    """
    saal = make_saal(anwesend)
    vote = offene(saal, antrag=antrag, mehrheit=Mehrheit.ZWEIDRITTEL if antrag else Mehrheit.EINFACH)
    vote_all(vote, ja=anwesend)

    with django_assert_num_queries(2 * antrag + 2 + (11 if connection.vendor == "sqlite" else 13)):
        assert close(vote).ja == anwesend


@pytest.mark.parametrize("wahl", ["", "vielleicht", "ja,nein", "JA"])
def test_a_choice_that_is_none_stores_nothing(saal, offene, wahl):
    vote = offene(saal)

    with pytest.raises(deeds.AbstimmungError, match="Ja, Nein oder Enthaltung"):
        deeds.cast_stimme(vote.pk, wahl=wahl, actor=vote.stimmsitze.first().person, now=saal.beginn_at)
    assert Stimme.objects.count() == 0


def test_a_stranger_and_an_advisory_seat_have_no_ballot(saal, offene, berater, fremde):
    vote = offene(saal)

    for person in (berater, fremde):
        with pytest.raises(deeds.AbstimmungError, match="nicht anwesend"):
            deeds.cast_stimme(vote.pk, wahl="ja", actor=person, now=saal.beginn_at)


def test_after_the_close_everybody_reads_closed_and_closing_twice_changes_nothing(saal, offene):
    vote = offene(saal)
    vote_all(vote, ja=10)
    erstes = close(vote)

    with pytest.raises(deeds.AbstimmungGeschlossen, match="geschlossen"):
        deeds.cast_stimme(vote.pk, wahl="ja", actor=vote.stimmsitze.last().person, now=saal.ende_at)
    zweites = close(vote, at=saal.ende_at)

    assert (zweites.geschlossen_at, zweites.protokoll_sha256) == (erstes.geschlossen_at, erstes.protokoll_sha256)
    assert Journaleintrag.objects.filter(art="abstimmung.geschlossen").count() == 1


def test_a_vote_closes_by_itself_and_takes_no_ballot_after_its_time(saal, offene):
    vote = offene(saal, dauer=timedelta(minutes=3))
    ende = vote.schliesst_at

    assert deeds.close_if_due(vote.pk, now=ende - timedelta(seconds=1)) is False
    with pytest.raises(deeds.AbstimmungGeschlossen):
        deeds.cast_stimme(vote.pk, wahl="ja", actor=vote.stimmsitze.first().person, now=ende)
    assert list(Abstimmung.objects.closing_due(ende)) == [vote]
    assert deeds.close_if_due(vote.pk, now=ende) is True
    assert deeds.close_if_due(vote.pk, now=ende) is False


def test_show_of_hands_beside_ballots_is_one_result(saal, offene, geschaeftsstelle):
    vote = offene(saal)
    sitze = list(vote.stimmsitze.select_related("person"))
    deeds.cast_stimme(vote.pk, wahl="nein", actor=sitze[0].person, now=saal.beginn_at)

    with pytest.raises(deeds.AbstimmungError, match="hat selbst gestimmt"):
        deeds.record_stimmen(vote.pk, {s.sitz_id: "ja" for s in sitze}, actor=geschaeftsstelle, now=saal.beginn_at)
    assert Stimme.objects.count() == 1
    deeds.record_stimmen(vote.pk, {s.sitz_id: "ja" for s in sitze[1:]}, actor=geschaeftsstelle, now=saal.beginn_at)

    ergebnis = close(vote)
    assert (ergebnis.ja, ergebnis.nein, ergebnis.angenommen) == (13, 1, True)
    assert set(Stimme.objects.values_list("weg", flat=True)) == {"selbst", "geschaeftsstelle"}


def test_own_ballot_is_overwritten_only_if_the_seat_says_so(saal, offene, geschaeftsstelle):
    vote = offene(saal)
    sitz = vote.stimmsitze.select_related("person").first()
    deeds.cast_stimme(vote.pk, wahl="nein", actor=sitz.person, now=saal.beginn_at)

    deeds.record_stimmen(vote.pk, {sitz.sitz_id: "ja"}, ueberschreibt=True, actor=geschaeftsstelle, now=saal.beginn_at)

    assert Stimme.objects.get().wahl == "ja"
    assert Journaleintrag.objects.filter(art__startswith="stimme.").count() == 2


@pytest.mark.parametrize("ueberschreibt", [False, True])
def test_recording_for_a_seat_that_voted_itself_tells_no_choice(saal, offene, geschaeftsstelle, ueberschreibt):
    vote = offene(saal)
    antworten = []
    for sitz, wahl in zip(vote.stimmsitze.select_related("person")[:2], ["ja", "nein"], strict=True):
        deeds.cast_stimme(vote.pk, wahl=wahl, actor=sitz.person, now=saal.beginn_at)
        try:
            neu = deeds.record_stimmen(
                vote.pk, {sitz.sitz_id: "ja"}, ueberschreibt=ueberschreibt, actor=geschaeftsstelle, now=saal.beginn_at
            )
        except deeds.AbstimmungError as error:
            antworten.append(str(error).replace(sitz.bezeichnung, ""))
        else:
            antworten.append([stimme.weg for stimme in neu])

    assert antworten[0] == antworten[1]
    assert (antworten[0] == ["geschaeftsstelle"]) is ueberschreibt


def test_a_seat_outside_the_base_is_recorded_for_nobody(offene, geschaeftsstelle):
    saal = make_saal(3)
    vote = offene(saal)
    fremd = Sitz.objects.stimmberechtigt().order_by("reihenfolge").last()

    with pytest.raises(deeds.AbstimmungError, match="zählt bei dieser Abstimmung nicht mit"):
        deeds.record_stimmen(vote.pk, {fremd.pk: "ja"}, actor=geschaeftsstelle, now=saal.beginn_at)


def test_only_one_binding_vote_is_open_at_a_time(saal, offene, geschaeftsstelle):
    offene(saal)
    zweite = deeds.prepare_abstimmung(
        saal.pk,
        traktandum_pk=saal.aktuell_id,
        frage="Nochmals?",
        mehrheit=Mehrheit.EINFACH,
        actor=geschaeftsstelle,
        now=saal.beginn_at,
    )

    with pytest.raises(deeds.AbstimmungError, match="schon eine Abstimmung offen"):
        deeds.open_abstimmung(zweite.pk, sitze=[], actor=geschaeftsstelle, now=saal.beginn_at)


def test_an_opinion_decides_nothing_and_holds_nobody(saal, offene):
    vote = offene(saal, antrag=False, mehrheit=Mehrheit.KONSULTATIV)
    vote_all(vote, ja=14)

    assert Teilnahme.objects.filter(gesperrt_durch__isnull=False).count() == 0
    assert close(vote).angenommen is None
    assert Traktandum.objects.get(pk=saal.aktuell_id).ausgang == "offen"


@pytest.mark.parametrize("mehrheit", [Mehrheit.KONSULTATIV, Mehrheit.EINFACH])
def test_the_screens_follow_each_opening_close_and_break_off(saal, offene, geschaeftsstelle, mehrheit):
    def live():
        return type(saal).objects.values_list("live", flat=True).get(pk=saal.pk)

    staende = [live()]
    vote = offene(saal, antrag=False, mehrheit=mehrheit)
    staende.append(live())
    vote_all(vote, ja=2)
    nach_stimmen = live()
    close(vote)
    staende.append(live())
    zweite = offene(saal, antrag=False, mehrheit=mehrheit)
    staende.append(live())
    deeds.abort_abstimmung(zweite.pk, grund="Falsche Frage", actor=geschaeftsstelle, now=saal.beginn_at)
    staende.append(live())

    assert staende == sorted(set(staende))
    assert nach_stimmen == staende[1]  # a ballot tells nobody anything


def test_a_broken_off_vote_has_no_result_and_frees_the_seats(saal, offene, geschaeftsstelle):
    vote = offene(saal)
    vote_all(vote, ja=5)

    deeds.abort_abstimmung(vote.pk, grund="Falsche Frage", actor=geschaeftsstelle, now=saal.beginn_at)

    vote.refresh_from_db()
    assert (vote.status, vote.ja, vote.angenommen) == ("abgebrochen", None, None)
    assert Teilnahme.objects.filter(gesperrt_durch__isnull=False).count() == 0
    assert Antrag.objects.get().status == "traktandiert"
    with pytest.raises(deeds.AbstimmungGeschlossen, match="abgebrochen"):
        deeds.cast_stimme(vote.pk, wahl="ja", actor=vote.stimmsitze.first().person, now=saal.beginn_at)


def test_record_counts_again_by_hand_and_the_public_one_names_no_seat(saal, offene):
    vote = offene(saal)
    vote_all(vote, ja=10, nein=3)
    ergebnis = close(vote)

    voll = json.loads(ergebnis.protokoll)
    assert sha256(ergebnis.protokoll) == ergebnis.protokoll_sha256
    assert [z["wahl"] for z in voll["stimmen"]].count("ja") == voll["ja"] == 10
    assert [z["wahl"] for z in voll["stimmen"]].count(None) == voll["ohne_stimme"] == 1
    for zeile in voll["stimmen"]:
        if zeile["wahl"]:
            assert sha256(zeile["nonce"] + zeile["wahl"]) == zeile["quittung"]
    assert len(voll["salz"]) == 32, "else the hash of the full record could be tried out from the public one"
    text = make_oeffentliches(voll)
    assert voll["salz"] not in text
    oeffentlich = json.loads(text)
    assert oeffentlich["voll_sha256"] == ergebnis.protokoll_sha256
    quittungen = [z["quittung"] for z in oeffentlich["stimmen"]]
    assert quittungen == sorted(quittungen)
    for stimmsitz in vote.stimmsitze.all():
        assert stimmsitz.name not in text
        assert stimmsitz.bezeichnung not in text
    assert set(oeffentlich["stimmen"][0]) == {"quittung", "nonce", "wahl"}


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE antraege_abstimmung SET ja = 14",
        "UPDATE antraege_abstimmung SET status = 'offen'",
        "DELETE FROM antraege_abstimmung",
        "UPDATE antraege_stimme SET wahl = 'ja'",
        "DELETE FROM antraege_stimme",
        "UPDATE antraege_stimmsitz SET name = 'X'",
        "DELETE FROM antraege_stimmsitz",
        """INSERT INTO antraege_stimme
        (stimmsitz_id, abstimmung_id, wahl, nonce, quittung, weg, erfasst_von_id, abgegeben_at)
        SELECT s.id, s.abstimmung_id, 'ja', 'n', 'q', 'selbst', s.person_id, '2026-12-10'
        FROM antraege_stimmsitz s WHERE s.id NOT IN (SELECT stimmsitz_id FROM antraege_stimme)""",
    ],
)
def test_the_database_itself_refuses_to_change_a_closed_vote(saal, offene, sql):
    vote = offene(saal)
    vote_all(vote, ja=9, nein=4)
    close(vote)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

    vote.refresh_from_db()
    assert (vote.status, vote.ja, Stimme.objects.count()) == ("geschlossen", 9, 13)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE antraege_abstimmung SET status = 'vorbereitet', eroeffnet_at = NULL, anwesend = NULL WHERE id = {offen}",
        "UPDATE antraege_abstimmung SET anwesend = 2 WHERE id = {offen}",
        "UPDATE antraege_abstimmung SET frage = 'Anders?' WHERE id = {offen}",
        "UPDATE antraege_abstimmung SET noetig = NULL WHERE id = {offen}",
        "UPDATE antraege_stimme SET abstimmung_id = {offen} WHERE abstimmung_id = {zu}",
        """INSERT INTO antraege_stimme (stimmsitz_id, abstimmung_id, wahl, nonce, quittung, weg, erfasst_von_id, abgegeben_at)
        SELECT id, {offen}, 'ja', 'n', 'q', 'selbst', person_id, '2026-12-10' FROM antraege_stimmsitz
        WHERE abstimmung_id = {zu} AND id NOT IN (SELECT stimmsitz_id FROM antraege_stimme)""",
        """INSERT INTO antraege_stimmsitz (abstimmung_id, sitz_id, person_id, als, bezeichnung, name)
        SELECT {offen}, id, {fremd}, 'inhaber', 'X', 'X' FROM mitglieder_sitz WHERE NOT stimmberechtigt LIMIT 1""",
        """INSERT INTO antraege_stimmsitz (abstimmung_id, sitz_id, person_id, als, bezeichnung, name)
        SELECT {zu}, id, {fremd}, 'inhaber', 'X', 'X' FROM mitglieder_sitz WHERE NOT stimmberechtigt LIMIT 1""",
    ],
)
def test_the_database_itself_keeps_base_and_ballots_of_a_vote(saal, offene, geschaeftsstelle, sql):
    zu = offene(saal, antrag=False)
    vote_all(zu, ja=3, nein=1)
    close(zu)
    offen = offene(saal, antrag=False)

    text = sql.format(zu=zu.pk, offen=offen.pk, fremd=geschaeftsstelle.pk)
    with (
        pytest.raises(IntegrityError, match=r"fest|bleibt|gehört"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(text)

    assert (Stimme.objects.count(), offen.stimmsitze.count(), zu.stimmsitze.count()) == (4, 14, 14)


def test_the_database_itself_refuses_a_result_against_the_rule(saal, offene):
    vote = offene(saal)

    with pytest.raises(IntegrityError), transaction.atomic():
        Abstimmung.objects.filter(pk=vote.pk).update(
            status="geschlossen",
            geschlossen_at=saal.ende_at,
            ja=9,
            nein=5,
            enthaltung=0,
            angenommen=True,
            protokoll_sha256="x",
        )


def test_a_substitute_votes_for_the_seat_and_the_holder_reads_who(offene):
    saal = make_saal(13)
    letzter = Sitz.objects.stimmberechtigt().order_by("reihenfolge").last()
    ersatz = make_person("Ersatz")
    teilnahme = Teilnahme.objects.create(
        sitzung=saal,
        sitz=letzter,
        antwort="vertreten",
        antwort_at=saal.beginn_at,
        vertretung=ersatz,
        vertretung_stand="angenommen",
    )
    Anwesenheit.objects.create(
        sitzung=saal,
        teilnahme=teilnahme,
        person=ersatz,
        als="vertretung",
        von_at=saal.beginn_at,
        weg="leitung",
        erfasst_von=ersatz,
        erfasst_at=saal.beginn_at,
    )
    vote = offene(saal)
    inhaber = letzter.mandate.get().person

    assert deeds.cast_stimme(vote.pk, wahl="ja", actor=ersatz, now=saal.beginn_at).weg == "selbst"
    assert why_not(vote, ersatz, load_lage(saal)) == ""
    assert (
        why_not(vote, inhaber, load_lage(saal))
        == f"Für den Sitz «{letzter}» stimmt {ersatz.name}, die Stellvertretung."
    )


def test_v12_who_is_deactivated_while_the_vote_is_open_has_voted(saal, offene, geschaeftsstelle):
    """The ballot of the seat stays; the journal shows both."""
    vote = offene(saal)
    sitze = list(vote.stimmsitze.select_related("person"))
    for stimmsitz in sitze[:2]:
        deeds.cast_stimme(vote.pk, wahl="ja", actor=stimmsitz.person, now=saal.beginn_at)

    sitze[0].person.mandate.update(bis=saal.beginn_at.date())  # who holds a seat is not deactivated
    deactivate_person(sitze[0].person.pk, actor=geschaeftsstelle, now=saal.beginn_at)

    assert (close(vote).ja, vote.stimmsitze.count()) == (2, 14)
    arten = list(Journaleintrag.objects.order_by("seq").values_list("art", flat=True))
    assert arten.index("stimme.abgegeben") < arten.index("person.deaktiviert") < arten.index("abstimmung.geschlossen")
