"""Votes that are prepared: changed, removed, repeated; a motion taken down together with its vote."""

from __future__ import annotations

from datetime import timedelta

import pytest

from antraege.actions import abstimmung as deeds
from antraege.actions.antrag import revise_antrag, submit_with_abstimmung, withdraw_antrag
from antraege.actions.vorbereitung import AbstimmungError, Angaben, edit_abstimmung, remove_abstimmung
from antraege.models import Abstimmung, Antrag, Antragsfassung, Stimme
from antraege.queries.antrag import list_gegenstaende
from antraege.queries.entwurf import Eingabe
from antraege.schritte.antrag import AntragError
from konferenz.models import Journaleintrag
from konferenz.rules import Mehrheit
from mitglieder.models import Sitz
from sitzungen.models import Sitzung, Traktandum
from tests.conftest import make_traktandum

from .conftest import make_antrag, make_saal

pytestmark = pytest.mark.django_db


def prepare(saal, actor, **mehr):
    angaben = {"traktandum_pk": saal.aktuell_id, "frage": "Geht es weiter?", "mehrheit": Mehrheit.EINFACH} | mehr
    return deeds.prepare_abstimmung(saal.pk, actor=actor, now=saal.beginn_at, **angaben)


def seats(saal):
    return list(
        saal.anwesenheiten.filter(bis_at__isnull=True, teilnahme__sitz__stimmberechtigt=True).values_list(
            "teilnahme__sitz_id", flat=True
        )
    )


def open_vote(vote, saal, actor, **mehr):
    return deeds.open_abstimmung(vote.pk, sitze=seats(saal), actor=actor, now=saal.beginn_at, **mehr)


def test_prepared_vote_is_changed_and_removed_and_desks_are_told(saal, geschaeftsstelle):
    vote = prepare(saal, geschaeftsstelle)
    live = Sitzung.objects.get(pk=saal.pk).live
    angaben = Angaben(saal.aktuell_id, "  Wollen Sie  es? ", Mehrheit.KONSULTATIV, None, namentlich=True)

    geaendert = edit_abstimmung(vote.pk, angaben, actor=geschaeftsstelle, now=saal.beginn_at)

    assert (geaendert.frage, geaendert.mehrheit, geaendert.is_namentlich) == ("Wollen Sie es?", "konsultativ", True)
    assert Sitzung.objects.get(pk=saal.pk).live == live + 1
    remove_abstimmung(vote.pk, actor=geschaeftsstelle, now=saal.beginn_at)
    assert not Abstimmung.objects.exists()
    letzter = Journaleintrag.objects.order_by("-seq").first()
    assert letzter.art == "abstimmung.entfernt"
    assert "Wollen Sie es?" in letzter.text


def test_what_has_begun_is_neither_changed_nor_removed(saal, offene, geschaeftsstelle):
    vote = offene(saal)

    for deed in (
        lambda: edit_abstimmung(
            vote.pk, Angaben(saal.aktuell_id, "Anders?", Mehrheit.EINFACH), actor=geschaeftsstelle, now=saal.beginn_at
        ),
        lambda: remove_abstimmung(vote.pk, actor=geschaeftsstelle, now=saal.beginn_at),
    ):
        with pytest.raises(AbstimmungError, match="Die Abstimmung ist offen"):
            deed()
    assert Abstimmung.objects.get().frage == "Wird der Antrag verabschiedet?"


@pytest.mark.parametrize(
    ("angaben", "feld"),
    [({"frage": " "}, "frage"), ({"traktandum_pk": 0}, "traktandum"), ({"fassung_pk": 999_999}, "antrag")],
)
def test_wrong_particulars_name_their_field(saal, geschaeftsstelle, angaben, feld):
    with pytest.raises(AbstimmungError) as fehler:
        prepare(saal, geschaeftsstelle, **angaben)

    assert fehler.value.feld == feld


