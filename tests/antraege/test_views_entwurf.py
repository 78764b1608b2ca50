"""The pages of writing: a draft by hand and by its script, two writers, a lost session, files, submission; who may."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from antraege.actions import entwurf as deeds
from antraege.models import Antrag, Antragsbeilage
from konferenz.dateien import path_of, store_bytes
from konferenz.models import Datei
from mitglieder.models import Funktion, Sitz
from sitzungen.models import Thema
from tests.conftest import (
    PASSWORT,
    SEIT,
    make_mandat,
    make_person,
    make_sitzung,
    make_traktandum,
    make_unterlage,
    make_vertretung,
    pdf_bytes,
)

from .entwurf_helfer import WERTE, felder_of, make_entwurf, seat_of, submit, typed

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}


def url(name, *args):
    return reverse(f"antraege:{name}", args=args)


def text(response):
    return " ".join(response.content.decode().split())


def fetch(client, adresse):
    """Return an answer whose file is closed; close() would take the test's connection along."""
    antwort = client.get(adresse)
    for schliesse in antwort._resource_closers:
        schliesse()
    return antwort


def login(client, person):
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def autorin(client, praesidium):
    return login(client, praesidium)


@pytest.fixture
def entwurf(praesidium, now):
    return make_entwurf(praesidium, now=now)


def test_a_motion_is_begun_saved_and_submitted_without_a_script(autorin, praesidium):
    assert "Präsidium" in text(autorin.get(url("antrag-new")))
    neu = autorin.post(url("antrag-new"), felder_of(autorin.get(url("antrag-new"))))
    antrag = Antrag.objects.get()
    assert neu.url == url("entwurf-edit", antrag.uuid)

    leer = felder_of(autorin.get(neu.url), "sichern/")
    nichts = text(autorin.post(url("entwurf-submit", antrag.uuid), leer))
    assert "Noch nicht eingereicht:" in nichts
    assert "Noch nichts gespeichert" in nichts
    felder = leer | {
        "titel": " Teuerung  der Pauschale ",
        "text": "Sei zu ersuchen.",
    }
    gesichert = autorin.post(url("entwurf-save", antrag.uuid), felder, follow=True)

    assert "Der Entwurf ist gespeichert." in text(gesichert)
    antrag.refresh_from_db()
    assert (antrag.titel, antrag.fassungen.get().text, antrag.status) == (
        "Teuerung der Pauschale",
        "Sei zu ersuchen.",
        "entwurf",
    )
    felder = felder_of(gesichert, "sichern/")
    unvollstaendig = autorin.post(url("entwurf-submit", antrag.uuid), felder)
    assert unvollstaendig.status_code == 400
    assert "Gespeichert, aber noch nicht eingereicht:" in text(unvollstaendig)
    assert "Bitte wählen Sie ein Thema des Pflichtenhefts." in text(unvollstaendig)
    felder = felder_of(unvollstaendig, "sichern/") | {"thema": Thema.objects.get(nr=4).pk}
    eingereicht = autorin.post(url("entwurf-submit", antrag.uuid), felder)
    antrag.refresh_from_db()
    assert eingereicht.url == antrag.get_absolute_url() == url("antrag-detail", antrag.kennung)
    assert (antrag.status, antrag.nr, antrag.thema.nr) == ("eingereicht", 1, 4)
    assert autorin.get(url("entwurf-edit", antrag.uuid)).url == antrag.get_absolute_url()


def test_the_script_saves_and_hears_the_new_state(autorin, entwurf):
    felder = felder_of(autorin.get(url("entwurf-edit", entwurf.uuid)), "sichern/") | {
        "erwaegungen": "Die Kosten steigen weiter."
    }

    stand = autorin.post(url("entwurf-save", entwurf.uuid), felder, **JSON).json()

    entwurf.refresh_from_db()
    assert entwurf.fassungen.get().erwaegungen == "Die Kosten steigen weiter."
    assert stand["stand"] == entwurf.stand == 2
    assert stand["satz"].startswith("Gespeichert um ")
    assert stand["felder"] == {}
    nochmals = autorin.post(
        url("entwurf-save", entwurf.uuid), felder | {"stand": 2, "basis": json.dumps(stand["basis"])}, **JSON
    )
    assert nochmals.json()["stand"] == 2  # the same words write nothing


# --- two writers ----------------------------------------------------------------------------------


