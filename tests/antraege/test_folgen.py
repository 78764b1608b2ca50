"""What follows for motions and votes from what happens to their item; what a vote decided stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from antraege.actions import abstimmung as deeds
from antraege.actions import agenda
from antraege.actions.antrag import withdraw_antrag
from antraege.folgen import _FOLGEN
from antraege.models import Abstimmung, Antrag
from konferenz import folgen
from konferenz.models import Journaleintrag
from konferenz.rules import Mehrheit
from sitzungen.actions import leitung, nachtrag, nachversand, traktandum
from sitzungen.actions.aenderung import create_absage
from sitzungen.actions.nachfuehrung import confirm_nachfuehrung
from sitzungen.models import Sitzung, Traktandum, Unterlage
from sitzungen.queries.nachfuehren import wartende_traktanden
from sitzungen.schritte.saal import SaalError
from sitzungen.schritte.vorbereitung import VorbereitungError
from tests.conftest import make_sitzung

from .abschluss import close_with
from .antraege import make_eingereicht, make_mitgeteilt, papier
from .conftest import make_antrag

pytestmark = pytest.mark.django_db


@pytest.fixture
def ort(sitzung, praesidium, geschaeftsstelle, now):
    """A motion on an agenda in preparation, with its paper and a prepared vote."""
    antrag = make_eingereicht(praesidium, now=now - timedelta(days=3))
    punkt = agenda.put_on_agenda(
        antrag.pk,
        sitzung.pk,
        fassung_pk=antrag.fassungen.get().pk,
        papier=papier(),
        actor=geschaeftsstelle,
        now=now,
    )
    antrag.refresh_from_db()
    deeds.prepare_abstimmung(
        sitzung.pk,
        traktandum_pk=punkt.pk,
        frage="Wird der Antrag verabschiedet?",
        mehrheit=Mehrheit.ZWEIDRITTEL,
        fassung_pk=antrag.fassungen.get().pk,
        actor=geschaeftsstelle,
        now=now,
    )
    return antrag


def run(sitzung):
    """Let a meeting in preparation run on its first item."""
    punkt = sitzung.traktanden.first()
    sitzung.traktanden.update(angekuendigt_at=sitzung.beginn_at - timedelta(days=7))
    Sitzung.objects.filter(pk=sitzung.pk).update(
        status="laufend",
        freigegeben_at=sitzung.beginn_at - timedelta(days=8),
        versandt_at=sitzung.beginn_at - timedelta(days=7),
        begonnen_at=sitzung.beginn_at,
        aktuell=punkt,
    )
    sitzung.refresh_from_db()
    return punkt


def stand(antrag):
    antrag.refresh_from_db()
    return antrag.status, antrag.traktandum_id, antrag.papier_id


def last_art():
    return Journaleintrag.objects.order_by("-seq").values_list("art", flat=True)[:4]


# --- Off an agenda in preparation -------------------------------------------------------------------


def test_an_item_taken_off_lets_its_motion_wait_and_its_prepared_vote_go(ort, geschaeftsstelle, now):
    traktandum.remove_traktandum(ort.traktandum_id, actor=geschaeftsstelle, now=now)

    assert stand(ort) == ("eingereicht", None, None)
    assert (Traktandum.objects.count(), Abstimmung.objects.count(), Unterlage.objects.count()) == (0, 0, 0)
    assert set(last_art()) >= {"traktandum.entfernt", "antrag.zurueckgestellt", "abstimmung.entfernt"}


def test_it_may_be_put_on_the_same_agenda_again(ort, sitzung, geschaeftsstelle, now):
    traktandum.remove_traktandum(ort.traktandum_id, actor=geschaeftsstelle, now=now)

    punkt = agenda.put_on_agenda(
        ort.pk, sitzung.pk, fassung_pk=ort.fassungen.get().pk, papier=papier(), actor=geschaeftsstelle, now=now
    )

    assert (punkt.position, punkt.vorgaenger) == (1, None)


def test_an_item_with_a_vote_broken_off_stays_and_nothing_is_written(ort, geschaeftsstelle, now):
    deeds.abort_abstimmung(Abstimmung.objects.get().pk, grund="Irrtum.", actor=geschaeftsstelle, now=now)
    vorher = Journaleintrag.objects.count()

    with pytest.raises(VorbereitungError, match="abgebrochene oder geschlossene Abstimmung"):
        traktandum.remove_traktandum(ort.traktandum_id, actor=geschaeftsstelle, now=now)

    assert stand(ort)[0] == "traktandiert"
    assert Journaleintrag.objects.count() == vorher


def test_the_item_of_a_withdrawn_motion_comes_off_an_agenda_in_preparation(ort, praesidium, geschaeftsstelle, now):
    punkt = ort.traktandum
    withdraw_antrag(ort.pk, actor=praesidium, now=now)
    assert stand(ort)[:2] == ("zurueckgezogen", punkt.pk)
    assert not Abstimmung.objects.exists()  # nobody but who prepares knew of it

    traktandum.remove_traktandum(punkt.pk, actor=geschaeftsstelle, now=now)

    assert stand(ort) == ("zurueckgezogen", None, None)
    assert (Traktandum.objects.count(), Unterlage.objects.count()) == (0, 0)
    assert "antrag.zurueckgestellt" not in Journaleintrag.objects.values_list("art", flat=True)  # it waits for nothing


@pytest.mark.parametrize("art", ["information", "formelles"])
def test_the_item_of_a_motion_stays_a_decision_in_preparation_too(client, ort, geschaeftsstelle, now, art):
    punkt, vorher = ort.traktandum, Journaleintrag.objects.count()
    client.force_login(geschaeftsstelle)

    antwort = client.post(
        reverse("sitzungen:traktandum-edit", args=[punkt.sitzung.kennung, punkt.uuid]),
        {"titel": punkt.titel, "art": art, "thema": punkt.thema_id, "zusammenfassung": "Kurz.", "minuten": 10},
    )

    assert "liegt der Antrag 4/2026 vor; es bleibt ein Entscheid" in antwort.content.decode()
    assert Traktandum.objects.get(pk=punkt.pk).art == "entscheid"
    assert Journaleintrag.objects.count() == vorher


# --- Postponed in the meeting, carried over ---------------------------------------------------------


@pytest.mark.parametrize("ausgang", ["verschoben", "zurueckgewiesen", "zurueckgezogen"])
def test_an_item_that_comes_back_lets_its_motion_wait(ort, sitzung, geschaeftsstelle, now, ausgang):
    punkt = run(sitzung)

    leitung.set_ausgang(punkt.pk, ausgang=ausgang, actor=geschaeftsstelle, now=now)

    assert stand(ort) == ("eingereicht", None, None)
    vote = Abstimmung.objects.get()
    assert (vote.status, vote.abbruch_grund) == ("abgebrochen", f"Das Traktandum ist {punkt_wort(ausgang)}.")


def punkt_wort(ausgang):
    return Traktandum.Ausgang(ausgang).label


def test_an_outcome_taken_back_gives_the_motion_back_with_its_paper(ort, sitzung, geschaeftsstelle, now):
    vorher = stand(ort)
    punkt = run(sitzung)
    leitung.set_ausgang(punkt.pk, ausgang="verschoben", actor=geschaeftsstelle, now=now)

    leitung.set_ausgang(punkt.pk, ausgang="offen", actor=geschaeftsstelle, now=now)

    assert stand(ort) == vorher


def test_a_motion_put_elsewhere_meanwhile_is_not_taken_back(ort, sitzung, geschaeftsstelle, now):
    punkt = run(sitzung)
    leitung.set_ausgang(punkt.pk, ausgang="verschoben", actor=geschaeftsstelle, now=now)
    naechste = make_sitzung(1, beginn_at=sitzung.beginn_at + timedelta(days=60))
    neu = agenda.put_on_agenda(
        ort.pk, naechste.pk, fassung_pk=ort.fassungen.get().pk, papier=papier(), actor=geschaeftsstelle, now=now
    )

    leitung.set_ausgang(punkt.pk, ausgang="offen", actor=geschaeftsstelle, now=now)

    assert stand(ort)[:2] == ("traktandiert", neu.pk)


def close(sitzung, actor, now):
    Sitzung.objects.filter(pk=sitzung.pk).update(leitung=actor)
    leitung.end_sitzung(sitzung.pk, bestaetigt=True, actor=actor, now=sitzung.beginn_at + timedelta(hours=1))


@pytest.mark.parametrize("ausgang", ["verschoben", "offen", "beraten"])
def test_the_motion_follows_an_item_that_is_taken_over(ort, sitzung, geschaeftsstelle, now, ausgang):
    punkt = run(sitzung)
    alt = ort.papier
    if ausgang != "offen":
        leitung.set_ausgang(punkt.pk, ausgang=ausgang, actor=geschaeftsstelle, now=now)
    close(sitzung, geschaeftsstelle, now)
    assert stand(ort) == ("eingereicht", None, None)
    naechste = make_sitzung(1, beginn_at=sitzung.beginn_at + timedelta(days=60))

    neu = traktandum.carry_over_traktandum(naechste.pk, punkt.pk, actor=geschaeftsstelle, now=now)

    assert stand(ort)[:2] == ("traktandiert", neu.pk)
    assert ort.papier.traktandum == neu
    assert ort.papier.fassungen.get().datei == alt.fassungen.get().datei


def test_put_on_the_next_agenda_itself_the_old_item_waits_no_more(ort, sitzung, geschaeftsstelle, now):
    punkt = run(sitzung)
    leitung.set_ausgang(punkt.pk, ausgang="verschoben", actor=geschaeftsstelle, now=now)
    close(sitzung, geschaeftsstelle, now)
    assert list(wartende_traktanden()) == [punkt]
    naechste = make_sitzung(1, beginn_at=sitzung.beginn_at + timedelta(days=60))

    neu = agenda.put_on_agenda(
        ort.pk, naechste.pk, fassung_pk=ort.fassungen.get().pk, papier=papier(), actor=geschaeftsstelle, now=now
    )

    assert neu.vorgaenger == punkt
    assert list(wartende_traktanden()) == []


def test_a_meeting_called_off_lets_everything_wait_and_the_item_goes_on_from_the_first(
    ort, sitzung, geschaeftsstelle, now
):
    """Postponed, taken over, called off, taken over again: the motion follows each time."""
    punkt = run(sitzung)
    leitung.set_ausgang(punkt.pk, ausgang="verschoben", actor=geschaeftsstelle, now=now)
    close(sitzung, geschaeftsstelle, now)
    zweite = make_sitzung(1, beginn_at=sitzung.beginn_at + timedelta(days=60))
    mitte = traktandum.carry_over_traktandum(zweite.pk, punkt.pk, actor=geschaeftsstelle, now=now)
    deeds.prepare_abstimmung(
        zweite.pk,
        traktandum_pk=mitte.pk,
        frage="Nochmals?",
        mehrheit=Mehrheit.EINFACH,
        actor=geschaeftsstelle,
        now=now,
    )

    create_absage(zweite.pk, grund="Zu wenige Geschäfte.", actor=geschaeftsstelle, now=now)

    assert stand(ort) == ("eingereicht", None, None)
    assert Abstimmung.objects.get(sitzung=zweite).status == "abgebrochen"
    dritte = make_sitzung(2, beginn_at=sitzung.beginn_at + timedelta(days=90))
    neu = traktandum.carry_over_traktandum(dritte.pk, punkt.pk, actor=geschaeftsstelle, now=now)
    assert stand(ort)[:2] == ("traktandiert", neu.pk)


def test_a_nachversand_that_withdraws_the_item_lets_its_motion_wait(ort, sitzung, geschaeftsstelle, now):
    punkt = run(sitzung)
    Sitzung.objects.filter(pk=sitzung.pk).update(status="versandt", begonnen_at=None, aktuell=None)
    nachversand.note_streichung(sitzung.pk, traktandum=punkt.uuid, actor=geschaeftsstelle, now=now)
    assert stand(ort)[0] == "traktandiert"  # only noted

    nachversand.create_nachversand(sitzung.pk, grund="Es eilte nicht.", actor=geschaeftsstelle, now=now)

    assert stand(ort) == ("eingereicht", None, None)
    assert Abstimmung.objects.get().status == "abgebrochen"
    assert last_art()[0] == "traktandum.zurueckgezogen"  # the journal stays last


def test_the_item_of_an_earlier_meeting_still_ahead_keeps_its_motion(ort, sitzung, geschaeftsstelle, now):
    naechste = make_sitzung(1, beginn_at=sitzung.beginn_at + timedelta(days=60))

    traktandum.carry_over_traktandum(naechste.pk, ort.traktandum_id, actor=geschaeftsstelle, now=now)

    assert ort.traktandum.sitzung == Antrag.objects.get(pk=ort.pk).traktandum.sitzung == sitzung


def test_no_prepared_vote_outlives_its_meeting(ort, sitzung, geschaeftsstelle, now):
    """Neither one without a motion, nor a repeat nobody held: it would say «vorbereitet» for good."""
    punkt = run(sitzung)
    for mehrheit in (Mehrheit.EINFACH, Mehrheit.KONSULTATIV):
        deeds.prepare_abstimmung(
            sitzung.pk,
            traktandum_pk=punkt.pk,
            frage="Geht es weiter?",
            mehrheit=mehrheit,
            actor=geschaeftsstelle,
            now=now,
        )

    close(sitzung, geschaeftsstelle, now)

    assert list(Abstimmung.objects.values_list("status", flat=True)) == ["abgebrochen"] * 3


# --- The board's answer -----------------------------------------------------------------------------


def test_the_boards_answer_follows_its_item_and_is_free_after_a_call_off(praesidium, sitzung, geschaeftsstelle, now):
    antrag = make_eingereicht(praesidium, now=now)
    entscheid = make_mitgeteilt(antrag, geschaeftsstelle, now=now)
    punkt = agenda.put_rueckmeldung(entscheid.pk, sitzung.pk, actor=geschaeftsstelle, now=now)
    naechste = make_sitzung(1, beginn_at=sitzung.beginn_at + timedelta(days=60))

    neu = traktandum.carry_over_traktandum(naechste.pk, punkt.pk, actor=geschaeftsstelle, now=now)
    entscheid.refresh_from_db()
    assert entscheid.rueckmeldung == neu

    create_absage(naechste.pk, grund="Zu wenige Geschäfte.", actor=geschaeftsstelle, now=now)
    entscheid.refresh_from_db()
    assert entscheid.rueckmeldung is None


def test_a_motion_is_locked_before_the_boards_answer_that_follows_the_same_item(ort, sitzung, geschaeftsstelle, now):
    """The house's order (docs/architektur.md): motions, reports, decisions."""
    punkt = run(sitzung)
    leitung.set_ausgang(punkt.pk, ausgang="verschoben", actor=geschaeftsstelle, now=now)
    close(sitzung, geschaeftsstelle, now)
    naechste = make_sitzung(1, beginn_at=sitzung.beginn_at + timedelta(days=60))

    with CaptureQueriesContext(connection) as abfragen:
        traktandum.carry_over_traktandum(naechste.pk, punkt.pk, actor=geschaeftsstelle, now=now)

    schreibt = [sql for frage in abfragen if (sql := frage["sql"]).startswith("UPDATE")]
    stelle = {
        name: nr
        for nr, sql in enumerate(schreibt)
        for name in ("antrag", "vorstandsentscheid")
        if f'"antraege_{name}"' in sql[:40]
    }
    assert stelle["antrag"] < stelle["vorstandsentscheid"]