def test_no_vote_is_prepared_on_a_wording_that_was_replaced(saal, geschaeftsstelle):
    fassung = make_antrag(saal)
    vote = prepare(saal, geschaeftsstelle, mehrheit=Mehrheit.ZWEIDRITTEL, fassung_pk=fassung.pk)
    Antragsfassung.objects.create(
        antrag=fassung.antrag, nr=2, text="Neuer Wortlaut", von=geschaeftsstelle, created_at=saal.beginn_at
    )

    angaben = Angaben(saal.aktuell_id, "Verabschieden?", Mehrheit.ZWEIDRITTEL, fassung.pk)
    for deed in (
        lambda: prepare(saal, geschaeftsstelle, mehrheit=Mehrheit.ZWEIDRITTEL, fassung_pk=fassung.pk),
        lambda: edit_abstimmung(vote.pk, angaben, actor=geschaeftsstelle, now=saal.beginn_at),
    ):
        with pytest.raises(AbstimmungError, match="eben neu gefasst"):
            deed()
    assert Abstimmung.objects.count() == 1


def test_no_vote_is_prepared_on_a_motion_that_was_withdrawn(saal, geschaeftsstelle):
    fassung = make_antrag(saal)
    withdraw_antrag(fassung.antrag_id, actor=geschaeftsstelle, now=saal.beginn_at)

    with pytest.raises(AbstimmungError, match="zurückgezogen"):
        prepare(saal, geschaeftsstelle, mehrheit=Mehrheit.ZWEIDRITTEL, fassung_pk=fassung.pk)

    assert [gegenstand.antrag for gegenstand in list_gegenstaende(saal)] == [None]


def test_motion_and_its_vote_are_one_deed(saal, geschaeftsstelle):
    sitz = Sitz.objects.stimmberechtigt().first()

    vote = submit_with_abstimmung(
        saal.aktuell_id,
        titel="Teuerung",
        text="Es sei …",
        sitz_pk=sitz.pk,
        namentlich=False,
        actor=geschaeftsstelle,
        now=saal.beginn_at,
    )

    assert vote.frage == "Wird der Antrag «Teuerung» zuhanden des VSEG-Vorstands verabschiedet?"
    assert (vote.mehrheit, vote.antragsfassung.antrag.sitz, vote.status) == ("zweidrittel", sitz, "vorbereitet")
    with pytest.raises(Exception, match="Titel"):
        submit_with_abstimmung(
            saal.aktuell_id,
            titel=" ",
            text="x",
            sitz_pk=sitz.pk,
            namentlich=False,
            actor=geschaeftsstelle,
            now=saal.beginn_at,
        )
    assert (Antrag.objects.count(), Abstimmung.objects.count()) == (1, 1)


def test_a_motion_taken_down_twice_is_one(saal, geschaeftsstelle):
    erster, zweiter = Sitz.objects.stimmberechtigt()[:2]

    def take_down(sitz, text="Es sei …"):
        return submit_with_abstimmung(
            saal.aktuell_id,
            titel="Teuerung",
            text=text,
            sitz_pk=sitz.pk,
            namentlich=False,
            actor=geschaeftsstelle,
            now=saal.beginn_at,
        )

    vote = take_down(erster)
    assert take_down(erster) == vote
    assert (Antrag.objects.count(), Abstimmung.objects.count()) == (1, 1)
    assert {take_down(zweiter).pk, take_down(erster, "Es sei nicht …").pk} & {vote.pk} == set()
    assert Antrag.objects.count() == 3


def test_no_motion_on_an_information_or_an_unannounced_item(saal, geschaeftsstelle):
    sitz = Sitz.objects.stimmberechtigt().first()
    information = make_traktandum(saal, position=8, art="information", angekuendigt_at=saal.versandt_at)
    neu = make_traktandum(saal, position=9, art="entscheid", angekuendigt_at=None)

    for punkt, satz in ((information, "Machen Sie es zuerst zum Entscheid"), (neu, "Setzen Sie es auf die nächste")):
        with pytest.raises(AbstimmungError, match=satz):
            submit_with_abstimmung(
                punkt.pk,
                titel="T",
                text="x",
                sitz_pk=sitz.pk,
                namentlich=False,
                actor=geschaeftsstelle,
                now=saal.beginn_at,
            )
    assert not Antrag.objects.exists()


