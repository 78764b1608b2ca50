"""The letter to the board: what it says, what is attached, who gets it no more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from antraege.actions import bericht as deeds
from antraege.mails import freigabe
from antraege.mails.beilage import TEXT_RESERVE, BeilageFehlt
from antraege.mails.bericht import build
from antraege.models import Antragsbeilage, Bericht
from konferenz import triggers
from konferenz.dateien import path_of
from konferenz.models import Einstellung, Sendung
from konferenz.nachricht import AnhangSpeicher, EmpfangVerweigert, build_nachricht
from mitglieder.models import Funktion, Sitz
from sitzungen.queries.paket import MB
from tests.conftest import make_datei

from .ueberweisung_helfer import decide, prepare, store

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 der Bericht"


@pytest.fixture
def send(geschaeftsstelle, vorstand, now):
    """Return a function that takes a decided motion to the board and gives the board member's row of the outbox."""

    def transmit(antrag, *dateien) -> Sendung:
        with triggers.without_triggers():
            for nr, datei in enumerate(dateien, 1):
                Antragsbeilage.objects.create(
                    antrag=antrag, datei=datei, titel=f"Beilage {nr}", position=nr, von=geschaeftsstelle, created_at=now
                )
        chair = Sitz.objects.get(art="vorsitz").mandate.get().person
        bericht = prepare(antrag, actor=geschaeftsstelle, now=now)
        deeds.release_bericht(bericht.pk, stand=bericht.stand, actor=chair, now=now)
        deeds.transmit_bericht(bericht.pk, store(bericht, PDF), stand=bericht.stand, actor=chair, now=now)
        return Sendung.objects.get(person=vorstand.uuid)

    return transmit


def names(mail) -> list[str]:
    return [anhang[0] for anhang in mail.attachments]


def test_a_carried_motion_reaches_the_board_with_its_files(saal, offene, send, vorstand):
    sendung = send(decide(offene(saal)), make_datei("Kosten.xlsx", b"PK", typ="xlsx"), make_datei("Kosten.xlsx", b"PK"))

    mail = build(sendung)

    assert mail.subject == "Bericht und Antrag 1/2026 der Sozialpräsidienkonferenz: Teuerung der Fallpauschale"
    assert names(mail) == ["Bericht und Antrag 2026-1.pdf", "Kosten.xlsx", "Kosten (2).xlsx"]
    assert mail.attachments[0][1:] == (PDF, "application/pdf")
    url = f"/vorstand/{Bericht.objects.get().uuid}/"
    for text in (mail.body, str(mail.alternatives[0][0])):
        assert f"Guten Tag {vorstand.name}" in text
        assert "Angenommen mit 10 Ja, 3 Nein, 1 Enthaltung bei 14 Anwesenden; nötig 10." in text
        assert "Der VSEG-Vorstand sei zu ersuchen, die Fallpauschale" in text
        assert url in text
        assert "als «VSEG-Vorstand» eingetragen" in text
        assert "zur Information" not in text
    assert "– Beilage 1 (XLSX, beigelegt)" in mail.body


def test_nine_of_fourteen_reads_as_information_everywhere(saal, offene, send):
    mail = build(send(decide(offene(saal), ja=9, nein=4)))

    assert mail.subject.startswith("Nur zur Information: Antrag 1/2026")
    assert "nicht zustande gekommen" in mail.subject
    assert names(mail) == ["Bericht 2026-1 nur zur Information.pdf"]
    for text in (mail.body, str(mail.alternatives[0][0])):
        assert "nur zur Information" in text
        assert "nicht zustande gekommen" in text
        assert "9 Ja, 4 Nein, 1 Enthaltung bei 14 Anwesenden; nötig 10." in text
        assert "überweist Ihnen den Antrag" not in text


def test_what_has_no_room_in_the_mail_is_named_as_in_the_portal(saal, offene, send, now):
    sendung = send(decide(offene(saal)), make_datei("Gross.pdf", b"x" * 1_200_000), make_datei("Klein.pdf", b"x"))
    Einstellung.objects.create(schluessel="mail_max_mb", wert=1, geaendert_at=now)

    mail = build(sendung)

    assert names(mail) == ["Bericht und Antrag 2026-1.pdf", "Klein.pdf"]
    assert "Beilage 1 (PDF, zu gross für eine Mail, im Portal)" in mail.body


