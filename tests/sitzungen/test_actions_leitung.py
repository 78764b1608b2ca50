"""The deeds of the chair's desk."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from konferenz.models import Einstellung, Journaleintrag
from mitglieder.models import Sitz
from sitzungen.actions import leitung as actions
from sitzungen.models import Anwesenheit, Sitzung, Teilnahme
from sitzungen.schritte.saal import SaalError
from tests.conftest import make_person, make_sitzung, make_traktandum, make_vertretung

pytestmark = pytest.mark.django_db
BEGINN = datetime(2026, 12, 10, 13, 2, tzinfo=UTC)


@pytest.fixture
def punkte(versandte):
    """An information (from `versandte`) and a decision, both announced."""
    make_traktandum(versandte, "Kredit", art="entscheid")
    versandte.traktanden.update(angekuendigt_at=versandte.versandt_at)
    return list(versandte.traktanden.order_by("position"))


@pytest.fixture
def laufende(punkte, versandte, vorsitz):
    actions.start_sitzung(versandte.pk, actor=vorsitz, now=BEGINN)
    versandte.refresh_from_db()
    return versandte


def check_in(sitzung, sitz, person, *, von=BEGINN, **fields):
    teilnahme, _ = Teilnahme.objects.get_or_create(sitzung=sitzung, sitz=sitz)
    return Anwesenheit.objects.create(
        sitzung=sitzung,
        teilnahme=teilnahme,
        person=person,
        als="inhaber",
        von_at=von,
        weg="leitung",
        erfasst_von=person,
        erfasst_at=von,
        **fields,
    )


def arten():
    return list(Journaleintrag.objects.order_by("pk").values_list("art", flat=True))


# --- Opening ----------------------------------------------------------------------------------------


def test_the_chair_opens_the_meeting_and_its_first_item(punkte, versandte, vorsitz):
    sitzung = actions.start_sitzung(versandte.pk, actor=vorsitz, now=BEGINN)

    sitzung.refresh_from_db()
    punkte[0].refresh_from_db()
    assert (sitzung.status, sitzung.begonnen_at, sitzung.leitung, sitzung.aktuell) == (
        "laufend",
        BEGINN,
        vorsitz,
        punkte[0],
    )
    assert punkte[0].begonnen_at == BEGINN
    assert sitzung.live == 1
    assert arten()[-1] == "sitzung.eroeffnet"


@pytest.mark.parametrize("tage", [-1, 1])
def test_not_on_another_day(punkte, versandte, vorsitz, tage):
    with pytest.raises(SaalError):
        actions.start_sitzung(versandte.pk, actor=vorsitz, now=BEGINN + timedelta(days=tage))

    versandte.refresh_from_db()
    assert versandte.status == "versandt"


def test_opening_twice_is_refused(laufende, vorsitz):
    with pytest.raises(SaalError, match="läuft bereits"):
        actions.start_sitzung(laufende.pk, actor=vorsitz, now=BEGINN)


def test_the_substitute_named_to_preside_chairs(punkte, versandte, vorsitz, geschaeftsstelle):
    vize = make_person("Vize")
    make_vertretung(versandte, Sitz.objects.get(art="vorsitz"), vize, vertretung_leitet=True)

    sitzung = actions.start_sitzung(versandte.pk, actor=geschaeftsstelle, now=BEGINN)

    assert sitzung.leitung_id == vize.pk


def test_without_a_chair_somebody_of_the_seats_is_chosen(
    punkte, versandte, vorsitz, praesidium, fremde, geschaeftsstelle
):
    make_vertretung(versandte, Sitz.objects.get(art="vorsitz"), make_person("Vize"))

    with pytest.raises(SaalError, match="wählen") as ohne:
        actions.start_sitzung(versandte.pk, actor=geschaeftsstelle, now=BEGINN)
    with pytest.raises(SaalError, match="einen Sitz ausübt"):
        actions.start_sitzung(versandte.pk, leitung=fremde.pk, actor=geschaeftsstelle, now=BEGINN)
    sitzung = actions.start_sitzung(versandte.pk, leitung=praesidium.pk, actor=geschaeftsstelle, now=BEGINN)

    assert ohne.value.feld == "leitung"
    assert sitzung.leitung_id == praesidium.pk


def test_the_chair_is_handed_on(laufende, vorsitz, praesidium):
    actions.set_leitung(laufende.pk, leitung=praesidium.pk, actor=vorsitz, now=BEGINN)
    actions.set_leitung(laufende.pk, leitung=praesidium.pk, actor=vorsitz, now=BEGINN)

    laufende.refresh_from_db()
    assert laufende.leitung == praesidium
    assert arten().count("sitzung.leitung") == 1


# --- From item to item ------------------------------------------------------------------------------


def test_calling_an_item_ends_the_one_before(laufende, punkte, vorsitz):
    spaeter = BEGINN + timedelta(minutes=12)

    actions.go_to(punkte[1].pk, actor=vorsitz, now=spaeter)

    erstes, zweites = laufende.traktanden.order_by("position")
    laufende.refresh_from_db()
    assert laufende.aktuell == zweites
    assert (erstes.begonnen_at, erstes.beendet_at) == (BEGINN, spaeter)
    assert (zweites.begonnen_at, zweites.beendet_at) == (spaeter, None)


def test_the_same_item_twice_changes_nothing(laufende, punkte, vorsitz):
    actions.go_to(punkte[1].pk, actor=vorsitz, now=BEGINN + timedelta(minutes=5))
    live = Sitzung.objects.get(pk=laufende.pk).live

    actions.go_to(punkte[1].pk, actor=vorsitz, now=BEGINN + timedelta(minutes=9))

    assert Sitzung.objects.get(pk=laufende.pk).live == live
    assert arten().count("traktandum.aufgerufen") == 1


def test_back_to_an_item_keeps_when_it_began(laufende, punkte, vorsitz):
    actions.go_to(punkte[1].pk, actor=vorsitz, now=BEGINN + timedelta(minutes=5))

    actions.go_to(punkte[0].pk, actor=vorsitz, now=BEGINN + timedelta(minutes=9))

    punkte[0].refresh_from_db()
    assert (punkte[0].begonnen_at, punkte[0].beendet_at) == (BEGINN, None)


def test_an_open_vote_holds_its_item(laufende, punkte, vorsitz):
    Teilnahme.objects.create(sitzung=laufende, sitz=Sitz.objects.get(art="amt"), gesperrt_durch=uuid4())

    with pytest.raises(SaalError, match="Abstimmung"):
        actions.go_to(punkte[1].pk, actor=vorsitz, now=BEGINN)
    with pytest.raises(SaalError, match="Abstimmung"):
        actions.end_sitzung(laufende.pk, bestaetigt=True, actor=vorsitz, now=BEGINN)


@pytest.mark.parametrize("status", ["versandt", "geschlossen"])
def test_nothing_is_called_or_noted_outside_a_running_meeting(db, vorsitz, status):
    punkt = make_traktandum(make_sitzung(status=status))

    with pytest.raises(SaalError):
        actions.go_to(punkt.pk, actor=vorsitz, now=BEGINN)
    with pytest.raises(SaalError):
        actions.set_ausgang(punkt.pk, ausgang="zur_kenntnis", actor=vorsitz, now=BEGINN)


# --- What came of it --------------------------------------------------------------------------------


def test_an_outcome_is_noted_changed_and_taken_back(laufende, punkte, vorsitz):
    kredit = punkte[1]

    actions.set_ausgang(
        kredit.pk, ausgang="beschlossen", text=" Der Kredit \n ist gesprochen. ", actor=vorsitz, now=BEGINN
    )
    kredit.refresh_from_db()
    erst = (kredit.ausgang, kredit.ausgang_text)
    actions.set_ausgang(kredit.pk, ausgang="verschoben", actor=vorsitz, now=BEGINN)
    actions.set_ausgang(kredit.pk, ausgang="offen", text="egal", actor=vorsitz, now=BEGINN)

    kredit.refresh_from_db()
    assert erst == ("beschlossen", "Der Kredit ist gesprochen.")
    assert (kredit.ausgang, kredit.ausgang_text) == ("offen", "")
    assert arten().count("traktandum.ausgang") == 3


def test_a_decision_without_words_is_refused_at_its_field(laufende, punkte, vorsitz):
    with pytest.raises(SaalError) as fehler:
        actions.set_ausgang(punkte[1].pk, ausgang="beschlossen", actor=vorsitz, now=BEGINN)

    assert fehler.value.feld == "text"


@pytest.mark.parametrize(("gesetzt", "geht"), [(True, False), (False, True)])
def test_the_setting_says_whether_the_unannounced_is_decided(laufende, vorsitz, gesetzt, geht):
    neu = make_traktandum(laufende, "Überraschung", art="entscheid")
    Einstellung.objects.create(schluessel="entscheid_nachtraktandieren", wert=gesetzt, geaendert_at=BEGINN)

    def decide():
        actions.set_ausgang(neu.pk, ausgang="beschlossen", text="So.", actor=vorsitz, now=BEGINN)

    if geht:
        decide()
    else:
        with pytest.raises(SaalError, match="alle Anwesenden"):
            decide()
    neu.refresh_from_db()
    assert (neu.ausgang == "beschlossen") is geht


# --- Closing ----------------------------------------------------------------------------------------


def test_what_is_missing_is_listed_before_the_close(laufende, vorsitz):
    with pytest.raises(actions.SchlussUnvollstaendig) as fehler:
        actions.end_sitzung(laufende.pk, bestaetigt=False, actor=vorsitz, now=BEGINN + timedelta(hours=2))

    assert [mangel.satz.split()[0] for mangel in fehler.value.maengel] == ["Traktandum", "Traktandum", "Niemand"]
    laufende.refresh_from_db()
    assert laufende.status == "laufend"


def test_the_close_checks_everybody_out(laufende, punkte, vorsitz, praesidium):
    ende = BEGINN + timedelta(hours=2)
    sitz = Sitz.objects.get(sozialregion__kuerzel="SRTG")
    check_in(laufende, sitz, praesidium)
    frueh = check_in(laufende, Sitz.objects.get(art="vorsitz"), vorsitz, bis_at=BEGINN + timedelta(minutes=5))

    actions.end_sitzung(laufende.pk, bestaetigt=True, actor=vorsitz, now=ende)

    laufende.refresh_from_db()
    punkte[0].refresh_from_db()
    assert (laufende.status, laufende.beendet_at, laufende.aktuell, laufende.nacherfasst_at) == (
        "geschlossen",
        ende,
        None,
        None,
    )
    assert punkte[0].beendet_at == ende
    assert Anwesenheit.objects.get(person=praesidium).bis_at == ende
    frueh.refresh_from_db()
    assert frueh.bis_at == BEGINN + timedelta(minutes=5)


def test_a_meeting_never_closed_ends_when_it_ended(laufende, vorsitz, praesidium, geschaeftsstelle):
    ende, morgen = BEGINN + timedelta(hours=2), BEGINN + timedelta(hours=20)
    check_in(laufende, Sitz.objects.get(sozialregion__kuerzel="SRTG"), praesidium)
    check_in(laufende, Sitz.objects.get(art="vorsitz"), vorsitz, von=ende + timedelta(minutes=1))

    for falsch in (BEGINN - timedelta(minutes=1), morgen + timedelta(minutes=1)):
        with pytest.raises(SaalError, match="zwischen"):
            actions.end_sitzung(laufende.pk, bestaetigt=True, beendet_at=falsch, actor=geschaeftsstelle, now=morgen)
    actions.end_sitzung(laufende.pk, bestaetigt=True, beendet_at=ende, actor=geschaeftsstelle, now=morgen)

    laufende.refresh_from_db()
    assert (laufende.beendet_at, laufende.nacherfasst_at, laufende.nacherfasst_von) == (ende, morgen, geschaeftsstelle)
    assert Anwesenheit.objects.get(person=praesidium).bis_at == ende
    assert Anwesenheit.objects.get(person=vorsitz).bis_at == ende + timedelta(minutes=1)


def test_the_next_morning_the_close_asks_for_the_true_end(laufende, vorsitz):
    with pytest.raises(SaalError, match="nachführen"):
        actions.end_sitzung(laufende.pk, bestaetigt=True, actor=vorsitz, now=BEGINN + timedelta(hours=20))