def test_the_second_of_two_writers_sees_both_texts_and_goes_on_from_his_own(autorin, entwurf, geschaeftsstelle, now):
    felder = felder_of(autorin.get(url("entwurf-edit", entwurf.uuid)), "sichern/")
    deeds.save_entwurf(
        entwurf.pk, typed(entwurf, text="Ihre Worte.", ausgangslage="Neue Lage."), actor=geschaeftsstelle, now=now
    )

    konflikt = autorin.post(url("entwurf-save", entwurf.uuid), felder | {"text": "Meine Worte."})

    seite = text(konflikt)
    assert konflikt.status_code == 409
    assert "Andrea Büro hat den Antrag inzwischen geändert. Ihr Text ist nicht verloren" in seite
    assert '<del><span class="nur-vorlesen"> gestrichen: </span>Ihre' in seite
    assert "Hier haben Sie nichts geändert; die Änderung von Andrea Büro bleibt." in seite
    weiter = felder_of(konflikt, "sichern/")
    assert (weiter["text"], weiter["ausgangslage"]) == ("Meine Worte.", "Neue Lage.")
    assert autorin.post(url("entwurf-save", entwurf.uuid), weiter).status_code == 302
    assert entwurf.fassungen.get().text == "Meine Worte."


def test_other_fields_are_joined_and_the_writer_is_told(autorin, entwurf, geschaeftsstelle, now):
    felder = felder_of(autorin.get(url("entwurf-edit", entwurf.uuid)), "sichern/") | {"text": "Meine Worte."}
    deeds.save_entwurf(entwurf.pk, typed(entwurf, ausgangslage="Neue Lage."), actor=geschaeftsstelle, now=now)

    stand = autorin.post(url("entwurf-save", entwurf.uuid), felder, **JSON).json()

    assert stand["felder"] == {"ausgangslage": "Neue Lage."}
    assert stand["hinweis"] == "Andrea Büro hat inzwischen «Ausgangslage» geändert; das ist übernommen."
    fassung = entwurf.fassungen.get()
    assert (fassung.text, fassung.ausgangslage) == ("Meine Worte.", "Neue Lage.")


def test_the_script_is_told_of_a_conflict(autorin, entwurf, geschaeftsstelle, now):
    felder = felder_of(autorin.get(url("entwurf-edit", entwurf.uuid)), "sichern/") | {"text": "Meine Worte."}
    deeds.save_entwurf(entwurf.pk, typed(entwurf, text="Ihre."), actor=geschaeftsstelle, now=now)

    antwort = autorin.post(url("entwurf-save", entwurf.uuid), felder, **JSON)

    assert antwort.status_code == 409
    assert "Ihr Text ist nicht verloren" in antwort.json()["satz"]


def test_two_windows_of_one_person_are_told_apart_from_two_people(autorin, entwurf, praesidium, now):
    felder = felder_of(autorin.get(url("entwurf-edit", entwurf.uuid)), "sichern/") | {"text": "Am Telefon."}
    deeds.save_entwurf(entwurf.pk, typed(entwurf, text="Am Computer."), actor=praesidium, now=now)

    antwort = autorin.post(url("entwurf-save", entwurf.uuid), felder)

    assert "Sie haben in einem anderen Fenster weitergeschrieben." in text(antwort)


def test_who_writes_on_a_draft_submitted_meanwhile_makes_it_a_new_version(autorin, entwurf, geschaeftsstelle, now):
    felder = felder_of(autorin.get(url("entwurf-edit", entwurf.uuid)), "sichern/")
    antrag = submit(entwurf, actor=geschaeftsstelle, now=now)

    konflikt = autorin.post(url("entwurf-save", entwurf.uuid), felder | {"text": "Noch besser."})
    gleich = autorin.post(url("entwurf-save", entwurf.uuid), felder)

    assert (konflikt.status_code, gleich.url) == (409, antrag.get_absolute_url())
    assert "inzwischen eingereicht" in text(konflikt)
    weiter = felder_of(konflikt, "/fassung/")
    assert autorin.post(url("antrag-revise", antrag.kennung), weiter).url == antrag.get_absolute_url()
    assert antrag.fassungen.get(nr=2).text == "Noch besser."


