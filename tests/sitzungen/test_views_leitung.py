"""The chair's desk and the room screen over HTTP."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from konferenz.models import Journaleintrag
from mitglieder.models import Sitz
from mitglieder.permissions import grant_gast
from sitzungen.models import Anwesenheit, Ausstand, Diskussionswunsch, Sitzung, Teilnahme, Thema
from tests.conftest import make_person, make_sitzung, make_traktandum, make_unterlage, make_vertretung

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitzung(db):
    """Today's meeting, its papers out; everybody of the cast is asked about it."""
    heute = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    sitzung = make_sitzung(4, beginn_at=heute, status="versandt")
    for titel, art in (("Begrüssung", "formelles"), ("Lagebild", "information"), ("Kredit", "entscheid")):
        make_traktandum(sitzung, titel, art=art, angekuendigt_at=sitzung.versandt_at)
    return sitzung


@pytest.fixture
def laufende(sitzung, vorsitz):
    Sitzung.objects.update(
        status="laufend", begonnen_at=sitzung.beginn_at, leitung=vorsitz, aktuell=sitzung.traktanden.get(position=2)
    )
    sitzung.refresh_from_db()
    return sitzung


def url(sitzung, rest="leitung/"):
    return f"/sitzungen/{sitzung.kennung}/{rest}"


def tat(sitzung, position, wort):
    return url(sitzung, f"traktanden/{sitzung.traktanden.get(position=position).uuid}/{wort}/")


# --- Who gets in ------------------------------------------------------------------------------------

#                   desk · close · late item · room
ROLLEN = {
    "geschaeftsstelle": "SSSS",
    "vorsitz": "SSSS",
    "praesidium": "VVVS",
    "berater": "VVVS",
    "stellvertretung": "VVVS",
    "leitende": "SSSS",
    "gewaehlte": "SSSS",
    "leitgremium": "VVVV",
    "gast": "VVVV",
    "vorstand": "NNNN",
    "fremde": "NNNN",
}
TATEN = {302: "S", 403: "V", 404: "N", 200: "S"}


@pytest.fixture
def leute(cast, laufende):
    leitende = make_person("Vize")
    make_vertretung(laufende, Sitz.objects.get(art="vorsitz"), leitende, vertretung_leitet=True)
    grant_gast(cast["gast"], laufende)
    return cast | {"leitende": leitende}


def test_who_sees_the_desk_and_the_room(client, leute, laufende):
    ist = {}
    for name in ROLLEN:
        person = leute["praesidium"] if name == "gewaehlte" else leute[name]
        if name in {"gewaehlte", "leitende"}:  # chosen in the room; named to preside
            Sitzung.objects.update(leitung=person)
        client.force_login(person)
        seiten = [
            url(laufende),
            url(laufende, "leitung/schliessen/"),
            url(laufende, "leitung/nachtrag/"),
            url(laufende, "saal/"),
        ]
        ist[name] = "".join(TATEN[client.get(seite).status_code] for seite in seiten)
        Sitzung.objects.update(leitung=leute["vorsitz"])

    assert ist == ROLLEN


def test_the_deeds_ask_for_the_same_right(client, leute, laufende):
    taten = [
        url(laufende, "leitung/eroeffnen/"),
        url(laufende, "leitung/wer/"),
        *(
            tat(laufende, 2, wort)
            for wort in (
                "aufrufen",
                "ergebnis",
                "entscheid",
                "information",
                "diskussion/festhalten",
                "diskussion/streichen",
            )
        ),
    ]
    ist = {}
    for name in set(ROLLEN) - {"gewaehlte", "leitende"}:
        client.force_login(leute[name])
        ist[name] = {TATEN[client.post(adresse, {"ausgang": "x"}).status_code] for adresse in taten}

    assert ist == {name: {ROLLEN[name][0]} for name in ist}


def test_the_desk_before_the_dispatch_is_the_office_s(client, geschaeftsstelle, praesidium):
    sitzung = make_sitzung(2)
    client.force_login(praesidium)
    assert client.get(url(sitzung)).status_code == 404
    client.force_login(geschaeftsstelle)

    assert "noch nicht versandt" in client.get(url(sitzung)).content.decode()


