"""Presence: seats checked in and out, each refusal with its sentence, and what the journal keeps."""

from datetime import timedelta

import pytest

from konferenz.models import Journaleintrag
from mitglieder.models import Sitz
from sitzungen.actions.praesenz import check_in, check_in_all, check_out, hand_over
from sitzungen.models import Anwesenheit, Teilnahme
from sitzungen.queries.praesenz import load_lage
from sitzungen.schritte.praesenz import SitzBesetzt
from sitzungen.schritte.saal import SaalError
from tests.conftest import make_antwort, make_mandat, make_person, make_sitzung, make_vertretung
from tests.sitzungen.saal import minutes_after, sitz_of, strecken

pytestmark = pytest.mark.django_db


def arten():
    return list(Journaleintrag.objects.order_by("seq").values_list("art", flat=True))


def live(sitzung):
    sitzung.refresh_from_db()
    return sitzung.live


def test_a_seat_is_checked_in_out_and_in_again(laufende, srtg, praesidium, anmelden, abmelden, geschaeftsstelle):
    erste = anmelden(srtg, praesidium, 1)
    abmelden(srtg, 30)
    anmelden(srtg, praesidium, 45)

    assert strecken(laufende) == [("SRTG", "Präsidium", 1, 30), ("SRTG", "Präsidium", 45, None)]
    assert (erste.als, erste.form, erste.weg, erste.erfasst_von) == ("inhaber", "vor_ort", "leitung", geschaeftsstelle)
    assert arten() == ["anwesenheit.begonnen", "anwesenheit.beendet", "anwesenheit.begonnen"]
    assert live(laufende) == 3


def test_a_second_tap_changes_nothing(laufende, srtg, praesidium, anmelden, abmelden):
    erste, zweite = anmelden(srtg, praesidium, 1), anmelden(srtg, praesidium, 2)
    assert (zweite.pk, zweite.von_at) == (erste.pk, erste.von_at)
    abmelden(srtg, 30)

    assert abmelden(srtg, 31) is None
    assert strecken(laufende) == [("SRTG", "Präsidium", 1, 30)]
    assert (len(arten()), live(laufende)) == (2, 2)


def test_the_substitute_counts_as_such(laufende, srtg, praesidium, ersatz, anmelden):
    anwesenheit = anmelden(srtg, ersatz)

    assert anwesenheit.als == "vertretung"
    assert load_lage(laufende).je_sitz[srtg.pk].ausuebung.wer == "vertretung"


def test_a_taken_seat_names_who_sits_there_and_since_when(laufende, srtg, praesidium, ersatz, anmelden):
    anmelden(srtg, ersatz, 2)

    with pytest.raises(SitzBesetzt) as refusal:
        anmelden(srtg, praesidium, 5)
    assert str(refusal.value) == (
        f"Auf dem Sitz «{srtg}» ist seit 14.02 Uhr Eva Ersatz (Stellvertretung) angemeldet. "
        "Beide zugleich geht nicht: Wer ablöst, übernimmt den Sitz ausdrücklich, "
        "dann geht Eva Ersatz im gleichen Augenblick."
    )
    assert strecken(laufende) == [("SRTG", "Ersatz", 2, None)]


def test_taking_over_is_one_moment_for_both(laufende, srtg, praesidium, ersatz, anmelden):
    anmelden(srtg, ersatz, 2)
    anmelden(srtg, praesidium, 40, uebernimmt=True)

    assert strecken(laufende) == [("SRTG", "Ersatz", 2, 40), ("SRTG", "Präsidium", 40, None)]
    assert arten() == ["anwesenheit.begonnen", "anwesenheit.gewechselt"]


def test_taking_over_a_free_seat_is_to_check_in(laufende, srtg, praesidium, anmelden):
    anmelden(srtg, praesidium, 3, uebernimmt=True)

    assert strecken(laufende) == [("SRTG", "Präsidium", 3, None)]


