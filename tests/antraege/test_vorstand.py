"""The board's page, one report, the decision's form and preview, elections: who reads, who writes, in which state."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from antraege.actions.entscheid import Angaben, discard_entscheid, record_entscheid, tell_entscheid
from antraege.models import Antrag, Vorstandsentscheid
from antraege.queries.vorstand import load_beim_vorstand
from konferenz import triggers
from konferenz.models import Datei, Journaleintrag, Sendung
from mitglieder.models import Funktion, Mandat, Sitz
from mitglieder.permissions import umfang
from sitzungen.models import Sitzung
from tests.conftest import (
    SEIT,
    make_datei,
    make_mandat,
    make_person,
    make_sitzung,
    make_traktandum,
    make_unterlage,
    pdf_bytes,
)

from .bericht_helfer import make_beilage, make_bericht, make_beschlossen, make_entscheid, make_ueberwiesen

pytestmark = pytest.mark.django_db
WORT = {200: "S", 302: "W", 403: "V", 404: "N", 405: "M"}


@pytest.fixture
def vorbei(db):
    """A meeting of three months ago, so that what follows it lies before today."""
    beginn = timezone.now() - timedelta(days=90)
    return make_sitzung(2, beginn_at=beginn, status="geschlossen")


@pytest.fixture
def sitzung(vorbei):
    """The cast's substitute was named for the meeting that voted."""
    return vorbei


@pytest.fixture
def sekretariat(db):
    person = make_person("Sekretariat")
    Funktion.objects.create(person=person, art="vorstandssekretariat", von=SEIT)
    return person


@pytest.fixture
def leute(cast, sekretariat):
    administration = make_person("Administration")
    Funktion.objects.create(person=administration, art="administration", von=SEIT)
    return cast | {"sekretariat": sekretariat, "administration": administration}


@pytest.fixture
def bericht(cast, vorbei):
    return make_ueberwiesen(cast["praesidium"], cast["vorsitz"], sitzung=vorbei, am=timezone.now() - timedelta(days=63))


def adressen(bericht):
    return [
        reverse("antraege:vorstand-list"),
        bericht.get_absolute_url(),
        reverse("antraege:entscheid-edit", args=[bericht.uuid]),
        reverse("antraege:entscheid-tell", args=[bericht.uuid]),
        reverse("antraege:entscheid-mail", args=[bericht.uuid]),
        reverse("antraege:entscheid-datei", args=[bericht.uuid]),
        reverse("antraege:entscheid-discard", args=[bericht.uuid]),
    ]


def lesen(client, person, bericht):
    client.force_login(person)
    worte = []
    for adresse in adressen(bericht):
        antwort = client.get(adresse)
        worte.append(WORT[antwort.status_code])
        if antwort.streaming:
            list(antwort.streaming_content)
    return "".join(worte)


# the board's page · report · form · preview · its mail · the board's paper · discard (by GET: never)
VORBEREITUNG = {
    "geschaeftsstelle": "SWNNNNM",  # the report is prepared elsewhere; there is nothing to decide yet
    "vorsitz": "SWNNNNM",
    "sekretariat": "SNNNNNM",
    "vorstand": "SNNNNNM",
}
WARTET = {
    "geschaeftsstelle": "SSSWNNM",
    "sekretariat": "SSSWNNM",
    "vorsitz": "SSVVVNM",
    "vorstand": "SSVVVNM",
    "praesidium": "NSVVVNM",
    "berater": "NSVVVNM",
    "stellvertretung": "NSVVVNM",
    "leitgremium": "NSVVVNM",
}
ERFASST = WARTET | {"geschaeftsstelle": "SSSSSSM", "sekretariat": "SSSSSSM"}
MITGETEILT = {
    "geschaeftsstelle": "SSWWSSM",
    "sekretariat": "SSWWSSM",
    "vorsitz": "SSVVVSM",
    "vorstand": "SSVVVSM",
    "praesidium": "NSVVVSM",
    "berater": "NSVVVSM",
    "stellvertretung": "NSVVVSM",
    "leitgremium": "NSVVVSM",
}
NICHTS = "NNNNNNM"


