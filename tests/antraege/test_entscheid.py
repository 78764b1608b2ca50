"""The board's decision: recorded and changed while nobody knows it, told once, to each person once."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import DatabaseError, transaction

from antraege.actions import entscheid as deeds
from antraege.actions.entscheid import Angaben, EntscheidError, EntscheidVeraltet
from antraege.mails.beilage import BeilageFehlt
from antraege.mails.entscheid import build
from antraege.models import Antrag, Vorstandsentscheid
from antraege.schritte.antrag import AntragError
from konferenz import journal
from konferenz.dateien import path_of, store_bytes
from konferenz.models import Datei, Einstellung, Journaleintrag, Sendung
from konferenz.nachricht import EmpfangVerweigert
from mitglieder.models import Funktion, Mandat, Sitz
from tests.conftest import SEIT, make_mandat, make_person, pdf_bytes

from .bericht_helfer import make_bericht, make_beschlossen, make_ueberwiesen

pytestmark = pytest.mark.django_db
JETZT = datetime(2026, 12, 20, 9, 0, tzinfo=UTC)  # the report went on 13 December
ENTSCHEID = Angaben("geaendert", date(2026, 12, 18), "Ab 2028, nicht ab 2027.", "Vorstand 5/2026")


@pytest.fixture
def bericht(praesidium, geschaeftsstelle, vorsitz):
    return make_ueberwiesen(praesidium, vorsitz)


@pytest.fixture
def sekretariat(db):
    person = make_person("Sekretariat")
    Funktion.objects.create(person=person, art="vorstandssekretariat", von=SEIT)
    return person


def record(bericht, actor, angaben=ENTSCHEID, *, stand=0, **rest):
    return deeds.record_entscheid(bericht.pk, angaben, stand=stand, actor=actor, now=JETZT, **rest)


def tell(bericht, actor, *, stand=1):
    return deeds.tell_entscheid(bericht.pk, stand=stand, actor=actor, now=JETZT)


def arten():
    return list(Journaleintrag.objects.order_by("seq").values_list("art", flat=True))


def nutzlast(art):
    return json.loads(Journaleintrag.objects.get(art=art).text)["nutzlast"]


# --- recorded ---------------------------------------------------------------------------------------


def test_recording_tells_nobody_and_leaves_the_motion_where_it_is(bericht, sekretariat):
    entscheid = record(bericht, sekretariat)

    assert (entscheid.status, entscheid.stand, entscheid.erfasst_von) == ("entwurf", 1, sekretariat)
    assert Antrag.objects.get().status == "ueberwiesen"
    assert Sendung.objects.count() == 0
    assert arten() == ["entscheid.erfasst"]
    eintrag = Journaleintrag.objects.get().text
    assert "Ab 2028" not in eintrag
    assert "geaendert" not in eintrag.replace("entscheid.geaendert", "")  # who reads the journal learns no result


def test_a_change_counts_and_the_same_again_writes_nothing(bericht, sekretariat, geschaeftsstelle):
    record(bericht, sekretariat)
    record(bericht, geschaeftsstelle, stand=0)  # a second press of the same button
    assert Vorstandsentscheid.objects.get().erfasst_von == sekretariat

    record(bericht, geschaeftsstelle, Angaben("abgelehnt", date(2026, 12, 18), "Kein Bedarf."), stand=1)

    entscheid = Vorstandsentscheid.objects.get()
    assert (entscheid.ergebnis, entscheid.stand, entscheid.erfasst_von) == ("abgelehnt", 2, geschaeftsstelle)
    assert arten() == ["entscheid.erfasst", "entscheid.geaendert"]


def test_who_saw_an_older_state_is_told_and_nothing_is_written(bericht, sekretariat, geschaeftsstelle):
    record(bericht, sekretariat)

    with pytest.raises(EntscheidVeraltet, match="Andrea Sekretariat hat den Entscheid inzwischen erfasst") as fehler:
        record(bericht, geschaeftsstelle, Angaben("angenommen", date(2026, 12, 18)))

    assert fehler.value.entscheid.text == "Ab 2028, nicht ab 2027."
    assert Vorstandsentscheid.objects.get().ergebnis == "geaendert"
    assert arten() == ["entscheid.erfasst"]


@pytest.mark.parametrize(
    ("angaben", "satz", "feld"),
    [
        (Angaben("angenommen", date(2026, 12, 12)), "vor der Überweisung", "beschlossen_on"),
        (Angaben("angenommen", date(2026, 12, 21)), "in der Zukunft", "beschlossen_on"),
        (Angaben("abgelehnt", date(2026, 12, 18), "  "), "was der Vorstand beschlossen hat", "text"),
        (Angaben("zurueckgewiesen", date(2026, 12, 18)), "was der Vorstand beschlossen hat", "text"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(bericht, sekretariat, angaben, satz, feld):
    with pytest.raises(EntscheidError, match=satz) as fehler:
        record(bericht, sekretariat, angaben)

    assert fehler.value.feld == feld
    assert not Vorstandsentscheid.objects.exists()


@pytest.mark.parametrize("tag", [date(2026, 12, 13), date(2026, 12, 20)])
def test_the_day_of_the_handing_over_and_today_are_good(bericht, sekretariat, tag):
    assert record(bericht, sekretariat, Angaben("angenommen", tag)).beschlossen_on == tag


def test_what_went_only_for_information_is_taken_note_of(praesidium, vorsitz, sekretariat):
    bericht = make_ueberwiesen(praesidium, vorsitz, ja=9)
    with pytest.raises(EntscheidError, match="nur zur Information"):
        record(bericht, sekretariat)

    record(bericht, sekretariat, Angaben("zur_kenntnis", date(2026, 12, 18)))

    assert tell(bericht, sekretariat) == 2
    assert Antrag.objects.get().status == "beantwortet"


def test_a_report_that_is_not_handed_over_has_no_decision(praesidium, vorsitz, sekretariat):
    bericht = make_bericht(*make_beschlossen(praesidium), actor=vorsitz, status="freigegeben")

    for tat in (lambda: record(bericht, sekretariat), lambda: tell(bericht, sekretariat)):
        with pytest.raises(EntscheidError, match="überwiesenen Bericht"):
            tat()


def test_the_boards_paper_is_stored_replaced_and_taken_out(bericht, sekretariat):
    erste = store_bytes("Schreiben.pdf", "pdf", pdf_bytes(), seiten=1)
    entscheid = record(bericht, sekretariat, datei=erste)
    assert entscheid.datei.sha256 == erste.sha256

    zweite = store_bytes("Neu.pdf", "pdf", pdf_bytes(2), seiten=2)
    entscheid = record(bericht, sekretariat, stand=1, datei=zweite)
    assert (entscheid.datei.name, entscheid.stand) == ("Neu.pdf", 2)

    assert record(bericht, sekretariat, stand=2, datei_weg=True).datei is None


def test_a_recorded_decision_is_discarded_while_nobody_knows_it(bericht, sekretariat):
    record(bericht, sekretariat)
    with pytest.raises(EntscheidVeraltet):
        deeds.discard_entscheid(bericht.pk, stand=7, actor=sekretariat, now=JETZT)

    deeds.discard_entscheid(bericht.pk, stand=1, actor=sekretariat, now=JETZT)

    assert not Vorstandsentscheid.objects.exists()
    assert arten() == ["entscheid.erfasst", "entscheid.verworfen"]
    with pytest.raises(EntscheidVeraltet, match="verworfen"):
        tell(bericht, sekretariat)


def test_a_form_about_a_discarded_decision_is_about_no_later_one(bericht, sekretariat, geschaeftsstelle):
    gesehen = record(bericht, sekretariat).stand  # the preview that is still open in a window
    deeds.discard_entscheid(bericht.pk, stand=gesehen, actor=geschaeftsstelle, now=JETZT)
    record(bericht, geschaeftsstelle, Angaben("abgelehnt", date(2026, 12, 18), "Kein Bedarf."))

    with pytest.raises(EntscheidVeraltet):
        tell(bericht, sekretariat, stand=gesehen)
    with pytest.raises(EntscheidVeraltet):
        record(bericht, sekretariat, stand=gesehen)

    entscheid = Vorstandsentscheid.objects.get()
    assert (entscheid.status, entscheid.ergebnis) == ("entwurf", "abgelehnt")


def test_a_paper_that_is_replaced_taken_out_or_discarded_leaves_no_row(bericht, sekretariat):
    for stand, name in enumerate(("Erste", "Zweite")):
        record(bericht, sekretariat, stand=stand, datei=store_bytes(f"{name}.pdf", "pdf", pdf_bytes(), seiten=1))
    vorher = Datei.objects.exclude(pk=bericht.datei_id)
    assert list(vorher.values_list("name", flat=True)) == ["Zweite.pdf"]

    record(bericht, sekretariat, stand=2, datei_weg=True)
    assert not vorher.exists()

    record(bericht, sekretariat, stand=3, datei=store_bytes("Dritte.pdf", "pdf", pdf_bytes(), seiten=1))
    deeds.discard_entscheid(bericht.pk, stand=4, actor=sekretariat, now=JETZT)
    assert not vorher.exists()


# --- told -------------------------------------------------------------------------------------------


def test_telling_freezes_answers_the_motion_and_mails_each_person_once(
    bericht, praesidium, berater, vorsitz, geschaeftsstelle, vorstand, leitgremium, sekretariat
):
    make_mandat(praesidium, Sitz.objects.get(art="sozialkonferenz"))  # two seats, one person
    record(bericht, sekretariat)

    assert tell(bericht, geschaeftsstelle) == 3

    entscheid = Vorstandsentscheid.objects.get()
    assert (entscheid.status, entscheid.mitgeteilt_von, entscheid.mitgeteilt_at) == (
        "mitgeteilt",
        geschaeftsstelle,
        JETZT,
    )
    assert Antrag.objects.get().status == "beantwortet"
    assert sorted(Sendung.objects.values_list("an_name", flat=True)) == sorted(
        [praesidium.name, berater.name, vorsitz.name]
    )
    assert {s.betreff for s in Sendung.objects.all()} == {
        "Sozialpräsidienkonferenz: Antrag 1/2026 vom VSEG-Vorstand mit Änderungen angenommen"
    }
    assert arten() == ["entscheid.erfasst", "entscheid.mitgeteilt"]
    gesagt = nutzlast("entscheid.mitgeteilt")
    assert (gesagt["ergebnis"], gesagt["beschlossen_on"], gesagt["mails"]) == ("geaendert", "2026-12-18", 3)
    assert gesagt["inhalt"] == nutzlast("entscheid.erfasst")["inhalt"]
    assert journal.verify() is None


def test_a_told_decision_changes_no_more_by_deed_or_by_hand(bericht, sekretariat):
    record(bericht, sekretariat)
    tell(bericht, sekretariat)

    for tat in (
        lambda: record(bericht, sekretariat, Angaben("angenommen", date(2026, 12, 18)), stand=1),
        lambda: deeds.discard_entscheid(bericht.pk, stand=1, actor=sekretariat, now=JETZT),
        lambda: tell(bericht, sekretariat),
    ):
        with pytest.raises(EntscheidError, match="ist mitgeteilt"):
            tat()
    with pytest.raises(DatabaseError, match="unveränderlich"), transaction.atomic():
        Vorstandsentscheid.objects.update(text="Etwas anderes")
    with pytest.raises(DatabaseError, match="unveränderlich"), transaction.atomic():
        Vorstandsentscheid.objects.all().delete()
    assert Sendung.objects.count() == Mandat.objects.count()


def test_what_was_previewed_is_what_is_told(bericht, sekretariat, geschaeftsstelle):
    record(bericht, sekretariat)
    record(bericht, sekretariat, Angaben("angenommen", date(2026, 12, 18)), stand=1)

    with pytest.raises(EntscheidVeraltet):
        tell(bericht, geschaeftsstelle, stand=1)

    assert (Antrag.objects.get().status, Sendung.objects.count()) == ("ueberwiesen", 0)


def test_a_motion_that_is_not_with_the_board_is_not_answered(bericht, sekretariat):
    record(bericht, sekretariat)
    Antrag.objects.update(status="beantwortet")

    with pytest.raises(AntragError, match="beantwortet"):
        tell(bericht, sekretariat)

    assert Vorstandsentscheid.objects.get().status == "entwurf"
    assert Sendung.objects.count() == 0


def test_who_wrote_the_motion_and_left_is_not_told_but_the_seat_is(bericht, praesidium, sekretariat, fremde):
    praesidium.mandate.update(bis=date(2026, 2, 1))
    make_mandat(fremde, Sitz.objects.get(sozialregion__kuerzel="SRTG"), von=date(2026, 2, 1))
    record(bericht, sekretariat)

    tell(bericht, sekretariat)

    assert praesidium.uuid not in set(Sendung.objects.values_list("person", flat=True))
    brief = build(Sendung.objects.get(person=fremde.uuid))
    assert "über Ihren Antrag 1/2026" in brief.body


def test_the_office_that_wrote_for_a_seat_is_told_too(geschaeftsstelle, praesidium, vorsitz, sekretariat):
    bericht = make_ueberwiesen(geschaeftsstelle, vorsitz)
    record(bericht, sekretariat)

    tell(bericht, sekretariat)

    assert set(Sendung.objects.values_list("person", flat=True)) == {
        p.uuid for p in (geschaeftsstelle, praesidium, vorsitz)
    }


def test_release_and_decision_are_two_deeds_of_two_rights(bericht, vorsitz, umfang_of):
    """The chair who sits on the board too (personal union) releases; she records and tells no decision."""
    from mitglieder.permissions import Recht, has_recht

    Funktion.objects.create(person=vorsitz, art="vorstand", von=SEIT)
    scope = umfang_of(vorsitz)
    darf = {recht for recht in Recht if has_recht(scope, recht, bericht)}

    assert {Recht.BERICHT_FREIGEBEN, Recht.BERICHT_SEHEN, Recht.VORSTAND_SEHEN} <= darf
    assert Recht.ENTSCHEID_ERFASSEN not in darf
    assert Recht.WAHL_ERFASSEN not in darf


# --- the letter -------------------------------------------------------------------------------------


@pytest.fixture
def gesagt(bericht, sekretariat, berater):
    """A decision with the board's paper, told; the letter to the submitter and one to another member."""
    record(bericht, sekretariat, datei=store_bytes("Beschluss.pdf", "pdf", pdf_bytes(), seiten=1))
    tell(bericht, sekretariat)
    return bericht


