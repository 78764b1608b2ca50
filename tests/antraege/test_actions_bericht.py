"""The report to the board: made, changed, released, handed over once, and what stands against it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.utils import timezone

from antraege.actions import abstimmung as votes
from antraege.actions import bericht as deeds
from antraege.models import Abstimmung, Antrag, Antragsbeilage, Antragsfassung, Bericht
from antraege.pruefung import berichte
from antraege.queries.bericht import load_inhalt, load_unterschriften
from antraege.rules.bericht import VERTEILER
from antraege.schritte.bericht import BerichtError, BerichtVeraltet, SchonUeberwiesen
from konferenz import triggers
from konferenz.dateien import path_of
from konferenz.models import Datei, Einstellung, Journaleintrag, Sendung
from mitglieder.models import Funktion, Person, Sitz
from tests.conftest import SEIT, make_datei, make_mandat, make_person

from .abschluss import close_with
from .ueberweisung_helfer import UNTERSCHRIFTEN, close_meeting, decide, prepare, store, texte

pytestmark = pytest.mark.django_db


@pytest.fixture
def chair(saal) -> Person:
    """The person on the chair's seat of the running meeting."""
    return Sitz.objects.get(art="vorsitz").mandate.get().person


@pytest.fixture
def antrag(saal, offene) -> Antrag:
    """A motion carried with 10 of 14; its meeting is closed."""
    vote = offene(saal)
    return decide(vote)


@pytest.fixture
def released(antrag, geschaeftsstelle, chair, now) -> Bericht:
    bericht = prepare(antrag, actor=geschaeftsstelle, now=now)
    return deeds.release_bericht(bericht.pk, stand=bericht.stand, actor=chair, now=now)


def entries(art: str) -> list[dict]:
    rows = Journaleintrag.objects.filter(art=art).order_by("seq")
    return [json.loads(text)["nutzlast"] for text in rows.values_list("text", flat=True)]


def repeat(vote: Abstimmung, actor: Person, *, ja: int) -> Abstimmung:
    """Repeat a vote in its running meeting."""
    sitze = list(vote.stimmsitze.values_list("sitz_id", flat=True))
    nochmals = votes.prepare_abstimmung(
        vote.sitzung_id,
        traktandum_pk=vote.traktandum_id,
        frage=vote.frage,
        mehrheit=vote.mehrheit,
        fassung_pk=vote.antragsfassung_id,
        vorgaenger_pk=vote.pk,
        actor=actor,
        now=vote.geschlossen_at,
    )
    offen = votes.open_abstimmung(nochmals.pk, sitze=sitze, actor=actor, now=vote.geschlossen_at + timedelta(minutes=1))
    return close_with(offen, ja=ja, nein=14 - ja)


def test_a_report_is_filled_in_from_the_version_that_was_voted_on(antrag, geschaeftsstelle, now):
    Einstellung.objects.create(
        schluessel="unterschrift_geschaeftsfuehrung", wert="Gero Führung, Geschäftsführer", geaendert_at=now
    )

    bericht = deeds.create_bericht(antrag.pk, actor=geschaeftsstelle, now=now)

    assert (bericht.art, bericht.status, bericht.stand) == ("antrag", "entwurf", 0)
    assert bericht.abstimmung == Abstimmung.objects.get()
    assert bericht.verteiler == VERTEILER
    assert bericht.unterschrift_vorsitz.endswith(", Vorsitz")  # the chair's name, while the office has set none
    assert bericht.unterschrift_geschaeftsfuehrung == "Gero Führung, Geschäftsführer"
    [eintrag] = entries("bericht.erstellt")
    assert eintrag["abstimmung"] == str(bericht.abstimmung.uuid)


