"""Times put right, stretches removed, guests who are there."""

import pytest

from konferenz.models import Journaleintrag
from mitglieder.permissions import grant_gast
from sitzungen.actions.anwesenheit import check_in_gast, check_out_gast, correct_anwesenheit, remove_anwesenheit
from sitzungen.actions.praesenz import check_in
from sitzungen.models import Anwesenheit, Teilnahme
from sitzungen.schritte.saal import SaalError
from tests.conftest import make_mandat
from tests.sitzungen.saal import minutes_after, sitz_of, strecken

pytestmark = pytest.mark.django_db


@pytest.fixture
def correct(laufende, geschaeftsstelle):
    """Put a stretch right to minutes after the opening."""

    def tat(anwesenheit, von, bis, grund="Uhr ging nach", **kwargs):
        return correct_anwesenheit(
            anwesenheit.pk,
            von_at=minutes_after(laufende, von),
            bis_at=None if bis is None else minutes_after(laufende, bis),
            grund=grund,
            actor=geschaeftsstelle,
            now=minutes_after(laufende, 90),
            **kwargs,
        )

    return tat


@pytest.fixture
def wechsel(srtg, praesidium, ersatz, anmelden):
    """Thal-Gäu: the substitute from minute 5, the holder from minute 30."""
    return anmelden(srtg, ersatz, 5), anmelden(srtg, praesidium, 30, uebernimmt=True)


def test_a_time_is_put_right_with_its_reason(laufende, srtg, praesidium, anmelden, correct):
    anwesenheit = anmelden(srtg, praesidium, 10)

    correct(anwesenheit, 2, 60, "Kam  um zwei Minuten nach zwei")

    anwesenheit.refresh_from_db()
    assert strecken(laufende) == [("SRTG", "Präsidium", 2, 60)]
    assert anwesenheit.korrektur_grund == "Kam um zwei Minuten nach zwei"
    eintrag = Journaleintrag.objects.latest("seq")
    assert eintrag.art == "anwesenheit.berichtigt"
    assert all(wort in eintrag.text for wort in ("2026-12-10T13:10:00", "2026-12-10T13:02:00", "Kam um zwei"))
    laufende.refresh_from_db()
    assert laufende.live == 2


def test_an_end_noted_by_mistake_is_taken_back(laufende, srtg, praesidium, anmelden, abmelden, correct):
    anwesenheit = anmelden(srtg, praesidium, 10)
    abmelden(srtg, 20)
    correct(anwesenheit, 10, None)

    assert strecken(laufende) == [("SRTG", "Präsidium", 10, None)]


@pytest.mark.parametrize(
    ("von", "bis", "soll"),
    [
        (5, 40, [(5, 40), (40, None)]),  # its end is the other's beginning
        (1, 30, [(1, 30), (30, None)]),
        (1, 20, [(1, 20), (20, None)]),
    ],
)
def test_the_moment_a_seat_changed_hands_moves_for_both(laufende, wechsel, correct, von, bis, soll):
    correct(wechsel[0], von, bis)

    assert [zeile[2:] for zeile in strecken(laufende)] == soll


def test_the_other_side_moves_too(laufende, wechsel, correct):
    correct(wechsel[1], 25, None)

    assert [zeile[2:] for zeile in strecken(laufende)] == [(5, 25), (25, None)]
    assert set(Anwesenheit.objects.values_list("korrektur_grund", flat=True)) == {"Uhr ging nach"}


@pytest.mark.parametrize(
    ("von", "bis", "satz"),
    [
        (-1, 30, "frühestens ab der Eröffnung"),
        (40, 30, "Ende liegt vor dem Beginn"),
        (5, 91, "in der Zukunft"),
        (5, None, "Andrea Präsidium auf dem Sitz"),
    ],
)
def test_times_that_cannot_be_change_nothing(laufende, wechsel, correct, von, bis, satz):
    vorher = strecken(laufende)

    with pytest.raises(SaalError, match=satz):
        correct(wechsel[0], von, bis)
    assert strecken(laufende) == vorher


def test_a_change_of_hands_never_goes_before_its_own_beginning(laufende, wechsel, correct):
    with pytest.raises(SaalError, match="Ende liegt vor dem Beginn"):
        correct(wechsel[1], 4, None)


def test_no_overlap_with_an_earlier_stretch_of_the_seat(srtg, praesidium, ersatz, anmelden, abmelden, correct):
    anmelden(srtg, ersatz, 5)
    abmelden(srtg, 20)
    zweite = anmelden(srtg, praesidium, 30)

    with pytest.raises(SaalError, match=r"Eva Ersatz auf dem Sitz .* ab 14\.05 Uhr bis 14\.20 Uhr"):
        correct(zweite, 19, None)
    assert correct(zweite, 20, None).von_at == correct(zweite, 20, None).von_at