def brief_an(person) -> EmailMultiAlternatives:
    return build(Sendung.objects.get(person=person.uuid))


def test_the_letter_says_result_wording_date_reference_and_where(gesagt, praesidium, berater, settings):
    for person, anrede in ((praesidium, "über Ihren Antrag"), (berater, "über den Antrag")):
        brief = brief_an(person)
        text, html = brief.body, brief.alternatives[0][0]
        assert brief.to == [person.email]
        assert anrede in text
        for wort in (
            "mit Änderungen angenommen",
            "18. Dezember 2026",
            "Vorstand 5/2026",
            "Ab 2028, nicht ab 2027.",
            "10 Ja",
            "die Fallpauschale der Teuerung anzupassen",
            f"{settings.SITE_URL}/antraege/2026-1/",
            "Beschluss.pdf",
        ):
            assert wort in text
            assert wort in html
        assert [(a[0], a[2]) for a in brief.attachments] == [("Beschluss.pdf", "application/pdf")]


def test_a_paper_too_large_for_a_mail_stays_in_the_portal(gesagt, berater):
    Einstellung.objects.create(schluessel="mail_max_mb", wert=0, geaendert_at=JETZT)

    brief = brief_an(berater)

    assert brief.attachments == []
    assert "Beschluss.pdf" in brief.body
    assert "im Portal" in brief.body


