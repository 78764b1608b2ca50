"""The pages of preparing: who may open them, what they say, how many queries they take."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from konferenz.models import Datei
from sitzungen.models import Sitzung, Thema, Traktandum, Unterlage
from tests.conftest import make_sitzung, make_traktandum, make_unterlage, pdf_bytes

PREPARING = {"geschaeftsstelle", "vorsitz"}
# seen once it is out, but not to be worked on
READING = {"praesidium", "berater", "stellvertretung", "leitgremium"}
GET_SEITEN = ["traktandum-list", "sitzung-edit", "freigabe-detail"]
POST_SEITEN = [
    "traktandum-create",
    "traktandum-order",
    "traktandum-copy",
    "freigabe-submit",
    "freigabe-grant",
    "freigabe-revoke",
]


def client_of(client, person):
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def statuses(client, cast, url, methode="get"):
    return {name: getattr(client_of(client, person), methode)(url).status_code for name, person in cast.items()}


@pytest.mark.parametrize("name", GET_SEITEN)
def test_in_preparation_only_who_prepares_sees_a_page(name, client, cast, sitzung):
    gefunden = statuses(client, cast, reverse(f"sitzungen:{name}", args=[sitzung.kennung]))

    assert gefunden == {person: 200 if person in PREPARING else 404 for person in cast}


@pytest.mark.parametrize("name", GET_SEITEN)
def test_once_it_is_out_readers_are_refused_and_strangers_know_nothing(name, client, cast, versandte):
    gefunden = statuses(client, cast, reverse(f"sitzungen:{name}", args=[versandte.kennung]))

    assert gefunden == {person: 200 if person in PREPARING else 403 if person in READING else 404 for person in cast}


@pytest.mark.parametrize("name", POST_SEITEN)
def test_deeds_are_posts_for_who_prepares(name, client, cast, versandte):
    url = reverse(f"sitzungen:{name}", args=[versandte.kennung])
    gefunden = statuses(client, cast, url, "post")

    assert {p: s for p, s in gefunden.items() if p not in PREPARING} == {
        person: 403 if person in READING else 404 for person in cast if person not in PREPARING
    }
    assert not {403, 404, 500} & {gefunden[person] for person in PREPARING} or name == "traktandum-copy"
    assert client_of(client, cast["geschaeftsstelle"]).get(url).status_code == 405


def test_item_and_paper_pages_follow_their_meeting(client, cast, versandte):
    traktandum = versandte.traktanden.get()
    unterlage = Unterlage.objects.first()
    for name, uuid in [("traktandum-edit", traktandum.uuid), ("unterlage-edit", unterlage.uuid)]:
        gefunden = statuses(client, cast, reverse(f"sitzungen:{name}", args=[versandte.kennung, uuid]))

        assert gefunden == {
            person: 200 if person in PREPARING else 403 if person in READING else 404 for person in cast
        }


@pytest.mark.parametrize("name", ["jahresplan-edit", "sitzung-create"])
def test_planning_is_for_who_prepares(name, client, cast):
    url = reverse(f"sitzungen:{name}", args=[2027] if name == "jahresplan-edit" else [])

    assert statuses(client, cast, url) == {person: 200 if person in PREPARING else 404 for person in cast}


@pytest.fixture
def office(client, geschaeftsstelle):
    return client_of(client, geschaeftsstelle)


def test_the_builder_takes_the_same_queries_for_one_item_and_for_three(
    office, sitzung, geschaeftsstelle, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    url = reverse("sitzungen:traktandum-list", args=[sitzung.kennung])
    zahlen = []
    for _ in range(2):
        make_unterlage(make_traktandum(sitzung), person=geschaeftsstelle)
        if zahlen:
            make_unterlage(make_traktandum(sitzung), person=geschaeftsstelle)
        office.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert office.get(url).status_code == 200
        zahlen.append(len(queries))

    assert zahlen[0] == zahlen[1]
    assert sitzung.traktanden.count() == 3


@pytest.mark.parametrize("name", ["traktandum-list", "freigabe-detail"])
def test_what_is_missing_on_an_item_leads_to_this_item(office, sitzung, geschaeftsstelle, name):
    ohne = [make_traktandum(sitzung, titel, art="entscheid") for titel in ("Budget", "Leitfaden")]
    defekt = make_traktandum(sitzung, "Bericht", art="entscheid")
    make_unterlage(defekt, person=geschaeftsstelle)
    Datei.objects.update(pruefung="defekt")
    liste = reverse("sitzungen:traktandum-list", args=[sitzung.kennung])

    seite = BeautifulSoup(office.get(reverse(f"sitzungen:{name}", args=[sitzung.kennung])).content, "html.parser")

    wege = {a.get_text(): a["href"] for a in seite.select(".pruefliste__weg") if "Zu Traktandum" in a.get_text()}
    assert wege == {f"Zu Traktandum {t.position}": f"{liste}#t-{t.uuid}" for t in (*ohne, defekt)}
    if name == "traktandum-list":
        assert all(seite.find(id=weg.partition("#")[2]) for weg in wege.values())


def test_what_is_missing_on_the_whole_agenda_leads_to_its_list(office, sitzung):
    liste = reverse("sitzungen:traktandum-list", args=[sitzung.kennung])

    seite = BeautifulSoup(office.get(liste).content, "html.parser")

    assert seite.select_one(".pruefliste__weg")["href"] == f"{liste}#redaktion"
    assert seite.find(id="redaktion")


def test_adding_an_item_shows_it_with_its_time(office, sitzung):
    make_traktandum(sitzung, "Begrüssung", art="formelles", standard="begruessung", minuten=5)
    url = reverse("sitzungen:traktandum-create", args=[sitzung.kennung])

    antwort = office.post(
        url, {"titel": "Budget", "art": "entscheid", "thema": Thema.objects.get(nr=4).pk, "minuten": "65"}, follow=True
    )

    text = antwort.content.decode()
    assert "14.05–15.10 Uhr" in text
    assert "70 Minuten geplant" in text
    assert Traktandum.objects.get(titel="Budget").position == 2


def test_what_was_typed_stays_when_the_topic_is_missing(office, sitzung):
    url = reverse("sitzungen:traktandum-create", args=[sitzung.kennung])

    antwort = office.post(url, {"titel": "Ohne Thema", "art": "information", "thema": "", "minuten": "17"})

    text = antwort.content.decode()
    assert "Bitte wählen Sie das Thema; ohne Thema gehen nur formelle Traktanden." in text
    assert 'value="Ohne Thema"' in text
    assert 'value="17"' in text
    assert sitzung.traktanden.count() == 0


def test_an_edit_says_that_the_release_is_taken_back(office, sitzung, now):
    traktandum = make_traktandum(sitzung)
    Sitzung.objects.update(status="freigegeben", freigegeben_at=now)

    antwort = office.post(
        reverse("sitzungen:traktandum-move", args=[sitzung.kennung, traktandum.uuid]), {"richtung": "hoch"}, follow=True
    )

    assert "Mit dieser Änderung ist die Freigabe zurückgenommen" in antwort.content.decode()


def test_after_the_dispatch_the_sentence_leads_to_the_nachversand(office, versandte):
    traktandum = versandte.traktanden.get()

    antwort = office.post(
        reverse("sitzungen:traktandum-delete", args=[versandte.kennung, traktandum.uuid]), follow=True
    )

    assert "ändern Sie nur noch mit einem Nachversand" in antwort.content.decode()
    assert versandte.traktanden.count() == 1


@pytest.mark.parametrize("seite", ["traktandum-list", "sitzung-edit"])
def test_after_the_dispatch_the_chair_finds_no_way_that_is_closed(client, versandte, vorsitz, geschaeftsstelle, seite):
    wege = {}
    for person in (vorsitz, geschaeftsstelle):
        client.force_login(person)
        soup = BeautifulSoup(client.get(reverse(f"sitzungen:{seite}", args=[versandte.kennung])).content, "html.parser")
        ziele = {a["href"] for a in soup.select("main a[href*='/versand/']")}
        wege[person] = {client.get(ziel).status_code for ziel in ziele}

        assert 404 not in wege[person], seite
        assert ("die Geschäftsstelle" in soup.main.get_text()) is (person == vorsitz)


def test_several_files_at_once_and_one_bad_does_not_cost_the_others(office, sitzung):
    traktandum = make_traktandum(sitzung)
    dateien = [
        SimpleUploadedFile("Budget.pdf", pdf_bytes()),
        SimpleUploadedFile("kaputt.pdf", b"kein pdf"),
        SimpleUploadedFile("leer.pdf", b""),
        SimpleUploadedFile("Bericht.pdf", pdf_bytes(2)),
    ]

    antwort = office.post(
        reverse("sitzungen:unterlage-create", args=[sitzung.kennung, traktandum.uuid]),
        {"dateien": dateien},
        follow=True,
    )

    text = antwort.content.decode()
    assert [u.titel for u in traktandum.unterlagen.all()] == ["Budget", "Bericht"]
    assert "2 Unterlagen sind gespeichert." in text
    assert "«kaputt.pdf»" in text
    assert "«leer.pdf»" in text


def test_an_upload_without_a_file_says_so(office, sitzung):
    traktandum = make_traktandum(sitzung)

    antwort = office.post(
        reverse("sitzungen:unterlage-create", args=[sitzung.kennung, traktandum.uuid]), {}, follow=True
    )

    assert "Bitte wählen Sie mindestens eine Datei." in antwort.content.decode()


def test_the_confidential_sentence_stands_beside_the_choice(office, sitzung, geschaeftsstelle):
    unterlage = make_unterlage(make_traktandum(sitzung), person=geschaeftsstelle)

    text = office.get(reverse("sitzungen:unterlage-edit", args=[sitzung.kennung, unterlage.uuid])).content.decode()

    assert "erreichen die Entscheidungsträgerinnen und Entscheidungsträger der Regionen nicht" in text
    assert "weicht vom Pflichtenheft ab" in text


def test_the_year_plan_saves_four_rows_and_keeps_what_was_typed(office):
    url = reverse("sitzungen:jahresplan-edit", args=[2030])
    daten = {}
    for nr, tag in enumerate(["2030-03-07", "2030-06-06", "2030-09-05", "2031-11-07"], start=1):
        daten |= {f"s{nr}-datum": tag, f"s{nr}-von": "14:00", f"s{nr}-bis": "16:30", f"s{nr}-form": "vor_ort"}
        daten |= {f"s{nr}-ort": f"Ort {nr}"}

    antwort = office.post(url, daten)
    text = antwort.content.decode()
    assert "Dieses Datum liegt nicht im Jahr 2030." in text
    assert 'value="Ort 2"' in text
    assert Sitzung.objects.count() == 0

    antwort = office.post(url, {**daten, "s4-datum": "2030-11-07"}, follow=True)
    assert "4 Sitzungen sind neu geplant." in antwort.content.decode()
    assert Sitzung.objects.count() == 4


def test_the_year_plan_warns_when_too_few_are_planned(office):
    make_sitzung(1)

    text = office.get(reverse("sitzungen:jahresplan-edit", args=[2026])).content.decode()

    assert "Geplant ist 1 von 4 ordentlichen Sitzungen" in text


def test_a_meeting_called_for_in_three_days_is_released_late_and_can_be_stopped(client, vorsitz, praesidium):
    beginn = timezone.now() + timedelta(days=3)
    sitzung = make_sitzung(1, art="ausserordentlich", beginn_at=beginn, grund="Dringend", einberufen_on=beginn.date())
    make_traktandum(sitzung)
    seite = client_of(client, vorsitz).get(reverse("sitzungen:freigabe-detail", args=[sitzung.kennung]))
    vorher = seite.content.decode()

    antwort = client.post(
        reverse("sitzungen:freigabe-grant", args=[sitzung.kennung]), {"stand": sitzung.aenderung}, follow=True
    )
    nachher = antwort.content.decode()
    sitzung.refresh_from_db()
    angehalten = client.post(reverse("sitzungen:freigabe-revoke", args=[sitzung.kennung]), follow=True)

    assert "Nach der Freigabe geht der Versand in 15 Minuten an 2 Personen" in vorher
    assert "Das sind 3 Tage vor der Sitzung, vorgesehen sind 7." in vorher
    assert "Geht in 15 Minuten an 2 Personen" in nachher
    assert "als verspätet vermerkt" in nachher
    assert "Zum Verteiler" not in vorher
    assert (sitzung.status, sitzung.is_freigabe_auf_wort) == ("freigegeben", False)
    assert "nichts geht hinaus" in angehalten.content.decode()


def test_the_release_of_a_changed_agenda_is_shown_again(client, vorsitz, sitzung):
    make_traktandum(sitzung)
    Sitzung.objects.update(aenderung=3)

    antwort = client_of(client, vorsitz).post(reverse("sitzungen:freigabe-grant", args=[sitzung.kennung]), {"stand": 2})

    text = antwort.content.decode()
    assert "Die Traktandenliste wurde inzwischen geändert. Bitte sehen Sie sie nochmals durch." in text
    assert 'name="stand" value="3"' in text
    assert Sitzung.objects.get().status == "entwurf"
