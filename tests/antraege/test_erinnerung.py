"""What waits too long at the board: the office is reminded once, the dashboard shows it always."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_string, policy

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from antraege import tasks
from antraege.actions.erinnerung import remind_bericht
from antraege.models import Bericht
from antraege.queries.vorstand import list_ueberfaellige
from antraege.rules.wartezeit import Wartelinie, draw_wartelinie
from konferenz.celery import app
from konferenz.models import Einstellung, Journaleintrag, Sendung
from tests.conftest import make_person, make_sitzung

from .bericht_helfer import make_entscheid, make_ueberwiesen

pytestmark = pytest.mark.django_db
AM = datetime(2026, 12, 13, 14, 30, tzinfo=UTC)


@pytest.fixture
def bericht(praesidium, vorsitz, geschaeftsstelle):
    return make_ueberwiesen(praesidium, vorsitz, am=AM)


def nach(tage):
    """Return eight in the morning so many calendar days after the handing over."""
    return datetime(2026, 12, 13, 7, 10, tzinfo=UTC) + timedelta(days=tage)


def set_tage(tage):
    Einstellung.objects.update_or_create(
        schluessel="vorstand_erinnerung_tage", defaults={"wert": tage, "geaendert_at": AM}
    )


def remind(now):
    return sum(remind_bericht(pk, now=now) for pk in list_ueberfaellige(now))


def test_the_day_after_the_limit_and_only_once(bericht):
    assert [remind(nach(tage)) for tage in (0, 59, 60)] == [0, 0, 0]

    assert [remind(nach(tage)) for tage in (61, 61, 62, 400)] == [1, 0, 0, 0]

    assert Bericht.objects.get().erinnert_at == nach(61)
    assert list(Journaleintrag.objects.values_list("art", flat=True)) == ["bericht.erinnert"]


def test_days_that_were_missed_are_made_up(bericht):
    assert remind(nach(90)) == 1


@pytest.mark.parametrize(("tage", "erwartet"), [(0, 0), (10, 1), (99, 0)])
def test_the_setting_decides_and_zero_means_never(bericht, tage, erwartet):
    set_tage(tage)

    assert remind(nach(30)) == erwartet


def test_what_is_answered_reminds_nobody_what_is_recorded_only_does(bericht, geschaeftsstelle):
    make_entscheid(bericht, geschaeftsstelle)
    assert remind(nach(61)) == 0


def test_the_letter_says_what_waits_and_where(bericht, geschaeftsstelle, settings):
    make_entscheid(bericht, geschaeftsstelle, status="entwurf")

    remind(nach(63))

    sendung = Sendung.objects.get()
    assert (sendung.an_adresse, sendung.betreff) == (
        geschaeftsstelle.email,
        "Sozialpräsidienkonferenz: Antrag 1/2026 wartet seit 63 Tagen auf den Vorstand",
    )
    mail = message_from_string(sendung.inhalt, policy=policy.default)
    for art in ("plain", "html"):
        text = mail.get_body((art,)).get_content()
        for wort in (
            "«Teuerung der Fallpauschale 1» liegt seit 63 Tagen beim VSEG-Vorstand",
            "Ein Entscheid ist erfasst, aber noch nicht mitgeteilt.",
            f"{settings.SITE_URL}{bericht.get_absolute_url()}",
        ):
            assert wort in text


def test_nobody_to_write_to_leaves_it_due(bericht, geschaeftsstelle):
    geschaeftsstelle.funktionen.update(bis=timezone.localdate(AM))
    assert remind(nach(61)) == 0
    assert Bericht.objects.get().erinnert_at is None
    geschaeftsstelle.funktionen.update(bis=None)

    assert remind(nach(62)) == 1


def test_the_beat_calls_the_task_each_morning(praesidium, vorsitz, geschaeftsstelle):
    make_ueberwiesen(praesidium, vorsitz, am=timezone.now() - timedelta(days=61))

    plan = app.conf.beat_schedule["remind_vorstand"]
    assert plan["task"] == tasks.remind_vorstand.name
    assert (plan["schedule"].hour, plan["schedule"].minute) == ({8}, {10})
    assert [tasks.remind_vorstand(), tasks.remind_vorstand()] == [1, 0]


# --- the dashboard --------------------------------------------------------------------------------


def test_office_and_chair_see_what_waits_with_the_overdue_marked(
    client, praesidium, vorsitz, geschaeftsstelle, berater
):
    sitzung = make_sitzung(1, status="geschlossen")
    for nr, tage in ((1, 61), (2, 60), (3, 0)):
        make_ueberwiesen(praesidium, vorsitz, nr=nr, sitzung=sitzung, am=timezone.now() - timedelta(days=tage))

    for person in (geschaeftsstelle, vorsitz):
        client.force_login(person)
        text = BeautifulSoup(client.get("/").content, "html.parser").find(id="vorstand-wartet").parent.get_text()
        assert [satz in text for satz in ("seit 61 Tagen", "seit 60 Tagen", "seit heute")] == [True] * 3
        assert text.count("überfällig") == 1
    client.force_login(berater)
    assert "seit 61 Tagen" not in client.get("/").text


def test_nothing_waits_shows_no_tile_to_the_office_and_a_kind_word_to_the_board(
    client, praesidium, vorsitz, geschaeftsstelle, vorstand
):
    client.force_login(geschaeftsstelle)
    assert "Beim VSEG-Vorstand" not in client.get("/").text
    client.force_login(vorstand)
    assert "Für den VSEG-Vorstand liegt im Moment nichts bereit." in client.get("/").text

    make_entscheid(make_ueberwiesen(praesidium, vorsitz), geschaeftsstelle)

    text = client.get("/").text
    assert "Für den VSEG-Vorstand liegt im Moment nichts bereit." in text
    assert "Zuletzt beantwortet" in text
    assert "mit Änderungen angenommen" in text


def test_only_who_may_is_led_to_the_boards_page(client, cast):
    fuehrt = set()
    for name, person in cast.items():
        client.force_login(person)
        if 'href="/vorstand/"' in client.get("/").text:
            fuehrt.add(name)

    assert fuehrt == {"vorsitz", "geschaeftsstelle", "vorstand"}
    assert make_person("Neu").funktionen.count() == 0


# --- the line -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tage", "grenze", "linie"),
    [
        (0, 60, Wartelinie("0.00%", "80.00%", "end")),
        (60, 60, Wartelinie("80.00%", "80.00%", "end")),
        (63, 60, Wartelinie("80.00%", "76.19%", "end")),
        (600, 60, Wartelinie("80.00%", "8.00%", "start")),
        (30, 0, Wartelinie("40.00%", "", "start")),
        (0, 0, Wartelinie("0.00%", "", "start")),
        (90, 0, Wartelinie("80.00%", "", "start")),
    ],
)
def test_the_line_and_its_mark(tage, grenze, linie):
    assert draw_wartelinie(tage, grenze=grenze) == linie
