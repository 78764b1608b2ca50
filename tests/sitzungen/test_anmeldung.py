"""Seats that check themselves in, the room that is opened for it, and the Ausstand."""

import pytest

from konferenz.models import Einstellung, Journaleintrag
from sitzungen.actions.anmeldung import check_in_selbst, check_out_selbst, close_saal, open_saal
from sitzungen.actions.ausstand import declare_ausstand, withdraw_ausstand
from sitzungen.models import Ausstand, Sitzung, Teilnahme
from sitzungen.queries.praesenz import load_lage
from sitzungen.schritte.praesenz import SitzBesetzt
from sitzungen.schritte.saal import SaalError
from tests.conftest import make_sitzung, make_traktandum
from tests.sitzungen.saal import minutes_after, strecken

pytestmark = pytest.mark.django_db


@pytest.fixture
def offene(laufende):
    Sitzung.objects.update(saal_offen_at=laufende.begonnen_at)
    return laufende


def ich(sitzung, sitz, person, minute=5, **kwargs):
    return check_in_selbst(sitzung.pk, sitz.pk, actor=person, now=minutes_after(sitzung, minute), **kwargs)


def test_a_seat_checks_itself_in_and_out(offene, srtg, praesidium):
    anwesenheit = ich(offene, srtg, praesidium)
    assert (anwesenheit.weg, anwesenheit.erfasst_von) == ("selbst", praesidium)
    check_out_selbst(offene.pk, srtg.pk, actor=praesidium, now=minutes_after(offene, 9))

    assert strecken(offene) == [("SRTG", "Präsidium", 5, 9)]


def test_a_closed_room_says_so_but_lets_one_leave(laufende, srtg, praesidium, anmelden):
    with pytest.raises(SaalError, match="Selbstanmeldung ist nicht offen"):
        ich(laufende, srtg, praesidium)
    anmelden(srtg, praesidium)

    check_out_selbst(laufende.pk, srtg.pk, actor=praesidium, now=minutes_after(laufende, 9))
    assert strecken(laufende) == [("SRTG", "Präsidium", 1, 9)]


def test_a_digital_meeting_is_always_open(laufende, srtg, praesidium):
    Sitzung.objects.update(form="digital", form_entscheid_on="2026-11-01")

    assert ich(laufende, srtg, praesidium).form == "online"


def test_the_holder_takes_over_expressly(offene, srtg, praesidium, ersatz):
    ich(offene, srtg, ersatz, 1)
    with pytest.raises(SitzBesetzt, match="Eva Ersatz"):
        ich(offene, srtg, praesidium, 5)
    ich(offene, srtg, praesidium, 6, uebernimmt=True)

    assert strecken(offene) == [("SRTG", "Ersatz", 1, 6), ("SRTG", "Präsidium", 6, None)]
    with pytest.raises(SitzBesetzt, match="Andrea Präsidium"):
        check_out_selbst(offene.pk, srtg.pk, actor=ersatz, now=minutes_after(offene, 7))


def test_the_substitute_never_takes_over_alone(offene, srtg, praesidium, ersatz):
    ich(offene, srtg, praesidium, 1)

    with pytest.raises(SitzBesetzt, match="Andrea Präsidium"):
        ich(offene, srtg, ersatz, 5, uebernimmt=True)


def test_nobody_checks_in_for_others(offene, srtg, praesidium, vorsitz):
    with pytest.raises(SaalError, match="weder Mitglied noch"):
        ich(offene, srtg, vorsitz)


def test_the_room_is_opened_and_closed_once(laufende, vorsitz):
    now = minutes_after(laufende, 1)
    assert [open_saal(laufende.pk, actor=vorsitz, now=now) for _ in range(2)] == [True, False]
    laufende.refresh_from_db()
    assert (laufende.saal_offen_at, laufende.is_saal_offen, laufende.live) == (now, True, 1)
    assert [close_saal(laufende.pk, actor=vorsitz, now=now) for _ in range(2)] == [True, False]
    laufende.refresh_from_db()

    assert (laufende.is_saal_offen, laufende.live) == (False, 2)
    arten = list(Journaleintrag.objects.order_by("seq").values_list("art", flat=True))
    assert arten == ["saal.geoeffnet", "saal.geschlossen"]


def test_the_room_stays_closed_where_the_setting_says_so(laufende, vorsitz):
    Einstellung.objects.create(schluessel="selbst_anmelden", wert=False, geaendert_at=laufende.beginn_at)

    with pytest.raises(SaalError, match="in den Einstellungen ausgeschaltet"):
        open_saal(laufende.pk, actor=vorsitz, now=minutes_after(laufende, 1))


def test_a_digital_room_needs_no_opening(laufende, vorsitz):
    Sitzung.objects.update(form="digital", form_entscheid_on="2026-11-01")

    with pytest.raises(SaalError, match="immer selbst an"):
        open_saal(laufende.pk, actor=vorsitz, now=minutes_after(laufende, 1))


