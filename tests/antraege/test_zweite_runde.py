"""A motion the board sent back goes round once more: the second report is worked on, the first stays what it was."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import transaction
from django.db.utils import DatabaseError
from django.urls import reverse
from django.utils import timezone

from antraege.actions import agenda
from antraege.actions import bericht as deeds
from antraege.actions.entwurf import remove_beilage
from antraege.models import Abstimmung, Antrag, Bericht
from antraege.queries.bericht import load_inhalt
from konferenz import journal, triggers
from tests.conftest import make_sitzung, make_traktandum

from .antraege import attach
from .bericht_helfer import make_beilage, make_bericht, make_beschlossen, make_entscheid

pytestmark = pytest.mark.django_db

TEXTE = {"text": "Der VSEG-Vorstand sei zu ersuchen, die Fallpauschale ab 2029 anzupassen."}


@pytest.fixture
def erste(praesidium, geschaeftsstelle, now) -> Bericht:
    """Return the report of the first round, which the board sent back; its motion is taken up again."""
    antrag, vote = make_beschlossen(praesidium)
    bericht = make_bericht(antrag, vote, actor=geschaeftsstelle)
    make_entscheid(bericht, geschaeftsstelle, ergebnis="zurueckgewiesen")
    antrag.refresh_from_db()
    agenda.reopen_antrag(antrag.pk, TEXTE, stand=antrag.stand, actor=praesidium, now=timezone.now())
    return Bericht.objects.get(pk=bericht.pk)


@pytest.fixture
def zweite(erste, praesidium, geschaeftsstelle, now) -> Bericht:
    """Return the report of the second round, in preparation: the new version was voted on and carried."""
    antrag = erste.antrag
    sitzung = make_sitzung(2, beginn_at=erste.abstimmung.geschlossen_at + timedelta(days=60), status="geschlossen")
    punkt = make_traktandum(sitzung, art="entscheid", angekuendigt_at=sitzung.versandt_at, ausgang="beschlossen")
    alt = erste.abstimmung
    vote = Abstimmung.objects.get(pk=alt.pk)
    vote.pk, vote.uuid, vote._state.adding = None, None, True
    vote.uuid = Abstimmung._meta.get_field("uuid").default()
    vote.sitzung, vote.traktandum, vote.antragsfassung = sitzung, punkt, antrag.fassungen.get(nr=2)
    vote.geschlossen_at = vote.eroeffnet_at = sitzung.beginn_at
    vote.save(force_insert=True)
    Antrag.objects.filter(pk=antrag.pk).update(status="verabschiedet", traktandum=punkt)
    return deeds.create_bericht(antrag.pk, actor=geschaeftsstelle, now=sitzung.beginn_at + timedelta(days=1))


def test_the_pages_of_a_report_work_on_the_one_in_preparation(client, erste, zweite, geschaeftsstelle):
    client.force_login(geschaeftsstelle)
    kennung = zweite.antrag.kennung

    antwort = client.post(
        reverse("antraege:bericht-save", args=[kennung]),
        {"stand": zweite.stand, "ausgangslage": "Neu gefasst.", "verteiler": "VSEG-Vorstand"},
    )

    assert antwort.status_code == 302
    assert Bericht.objects.get(pk=zweite.pk).ausgangslage == "Neu gefasst."
    assert Bericht.objects.get(pk=erste.pk).ausgangslage == erste.ausgangslage


def test_who_prepares_sees_the_second_report_and_everybody_else_the_first(
    client, erste, zweite, geschaeftsstelle, praesidium, monkeypatch
):
    monkeypatch.setattr("antraege.views.bericht_datei.render_bericht", lambda bericht, **_: str(bericht.pk).encode())
    url = reverse("antraege:bericht-pdf", args=[zweite.antrag.kennung])

    client.force_login(geschaeftsstelle)
    assert client.get(url).content == str(zweite.pk).encode()
    client.force_login(praesidium)
    assert b"".join(client.get(url).streaming_content)[:4] == b"%PDF"


def test_what_is_attached_to_the_new_version_is_no_part_of_the_first_report(erste):
    alte = make_beilage(erste.antrag, "Berechnung", am=erste.ueberwiesen_at - timedelta(days=30), mit=erste)
    neue = attach(erste.antrag, "Neue Berechnung", now=erste.ueberwiesen_at - timedelta(days=30))

    assert load_inhalt(erste).beilagen == (alte,)  # a letter that waits in the outbox still goes as it was handed over
    assert neue in erste.antrag.beilagen.all()


def test_what_is_taken_off_the_new_version_stays_with_the_first_report(erste, praesidium):
    alte = make_beilage(erste.antrag, "Berechnung", am=erste.ueberwiesen_at - timedelta(days=30), mit=erste)

    remove_beilage(alte.pk, actor=praesidium, now=timezone.now())

    assert load_inhalt(erste).beilagen == (alte,)
    for aendern in (erste.beilagen.clear, lambda: erste.beilagen.add(attach(erste.antrag, "Neu", now=timezone.now()))):
        with pytest.raises(DatabaseError, match="unveränderlich"), transaction.atomic():
            aendern()


def test_the_migration_reads_from_the_journal_what_went_with_a_report(erste):
    alte = make_beilage(erste.antrag, "Berechnung", am=erste.ueberwiesen_at - timedelta(days=30))
    make_beilage(erste.antrag, "Nicht genannt", am=erste.ueberwiesen_at - timedelta(days=30))
    nutzlast = {"beilagen": [alte.datei.sha256, "f" * 64]}
    with transaction.atomic():
        journal.append(
            art="bericht.ueberwiesen", akteur=None, objekt=erste.uuid, nutzlast=nutzlast, now=erste.ueberwiesen_at
        )

    with triggers.without_triggers():  # they are made after the migrations
        import_module("antraege.migrations.0005_bericht_beilagen").read_journal(apps, None)

    assert list(erste.beilagen.all()) == [alte]