def test_words_written_on_a_draft_that_is_gone_begin_a_new_one(autorin, entwurf, geschaeftsstelle, now):
    felder = felder_of(autorin.get(url("entwurf-edit", entwurf.uuid)), "sichern/") | {"text": "Nicht verloren."}
    deeds.discard_entwurf(entwurf.pk, actor=geschaeftsstelle, now=now)

    weg = autorin.post(url("entwurf-save", entwurf.uuid), felder)

    assert weg.status_code == 410
    assert "Diesen Entwurf gibt es nicht mehr" in text(weg)
    assert autorin.post(url("entwurf-save", entwurf.uuid), felder, **JSON).status_code == 409
    neu = autorin.post(url("antrag-new"), felder_of(weg, "/neu/"))
    assert neu.status_code == 302
    assert Antrag.objects.get().fassungen.get().text == "Nicht verloren."
    fremd = autorin.post(url("entwurf-save", entwurf.uuid), felder | {"fuer": "gefälscht"})
    assert fremd.status_code == 404


# --- refusals keep what was typed ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("anders", "satz"),
    [
        ({"erwaegungen": "x" * 50_001}, "50001 Zeichen lang"),
        ({"thema": "999999"}, "Thema"),
        ({"titel": "T" * 201}, "Titel"),
    ],
)
def test_what_is_refused_comes_back_as_it_was_typed(autorin, entwurf, anders, satz):
    felder = felder_of(autorin.get(url("entwurf-edit", entwurf.uuid)), "sichern/") | {"text": "Getippt."} | anders

    for name in ("entwurf-save", "entwurf-submit", "entwurf-beilagen"):
        seite = autorin.post(url(name, entwurf.uuid), felder)
        assert seite.status_code == 400
        assert satz in text(seite)
        assert felder_of(seite, "sichern/")["text"] == "Getippt."
    antwort = autorin.post(url("entwurf-save", entwurf.uuid), felder, **JSON)
    assert antwort.status_code == 400
    assert antwort.json()["satz"].startswith("Noch nicht gespeichert. ")
    assert entwurf.fassungen.get().text == WERTE["text"]


@pytest.mark.parametrize("basis", ["", "kein JSON", "[1]", '{"text": 3}', "[" * 1000])
def test_broken_marks_show_every_difference(autorin, entwurf, geschaeftsstelle, now, basis):
    felder = felder_of(autorin.get(url("entwurf-edit", entwurf.uuid)), "sichern/") | {"basis": basis, "text": "Meine."}
    deeds.save_entwurf(entwurf.pk, typed(entwurf, titel="Neu"), actor=geschaeftsstelle, now=now)

    assert autorin.post(url("entwurf-save", entwurf.uuid), felder).status_code == 409


@pytest.mark.parametrize("name", ["entwurf-save", "entwurf-submit", "antrag-revise"])
def test_a_text_sent_after_the_session_ended_is_there_after_the_log_in(client, praesidium, entwurf, now, name):
    login(client, praesidium)
    if name == "antrag-revise":
        entwurf = submit(entwurf, actor=praesidium, now=now)
        adresse = seite = url(name, entwurf.kennung)
    else:
        adresse, seite = url(name, entwurf.uuid), url("entwurf-edit", entwurf.uuid)
    felder = felder_of(client.get(seite)) | {"text": "Eine Stunde Arbeit.\nZwei Absätze."}
    client.logout()

    weg = client.post(adresse, felder)
    assert "/konto/anmelden/" in weg.url
    assert client.post(adresse, felder, **JSON).status_code == 401
    anmeldung = {"login": praesidium.login, "password": PASSWORT}
    wieder = client.post(weg.url, anmeldung, follow=True)

    assert "Ihr Text ist wieder da" in text(wieder)
    zurueck = felder_of(wieder)
    assert zurueck["text"] == "Eine Stunde Arbeit.\nZwei Absätze."
    assert "Eine Stunde Arbeit." in text(client.get(seite))  # and stays until it is stored
    client.post(url("entwurf-save", entwurf.uuid) if name != "antrag-revise" else adresse, zurueck)
    assert entwurf.fassungen.order_by("-nr")[0].text == "Eine Stunde Arbeit.\nZwei Absätze."
    assert "wieder da" not in text(client.get(seite))


