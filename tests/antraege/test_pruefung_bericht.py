"""manage.py verify_journal finds a report whose stored bytes, row or journal were changed past the application."""

from __future__ import annotations

import hashlib
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from antraege.actions import bericht as deeds
from antraege.models import Bericht
from antraege.pruefung import berichte, find_widerspruch
from konferenz import journal, triggers
from konferenz.dateien import path_of
from konferenz.models import Datei, Journaleintrag
from mitglieder.models import Sitz

from .abschluss import close_with
from .bericht_helfer import make_beilage, make_ueberwiesen
from .test_pruefung import sql
from .ueberweisung_helfer import decide, prepare, store

pytestmark = pytest.mark.django_db


@pytest.fixture
def bericht(saal, offene, geschaeftsstelle, vorstand, now) -> Bericht:
    antrag = decide(offene(saal))
    make_beilage(antrag, "Vollkosten", am=now)
    chair = Sitz.objects.get(art="vorsitz").mandate.get().person
    bericht = prepare(antrag, actor=geschaeftsstelle, now=now)
    deeds.release_bericht(bericht.pk, stand=bericht.stand, actor=chair, now=now)
    return deeds.transmit_bericht(bericht.pk, store(bericht), stand=bericht.stand, actor=chair, now=now)


def test_what_nobody_touched_holds(bericht):
    assert berichte() is None
    assert find_widerspruch(bericht.abstimmung) == ""
    call_command("verify_journal", stdout=StringIO())


def test_one_changed_byte_is_found_by_the_command(bericht):
    pfad = path_of(bericht.datei.pk)
    inhalt = bytearray(pfad.read_bytes())
    inhalt[3] ^= 1
    pfad.write_bytes(bytes(inhalt))

    with pytest.raises(CommandError, match="nicht mehr das überwiesene"):
        call_command("verify_journal", stdout=StringIO())


def test_a_file_put_in_its_place_with_its_row_is_found_by_the_journal(bericht):
    neu = b"%PDF gefaelscht"
    path_of(bericht.datei.pk).write_bytes(neu)
    Datei.objects.filter(pk=bericht.datei.pk).update(sha256=hashlib.sha256(neu).hexdigest())

    befund = berichte()

    assert befund is not None
    assert "nennt eine andere Datei" in befund.satz
    assert befund.seq == Journaleintrag.objects.get(art="bericht.ueberwiesen").seq


@pytest.mark.parametrize(
    ("eingriff", "satz"),
    [
        ("DELETE FROM antraege_bericht_beilagen; DELETE FROM antraege_bericht", "den es überwiesen nicht gibt"),
        ("UPDATE antraege_bericht SET art = 'information'", "nennt eine andere Abstimmung"),
        (
            "INSERT INTO antraege_bericht_beilagen (bericht_id, antragsbeilage_id) SELECT b.id, max(a.id) FROM antraege_bericht b, antraege_antragsbeilage a GROUP BY b.id",
            "nennt andere Beilagen",
        ),
        ("DELETE FROM konferenz_journaleintrag WHERE art = 'bericht.ueberwiesen'", "0 Einträge über die Überweisung"),
    ],
)
def test_a_row_changed_past_the_triggers_is_found(bericht, eingriff, satz, now):
    make_beilage(bericht.antrag, "Untergeschoben", am=now)
    for befehl in eingriff.split(";"):
        sql(befehl)

    assert satz in berichte().satz


def test_a_lost_file_is_found(bericht):
    path_of(bericht.datei.pk).unlink()

    assert "fehlt auf dem Server" in berichte().satz


def test_what_was_handed_over_with_it_is_held_against_the_journal_too(bericht):
    pfad = path_of(bericht.beilagen.get().datei_id)
    pfad.write_bytes(b"%PDF untergeschoben")
    assert "«Vollkosten» ist nicht mehr die überwiesene" in berichte().satz

    pfad.unlink()
    assert "«Vollkosten» fehlt auf dem Server" in berichte().satz


def test_the_check_costs_the_same_for_one_and_for_three(bericht, geschaeftsstelle, now):
    kosten = []
    for nummern in ((), (2, 3)):
        for nr in nummern:
            anderer = make_ueberwiesen(geschaeftsstelle, geschaeftsstelle, nr=nr)
            nutzlast = {
                "sha256": anderer.datei.sha256,
                "abstimmung": anderer.abstimmung.uuid,
                "protokoll_sha256": anderer.abstimmung.protokoll_sha256,
                "berichtsart": anderer.art,
                "beilagen": [make_beilage(anderer.antrag, "Kosten", am=now, mit=anderer).datei.sha256],
            }
            with transaction.atomic():
                journal.append(art="bericht.ueberwiesen", akteur=None, objekt=anderer.uuid, nutzlast=nutzlast, now=now)
        with CaptureQueriesContext(connection) as abfragen:
            assert berichte() is None
        kosten.append(len(abfragen))

    assert kosten == [4, 4]
    assert Bericht.objects.filter(status="ueberwiesen").count() == 3


@pytest.mark.parametrize(
    "eingriff",
    [
        "UPDATE antraege_abstimmung SET ja = 11, nein = 2",
        "UPDATE antraege_stimme SET wahl = 'ja' WHERE wahl = 'nein'",
        "UPDATE antraege_antragsfassung SET text = 'anders'",
        "UPDATE antraege_antrag SET titel = 'anders'",
    ],
)
def test_a_contradiction_of_the_one_vote_is_said(bericht, eingriff):
    sql(eingriff)

    assert find_widerspruch(bericht.abstimmung) != ""


def test_another_votes_forgery_does_not_stop_this_one(bericht, offene, saal):
    with triggers.without_triggers():
        type(saal).objects.filter(pk=saal.pk).update(status="laufend", beendet_at=None)
    saal.refresh_from_db()
    saal.aktuell = saal.traktanden.first()
    saal.save(update_fields=["aktuell"])
    andere = close_with(offene(saal, antrag=False), ja=9)
    sql("UPDATE antraege_abstimmung SET ja = 3 WHERE id = %s", andere.pk)

    assert find_widerspruch(bericht.abstimmung) == ""
