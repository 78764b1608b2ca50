"""Votes at one instant, on the database the suite runs on: real threads, and real processes that are killed."""

from __future__ import annotations

import random
import threading
import time
from functools import partial

import pytest
from django.db import OperationalError, connection, transaction

from antraege.actions import abstimmung as deeds
from antraege.models import Abstimmung, Stimme, Stimmsitz
from antraege.queries.abstimmung import load_basis
from antraege.schritte.abstimmung import lock_abstimmung, write_basis
from konferenz import journal
from konferenz.models import Journaleintrag
from konferenz.rules import Mehrheit
from tests import gleichzeitig

from .conftest import make_saal

pytestmark = pytest.mark.django_db(transaction=True)
at_one_moment = partial(gleichzeitig.at_one_moment, abgewiesen=deeds.AbstimmungError)


def make_vote(saal, actor, *, sitze=None):
    """Return an open vote by simple majority for everybody present (a fresh one each round)."""
    vote = deeds.prepare_abstimmung(
        saal.pk,
        traktandum_pk=saal.aktuell_id,
        frage="Einverstanden?",
        mehrheit=Mehrheit.EINFACH,
        actor=actor,
        now=saal.beginn_at,
    )
    sitze = sitze or list(
        saal.anwesenheiten.filter(teilnahme__sitz__stimmberechtigt=True).values_list("teilnahme__sitz_id", flat=True)
    )
    return deeds.open_abstimmung(vote.pk, sitze=sitze, actor=actor, now=saal.beginn_at)


def load_stimme(vote, person):
    return Stimme.objects.filter(abstimmung=vote, stimmsitz__person=person).first()


def cast(vote, person, wahl):
    return deeds.cast_stimme(vote.pk, wahl=wahl, actor=person, now=vote.eroeffnet_at)


def close(vote):
    return deeds.close_abstimmung(vote.pk, actor=None, now=vote.eroeffnet_at)


def test_v1_holder_and_substitute_at_once_leave_one_ballot(geschaeftsstelle, fremde):
    """The seat's holder sits there, the named substitute votes too: fifty rounds, one ballot, the other is told why not."""
    saal = make_saal(1)
    inhaber = saal.anwesenheiten.get().person
    for _ in range(50):
        vote = make_vote(saal, geschaeftsstelle)
        ergebnisse = at_one_moment(partial(cast, vote, inhaber, "ja"), partial(cast, vote, fremde, "nein"))

        [stimme] = Stimme.objects.filter(abstimmung=vote)
        assert stimme.wahl == "ja"
        assert ergebnisse[0].pk == stimme.pk
        assert isinstance(ergebnisse[1], deeds.AbstimmungError)
        close(vote)


def test_two_devices_of_one_seat_leave_one_ballot_and_the_last_counts(geschaeftsstelle):
    saal = make_saal(1)
    person = saal.anwesenheiten.get().person
    for _ in range(15):
        vote = make_vote(saal, geschaeftsstelle)
        ergebnisse = at_one_moment(partial(cast, vote, person, "ja"), partial(cast, vote, person, "nein"))

        [stimme] = Stimme.objects.filter(abstimmung=vote)
        assert {e.pk for e in ergebnisse} == {stimme.pk}
        arten = Journaleintrag.objects.filter(objekt=vote.uuid, art__startswith="stimme.").order_by("seq")
        assert [e.art for e in arten] == ["stimme.abgegeben", "stimme.geaendert"]
        assert stimme.quittung in arten.last().text
        close(vote)


def test_v5_the_same_ballot_from_four_taps_is_one_with_one_receipt(geschaeftsstelle):
    saal = make_saal(1)
    person = saal.anwesenheiten.get().person
    vote = make_vote(saal, geschaeftsstelle)

    ergebnisse = at_one_moment(*[partial(cast, vote, person, "ja")] * 4)

    assert len({stimme.quittung for stimme in ergebnisse}) == 1
    assert Stimme.objects.count() == 1