def test_a_kept_text_is_shown_to_its_writer_alone(client, praesidium, entwurf, geschaeftsstelle, fremde):
    login(client, praesidium)
    felder = felder_of(client.get(url("entwurf-edit", entwurf.uuid)), "sichern/") | {"text": "Nur für mich."}
    client.logout()
    client.post(url("entwurf-save", entwurf.uuid), felder)

    client.post("/konto/anmelden/", {"login": geschaeftsstelle.login, "password": PASSWORT})
    assert "Nur für mich." not in text(client.get(url("entwurf-edit", entwurf.uuid)))
    client.logout()
    # who has never opened the form leaves nothing
    client.post(url("entwurf-save", entwurf.uuid), felder | {"fuer": "erfunden", "text": "Fremd"})
    assert "antrag_gemerkt" not in client.session


def test_the_stored_text_is_one_click_away_from_the_kept_one(client, praesidium, entwurf):
    login(client, praesidium)
    seite = url("entwurf-edit", entwurf.uuid)
    felder = felder_of(client.get(seite), "sichern/") | {"text": "Verworfen."}
    client.logout()
    client.post(url("entwurf-save", entwurf.uuid), felder)
    client.post("/konto/anmelden/", {"login": praesidium.login, "password": PASSWORT})

    assert "Verworfen." in text(client.get(seite))
    assert "Verworfen." not in text(client.get(f"{seite}?gespeichert=1"))
    assert "Verworfen." not in text(client.get(seite))


# --- files ------------------------------------------------------------------------------------------


def test_a_file_is_checked_by_what_it_is_and_the_text_beside_it_is_stored(autorin, entwurf):
    felder = felder_of(autorin.get(url("entwurf-edit", entwurf.uuid)), "sichern/") | {"text": "Neben der Datei."}
    gut = SimpleUploadedFile("Zahlen.pdf", pdf_bytes())
    falsch = SimpleUploadedFile("Bild.pdf", b"MZ kein PDF")

    seite = autorin.post(url("entwurf-beilagen", entwurf.uuid), felder | {"dateien": [gut, falsch]}, follow=True)

    assert "«Bild.pdf»" in text(seite)
    assert "Angehängt: «Zahlen.pdf»." in text(seite)
    beilage = Antragsbeilage.objects.get()
    assert entwurf.fassungen.get().text == "Neben der Datei."
    assert fetch(autorin, url("beilage-download", beilage.uuid))["Content-Type"] == "application/pdf"
    weg = felder_of(seite, "sichern/") | {"entfernen": beilage.uuid, "text": "Danach."}
    assert "ist entfernt" in text(autorin.post(url("entwurf-beilagen", entwurf.uuid), weg, follow=True))
    assert (Antragsbeilage.objects.count(), entwurf.fassungen.get().text) == (0, "Danach.")
    for unsinn in ("x", str(entwurf.uuid)):
        seite = autorin.post(url("entwurf-beilagen", entwurf.uuid), {"entfernen": unsinn}, follow=True)
        assert "schon entfernt" in text(seite)


def test_who_is_refused_a_file_is_led_to_where_it_is_said(autorin, entwurf, praesidium, now):
    """On a telephone the files stand far below the head of the page with its message."""
    falsch = SimpleUploadedFile("Bild.pdf", b"MZ kein PDF")
    felder = felder_of(autorin.get(url("entwurf-edit", entwurf.uuid)), "sichern/")

    def attach(antrag, *dateien, **mehr):
        return autorin.post(url("entwurf-beilagen", antrag.uuid), {"dateien": list(dateien)} | mehr).url

    assert attach(entwurf, falsch, **felder) == url("entwurf-edit", entwurf.uuid)
    antrag = submit(entwurf, actor=praesidium, now=now)
    assert attach(antrag, SimpleUploadedFile("Zahlen.pdf", pdf_bytes()), falsch) == antrag.get_absolute_url()
    assert attach(antrag) == antrag.get_absolute_url()
    assert antrag.beilagen.count() == 1


def test_a_file_beside_a_conflict_is_not_kept(autorin, entwurf, geschaeftsstelle, now, settings):
    felder = felder_of(autorin.get(url("entwurf-edit", entwurf.uuid)), "sichern/") | {"text": "Meine."}
    deeds.save_entwurf(entwurf.pk, typed(entwurf, text="Ihre."), actor=geschaeftsstelle, now=now)

    antwort = autorin.post(
        url("entwurf-beilagen", entwurf.uuid), felder | {"dateien": SimpleUploadedFile("Zahlen.pdf", pdf_bytes())}
    )

    assert antwort.status_code == 409
    assert not Datei.objects.exists()
    assert list(settings.MEDIA_ROOT.iterdir()) == []