# --- What a vote decided stays ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ja", "erlaubt"), [(10, {"beschlossen"}), (9, {"abgelehnt", "zurueckgewiesen", "verschoben"})]
)
@pytest.mark.parametrize("ausgang", [*Traktandum.Ausgang.values])
def test_what_the_vote_decided_is_not_overwritten_by_hand(saal, offene, geschaeftsstelle, now, ja, erlaubt, ausgang):
    vote = close_with(offene(saal), ja=ja, nein=14 - ja)
    punkt = vote.traktandum
    punkt.refresh_from_db()
    vorher = (punkt.ausgang, punkt.ausgang_text)

    if ausgang in erlaubt:
        leitung.set_ausgang(punkt.pk, ausgang=ausgang, text="So sei es.", actor=geschaeftsstelle, now=now)
    elif ausgang != "zur_kenntnis":
        with pytest.raises(SaalError, match="Über dieses Traktandum wurde abgestimmt") as error:
            leitung.set_ausgang(punkt.pk, ausgang=ausgang, text="Doch.", actor=geschaeftsstelle, now=now)
        assert error.value.feld == "ausgang"

    punkt.refresh_from_db()
    if ausgang in erlaubt:
        assert punkt.ausgang == ausgang
        assert punkt.ausgang_text == f"{vorher[1]}\nSo sei es."
    else:
        assert (punkt.ausgang, punkt.ausgang_text) == vorher