def test_nobody_sits_on_two_seats(laufende, srtg, praesidium, anmelden, abmelden):
    zweiter = sitz_of("SRO")
    make_mandat(praesidium, zweiter)
    anmelden(srtg, praesidium, 1)

    with pytest.raises(SaalError, match="Niemand ist auf zwei Plätzen zugleich"):
        anmelden(zweiter, praesidium, 2)
    abmelden(srtg, 10)
    anmelden(zweiter, praesidium, 10)
    assert strecken(laufende) == [("SRTG", "Präsidium", 1, 10), ("SRO", "Präsidium", 10, None)]


def test_a_stranger_is_sent_to_the_door(srtg, praesidium, fremde, anmelden):
    with pytest.raises(SaalError, match=r"weder Mitglied noch benannte Stellvertretung.*«An der Türe»"):
        anmelden(srtg, fremde)


def test_a_substitute_who_declined_is_told_so(laufende, srtg, fremde, anmelden):
    make_vertretung(laufende, srtg, fremde, stand="abgelehnt")

    with pytest.raises(SaalError, match="hat die Stellvertretung abgelehnt"):
        anmelden(srtg, fremde)


def test_a_former_holder_is_none(laufende, srtg, anmelden):
    frueher = make_person("Früher")
    make_mandat(frueher, srtg, bis=laufende.beginn_at.date())

    with pytest.raises(SaalError, match="weder Mitglied noch"):
        anmelden(srtg, frueher)


def test_a_late_tap_does_not_send_the_next_one_away(laufende, srtg, praesidium, ersatz, anmelden, abmelden):
    anmelden(srtg, ersatz, 1)
    anmelden(srtg, praesidium, 10, uebernimmt=True)

    with pytest.raises(SitzBesetzt, match=r"Andrea Präsidium angemeldet\. Es wurde niemand abgemeldet"):
        abmelden(srtg, 11, person_pk=ersatz.pk)
    assert strecken(laufende)[-1] == ("SRTG", "Präsidium", 10, None)


def test_an_open_vote_holds_the_seat(laufende, srtg, praesidium, ersatz, anmelden, abmelden):
    anmelden(srtg, ersatz, 1)
    Teilnahme.objects.update(gesperrt_durch="8c0e3f0e-0000-4000-8000-000000000001")

    with pytest.raises(SaalError, match="Der Sitz stimmt gerade ab"):
        abmelden(srtg, 5)
    with pytest.raises(SaalError, match="Der Sitz stimmt gerade ab"):
        anmelden(srtg, praesidium, 5, uebernimmt=True)
    assert anmelden(srtg, ersatz, 6).person == ersatz
    assert strecken(laufende) == [("SRTG", "Ersatz", 1, None)]


@pytest.mark.parametrize(
    ("status", "satz"),
    [
        ("versandt", "noch nicht eröffnet.*Vorsitz oder die Geschäftsstelle eröffnet sie"),
        ("geschlossen", "Die Sitzung ist geschlossen"),
        ("abgesagt", "Die Sitzung ist abgesagt"),
    ],
)
def test_only_while_the_meeting_runs(transactional_db, srtg, praesidium, geschaeftsstelle, now, status, satz):
    sitzung = make_sitzung(status=status)

    with pytest.raises(SaalError, match=satz):
        check_in(sitzung.pk, srtg.pk, praesidium.pk, actor=geschaeftsstelle, now=now)
    with pytest.raises(SaalError, match=satz):
        check_out(sitzung.pk, srtg.pk, actor=geschaeftsstelle, now=now)
    assert not Anwesenheit.objects.exists()


# --- true times -------------------------------------------------------------------------------------


