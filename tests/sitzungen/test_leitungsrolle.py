"""Who presides in the chair's place leads this one meeting, and no other."""

from __future__ import annotations

import pytest

from mitglieder.models import Sitz
from mitglieder.permissions import Recht, has_recht
from sitzungen.models import Sitzung, Teilnahme
from tests.conftest import make_person, make_sitzung, make_vertretung

pytestmark = pytest.mark.django_db
LEITEND = (Recht.PRAESENZ_FUEHREN, Recht.SITZUNG_LEITEN)


def rechte(person, sitzung, umfang_of):
    return [has_recht(umfang_of(person), recht, sitzung) for recht in LEITEND]


@pytest.mark.parametrize(
    ("leitet", "stand", "soll"), [(True, "angenommen", True), (False, "angenommen", False), (True, "abgelehnt", False)]
)
def test_substitute_of_the_chair_leads_only_if_named_so(umfang_of, leitet, stand, soll):
    sitzung, andere = make_sitzung(status="versandt"), make_sitzung(3, status="versandt")
    person = make_person("Vize")
    make_vertretung(sitzung, Sitz.objects.get(art="vorsitz"), person, stand=stand, vertretung_leitet=leitet)

    assert rechte(person, sitzung, umfang_of) == [soll, soll]
    assert rechte(person, andere, umfang_of) == [False, False]


def test_substitute_of_a_region_never_leads(umfang_of):
    sitzung, person = make_sitzung(status="versandt"), make_person("Ersatz")
    make_vertretung(sitzung, Sitz.objects.get(sozialregion__kuerzel="SRO"), person, vertretung_leitet=True)

    assert rechte(person, sitzung, umfang_of) == [False, False]


def test_member_chosen_in_the_room_leads_while_the_meeting_runs(umfang_of, praesidium):
    sitzung = make_sitzung(status="laufend", leitung=praesidium)
    laufend = rechte(praesidium, sitzung, umfang_of)
    Sitzung.objects.filter(pk=sitzung.pk).update(status="geschlossen", beendet_at=sitzung.ende_at)
    sitzung.refresh_from_db()

    assert laufend == [True, True]
    assert rechte(praesidium, sitzung, umfang_of) == [False, False]


def test_who_lost_the_seat_in_the_room_leads_no_more(umfang_of, leitgremium, fremde):
    """A substitute presided, then another took the seat; as a decision-maker of a region she still sees the meeting."""
    sitzung, sitz = make_sitzung(status="laufend", leitung=leitgremium), Sitz.objects.get(art="vorsitz")
    make_vertretung(sitzung, sitz, leitgremium)
    vorher = rechte(leitgremium, sitzung, umfang_of)

    make_vertretung(sitzung, sitz, fremde)

    assert vorher == [True, True]
    assert rechte(leitgremium, sitzung, umfang_of) == [False, False]


def test_once_somebody_else_presides_the_named_substitute_does_not(umfang_of, praesidium):
    sitzung = make_sitzung(status="laufend", leitung=praesidium)
    person = make_person("Vize")
    make_vertretung(sitzung, Sitz.objects.get(art="vorsitz"), person, vertretung_leitet=True)

    assert rechte(person, sitzung, umfang_of) == [False, False]


def test_a_member_sees_every_seat_and_answers_only_for_the_own(umfang_of, praesidium, geschaeftsstelle, vorsitz):
    sitzung = make_sitzung(status="versandt")
    eigene, fremde = (
        Teilnahme.objects.create(sitzung=sitzung, sitz=Sitz.objects.get(sozialregion__kuerzel=k))
        for k in ("SRTG", "SRO")
    )

    def antwortet(person):
        return [has_recht(umfang_of(person), Recht.ANTWORTEN, t) for t in (eigene, fremde)]

    assert Teilnahme.objects.visible_to(umfang_of(praesidium)).count() == 2
    assert antwortet(praesidium) == [True, False]
    assert antwortet(geschaeftsstelle) == [True, True]
    assert antwortet(vorsitz) == [False, False]