def test_files_of_a_submitted_motion_change_without_its_text(autorin, entwurf, praesidium, now):
    antrag = submit(entwurf, actor=praesidium, now=now)

    antwort = autorin.post(
        url("entwurf-beilagen", antrag.uuid), {"dateien": SimpleUploadedFile("Zahlen.pdf", pdf_bytes())}
    )

    assert antwort.url == f"{antrag.get_absolute_url()}#beilagen"
    assert (antrag.beilagen.count(), antrag.fassungen.count()) == (1, 1)
    path_of(Antragsbeilage.objects.get().datei_id).unlink()
    assert autorin.get(url("beilage-download", Antragsbeilage.objects.get().uuid)).status_code == 404


# --- seats ------------------------------------------------------------------------------------------


def test_who_holds_several_seats_chooses_and_the_office_writes_for_any(client, praesidium, geschaeftsstelle, berater):
    make_mandat(praesidium, seat_of("SRO"))
    login(client, praesidium)
    assert 'name="sitz"' in text(client.get(url("antrag-new")))
    fremder = berater.mandate.get().sitz
    assert client.post(url("antrag-new"), {"sitz": fremder.pk}).status_code == 200
    assert not Antrag.objects.exists()
    client.post(url("antrag-new"), {"sitz": seat_of("SRO").pk})
    assert Antrag.objects.get().sitz == seat_of("SRO")

    login(client, geschaeftsstelle)
    client.post(url("antrag-new"), {"sitz": fremder.pk})
    antrag = Antrag.objects.get(sitz=fremder)
    assert antrag.eingereicht_von == geschaeftsstelle


def test_who_has_left_the_seat_submits_nothing_from_it(autorin, entwurf, praesidium):
    make_mandat(praesidium, seat_of("SRO"))
    praesidium.mandate.filter(sitz=seat_of("SRTG")).update(bis=SEIT + timedelta(days=1))
    felder = felder_of(autorin.get(url("entwurf-edit", entwurf.uuid)), "sichern/") | {"text": "Getippt."}

    seite = autorin.post(url("entwurf-submit", entwurf.uuid), felder)

    assert "nicht mehr inne" in text(seite)
    assert felder_of(seite, "sichern/")["text"] == "Getippt."
    entwurf.refresh_from_db()
    assert entwurf.is_entwurf


def test_who_has_left_the_seat_rewords_and_withdraws_its_motion_no_more(autorin, entwurf, praesidium, now):
    """Also who sits on another one by then: the motion is its seat's; the office acts on its behalf."""
    submit(entwurf, actor=praesidium, now=now)
    kennung = Antrag.objects.get().kennung
    make_mandat(praesidium, seat_of("SRO"))
    assert autorin.get(url("antrag-withdraw", kennung)).status_code == 200
    praesidium.mandate.filter(sitz=seat_of("SRTG")).update(bis=SEIT + timedelta(days=1))

    for name in ("antrag-withdraw", "antrag-revise"):
        assert autorin.post(url(name, kennung), {"text": "Anders", "stand": 1}).status_code == 403
        seite = text(autorin.get(url("antrag-detail", kennung)))
        assert url(name, kennung) not in seite
        assert "können Sie ihn neu fassen" not in seite
    assert Antrag.objects.get().status == "eingereicht"
    assert Antrag.objects.get().fassungen.count() == 1


def test_own_drafts_are_found_again(autorin, entwurf):
    seite = text(autorin.get(url("antrag-new")))

    assert WERTE["titel"] in seite
    assert url("entwurf-edit", entwurf.uuid) in seite


# --- discarded, withdrawn -----------------------------------------------------------------------------


def test_a_draft_is_discarded_after_one_question(autorin, entwurf):
    assert "Entwurf verwerfen?" in text(autorin.get(url("entwurf-discard", entwurf.uuid)))
    assert Antrag.objects.exists()

    assert "Der Entwurf ist verworfen." in text(autorin.post(url("entwurf-discard", entwurf.uuid), follow=True))
    assert not Antrag.objects.exists()
    assert autorin.get(url("entwurf-edit", entwurf.uuid)).status_code == 404