def test_v2_fourteen_ballots_against_the_close(geschaeftsstelle):
    """Fifteen rounds: who saw success is in the count, everybody else read «geschlossen»; the result never changes."""
    saal = make_saal()
    personen = [a.person for a in saal.anwesenheiten.select_related("person")]
    for runde in range(15):
        vote = make_vote(saal, geschaeftsstelle)
        vorher = personen[:runde]  # the later the round, the more have voted before
        for person in vorher:
            cast(vote, person, "ja")
        ergebnisse = at_one_moment(*(partial(cast, vote, p, "ja") for p in personen[runde:]), partial(close, vote))

        *stimmen, geschlossen = ergebnisse
        erfolge = [s for s in stimmen if isinstance(s, Stimme)]
        absagen = [s for s in stimmen if isinstance(s, deeds.AbstimmungError)]
        assert all(isinstance(a, deeds.AbstimmungGeschlossen) for a in absagen)
        assert all("geschlossen" in str(a) for a in absagen)
        assert geschlossen.ja == len(vorher) + len(erfolge) == Stimme.objects.filter(abstimmung=vote).count()
        nochmals = close(vote)
        assert (nochmals.ja, nochmals.protokoll_sha256) == (geschlossen.ja, geschlossen.protokoll_sha256)
    assert journal.verify() is None


def test_a_ballot_that_waits_for_the_opening_sees_its_seat(geschaeftsstelle):
    """A telephone is quicker than the desk: what it read before it waited knew no seat of the base yet."""
    saal = make_saal(1)
    person = saal.anwesenheiten.get().person
    vote = deeds.prepare_abstimmung(
        saal.pk,
        traktandum_pk=saal.aktuell_id,
        frage="Einverstanden?",
        mehrheit=Mehrheit.EINFACH,
        actor=geschaeftsstelle,
        now=saal.beginn_at,
    )
    gesperrt = threading.Event()

    def opening():
        with transaction.atomic():
            _, _, abstimmung = lock_abstimmung(vote.pk)
            abstimmung.eroeffnet_at, abstimmung.eroeffnet_von = saal.beginn_at, geschaeftsstelle
            write_basis(abstimmung, load_basis(abstimmung))
            gesperrt.set()
            time.sleep(0.5)  # the ballot waits here
        return vote

    def early():
        gesperrt.wait(20)
        return deeds.cast_stimme(vote.pk, wahl="ja", actor=person, now=saal.beginn_at)

    _, stimme = at_one_moment(opening, early)

    assert isinstance(stimme, Stimme)
    assert Stimme.objects.get().stimmsitz.person == person


@pytest.mark.skipif(connection.vendor != "postgresql", reason="Zeilensperren gibt es nur auf PostgreSQL")
def test_a_ballot_locks_the_vote_before_the_seat(geschaeftsstelle):
    """The order of every deed: a ballot that waits for its seat holds the vote already, shared with the other ballots."""
    saal = make_saal(2)
    erste, zweite = (a.person for a in saal.anwesenheiten.order_by("pk").select_related("person"))
    vote = make_vote(saal, geschaeftsstelle)

    def cast_patiently():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '60s'")  # how long the rest takes on a busy machine is not the question
        return cast(vote, erste, "ja")

    def is_gehalten():
        try:
            with transaction.atomic():
                Abstimmung.objects.select_for_update(nowait=True).get(pk=vote.pk)
        except OperationalError:
            return True
        return False

    with transaction.atomic():
        Stimmsitz.objects.select_for_update().get(abstimmung=vote, person=erste)
        wartend = threading.Thread(target=at_one_moment, args=[cast_patiently])
        wartend.start()
        gleichzeitig.wait_until(lambda: at_one_moment(is_gehalten)[0])
        [gehalten] = at_one_moment(is_gehalten)
        at_one_moment(partial(cast, vote, zweite, "nein"))
        noch_keine = not Stimme.objects.filter(abstimmung=vote, stimmsitz__person=erste).exists()
    wartend.join(20)

    assert (gehalten, noch_keine) == (True, True)
    assert set(Stimme.objects.values_list("wahl", flat=True)) == {"ja", "nein"}