def test_the_room_opens_only_while_the_meeting_runs(transactional_db, vorsitz, now):
    with pytest.raises(SaalError, match="noch nicht eröffnet"):
        open_saal(make_sitzung(status="versandt").pk, actor=vorsitz, now=now)


# --- Ausstand ---------------------------------------------------------------------------------------


@pytest.fixture
def punkte(laufende):
    return [make_traktandum(laufende, f"Geschäft {nr}") for nr in (1, 2)]


def declare(sitzung, sitz, punkt, person, deed=declare_ausstand, **kwargs):
    return deed(sitzung.pk, sitz.pk, punkt.pk, actor=person, now=minutes_after(sitzung, 5), **kwargs)


def test_ausstand_is_out_of_the_base_from_the_items_start_to_its_end(laufende, srtg, praesidium, anmelden, punkte):
    anmelden(srtg, praesidium)
    declare(laufende, srtg, punkte[0], praesidium, grund="Eigene  Sache")
    basis = []
    for aktuell in (None, punkte[0], punkte[1]):
        laufende.aktuell = aktuell
        lage = load_lage(laufende)
        basis.append((lage.anwesend_stimmberechtigt, lage.anwesend, lage.im_ausstand))

    assert basis == [(1, 1, 0), (0, 1, 1), (1, 1, 0)]
    ausstand = Ausstand.objects.get()
    assert (ausstand.grund, ausstand.erklaert_von) == ("Eigene Sache", praesidium)


def test_ausstand_twice_is_once_and_is_taken_back(laufende, srtg, praesidium, punkte):
    erster = declare(laufende, srtg, punkte[0], praesidium)
    assert declare(laufende, srtg, punkte[0], praesidium) == erster

    assert declare(laufende, srtg, punkte[0], praesidium, withdraw_ausstand) is True
    assert declare(laufende, srtg, punkte[0], praesidium, withdraw_ausstand) is False
    arten = list(Journaleintrag.objects.order_by("seq").values_list("art", flat=True))
    assert arten == ["ausstand.erklaert", "ausstand.zurueckgezogen"]


@pytest.mark.parametrize("deed", [declare_ausstand, withdraw_ausstand])
def test_ausstand_is_fixed_once_the_item_has_ended(laufende, srtg, praesidium, punkte, deed):
    punkte[0].beendet_at = minutes_after(laufende, 4)
    punkte[0].save()

    with pytest.raises(SaalError, match="Traktandum 1 ist abgeschlossen"):
        declare(laufende, srtg, punkte[0], praesidium, deed)


@pytest.mark.parametrize("deed", [declare_ausstand, withdraw_ausstand])
def test_ausstand_is_fixed_while_a_vote_counts_the_seat(laufende, srtg, praesidium, punkte, anmelden, deed):
    anmelden(srtg, praesidium)
    Teilnahme.objects.update(gesperrt_durch="8c0e3f0e-0000-4000-8000-000000000001")

    with pytest.raises(SaalError, match="Der Sitz stimmt gerade ab"):
        declare(laufende, srtg, punkte[0], praesidium, deed)


@pytest.mark.parametrize(
    ("status", "satz"),
    [("entwurf", "noch nicht versandt"), ("geschlossen", "geschlossen"), ("abgesagt", "abgesagt"), ("versandt", None)],
)
def test_ausstand_before_and_during_the_meeting(transactional_db, srtg, praesidium, now, status, satz):
    sitzung = make_sitzung(status=status)
    punkt = make_traktandum(sitzung)

    def tat():
        return declare_ausstand(sitzung.pk, srtg.pk, punkt.pk, actor=praesidium, now=now)

    if satz is None:
        assert tat().traktandum == punkt
    else:
        with pytest.raises(SaalError, match=satz):
            tat()


def test_ausstand_of_another_meetings_item_is_none(laufende, srtg, praesidium):
    fremd = make_traktandum(make_sitzung(3))

    with pytest.raises(SaalError, match="gibt es nicht mehr"):
        declare(laufende, srtg, fremd, praesidium)


@pytest.mark.parametrize("deed", [declare_ausstand, withdraw_ausstand])
def test_while_somebody_sits_on_the_seat_only_that_person_steps_aside(
    laufende, srtg, praesidium, ersatz, anmelden, punkte, deed
):
    """A substitute who waits outside takes no vote away from the holder, and gives none back."""
    anmelden(srtg, praesidium)
    declare(laufende, srtg, punkte[1], praesidium)

    with pytest.raises(SitzBesetzt, match="Andrea Präsidium"):
        declare(laufende, srtg, punkte[1], ersatz, deed, selbst=True)
    assert [a.traktandum for a in Ausstand.objects.all()] == [punkte[1]]
    assert declare(laufende, srtg, punkte[1], praesidium, deed, selbst=True)