def test_who_holds_the_seats_signs_unless_the_setting_names_them_in_other_words(antrag, geschaeftsstelle, chair, now):
    make_mandat(make_person("Führung"), Sitz.objects.get(art="geschaeftsfuehrung"))

    def unterschriften(**gesetzt):
        Einstellung.objects.all().delete()
        for schluessel, wert in gesetzt.items():
            Einstellung.objects.create(schluessel=f"unterschrift_{schluessel}", wert=wert, geaendert_at=now)
        return [(u.text, u.woher) for u in load_unterschriften(timezone.localdate(now)).values()]

    sitze = [
        (f"{chair.name}, Vorsitz", "Nach dem Mandat auf dem Sitz «VSEG-Präsidium (Vorsitz)»."),
        ("Andrea Führung, Geschäftsführung", "Nach dem Mandat auf dem Sitz «VSEG-Geschäftsführung»."),
    ]
    assert unterschriften() == sitze
    assert unterschriften(geschaeftsfuehrung="Vor Gänger, Geschäftsführer") == sitze
    genau = "Dr. A. Führung, Geschäftsführerin"
    assert unterschriften(geschaeftsfuehrung=genau)[1] == (genau, "Aus den Einstellungen.")


def test_the_reasons_of_the_voted_version_are_taken_over(saal, offene, geschaeftsstelle, now):
    vote = offene(saal)
    with triggers.without_triggers():
        type(vote.antragsfassung).objects.filter(pk=vote.antragsfassung_id).update(
            ausgangslage="Lage", erwaegungen="Gründe", finanzielles="Fr. 12’000"
        )

    bericht = deeds.create_bericht(decide(vote).pk, actor=geschaeftsstelle, now=now)

    assert (bericht.ausgangslage, bericht.erwaegungen, bericht.finanzielles) == ("Lage", "Gründe", "Fr. 12’000")


def test_nine_of_fourteen_go_only_for_information(saal, offene, geschaeftsstelle, now):
    antrag = decide(offene(saal), ja=9, nein=4)

    bericht = deeds.create_bericht(antrag.pk, actor=geschaeftsstelle, now=now)

    assert (antrag.status, bericht.art) == ("nicht_zustande_gekommen", "information")


def test_there_is_one_report_in_preparation_and_none_before_the_vote(saal, offene, geschaeftsstelle, now):
    vote = offene(saal)
    with pytest.raises(BerichtError, match="sobald über ihn abgestimmt ist"):
        deeds.create_bericht(vote.antragsfassung.antrag_id, actor=geschaeftsstelle, now=now)
    antrag = decide(vote)
    deeds.create_bericht(antrag.pk, actor=geschaeftsstelle, now=now)

    with pytest.raises(BerichtError, match="schon angelegt"):
        deeds.create_bericht(antrag.pk, actor=geschaeftsstelle, now=now)

    assert (Bericht.objects.count(), len(entries("bericht.erstellt"))) == (1, 1)


def test_who_saves_an_older_state_is_told_and_loses_nothing(antrag, geschaeftsstelle, now):
    bericht = deeds.create_bericht(antrag.pk, actor=geschaeftsstelle, now=now)
    deeds.save_bericht(bericht.pk, texte(bericht, erwaegungen="Erste"), stand=0, actor=geschaeftsstelle, now=now)

    with pytest.raises(BerichtVeraltet, match="nicht verloren") as veraltet:
        deeds.save_bericht(bericht.pk, texte(bericht, erwaegungen="Zweite"), stand=0, actor=geschaeftsstelle, now=now)

    assert veraltet.value.bericht.erwaegungen == "Erste"
    assert Bericht.objects.get().erwaegungen == "Erste"


def test_the_same_texts_write_nothing(antrag, geschaeftsstelle, now):
    bericht = prepare(antrag, actor=geschaeftsstelle, now=now)

    gleich = deeds.save_bericht(
        bericht.pk, texte(bericht, erwaegungen="\r\n "), stand=bericht.stand, actor=geschaeftsstelle, now=now
    )

    assert gleich.stand == bericht.stand == 1
    assert len(entries("bericht.geaendert")) == 1


def test_a_text_that_no_page_carries_is_refused_at_its_field(antrag, geschaeftsstelle, now):
    bericht = deeds.create_bericht(antrag.pk, actor=geschaeftsstelle, now=now)

    with pytest.raises(BerichtError, match="möglich sind 50000") as zu_lang:
        deeds.save_bericht(
            bericht.pk, texte(bericht, minderheit="x" * 50_001), stand=0, actor=geschaeftsstelle, now=now
        )

    assert zu_lang.value.feld == "minderheit"