@pytest.mark.parametrize(
    ("stand", "erwartet"),
    [("entwurf", VORBEREITUNG), ("wartet", WARTET), ("erfasst", ERFASST), ("mitgeteilt", MITGETEILT)],
)
def test_who_reads_what_in_which_state(client, leute, vorbei, stand, erwartet):
    antrag, vote = make_beschlossen(leute["praesidium"], sitzung=vorbei)
    status = "entwurf" if stand == "entwurf" else "ueberwiesen"
    am = timezone.now() - timedelta(days=15)  # a substitute reads what her meeting did for a month
    Sitzung.objects.update(beginn_at=am - timedelta(days=5), ende_at=am - timedelta(days=4))
    bericht = make_bericht(antrag, vote, actor=leute["vorsitz"], status=status, am=am)
    if stand in {"erfasst", "mitgeteilt"}:
        make_entscheid(
            bericht,
            leute["sekretariat"],
            status="entwurf" if stand == "erfasst" else "mitgeteilt",
            datei=make_datei("Beschluss.pdf"),
        )

    gelesen = {name: lesen(client, person, bericht) for name, person in leute.items()}

    assert gelesen == {name: erwartet.get(name, NICHTS) for name in leute}


@pytest.mark.parametrize("name", ["vorsitz", "vorstand", "praesidium", "leitgremium", "fremde", "administration"])
def test_nobody_else_writes(client, leute, bericht, name):
    make_entscheid(bericht, leute["sekretariat"], status="entwurf")
    client.force_login(leute[name])

    for ziel in ("edit", "tell", "discard"):
        antwort = client.post(reverse(f"antraege:entscheid-{ziel}", args=[bericht.uuid]), {"stand": "1"})
        assert antwort.status_code in {403, 404}

    assert Vorstandsentscheid.objects.get().status == "entwurf"


def test_an_untold_decision_shows_nowhere_but_to_who_records_it(client, leute, bericht):
    make_entscheid(bericht, leute["sekretariat"], status="entwurf", text="GEHEIMER WORTLAUT", referenz="GEHEIME-7")
    seiten = ["/", reverse("antraege:vorstand-list"), bericht.get_absolute_url(), bericht.antrag.get_absolute_url()]
    for name, person in leute.items():
        client.force_login(person)
        text = "".join(client.get(seite).content.decode() for seite in seiten)
        assert "GEHEIM" not in text
        assert ("erfasst" in text) == (name in {"geschaeftsstelle", "sekretariat"}), name


def test_the_journal_keeps_an_untold_decision_to_who_records_it(client, leute, bericht):
    """The chair reads the journal, and reads of the decision once everybody does."""

    def record(ergebnis, *, stand):
        angaben = Angaben(ergebnis, timezone.localdate(), "Aus Gründen.")
        record_entscheid(bericht.pk, angaben, stand=stand, actor=leute["sekretariat"], now=timezone.now())
        return Vorstandsentscheid.objects.get().stand

    def reads(name):
        client.force_login(leute[name])
        return "Entscheid des Vorstands" in client.get(reverse("mitglieder:journal-list")).content.decode()

    stand = record("angenommen", stand=0)
    stand = record("abgelehnt", stand=stand)
    assert (reads("vorsitz"), reads("geschaeftsstelle")) == (False, True)
    discard_entscheid(bericht.pk, stand=stand, actor=leute["sekretariat"], now=timezone.now())
    assert (reads("vorsitz"), reads("geschaeftsstelle")) == (False, True)
    stand = record("abgelehnt", stand=0)
    tell_entscheid(bericht.pk, stand=stand, actor=leute["sekretariat"], now=timezone.now())
    assert (reads("vorsitz"), reads("geschaeftsstelle")) == (True, True)


# --- what the pages say ---------------------------------------------------------------------------


def suppe(client, person, adresse):
    client.force_login(person)
    return BeautifulSoup(client.get(adresse).content, "html.parser")


def text_of(suppe):
    return " ".join(suppe.get_text(" ").split())