@pytest.mark.parametrize(("erst", "dann"), [("nein", "ja"), ("ja", "nein"), ("ja", "ja")])
def test_repeated_vote_on_a_motion_names_the_old_one_and_its_outcome_counts(geschaeftsstelle, offene, erst, dann):
    saal = make_saal(3)
    alt = offene(saal)
    deeds.record_stimmen(alt.pk, dict.fromkeys(seats(saal), erst), actor=geschaeftsstelle, now=saal.beginn_at)
    deeds.close_abstimmung(alt.pk, actor=geschaeftsstelle, now=saal.beginn_at)

    neu = prepare(
        saal,
        geschaeftsstelle,
        mehrheit=Mehrheit.ZWEIDRITTEL,
        fassung_pk=alt.antragsfassung_id,
        vorgaenger_pk=alt.pk,
    )
    open_vote(neu, saal, geschaeftsstelle)
    deeds.record_stimmen(neu.pk, dict.fromkeys(seats(saal), dann), actor=geschaeftsstelle, now=saal.beginn_at)
    neu = deeds.close_abstimmung(neu.pk, actor=geschaeftsstelle, now=saal.beginn_at)

    assert (neu.vorgaenger_id, neu.angenommen) == (alt.pk, dann == "ja")
    assert Antrag.objects.get().status == ("verabschiedet" if dann == "ja" else "nicht_zustande_gekommen")
    assert Traktandum.objects.get(pk=saal.aktuell_id).ausgang == ("beschlossen" if dann == "ja" else "abgelehnt")


def test_only_a_vote_on_this_motion_opens_a_decided_one_again(geschaeftsstelle, offene):
    saal = make_saal(3)
    fremd = offene(saal, antrag=False)
    deeds.close_abstimmung(fremd.pk, actor=geschaeftsstelle, now=saal.beginn_at)
    fassung = make_antrag(saal, status="verabschiedet")
    neu = prepare(saal, geschaeftsstelle, mehrheit=Mehrheit.ZWEIDRITTEL, fassung_pk=fassung.pk, vorgaenger_pk=fremd.pk)

    with pytest.raises(AbstimmungError, match="verabschiedet"):
        open_vote(neu, saal, geschaeftsstelle)

    assert Antrag.objects.get().status == "verabschiedet"


def test_only_a_vote_that_is_over_is_repeated(saal, offene, geschaeftsstelle):
    vote = offene(saal)

    with pytest.raises(AbstimmungError, match="die vorbei ist"):
        prepare(saal, geschaeftsstelle, vorgaenger_pk=vote.pk)


def test_a_decided_motion_is_not_voted_on_again_without_saying_so(saal, geschaeftsstelle):
    fassung = make_antrag(saal, status="verabschiedet")
    vote = prepare(saal, geschaeftsstelle, mehrheit=Mehrheit.ZWEIDRITTEL, fassung_pk=fassung.pk)

    with pytest.raises(AbstimmungError, match="verabschiedet"):
        open_vote(vote, saal, geschaeftsstelle)
    with pytest.raises(AntragError, match="sein Wortlaut steht fest"):
        revise_antrag(fassung.antrag_id, Eingabe({"text": "Anders"}, 0, {}), actor=geschaeftsstelle, now=saal.beginn_at)


def test_all_the_rest_leaves_given_ballots_alone(saal, offene, geschaeftsstelle):
    vote = offene(saal)
    selbst = vote.stimmsitze.select_related("person").first()
    deeds.cast_stimme(vote.pk, wahl="nein", actor=selbst.person, now=saal.beginn_at)

    neue = deeds.record_stimmen(
        vote.pk, dict.fromkeys(seats(saal), "ja"), nur_fehlende=True, actor=geschaeftsstelle, now=saal.beginn_at
    )

    assert len(neue) == 13
    assert Stimme.objects.get(stimmsitz=selbst).wahl == "nein"


def test_nothing_is_recorded_after_the_time_set_at_the_opening(saal, offene, geschaeftsstelle):
    vote = offene(saal, dauer=timedelta(minutes=3))

    with pytest.raises(deeds.AbstimmungGeschlossen):
        deeds.record_stimmen(
            vote.pk,
            dict.fromkeys(seats(saal), "ja"),
            actor=geschaeftsstelle,
            now=saal.beginn_at + timedelta(minutes=3),
        )
    assert not Stimme.objects.exists()