def test_a_motion_is_withdrawn_after_one_question(autorin, entwurf, praesidium, now):
    antrag = submit(entwurf, actor=praesidium, now=now)
    assert "Antrag zurückziehen?" in text(autorin.get(url("antrag-withdraw", antrag.kennung)))

    seite = text(autorin.post(url("antrag-withdraw", antrag.kennung), {"grund": "Erledigt"}, follow=True))

    assert "Der Antrag 1/2026 ist zurückgezogen." in seite
    assert "schon zurückgezogen" in text(autorin.get(url("antrag-withdraw", antrag.kennung)))
    assert "schon zurückgezogen" in text(autorin.post(url("antrag-withdraw", antrag.kennung), follow=True))
    assert autorin.get(url("entwurf-discard", antrag.uuid)).url == antrag.get_absolute_url()


# --- versions ---------------------------------------------------------------------------------------


def test_each_version_is_read_with_its_differences(autorin, entwurf, praesidium, now):
    antrag = submit(entwurf, actor=praesidium, now=now)
    for wort in ("der Teuerung und dem Lohn", "der Lohnentwicklung"):
        felder = felder_of(autorin.get(url("antrag-revise", antrag.kennung)))
        autorin.post(
            url("antrag-revise", antrag.kennung), felder | {"text": WERTE["text"].replace("der Teuerung", wort)}
        )

    zweite = text(autorin.get(url("fassung-detail", antrag.kennung, 2)))

    assert (
        '<ins><span class="nur-vorlesen"> eingefügt: </span>und dem Lohn <span class="nur-vorlesen"> Ende eingefügt. </span></ins>'
        in zweite
    )
    assert "Was sich gegenüber Fassung 1 ändert" in zweite
    assert url("fassung-detail", antrag.kennung, 3) in zweite
    assert "Was sich gegenüber" not in text(autorin.get(url("fassung-detail", antrag.kennung, 1)))
    assert autorin.get(url("fassung-detail", antrag.kennung, 4)).status_code == 404
    gleich = autorin.post(
        url("antrag-revise", antrag.kennung), felder_of(autorin.get(url("antrag-revise", antrag.kennung))), follow=True
    )
    assert "Der Wortlaut ist unverändert" in text(gleich)
    leer = autorin.post(url("antrag-revise", antrag.kennung), felder | {"text": " ", "erwaegungen": "Bleibt stehen."})
    assert "Bitte schreiben Sie den Text des Antrags." in text(leer)
    assert felder_of(leer)["erwaegungen"] == "Bleibt stehen."


def test_rewording_on_an_open_agenda_prints_its_paper_anew(
    autorin, entwurf, praesidium, geschaeftsstelle, sitzung, now
):
    antrag = submit(entwurf, actor=praesidium, now=now)
    punkt = make_traktandum(sitzung, art="entscheid")
    papier = make_unterlage(punkt, "Antrag 1/2026", person=geschaeftsstelle)
    Antrag.objects.filter(pk=antrag.pk).update(status="traktandiert", traktandum=punkt, papier=papier)
    adresse = url("antrag-revise", antrag.kennung)

    felder = felder_of(autorin.get(adresse))
    assert autorin.post(adresse, felder | {"text": "Neuer Wortlaut."}).status_code == 302
    autorin.post(adresse, felder_of(autorin.get(adresse)))  # the same again: no version, no paper

    fassungen = list(papier.fassungen.order_by("nr").select_related("datei"))
    assert [(f.nr, f.is_aktuell) for f in fassungen] == [(1, False), (2, True)]
    assert path_of(fassungen[1].datei_id).read_bytes().startswith(b"%PDF")
    assert antrag.fassungen.count() == 2
    # an older state meets the newer one before anything is printed over it
    antwort = autorin.post(adresse, felder | {"text": "Anderer Wortlaut."})
    assert antwort.status_code == 409
    assert papier.fassungen.count() == 2


# --- who may ----------------------------------------------------------------------------------------