def test_a_change_takes_the_release_back(released, geschaeftsstelle, now):
    bericht = deeds.save_bericht(
        released.pk, texte(released, erwaegungen="Neu"), stand=released.stand, actor=geschaeftsstelle, now=now
    )

    assert (bericht.status, bericht.freigegeben_at, bericht.freigegeben_von) == ("entwurf", None, None)
    assert entries("bericht.geaendert")[-1]["freigabe_zurueck"] is True


def submit(bericht, actor, now, *, zuletzt=None):
    return deeds.submit_bericht(bericht.pk, {}, stand=bericht.stand, zuletzt=zuletzt, actor=actor, now=now)


def test_a_complete_report_is_laid_before_the_chair_with_one_mail(antrag, geschaeftsstelle, chair, now):
    bericht = prepare(antrag, actor=geschaeftsstelle, now=now)

    assert submit(bericht, geschaeftsstelle, now) == chair

    bericht.refresh_from_db()
    assert (bericht.vorgelegt_at, bericht.vorgelegt_von, bericht.is_vorgelegt) == (now, geschaeftsstelle, True)
    sendung = Sendung.objects.get()
    assert (sendung.person, sendung.objekt, sendung.builder) == (chair.uuid, bericht.uuid, deeds.BUILDER_FREIGABE)
    assert [eintrag["vorsitz"] for eintrag in entries("bericht.vorgelegt")] == [str(chair.uuid)]
    assert deeds.release_bericht(bericht.pk, stand=1, actor=chair, now=now).status == "freigegeben"


def test_pressed_twice_one_mail_goes_on_purpose_another(antrag, geschaeftsstelle, now):
    bericht, spaeter = prepare(antrag, actor=geschaeftsstelle, now=now), now + timedelta(days=2)
    submit(bericht, geschaeftsstelle, now)

    submit(bericht, geschaeftsstelle, now + timedelta(seconds=1))
    assert (Sendung.objects.count(), len(entries("bericht.vorgelegt"))) == (1, 1)

    for _ in range(2):
        submit(bericht, geschaeftsstelle, spaeter, zuletzt=now)
    assert (Sendung.objects.count(), len(entries("bericht.vorgelegt"))) == (2, 2)
    assert Bericht.objects.get().vorgelegt_at == spaeter


def test_a_changed_report_is_laid_before_the_chair_again(antrag, geschaeftsstelle, now):
    bericht = prepare(antrag, actor=geschaeftsstelle, now=now)
    submit(bericht, geschaeftsstelle, now)
    deeds.save_bericht(bericht.pk, texte(bericht, erwaegungen="Neu"), stand=1, actor=geschaeftsstelle, now=now)
    bericht.refresh_from_db()
    assert not bericht.is_vorgelegt

    submit(bericht, geschaeftsstelle, now)

    assert (Sendung.objects.count(), Bericht.objects.get().vorgelegt_stand) == (2, 2)


@pytest.mark.parametrize(
    ("was", "satz"),
    [
        ("unterschrift", "Geschäftsführung unterschreibt"),
        ("stand", "inzwischen geändert"),
        ("freigegeben", "schon freigegeben"),
        ("vakant", "Der Vorsitz ist nicht besetzt"),
        ("adresse", "keine E-Mail-Adresse"),
    ],
)
def test_what_stands_against_laying_it_before_the_chair(was, satz, antrag, geschaeftsstelle, chair, now):
    bericht = prepare(antrag, actor=geschaeftsstelle, now=now)
    if was == "unterschrift":
        Bericht.objects.update(unterschrift_geschaeftsfuehrung=" ")
    elif was == "stand":
        bericht.stand = 0
    elif was == "freigegeben":
        deeds.release_bericht(bericht.pk, stand=bericht.stand, actor=chair, now=now)
    elif was == "vakant":
        chair.mandate.update(bis=SEIT + timedelta(days=1))
    else:
        Person.objects.filter(pk=chair.pk).update(email="")

    with pytest.raises(BerichtError, match=satz):
        submit(bericht, geschaeftsstelle, now)

    assert (Sendung.objects.count(), entries("bericht.vorgelegt")) == (0, [])
    assert Bericht.objects.get().vorgelegt_at is None