def test_a_show_of_hands_against_ballots_overwrites_nobody(geschaeftsstelle):
    """A seat votes no itself while the office records yes for all: the ballot of its own stands, or the record waits for it."""
    saal = make_saal(3)
    personen = [a.person for a in saal.anwesenheiten.select_related("person")]
    sitze = list(saal.anwesenheiten.values_list("teilnahme__sitz_id", flat=True))
    for _ in range(15):
        vote = make_vote(saal, geschaeftsstelle)
        selbst, hand = at_one_moment(
            partial(cast, vote, personen[0], "nein"),
            partial(
                deeds.record_stimmen,
                vote.pk,
                dict.fromkeys(sitze, "ja"),
                actor=geschaeftsstelle,
                now=vote.eroeffnet_at,
            ),
        )

        stimme = load_stimme(vote, personen[0])
        assert (stimme.wahl, stimme.weg) == ("nein", "selbst")
        assert isinstance(selbst, Stimme)
        if isinstance(hand, deeds.AbstimmungError):  # the seat was first: nothing was recorded, all or nothing
            assert "hat selbst gestimmt" in str(hand)
            assert Stimme.objects.filter(abstimmung=vote).count() == 1
        else:
            assert Stimme.objects.filter(abstimmung=vote).count() == 3
        close(vote)


def test_closing_twice_at_once_writes_one_result(geschaeftsstelle):
    saal = make_saal(3)
    vote = make_vote(saal, geschaeftsstelle)

    ergebnisse = at_one_moment(*[partial(close, vote)] * 3)

    assert len({e.protokoll_sha256 for e in ergebnisse}) == 1
    assert Journaleintrag.objects.filter(art="abstimmung.geschlossen").count() == 1


def test_opening_twice_at_once_opens_one(geschaeftsstelle):
    saal = make_saal(3)
    sitze = list(saal.anwesenheiten.values_list("teilnahme__sitz_id", flat=True))
    votes = [
        deeds.prepare_abstimmung(
            saal.pk,
            traktandum_pk=saal.aktuell_id,
            frage=f"Frage {nr}?",
            mehrheit=Mehrheit.EINFACH,
            actor=geschaeftsstelle,
            now=saal.beginn_at,
        )
        for nr in (1, 2)
    ]

    ergebnisse = at_one_moment(
        *(partial(deeds.open_abstimmung, v.pk, sitze=sitze, actor=geschaeftsstelle, now=saal.beginn_at) for v in votes)
    )

    [offene] = [e for e in ergebnisse if isinstance(e, Abstimmung)]
    [absage] = [e for e in ergebnisse if isinstance(e, deeds.AbstimmungError)]
    assert "schon eine Abstimmung offen" in str(absage)
    assert list(Abstimmung.objects.filter(status="offen")) == [offene]


@pytest.mark.kill
def test_v6_a_killed_process_leaves_a_ballot_or_none_and_never_a_lock(geschaeftsstelle):
    """Twenty processes die somewhere between question and answer: the ballot is there or it is not, and one may vote again."""
    saal = make_saal(2)
    person = saal.anwesenheiten.order_by("pk").first().person
    zufall, gespeichert = random.Random(7), 0
    for runde in range(20):
        vote = make_vote(saal, geschaeftsstelle)
        if runde % 2:
            wait = partial(time.sleep, zufall.uniform(0, 0.04))
        else:  # certainly after the commit
            wait = partial(gleichzeitig.wait_until, partial(load_stimme, vote, person))
        gleichzeitig.kill_midway(partial(cast, vote, person, "ja"), wait)

        stimme = load_stimme(vote, person)
        gespeichert += stimme is not None
        nochmals = cast(vote, person, "ja")
        if stimme is not None:
            assert nochmals.quittung == stimme.quittung
        ergebnis = close(vote)
        assert (ergebnis.ja, Stimme.objects.filter(abstimmung=vote).count()) == (1, 1)
    assert gespeichert >= 10
    assert journal.verify() is None