def test_matrix(client, vorsitz, praesidium, berater, geschaeftsstelle, leitgremium, vorstand, fremde, now):
    """A draft is its author's and the office's; a submitted motion is read by all members, written by three."""
    entwurf = make_entwurf(praesidium, now=now)
    antrag = submit(make_entwurf(praesidium, now=now, titel="Zweiter"), actor=praesidium, now=now)
    [im_entwurf], [eingereicht] = (
        deeds.add_beilagen(a.pk, [store(f"{a.pk}.pdf")], actor=praesidium, now=now) for a in (entwurf, antrag)
    )
    andere = make_person("Andere")
    make_mandat(andere, seat_of("SRO"))
    sekretariat = make_person("Sekretariat")
    Funktion.objects.create(person=sekretariat, art="vorstandssekretariat", von=SEIT)
    seiten = [
        url("antrag-new"),
        url("entwurf-edit", entwurf.uuid),
        url("entwurf-discard", entwurf.uuid),
        url("beilage-download", im_entwurf.uuid),
        url("antrag-revise", antrag.kennung),
        url("antrag-withdraw", antrag.kennung),
        url("fassung-detail", antrag.kennung, 1),
        url("beilage-download", eingereicht.uuid),
    ]
    erwartet = {
        praesidium: [200] * 8,
        geschaeftsstelle: [200] * 8,
        vorsitz: [200, 404, 404, 404, 200, 403, 200, 200],
        andere: [200, 404, 404, 404, 403, 403, 200, 200],
        berater: [200, 404, 404, 404, 403, 403, 200, 200],
        leitgremium: [403] + [404] * 7,
        vorstand: [403] + [404] * 7,
        sekretariat: [403] + [404] * 7,
        fremde: [404] * 8,
    }
    gefunden = {}
    for person in erwartet:
        login(client, person)
        gefunden[person] = [fetch(client, seite).status_code for seite in seiten]
    assert gefunden == erwartet

    # and what writes: nobody else changes a word, by a guessed address neither
    for person in (vorsitz, andere, berater, leitgremium, vorstand, fremde):
        login(client, person)
        for name in ("entwurf-save", "entwurf-submit", "entwurf-beilagen", "entwurf-discard"):
            assert client.post(url(name, entwurf.uuid), {"stand": 0, "text": "Fremd"}).status_code == 404, (
                person,
                name,
            )
    for person in (andere, berater):
        login(client, person)
        assert client.post(url("entwurf-beilagen", antrag.uuid)).status_code == 403
        assert client.post(url("antrag-withdraw", antrag.kennung)).status_code == 403
        assert client.post(url("antrag-revise", antrag.kennung), {"stand": 0, "text": "x"}).status_code == 403
    assert entwurf.fassungen.get().text == WERTE["text"]


def test_who_presides_in_the_chairs_place_rewords_at_the_desk(client, entwurf, praesidium, now):
    """Also at the desk: a substitute of the chair, for that meeting and no other."""
    antrag = submit(entwurf, actor=praesidium, now=now)
    sitzung = make_sitzung(status="versandt")
    vize = make_person("Vize")
    make_vertretung(sitzung, Sitz.objects.get(art="vorsitz"), vize, vertretung_leitet=True)
    login(client, vize)
    assert client.get(url("antrag-revise", antrag.kennung)).status_code == 404

    Antrag.objects.filter(pk=antrag.pk).update(
        status="traktandiert", traktandum=make_traktandum(sitzung, art="entscheid")
    )
    felder = felder_of(client.get(url("antrag-revise", antrag.kennung))) | {"text": "Am Pult gefasst."}

    assert client.post(url("antrag-revise", antrag.kennung), felder).status_code == 302
    assert antrag.fassungen.get(nr=2).von == vize
    assert client.get(url("antrag-withdraw", antrag.kennung)).status_code == 403


def store(name):
    return store_bytes(name, "pdf", b"%PDF-1.7")


@pytest.mark.parametrize("name", ["antrag-new", "entwurf-edit", "fassung-detail"])
def test_number_of_queries_does_not_grow(autorin, praesidium, entwurf, now, name):
    antrag = submit(make_entwurf(praesidium, now=now), actor=praesidium, now=now)
    adresse = {
        "antrag-new": url("antrag-new"),
        "entwurf-edit": url("entwurf-edit", entwurf.uuid),
        "fassung-detail": url("fassung-detail", antrag.kennung, 1),
    }[name]

    def fill(anzahl):
        for nr in range(anzahl):
            make_entwurf(praesidium, now=now, titel=f"Entwurf {nr}")
            deeds.add_beilagen(entwurf.pk, [store(f"{nr}.pdf")], actor=praesidium, now=now)

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert autorin.get(adresse).status_code == 200
        return len(queries)

    fill(1)
    eine = count()
    fill(2)
    assert count() == eine
    assert eine <= 16