def test_the_votes_line_stays_once_however_often_a_word_is_added(saal, offene, geschaeftsstelle, now):
    vote = close_with(offene(saal), ja=9, nein=5)
    punkt = vote.traktandum
    punkt.refresh_from_db()
    zeile = punkt.ausgang_text

    for text in ("Im März nochmals.", f"{zeile} Im Mai nochmals."):
        leitung.set_ausgang(punkt.pk, ausgang="verschoben", text=text, actor=geschaeftsstelle, now=now)

    punkt.refresh_from_db()
    assert punkt.ausgang_text == f"{zeile}\nIm Mai nochmals."
    assert Antrag.objects.get().status == "nicht_zustande_gekommen"


@pytest.mark.parametrize(("ja", "ausgang"), [(10, "beschlossen"), (9, "abgelehnt")])
@pytest.mark.parametrize("frueher", [True, False])
def test_a_vote_on_how_to_go_on_leaves_the_motions_outcome(saal, offene, geschaeftsstelle, now, ja, ausgang, frueher):
    """Held before or after it, carried where the motion failed, lost where it was carried; both lines stand."""
    verfahren = {"ja": 14 if ausgang == "abgelehnt" else 0, "nein": 0 if ausgang == "abgelehnt" else 14}
    if frueher:
        close_with(offene(saal, antrag=False, mehrheit=Mehrheit.EINFACH), **verfahren)
    close_with(offene(saal), ja=ja, nein=14 - ja)
    if not frueher:
        close_with(offene(saal, antrag=False, mehrheit=Mehrheit.EINFACH), **verfahren)

    punkt = Traktandum.objects.get(pk=saal.aktuell_id)
    assert punkt.ausgang == ausgang
    assert len(punkt.ausgang_text.splitlines()) == 2
    if ausgang == "beschlossen":
        with pytest.raises(SaalError, match="das Ergebnis bleibt «beschlossen»"):
            leitung.set_ausgang(punkt.pk, ausgang="verschoben", text="Doch.", actor=geschaeftsstelle, now=now)


