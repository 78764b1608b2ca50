"""The members' area: dashboard, list and meeting page, each person exactly what the table says."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone
from django.utils.formats import date_format

from mitglieder.permissions import grant_gast
from sitzungen.models import Lesung, Sitzung, Thema, Traktandenwunsch, Versand
from tests.conftest import make_sitzung, make_traktandum, make_unterlage

pytestmark = pytest.mark.django_db


def page(client, person, url):
    client.force_login(person)
    response = client.get(url)
    return response, BeautifulSoup(response.content, "html.parser")


def without_token(response):
    return re.sub(r"\b[A-Za-z0-9]{64}\b", "", response.text)  # the csrf token is masked anew each time


def texts(soup, selector):
    return [" ".join(node.get_text(" ", strip=True).split()) for node in soup.select(selector)]


@pytest.fixture
def bald():
    """A meeting in twelve days of the real clock, announced, its agenda with one paper not out yet."""
    beginn = timezone.now() + timedelta(days=12)
    return make_sitzung(7, beginn_at=beginn, terminankuendigung_at=timezone.now())


@pytest.fixture
def offene(bald, geschaeftsstelle):
    """The same meeting with its papers out: an internal and a confidential one, and a formal item."""
    make_traktandum(bald, "Begrüssung und Präsenz", art="formelles", minuten=5)
    budget = make_traktandum(bald, art="entscheid", zusammenfassung="Kurz gesagt.", referent="Amt", minuten=30)
    make_unterlage(budget, "Budgetwerte", person=geschaeftsstelle)
    make_unterlage(budget, "Vertrauliche Beilage", person=geschaeftsstelle, vertraulich=True)
    now = timezone.now()
    Sitzung.objects.filter(pk=bald.pk).update(status="versandt", freigegeben_at=now, versandt_at=now)
    bald.refresh_from_db()
    return bald


def test_meeting_shows_the_date_only_before_its_dispatch(client, bald, praesidium, leitgremium):
    make_traktandum(bald, "Geheimes Geschäft")
    for person in (praesidium, leitgremium):
        response, soup = page(client, person, bald.get_absolute_url())

        assert response.status_code == 200
        assert "Landhaus Solothurn" in response.text
        assert texts(soup, ".traktandum") == []
        assert "Geheimes" not in response.text
        assert "Traktanden und Unterlagen folgen am" in response.text


def test_only_an_announced_date_goes_into_the_calendar(client, bald, geschaeftsstelle):
    assert "In den Kalender" in page(client, geschaeftsstelle, bald.get_absolute_url())[0].text

    Sitzung.objects.filter(pk=bald.pk).update(terminankuendigung_at=None)

    assert "In den Kalender" not in page(client, geschaeftsstelle, bald.get_absolute_url())[0].text


def test_meeting_shows_agenda_in_words_with_running_clock(client, offene, praesidium):
    _, soup = page(client, praesidium, offene.get_absolute_url())

    assert texts(soup, ".traktandum__titel") == ["Begrüssung und Präsenz", "Budgetwerte Sozialkosten 2027"]
    assert texts(soup, ".traktandum__art") == ["Formelles", "Entscheid"]
    start = timezone.localtime(offene.beginn_at)
    later = start + timedelta(minutes=5)
    assert texts(soup, ".traktandum__zeit") == [f"{t.hour}.{t.minute:02} Uhr" for t in (start, later)]
    assert texts(soup, ".unterlage__titel > a") == ["Budgetwerte", "Vertrauliche Beilage"]
    assert texts(soup, ".unterlage .neu") == ["neu", "neu"]
    assert texts(soup, ".fortschritt__text") == ["0 von 2 geöffnet"]


def test_wide_circle_sees_no_trace_of_confidential_papers(client, offene, leitgremium):
    _, soup = page(client, leitgremium, offene.get_absolute_url())

    assert texts(soup, ".unterlage__titel > a") == ["Budgetwerte"]
    assert texts(soup, ".fortschritt__text") == ["0 von 1 geöffnet"]
    assert "ertraulich" not in soup.get_text()


def test_guest_sees_only_the_own_item_at_its_true_time(client, offene, gast):
    punkt = offene.traktanden.get(position=2)
    grant_gast(gast, punkt)

    _, soup = page(client, gast, offene.get_absolute_url())

    assert texts(soup, ".traktandum__titel") == ["Budgetwerte Sozialkosten 2027"]
    later = timezone.localtime(offene.beginn_at) + timedelta(minutes=5)
    assert texts(soup, ".traktandum__zeit") == [f"{later.hour}.{later.minute:02} Uhr"]
    assert texts(soup, ".unterlage__titel > a") == ["Budgetwerte"]
    assert "Mappe" not in soup.get_text()
    assert "Traktandenliste" not in soup.get_text()


def test_video_link_is_not_for_the_wide_circle(client, offene, praesidium, leitgremium):
    Sitzung.objects.filter(pk=offene.pk).update(
        form="hybrid", form_entscheid_on=timezone.localdate(), video_link="https://video.portal.test/raum"
    )

    assert "video.portal.test" in page(client, praesidium, offene.get_absolute_url())[0].text
    assert "video.portal.test" not in page(client, leitgremium, offene.get_absolute_url())[0].text


def test_whoever_may_not_see_a_meeting_gets_the_same_404_as_for_none(client, offene, cast):
    for name in ("vorstand", "gast", "fremde"):
        response, _ = page(client, cast[name], offene.get_absolute_url())
        other, _ = page(client, cast[name], "/sitzungen/1999-9/")

        assert (response.status_code, other.status_code) == (404, 404)
        assert without_token(response) == without_token(other)


def test_meeting_called_off_after_its_dispatch_stays_known(client, offene, praesidium):
    Sitzung.objects.filter(pk=offene.pk).update(
        status="abgesagt", abgesagt_at=timezone.now(), absage_grund="Krankheit", terminankuendigung_at=None
    )

    response, soup = page(client, praesidium, offene.get_absolute_url())

    assert response.status_code == 200
    assert "Krankheit" in response.text
    assert texts(soup, ".traktandum") == []


@pytest.mark.parametrize(
    ("in_frist", "tage", "kurz", "lang"),
    [
        (True, 7, "Frist eingehalten", "Frist eingehalten: 7 Tage vor der Sitzung"),
        (False, 1, "verspätet", "Verspätet: 1 Tag vor der Sitzung"),
    ],
)
def test_deadline_is_told_as_it_was_stored(client, offene, praesidium, geschaeftsstelle, in_frist, tage, kurz, lang):
    Versand.objects.create(
        sitzung=offene,
        art="einladung",
        nr=1,
        manifest={},
        manifest_sha256="0" * 64,
        tage_vorher=tage,
        is_in_frist=in_frist,
        created_at=timezone.now(),
    )

    _, member = page(client, praesidium, offene.get_absolute_url())
    _, office = page(client, geschaeftsstelle, offene.get_absolute_url())

    assert texts(member, ".seite__kontext")[0].endswith(kurz)
    assert lang not in member.get_text(" ", strip=True)
    assert lang in office.get_text(" ", strip=True)


def test_list_shows_who_prepares_more_than_who_reads(client, bald, praesidium, geschaeftsstelle):
    make_sitzung(
        1,
        beginn_at=bald.beginn_at + timedelta(days=1),
        art="ausserordentlich",
        grund="Eile",
        einberufen_on=timezone.localdate(),
    )

    assert texts(page(client, praesidium, "/sitzungen/?jahr=alle")[1], ".sitzungsliste__titel") == [bald.titel]
    assert texts(page(client, geschaeftsstelle, "/sitzungen/?jahr=alle")[1], ".sitzungsliste__stand") == [
        "in Vorbereitung",
        "in Vorbereitung",
    ]


def test_list_says_which_meeting_runs(client, offene, praesidium):
    offene.status, offene.begonnen_at = "laufend", offene.beginn_at
    offene.save()
    client.force_login(praesidium)

    soup = BeautifulSoup(client.get("/sitzungen/").content, "html.parser")

    assert texts(soup, ".sitzungsliste__stand") == ["läuft"]


def test_list_is_empty_with_a_kind_word(client, vorstand, praesidium):
    assert "Noch keine Sitzung angekündigt" in page(client, praesidium, "/sitzungen/")[0].text
    assert "Noch keine Sitzung angekündigt" in page(client, vorstand, "/sitzungen/")[0].text


def test_list_is_paged_by_year(client, praesidium):
    for nr in range(1, 26):
        make_sitzung(nr, beginn_at=datetime(2024, 1, nr, 13, tzinfo=UTC), status="geschlossen")
    make_sitzung(1, beginn_at=datetime(2025, 1, 9, 13, tzinfo=UTC), status="geschlossen")

    _, soup = page(client, praesidium, "/sitzungen/?jahr=2024&seite=2")

    assert texts(soup, ".sitzungsliste__titel") == [f"{nr}. ordentliche Sitzung 2024" for nr in (5, 4, 3, 2, 1)]
    assert texts(soup, ".reiter a") == ["2025 1", "2024 25", "Alle 26"]


@pytest.mark.parametrize("url", ["/", "/sitzungen/?jahr=alle", "meeting"])
@pytest.mark.parametrize("wer", ["praesidium", "leitgremium", "geschaeftsstelle"])
def test_query_count_is_constant(client, offene, cast, url, wer, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(cast[wer])
    url = offene.get_absolute_url() if url == "meeting" else url
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for nr in range(1, 4):
        other = make_sitzung(nr, beginn_at=offene.beginn_at + timedelta(days=nr), status="versandt")
        for sitzung in (other, offene):
            punkt = make_traktandum(sitzung, f"Geschäft {nr}")
            for name in ("Bericht", "Tabelle", "Beilage"):
                make_unterlage(punkt, name, person=cast["geschaeftsstelle"])

    with CaptureQueriesContext(connection) as many:
        client.get(url)

    assert len(many) == len(few), [q["sql"][:200] for q in many]


# --- Dashboard ------------------------------------------------------------------------------------


def test_dashboard_of_a_member_before_the_dispatch(client, bald, praesidium):
    _, soup = page(client, praesidium, "/")

    assert texts(soup, "h1") == [bald.titel]
    assert texts(soup, ".seite__kontext")[0].startswith("Nächste Sitzung in 12 Tagen, Unterlagen am")
    assert texts(soup, ".wochenlinie__bild--liegend .wochenlinie__name") == ["Versand", "Antwort bis", "Sitzung"]


def test_dashboard_lists_unread_papers_until_they_are_opened(client, offene, praesidium):
    _, soup = page(client, praesidium, "/")
    assert texts(soup, ".neuigkeiten a") == ["Budgetwerte", "Vertrauliche Beilage"]

    for unterlage in offene.traktanden.get(position=2).unterlagen.all():
        Lesung.objects.create(person=praesidium, fassung=unterlage.fassungen.get(), gelesen_at=timezone.now())

    _, soup = page(client, praesidium, "/")
    assert texts(soup, ".neuigkeiten a") == []
    assert texts(soup, ".fortschritt__text") == ["2 von 2 geöffnet"]
    assert "Sie haben alle Unterlagen geöffnet." in soup.get_text()


def test_a_paper_of_another_meeting_than_the_headline_s_names_it(client, offene, praesidium):
    _, soup = page(client, praesidium, "/")
    assert [t.split(",")[0] for t in texts(soup, ".neuigkeiten .leise")] == ["Traktandum 2", "Traktandum 2"]
    beginn = timezone.now() - timedelta(hours=1)
    laufende = make_sitzung(8, beginn_at=beginn, status="laufend")

    _, soup = page(client, praesidium, "/")

    assert texts(soup, "h1") == [laufende.titel]
    assert texts(soup, ".neuigkeiten .leise") == [f"Sitzung {offene.nummer}, Traktandum 2"] * 2


def test_dashboard_of_the_wide_circle_counts_no_confidential_paper(client, offene, leitgremium):
    _, soup = page(client, leitgremium, "/")

    assert texts(soup, ".neuigkeiten a") == ["Budgetwerte"]
    assert texts(soup, ".fortschritt__text") == ["0 von 1 geöffnet"]
    assert texts(soup, ".wochenlinie__bild--liegend .wochenlinie__name") == ["Freigabe", "Versand", "Sitzung"]


def test_dashboard_of_the_office_names_what_waits(client, geschaeftsstelle):
    _, soup = page(client, geschaeftsstelle, "/")
    assert "Nichts wartet." in soup.get_text()
    assert "Es ist keine Sitzung geplant." in soup.get_text()

    knapp = make_sitzung(2, beginn_at=timezone.now() + timedelta(days=9))

    _, soup = page(client, geschaeftsstelle, "/")
    assert texts(soup, ".neuigkeiten a") == [f"{knapp.titel}: noch nicht freigegeben, Versand in 2 Tagen."]


def test_wishes_lead_the_office_to_the_agenda_that_can_take_them_up(client, geschaeftsstelle, praesidium):
    for titel in ("Suchthilfe", "Benchmark"):
        Traktandenwunsch.objects.create(
            person=praesidium, titel=titel, thema=Thema.objects.get(nr=8), created_at=timezone.now()
        )
    _, soup = page(client, geschaeftsstelle, "/")
    assert [(a.get_text(), a["href"]) for a in soup.select(".neuigkeiten a")] == [
        ("2 Traktandenwünsche warten.", "/sitzungen/jahresplan/")
    ]

    make_sitzung(1, beginn_at=timezone.now() + timedelta(days=80), status="freigegeben")
    make_sitzung(2, beginn_at=timezone.now() + timedelta(days=20), status="versandt")
    naechste = make_sitzung(3, beginn_at=timezone.now() + timedelta(days=50))

    _, soup = page(client, geschaeftsstelle, "/")
    assert soup.find("a", string="2 Traktandenwünsche warten.")["href"] == (
        f"/sitzungen/{naechste.kennung}/traktanden/#wuensche"
    )


def test_dashboard_tells_how_many_regions_come_and_the_office_who_has_not_answered(
    client, bald, praesidium, geschaeftsstelle, leitgremium
):
    assert texts(page(client, praesidium, "/")[1], "#vertretung") == ["0 von 13 Regionen vertreten"]
    assert texts(page(client, leitgremium, "/")[1], "#vertretung") == []
    _, soup = page(client, geschaeftsstelle, "/")
    bis = timezone.localtime(bald.beginn_at) - timedelta(days=3)
    satz = f"{bald.titel}: 1 Sitz ohne Antwort, Antwort ist erbeten bis {date_format(bis, 'j. F')}."
    assert soup.find("a", string=satz)["href"] == f"/sitzungen/{bald.kennung}/teilnahme/"
    laufende = make_sitzung(6, beginn_at=timezone.now() - timedelta(minutes=20), status="laufend")
    _, soup = page(client, geschaeftsstelle, "/")
    assert texts(soup, "h1") == [laufende.titel]
    assert soup.find("a", string=satz) is not None
    laufende.delete()

    Sitzung.objects.filter(pk=bald.pk).update(
        beginn_at=bald.beginn_at + timedelta(days=20), ende_at=bald.ende_at + timedelta(days=20)
    )

    assert texts(page(client, praesidium, "/")[1], "#vertretung") == []
    assert "ohne Antwort" not in page(client, geschaeftsstelle, "/")[0].text


def test_dashboard_of_board_and_stranger_is_kind_and_empty(client, offene, vorstand, fremde):
    assert "Für den VSEG-Vorstand liegt im Moment nichts bereit." in page(client, vorstand, "/")[0].text
    response, _ = page(client, fremde, "/")
    assert "Für Sie liegt im Moment nichts bereit." in response.text
    assert offene.titel not in response.text


def test_navigation_shows_only_ways_that_open(client, cast):
    for name, person in cast.items():
        _, soup = page(client, person, "/")
        for link in soup.select("nav a, .kopf__liste a"):
            if link["href"].startswith("/"):
                assert client.get(link["href"]).status_code == 200, (name, link["href"])


def test_chair_finds_what_was_laid_before_him(client, bald, vorsitz, praesidium):
    assert "Wartet auf Sie" not in page(client, vorsitz, "/")[0].text
    Sitzung.objects.filter(pk=bald.pk).update(eingereicht_at=timezone.now())

    _, soup = page(client, vorsitz, "/")

    assert texts(soup, ".neuigkeiten a") == [f"{bald.titel}: zur Freigabe vorgelegt."]
    assert soup.select_one(".neuigkeiten a")["href"] == f"/sitzungen/{bald.kennung}/freigabe/"
    assert "Wartet auf Sie" not in page(client, praesidium, "/")[0].text


def test_only_members_are_offered_a_wish(client, cast):
    angeboten = {name for name, person in cast.items() if "Traktandum wünschen" in page(client, person, "/")[0].text}

    assert angeboten == {"vorsitz", "praesidium", "berater"}


def test_what_came_of_an_item_is_not_for_the_wide_circle_before_the_minutes(client, cast):
    """Architecture, section 5: results reach the Leitgremien with the approved minutes."""
    gehalten = make_sitzung(1, beginn_at=datetime(2026, 2, 12, 13, 0, tzinfo=UTC), status="geschlossen")
    make_traktandum(gehalten, ausgang="beschlossen", ausgang_text="Angenommen mit 10 Ja bei 14 Anwesenden")
    grant_gast(cast["gast"], gehalten)
    gesehen = {}
    for name in ("geschaeftsstelle", "praesidium", "berater", "leitgremium", "gast"):
        client.force_login(cast[name])
        gesehen[name] = "10 Ja" in client.get(gehalten.get_absolute_url()).content.decode()

    assert gesehen == {
        "geschaeftsstelle": True,
        "praesidium": True,
        "berater": True,
        "leitgremium": False,
        "gast": False,
    }