def test_the_boards_page_says_what_waits_since_when_and_how_it_was_voted(client, leute, bericht):
    seite = suppe(client, leute["vorstand"], reverse("antraege:vorstand-list"))

    zeile = seite.select_one(".vorstandsliste .vorstandszeile")
    text = text_of(zeile)
    for wort in ("Antrag 1/2026", "Teuerung der Fallpauschale 1", "10 Ja", "seit 63 Tagen", "überfällig"):
        assert wort in text
    assert zeile.select_one("svg")["aria-label"] == "Seit 63 Tagen, Erinnerung nach 60 Tagen"
    assert "60 Tage" in zeile.select_one("svg text").get_text()
    assert "Entscheid erfassen" not in text_of(seite)
    assert "Entscheid erfassen" in text_of(suppe(client, leute["sekretariat"], reverse("antraege:vorstand-list")))


def test_the_report_page_shows_numbers_and_no_seats_unless_by_roll_call(client, leute, vorbei):
    for nr, namentlich in ((1, False), (2, True)):
        bericht = make_ueberwiesen(leute["praesidium"], leute["vorsitz"], nr=nr, sitzung=vorbei, namentlich=namentlich)
        for name in ("vorstand", "leitgremium", "praesidium"):
            seite = suppe(client, leute[name], bericht.get_absolute_url())
            assert "10 Ja" in text_of(seite)
            assert "nötig 10 von 14" in text_of(seite.select_one("svg.ergebnis__bild"))
            assert ("Petra Muster" in text_of(seite)) == namentlich


def test_whose_motion_it_was_stays_in_the_conference(client, leute, bericht):
    sitz = bericht.antrag.sitz.bezeichnung

    def weiss(name, adresse):
        return sitz in text_of(suppe(client, leute[name], adresse).select_one("main"))

    intern = dict.fromkeys(("geschaeftsstelle", "vorsitz", "praesidium"), True)
    assert {
        name: weiss(name, bericht.get_absolute_url()) for name in (*intern, "leitgremium", "vorstand")
    } == intern | {
        "leitgremium": False,
        "vorstand": False,
    }
    liste = reverse("antraege:vorstand-list")
    assert (weiss("vorsitz", liste), weiss("vorstand", liste), weiss("sekretariat", liste)) == (True, False, False)


def test_what_was_a_confidential_paper_is_none_for_the_wide_circle_as_an_attachment(client, leute, bericht):
    """The board has it with its report; the Leitgremien did not get the paper and do not get the file either."""
    antrag, punkt = bericht.antrag, bericht.abstimmung.traktandum
    offene = make_beilage(antrag, "Kostenübersicht", am=antrag.created_at, mit=bericht)
    geheime = make_beilage(antrag, "Einzelfälle", am=antrag.created_at, mit=bericht)
    make_unterlage(punkt, "Kostenübersicht", person=leute["geschaeftsstelle"], datei=offene.datei)
    make_unterlage(punkt, "Einzelfälle", person=leute["geschaeftsstelle"], datei=geheime.datei, vertraulich=True)

    for name in ("vorstand", "sekretariat", "geschaeftsstelle", "praesidium", "vorsitz", "berater", "leitgremium"):
        liest = name != "leitgremium"
        seite = suppe(client, leute[name], bericht.get_absolute_url())
        for beilage, offen in ((offene, True), (geheime, liest)):
            ziel = reverse("antraege:beilage-download", args=[beilage.uuid])
            assert (seite.find("a", href=ziel) is not None) is offen, name
            antwort = client.get(ziel)
            assert antwort.status_code == (200 if offen else 404), name
            if offen:
                assert b"".join(antwort.streaming_content).startswith(b"%PDF")