@pytest.mark.parametrize(
    ("wer", "vorher", "waehrend"),
    [
        ("geschaeftsstelle", "Zum Leitungspult", "Zum Leitungspult"),
        ("vorsitz", "Zum Leitungspult", "Zum Leitungspult"),
        ("praesidium", "Traktanden und Unterlagen", "Zur laufenden Sitzung"),
        ("leitgremium", "Traktanden und Unterlagen", "Zur laufenden Sitzung"),
    ],
)
def test_first_button_of_the_dashboard_on_the_day(client, leute, sitzung, wer, vorher, waehrend):
    Sitzung.objects.update(
        beginn_at=timezone.localtime().replace(hour=23, minute=58), ende_at=timezone.now() + timedelta(days=1)
    )
    client.force_login(leute[wer])
    for status, knopf in (("versandt", vorher), ("laufend", waehrend)):
        Sitzung.objects.update(status=status, begonnen_at=timezone.now() if status == "laufend" else None)

        soup = BeautifulSoup(client.get("/").content, "html.parser")

        assert [a.get_text(" ", strip=True) for a in soup.select("main .knopf--haupt")][:1] == [knopf]
        assert ("Die Sitzung läuft" in soup.get_text()) is (status == "laufend")


def test_a_missing_answer_is_of_no_use_while_the_meeting_runs(client, sitzung, praesidium):
    client.force_login(praesidium)
    now = timezone.now()
    Sitzung.objects.update(beginn_at=now - timedelta(minutes=1), ende_at=now + timedelta(hours=2))
    gezeigt = []
    for status in ("versandt", "laufend"):
        Sitzung.objects.update(status=status, begonnen_at=timezone.now() if status == "laufend" else None)
        soup = BeautifulSoup(client.get(sitzung.get_absolute_url()).content, "html.parser")
        gezeigt.append([h.get_text() for h in soup.select("h2[id^=mein-sitz], h2[id^=platz-]")])

    assert gezeigt == [["Ihre Teilnahme"], ["Ihr Platz: Thal-Gäu"]]


# --- A meeting, by buttons --------------------------------------------------------------------------


def test_a_whole_meeting_without_javascript(client, sitzung, vorsitz):
    client.force_login(vorsitz)
    assert "Sitzung eröffnen" in client.get(url(sitzung)).content.decode()

    client.post(url(sitzung, "leitung/eroeffnen/"), {"leitung": vorsitz.pk})
    client.post(tat(sitzung, 2, "aufrufen"))
    client.post(tat(sitzung, 2, "ergebnis"), {"ausgang": "zur_kenntnis"})
    client.post(tat(sitzung, 3, "aufrufen"))
    client.post(tat(sitzung, 3, "ergebnis"), {"ausgang": "beschlossen", "text": "Kredit bewilligt."})
    warnt = client.get(url(sitzung, "leitung/schliessen/")).content.decode()
    erst = client.post(url(sitzung, "leitung/schliessen/")).content.decode()
    schluss = client.post(url(sitzung, "leitung/schliessen/"), {"bestaetigt": "on"}, follow=True).content.decode()

    assert "Niemand ist angemeldet" in warnt
    assert "bestätigen Sie den Schluss" in erst
    sitzung.refresh_from_db()
    assert sitzung.status == "geschlossen"
    assert "Kredit bewilligt." in schluss
    assert list(sitzung.traktanden.order_by("position").values_list("ausgang", flat=True)) == [
        "offen",
        "zur_kenntnis",
        "beschlossen",
    ]


def test_a_refused_outcome_keeps_what_was_typed(client, laufende, vorsitz):
    client.force_login(vorsitz)
    Sitzung.objects.update(aktuell=laufende.traktanden.get(position=3))

    lang = "x" * 501
    seite = client.post(tat(laufende, 3, "ergebnis"), {"ausgang": "beschlossen", "text": lang}).content.decode()

    assert lang in seite
    assert "noch nicht festgehalten" in seite