@pytest.fixture
def information(saal, geschaeftsstelle, now):
    """The current item: information, made a decision in the room."""
    Traktandum.objects.filter(pk=saal.aktuell_id).update(art="information")
    nachtrag.make_entscheid(saal.aktuell_id, einverstanden=True, actor=geschaeftsstelle, now=now)
    return saal.aktuell


def test_what_was_voted_on_stays_a_decision(saal, information, offene, geschaeftsstelle, now):
    close_with(offene(saal, antrag=False, mehrheit=Mehrheit.EINFACH), ja=9, nein=5)
    vorher = Traktandum.objects.values().get(pk=information.pk)

    with pytest.raises(SaalError, match="schon abgestimmt"):
        nachtrag.make_information(information.pk, actor=geschaeftsstelle, now=now)

    assert Traktandum.objects.values().get(pk=information.pk) == vorher


def test_an_item_with_a_motion_stays_a_decision(saal, information, geschaeftsstelle, now):
    make_antrag(saal)

    with pytest.raises(SaalError, match="Antrag 1/2026 vor; es bleibt ein Entscheid"):
        nachtrag.make_information(information.pk, actor=geschaeftsstelle, now=now)


def test_a_decision_keeps_the_line_of_what_was_voted_before(saal, offene, geschaeftsstelle, now):
    Traktandum.objects.filter(pk=saal.aktuell_id).update(art="information")
    close_with(offene(saal, antrag=False, mehrheit=Mehrheit.EINFACH), ja=14, nein=0)
    nachtrag.make_entscheid(saal.aktuell_id, einverstanden=True, actor=geschaeftsstelle, now=now)
    punkt = Traktandum.objects.get(pk=saal.aktuell_id)
    offen = (punkt.ausgang, punkt.ausgang_text.count("14 Ja"))
    close_with(offene(saal, antrag=False, mehrheit=Mehrheit.EINFACH), ja=0, nein=14)

    punkt.refresh_from_db()
    assert offen == ("offen", 1)
    assert punkt.ausgang == "abgelehnt"
    assert [zeile.split(" mit ")[1][:5] for zeile in punkt.ausgang_text.splitlines()] == ["14 Ja", "0 Ja,"]