def test_a_release_is_of_what_was_seen_and_signed(antrag, geschaeftsstelle, chair, now):
    bericht = deeds.create_bericht(antrag.pk, actor=geschaeftsstelle, now=now)
    with pytest.raises(BerichtError, match="Geschäftsführung unterschreibt") as fehlt:
        deeds.release_bericht(bericht.pk, stand=0, actor=chair, now=now)
    assert fehlt.value.feld == "unterschrift_geschaeftsfuehrung"
    deeds.save_bericht(bericht.pk, texte(bericht), stand=0, actor=geschaeftsstelle, now=now)
    with pytest.raises(BerichtVeraltet):
        deeds.release_bericht(bericht.pk, stand=0, actor=chair, now=now)

    bericht = deeds.release_bericht(bericht.pk, stand=1, actor=chair, now=now)

    assert (bericht.status, bericht.freigegeben_von) == ("freigegeben", chair)
    with pytest.raises(BerichtError, match="schon freigegeben"):
        deeds.release_bericht(bericht.pk, stand=1, actor=chair, now=now)


def test_the_chair_takes_a_release_back(released, chair, now):
    bericht = deeds.unrelease_bericht(released.pk, actor=chair, now=now)

    assert (bericht.status, bericht.stand) == ("entwurf", released.stand + 1)
    with pytest.raises(BerichtError, match="nicht freigegeben"):
        deeds.unrelease_bericht(released.pk, actor=chair, now=now)


def test_a_repeated_vote_makes_a_report_stale_and_one_deed_makes_it_anew(saal, offene, geschaeftsstelle, chair, now):
    vote = offene(saal)
    antrag = decide(vote, schliessen=False)
    bericht = prepare(antrag, actor=geschaeftsstelle, now=now, erwaegungen="Bleibt stehen")
    deeds.release_bericht(bericht.pk, stand=bericht.stand, actor=chair, now=now)
    vote.refresh_from_db()
    zweite = repeat(vote, geschaeftsstelle, ja=9)
    close_meeting(saal)

    with pytest.raises(BerichtError, match="erstellen Sie den Bericht neu"):
        deeds.transmit_bericht(bericht.pk, store(bericht), stand=bericht.stand, actor=chair, now=now)
    neu = deeds.renew_bericht(bericht.pk, actor=geschaeftsstelle, now=now)

    assert (neu.abstimmung, neu.art, neu.status) == (zweite, "information", "entwurf")
    assert (neu.erwaegungen, neu.stand) == ("Bleibt stehen", bericht.stand + 1)
    with pytest.raises(BerichtError, match="schon die letzte"):
        deeds.renew_bericht(bericht.pk, actor=geschaeftsstelle, now=now)


def test_a_stale_report_is_not_released(saal, offene, geschaeftsstelle, chair, now):
    vote = offene(saal)
    bericht = prepare(decide(vote, schliessen=False), actor=geschaeftsstelle, now=now)
    vote.refresh_from_db()
    repeat(vote, geschaeftsstelle, ja=11)

    with pytest.raises(BerichtError, match="nochmals abgestimmt"):
        deeds.release_bericht(bericht.pk, stand=bericht.stand, actor=chair, now=now)


def test_handing_over_writes_everything_at_once(released, geschaeftsstelle, vorstand, chair, now):
    sekretariat = make_person("Sekretariat")
    for person, art in ((sekretariat, "vorstandssekretariat"), (chair, "vorstand"), (chair, "vorstandssekretariat")):
        Funktion.objects.create(person=person, art=art, von=SEIT)
    datei = store(released)

    bericht = deeds.transmit_bericht(released.pk, datei, stand=released.stand, actor=geschaeftsstelle, now=now)

    bericht.refresh_from_db()
    assert (bericht.status, bericht.ueberwiesen_at, bericht.ueberwiesen_von) == ("ueberwiesen", now, geschaeftsstelle)
    assert bericht.datei.sha256 == datei.sha256
    assert Antrag.objects.get().status == "ueberwiesen"
    sendungen = Sendung.objects.order_by("an_adresse")
    assert sorted(s.person for s in sendungen) == sorted(p.uuid for p in (vorstand, sekretariat, chair))
    assert {s.objekt for s in sendungen} == {bericht.uuid}
    [eintrag] = entries("bericht.ueberwiesen")
    assert eintrag["sha256"] == datei.sha256
    assert eintrag["abstimmung"] == str(bericht.abstimmung.uuid)
    assert eintrag["protokoll_sha256"] == bericht.abstimmung.protokoll_sha256


