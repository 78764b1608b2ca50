"""The page of the report: who reads and does what, by guessed address too; what it says; what it costs."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from antraege.actions import bericht as deeds
from antraege.forms.bericht import marken_of, texte_of
from antraege.models import Abstimmung, Antrag, Antragsbeilage, Bericht
from antraege.views import bericht as seite_bericht
from antraege.views import bericht_datei
from konferenz import triggers
from konferenz.dateien import path_of
from konferenz.models import Datei, Sendung
from mitglieder.models import Funktion, Sitz
from tests.conftest import SEIT, make_datei, make_mandat, make_person, make_sitzung, make_vertretung

from .ueberweisung_helfer import decide, prepare, store, texte

pytestmark = pytest.mark.django_db

BEREIT = ("bericht-save", "bericht-renew")
VORBEI = SEIT + timedelta(days=1)
FREIGABE = ("bericht-release", "bericht-unrelease")


@pytest.fixture
def antrag(saal, offene) -> Antrag:
    return decide(offene(saal))


@pytest.fixture
def leute(antrag, geschaeftsstelle, leitgremium, vorstand, gast, fremde):
    """Everybody who may knock, by name."""
    hier, sekretariat = make_person("Hier"), make_person("Sekretariat")
    make_vertretung(antrag.traktandum.sitzung, Sitz.objects.get(sozialregion__kuerzel="SRO"), hier)
    dort = make_person("Dort")
    make_vertretung(make_sitzung(3, status="versandt"), Sitz.objects.get(sozialregion__kuerzel="SRO"), dort)
    Funktion.objects.create(person=sekretariat, art="vorstandssekretariat", von=SEIT)
    berater = make_person("Rat")
    make_mandat(berater, Sitz.objects.get(art="amt"))
    return {
        "geschaeftsstelle": geschaeftsstelle,
        "vorsitz": Sitz.objects.get(art="vorsitz").mandate.get().person,
        "mitglied": Sitz.objects.get(sozialregion__kuerzel="SRTG").mandate.get().person,
        "berater": berater,
        "stellvertretung": hier,
        "andere stellvertretung": dort,
        "leitgremium": leitgremium,
        "vorstand": vorstand,
        "sekretariat": sekretariat,
        "gast": gast,
        "fremde": fremde,
    }


def address(name: str, antrag: Antrag) -> str:
    return reverse(f"antraege:{name}", args=[antrag.kennung])


def transmit(antrag, geschaeftsstelle, chair, now) -> Bericht:
    bericht = prepare(antrag, actor=geschaeftsstelle, now=now)
    deeds.release_bericht(bericht.pk, stand=bericht.stand, actor=chair, now=now)
    return deeds.transmit_bericht(bericht.pk, store(bericht), stand=bericht.stand, actor=chair, now=now)


def felder(html: str) -> dict[str, str]:
    """Return what the form on the page holds, by name."""
    werte = {name: unescape(wert) for name, wert in re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', html)}
    texte = re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\n?(.*?)</textarea>', html, re.DOTALL)
    return werte | {name: unescape(wert) for name, wert in texte}


def knock(client, leute, urls, *, method="get"):
    """Return per person the status of each address."""
    antworten = {}
    for name, person in leute.items():
        client.force_login(person)
        antworten[name] = tuple(_status(getattr(client, method)(url)) for url in urls)
    return antworten


def _status(antwort) -> int:
    if antwort.streaming:
        list(antwort.streaming_content)  # a stored file is open until it is read
    return antwort.status_code


def test_before_the_ueberweisung_only_the_office_and_the_chair_read(client, antrag, leute, now, monkeypatch):
    monkeypatch.setattr(bericht_datei, "render_bericht", lambda *args, **kwargs: b"%PDF")
    bericht = prepare(antrag, actor=leute["geschaeftsstelle"], now=now)
    urls = [address(name, antrag) for name in ("bericht-edit", "bericht-pdf", "bericht-mail")]
    urls.append(reverse("antraege:bericht-datei", args=[bericht.uuid]))
    assert client.get(urls[0]).status_code == 302  # to the login

    antworten = knock(client, leute, urls)

    liest, mitglied, niemand = (200, 200, 200, 404), (403, 404, 404, 404), (404, 404, 404, 404)
    assert antworten == {
        name: liest
        if name in {"geschaeftsstelle", "vorsitz"}
        else mitglied
        if name in {"mitglied", "berater", "stellvertretung"}
        else niemand
        for name in leute
    }


def test_after_it_the_stored_pdf_is_open_to_who_reads_the_motion(client, antrag, leute, now):
    bericht = transmit(antrag, leute["geschaeftsstelle"], leute["vorsitz"], now)
    urls = [address("bericht-edit", antrag), address("bericht-pdf", antrag), address("bericht-mail", antrag)]
    urls.append(reverse("antraege:bericht-datei", args=[bericht.uuid]))

    antworten = knock(client, leute, urls)

    bereit, liest, niemand = (200, 200, 200, 200), (403, 200, 404, 200), (404, 404, 404, 404)
    assert antworten == {
        name: bereit
        if name in {"geschaeftsstelle", "vorsitz"}
        else niemand
        if name in {"gast", "fremde", "andere stellvertretung"}
        else liest
        for name in leute
    }


def test_the_office_writes_the_chair_releases_both_hand_over(client, antrag, leute, now, monkeypatch):
    monkeypatch.setattr(seite_bericht, "render_bericht", lambda *args, **kwargs: b"%PDF")
    buttons = {
        "bericht-create": {"geschaeftsstelle"},
        "bericht-save": {"geschaeftsstelle"},
        "bericht-renew": {"geschaeftsstelle"},
        "bericht-submit": {"geschaeftsstelle"},
        "bericht-release": {"vorsitz"},
        "bericht-unrelease": {"vorsitz"},
        "bericht-transmit": {"geschaeftsstelle", "vorsitz"},
    }
    sieht_antrag = {"geschaeftsstelle", "vorsitz", "mitglied", "berater", "stellvertretung"}
    prepare(antrag, actor=leute["geschaeftsstelle"], now=now)
    for button, duerfen in buttons.items():
        antworten = knock(client, leute, [address(button, antrag)], method="post")
        sehen = sieht_antrag if button == "bericht-create" else {"geschaeftsstelle", "vorsitz"}
        for name, (status,) in antworten.items():
            erlaubt = {200, 302} if name in duerfen else {403} if name in sehen else {404}
            assert status in erlaubt, (button, name)
    assert not Bericht.objects.filter(status="ueberwiesen").exists()
    assert client.get(address("bericht-save", antrag)).status_code == 405


def test_the_whole_way_by_its_buttons(client, antrag, leute, monkeypatch):
    monkeypatch.setattr(seite_bericht, "render_bericht", lambda *args, **kwargs: b"%PDF fertig")
    seite = address("bericht-edit", antrag)
    client.force_login(leute["geschaeftsstelle"])
    assert "Bericht anlegen" in client.get(seite).content.decode()
    assert client.post(address("bericht-create", antrag)).status_code == 302
    html = client.get(seite).content.decode()
    assert "Bitte tragen Sie ein, wer für die Geschäftsführung unterschreibt." in html
    assert "Freigeben kann nur der Vorsitz: " in html
    assert "Nach dem Mandat auf dem Sitz «VSEG-Präsidium (Vorsitz)»." in html  # as it was filled in
    bericht = Bericht.objects.get()
    client.post(address("bericht-save", antrag), texte(bericht, erwaegungen="Darum.") | {"stand": 0})
    client.force_login(leute["vorsitz"])
    html = client.get(seite).content.decode()
    assert "Darum." in html
    assert "Bericht freigeben" in html
    client.post(address("bericht-release", antrag), {"stand": 1})
    client.force_login(leute["geschaeftsstelle"])
    assert "Dem VSEG-Vorstand überweisen" in client.get(seite).content.decode()
    antwort = client.post(address("bericht-transmit", antrag), {"stand": 1}, follow=True)

    bericht.refresh_from_db()
    assert bericht.is_ueberwiesen
    assert "dem VSEG-Vorstand überwiesen" in antwort.content.decode()
    assert bericht.datei.sha256 in antwort.content.decode()
    pdf = client.get(address("bericht-pdf", antrag))
    assert b"".join(pdf.streaming_content) == b"%PDF fertig"
    assert "Bericht%20und%20Antrag%202026-1.pdf" in pdf["Content-Disposition"]
    assert Sendung.objects.count() == 2  # the board and its secretary


def press_vorlegen(client, antrag, **getippt):
    """Press the button of the page as it is now, with what was typed into it; return the page after it."""
    werte = felder(client.get(address("bericht-edit", antrag)).content.decode())
    return client.post(address("bericht-submit", antrag), werte | getippt, follow=True).content.decode()


def test_what_was_typed_goes_before_the_chair(client, antrag, leute, now):
    bericht = prepare(antrag, actor=leute["geschaeftsstelle"], now=now)
    client.force_login(leute["geschaeftsstelle"])

    html = press_vorlegen(client, antrag, minderheit="Zwei Sitze möchten abwarten.")

    assert "erhält eine Mail mit der Bitte um Freigabe." in html
    bericht.refresh_from_db()
    assert (bericht.minderheit, bericht.is_vorgelegt) == ("Zwei Sitze möchten abwarten.", True)


def test_refused_by_the_chairs_desk_the_typed_text_is_still_there(client, antrag, leute, now):
    bericht = prepare(antrag, actor=leute["geschaeftsstelle"], now=now)
    client.force_login(leute["geschaeftsstelle"])

    html = press_vorlegen(client, antrag, minderheit="Zwei Sitze möchten abwarten.", verteiler=" ")

    assert "Bitte nennen Sie mindestens einen Empfänger im Verteiler." in html
    assert felder(html)["minderheit"] == "Zwei Sitze möchten abwarten."
    bericht.refresh_from_db()
    assert (bericht.minderheit, bericht.vorgelegt_at, Sendung.objects.count()) == ("", None, 0)


def test_pressed_twice_saving_is_no_conflict_and_the_chair_is_asked_once(client, antrag, leute, now):
    prepare(antrag, actor=leute["geschaeftsstelle"], now=now)
    client.force_login(leute["geschaeftsstelle"])
    for name, satz in (("bericht-save", "Gespeichert."), ("bericht-submit", "erhält eine Mail")):
        werte = felder(client.get(address("bericht-edit", antrag)).content.decode())
        werte["erwaegungen"] = f"Neu vor {name}."
        for _ in range(2):
            html = client.post(address(name, antrag), werte, follow=True).content.decode()
            assert satz in html
            assert "inzwischen geändert" not in html
    assert Sendung.objects.count() == 1


def test_where_a_released_report_waits_nothing_can_be_typed_and_left_behind(client, antrag, leute, now):
    bericht = prepare(antrag, actor=leute["geschaeftsstelle"], now=now)
    deeds.release_bericht(bericht.pk, stand=bericht.stand, actor=leute["vorsitz"], now=now)
    client.force_login(leute["geschaeftsstelle"])
    seite = address("bericht-edit", antrag)

    wartet, aendern = (client.get(pfad).content.decode() for pfad in (seite, f"{seite}?aendern=1"))

    assert ("Dem VSEG-Vorstand überweisen" in wartet, "<textarea" in wartet) == (True, False)
    assert f'href="{seite}?aendern=1"' in wartet
    assert ("Dem VSEG-Vorstand überweisen" in aendern, "<textarea" in aendern) == (False, True)


def test_a_report_nobody_has_written_says_what_is_empty(client, antrag, leute, now):
    prepare(antrag, actor=leute["geschaeftsstelle"], now=now, ausgangslage="", erwaegungen="", finanzielles="")
    client.force_login(leute["geschaeftsstelle"])

    html = client.get(address("bericht-edit", antrag)).content.decode()

    assert "Noch ohne Text: Ausgangslage, Erwägungen, Finanzielle Auswirkungen auf die Gemeinden." in html
    assert re.search(r'data-zustand="jetzt"[^>]*>\s*<span>Schreiben', html)


def test_the_office_lays_it_before_the_chair_and_the_page_says_so(client, antrag, leute, now):
    bericht = deeds.create_bericht(antrag.pk, actor=leute["geschaeftsstelle"], now=now)
    client.force_login(leute["geschaeftsstelle"])
    assert "Dem Vorsitz zur Freigabe vorlegen" not in client.get(address("bericht-edit", antrag)).content.decode()
    deeds.save_bericht(bericht.pk, texte(bericht), stand=0, actor=leute["geschaeftsstelle"], now=now)
    assert "Dem Vorsitz zur Freigabe vorlegen" in client.get(address("bericht-edit", antrag)).content.decode()

    html = press_vorlegen(client, antrag)

    assert f"{leute['vorsitz'].name} erhält eine Mail mit der Bitte um Freigabe." in html
    assert f"von {leute['geschaeftsstelle'].name}." in html[html.index("Dem Vorsitz vorgelegt am") :]
    assert "Nochmals vorlegen" in html
    press_vorlegen(client, antrag)
    assert Sendung.objects.filter(builder=deeds.BUILDER_FREIGABE).count() == 2  # on purpose
    bericht.refresh_from_db()
    anders = texte(bericht, erwaegungen="Neu")
    deeds.save_bericht(bericht.pk, anders, stand=1, actor=leute["geschaeftsstelle"], now=now)
    html = client.get(address("bericht-edit", antrag)).content.decode()
    assert "seither geändert" in html
    assert "Dem Vorsitz zur Freigabe vorlegen" in html
    client.force_login(leute["vorsitz"])
    html = client.get(address("bericht-edit", antrag)).content.decode()
    assert "Dem Vorsitz vorgelegt am" in html
    assert "Dem Vorsitz zur Freigabe vorlegen" not in html
    assert "Bericht freigeben" in html


def test_with_nobody_in_the_chair_there_is_nothing_to_press(client, antrag, leute, now):
    prepare(antrag, actor=leute["geschaeftsstelle"], now=now)
    Sitz.objects.get(art="vorsitz").mandate.update(bis=VORBEI)
    client.force_login(leute["geschaeftsstelle"])

    html = client.get(address("bericht-edit", antrag)).content.decode()

    assert "der Sitz ist zurzeit nicht besetzt" in html
    assert "Dem Vorsitz zur Freigabe vorlegen" not in html


def test_a_connection_lost_right_after_the_commit_takes_no_file_away(client, antrag, leute, now, monkeypatch):
    monkeypatch.setattr(seite_bericht, "render_bericht", lambda *args, **kwargs: b"%PDF")
    bericht = prepare(antrag, actor=leute["geschaeftsstelle"], now=now)
    deeds.release_bericht(bericht.pk, stand=bericht.stand, actor=leute["vorsitz"], now=now)
    echte = deeds.transmit_bericht

    def commit_and_fall(*args, **kwargs):
        echte(*args, **kwargs)
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("antraege.actions.bericht.transmit_bericht", commit_and_fall)
    client.force_login(leute["vorsitz"])
    with pytest.raises(OperationalError):
        client.post(address("bericht-transmit", antrag), {"stand": bericht.stand})

    assert path_of(Bericht.objects.get().datei_id).read_bytes() == b"%PDF"  # the board has it


def test_a_second_press_changes_nothing_and_leaves_no_file(client, antrag, leute, now, monkeypatch, settings):
    monkeypatch.setattr(seite_bericht, "render_bericht", lambda *args, **kwargs: b"%PDF zweimal")
    bericht = transmit(antrag, leute["geschaeftsstelle"], leute["vorsitz"], now)
    client.force_login(leute["vorsitz"])

    antwort = client.post(address("bericht-transmit", antrag), {"stand": bericht.stand}, follow=True)

    assert "Der Bericht ist schon überwiesen." in antwort.content.decode()
    assert [p.name for p in settings.MEDIA_ROOT.iterdir() if p.is_file()] == [str(bericht.datei.uuid)]
    assert (Datei.objects.count(), Sendung.objects.count()) == (1, 2)


def test_a_text_that_is_too_long_for_a_pdf_is_refused_and_nothing_is_handed_over(
    client, antrag, leute, now, monkeypatch
):
    from konferenz.pdf import PdfError

    def refuse(*args, **kwargs):
        raise PdfError("Das PDF ist zu umfangreich und wurde nicht erstellt. Bitte kürzen Sie den Inhalt.")

    monkeypatch.setattr(seite_bericht, "render_bericht", refuse)
    bericht = prepare(antrag, actor=leute["geschaeftsstelle"], now=now)
    deeds.release_bericht(bericht.pk, stand=bericht.stand, actor=leute["vorsitz"], now=now)
    client.force_login(leute["vorsitz"])

    antwort = client.post(address("bericht-transmit", antrag), {"stand": bericht.stand}, follow=True)

    assert "zu umfangreich" in antwort.content.decode()
    assert (Bericht.objects.get().status, Datei.objects.count()) == ("freigegeben", 0)


def test_the_second_writer_sees_both_texts_and_loses_nothing(client, antrag, leute, now):
    bericht = deeds.create_bericht(antrag.pk, actor=leute["geschaeftsstelle"], now=now)
    marken = marken_of(bericht)
    anderer = texte(bericht, erwaegungen="Von der Kollegin", minderheit="Nur von ihr")
    deeds.save_bericht(bericht.pk, anderer, stand=0, actor=leute["geschaeftsstelle"], now=now)
    client.force_login(leute["geschaeftsstelle"])
    eigene = texte_of(bericht) | {"erwaegungen": "Von mir", "finanzielles": "Fr. 5’000"}

    html = client.post(address("bericht-save", antrag), eigene | marken).content.decode()

    form = {feld: felder(html)[feld] for feld in ("erwaegungen", "finanzielles", "minderheit", "stand")}
    assert form == {
        "erwaegungen": "Von mir",
        "finanzielles": "Fr. 5’000",
        "minderheit": "Nur von ihr",
        "stand": "1",
    }
    assert "Ihr Text gegenüber dem gespeicherten" in html
    assert "der Kollegin" in html
    assert Bericht.objects.get().erwaegungen == "Von der Kollegin"
    client.post(address("bericht-save", antrag), felder(html))
    bericht.refresh_from_db()
    assert (bericht.erwaegungen, bericht.finanzielles, bericht.minderheit) == ("Von mir", "Fr. 5’000", "Nur von ihr")
    assert bericht.unterschrift_geschaeftsfuehrung == "Gero Führung, Geschäftsführer"


def test_broken_marks_show_every_difference(client, antrag, leute, now):
    bericht = deeds.create_bericht(antrag.pk, actor=leute["geschaeftsstelle"], now=now)
    deeds.save_bericht(
        bericht.pk, texte(bericht, erwaegungen="Anders"), stand=0, actor=leute["geschaeftsstelle"], now=now
    )
    client.force_login(leute["geschaeftsstelle"])
    for marken in ("", "[1]", "{kaputt", "null"):
        gesandt = texte_of(bericht) | {"stand": 0, "basis": marken, "erwaegungen": "Mein Text"}

        html = client.post(address("bericht-save", antrag), gesandt).content.decode()

        assert html.count("Ihr Text gegenüber dem gespeicherten") == 3  # the words and both signatures
    assert Bericht.objects.get().erwaegungen == "Anders"


def test_a_refused_text_stays_in_its_field(client, antrag, leute, now):
    bericht = deeds.create_bericht(antrag.pk, actor=leute["geschaeftsstelle"], now=now)
    client.force_login(leute["geschaeftsstelle"])

    antwort = client.post(
        address("bericht-save", antrag),
        texte(bericht, verteiler="Verteiler " * 300, minderheit="Bleibt") | {"stand": 0},
    )

    html = antwort.content.decode()
    assert "möglich sind 2000" in html
    assert "Bleibt</textarea>" in html.replace("\n", "")


@pytest.mark.parametrize("stand", ["", "x", "-1", "9" * 40, "²"])
def test_a_state_that_is_none_releases_nothing(client, antrag, leute, now, stand):
    prepare(antrag, actor=leute["geschaeftsstelle"], now=now)
    client.force_login(leute["vorsitz"])

    antwort = client.post(address("bericht-release", antrag), {"stand": stand}, follow=True)

    assert "inzwischen geändert" in antwort.content.decode()
    assert Bericht.objects.get().status == "entwurf"


def test_a_motion_that_failed_is_marked_on_its_page(client, saal, offene, geschaeftsstelle, now):
    antrag = decide(offene(saal), ja=9, nein=4)
    client.force_login(geschaeftsstelle)
    assert "Bericht zur Information anlegen" in client.get(address("bericht-edit", antrag)).content.decode()
    deeds.create_bericht(antrag.pk, actor=geschaeftsstelle, now=now)

    html = client.get(address("bericht-edit", antrag)).content.decode()

    assert "Nur zur Information" in html
    assert "nicht zustande gekommen" in html
    assert "Betreff: Nur zur Information: Antrag 1/2026" in html


def test_without_a_decision_there_is_nothing_to_make(client, saal, offene, geschaeftsstelle):
    antrag = Antrag.objects.get(pk=offene(saal).antragsfassung.antrag_id)
    client.force_login(geschaeftsstelle)

    html = client.get(address("bericht-edit", antrag)).content.decode()

    assert "sobald über den Antrag abgestimmt ist" in html
    assert "anlegen" not in html.replace('id="anlegen"', "").replace('"anlegen"', "")


def test_a_lost_file_is_not_found_rather_than_made_again(client, antrag, leute, now):
    bericht = transmit(antrag, leute["geschaeftsstelle"], leute["vorsitz"], now)
    path_of(bericht.datei.pk).unlink()
    client.force_login(leute["geschaeftsstelle"])

    assert client.get(address("bericht-pdf", antrag)).status_code == 404


def test_the_page_costs_the_same_with_one_and_with_three(client, antrag, leute, now):
    def attach(titel):
        with triggers.without_triggers():
            Antragsbeilage.objects.create(
                antrag=antrag,
                datei=make_datei(f"{titel}.pdf"),
                titel=titel,
                position=1,
                von=leute["geschaeftsstelle"],
                created_at=timezone.now(),
            )

    prepare(antrag, actor=leute["geschaeftsstelle"], now=now)
    attach("Eins")
    client.force_login(leute["geschaeftsstelle"])
    client.get(address("bericht-edit", antrag))
    kosten = []
    for mehr in ((), ("Zwei", "Drei")):
        for titel in mehr:
            attach(titel)
            Funktion.objects.create(person=make_person(titel), art="vorstand", von=SEIT)
        with CaptureQueriesContext(connection) as abfragen:
            client.get(address("bericht-edit", antrag))
        kosten.append(len(abfragen))

    assert kosten[0] == kosten[1]
    assert Abstimmung.objects.count() == 1