def test_what_was_attached_goes_with_the_report_and_opens_for_good(client, leute, bericht):
    """Also once the motion is taken up again and the file taken off it: the board has received it."""
    antrag, danach = bericht.antrag, bericht.ueberwiesen_at + timedelta(days=1)
    beilage = make_beilage(antrag, "Kostenübersicht", am=antrag.created_at, mit=bericht)
    spaeter = make_beilage(antrag, "Erst in der zweiten Runde", am=danach)
    weg = make_beilage(antrag, "Wieder entfernt", am=antrag.created_at)

    def take_off(beilage):
        with triggers.without_triggers():
            type(beilage).objects.filter(pk=beilage.pk).update(is_entfernt=True)

    def ziel(beilage):
        return reverse("antraege:beilage-download", args=[beilage.uuid])

    def check():
        for name in ("vorstand", "sekretariat", "geschaeftsstelle"):
            for adresse in (reverse("antraege:vorstand-list"), bericht.get_absolute_url()):
                seite = suppe(client, leute[name], adresse)
                assert "Kostenübersicht" in seite.find("a", href=ziel(beilage)).get_text()
                assert "zweiten Runde" not in text_of(seite)
                assert "Wieder entfernt" not in text_of(seite)
            antwort = client.get(ziel(beilage))
            assert (antwort.status_code, antwort["Content-Type"]) == (200, "application/pdf")
            assert b"".join(antwort.streaming_content).startswith(b"%PDF")
            assert client.get(ziel(weg)).status_code == 404
        for name in ("fremde", "gast"):
            client.force_login(leute[name])
            assert client.get(ziel(beilage)).status_code == 404

    take_off(weg)
    check()
    make_entscheid(bericht, leute["sekretariat"], ergebnis="zurueckgewiesen")
    Antrag.objects.filter(pk=antrag.pk).update(status="eingereicht", traktandum=None)  # taken up again
    take_off(beilage)
    check()
    client.force_login(leute["vorstand"])
    assert client.get(ziel(spaeter)).status_code == 404
    seite = suppe(client, leute["vorstand"], bericht.get_absolute_url())
    assert seite.find("a", href=antrag.get_absolute_url()) is None


def test_only_for_information_is_said_everywhere(client, leute, vorbei):
    bericht = make_ueberwiesen(leute["praesidium"], leute["vorsitz"], sitzung=vorbei, ja=9)

    for adresse in (reverse("antraege:vorstand-list"), bericht.get_absolute_url(), "/"):
        assert "ur zur Information" in text_of(suppe(client, leute["vorstand"], adresse))
    form = suppe(client, leute["geschaeftsstelle"], reverse("antraege:entscheid-edit", args=[bericht.uuid]))
    assert [feld["value"] for feld in form.select("input[name=ergebnis]")] == ["zur_kenntnis"]


def test_the_decision_once_told_stands_on_the_report(client, leute, bericht):
    make_entscheid(bericht, leute["sekretariat"], datei=make_datei("Beschluss.pdf"))

    for name in ("vorstand", "praesidium", "leitgremium"):
        seite = suppe(client, leute[name], bericht.get_absolute_url())
        text = text_of(seite)
        for wort in ("Mit Änderungen angenommen", "Der Vorstand verlangt", "Vorstand 5/2026", "Beschluss.pdf"):
            assert wort in text
        assert seite.find("a", href=reverse("antraege:entscheid-datei", args=[bericht.uuid])) is not None
    text = text_of(suppe(client, leute["vorstand"], reverse("antraege:vorstand-list")))
    assert "Kein Antrag wartet auf einen Entscheid." in text
    assert "seit" not in text.split("Beantwortet")[1]


def test_the_motions_part_says_where_it_is(leute, bericht, now):
    def gelesen(name):
        (zeile,) = load_beim_vorstand(Antrag.objects.get(), umfang(leute[name], timezone.now()))
        return zeile

    assert gelesen("praesidium").wartezeit.satz == "seit 63 Tagen"
    make_entscheid(bericht, leute["sekretariat"], status="entwurf")
    assert gelesen("praesidium").entscheid is None
    assert load_beim_vorstand(Antrag.objects.get(), umfang(leute["fremde"], timezone.now())) == ()


def test_personal_union_is_said_as_two_deeds(client, leute, bericht):
    satz = "zwei getrennte Handlungen"
    seiten = [reverse("antraege:vorstand-list"), bericht.get_absolute_url()]
    assert not any(satz in text_of(suppe(client, leute["vorstand"], seite)) for seite in seiten)

    Funktion.objects.create(person=leute["vorsitz"], art="vorstand", von=SEIT)

    for seite in seiten:
        text = text_of(suppe(client, leute["vorstand"], seite))
        assert satz in text
        assert leute["vorsitz"].name in text