def test_information_offers_no_decision_and_discussion_only_when_asked(client, laufende, vorsitz, praesidium):
    client.force_login(vorsitz)

    vorher = client.get(url(laufende)).content.decode()
    Diskussionswunsch.objects.create(
        traktandum=laufende.aktuell, person=praesidium, sitz=Sitz.objects.first(), verlangt_at=timezone.now()
    )
    nachher = client.get(url(laufende)).content.decode()

    assert 'value="beschlossen"' not in vorher
    assert ('value="beraten"' in vorher, 'value="beraten"' in nachher) == (False, True)
    assert "Information (Diskussion verlangt)" in nachher
    assert praesidium.name in nachher


def test_the_desk_notes_who_asks_aloud(client, laufende, vorsitz, praesidium):
    sitz = Sitz.objects.get(sozialregion__kuerzel="SRTG")
    client.force_login(vorsitz)

    client.post(tat(laufende, 2, "diskussion/festhalten"), {"sitz": sitz.uuid})
    leer = Diskussionswunsch.objects.count()
    check_in(laufende, sitz, praesidium)
    client.post(tat(laufende, 2, "diskussion/festhalten"), {"sitz": sitz.uuid})
    client.post(tat(laufende, 2, "diskussion/festhalten"), {"sitz": sitz.uuid})
    wunsch = Diskussionswunsch.objects.get()
    seite = client.get(url(laufende)).content.decode()
    client.post(tat(laufende, 2, "diskussion/streichen"), {"sitz": sitz.uuid})

    assert leer == 0
    assert (wunsch.person, wunsch.sitz) == (praesidium, sitz)
    assert 'value="beraten"' in seite
    assert not Diskussionswunsch.objects.exists()
    arten = list(Journaleintrag.objects.order_by("seq").values_list("art", flat=True))
    assert arten == ["diskussion.festgehalten", "diskussion.gestrichen"]


def test_the_desk_names_who_steps_aside(client, laufende, vorsitz, praesidium):
    sitz = Sitz.objects.get(sozialregion__kuerzel="SRTG")
    teilnahme = Teilnahme.objects.create(sitzung=laufende, sitz=sitz)
    Ausstand.objects.create(
        teilnahme=teilnahme, traktandum=laufende.aktuell, erklaert_von=praesidium, erklaert_at=timezone.now()
    )
    client.force_login(vorsitz)

    assert f"Im Ausstand: {sitz.sozialregion.name}" in client.get(url(laufende)).content.decode()


def test_a_late_item_and_a_decision_on_the_spot(client, laufende, vorsitz):
    client.force_login(vorsitz)
    angaben = {"titel": "Anfrage", "art": "entscheid", "thema": Thema.objects.get(nr=4).pk}

    leer = client.post(url(laufende, "leitung/nachtrag/"), angaben | {"einverstanden": "on"}).content.decode()
    check_in(laufende, Sitz.objects.get(art="vorsitz"), vorsitz)
    ohne = client.post(url(laufende, "leitung/nachtrag/"), angaben).content.decode()
    client.post(url(laufende, "leitung/nachtrag/"), angaben | {"einverstanden": "on"})
    client.post(tat(laufende, 2, "entscheid"))
    noch = laufende.traktanden.get(position=2).art
    client.post(tat(laufende, 2, "entscheid"), {"einverstanden": "on"})

    assert "niemand angemeldet" in leer
    assert 'value="Anfrage"' in ohne
    assert "alle Anwesenden einverstanden" in ohne
    assert client.get(laufende.get_absolute_url()).content.decode().count("in der Sitzung aufgenommen") == 1
    neu = laufende.traktanden.get(position=4)
    assert (neu.titel, neu.zugelassen_anwesende) == ("Anfrage", 1)
    assert (noch, laufende.traktanden.get(position=2).art) == ("information", "entscheid")