def test_the_true_time_may_lie_back(laufende, srtg, praesidium, ersatz, anmelden, abmelden):
    anmelden(srtg, ersatz, 60, at=minutes_after(laufende, 10))
    anmelden(srtg, praesidium, 61, uebernimmt=True, at=minutes_after(laufende, 30))
    abmelden(srtg, 62, at=minutes_after(laufende, 50))

    assert strecken(laufende) == [("SRTG", "Ersatz", 10, 30), ("SRTG", "Präsidium", 30, 50)]


@pytest.mark.parametrize(
    ("at", "satz"), [(-1, "frühestens ab der Eröffnung.*14.00 Uhr"), (70, "in der Zukunft"), (20, "war Eva Ersatz")]
)
def test_a_time_that_cannot_be_is_refused(laufende, srtg, praesidium, ersatz, anmelden, abmelden, at, satz):
    anmelden(srtg, ersatz, 10)
    abmelden(srtg, 30)

    with pytest.raises(SaalError, match=satz):
        anmelden(srtg, praesidium, 60, at=minutes_after(laufende, at))


def test_leaving_before_coming_is_refused(laufende, srtg, praesidium, anmelden, abmelden):
    anmelden(srtg, praesidium, 10)

    with pytest.raises(SaalError, match="Ende liegt vor dem Beginn"):
        abmelden(srtg, 20, at=minutes_after(laufende, 9))


def test_the_minute_of_the_opening_is_the_opening(laufende, srtg, praesidium, anmelden):
    laufende.begonnen_at += timedelta(seconds=37)
    laufende.save()

    assert anmelden(srtg, praesidium, 5, at=laufende.beginn_at).von_at == laufende.begonnen_at


def test_two_clocks_never_turn_a_stretch_round(laufende, srtg, praesidium, anmelden, abmelden):
    """The second machine's clock is a moment behind the first one's."""
    anmelden(srtg, praesidium, 10)
    abmelden(srtg, 9.9)
    anmelden(srtg, praesidium, 9.8)

    assert strecken(laufende) == [("SRTG", "Präsidium", 10, 10), ("SRTG", "Präsidium", 10, None)]


# --- vor Ort or online ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sitzungsform", "gewuenscht", "soll"),
    [
        ("vor_ort", None, "vor_ort"),
        ("vor_ort", "online", "vor_ort"),
        ("digital", None, "online"),
        ("digital", "vor_ort", "online"),
        ("hybrid", None, "vor_ort"),
        ("hybrid", "online", "online"),
        ("hybrid", "mond", "vor_ort"),
    ],
)
def test_only_a_hybrid_meeting_asks(laufende, srtg, praesidium, anmelden, sitzungsform, gewuenscht, soll):
    laufende.form, laufende.form_entscheid_on = sitzungsform, laufende.beginn_at.date()
    laufende.save()

    assert anmelden(srtg, praesidium, form=gewuenscht).form == soll


def test_a_designated_member_is_present_without_a_vote(laufende, anmelden):
    sitz, person = sitz_of("SRO"), make_person("Designiert")
    make_mandat(person, sitz, gewaehlt=False)
    anmelden(sitz, person)

    lage = load_lage(laufende)
    assert (lage.anwesend, lage.anwesend_stimmberechtigt, lage.noetig) == (1, 0, None)
    assert (
        lage.je_sitz[sitz.pk].ausuebung.satz
        == "Designiert, noch nicht vom VSEG-Vorstand gewählt: nimmt teil, ohne Stimme."
    )


def test_presence_counts(laufende, srtg, praesidium, vorsitz, berater, anmelden):
    anmelden(srtg, praesidium)
    anmelden(Sitz.objects.get(art="vorsitz"), vorsitz)
    anmelden(Sitz.objects.get(art="amt"), berater)

    lage = load_lage(laufende)
    assert (lage.anwesend, lage.anwesend_stimmberechtigt, lage.noetig) == (3, 2, 2)


# --- handing over, all at once ----------------------------------------------------------------------