# --- the form, the preview, telling ---------------------------------------------------------------


def angaben(**rest):
    heute = timezone.localdate()
    werte = {"ergebnis": "geaendert", "beschlossen_on": heute.isoformat(), "text": "Ab 2028.", "referenz": "V 5/2026"}
    return werte | {"stand": "0"} | rest


def test_recorded_previewed_told(client, leute, bericht):
    client.force_login(leute["sekretariat"])
    schreiben = SimpleUploadedFile("Beschluss.pdf", pdf_bytes())
    edit = reverse("antraege:entscheid-edit", args=[bericht.uuid])

    antwort = client.post(edit, angaben(datei=schreiben))
    tell = reverse("antraege:entscheid-tell", args=[bericht.uuid])
    assert (antwort.status_code, antwort["Location"]) == (302, tell)
    seite = BeautifulSoup(client.get(tell).content, "html.parser")
    text = text_of(seite)
    for wort in ("Mit Änderungen angenommen", "Ab 2028.", "Beschluss.pdf", "Betreff:", leute["praesidium"].name):
        assert wort in text
    an_wen = f"Die Mail geht an 3 Personen: an die Antragstellenden ({leute['praesidium'].name}) und an die 2 übrigen Mitglieder"
    assert an_wen in text_of(seite.select_one("main form.formular"))  # where the button stands
    assert seite.select_one(".entscheid__wort")["data-art"] == "gut"  # as it will stand on the motion's page
    mail = client.get(seite.select_one("iframe.brief")["src"])
    assert "Ab 2028." in mail.content.decode()
    assert "über den Antrag" in mail.content.decode()
    assert "über Ihren Antrag" in client.get(seite.select_one("iframe.brief")["src"] + "?an=einreichende").text
    assert "sandbox" in mail["Content-Security-Policy"]
    assert Sendung.objects.count() == 0

    antwort = client.post(tell, {"stand": seite.select_one("input[name=stand]")["value"]}, follow=True)

    assert "Der Entscheid ist mitgeteilt: 3 Personen erhalten je eine Mail." in antwort.text
    assert Antrag.objects.get().status == "beantwortet"
    assert Sendung.objects.count() == 3


def test_the_second_writer_is_told_what_stands_and_keeps_text_and_file(client, leute, bericht):
    client.force_login(leute["geschaeftsstelle"])
    edit = reverse("antraege:entscheid-edit", args=[bericht.uuid])
    make_entscheid(bericht, leute["sekretariat"], status="entwurf", text="So hat es das Sekretariat verstanden.")

    datei = SimpleUploadedFile("Mein Schreiben.pdf", pdf_bytes())
    antwort = client.post(edit, angaben(text="So verstehe ich es.", datei=datei))

    seite = BeautifulSoup(antwort.content, "html.parser")
    text = text_of(seite)
    assert "Andrea Sekretariat hat den Entscheid inzwischen erfasst oder geändert." in text
    assert "So hat es das Sekretariat verstanden." in text
    assert "Das Schreiben «Mein Schreiben.pdf» ist geprüft" in text
    assert seite.select_one("textarea[name=text]").get_text().strip() == "So verstehe ich es."
    assert Vorstandsentscheid.objects.get().text == "So hat es das Sekretariat verstanden."
    assert not Datei.objects.filter(name="Mein Schreiben.pdf").exists()

    nochmals = angaben(
        text="So verstehe ich es.",
        stand=seite.select_one("input[name=stand]")["value"],
        abgelegt=seite.select_one("input[name=abgelegt]")["value"],
    )
    assert client.post(edit, nochmals).status_code == 302
    entscheid = Vorstandsentscheid.objects.get()
    assert (entscheid.text, entscheid.datei.name, entscheid.stand) == ("So verstehe ich es.", "Mein Schreiben.pdf", 2)


