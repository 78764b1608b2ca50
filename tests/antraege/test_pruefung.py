"""manage.py verify_journal finds whatever was changed past the application and its triggers."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from antraege.actions import abstimmung as deeds
from antraege.models import Abstimmung, Stimme, Stimmsitz
from antraege.pruefung import votes
from antraege.rules import quittung
from konferenz import triggers
from konferenz.journal import hash_of
from konferenz.models import Journaleintrag
from konferenz.rules import Mehrheit

from .abschluss import close_with
from .conftest import make_antrag, make_saal

pytestmark = pytest.mark.django_db


def sql(statement, *params):
    """Run SQL past the application and past the triggers."""
    with triggers.without_triggers(), connection.cursor() as cursor:
        cursor.execute(statement, params)
        assert cursor.rowcount > 0


def verify(*args):
    ausgabe = StringIO()
    call_command("verify_journal", *args, stdout=ausgabe)
    return ausgabe.getvalue()


@pytest.fixture
def vote(saal, offene):
    """A carried motion with one ballot of each kind and one seat without, after a vote that was broken off."""
    abgebrochen = offene(saal, antrag=False)
    deeds.cast_stimme(abgebrochen.pk, wahl="ja", actor=abgebrochen.stimmsitze.first().person, now=saal.beginn_at)
    deeds.abort_abstimmung(
        abgebrochen.pk, grund="Frage neu gefasst", actor=abgebrochen.eroeffnet_von, now=saal.beginn_at
    )
    vote = close_with(offene(saal), ja=10, nein=2, enthaltung=1)
    close_with(offene(saal, antrag=False, mehrheit=Mehrheit.EINFACH), ja=5, nein=5)
    close_with(offene(saal, antrag=False, mehrheit=Mehrheit.KONSULTATIV), ja=1)
    return vote


def test_untouched_records_hold(vote, offene):
    offene(vote.sitzung, antrag=False)  # one that is open says nothing yet

    assert votes() is None
    assert "in Ordnung" in verify()


def no_ballot(vote):
    return vote.stimmsitze.get(stimme__isnull=True)


def change_choice(vote):
    sql("UPDATE antraege_stimme SET wahl = 'ja' WHERE id = %s", vote.stimmen.filter(wahl="nein").first().pk)


def change_choice_with_a_receipt_that_fits(vote):
    neu = quittung(nonce="0" * 32, wahl="ja")
    pk = vote.stimmen.filter(wahl="nein").first().pk
    sql("UPDATE antraege_stimme SET wahl = 'ja', nonce = %s, quittung = %s WHERE id = %s", "0" * 32, neu, pk)


def delete_ballot(vote):
    sql("DELETE FROM antraege_stimme WHERE id = %s", vote.stimmen.filter(wahl="nein").first().pk)


def add_ballot(vote):
    muster = Stimme(nonce="0" * 32, quittung=quittung(nonce="0" * 32, wahl="nein"), wahl="nein", weg="selbst")
    with triggers.without_triggers():
        sitz = no_ballot(vote)
        muster.stimmsitz, muster.abstimmung = sitz, vote
        muster.erfasst_von, muster.abgegeben_at = sitz.person, vote.eroeffnet_at
        muster.save()


def change_way(vote):
    sql("UPDATE antraege_stimme SET weg = 'geschaeftsstelle' WHERE id = %s", vote.stimmen.first().pk)


def move_ballot_to_another_seat(vote):
    pk = vote.stimmen.filter(wahl="nein").first().pk
    sql("UPDATE antraege_stimme SET stimmsitz_id = %s WHERE id = %s", no_ballot(vote).pk, pk)


def change_name(vote):
    sql("UPDATE antraege_stimmsitz SET name = 'Falsche Person' WHERE id = %s", vote.stimmsitze.first().pk)


def remove_seat(vote):
    sql("DELETE FROM antraege_stimmsitz WHERE id = %s", no_ballot(vote).pk)


def change_totals(vote):
    sql("UPDATE antraege_abstimmung SET ja = 12, nein = 0 WHERE id = %s", vote.pk)


def change_question(vote):
    sql("UPDATE antraege_abstimmung SET frage = 'Anders?' WHERE id = %s", vote.pk)


def make_it_named(vote):
    sql("UPDATE antraege_abstimmung SET is_namentlich = TRUE WHERE id = %s", vote.pk)


def change_wording(vote):
    sql("UPDATE antraege_antragsfassung SET text = 'Anders.' WHERE id = %s", vote.antragsfassung_id)


def move_to_another_motion(vote):
    anderer = make_antrag(vote.sitzung, nr=7)
    sql("UPDATE antraege_abstimmung SET antragsfassung_id = %s WHERE id = %s", anderer.pk, vote.pk)


def change_time(vote):
    spaeter = vote.geschlossen_at + timedelta(minutes=5)
    sql("UPDATE antraege_abstimmung SET geschlossen_at = %s WHERE id = %s", spaeter, vote.pk)


def let_it_repeat_another(vote):
    anderer = Abstimmung.objects.exclude(pk=vote.pk).first()
    sql("UPDATE antraege_abstimmung SET vorgaenger_id = %s WHERE id = %s", anderer.pk, vote.pk)


def change_needed(vote):
    sql("UPDATE antraege_abstimmung SET noetig = 9 WHERE id = %s", vote.pk)


def change_record(vote):
    sql("UPDATE antraege_abstimmung SET protokoll = %s WHERE id = %s", vote.protokoll.replace("Wird", "wird"), vote.pk)


def change_record_with_its_hash(vote):
    text = vote.protokoll.replace("Wird", "wird")
    sql(
        "UPDATE antraege_abstimmung SET protokoll = %s, protokoll_sha256 = %s WHERE id = %s",
        text,
        hash_of(text),
        vote.pk,
    )


def call_it_broken_off(vote):
    sql(
        "UPDATE antraege_abstimmung SET status = 'abgebrochen', ja = NULL, angenommen = NULL, protokoll_sha256 = ''"
        " WHERE id = %s",
        vote.pk,
    )


def open_it_again(vote):
    sql(
        "UPDATE antraege_abstimmung SET status = 'offen', ja = NULL, angenommen = NULL, protokoll_sha256 = ''"
        " WHERE id = %s",
        vote.pk,
    )


def change_ballot_of_the_broken_off(vote):
    sql("UPDATE antraege_stimme SET wahl = 'nein' WHERE id = %s", Stimme.objects.exclude(abstimmung=vote).first().pk)


@pytest.mark.parametrize(
    ("tamper", "satz"),
    [
        (change_choice, "Ihre Quittung stimmt nicht"),
        (change_choice_with_a_receipt_that_fits, "nicht die, die das Journal zuletzt nennt"),
        (delete_ballot, "nicht die, die das Journal zuletzt nennt"),
        (add_ballot, "nicht die, die das Journal zuletzt nennt"),
        (move_ballot_to_another_seat, "nicht die, die das Journal zuletzt nennt"),
        (change_way, "anders als in der Tabelle"),
        (change_name, "anders als in der Tabelle"),
        (remove_seat, "Das Protokoll nennt 14 Sitze, die Tabelle 13"),
        (change_totals, "«ja» ist in Tabelle, Protokoll und Journal nicht dasselbe"),
        (change_question, "gehört zu einer anderen Abstimmung"),
        (make_it_named, "Mehrheit oder Namensaufruf"),
        (change_wording, "Wortlaut steht im Protokoll anders"),
        (move_to_another_motion, "Wortlaut steht im Protokoll anders"),
        (change_time, "Zeiten oder Wiederholung"),
        (let_it_repeat_another, "Zeiten oder Wiederholung"),
        (change_needed, "Zahl der nötigen Ja"),
        (change_record, "Sein Hash stimmt nicht"),
        (change_record_with_its_hash, "nennt ein anderes Protokoll"),
        (call_it_broken_off, "Das Journal nennt einen Schluss"),
        (open_it_again, "die es geschlossen nicht gibt"),
        (change_ballot_of_the_broken_off, "Ihre Quittung stimmt nicht"),
    ],
)
def test_what_was_changed_past_the_triggers_is_named(vote, tamper, satz):
    tamper(vote)

    with pytest.raises(CommandError, match="widersprechen dem Journal") as fehler:
        verify()
    assert satz in str(fehler.value)
    assert fehler.value.returncode == 1
    assert "Abstimmung" in str(fehler.value)


def seq_of(vote):
    return Journaleintrag.objects.get(art="abstimmung.geschlossen", objekt=vote.uuid).seq


def test_a_changed_journal_line_is_named(vote):
    nr = seq_of(vote)
    sql("UPDATE konferenz_journaleintrag SET text = REPLACE(text, '\"ja\":10', '\"ja\":9') WHERE seq = %s", nr)

    with pytest.raises(CommandError, match=f"Eintrag {nr} wurde verändert"):
        verify()


def test_a_cut_tail_is_found_by_the_votes_and_by_the_printed_hash(vote):
    nr = seq_of(vote)
    gedruckt = Journaleintrag.objects.get(seq=nr).hash
    ende = Journaleintrag.objects.get(seq=nr - 1)
    sql("DELETE FROM konferenz_journaleintrag WHERE seq >= %s", nr)
    sql("UPDATE konferenz_journalkopf SET seq = %s, hash = %s", ende.seq, ende.hash)

    with pytest.raises(CommandError, match="0 Einträge über den Schluss"):
        verify()
    with pytest.raises(CommandError, match="Hash kommt nicht vor"):
        verify("--head", gedruckt)


def test_two_swapped_lines_are_found(vote):
    nr = seq_of(vote)
    texte = dict(Journaleintrag.objects.filter(seq__in=[nr - 1, nr]).values_list("seq", "text"))
    sql("UPDATE konferenz_journaleintrag SET text = %s WHERE seq = %s", texte[nr], nr - 1)
    sql("UPDATE konferenz_journaleintrag SET text = %s WHERE seq = %s", texte[nr - 1], nr)

    with pytest.raises(CommandError, match=f"Eintrag {nr - 1} wurde verändert"):
        verify()


def test_renumbered_lines_are_found(vote):
    nr = seq_of(vote)
    sql("DELETE FROM konferenz_journaleintrag WHERE seq = %s", nr)
    for weiter in Journaleintrag.objects.filter(seq__gt=nr).order_by("seq").values_list("seq", flat=True):
        sql("UPDATE konferenz_journaleintrag SET seq = %s WHERE seq = %s", weiter - 1, weiter)

    with pytest.raises(CommandError, match=f"Eintrag {nr} "):
        verify()


def test_a_forged_chain_that_fits_itself_still_contradicts_the_votes(vote):
    """Whoever rewrites the whole journal after a line must also change the record that was printed and handed out."""
    nr = seq_of(vote)
    prev = ""
    for eintrag in Journaleintrag.objects.filter(seq__gte=nr).order_by("seq"):
        text = eintrag.text.replace(vote.protokoll_sha256, "f" * 64)
        text = text if not prev else text.replace(eintrag.prev, prev)
        sql(
            "UPDATE konferenz_journaleintrag SET text = %s, prev = %s, hash = %s WHERE seq = %s",
            text,
            prev or eintrag.prev,
            hash_of(text),
            eintrag.seq,
        )
        prev = hash_of(text)
    sql("UPDATE konferenz_journalkopf SET hash = %s", prev)

    with pytest.raises(CommandError, match="nennt ein anderes Protokoll"):
        verify()


def test_checking_one_vote_and_three_costs_the_same(offene, django_assert_num_queries):
    saal = make_saal(3)
    for anzahl in (1, 3):
        while Abstimmung.objects.count() < anzahl:
            close_with(offene(saal, antrag=False), ja=2)
        with django_assert_num_queries(6):
            assert votes() is None
    assert Stimmsitz.objects.count() == 9
