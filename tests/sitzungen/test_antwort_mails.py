"""The links in the letters, the letters about substitutes, the reminder: each made by its builder, as at hand-over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.module_loading import import_string

from konferenz.models import Journaleintrag, Sendung
from konferenz.nachricht import EmpfangVerweigert
from mitglieder.models import Mandat, Sitz, Zugangslink
from sitzungen.actions.aenderung import create_verschiebung
from sitzungen.actions.erinnerung import remind_sitz
from sitzungen.actions.stellvertretung import reply_vertretung
from sitzungen.models import Sitzung, Teilnahme
from sitzungen.queries.antwort import antwortwege
from sitzungen.queries.jahresplan import termin_of
from sitzungen.schritte.antwortlink import ensure_antwortlinks
from sitzungen.schritte.saal import SaalError
from sitzungen.schritte.termin import enqueue_terminankuendigung
from sitzungen.schritte.vorbereitung import lock_sitzung
from sitzungen.takt import dispatch_versand
from tests.conftest import make_mandat, make_person, make_sitzung, make_versand, make_vertretung

from .antwort_helfer import NEUE, antworte, benenne, link_for, mails, sitz_of, zeile

pytestmark = pytest.mark.django_db
URL = "https://portal.vseg.example"
FAELLIG = datetime(2026, 12, 7, 7, 0, tzinfo=UTC)
"""Montag, 7. Dezember 2026, 8 Uhr in Zürich: three days before the meeting of 10 December."""


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = URL


@pytest.fixture
def bald(db):
    return make_sitzung(7, beginn_at=timezone.now() + timedelta(days=12))


def build(sendung):
    """Return (subject, plain text, html) of a row of the outbox."""
    mail = import_string(sendung.builder)(sendung)
    return mail.subject, str(mail.body), str(mail.alternatives[0][0])


def letter(person, anfang=""):
    return build(Sendung.objects.filter(person=person.uuid, schluessel__startswith=anfang).latest("pk"))


def hrefs(html, text):
    return [
        a["href"] for a in BeautifulSoup(html, "html.parser").find_all("a") if a.get_text(strip=True).startswith(text)
    ]


def announce(*sitzungen, actor):
    with transaction.atomic():
        return enqueue_terminankuendigung([lock_sitzung(s.pk) for s in sitzungen], actor=actor, now=timezone.now())


def path_of(sitzung, sitz, person):
    uuid = Teilnahme.objects.get(sitzung=sitzung, sitz=sitz).uuid
    return f"{URL}{Zugangslink.objects.get(objekt=uuid, person=person).path}"


# --- Links -------------------------------------------------------------------------------------------


def test_the_button_of_one_date_answers_and_the_portal_is_a_plain_link(bald, praesidium, geschaeftsstelle):
    announce(bald, actor=geschaeftsstelle)

    _, text, html = letter(praesidium)
    soup = BeautifulSoup(html, "html.parser")
    link = path_of(bald, sitz_of("SRTG"), praesidium)
    assert [(a.get_text(strip=True), a["href"]) for a in soup.select("td.knopf a")] == [("Teilnahme melden", link)]
    assert hrefs(html, "Teilnahme melden") == [link]
    assert hrefs(html, "Termine im Portal") == [f"{URL}/sitzungen/"]
    assert f"Teilnahme melden: {link}" in text


def test_announcement_carries_a_link_per_meeting_and_seat(bald, praesidium, berater, geschaeftsstelle):
    zweite = make_sitzung(8, beginn_at=bald.beginn_at + timedelta(hours=3))
    make_mandat(praesidium, sitz_of("SRO"))

    announce(bald, zweite, actor=geschaeftsstelle)

    _, text, html = letter(praesidium)
    soll = [path_of(s, sitz_of(k), praesidium) for s in (bald, zweite) for k in ("SRTG", "SRO")]
    assert hrefs(html, "Teilnahme melden") == soll
    assert [zeile.rsplit(" ", 1)[1] for zeile in text.splitlines() if zeile.startswith("Teilnahme melden")] == soll
    assert hrefs(letter(berater)[2], "Teilnahme melden") == [
        path_of(s, Sitz.objects.get(art="amt"), berater) for s in (bald, zweite)
    ]


def test_einladung_and_announcement_carry_the_same_link(bald, praesidium, leitgremium, geschaeftsstelle):
    announce(bald, actor=geschaeftsstelle)
    [erster] = hrefs(letter(praesidium)[2], "Teilnahme melden")
    Sitzung.objects.filter(pk=bald.pk).update(
        status="versandt", freigegeben_at=timezone.now(), versandt_at=timezone.now()
    )
    bald.refresh_from_db()

    make_versand(bald, now=timezone.now())

    _, text, html = letter(praesidium, "versand:")
    assert hrefs(html, "Teilnahme melden") == [erster]
    assert f"Teilnahme melden: {erster}" in text
    assert hrefs(html, "Sitzung im Portal öffnen") == [f"{URL}/sitzungen/{bald.kennung}/"]
    assert "Teilnahme melden" not in letter(leitgremium, "versand:")[2]


def test_einladung_asks_nobody_who_has_answered_but_says_what(bald, praesidium, berater, geschaeftsstelle):
    jetzt = timezone.now()
    Sitzung.objects.filter(pk=bald.pk).update(status="versandt", freigegeben_at=jetzt, versandt_at=jetzt)
    bald.refresh_from_db()
    announce(bald, actor=geschaeftsstelle)
    antworte(bald, sitz_of(), praesidium, now=jetzt, kanal="link")

    make_versand(bald, now=jetzt)

    _, text, html = letter(praesidium, "versand:")
    assert hrefs(html, "Antwort ändern") == [path_of(bald, sitz_of(), praesidium)]
    assert "Antwort: zugesagt" in text
    assert "bitte bis" not in text
    assert "Teilnahme melden" not in text
    assert "Antwort: bitte bis" in letter(berater, "versand:")[1]


def test_answer_for_the_one_before_is_asked_for_anew(bald, praesidium, geschaeftsstelle):
    announce(bald, actor=geschaeftsstelle)
    bald.refresh_from_db()
    antworte(bald, sitz_of(), praesidium, now=timezone.now(), kanal="link")
    [vorher] = antwortwege(praesidium.uuid, [bald], now=timezone.now())[bald.pk]
    Teilnahme.objects.exclude(antwort="").update(antwort_fuer=make_person("Vorgänger"))
    [nachher] = antwortwege(praesidium.uuid, [bald], now=timezone.now())[bald.pk]

    assert (vorher.stand, vorher.text) == ("zugesagt", "Antwort ändern")
    assert (nachher.stand, nachher.text.split()[0]) == ("", "Teilnahme")


def test_einladung_to_a_substitute_asks_for_the_reply(versandte, praesidium, stellvertretung):
    Sitzung.objects.filter(pk=versandte.pk).update(
        beginn_at=timezone.now() + timedelta(days=7), ende_at=timezone.now() + timedelta(days=7, hours=2)
    )
    versandte.refresh_from_db()
    link_for(versandte, sitz_of(), stellvertretung)
    Teilnahme.objects.update(vertretung_stand="benannt")

    make_versand(versandte, now=timezone.now())

    _, text, html = letter(stellvertretung, "versand:")
    assert hrefs(html, "Anfrage beantworten") == [path_of(versandte, sitz_of(), stellvertretung)]
    assert "Sind Sie verhindert?" not in text
    assert "Sind Sie verhindert?" in letter(praesidium, "versand:")[1]


def test_missing_link_says_im_portal_with_the_pages_address(bald, praesidium, geschaeftsstelle):
    announce(bald, actor=geschaeftsstelle)
    Zugangslink.objects.update(revoked_at=timezone.now())

    _, text, html = letter(praesidium)

    assert hrefs(html, "Teilnahme im Portal melden") == [f"{URL}/sitzungen/{bald.kennung}/antwort/"]
    assert f"Teilnahme im Portal melden: {URL}/sitzungen/{bald.kennung}/antwort/" in text


@pytest.mark.parametrize("antworten", ["immer", "gelten"])
def test_moved_meeting_keeps_its_link_and_the_new_answer_clears_the_question(
    bald, praesidium, geschaeftsstelle, antworten
):
    jetzt = timezone.now()
    Sitzung.objects.filter(pk=bald.pk).update(status="versandt", freigegeben_at=jetzt, versandt_at=jetzt)
    bald.refresh_from_db()
    make_versand(bald, now=jetzt)
    antworte(bald, sitz_of(), praesidium, now=jetzt, kanal="link")
    [link] = hrefs(letter(praesidium, "versand:")[2], "Antwort ändern")
    termin = replace(
        termin_of(bald), beginn_at=bald.beginn_at + timedelta(days=7), ende_at=bald.ende_at + timedelta(days=7)
    )

    create_verschiebung(
        bald.pk, termin=termin, grund="Saal belegt", antworten=antworten, actor=geschaeftsstelle, now=jetzt
    )

    knopf = "Teilnahme melden" if antworten == "immer" else "Antwort ändern"
    assert hrefs(letter(praesidium, "versand:")[2], knopf) == [link]
    assert Zugangslink.objects.get(person=praesidium).valid_until == bald.ende_at + timedelta(days=7)
    assert (zeile(bald, sitz_of()).neu_erbeten_at is not None) == (antworten == "immer")
    antworte(bald, sitz_of(), praesidium, now=jetzt, kanal="link")
    assert zeile(bald, sitz_of()).neu_erbeten_at is None


def test_links_are_made_once_in_few_queries_and_end_with_the_meeting(bald, geschaeftsstelle):
    for nr, sitz in enumerate(Sitz.objects.all()):
        make_mandat(make_person(f"Sitz-{nr}"), sitz)
    with transaction.atomic(), CaptureQueriesContext(connection) as viele:
        assert ensure_antwortlinks([bald], actor=geschaeftsstelle, now=timezone.now()) == 17
    with transaction.atomic():
        assert ensure_antwortlinks([bald], actor=geschaeftsstelle, now=timezone.now()) == 0
    Mandat.objects.exclude(sitz=sitz_of()).delete()
    andere = make_sitzung(8, beginn_at=bald.beginn_at)
    with transaction.atomic(), CaptureQueriesContext(connection) as wenige:
        assert ensure_antwortlinks([andere], actor=geschaeftsstelle, now=timezone.now()) == 1

    assert len(viele) == len(wenige)
    assert set(Zugangslink.objects.values_list("valid_until", flat=True)) == {bald.ende_at}
    assert Journaleintrag.objects.filter(art="antwort.links_erstellt").count() == 2


def test_queries_of_a_letter_do_not_grow_with_meetings_and_seats(bald, praesidium, geschaeftsstelle):
    announce(bald, actor=geschaeftsstelle)
    sendung = Sendung.objects.get(person=praesidium.uuid)
    with CaptureQueriesContext(connection) as eine:
        build(sendung)
    weitere = [make_sitzung(nr, beginn_at=bald.beginn_at + timedelta(hours=nr)) for nr in (1, 2)]
    make_mandat(praesidium, sitz_of("SRO"))
    announce(bald, *weitere, actor=geschaeftsstelle)
    with CaptureQueriesContext(connection) as drei:
        assert build(sendung)[1].count("/zugang/") == 6

    assert len(eine) == len(drei)


# --- Letters about substitutes -----------------------------------------------------------------------


@pytest.fixture
def benannte(bald, praesidium):
    Sitzung.objects.filter(pk=bald.pk).update(terminankuendigung_at=timezone.now())
    bald.refresh_from_db()
    benenne(bald, sitz_of(), praesidium, now=timezone.now())
    return zeile(bald, sitz_of()).vertretung


def test_request_says_who_asks_when_where_and_how_to_read_the_papers(bald, praesidium, benannte):
    betreff, text, html = letter(benannte)

    assert betreff == "Stellvertretung an der Sitzung 7/2026 der Sozialpräsidienkonferenz: Anfrage".replace(
        "7/2026", bald.nummer
    )
    for teil in (text, BeautifulSoup(html, "html.parser").get_text(" ")):
        assert "Andrea Präsidium bittet Sie" in teil
        assert "Präsidium Thal-Gäu" in teil
        assert "Landhaus Solothurn" in teil
        assert "Sie erhalten einen Code per Mail" in teil
        assert "in der Regel eine Woche vor der Sitzung" in teil
    assert hrefs(html, "Annehmen oder ablehnen") == [path_of(bald, sitz_of(), benannte)]
    assert f"Mit einem Code anmelden: {URL}/konto/code/" in text


def test_request_after_the_dispatch_links_the_papers(bald, praesidium, benannte):
    jetzt = timezone.now()
    Sitzung.objects.filter(pk=bald.pk).update(status="versandt", freigegeben_at=jetzt, versandt_at=jetzt)

    _, text, html = letter(benannte)

    assert hrefs(html, "Unterlagen dieser Sitzung") == [f"{URL}/sitzungen/{bald.kennung}/"]
    assert "auch die vertraulichen, bis 30 Tage nach der Sitzung" in text


def test_letters_overtaken_by_events_are_not_sent(bald, praesidium, benannte):
    anfrage = Sendung.objects.get(schluessel__startswith="vertretung_anfrage")
    reply_vertretung(bald.pk, sitz_of().pk, zusage=False, actor=benannte, now=timezone.now())
    abgelehnt = Sendung.objects.get(schluessel__startswith="vertretung_abgelehnt")
    assert "Regula Muster kann den Sitz" in build(abgelehnt)[1]
    with pytest.raises(EmpfangVerweigert, match="nicht mehr als Stellvertretung benannt"):
        build(anfrage)

    benenne(bald, sitz_of(), praesidium, now=timezone.now(), vorname="Urs", email="urs@gemeinde.test")
    with pytest.raises(EmpfangVerweigert, match="inzwischen geregelt"):
        build(abgelehnt)
    antworte(bald, sitz_of(), praesidium, now=timezone.now())
    beendet = Sendung.objects.get(schluessel__startswith="vertretung_beendet")
    assert "nicht mehr als Stellvertretung für den Sitz «Präsidium Thal-Gäu»" in build(beendet)[1]
    benenne(bald, sitz_of(), praesidium, now=timezone.now(), vorname="Urs", email="urs@gemeinde.test")
    with pytest.raises(EmpfangVerweigert, match="wieder als Stellvertretung"):
        build(beendet)


# --- The reminder --------------------------------------------------------------------------------------


@pytest.fixture
def offene(versandte, praesidium, berater, vorsitz):
    """The meeting of 10 December, dispatched: the chair has said yes, two seats nothing."""
    antworte(versandte, Sitz.objects.get(art="vorsitz"), vorsitz, now=versandte.versandt_at)
    return versandte


def erinnerte():
    return sorted(an for an, _ in mails("erinnerung"))


def test_reminder_goes_once_at_eight_to_seats_without_an_answer(offene, praesidium, berater):
    dispatch_versand(now=FAELLIG - timedelta(minutes=1))
    assert erinnerte() == []

    for minuten in (0, 1, 60, 24 * 60):
        dispatch_versand(now=FAELLIG + timedelta(minutes=minuten))

    assert erinnerte() == sorted([praesidium.email, berater.email])
    offene.refresh_from_db()
    assert offene.antwort_erinnert_at == FAELLIG
    eintrag = Journaleintrag.objects.get(art="antwort.erinnert")
    assert (eintrag.akteur, '"mails":2' in eintrag.text.replace(" ", "")) == (None, True)


def test_missed_tick_heals_and_after_the_beginning_nothing_goes(offene, praesidium, berater):
    dispatch_versand(now=offene.beginn_at)
    assert erinnerte() == []

    dispatch_versand(now=FAELLIG + timedelta(days=2))

    assert erinnerte() == sorted([praesidium.email, berater.email])


@pytest.mark.parametrize("status", ["freigegeben", "entwurf", "abgesagt"])
def test_only_dispatched_meetings_are_reminded_of(status, praesidium):
    make_sitzung(5, status=status, terminankuendigung_at=FAELLIG - timedelta(days=30), versand_due_at=FAELLIG)

    dispatch_versand(now=FAELLIG)

    assert erinnerte() == []


def test_asked_anew_declined_and_silent_substitutes_are_reminded_too(offene, praesidium, berater, vorsitz):
    Teilnahme.objects.filter(sitz__art="vorsitz").update(neu_erbeten_at=offene.versandt_at)
    still, weg, da = (make_person(n) for n in ("Still", "Weg", "Da"))
    for kuerzel, person, stand in (("SRO", still, "benannt"), ("SON", weg, "abgelehnt"), ("DOR", da, "angenommen")):
        make_mandat(make_person(f"Inhaber-{kuerzel}"), sitz_of(kuerzel))
        make_vertretung(offene, sitz_of(kuerzel), person, stand=stand)

    dispatch_versand(now=FAELLIG)

    assert erinnerte() == sorted(
        [praesidium.email, berater.email, vorsitz.email, still.email, "andrea.inhaber-son@portal.test"]
    )


def test_meeting_moved_to_a_later_week_is_reminded_of_anew(offene, praesidium, berater):
    dispatch_versand(now=FAELLIG)
    spaeter = timedelta(days=7)
    Sitzung.objects.filter(pk=offene.pk).update(beginn_at=offene.beginn_at + spaeter, ende_at=offene.ende_at + spaeter)

    dispatch_versand(now=FAELLIG + timedelta(days=1))
    assert len(erinnerte()) == 2
    dispatch_versand(now=FAELLIG + spaeter)

    assert len(erinnerte()) == 4


def test_reminder_says_until_when_and_carries_the_link(offene, praesidium, berater):
    jetzt = timezone.now()
    Sitzung.objects.filter(pk=offene.pk).update(
        beginn_at=jetzt + timedelta(days=2), ende_at=jetzt + timedelta(days=3), versandt_at=jetzt - timedelta(days=2)
    )
    dispatch_versand(now=jetzt)

    _, text, html = letter(praesidium, "erinnerung")

    assert hrefs(html, "Teilnahme melden") == [path_of(offene, sitz_of(), praesidium)]
    assert "haben wir noch keine Antwort" in text
    antworte(offene, sitz_of(), praesidium, now=timezone.now())
    with pytest.raises(EmpfangVerweigert, match="inzwischen da"):
        letter(praesidium, "erinnerung")


def test_reminder_of_a_substitute_repeats_the_request(bald, praesidium, benannte, geschaeftsstelle):
    remind_sitz(bald.pk, sitz_of().pk, actor=geschaeftsstelle, now=timezone.now())

    betreff, text, _ = letter(benannte, "erinnerung")
    assert betreff.endswith("Wir bitten um Ihre Antwort")
    assert "noch keine Antwort von Ihnen" in text
    reply_vertretung(bald.pk, sitz_of().pk, zusage=True, actor=benannte, now=timezone.now())
    with pytest.raises(EmpfangVerweigert, match="inzwischen geantwortet"):
        letter(benannte, "erinnerung")
    assert NEUE["email"] == benannte.email


def test_on_demand_once_a_day_and_only_where_something_is_open(offene, praesidium, geschaeftsstelle, vorsitz):
    heute = FAELLIG - timedelta(days=1)

    def remind(sitz, at):
        return remind_sitz(offene.pk, sitz.pk, actor=geschaeftsstelle, now=at)

    assert remind(sitz_of(), heute) == [praesidium]
    with pytest.raises(SaalError, match="schon eine Erinnerung gegangen"):
        remind(sitz_of(), heute + timedelta(hours=2))
    dispatch_versand(now=FAELLIG)
    with pytest.raises(SaalError, match="schon eine Erinnerung gegangen"):
        remind(sitz_of(), FAELLIG + timedelta(hours=1))
    assert remind(sitz_of(), FAELLIG + timedelta(days=1)) == [praesidium]
    with pytest.raises(SaalError, match="liegt die Antwort vor"):
        remind(Sitz.objects.get(art="vorsitz"), heute)
    with pytest.raises(SaalError, match="vakant"):
        remind(sitz_of("SRO"), heute)
    make_mandat(make_person("Ohne", email=""), sitz_of("SRO"))
    with pytest.raises(SaalError, match="Bitte rufen Sie an"):
        remind(sitz_of("SRO"), heute)
    with pytest.raises(SaalError, match="hat begonnen"):
        remind(sitz_of(), offene.beginn_at)