def test_a_mail_never_grows_beyond_the_setting(saal, offene, send, now):
    vote = offene(saal)
    with triggers.without_triggers():
        type(vote.antragsfassung).objects.update(text="ä" * 5000)
    vote.refresh_from_db()
    rest = (MB - TEXT_RESERVE) // 78 * 57 - 6 * 57
    halb = make_datei("A.pdf", b"x" * (rest // 2)), make_datei("B.pdf", b"x" * (rest // 2 - 2000))
    sendung = send(decide(vote), *halb)
    Einstellung.objects.create(schluessel="mail_max_mb", wert=1, geaendert_at=now)

    mail = build(sendung)
    assert names(mail) == ["Bericht und Antrag 2026-1.pdf", "A.pdf", "B.pdf"]

    nachricht = build_nachricht(sendung, mail, speicher=AnhangSpeicher(), now=now)
    assert 800_000 < nachricht.groesse <= MB


@pytest.mark.parametrize("wie", ["ausgetreten", "gesperrt"])
def test_who_has_left_the_board_gets_nothing(saal, offene, send, vorstand, wie):
    sendung = send(decide(offene(saal)))
    if wie == "ausgetreten":
        gestern = timezone.localdate() - timedelta(days=1)
        Funktion.objects.filter(person=vorstand).update(von=gestern - timedelta(days=9), bis=gestern)
    else:
        type(vorstand).objects.filter(pk=vorstand.pk).update(is_active=False)

    with pytest.raises(EmpfangVerweigert, match="nicht mehr zum VSEG-Vorstand"):
        build(sendung)


@pytest.mark.parametrize("welche", ["bericht", "beilage"])
def test_a_file_that_changed_on_disk_is_not_sent(saal, offene, send, welche):
    beilage = make_datei("Kosten.pdf", b"%PDF Kosten")
    sendung = send(decide(offene(saal)), beilage)
    datei = Bericht.objects.get().datei if welche == "bericht" else beilage
    path_of(datei.pk).write_bytes(b"%PDF anders")

    with pytest.raises(BeilageFehlt):
        build(sendung)


def test_a_row_without_a_report_is_refused(saal, offene, send):
    sendung = send(decide(offene(saal)))
    sendung.objekt = sendung.uuid

    with pytest.raises(EmpfangVerweigert):
        build(sendung)


# --- the chair is asked ---------------------------------------------------------------------------


@pytest.fixture
def ask(geschaeftsstelle, now):
    """Return a function that lays the report on a decided motion before the chair and gives the row of the outbox."""

    def submit(antrag) -> Sendung:
        bericht = prepare(antrag, actor=geschaeftsstelle, now=now)
        deeds.submit_bericht(bericht.pk, {}, stand=bericht.stand, zuletzt=None, actor=geschaeftsstelle, now=now)
        return Sendung.objects.get()

    return submit


@pytest.mark.parametrize(
    ("ja", "was", "ergebnis"),
    [
        (10, "Der Bericht an den VSEG-Vorstand", "Angenommen mit 10 Ja"),
        (9, "Der Bericht zur Information an den VSEG-Vorstand", "Nicht zustande gekommen"),
    ],
)
def test_the_chair_reads_what_waits_and_where(saal, offene, ask, geschaeftsstelle, settings, ja, was, ergebnis):
    sendung = ask(decide(offene(saal), ja=ja, nein=13 - ja))

    mail = freigabe.build(sendung)

    assert mail.subject == "Zur Freigabe: Bericht an den VSEG-Vorstand zum Antrag 1/2026"
    assert mail.to == [Sitz.objects.get(art="vorsitz").mandate.get().person.email]
    for text in (mail.body, str(mail.alternatives[0][0])):
        assert was in text
        assert ergebnis in text
        assert "«Teuerung der Fallpauschale»" in text
        assert geschaeftsstelle.name in text
        assert f"{settings.SITE_URL}/antraege/2026-1/bericht/" in text


@pytest.mark.parametrize("wie", ["freigegeben", "abgetreten"])
def test_who_has_nothing_to_release_is_not_asked(saal, offene, ask, now, wie):
    sendung = ask(decide(offene(saal)))
    mandat = Sitz.objects.get(art="vorsitz").mandate.get()
    if wie == "freigegeben":
        deeds.release_bericht(Bericht.objects.get().pk, stand=1, actor=mandat.person, now=now)
    else:
        type(mandat).objects.filter(pk=mandat.pk).update(bis=mandat.von + timedelta(days=1))

    with pytest.raises(EmpfangVerweigert, match="freigegeben" if wie == "freigegeben" else "Vorsitz nicht mehr"):
        freigabe.build(sendung)