@pytest.mark.parametrize("ja", [(10, 9), (9, 10), (9, 9)])
def test_an_item_with_two_motions_is_decided_by_the_one_that_was_carried(saal, offene, geschaeftsstelle, now, ja):
    for nr, stimmen in enumerate(ja, 1):
        vote = offene(saal, fassung=make_antrag(saal, nr=nr))
        close_with(vote, ja=stimmen, nein=14 - stimmen)

    punkt = Traktandum.objects.get(pk=saal.aktuell_id)
    assert punkt.ausgang == ("beschlossen" if 10 in ja else "abgelehnt")
    assert [f"{n} Ja" in zeile for n, zeile in zip(ja, punkt.ausgang_text.splitlines(), strict=True)] == [True, True]
    if 10 in ja:
        with pytest.raises(SaalError, match="das Ergebnis bleibt «beschlossen»"):
            leitung.set_ausgang(punkt.pk, ausgang="abgelehnt", text="Doch.", actor=geschaeftsstelle, now=now)


@pytest.mark.parametrize("ja", [14, 0])
def test_a_vote_on_how_to_go_on_leaves_an_undecided_motions_item_open(saal, offene, geschaeftsstelle, now, ja):
    """Whatever the room said of the way: the item waits for the motion's vote, or is sent back or put off by hand."""
    make_antrag(saal)
    close_with(offene(saal, antrag=False, mehrheit=Mehrheit.EINFACH), ja=ja, nein=14 - ja)

    punkt = Traktandum.objects.get(pk=saal.aktuell_id)
    assert (punkt.ausgang, len(punkt.ausgang_text.splitlines())) == ("offen", 1)
    for ausgang in ("beschlossen", "abgelehnt"):
        with pytest.raises(SaalError, match="entscheidet seine Abstimmung"):
            leitung.set_ausgang(punkt.pk, ausgang=ausgang, text="Doch.", actor=geschaeftsstelle, now=now)
    leitung.set_ausgang(
        punkt.pk, ausgang="zurueckgewiesen", text="Zurück an den Absender.", actor=geschaeftsstelle, now=now
    )
    assert Antrag.objects.get().status == "eingereicht"


