"""manage.py verify_journal finds a decision of the board that was changed past the application after it was told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from antraege.actions import entscheid as deeds
from antraege.actions.entscheid import Angaben
from antraege.pruefung import entscheide
from konferenz.dateien import path_of, store_bytes
from konferenz.models import Journaleintrag
from tests.conftest import pdf_bytes

from .bericht_helfer import make_ueberwiesen
from .test_pruefung import sql

pytestmark = pytest.mark.django_db
JETZT = datetime(2026, 12, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def entscheid(praesidium, vorsitz, geschaeftsstelle):
    bericht = make_ueberwiesen(praesidium, vorsitz)
    angaben = Angaben("geaendert", date(2026, 12, 18), "Ab 2028.", "Vorstand 5/2026")
    papier = store_bytes("Beschluss.pdf", "pdf", pdf_bytes(), seiten=1)
    deeds.record_entscheid(bericht.pk, angaben, stand=0, datei=papier, actor=geschaeftsstelle, now=JETZT)
    deeds.tell_entscheid(bericht.pk, stand=1, actor=geschaeftsstelle, now=JETZT)
    bericht.refresh_from_db()
    return bericht.entscheid


def test_what_nobody_touched_holds_and_what_is_not_told_asks_nothing(entscheid, praesidium, vorsitz, geschaeftsstelle):
    zweiter = make_ueberwiesen(praesidium, vorsitz, nr=2)
    angaben = Angaben("angenommen", date(2026, 12, 18))
    deeds.record_entscheid(zweiter.pk, angaben, stand=0, actor=geschaeftsstelle, now=JETZT)

    assert entscheide() is None


@pytest.mark.parametrize(
    "aenderung",
    [
        "ergebnis = 'abgelehnt'",
        "text = 'Ab 2030.'",
        "referenz = ''",
        "beschlossen_on = '2026-12-19'",
        "datei_id = NULL",
    ],
)
def test_a_word_changed_after_it_was_told_is_found_by_the_command(entscheid, aenderung):
    sql(f"UPDATE antraege_vorstandsentscheid SET {aenderung} WHERE id = %s", entscheid.pk)

    befund = entscheide()

    assert befund.seq == Journaleintrag.objects.get(art="entscheid.mitgeteilt").seq
    assert "Entscheid zum Antrag 1/2026: Er lautet anders" in befund.satz


def test_a_changed_or_missing_paper_of_the_board_is_found(entscheid):
    pfad = path_of(entscheid.datei_id)
    pfad.write_bytes(b"%PDF anderes")
    assert "nicht mehr das mitgeteilte" in entscheide().satz

    pfad.unlink()
    assert "fehlt auf dem Server" in entscheide().satz


def test_one_that_is_gone_or_was_never_told_is_found(entscheid, praesidium, vorsitz, geschaeftsstelle):
    sql("UPDATE antraege_vorstandsentscheid SET status = 'entwurf', mitgeteilt_at = NULL WHERE id = %s", entscheid.pk)
    assert "teilt einen Entscheid mit, den es nicht gibt" in entscheide().satz


def test_the_command_asks_for_decisions_too(entscheid, settings):
    settings.PRUEFER = [name for name in settings.PRUEFER if name.endswith("entscheide")]
    sql("UPDATE antraege_vorstandsentscheid SET text = 'Ab 2030.' WHERE id = %s", entscheid.pk)

    with pytest.raises(CommandError, match="Er lautet anders"):
        call_command("verify_journal", stdout=StringIO())
