"""Letters to guests of single items: once at the admission, once for each new date, one when the meeting is called off."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from konferenz.models import Sendung
from konferenz.nachricht import EmpfangVerweigert
from sitzungen.actions import gast as actions
from sitzungen.actions.aenderung import create_absage, create_verschiebung
from sitzungen.models import Sitzung
from sitzungen.queries.jahresplan import termin_of
from sitzungen.schritte.termin import apply_termin
from sitzungen.schritte.vorbereitung import lock_sitzung
from tests.conftest import make_sitzung, make_traktandum, make_versand

pytestmark = pytest.mark.django_db
LINK = "https://video.example/raum-4711"


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = "https://portal.vseg.example"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def bald(now):
    """A hybrid meeting in twelve days, not dispatched: 30 minutes, then the guest's item."""
    beginn = (now + timedelta(days=12)).replace(hour=13, minute=0, second=0, microsecond=0)
    sitzung = make_sitzung(7, beginn_at=beginn, form="hybrid", form_entscheid_on="2026-01-05", video_link=LINK)
    make_traktandum(sitzung, "Budgetwerte Sozialkosten 2027", minuten=30)
    return sitzung


@pytest.fixture
def punkt(bald):
    return make_traktandum(bald, "Suchthilfe & Prävention")


@pytest.fixture
def admit(bald, punkt, geschaeftsstelle, now):
    def admit(traktandum=punkt, **felder):
        wer = {"vorname": "Eva", "nachname": "Beispiel", "email": "eva@portal.test", "vertraulich": False, **felder}
        pk = traktandum.pk if traktandum else None
        return actions.admit_gast(bald.pk, traktandum_pk=pk, actor=geschaeftsstelle, **({"now": now} | wer))

    return admit


def build(sendung):
    """Return (plain text, html) of a row of the outbox."""
    mail = import_string(sendung.builder)(sendung)
    return str(mail.body), str(mail.alternatives[0][0])


def letters():
    return list(Sendung.objects.filter(builder__startswith="sitzungen.mails.gast.").order_by("pk"))


def test_a_guest_of_one_item_is_told_once_what_he_needs_and_nothing_else(bald, punkt, admit):
    admit()
    admit(vertraulich=True)

    [sendung] = letters()
    for text in build(sendung):
        assert "Suchthilfe" in text
        assert "Landhaus Solothurn oder digital" in text
        assert "https://portal.vseg.example/sitzungen/" in text
        assert "/konto/code/ (mit eva@portal.test; Sie erhalten einen Code)" in text
        assert timezone.localtime(bald.beginn_at + timedelta(minutes=30)).strftime("um %-H.%M Uhr") in text
        assert "sobald die Unterlagen versandt sind" in text
        assert "Budgetwerte" not in text
        assert "video.example" not in text
        assert "Videositzung" not in text
    assert "Traktandum: 2. Suchthilfe & Prävention, voraussichtlich" in build(sendung)[0]


def test_who_comes_by_video_reads_where_the_link_will_be(admit):
    admit(video=True)

    [sendung] = letters()
    assert all("Der Link zur Videositzung steht am Tag der Sitzung" in text for text in build(sendung))
    assert all("video.example" not in text for text in build(sendung))


def test_a_guest_of_the_whole_meeting_gets_the_letters_of_the_dispatch(admit):
    admit(traktandum=None)

    assert letters() == []


def test_an_admission_that_ended_tells_nothing(bald, punkt, admit, geschaeftsstelle, now):
    person = admit()
    actions.dismiss_gast(bald.pk, traktandum_pk=punkt.pk, person_pk=person.pk, actor=geschaeftsstelle, now=now)

    with pytest.raises(EmpfangVerweigert, match="nicht mehr zugelassen"):
        build(letters()[0])


def test_who_is_admitted_again_after_a_dismissal_is_told_again(bald, punkt, admit, geschaeftsstelle, now):
    person = admit()
    actions.dismiss_gast(bald.pk, traktandum_pk=punkt.pk, person_pk=person.pk, actor=geschaeftsstelle, now=now)
    admit(now=now + timedelta(minutes=5))
    admit(now=now + timedelta(minutes=6))

    assert len(letters()) == 2


def test_a_withdrawn_item_invites_nobody(punkt, admit):
    admit()
    type(punkt).objects.filter(pk=punkt.pk).update(ausgang="zurueckgezogen")

    with pytest.raises(EmpfangVerweigert, match="zurückgezogen"):
        build(letters()[0])


def test_a_new_date_before_the_dispatch_is_told_but_not_a_new_video_link(bald, admit, geschaeftsstelle, now):
    admit()
    neu = termin_of(bald)
    for felder in ({"video_link": "https://video.example/anders"}, {"ort": "Rathaus Olten"}, {"ort": "Rathaus Olten"}):
        neu = replace(neu, **felder)
        with transaction.atomic():
            apply_termin(lock_sitzung(bald.pk), neu, actor=geschaeftsstelle, now=now)

    [_, geaendert] = letters()
    assert geaendert.betreff == f"Neuer Termin: Sitzung {bald.nummer} der Sozialpräsidienkonferenz"
    assert all("findet neu so statt" in text and "Rathaus Olten oder digital" in text for text in build(geaendert))


def test_a_meeting_moved_and_called_off_after_its_dispatch_is_told(bald, punkt, admit, geschaeftsstelle, now):
    admit()
    Sitzung.objects.filter(pk=bald.pk).update(status="versandt", freigegeben_at=now, versandt_at=now)
    make_versand(Sitzung.objects.get(pk=bald.pk), now=now)
    bald.refresh_from_db()
    spaeter = replace(
        termin_of(bald), beginn_at=bald.beginn_at + timedelta(days=7), ende_at=bald.ende_at + timedelta(days=7)
    )

    create_verschiebung(bald.pk, termin=spaeter, grund="Krankheit", actor=geschaeftsstelle, now=now)
    verschoben = letters()[-1]
    texte = build(verschoben)
    create_absage(bald.pk, grund="Zu wenige Geschäfte.", actor=geschaeftsstelle, now=now)
    abgesagt = letters()[-1]

    assert len(letters()) == 3
    assert all(("Ihr" in text and "Neuer Termin" in text) or "findet neu so statt" in text for text in texte)
    assert all("findet nicht statt" in text and "Zu wenige Geschäfte." in text for text in build(abgesagt))
    with pytest.raises(EmpfangVerweigert, match="abgesagt"):
        build(verschoben)
