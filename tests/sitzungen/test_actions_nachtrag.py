"""Items that come up in the running meeting."""

import json
from datetime import UTC, datetime

import pytest

from konferenz.models import Einstellung, Journaleintrag
from mitglieder.models import Sitz
from sitzungen.actions import nachtrag as actions
from sitzungen.models import Anwesenheit, Sitzung, Teilnahme, Thema
from sitzungen.schritte.saal import SaalError
from sitzungen.schritte.vorbereitung import VorbereitungError
from tests.conftest import make_person, make_sitzung, make_traktandum

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 10, 13, 30, tzinfo=UTC)


@pytest.fixture
def laufende(db, geschaeftsstelle):
    sitzung = make_sitzung(status="laufend")
    for titel in ("Budget", "Verschiedenes"):
        make_traktandum(sitzung, titel, angekuendigt_at=sitzung.versandt_at)
    for sitz in Sitz.objects.order_by("pk")[:3]:
        person = make_person(f"Sitz{sitz.pk}")
        Anwesenheit.objects.create(
            sitzung=sitzung,
            teilnahme=Teilnahme.objects.create(sitzung=sitzung, sitz=sitz),
            person=person,
            als="inhaber",
            von_at=sitzung.beginn_at,
            weg="leitung",
            erfasst_von=person,
            erfasst_at=sitzung.beginn_at,
        )
    return sitzung


@pytest.fixture
def add(laufende, geschaeftsstelle):
    def add(art="information", **felder):
        angaben = {"titel": "Anfrage des Kantons", "thema": Thema.objects.get(nr=4).pk, **felder}
        return actions.add_im_saal(laufende.pk, art=art, actor=geschaeftsstelle, now=NOW, **angaben)

    return add


def nummern(sitzung):
    return list(sitzung.traktanden.order_by("position").values_list("position", "titel"))


def test_information_gets_the_next_number_at_the_end(laufende, add):
    neu = add()

    assert nummern(laufende) == [(1, "Budget"), (2, "Verschiedenes"), (3, "Anfrage des Kantons")]
    assert (neu.angekuendigt_at, neu.zugelassen_at) == (None, None)
    assert Sitzung.objects.get().live == 1


def test_pressed_twice_it_stands_there_once(laufende, add):
    neu = add()
    assert add() == neu
    assert len(nummern(laufende)) == 3
    assert Journaleintrag.objects.filter(art="traktandum.nachtraktandiert").count() == 1

    neu.begonnen_at = NOW
    neu.save()
    assert add() != neu  # it comes up again: that is meant


def test_a_decision_needs_the_word_of_all_present(laufende, add):
    with pytest.raises(SaalError, match="alle Anwesenden") as fehler:
        add("entscheid")
    neu = add("entscheid", einverstanden=True)

    assert fehler.value.feld == "einverstanden"
    assert (neu.zugelassen_at, neu.zugelassen_anwesende) == (NOW, 3)
    eintrag = Journaleintrag.objects.get(art="traktandum.nachtraktandiert")
    assert json.loads(eintrag.text)["nutzlast"]["einverstaendnis_anwesende"] == 3


def test_an_empty_room_agrees_to_nothing(laufende, add):
    Anwesenheit.objects.all().delete()

    with pytest.raises(SaalError, match="niemand angemeldet"):
        add("entscheid", einverstanden=True)


def test_the_setting_lets_decisions_in(laufende, add):
    Einstellung.objects.create(schluessel="entscheid_nachtraktandieren", wert=False, geaendert_at=NOW)

    assert add("entscheid").zugelassen_at is None


def test_the_item_s_own_rules_hold_here_too(add):
    with pytest.raises(VorbereitungError) as fehler:
        add(thema=None)

    assert fehler.value.feld == "thema"


@pytest.mark.parametrize("status", ["versandt", "geschlossen"])
def test_only_while_the_meeting_runs(db, geschaeftsstelle, status):
    sitzung = make_sitzung(status=status)
    punkt = make_traktandum(sitzung)

    with pytest.raises(SaalError):
        actions.add_im_saal(
            sitzung.pk, titel="X", art="information", thema=punkt.thema_id, actor=geschaeftsstelle, now=NOW
        )
    with pytest.raises(SaalError):
        actions.make_entscheid(punkt.pk, einverstanden=True, actor=geschaeftsstelle, now=NOW)


def test_information_becomes_a_decision_and_goes_back(laufende, geschaeftsstelle):
    punkt = laufende.traktanden.get(position=1)

    with pytest.raises(SaalError, match="alle Anwesenden"):
        actions.make_entscheid(punkt.pk, einverstanden=False, actor=geschaeftsstelle, now=NOW)
    actions.make_entscheid(punkt.pk, einverstanden=True, actor=geschaeftsstelle, now=NOW)
    punkt.refresh_from_db()
    dazwischen = (punkt.art, punkt.zugelassen_at, punkt.zugelassen_anwesende)
    actions.make_information(punkt.pk, actor=geschaeftsstelle, now=NOW)

    punkt.refresh_from_db()
    assert dazwischen == ("entscheid", NOW, 3)
    assert (punkt.art, punkt.zugelassen_at, punkt.zugelassen_anwesende) == ("information", None, None)


def test_what_was_announced_as_a_decision_stays_one(laufende, geschaeftsstelle):
    entscheid = make_traktandum(laufende, art="entscheid", angekuendigt_at=laufende.versandt_at)
    formelles = make_traktandum(laufende, art="formelles")

    with pytest.raises(SaalError, match="zum Entscheid gemacht"):
        actions.make_information(entscheid.pk, actor=geschaeftsstelle, now=NOW)
    with pytest.raises(SaalError, match="formell"):
        actions.make_entscheid(formelles.pk, einverstanden=True, actor=geschaeftsstelle, now=NOW)