def check_in(sitzung, sitz, person):
    teilnahme, _ = Teilnahme.objects.get_or_create(sitzung=sitzung, sitz=sitz)
    return Anwesenheit.objects.create(
        sitzung=sitzung,
        teilnahme=teilnahme,
        person=person,
        als="inhaber",
        von_at=sitzung.beginn_at,
        weg="leitung",
        erfasst_von=person,
        erfasst_at=sitzung.beginn_at,
    )


# --- Following --------------------------------------------------------------------------------------


def test_desk_and_room_answer_only_to_what_changed(client, laufende, vorsitz):
    client.force_login(vorsitz)
    htmx = {"HTTP_HX_REQUEST": "true"}

    assert client.get(url(laufende, "saal/?live=0"), **htmx).status_code == 204
    assert client.get(url(laufende, "leitung/?live=0"), **htmx).status_code == 204
    client.post(tat(laufende, 3, "aufrufen"))

    bild = client.get(url(laufende, "saal/?live=0"), **htmx).content.decode()
    assert "Kredit" in bild
    assert "?live=1" in bild
    assert "<html" not in bild
    assert "<html" in client.get(url(laufende, "saal/")).content.decode()


def test_asking_again_is_cheap(client, laufende, praesidium):
    client.force_login(praesidium)
    client.get(url(laufende, "saal/?live=0"))

    with CaptureQueriesContext(connection) as fragen:
        client.get(url(laufende, "saal/?live=0"))

    assert len(fragen) <= 6  # session, person, three of the Umfang, the meeting


@pytest.mark.parametrize("seite", ["leitung/", "saal/", "leitung/schliessen/"])
def test_the_queries_do_not_grow_with_the_agenda(client, laufende, vorsitz, geschaeftsstelle, seite):
    client.force_login(vorsitz)
    client.get(url(laufende, seite))
    with CaptureQueriesContext(connection) as wenige:
        client.get(url(laufende, seite))
    for nr in range(3):
        punkt = make_traktandum(laufende, f"Geschäft {nr}")
        make_unterlage(punkt, person=geschaeftsstelle)
        check_in(laufende, Sitz.objects.order_by("pk")[nr], make_person(f"Gekommen{nr}"))

    with CaptureQueriesContext(connection) as viele:
        client.get(url(laufende, seite))

    assert len(viele) == len(wenige)


def test_the_room_shows_no_names_but_the_speaker_s(client, laufende, praesidium, vorsitz):
    check_in(laufende, Sitz.objects.get(sozialregion__kuerzel="SRTG"), praesidium)
    Sitzung.objects.update(video_link="https://video.example/geheim")
    client.force_login(vorsitz)

    seite = client.get(url(laufende, "saal/")).content.decode()

    assert praesidium.name not in seite
    assert "video.example" not in seite
    assert "Anwesend stimmberechtigt <strong>1 von 14</strong>" in " ".join(seite.split())


@pytest.mark.parametrize(
    ("status", "wort"), [("versandt", "Beginn um 12.00"), ("geschlossen", "Die Sitzung ist geschlossen")]
)
def test_the_room_before_and_after(client, sitzung, vorsitz, status, wort):
    if status == "geschlossen":
        Sitzung.objects.update(
            status=status, begonnen_at=sitzung.beginn_at, beendet_at=sitzung.beginn_at + timedelta(hours=1)
        )
    client.force_login(vorsitz)

    assert wort in client.get(url(sitzung, "saal/")).content.decode()


@pytest.mark.parametrize(("stunden", "geht"), [(-1, True), (1, False)])
def test_the_office_may_record_the_same_evening(client, sitzung, geschaeftsstelle, vorsitz, stunden, geht):
    Sitzung.objects.update(
        beginn_at=timezone.now() + timedelta(hours=stunden), ende_at=timezone.now() + timedelta(hours=3)
    )
    adresse = url(sitzung, "nachfuehren/")
    client.force_login(geschaeftsstelle)

    assert (adresse in client.get(url(sitzung)).content.decode()) is geht
    assert (client.get(adresse).status_code == 200) is geht
    client.force_login(vorsitz)
    assert adresse not in client.get(url(sitzung)).content.decode()
