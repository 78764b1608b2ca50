"""A motion on an agenda, made from the motion; the board's answer there; taken up again."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from antraege.actions import agenda as deeds
from antraege.models import Abstimmung, Antrag
from antraege.queries.antragsseite import load_antragsseite
from antraege.schritte.antrag import AntragError, AntragVeraltet, load_stimmstand, lock_antrag
from antraege.schritte.papier import renew_papier
from konferenz import triggers
from konferenz.models import Datei, Journaleintrag
from mitglieder.permissions import umfang
from sitzungen.actions.traktandum import remove_traktandum
from sitzungen.models import Fassung, Sitzung, Traktandum, Unterlage
from sitzungen.schritte.vorbereitung import VorbereitungError
from tests.conftest import make_sitzung, make_traktandum

from .antraege import attach, make_eingereicht, make_mitgeteilt, papier
from .zeilen import TEXT

pytestmark = pytest.mark.django_db


@pytest.fixture
def antrag(praesidium, now):
    return make_eingereicht(praesidium, now=now - timedelta(days=3))


@pytest.fixture
def put(geschaeftsstelle, now):
    """Return a function that puts a motion on an agenda with its latest version."""

    def put_on_agenda(antrag, sitzung, *, fassung=None, at=now):
        pk = (fassung or antrag.fassungen.order_by("-nr")[0]).pk
        return deeds.put_on_agenda(
            antrag.pk, sitzung.pk, fassung_pk=pk, papier=papier(), actor=geschaeftsstelle, now=at
        )

    return put_on_agenda


def test_item_is_made_from_the_motion_with_its_papers(antrag, sitzung, put, geschaeftsstelle, now):
    beilage = attach(antrag, now=now)

    punkt = put(antrag, sitzung)

    assert (punkt.titel, punkt.art, punkt.thema_id) == (
        "Antrag 4/2026: Teuerung der Fallpauschale",
        "entscheid",
        antrag.thema_id,
    )
    assert "zwei Dritteln der anwesenden stimmberechtigten Mitglieder" in punkt.zusammenfassung
    assert TEXT not in punkt.zusammenfassung  # it may still be reworded
    erstes, zweites = punkt.unterlagen.order_by("position")
    assert (erstes.titel, zweites.titel) == ("Antrag 4/2026", "Berechnung")
    assert zweites.fassungen.get().datei_id == beilage.datei_id  # the same file, not a copy
    antrag.refresh_from_db()
    assert (antrag.status, antrag.traktandum, antrag.papier, antrag.traktandiert_at) == (
        "traktandiert",
        punkt,
        erstes,
        now,
    )
    arten = list(Journaleintrag.objects.order_by("seq").values_list("art", flat=True))
    assert arten == ["traktandum.erstellt", "unterlage.hinzugefuegt", "unterlage.hinzugefuegt", "antrag.traktandiert"]


@pytest.fixture
def freigegebene(db):
    """The fourth ordinary meeting of 2026, released, with one item."""
    sitzung = make_sitzung(status="freigegeben")
    make_traktandum(sitzung)
    return sitzung


def test_it_takes_a_release_back_like_every_edit(antrag, freigegebene, put):
    put(antrag, freigegebene)

    freigegebene.refresh_from_db()
    assert (freigegebene.status, freigegebene.freigegeben_at) == ("entwurf", None)


@pytest.mark.parametrize(
    ("status", "satz"),
    [
        ("zurueckgezogen", "eingereichter Antrag"),
        ("ueberwiesen", "eingereichter Antrag"),
    ],
)
def test_only_a_submitted_motion_goes_on_an_agenda(antrag, sitzung, put, now, status, satz):
    zeit = now if status == "zurueckgezogen" else None
    Antrag.objects.filter(pk=antrag.pk).update(status=status, zurueckgezogen_at=zeit)

    with pytest.raises(AntragError, match=satz):
        put(antrag, sitzung)

    assert (Traktandum.objects.count(), Datei.objects.count()) == (0, 0)


def test_it_stands_on_one_agenda(antrag, sitzung, put):
    put(antrag, sitzung)

    with pytest.raises(AntragError, match="steht schon auf einer Traktandenliste"):
        put(antrag, make_sitzung(5, beginn_at=sitzung.beginn_at + timedelta(days=90)))

    assert Traktandum.objects.count() == 1


def test_an_agenda_that_is_out_takes_none(antrag, versandte, put):
    with pytest.raises(AntragError, match="Wählen Sie eine spätere Sitzung"):
        put(antrag, versandte)


def test_a_paper_of_an_older_wording_is_not_put_on(antrag, sitzung, put, now):
    alte = antrag.fassungen.get()
    antrag.fassungen.create(nr=2, text="Neu.", von=antrag.eingereicht_von, created_at=now)

    with pytest.raises(AntragError, match="eben neu gefasst"):
        put(antrag, sitzung, fassung=alte)

    assert Unterlage.objects.count() == 0


def test_a_motion_without_a_topic_is_refused_at_its_field(antrag, sitzung, put):
    Antrag.objects.filter(pk=antrag.pk).update(thema=None)

    with pytest.raises(VorbereitungError, match="Thema"):
        put(antrag, sitzung)


def test_a_long_title_is_cut_at_a_word(antrag, sitzung, put):
    with triggers.without_triggers():
        Antrag.objects.filter(pk=antrag.pk).update(titel=("Teuerung " * 22).strip())

    punkt = put(antrag, sitzung)

    assert len(punkt.titel) <= 200
    assert punkt.titel.endswith("Teuerung…")


def test_the_paper_is_renewed_under_its_address(antrag, freigegebene, put, geschaeftsstelle, now):
    put(antrag, freigegebene)
    antrag.refresh_from_db()
    adresse = antrag.papier
    neue = antrag.fassungen.create(nr=2, text="Neu.", von=antrag.eingereicht_von, created_at=now)
    Sitzung.objects.filter(pk=freigegebene.pk).update(status="freigegeben", freigegeben_at=now)

    deeds.renew_paper(antrag.pk, fassung_pk=neue.pk, papier=papier(), actor=geschaeftsstelle, now=now)

    antrag.refresh_from_db()
    freigegebene.refresh_from_db()
    assert antrag.papier == adresse
    assert [f.nr for f in adresse.fassungen.order_by("nr")] == [1, 2]
    assert adresse.fassungen.aktuell().get().nr == 2
    assert freigegebene.status == "entwurf"


def test_a_paper_that_was_deleted_is_added_again(antrag, sitzung, put, geschaeftsstelle, now):
    punkt = put(antrag, sitzung)
    Fassung.objects.all().delete()
    Unterlage.objects.all().delete()

    deeds.renew_paper(antrag.pk, fassung_pk=antrag.fassungen.get().pk, papier=papier(), actor=geschaeftsstelle, now=now)

    antrag.refresh_from_db()
    assert antrag.papier == punkt.unterlagen.get()


def test_the_paper_of_an_agenda_that_is_out_stays(antrag, sitzung, put, geschaeftsstelle, now):
    put(antrag, sitzung)
    Sitzung.objects.filter(pk=sitzung.pk).update(status="versandt", freigegeben_at=now, versandt_at=now)

    with pytest.raises(VorbereitungError, match="Nachversand"):
        deeds.renew_paper(
            antrag.pk, fassung_pk=antrag.fassungen.get().pk, papier=papier(), actor=geschaeftsstelle, now=now
        )

    assert Fassung.objects.count() == 1


def test_who_rewords_while_it_is_put_on_is_asked_to_save_again(antrag, sitzung, put, geschaeftsstelle, now):
    """No paper was printed, as the motion stood nowhere: the agenda must not keep the old wording."""
    put(antrag, sitzung)

    with transaction.atomic(), pytest.raises(AntragError, match="Bitte speichern Sie nochmals"):
        renew_papier(lock_antrag(antrag.pk), None, actor=geschaeftsstelle, now=now)

    assert Fassung.objects.count() == 1


def test_the_boards_answer_becomes_an_item_with_report_and_decision(antrag, sitzung, geschaeftsstelle, now):
    entscheid = make_mitgeteilt(antrag, geschaeftsstelle, now=now)

    punkt = deeds.put_rueckmeldung(entscheid.pk, sitzung.pk, actor=geschaeftsstelle, now=now)

    assert (punkt.titel, punkt.art, punkt.thema_id) == (
        "Rückmeldung des VSEG-Vorstands zum Antrag 4/2026",
        "information",
        antrag.thema_id,
    )
    assert punkt.zusammenfassung == (
        "Der VSEG-Vorstand hat den Antrag 4/2026 «Teuerung der Fallpauschale» am 3. November 2026 mit Änderungen angenommen "
        "(Referenz VSEG 12/2026). Die Pauschale wird ab 2028 angepasst."
    )
    assert [(u.titel, u.fassungen.get().datei_id) for u in punkt.unterlagen.order_by("position")] == [
        ("Bericht und Antrag zum Antrag 4/2026", entscheid.bericht.datei_id),
        ("Entscheid des VSEG-Vorstands", entscheid.datei_id),
    ]
    entscheid.refresh_from_db()
    assert entscheid.rueckmeldung == punkt


def test_the_answer_stands_on_one_agenda_until_its_item_is_taken_off(antrag, sitzung, geschaeftsstelle, now):
    entscheid = make_mitgeteilt(antrag, geschaeftsstelle, now=now, mit_datei=False)
    punkt = deeds.put_rueckmeldung(entscheid.pk, sitzung.pk, actor=geschaeftsstelle, now=now)
    with pytest.raises(AntragError, match="schon auf einer Traktandenliste"):
        deeds.put_rueckmeldung(entscheid.pk, sitzung.pk, actor=geschaeftsstelle, now=now)

    remove_traktandum(punkt.pk, actor=geschaeftsstelle, now=now)
    deeds.put_rueckmeldung(entscheid.pk, sitzung.pk, actor=geschaeftsstelle, now=now)

    assert sitzung.traktanden.count() == 1


def test_a_long_answer_is_short_on_the_agenda():
    kurz = deeds.regeln.rueckmeldung_zusammenfassung(
        nummer="4/2026", titel="x" * 200, ergebnis="abgelehnt", am="3. November 2026", referenz="", text="Weil " * 400
    )

    assert len(kurz) <= 600
    assert kurz.endswith("Weil…")
    assert "(Referenz" not in kurz


TEXTE = {"text": "Der VSEG-Vorstand sei zu ersuchen, ab 2029 anzupassen.", "erwaegungen": "Neu gerechnet."}


def test_what_the_board_sent_back_is_taken_up_as_a_new_version(antrag, geschaeftsstelle, praesidium, now):
    entscheid = make_mitgeteilt(antrag, geschaeftsstelle, now=now, ergebnis="zurueckgewiesen")

    fassung = deeds.reopen_antrag(antrag.pk, TEXTE, stand=antrag.stand, actor=praesidium, now=now)

    antrag.refresh_from_db()
    assert (antrag.status, antrag.traktandum, antrag.papier, antrag.nummer) == ("eingereicht", None, None, "4/2026")
    assert (fassung.nr, fassung.text, fassung.erwaegungen) == (2, TEXTE["text"], "Neu gerechnet.")
    assert (antrag.berichte.get(), antrag.stand) == (entscheid.bericht, 1)


def test_taken_up_again_it_is_reworded_withdrawn_and_voted_as_any_other(antrag, geschaeftsstelle, praesidium, now):
    """Also where the vote before had been repeated: only one of the two has a report."""
    entscheid = make_mitgeteilt(antrag, geschaeftsstelle, now=now, ergebnis="zurueckgewiesen")
    frueher = Abstimmung.objects.get(pk=entscheid.bericht.abstimmung_id)
    frueher.pk, frueher.uuid, frueher.nr = None, uuid4(), 2
    frueher.save()
    deeds.reopen_antrag(antrag.pk, TEXTE, stand=0, actor=praesidium, now=now)
    antrag.refresh_from_db()

    stand = load_stimmstand(antrag)

    assert (stand.offen, stand.abgestimmt) == (False, False)
    darf = load_antragsseite(Antrag.objects.with_seite().get(), umfang(praesidium, now)).darf
    assert (darf["fassen"], darf["zurueckziehen"]) == (True, True)
    Antrag.objects.filter(pk=antrag.pk).update(status="beantwortet")
    antrag.refresh_from_db()
    assert load_stimmstand(antrag).abgestimmt


@pytest.mark.parametrize("ergebnis", ["angenommen", "abgelehnt", "geaendert"])
def test_only_what_was_sent_back_is_taken_up_again(antrag, geschaeftsstelle, now, ergebnis):
    make_mitgeteilt(antrag, geschaeftsstelle, now=now, ergebnis=ergebnis)

    with pytest.raises(AntragError, match="den der Vorstand zurückgewiesen hat"):
        deeds.reopen_antrag(antrag.pk, TEXTE, stand=0, actor=geschaeftsstelle, now=now)


@pytest.mark.parametrize(
    ("texte", "satz", "feld"),
    [
        ({"text": "  "}, "Text des Antrags", "text"),
        ({"text": TEXT}, "Bitte ändern Sie den Antrag", None),
        ({"text": "x" * 5001}, "möglich sind 5000", "text"),
        ({"text": "Neu.", "erwaegungen": "x" * 50_001}, "möglich sind 50000", "erwaegungen"),
    ],
)
def test_a_new_version_must_say_something_new(antrag, geschaeftsstelle, now, texte, satz, feld):
    make_mitgeteilt(antrag, geschaeftsstelle, now=now, ergebnis="zurueckgewiesen")

    with pytest.raises(AntragError, match=satz) as error:
        deeds.reopen_antrag(antrag.pk, texte, stand=0, actor=geschaeftsstelle, now=now)

    assert (error.value.feld, antrag.fassungen.count()) == (feld, 1)


def test_taking_up_twice_tells_the_second(antrag, geschaeftsstelle, praesidium, now):
    make_mitgeteilt(antrag, geschaeftsstelle, now=now, ergebnis="zurueckgewiesen")
    deeds.reopen_antrag(antrag.pk, TEXTE, stand=0, actor=praesidium, now=now)

    with pytest.raises(AntragVeraltet, match="inzwischen geändert"):
        deeds.reopen_antrag(antrag.pk, {"text": "Anders."}, stand=0, actor=geschaeftsstelle, now=now)