def test_a_paper_that_is_not_what_was_told_is_not_sent(gesagt, berater):
    path_of(Datei.objects.get(name="Beschluss.pdf").pk).write_bytes(b"anderes")
    with pytest.raises(BeilageFehlt, match="nicht mehr"):
        brief_an(berater)
    path_of(Datei.objects.get(name="Beschluss.pdf").pk).unlink()
    with pytest.raises(BeilageFehlt, match="fehlt"):
        brief_an(berater)


def test_who_has_left_meanwhile_does_not_get_the_letter(gesagt, berater):
    berater.mandate.update(bis=date(2026, 1, 2))

    with pytest.raises(EmpfangVerweigert, match="gehört nicht mehr"):
        brief_an(berater)


def test_no_letter_before_it_is_told(bericht, sekretariat, berater):
    entscheid = record(bericht, sekretariat)
    sendung = Sendung(objekt=entscheid.uuid, person=berater.uuid, an_name="X", an_adresse="x@y.ch")

    with pytest.raises(EmpfangVerweigert, match="nicht mitgeteilt"):
        build(sendung)


def test_a_motion_not_carried_says_so_in_the_letter(praesidium, vorsitz, sekretariat):
    bericht = make_ueberwiesen(praesidium, vorsitz, ja=9)
    record(bericht, sekretariat, Angaben("zur_kenntnis", date(2026, 12, 18)))
    tell(bericht, sekretariat)

    brief = brief_an(praesidium)

    for text in (brief.body, brief.alternatives[0][0]):
        assert "nicht zustande gekommen" in text
        assert "zur Kenntnis genommen" in text
    assert "zur Kenntnis genommen" in brief.subject