def test_a_note_of_a_file_is_good_for_nobody_else_and_once(client, leute, bericht):
    client.force_login(leute["geschaeftsstelle"])
    edit = reverse("antraege:entscheid-edit", args=[bericht.uuid])
    datei = SimpleUploadedFile("Mein Schreiben.pdf", pdf_bytes())
    antwort = client.post(edit, angaben(beschlossen_on="2020-01-01", datei=datei))
    notiz = BeautifulSoup(antwort.content, "html.parser").select_one("input[name=abgelegt]")["value"]
    assert notiz

    client.force_login(leute["sekretariat"])
    client.post(edit, angaben(abgelegt=notiz))
    assert Vorstandsentscheid.objects.get().datei is None
    client.force_login(leute["geschaeftsstelle"])
    client.post(edit, angaben(abgelegt=notiz, stand="1"))
    assert Vorstandsentscheid.objects.get().datei.name == "Mein Schreiben.pdf"
    client.post(edit, angaben(abgelegt=notiz, stand="2", text="Anders."))
    assert (Datei.objects.filter(name="Mein Schreiben.pdf").count(), Vorstandsentscheid.objects.get().stand) == (1, 3)


@pytest.mark.parametrize(
    ("anders", "satz"),
    [
        ({"beschlossen_on": "2020-01-01"}, "Der Entscheid liegt vor der Überweisung des Antrags."),
        ({"beschlossen_on": "2999-01-01"}, "Der Entscheid liegt in der Zukunft."),
        ({"beschlossen_on": "gestern"}, "Bitte geben Sie ein Datum an, zum Beispiel 4.3.2027."),
        ({"beschlossen_on": ""}, "Bitte füllen Sie dieses Feld aus."),
        ({"ergebnis": ""}, "Bitte wählen Sie, wie der Vorstand entschieden hat."),
        ({"ergebnis": "vertagt"}, "gehört nicht dazu"),
        ({"text": " "}, "Bitte schreiben Sie, was der Vorstand beschlossen hat und warum."),
        ({"text": "x" * 10_001}, "10"),
        (dict.fromkeys(("ergebnis", "beschlossen_on", "text", "stand"), ""), "Bitte wählen Sie"),
        ({"stand": ""}, "Bitte füllen Sie dieses Feld aus."),
    ],
)
def test_bad_input_is_refused_in_words_and_keeps_what_was_typed(client, leute, bericht, anders, satz):
    client.force_login(leute["geschaeftsstelle"])

    antwort = client.post(reverse("antraege:entscheid-edit", args=[bericht.uuid]), angaben(**anders))

    assert antwort.status_code == 200
    seite = BeautifulSoup(antwort.content, "html.parser")
    assert satz in text_of(seite)
    assert seite.select_one("input[name=referenz]")["value"] == "V 5/2026"
    assert not Vorstandsentscheid.objects.exists()
    assert not Journaleintrag.objects.exists()


def test_a_file_that_is_not_what_it_says_is_refused_before_anything_is_stored(client, leute, bericht):
    client.force_login(leute["geschaeftsstelle"])
    falsch = SimpleUploadedFile("Beschluss.pdf", b"MZ this is a program")

    antwort = client.post(reverse("antraege:entscheid-edit", args=[bericht.uuid]), angaben(datei=falsch))

    assert antwort.status_code == 200
    assert "Beschluss.pdf" in antwort.text
    assert "Ab 2028." in antwort.text
    assert (Datei.objects.filter(name="Beschluss.pdf").count(), Vorstandsentscheid.objects.count()) == (0, 0)


def test_a_form_without_any_field_is_refused_like_an_empty_one(client, leute, bericht):
    client.force_login(leute["geschaeftsstelle"])

    antwort = client.post(reverse("antraege:entscheid-edit", args=[bericht.uuid]), {})

    assert antwort.status_code == 200
    assert "Bitte wählen Sie, wie der Vorstand entschieden hat." in antwort.text


def test_a_preview_that_is_out_of_date_tells_nothing(client, leute, bericht):
    make_entscheid(bericht, leute["sekretariat"], status="entwurf", stand=2)
    client.force_login(leute["geschaeftsstelle"])

    antwort = client.post(reverse("antraege:entscheid-tell", args=[bericht.uuid]), {"stand": "1"}, follow=True)

    assert "Mitgeteilt ist noch nichts" in antwort.text
    assert Sendung.objects.count() == 0


