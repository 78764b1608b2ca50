"""Motions and agendas at one instant, on the database the suite runs on: of two deeds one happens, the other is told."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from antraege.actions import agenda
from antraege.actions.antrag import withdraw_antrag
from antraege.models import Antrag
from antraege.schritte.antrag import AntragError
from konferenz import journal
from sitzungen.actions import leitung, traktandum
from sitzungen.actions.aenderung import create_absage
from sitzungen.models import Sitzung, Traktandum
from sitzungen.schritte.vorbereitung import VorbereitungError
from tests import gleichzeitig
from tests.conftest import make_sitzung

from .antraege import make_eingereicht, make_mitgeteilt, papier

pytestmark = pytest.mark.django_db(transaction=True)
RUNDEN = 8
at_one_moment = partial(gleichzeitig.at_one_moment, abgewiesen=(AntragError, VorbereitungError))


def put(antrag, sitzung, actor, now):
    return partial(
        agenda.put_on_agenda,
        antrag.pk,
        sitzung.pk,
        fassung_pk=antrag.fassungen.get().pk,
        papier=papier(),
        actor=actor,
        now=now,
    )


def refused(ergebnisse):
    return [e for e in ergebnisse if isinstance(e, Exception)]


def test_put_on_twice_at_once_it_stands_on_one_agenda(praesidium, geschaeftsstelle, now):
    """The same agenda or two different ones: one item, one paper, the other is told why not."""
    sitzungen = [make_sitzung(nr, beginn_at=now + timedelta(days=30 * nr)) for nr in (1, 2)]
    for runde in range(RUNDEN):
        antrag = make_eingereicht(praesidium, nr=runde + 1, now=now)
        eine, andere = sitzungen[0], sitzungen[runde % 2]

        ergebnisse = at_one_moment(put(antrag, eine, geschaeftsstelle, now), put(antrag, andere, geschaeftsstelle, now))

        [fehler] = refused(ergebnisse)
        assert "steht schon auf einer Traktandenliste" in str(fehler)
        punkt = Traktandum.objects.get(titel__startswith=f"Antrag {antrag.nummer}")
        antrag.refresh_from_db()
        assert (antrag.traktandum, antrag.papier) == (punkt, punkt.unterlagen.get())
    assert journal.verify() is None


def test_withdrawn_while_it_is_put_on_it_is_withdrawn_either_way(praesidium, geschaeftsstelle, now):
    """Withdrawn first: no item.  Put on first: withdrawn from the agenda, and the item tells."""
    sitzung = make_sitzung(1, beginn_at=now + timedelta(days=30))
    for runde in range(RUNDEN):
        antrag = make_eingereicht(praesidium, nr=runde + 1, now=now)

        ergebnisse = at_one_moment(
            put(antrag, sitzung, geschaeftsstelle, now),
            partial(withdraw_antrag, antrag.pk, actor=praesidium, now=now),
        )

        antrag.refresh_from_db()
        punkte = Traktandum.objects.filter(titel__startswith=f"Antrag {antrag.nummer}").count()
        match [isinstance(e, Exception) for e in ergebnisse]:
            case [False, False]:
                assert (antrag.status, punkte) == ("zurueckgezogen", 1)
            case [True, False]:
                assert (antrag.status, punkte) == ("zurueckgezogen", 0)
            case [False, True]:  # «eben auf eine andere Traktandenliste gesetzt»: tried again it is withdrawn
                assert (antrag.status, punkte) == ("traktandiert", 1)
                withdraw_antrag(antrag.pk, actor=praesidium, now=now)
            case _:
                pytest.fail(f"beide abgewiesen: {ergebnisse}")
    assert journal.verify() is None


def test_the_boards_answer_stands_on_one_agenda(praesidium, geschaeftsstelle, now):
    antrag = make_eingereicht(praesidium, now=now)
    entscheid = make_mitgeteilt(antrag, geschaeftsstelle, now=now)
    sitzungen = [make_sitzung(nr, beginn_at=now + timedelta(days=30 * nr)) for nr in (1, 2)]

    ergebnisse = at_one_moment(
        *(partial(agenda.put_rueckmeldung, entscheid.pk, s.pk, actor=geschaeftsstelle, now=now) for s in sitzungen)
    )

    assert len(refused(ergebnisse)) == 1
    assert Traktandum.objects.filter(titel__startswith="Rückmeldung").count() == 1


def test_an_item_removed_while_its_meeting_is_called_off_leaves_the_motion_waiting(praesidium, geschaeftsstelle, now):
    for runde in range(RUNDEN):
        sitzung = make_sitzung(runde + 1, beginn_at=now + timedelta(days=30 + runde))
        antrag = make_eingereicht(praesidium, nr=runde + 1, now=now)
        punkt = put(antrag, sitzung, geschaeftsstelle, now)()

        at_one_moment(
            partial(traktandum.remove_traktandum, punkt.pk, actor=geschaeftsstelle, now=now),
            partial(create_absage, sitzung.pk, grund="Zu wenige Geschäfte.", actor=geschaeftsstelle, now=now),
        )

        antrag.refresh_from_db()
        assert (antrag.status, antrag.traktandum, antrag.papier) == ("eingereicht", None, None)


def test_postponed_and_taken_over_at_once_the_motion_is_on_one_agenda_or_waits(praesidium, geschaeftsstelle, now):
    """The item goes back while the motion that waited is put on the next agenda: never on two, never lost."""
    for runde in range(RUNDEN):
        sitzung = make_sitzung(runde + 1, beginn_at=now - timedelta(hours=runde + 1))
        naechste = make_sitzung(runde + 40, beginn_at=now + timedelta(days=30 + runde))
        antrag = make_eingereicht(praesidium, nr=runde + 1, now=now)
        punkt = put(antrag, sitzung, geschaeftsstelle, now)()
        Sitzung.objects.filter(pk=sitzung.pk).update(
            status="laufend", freigegeben_at=now, versandt_at=now, begonnen_at=now, aktuell=punkt
        )
        leitung.set_ausgang(punkt.pk, ausgang="verschoben", actor=geschaeftsstelle, now=now)

        at_one_moment(
            partial(leitung.set_ausgang, punkt.pk, ausgang="offen", actor=geschaeftsstelle, now=now),
            partial(traktandum.carry_over_traktandum, naechste.pk, punkt.pk, actor=geschaeftsstelle, now=now),
        )

        antrag.refresh_from_db()
        assert antrag.status == Antrag.Status.TRAKTANDIERT
        assert antrag.traktandum.sitzung_id in {sitzung.pk, naechste.pk}
        assert antrag.papier.traktandum_id == antrag.traktandum_id
    assert journal.verify() is None