def test_an_opinion_decides_nothing(saal, offene, geschaeftsstelle, now):
    close_with(offene(saal, antrag=False, mehrheit=Mehrheit.KONSULTATIV), nein=14)

    leitung.set_ausgang(saal.aktuell_id, ausgang="beschlossen", text="Doch.", actor=geschaeftsstelle, now=now)

    assert saal.traktanden.get().ausgang == "beschlossen"


def test_no_outcome_by_hand_while_the_vote_is_open(saal, offene, geschaeftsstelle, now):
    offene(saal)

    with pytest.raises(SaalError, match="wird gerade abgestimmt"):
        leitung.set_ausgang(saal.aktuell_id, ausgang="verschoben", actor=geschaeftsstelle, now=now)

    assert Antrag.objects.get().status == "traktandiert"


@pytest.mark.parametrize("ausgang", ["beschlossen", "abgelehnt"])
def test_a_motion_is_decided_by_its_vote_alone(saal, geschaeftsstelle, now, ausgang):
    make_antrag(saal)

    with pytest.raises(SaalError, match="Über den Antrag 1/2026 entscheidet seine Abstimmung"):
        leitung.set_ausgang(saal.aktuell_id, ausgang=ausgang, text="Ja.", actor=geschaeftsstelle, now=now)

    assert (saal.traktanden.get().ausgang, Antrag.objects.get().status) == ("offen", "traktandiert")