def test_telling_twice_says_so(client, leute, bericht):
    make_entscheid(bericht, leute["sekretariat"])
    client.force_login(leute["geschaeftsstelle"])

    antwort = client.post(reverse("antraege:entscheid-tell", args=[bericht.uuid]), {"stand": "1"}, follow=True)

    assert "Der Entscheid ist mitgeteilt; er ändert nicht mehr." in antwort.text
    assert Sendung.objects.count() == 0


def test_discarding_is_a_button_of_the_preview(client, leute, bericht):
    make_entscheid(bericht, leute["sekretariat"], status="entwurf")
    client.force_login(leute["sekretariat"])

    antwort = client.post(reverse("antraege:entscheid-discard", args=[bericht.uuid]), {"stand": "1"}, follow=True)

    assert "ist verworfen. Mitgeteilt wurde nichts." in antwort.text
    assert not Vorstandsentscheid.objects.exists()


# --- elections ------------------------------------------------------------------------------------


@pytest.fixture
def designierte(db):
    person = make_person("Designiert")
    return make_mandat(person, Sitz.objects.get(sozialregion__kuerzel="SON"), gewaehlt=False)


def test_the_board_sees_whom_it_has_to_elect(client, leute, designierte):
    text = text_of(suppe(client, leute["vorstand"], reverse("antraege:vorstand-list")))
    for wort in (designierte.person.name, designierte.sitz.bezeichnung, "designiert seit", "1. Januar 2026"):
        assert wort in text
    assert "Wahlbeschluss eintragen" not in text
    assert leute["praesidium"].name not in text
    assert "1 Mandat" not in text_of(suppe(client, leute["vorstand"], "/"))
    assert "Ein Mandat wartet auf die Wahl" in text_of(suppe(client, leute["vorstand"], "/"))


def test_office_and_secretariat_record_the_election_nobody_else(client, leute, designierte):
    adresse = reverse("antraege:wahl-record", args=[designierte.uuid])
    darf = {}
    for name, person in leute.items():
        client.force_login(person)
        darf[name] = WORT[client.get(adresse).status_code]
    erwartet = dict.fromkeys(leute, "N") | {
        "vorsitz": "V",
        "vorstand": "V",
        "geschaeftsstelle": "S",
        "sekretariat": "S",
    }
    assert darf == erwartet

    client.force_login(leute["sekretariat"])
    heute = timezone.localdate().isoformat()
    antwort = client.post(adresse, {"wahlbeschluss_on": heute, "wahlbeschluss_ref": "Vorstand 5/2026"}, follow=True)

    assert f"Der Wahlbeschluss für {designierte.person.name} ist eingetragen." in antwort.text
    mandat = Mandat.objects.get(pk=designierte.pk)
    assert (mandat.status, mandat.wahlbeschluss_ref) == ("gewaehlt", "Vorstand 5/2026")
    assert Journaleintrag.objects.get().art == "mandat.gewaehlt"
    assert "Wartet auf die Wahl" not in antwort.text
    nochmals = client.post(adresse, {"wahlbeschluss_on": heute, "wahlbeschluss_ref": "Zwei"})
    assert "Zu diesem Mandat gibt es schon einen Wahlbeschluss." in nochmals.text
    assert client.get(adresse, follow=True).redirect_chain[-1][0] == reverse("antraege:vorstand-list")


@pytest.mark.parametrize(
    ("tag", "satz"),
    [
        ("2999-01-01", "Der Wahlbeschluss liegt in der Zukunft."),
        ("", "Bitte füllen Sie dieses Feld aus."),
        ("31.2.2026", "gültiges Datum"),
    ],
)
def test_a_bad_day_of_the_election_is_refused_in_words(client, leute, designierte, tag, satz):
    client.force_login(leute["sekretariat"])

    antwort = client.post(
        reverse("antraege:wahl-record", args=[designierte.uuid]), {"wahlbeschluss_on": tag, "wahlbeschluss_ref": "V 5"}
    )

    assert satz in antwort.text
    assert 'value="V 5"' in antwort.text
    assert Mandat.objects.get(pk=designierte.pk).status == "designiert"


