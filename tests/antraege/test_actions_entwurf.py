"""Deeds of writing: begun once, stored beside what others wrote, submitted with a number, reworded, withdrawn, discarded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from antraege.actions import antrag as antrag_deeds
from antraege.actions import entwurf as deeds
from antraege.models import Abstimmung, Antrag, Antragsbeilage, Antragsfassung
from antraege.queries.entwurf import Eingabe, load_fassungsseite, load_konflikt
from antraege.rules.antrag import BEILAGEN_MAX
from antraege.schritte.antrag import AntragError, AntragVeraltet
from konferenz.dateien import path_of, store_bytes, store_upload
from konferenz.models import Datei, Journaleintrag
from mitglieder.queries.journal import tell
from sitzungen.models import Sitzung
from tests.conftest import make_traktandum, make_unterlage, pdf_bytes

from .entwurf_helfer import WERTE, make_entwurf, seat_of, submit, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def entwurf(praesidium, now):
    return make_entwurf(praesidium, now=now)


@pytest.fixture
def eingereicht(entwurf, praesidium, now):
    return submit(entwurf, actor=praesidium, now=now)


def arten():
    return list(Journaleintrag.objects.order_by("seq").values_list("art", flat=True))


def pdf(name="Zahlen.pdf"):
    return store_upload(SimpleUploadedFile(name, pdf_bytes()))


# --- begun and stored -----------------------------------------------------------------------------


def test_two_taps_begin_one_draft_and_a_written_one_is_left_alone(praesidium, now):
    sitz = seat_of("SRTG")

    erster = deeds.create_entwurf(sitz_pk=sitz.pk, actor=praesidium, now=now)
    gleicher = deeds.create_entwurf(sitz_pk=sitz.pk, actor=praesidium, now=now)
    deeds.save_entwurf(erster.pk, typed(erster, text="Es sei …"), actor=praesidium, now=now)
    zweiter = deeds.create_entwurf(sitz_pk=sitz.pk, actor=praesidium, now=now)

    assert (gleicher.pk, zweiter.pk == erster.pk) == (erster.pk, False)
    with pytest.raises(AntragError, match="von welchem Sitz"):
        deeds.create_entwurf(sitz_pk=0, actor=praesidium, now=now)


def test_a_draft_changes_in_place_and_the_journal_names_each_writer_once(entwurf, praesidium, geschaeftsstelle, now):
    for wort in ("eins", "zwei", "drei"):
        deeds.save_entwurf(entwurf.pk, typed(entwurf, erwaegungen=wort), actor=praesidium, now=now)
    deeds.save_entwurf(entwurf.pk, typed(entwurf, erwaegungen="vier"), actor=geschaeftsstelle, now=now)

    fassung = entwurf.fassungen.get()
    assert (fassung.nr, fassung.erwaegungen) == (1, "vier")
    assert arten() == ["antrag.entwurf_erstellt", "antrag.entwurf_geschrieben"]
    saetze = [satz.was for satz in tell(Journaleintrag.objects.all())]
    assert not any(WERTE["titel"] in satz for satz in saetze)  # the chair reads the journal, not the draft


def test_the_same_words_write_nothing(entwurf, praesidium, now):
    stand = entwurf.stand

    deeds.save_entwurf(entwurf.pk, typed(entwurf), actor=praesidium, now=now + timedelta(hours=1))

    entwurf.refresh_from_db()
    assert (entwurf.stand, entwurf.geaendert_at) == (stand, now)


def test_two_writers_of_different_fields_both_keep_their_words(entwurf, praesidium, geschaeftsstelle, now):
    meine, deine = typed(entwurf, text="Meine Worte."), typed(entwurf, ausgangslage="Deine Worte.")

    deeds.save_entwurf(entwurf.pk, deine, actor=geschaeftsstelle, now=now)
    uebernommen = deeds.save_entwurf(entwurf.pk, meine, actor=praesidium, now=now)

    fassung = entwurf.fassungen.get()
    assert (fassung.text, fassung.ausgangslage) == ("Meine Worte.", "Deine Worte.")
    assert uebernommen == ("ausgangslage",)


def test_two_writers_of_one_field_the_second_is_told_and_loses_nothing(entwurf, praesidium, geschaeftsstelle, now):
    meine = typed(entwurf, text="Meine Worte.", titel="Mein Titel")
    deeds.save_entwurf(entwurf.pk, typed(entwurf, text="Deine Worte."), actor=geschaeftsstelle, now=now)

    with pytest.raises(AntragVeraltet, match="Andrea Büro hat den Antrag inzwischen geändert"):
        deeds.save_entwurf(entwurf.pk, meine, actor=praesidium, now=now)

    entwurf.refresh_from_db()
    assert (entwurf.fassungen.get().text, entwurf.titel) == ("Deine Worte.", WERTE["titel"])  # nothing half written
    konflikt = load_konflikt(entwurf, meine)
    felder = {f.feld: (f.gespeichert, f.eigener, f.is_konflikt) for f in konflikt.felder}
    assert felder["text"] == ("Deine Worte.", "Meine Worte.", True)
    assert konflikt.werte["text"] == "Meine Worte."
    # going on from there stores it
    weiter = Eingabe(konflikt.werte, konflikt.stand, konflikt.basis)
    deeds.save_entwurf(entwurf.pk, weiter, actor=praesidium, now=now)
    assert entwurf.fassungen.get().text == "Meine Worte."


@pytest.mark.parametrize(
    ("feld", "laenge", "geht"),
    [("text", 5001, True), ("text", 50_001, False), ("erwaegungen", 50_000, True), ("erwaegungen", 50_001, False)],
)
def test_a_draft_may_be_longer_than_what_is_voted_on_but_not_endless(entwurf, praesidium, now, feld, laenge, geht):
    eingabe = typed(entwurf, **{feld: "x" * laenge})
    if geht:
        deeds.save_entwurf(entwurf.pk, eingabe, actor=praesidium, now=now)
        assert len(getattr(entwurf.fassungen.get(), feld)) == laenge
    else:
        with pytest.raises(AntragError, match=f"{laenge} Zeichen lang") as error:
            deeds.save_entwurf(entwurf.pk, eingabe, actor=praesidium, now=now)
        assert error.value.feld == feld


# --- submitted ------------------------------------------------------------------------------------


def test_submission_numbers_and_holds_the_wording(entwurf, praesidium, now):
    spaeter = now + timedelta(days=2)

    antrag = submit(entwurf, actor=praesidium, now=spaeter)

    fassung = antrag.fassungen.get()
    assert (antrag.nummer, antrag.kennung, antrag.status) == ("1/2026", "2026-1", "eingereicht")
    assert (antrag.eingereicht_at, fassung.created_at) == (spaeter, spaeter)
    with pytest.raises(DatabaseError), transaction.atomic():
        Antragsfassung.objects.filter(pk=fassung.pk).update(text="Anders")
    assert arten()[-1] == "antrag.eingereicht"


def test_what_a_number_stands_for_is_fixed_and_never_a_draft_again(entwurf, praesidium, now):
    antrag = submit(entwurf, actor=praesidium, now=now)

    for anders in (
        {"titel": "Anders"},
        {"nr": 9},
        {"kennung": "2026-9"},
        {"sitz": seat_of("SRO")},
        {"eingereicht_at": now + timedelta(days=1)},
        {"status": "entwurf"},  # whose wording would change in place
        {"status": "entwurf", "eingereicht_at": None, "nr": None, "jahr": None, "kennung": None},
    ):
        with pytest.raises(DatabaseError, match="stehen fest"), transaction.atomic():
            Antrag.objects.filter(pk=antrag.pk).update(**anders)
    with pytest.raises(DatabaseError), transaction.atomic():
        antrag.delete()
    assert Antrag.objects.get(pk=antrag.pk).titel == antrag.titel


@pytest.mark.parametrize(
    ("anders", "felder"),
    [
        ({"titel": "", "text": "", "thema": ""}, ["titel", "text", "thema"]),
        ({"text": " "}, ["text"]),
        ({"text": "x" * 5001}, ["text"]),
        ({"ausgangslage": "", "erwaegungen": "", "finanzielles": ""}, []),
    ],
)
def test_what_is_missing_is_named_and_the_text_is_stored_all_the_same(entwurf, praesidium, now, anders, felder):
    eingabe = typed(entwurf, **anders)

    maengel = deeds.submit_entwurf(entwurf.pk, eingabe, actor=praesidium, now=now)

    entwurf.refresh_from_db()
    assert [m.feld for m in maengel] == felder
    assert entwurf.status == ("entwurf" if felder else "eingereicht")
    assert (entwurf.nr is None, entwurf.titel) == (bool(felder), eingabe.werte["titel"])
    assert entwurf.fassungen.get().text == eingabe.werte["text"]


def test_who_still_writes_when_it_is_submitted_is_told(entwurf, praesidium, geschaeftsstelle, now):
    meine = typed(entwurf, text="Noch ein Satz.")
    submit(entwurf, actor=praesidium, now=now)

    for tat in (deeds.save_entwurf, deeds.submit_entwurf):
        with pytest.raises(AntragVeraltet):
            tat(entwurf.pk, meine, actor=geschaeftsstelle, now=now)
    with pytest.raises(AntragVeraltet):
        deeds.discard_entwurf(entwurf.pk, actor=geschaeftsstelle, now=now)


# --- files ----------------------------------------------------------------------------------------


def test_files_come_and_go_with_the_text_typed_beside_them(entwurf, praesidium, now):
    neue = deeds.add_beilagen(
        entwurf.pk,
        [pdf("Zahlen_2027.pdf"), pdf("Zwei.pdf")],
        eingabe=typed(entwurf, text="Neu."),
        actor=praesidium,
        now=now,
    )
    assert [(b.titel, b.position) for b in neue] == [("Zahlen 2027", 1), ("Zwei", 2)]
    assert entwurf.fassungen.get().text == "Neu."

    deeds.remove_beilage(neue[0].pk, eingabe=typed(entwurf, text="Neuer."), actor=praesidium, now=now)

    assert list(Antragsbeilage.objects.values_list("titel", flat=True)) == ["Zwei"]
    assert Datei.objects.count() == 1  # of a draft nothing is kept
    assert entwurf.fassungen.get().text == "Neuer."
    with pytest.raises(AntragError, match="schon entfernt"):
        deeds.remove_beilage(neue[0].pk, actor=praesidium, now=now)


def test_files_change_until_the_motion_is_on_an_agenda(eingereicht, praesidium, sitzung, now):
    [beilage] = deeds.add_beilagen(eingereicht.pk, [pdf()], actor=praesidium, now=now)
    deeds.remove_beilage(beilage.pk, actor=praesidium, now=now)
    beilage.refresh_from_db()
    assert beilage.is_entfernt  # what members could read is kept

    Antrag.objects.filter(pk=eingereicht.pk).update(
        status="traktandiert", traktandum=make_traktandum(sitzung, art="entscheid")
    )
    with pytest.raises(AntragError, match="seine Beilagen bleiben"):
        deeds.add_beilagen(eingereicht.pk, [pdf()], actor=praesidium, now=now)


def test_there_are_at_most_ten_files(entwurf, praesidium, now):
    deeds.add_beilagen(
        entwurf.pk, [store_bytes(f"{n}.pdf", "pdf", b"x") for n in range(BEILAGEN_MAX)], actor=praesidium, now=now
    )

    with pytest.raises(AntragError, match="höchstens 10 Beilagen"):
        deeds.add_beilagen(entwurf.pk, [pdf()], actor=praesidium, now=now)
    assert entwurf.beilagen.count() == BEILAGEN_MAX


def test_a_discarded_draft_is_gone_with_text_and_files(entwurf, praesidium, now):
    [beilage] = deeds.add_beilagen(entwurf.pk, [pdf()], actor=praesidium, now=now)

    deeds.discard_entwurf(entwurf.pk, actor=praesidium, now=now)

    assert (Antrag.objects.count(), Antragsfassung.objects.count(), Datei.objects.count()) == (0, 0, 0)
    assert path_of(beilage.datei_id).is_file()  # the sweep takes it, not the transaction
    assert arten()[-1] == "antrag.entwurf_verworfen"
    with pytest.raises(AntragError, match="nicht mehr"):
        deeds.save_entwurf(entwurf.pk, Eingabe({}, 0, {}), actor=praesidium, now=now)


# --- reworded -------------------------------------------------------------------------------------


def on_agenda(antrag, sitzung, *, actor, now) -> Abstimmung:
    """Put a motion on an agenda and prepare its vote."""
    Antrag.objects.filter(pk=antrag.pk).update(
        status="traktandiert", traktandum=make_traktandum(sitzung, art="entscheid"), traktandiert_at=now
    )
    antrag.refresh_from_db()
    return Abstimmung.objects.create(
        sitzung=sitzung,
        traktandum=antrag.traktandum,
        antragsfassung=antrag.fassungen.get(),
        nr=1,
        frage="Verabschieden?",
        mehrheit="zweidrittel",
        created_at=now,
        created_von=actor,
    )


def revise(antrag, actor, now, *, papier=None, **anders):
    eingabe = typed(antrag, **anders)
    werte = {feld: eingabe.werte[feld] for feld in Antragsfassung.TEXTE}
    return antrag_deeds.revise_antrag(
        antrag.pk, Eingabe(werte, eingabe.stand, eingabe.basis), papier=papier, actor=actor, now=now
    )


def test_each_rewording_is_a_version_and_the_prepared_vote_follows(
    eingereicht, praesidium, geschaeftsstelle, sitzung, now
):
    vote = on_agenda(eingereicht, sitzung, actor=geschaeftsstelle, now=now)

    zweite = revise(eingereicht, praesidium, now, text="Zweiter Wortlaut.")
    dritte = revise(eingereicht, geschaeftsstelle, now, erwaegungen="Neue Gründe.")
    gleiche = revise(eingereicht, geschaeftsstelle, now)

    vote.refresh_from_db()
    assert (zweite.nr, dritte.nr, gleiche.pk, vote.antragsfassung_id) == (2, 3, dritte.pk, dritte.pk)
    assert (dritte.text, dritte.ausgangslage) == ("Zweiter Wortlaut.", WERTE["ausgangslage"])
    seite = load_fassungsseite(eingereicht, 2)
    assert (seite.geaendert, seite.davor, seite.danach) == (["Antrag"], 1, 3)
    assert load_fassungsseite(eingereicht, 4) is None


def test_two_rewordings_at_once_are_joined_or_told(eingereicht, praesidium, geschaeftsstelle, now):
    alte = typed(eingereicht, text="Meiner.")
    revise(eingereicht, geschaeftsstelle, now, erwaegungen="Deine.")

    werte = {feld: alte.werte[feld] for feld in Antragsfassung.TEXTE}
    dritte = antrag_deeds.revise_antrag(
        eingereicht.pk, Eingabe(werte, alte.stand, alte.basis), actor=praesidium, now=now
    )
    assert (dritte.nr, dritte.text, dritte.erwaegungen) == (3, "Meiner.", "Deine.")
    with pytest.raises(AntragVeraltet):
        antrag_deeds.revise_antrag(
            eingereicht.pk, Eingabe(werte | {"text": "Dritter."}, alte.stand, alte.basis), actor=praesidium, now=now
        )


def test_rewording_on_an_open_agenda_renews_its_paper_in_the_same_deed(eingereicht, geschaeftsstelle, sitzung, now):
    on_agenda(eingereicht, sitzung, actor=geschaeftsstelle, now=now)
    papier = make_unterlage(eingereicht.traktandum, "Antrag 1/2026", person=geschaeftsstelle)
    Antrag.objects.filter(pk=eingereicht.pk).update(papier=papier)

    revise(eingereicht, geschaeftsstelle, now, papier=store_bytes("Antrag.pdf", "pdf", b"neu"), text="Neuer Wortlaut.")

    assert [(f.nr, f.is_aktuell) for f in papier.fassungen.order_by("nr")] == [(1, False), (2, True)]
    # a paper printed from an older state is refused
    alt = typed(eingereicht, text="Dritter.")
    with pytest.raises(AntragVeraltet):
        antrag_deeds.revise_antrag(
            eingereicht.pk,
            Eingabe({"text": "Dritter."}, alt.stand - 1, alt.basis),
            papier=store_bytes("Antrag.pdf", "pdf", b"alt"),
            actor=geschaeftsstelle,
            now=now,
        )


@pytest.mark.parametrize(
    ("anders", "satz"),
    [
        ({"text": ""}, "Text des Antrags"),
        ({"text": "x" * 5001}, "5001 Zeichen"),
        ({"erwaegungen": "x" * 50_001}, "50001"),
    ],
)
def test_a_rewording_without_text_or_too_long_is_refused(eingereicht, praesidium, now, anders, satz):
    with pytest.raises(AntragError, match=satz):
        revise(eingereicht, praesidium, now, **anders)
    assert eingereicht.fassungen.count() == 1


# --- withdrawn ------------------------------------------------------------------------------------


def test_withdrawal_breaks_the_prepared_vote_off_in_the_same_deed(
    eingereicht, praesidium, geschaeftsstelle, sitzung, now
):
    vote = on_agenda(eingereicht, sitzung, actor=geschaeftsstelle, now=now)
    Sitzung.objects.filter(pk=sitzung.pk).update(status="versandt", freigegeben_at=now, versandt_at=now)

    antrag_deeds.withdraw_antrag(eingereicht.pk, grund=" Der Kanton hat  entschieden. ", actor=praesidium, now=now)

    eingereicht.refresh_from_db()
    vote.refresh_from_db()
    assert (eingereicht.status, eingereicht.zurueckgezogen_at) == ("zurueckgezogen", now)
    assert eingereicht.zurueckgezogen_grund == "Der Kanton hat entschieden."
    assert (vote.status, vote.abbruch_grund) == ("abgebrochen", "Antrag zurückgezogen")
    assert arten()[-2:] == ["abstimmung.abgebrochen", "antrag.zurueckgezogen"]
    with pytest.raises(AntragError, match="schon zurückgezogen"):
        antrag_deeds.withdraw_antrag(eingereicht.pk, actor=praesidium, now=now)


def test_the_office_withdraws_on_behalf_and_the_journal_says_so(eingereicht, geschaeftsstelle, now):
    antrag_deeds.withdraw_antrag(eingereicht.pk, actor=geschaeftsstelle, now=now)

    [satz] = tell(Journaleintrag.objects.filter(art="antrag.zurueckgezogen_fuer"))
    assert (satz.wer, satz.was) == (
        "Andrea Büro",
        f"hat den Antrag «1/2026: {WERTE['titel']}» im Auftrag von Andrea Präsidium zurückgezogen",
    )


@pytest.mark.parametrize(("status", "satz"), [("offen", "gerade abgestimmt"), ("geschlossen", "wurde abgestimmt")])
def test_no_withdrawal_during_or_after_the_vote(eingereicht, praesidium, geschaeftsstelle, sitzung, now, status, satz):
    vote = on_agenda(eingereicht, sitzung, actor=geschaeftsstelle, now=now)
    werte = {"status": "offen", "eroeffnet_at": now, "anwesend": 1, "noetig": 1}
    Abstimmung.objects.filter(pk=vote.pk).update(**werte)
    if status == "geschlossen":
        Abstimmung.objects.filter(pk=vote.pk).update(
            status="geschlossen",
            geschlossen_at=now,
            ja=1,
            nein=0,
            enthaltung=0,
            angenommen=True,
            protokoll="{}",
            protokoll_sha256="0" * 64,
        )
        Antrag.objects.filter(pk=eingereicht.pk).update(status="verabschiedet")  # as the close leaves it
    vorher = Antrag.objects.get(pk=eingereicht.pk).status

    with pytest.raises(AntragError, match=satz):
        antrag_deeds.withdraw_antrag(eingereicht.pk, actor=praesidium, now=now)
    eingereicht.refresh_from_db()
    assert eingereicht.status == vorher


def test_a_draft_is_discarded_not_withdrawn(entwurf, praesidium, now):
    with pytest.raises(AntragError, match="Verwerfen Sie ihn"):
        antrag_deeds.withdraw_antrag(entwurf.pk, actor=praesidium, now=now)