# --- The close --------------------------------------------------------------------------------------


def test_what_was_not_voted_on_waits_after_the_close(saal, offene, geschaeftsstelle, now):
    close_with(offene(saal), ja=10, nein=4)
    liegengeblieben = make_antrag(saal, nr=2).antrag

    close(saal, geschaeftsstelle, now)

    assert stand(liegengeblieben) == ("eingereicht", None, None)
    assert Antrag.objects.get(nr=1).status == "verabschiedet"


def test_a_meeting_on_paper_keeps_its_motions_until_the_chair_confirms(saal, geschaeftsstelle):
    """Until then its votes may still be recorded."""
    antrag = make_antrag(saal).antrag
    leitung.end_sitzung(
        saal.pk,
        bestaetigt=True,
        beendet_at=saal.beginn_at + timedelta(hours=2),
        actor=geschaeftsstelle,
        now=saal.beginn_at + timedelta(days=1),
    )
    assert stand(antrag)[0] == "traktandiert"

    saal.refresh_from_db()
    confirm_nachfuehrung(
        saal.pk,
        stand=timezone.localtime(saal.nacherfasst_at).isoformat(),
        actor=geschaeftsstelle,
        now=saal.beginn_at + timedelta(days=2),
    )
    assert stand(antrag) == ("eingereicht", None, None)


def test_an_opinion_without_a_closing_time_is_closed_before_the_meeting(saal, offene, geschaeftsstelle, now):
    vote = offene(saal, antrag=False, mehrheit=Mehrheit.KONSULTATIV)

    with pytest.raises(SaalError, match="Die Konsultativabstimmung «Wird der Antrag"):
        close(saal, geschaeftsstelle, now)

    saal.refresh_from_db()
    assert saal.status == "laufend"
    deeds.close_abstimmung(vote.pk, actor=geschaeftsstelle, now=saal.beginn_at)
    close(saal, geschaeftsstelle, now)
    saal.refresh_from_db()
    assert saal.status == "geschlossen"


def test_an_opinion_with_a_closing_time_does_not_hold_the_meeting(saal, offene, geschaeftsstelle, now):
    offene(saal, antrag=False, mehrheit=Mehrheit.KONSULTATIV, dauer=timedelta(hours=3))

    close(saal, geschaeftsstelle, now)

    saal.refresh_from_db()
    assert saal.status == "geschlossen"


# --- The seam ---------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_an_event_is_told_inside_a_transaction_only(sitzung, geschaeftsstelle, now):
    with pytest.raises(RuntimeError, match="tell braucht eine Transaktion"):
        folgen.tell(folgen.Ereignis(folgen.Was.ABGESAGT, sitzung, geschaeftsstelle, now))


def test_each_kind_of_event_has_its_consequence():
    assert set(_FOLGEN) == set(folgen.Was)