def test_a_mandate_that_is_over_waits_for_nothing(client, leute, designierte):
    Mandat.objects.filter(pk=designierte.pk).update(bis=timezone.localdate())
    client.force_login(leute["sekretariat"])

    assert designierte.person.name not in client.get(reverse("antraege:vorstand-list")).text
    assert client.get(reverse("antraege:wahl-record", args=[designierte.uuid])).status_code == 404


# --- who is on the board and nothing else -----------------------------------------------------------


def test_a_board_member_reads_what_was_handed_over_and_nothing_else_by_guessed_address(client, leute, vorbei):
    alt, versandte = vorbei, make_sitzung(4, beginn_at=timezone.now() + timedelta(days=5), status="versandt")
    make_unterlage(make_traktandum(versandte), person=leute["geschaeftsstelle"])
    bericht = make_ueberwiesen(leute["praesidium"], leute["vorsitz"], sitzung=alt)
    anderer, vote = make_beschlossen(leute["praesidium"], nr=2, sitzung=alt)
    entwurf = make_bericht(anderer, vote, actor=leute["vorsitz"], status="entwurf")
    unterlage = versandte.traktanden.first().unterlagen.first()
    for name in ("vorstand", "sekretariat"):
        client.force_login(leute[name])
        offen = ["/", "/vorstand/", bericht.get_absolute_url(), bericht.antrag.get_absolute_url()]
        assert [client.get(adresse).status_code for adresse in offen] == [200] * 4
        zu = [
            alt.get_absolute_url(),
            versandte.get_absolute_url(),
            unterlage.get_absolute_url(),
            f"/sitzungen/{versandte.kennung}/unterlagen.zip",
            f"/sitzungen/{alt.kennung}/raum/",
            f"/sitzungen/{alt.kennung}/teilnahme/",
            vote.get_absolute_url(),
            bericht.abstimmung.get_absolute_url(),
            reverse("antraege:protokoll-pdf", args=[bericht.abstimmung.uuid]),
            reverse("antraege:protokoll-json", args=[bericht.abstimmung.uuid]),
            reverse("antraege:protokoll-oeffentlich-json", args=[bericht.abstimmung.uuid]),
            anderer.get_absolute_url(),
            entwurf.get_absolute_url(),
            "/mitglieder/",
            leute["praesidium"].get_absolute_url(),
            reverse("mitglieder:mandat-elect", args=[leute["praesidium"].mandate.get().uuid]),
            "/journal/",
            "/themen/",
        ]
        assert {adresse: client.get(adresse).status_code for adresse in zu} == dict.fromkeys(zu, 404)
        uebersicht = client.get("/").text
        assert versandte.titel not in uebersicht
        assert "Sitzungen" not in [a.get_text() for a in BeautifulSoup(uebersicht, "html.parser").select("nav a")]
    assert Sitzung.objects.count() == 2


# --- how many queries -----------------------------------------------------------------------------


def test_lists_cost_the_same_with_one_row_and_three(client, leute, vorbei, designierte):
    def kosten(name, adresse):
        client.force_login(leute[name])
        client.get(adresse)
        with CaptureQueriesContext(connection) as abfragen:
            client.get(adresse)
        return len(abfragen)

    gemessen = []
    for nr in (1, 3, 5):
        if nr > 1:
            for neu in (nr - 1, nr):
                neuer = make_ueberwiesen(leute["praesidium"], leute["vorsitz"], nr=neu, sitzung=vorbei)
                make_beilage(neuer.antrag, "Kosten", am=neuer.antrag.created_at, mit=neuer)
            person = make_person(f"Neu{nr}")
            make_mandat(person, Sitz.objects.get(sozialregion__kuerzel={3: "SRO", 5: "DOR"}[nr]), gewaehlt=False)
        else:
            erster = make_ueberwiesen(leute["praesidium"], leute["vorsitz"], nr=1, sitzung=vorbei)
            make_beilage(erster.antrag, "Kosten", am=erster.antrag.created_at, mit=erster)
        gemessen.append(
            [
                kosten(name, adresse)
                for name in ("vorstand", "geschaeftsstelle", "vorsitz")
                for adresse in ("/vorstand/", "/")
            ]
        )

    assert gemessen[0] == gemessen[1] == gemessen[2]