def test_the_files_of_the_motion_are_written_down_with_it(released, geschaeftsstelle, vorstand, now):
    with triggers.without_triggers():
        gute, weg = (
            Antragsbeilage.objects.create(
                antrag=released.antrag,
                datei=make_datei(f"{titel}.pdf"),
                titel=titel,
                position=nr,
                von=geschaeftsstelle,
                created_at=now,
                is_entfernt=titel == "Weg",
            )
            for nr, titel in enumerate(("Kosten", "Weg"), 1)
        )

    bericht = deeds.transmit_bericht(
        released.pk, store(released), stand=released.stand, actor=geschaeftsstelle, now=now
    )

    assert list(bericht.beilagen.all()) == [gute]
    assert weg not in load_inhalt(bericht).beilagen
    assert entries("bericht.ueberwiesen")[0]["beilagen"] == [gute.datei.sha256]
    assert berichte() is None


def test_it_is_handed_over_once(released, geschaeftsstelle, vorstand, now):
    deeds.transmit_bericht(released.pk, store(released), stand=released.stand, actor=geschaeftsstelle, now=now)

    with pytest.raises(SchonUeberwiesen):
        deeds.transmit_bericht(released.pk, store(released), stand=released.stand, actor=geschaeftsstelle, now=now)

    assert (Datei.objects.count(), Sendung.objects.count(), len(entries("bericht.ueberwiesen"))) == (1, 1, 1)
    for deed in (deeds.renew_bericht, deeds.unrelease_bericht):
        with pytest.raises(SchonUeberwiesen):
            deed(released.pk, actor=geschaeftsstelle, now=now)


def test_the_database_keeps_what_the_board_has(released, geschaeftsstelle, vorstand, now):
    deeds.transmit_bericht(released.pk, store(released), stand=released.stand, actor=geschaeftsstelle, now=now)

    for feld in ("erwaegungen", "minderheit", "verteiler"):
        with pytest.raises(DatabaseError, match="unveränderlich"), transaction.atomic():
            Bericht.objects.update(**{feld: "anders"})