def test_the_desk_hands_a_seat_on_and_back(laufende, srtg, praesidium, ersatz, anmelden, geschaeftsstelle):
    anmelden(srtg, praesidium, 1)
    for minute, person in ((20, ersatz), (21, ersatz), (40, praesidium)):
        hand_over(laufende.pk, srtg.pk, person.pk, actor=geschaeftsstelle, now=minutes_after(laufende, minute))

    assert strecken(laufende) == [
        ("SRTG", "Präsidium", 1, 20),
        ("SRTG", "Ersatz", 20, 40),
        ("SRTG", "Präsidium", 40, None),
    ]


def antworten(sitzung, kuerzel, antwort, **fields):
    return make_antwort(sitzung, sitz_of(kuerzel), antwort, **fields)


def test_all_who_announced_themselves_are_checked_in(laufende, srtg, praesidium, ersatz, geschaeftsstelle, anmelden):
    """Each kind of answer once: who comes is checked in, who does not is left out with the reason."""
    leute = {}
    for kuerzel in ("SRO", "BBL", "SON", "DOR", "ZUL"):
        leute[kuerzel] = make_person(f"Präsidium-{kuerzel}")
        make_mandat(leute[kuerzel], sitz_of(kuerzel))
    antworten(laufende, "SRO", "zugesagt")
    antworten(laufende, "BBL", "zugesagt", neu_erbeten_at=laufende.beginn_at)
    antworten(laufende, "SON", "entschuldigt")
    abgelehnt = make_person("Verhindert")
    make_vertretung(laufende, sitz_of("DOR"), abgelehnt, stand="abgelehnt")
    antworten(laufende, "ZUL", "zugesagt")
    anmelden(sitz_of("ZUL"), leute["ZUL"], 1)

    ergebnis = check_in_all(laufende.pk, actor=geschaeftsstelle, now=minutes_after(laufende, 3))

    assert [(a.teilnahme.sitz, a.person, a.als) for a in ergebnis.angemeldet] == sorted(
        [(srtg, ersatz, "vertretung"), (sitz_of("SRO"), leute["SRO"], "inhaber")], key=lambda a: a[0].reihenfolge
    )
    gruende = {sitz.sozialregion.kuerzel: satz for sitz, satz in ergebnis.ausgelassen if sitz.sozialregion}
    assert gruende.pop("BBL") == "hat seit der Verschiebung nicht neu geantwortet"
    assert gruende.pop("SON") == "entschuldigt"
    assert gruende.pop("DOR") == "die Stellvertretung hat abgelehnt"
    assert set(gruende.values()) == {"vakant"}
    assert "ZUL" not in gruende
    assert len(strecken(laufende)) == 3


def test_all_again_adds_nobody(laufende, srtg, praesidium, geschaeftsstelle):
    antworten(laufende, "SRTG", "zugesagt")
    now = minutes_after(laufende, 3)
    check_in_all(laufende.pk, actor=geschaeftsstelle, now=now)

    assert check_in_all(laufende.pk, actor=geschaeftsstelle, now=now).angemeldet == ()
    assert strecken(laufende) == [("SRTG", "Präsidium", 3, None)]


def test_all_takes_a_person_with_two_seats_once(laufende, srtg, praesidium, geschaeftsstelle):
    make_mandat(praesidium, sitz_of("SRO"))
    antworten(laufende, "SRTG", "zugesagt")
    antworten(laufende, "SRO", "zugesagt")

    ergebnis = check_in_all(laufende.pk, actor=geschaeftsstelle, now=minutes_after(laufende, 1))

    assert len(ergebnis.angemeldet) == 1
    [satz] = [satz for _, satz in ergebnis.ausgelassen if "zwei Plätzen" in satz]
    assert "Andrea Präsidium" in satz


def test_all_only_while_the_meeting_runs(transactional_db, geschaeftsstelle, now):
    with pytest.raises(SaalError, match="noch nicht eröffnet"):
        check_in_all(make_sitzung(status="versandt").pk, actor=geschaeftsstelle, now=now)