def test_no_overlap_with_the_person_elsewhere(laufende, srtg, praesidium, anmelden, abmelden, correct):
    make_mandat(praesidium, sitz_of("SRO"))
    anmelden(srtg, praesidium, 5)
    abmelden(srtg, 20)
    zweite = anmelden(sitz_of("SRO"), praesidium, 30)

    with pytest.raises(SaalError, match="Andrea Präsidium auf dem Sitz «Präsidium Thal-Gäu»"):
        correct(zweite, 15, None)


def test_a_reason_is_needed(srtg, praesidium, anmelden, correct, geschaeftsstelle, laufende):
    anwesenheit = anmelden(srtg, praesidium, 10)

    for tat in (
        lambda: correct(anwesenheit, 2, 60, "  "),
        lambda: remove_anwesenheit(anwesenheit.pk, grund="", actor=geschaeftsstelle, now=minutes_after(laufende, 20)),
    ):
        with pytest.raises(SaalError, match="warum") as refusal:
            tat()
        assert refusal.value.feld == "grund"


def test_an_open_vote_holds_the_times(laufende, srtg, praesidium, anmelden, correct, geschaeftsstelle):
    anwesenheit = anmelden(srtg, praesidium, 10)
    Teilnahme.objects.update(gesperrt_durch="8c0e3f0e-0000-4000-8000-000000000001")

    with pytest.raises(SaalError, match="Der Sitz stimmt gerade ab"):
        correct(anwesenheit, 2, None)
    with pytest.raises(SaalError, match="Der Sitz stimmt gerade ab"):
        remove_anwesenheit(anwesenheit.pk, grund="x", actor=geschaeftsstelle, now=minutes_after(laufende, 20))


def test_a_stretch_by_mistake_is_removed_and_kept_in_the_journal(
    laufende, srtg, praesidium, anmelden, geschaeftsstelle, correct
):
    anwesenheit = anmelden(srtg, praesidium, 10)
    now = minutes_after(laufende, 20)
    remove_anwesenheit(anwesenheit.pk, grund="Falscher Sitz", actor=geschaeftsstelle, now=now)

    assert strecken(laufende) == []
    eintrag = Journaleintrag.objects.latest("seq")
    assert eintrag.art == "anwesenheit.entfernt"
    assert all(wort in eintrag.text for wort in (str(praesidium.uuid), "2026-12-10T13:10:00", "Falscher Sitz"))
    with pytest.raises(SaalError, match="inzwischen entfernt"):
        remove_anwesenheit(anwesenheit.pk, grund="Nochmals", actor=geschaeftsstelle, now=now)
    with pytest.raises(SaalError, match="inzwischen entfernt"):
        correct(anwesenheit, 2, 60)


def test_only_while_the_meeting_runs(laufende, srtg, praesidium, anmelden, correct):
    anwesenheit = anmelden(srtg, praesidium, 10)
    laufende.refresh_from_db()
    laufende.status, laufende.beendet_at = "geschlossen", minutes_after(laufende, 80)
    laufende.save()

    with pytest.raises(SaalError, match="Präsenz steht fest"):
        correct(anwesenheit, 2, 60)


# --- guests -----------------------------------------------------------------------------------------


@pytest.fixture
def gast_taten(laufende, geschaeftsstelle, gast):
    def tat(deed, minute):
        return deed(laufende.pk, gast.pk, actor=geschaeftsstelle, now=minutes_after(laufende, minute))

    return tat


def test_an_admitted_guest_comes_and_goes(laufende, gast, gast_taten):
    grant_gast(gast, laufende)
    erste = gast_taten(check_in_gast, 1)
    assert gast_taten(check_in_gast, 2).pk == erste.pk
    gast_taten(check_out_gast, 30)

    assert gast_taten(check_out_gast, 31) is None
    assert strecken(laufende) == [("gast", "Gast", 1, 30)]
    laufende.refresh_from_db()
    assert laufende.live == 2


def test_a_guest_must_be_admitted(gast_taten):
    with pytest.raises(SaalError, match="nicht als Gast zugelassen"):
        gast_taten(check_in_gast, 1)


def test_a_member_on_a_seat_is_no_guest_and_a_guest_takes_no_seat(
    laufende, srtg, praesidium, anmelden, abmelden, geschaeftsstelle
):
    grant_gast(praesidium, laufende)
    now = minutes_after(laufende, 2)
    anmelden(srtg, praesidium, 1)
    with pytest.raises(SaalError, match="zwei Plätzen zugleich"):
        check_in_gast(laufende.pk, praesidium.pk, actor=geschaeftsstelle, now=now)
    abmelden(srtg, 2)
    check_in_gast(laufende.pk, praesidium.pk, actor=geschaeftsstelle, now=now)

    with pytest.raises(SaalError, match=r"Als Gast ist seit .* Melden Sie zuerst den Gast ab"):
        check_in(laufende.pk, srtg.pk, praesidium.pk, actor=geschaeftsstelle, now=now)
