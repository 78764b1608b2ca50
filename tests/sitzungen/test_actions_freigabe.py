"""The release: who, when it goes out, what stops it, and how it is taken back."""

from datetime import UTC, datetime, timedelta

import pytest

from konferenz.dateien import path_of
from konferenz.models import Datei, Einstellung, Journaleintrag, Sendung
from sitzungen.actions import freigabe as actions
from sitzungen.mails.freigabe import build_freigabe_bitte
from sitzungen.models import Sitzung, Traktandum
from sitzungen.schritte.vorbereitung import VorbereitungError
from tests.conftest import make_sitzung, make_traktandum, make_unterlage

pytestmark = pytest.mark.django_db


@pytest.fixture
def bereite(sitzung, geschaeftsstelle):
    make_unterlage(make_traktandum(sitzung), person=geschaeftsstelle)
    return sitzung


def release(sitzung, actor, now, **felder):
    angaben = {"stand": sitzung.aenderung, "als_vorsitz": True, **felder}
    return actions.release_sitzung(sitzung.pk, actor=actor, now=now, **angaben)


@pytest.mark.parametrize(
    ("tage_vorher", "faellig"),
    [
        (20, "regel"),
        (8, "regel"),
        (6, "sofort"),
        (3, "sofort"),
        (0, "sofort"),
    ],
)
def test_goes_out_at_the_rules_time_or_a_quarter_of_an_hour_after_a_late_release(
    tage_vorher, faellig, bereite, vorsitz
):
    now = bereite.beginn_at - timedelta(days=tage_vorher, hours=1)

    freigegeben = release(bereite, vorsitz, now)

    regel = datetime(2026, 12, 3, 7, tzinfo=UTC)
    assert freigegeben.versand_due_at == (regel if faellig == "regel" else now + timedelta(minutes=15))
    assert (freigegeben.status, freigegeben.freigegeben_von, freigegeben.freigegeben_at) == (
        "freigegeben",
        vorsitz,
        now,
    )


def test_the_office_needs_the_chairs_word_and_it_is_marked(bereite, geschaeftsstelle, now):
    with pytest.raises(VorbereitungError) as fehler:
        release(bereite, geschaeftsstelle, now, als_vorsitz=False)
    assert fehler.value.feld == "auf_wort"

    freigegeben = release(bereite, geschaeftsstelle, now, als_vorsitz=False, auf_wort=True)

    assert freigegeben.is_freigabe_auf_wort is True


def test_where_the_setting_says_so_the_office_releases_by_itself(bereite, geschaeftsstelle, now):
    Einstellung.objects.create(schluessel="freigabe_durch_vorsitz", wert=False, geaendert_at=now)

    freigegeben = release(bereite, geschaeftsstelle, now, als_vorsitz=False)

    assert (freigegeben.status, freigegeben.is_freigabe_auf_wort) == ("freigegeben", False)


def test_nobody_releases_what_he_has_not_seen(bereite, vorsitz, now):
    Sitzung.objects.update(aenderung=7)

    with pytest.raises(actions.FreigabeVeraltet):
        release(bereite, vorsitz, now, stand=6)

    assert Sitzung.objects.get().status == "entwurf"


def test_an_unreadable_paper_forbids_the_release_and_is_remembered(bereite, vorsitz, now):
    datei = Datei.objects.get()
    path_of(datei.pk).write_bytes(b"kaputt")

    with pytest.raises(actions.UnterlageDefekt, match=r"Die Freigabe ist noch nicht möglich: «Bericht\.pdf»"):
        release(bereite, vorsitz, now)

    datei.refresh_from_db()
    assert (Sitzung.objects.get().status, datei.pruefung) == ("entwurf", "defekt")
    assert not Journaleintrag.objects.filter(art="sitzung.freigegeben").exists()


def test_an_empty_agenda_and_a_meeting_in_the_past_are_refused(sitzung, vorsitz, geschaeftsstelle, now):
    with pytest.raises(VorbereitungError, match="leer"):
        release(sitzung, vorsitz, now)
    with pytest.raises(VorbereitungError, match="leer"):
        actions.submit_sitzung(sitzung.pk, actor=geschaeftsstelle, now=now)

    make_traktandum(sitzung)
    with pytest.raises(VorbereitungError, match="Vergangenheit"):
        release(sitzung, vorsitz, sitzung.beginn_at)


@pytest.mark.parametrize("status", ["freigegeben", "versandt", "laufend", "geschlossen", "abgesagt"])
def test_only_a_meeting_in_preparation_is_released(status, vorsitz, now, db):
    sitzung = make_sitzung(status=status)
    make_traktandum(sitzung)

    with pytest.raises(VorbereitungError):
        release(sitzung, vorsitz, now)


def test_submitting_mails_the_chair_one_page(bereite, geschaeftsstelle, vorsitz, now):
    assert actions.submit_sitzung(bereite.pk, actor=geschaeftsstelle, now=now) == vorsitz

    bereite.refresh_from_db()
    sendung = Sendung.objects.get()
    mail = build_freigabe_bitte(sendung)
    assert (bereite.eingereicht_at, bereite.eingereicht_von, bereite.status) == (now, geschaeftsstelle, "entwurf")
    assert (sendung.an_adresse, sendung.betreff) == (vorsitz.email, "Zur Freigabe: Einladung zur Sitzung 4/2026")
    assert "http://localhost:8000/sitzungen/2026-4/freigabe/" in mail.body
    assert "1. Budgetwerte Sozialkosten 2027 (Information), 1 Unterlage" in mail.body


def test_without_a_chair_nothing_can_be_submitted(bereite, geschaeftsstelle, now):
    with pytest.raises(VorbereitungError, match="Vorsitz ist nicht besetzt"):
        actions.submit_sitzung(bereite.pk, actor=geschaeftsstelle, now=now)

    assert Sendung.objects.count() == 0


def test_stopping_takes_the_release_back_until_it_is_out(bereite, vorsitz, geschaeftsstelle, now):
    release(bereite, vorsitz, now)

    zurueck = actions.revoke_freigabe(bereite.pk, actor=geschaeftsstelle, now=now + timedelta(minutes=5))

    assert (zurueck.status, zurueck.versand_due_at) == ("entwurf", datetime(2026, 12, 3, 7, tzinfo=UTC))
    with pytest.raises(VorbereitungError, match="nicht freigegeben"):
        actions.revoke_freigabe(bereite.pk, actor=geschaeftsstelle, now=now)
    Sitzung.objects.update(status="versandt", freigegeben_at=now, versandt_at=now)
    with pytest.raises(VorbereitungError, match="Zu spät"):
        actions.revoke_freigabe(bereite.pk, actor=geschaeftsstelle, now=now)


def test_the_journal_tells_the_story(bereite, vorsitz, geschaeftsstelle, now):
    actions.submit_sitzung(bereite.pk, actor=geschaeftsstelle, now=now)
    release(bereite, vorsitz, now)
    actions.revoke_freigabe(bereite.pk, actor=geschaeftsstelle, now=now)

    assert list(Journaleintrag.objects.values_list("art", "akteur", "objekt")) == [
        ("sitzung.vorgelegt", geschaeftsstelle.uuid, bereite.uuid),
        ("sitzung.freigegeben", vorsitz.uuid, bereite.uuid),
        ("sitzung.freigabe_zurueckgenommen", geschaeftsstelle.uuid, bereite.uuid),
    ]
    assert Traktandum.objects.count() == 1