@pytest.mark.parametrize(
    ("was", "satz"),
    [
        ("laeuft", "Die Sitzung läuft noch"),
        ("papier", "der Vorsitz hat sie noch nicht bestätigt"),
        ("zahlen", "Die Zahlen stimmen nicht überein: "),
        ("wortlaut", "Die Zahlen stimmen nicht überein: "),
        ("niemand", "niemand als Mitglied des VSEG-Vorstands"),
        ("entwurf", "noch nicht freigegeben"),
        ("stand", "inzwischen geändert"),
    ],
)
def test_what_stands_against_it_is_said_and_writes_nothing(was, satz, released, geschaeftsstelle, vorstand, now):
    stand, sitzung = released.stand, released.abstimmung.sitzung
    if was == "laeuft":
        type(sitzung).objects.filter(pk=sitzung.pk).update(status="laufend", beendet_at=None)
    elif was == "papier":
        type(sitzung).objects.filter(pk=sitzung.pk).update(nacherfasst_at=now, nacherfasst_von=geschaeftsstelle)
    elif was == "zahlen":
        with triggers.without_triggers(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM antraege_stimme WHERE wahl = 'enthaltung'")
    elif was == "wortlaut":
        with triggers.without_triggers():
            released.abstimmung.antragsfassung.__class__.objects.update(text="Ein anderer Text")
    elif was == "niemand":
        Funktion.objects.filter(art="vorstand").delete()
    elif was == "entwurf":
        deeds.unrelease_bericht(released.pk, actor=geschaeftsstelle, now=now)
        stand += 1
    else:
        stand -= 1

    with pytest.raises(BerichtError) as verweigert:
        deeds.transmit_bericht(released.pk, store(released), stand=stand, actor=geschaeftsstelle, now=now)

    assert satz in str(verweigert.value)
    assert (Datei.objects.count(), Sendung.objects.count(), entries("bericht.ueberwiesen")) == (0, 0, [])
    assert not Bericht.objects.filter(status="ueberwiesen").exists()
    assert Antrag.objects.get().status == "verabschiedet"


def test_a_meeting_held_on_paper_goes_once_the_chair_has_confirmed_it(released, geschaeftsstelle, chair, vorstand, now):
    sitzung = released.abstimmung.sitzung
    type(sitzung).objects.filter(pk=sitzung.pk).update(
        nacherfasst_at=now, nacherfasst_von=geschaeftsstelle, bestaetigt_at=now, bestaetigt_von=chair
    )

    bericht = deeds.transmit_bericht(released.pk, store(released), stand=released.stand, actor=chair, now=now)

    assert bericht.is_ueberwiesen


def test_a_board_member_without_an_address_stands_in_the_outbox_as_failed(released, geschaeftsstelle, vorstand, now):
    ohne = make_person("Ohne", email="")
    Funktion.objects.create(person=ohne, art="vorstand", von=SEIT)

    deeds.transmit_bericht(released.pk, store(released), stand=released.stand, actor=geschaeftsstelle, now=now)

    stand = dict(Sendung.objects.values_list("person", "status"))
    assert stand == {vorstand.uuid: "bereit", ohne.uuid: "fehlgeschlagen"}


def test_an_attachment_that_is_lost_stops_it(released, geschaeftsstelle, vorstand, now):
    datei = make_datei("Kosten.pdf")
    with triggers.without_triggers():
        Antragsbeilage.objects.create(
            antrag=released.antrag, datei=datei, titel="Kosten", position=1, von=geschaeftsstelle, created_at=now
        )
    path_of(datei.pk).unlink()

    with pytest.raises(BerichtError, match="fehlt die Beilage «Kosten»"):
        deeds.transmit_bericht(released.pk, store(released), stand=released.stand, actor=geschaeftsstelle, now=now)

    assert not Bericht.objects.filter(status="ueberwiesen").exists()


def test_what_the_board_sent_back_gets_a_second_report_after_its_second_vote(
    saal, offene, geschaeftsstelle, vorstand, chair, now
):
    antrag = decide(offene(saal))
    erster = prepare(antrag, actor=geschaeftsstelle, now=now)
    deeds.release_bericht(erster.pk, stand=erster.stand, actor=chair, now=now)
    deeds.transmit_bericht(erster.pk, store(erster), stand=erster.stand, actor=chair, now=now)
    with pytest.raises(BerichtError, match="überwiesen"):
        deeds.create_bericht(antrag.pk, actor=geschaeftsstelle, now=now)
    Antrag.objects.update(status="traktandiert")  # sent back, taken up again, on an agenda
    type(saal).objects.filter(pk=saal.pk).update(status="laufend", beendet_at=None, aktuell=antrag.traktandum)
    neue = Antragsfassung.objects.create(
        antrag=antrag, nr=2, text="Der Vorstand sei neu zu ersuchen.", von=geschaeftsstelle, created_at=now
    )
    zweite = votes.prepare_abstimmung(
        saal.pk,
        traktandum_pk=antrag.traktandum_id,
        frage="Wird die neue Fassung verabschiedet?",
        mehrheit="zweidrittel",
        fassung_pk=neue.pk,
        actor=geschaeftsstelle,
        now=now,
    )
    sitze = list(erster.abstimmung.stimmsitze.values_list("sitz_id", flat=True))
    zweite = votes.open_abstimmung(zweite.pk, sitze=sitze, actor=geschaeftsstelle, now=saal.ende_at)
    decide(zweite, ja=14, nein=0, enthaltung=0)

    zweiter = deeds.create_bericht(antrag.pk, actor=geschaeftsstelle, now=now)

    assert zweiter.abstimmung == zweite
    assert (Bericht.objects.count(), Bericht.objects.filter(status="ueberwiesen").get()) == (2, erster)


def test_signatures_are_those_the_office_wrote(released):
    assert released.unterschrift_vorsitz == UNTERSCHRIFTEN["unterschrift_vorsitz"]
