"""Who sees which meeting, item and paper: the table of architektur.md section 5 as rows and as single objects."""

from datetime import timedelta

import pytest

from mitglieder.permissions import Recht, grant_gast, has_recht
from sitzungen.models import Sitzung, Traktandum, Unterlage
from tests.conftest import make_sitzung

# before the papers are out: nobody but who prepares; afterwards: meeting, internal paper, confidential paper
TABELLE = {
    "geschaeftsstelle": (True, True, True, True),
    "vorsitz": (True, True, True, True),
    "praesidium": (False, True, True, True),
    "berater": (False, True, True, True),
    "stellvertretung": (False, True, True, True),
    "leitgremium": (False, True, True, False),
    "vorstand": (False, False, False, False),
    "gast": (False, False, False, False),
    "fremde": (False, False, False, False),
}


@pytest.mark.parametrize("name", TABELLE)
def test_papers_are_visible_as_the_table_says(name, cast, versandte, umfang_of):
    scope = umfang_of(cast[name])
    intern, vertraulich = Unterlage.objects.order_by("position")
    expected = TABELLE[name][1:]

    assert (
        has_recht(scope, Recht.SITZUNG_SEHEN, versandte),
        has_recht(scope, Recht.UNTERLAGE_SEHEN, intern),
        has_recht(scope, Recht.UNTERLAGE_SEHEN, vertraulich),
    ) == expected
    assert (
        versandte in Sitzung.objects.visible_to(scope),
        intern in Unterlage.objects.visible_to(scope),
        vertraulich in Unterlage.objects.visible_to(scope),
    ) == expected
    assert Traktandum.objects.visible_to(scope).exists() == expected[0]


@pytest.mark.parametrize("name", TABELLE)
@pytest.mark.parametrize("status", ["entwurf", "freigegeben"])
def test_nothing_is_visible_in_preparation(name, status, cast, versandte, umfang_of):
    Sitzung.objects.update(
        status=status, versandt_at=None, freigegeben_at=None if status == "entwurf" else versandte.freigegeben_at
    )
    sitzung = Sitzung.objects.get()
    scope = umfang_of(cast[name])
    expected = TABELLE[name][0]

    assert has_recht(scope, Recht.SITZUNG_SEHEN, sitzung) is expected
    assert (
        sitzung in Sitzung.objects.visible_to(scope) if expected else sitzung not in Sitzung.objects.visible_to(scope)
    )
    assert Traktandum.objects.visible_to(scope).exists() is expected
    assert Unterlage.objects.visible_to(scope).exists() is expected
    assert [has_recht(scope, Recht.UNTERLAGE_SEHEN, u) for u in Unterlage.objects.all()] == [expected, expected]


def test_an_announced_date_is_known_to_seats_and_bodies_but_not_its_agenda(cast, sitzung, umfang_of, now):
    Sitzung.objects.update(terminankuendigung_at=now)
    sitzung.refresh_from_db()

    termin = {name for name, person in cast.items() if has_recht(umfang_of(person), Recht.TERMIN_SEHEN, sitzung)}
    inhalt = {name for name, person in cast.items() if has_recht(umfang_of(person), Recht.SITZUNG_SEHEN, sitzung)}

    assert termin == {"geschaeftsstelle", "vorsitz", "praesidium", "berater", "stellvertretung", "leitgremium"}
    assert inhalt == {"geschaeftsstelle", "vorsitz"}


def test_a_substitute_reads_until_thirty_days_after_the_meeting(stellvertretung, versandte, umfang_of):
    noch = umfang_of(stellvertretung, versandte.ende_at + timedelta(days=30))
    vorbei = umfang_of(stellvertretung, versandte.ende_at + timedelta(days=30, seconds=1))

    assert has_recht(noch, Recht.SITZUNG_SEHEN, versandte)
    assert not has_recht(vorbei, Recht.SITZUNG_SEHEN, versandte)
    assert not Unterlage.objects.visible_to(vorbei).exists()


@pytest.mark.parametrize(
    ("vertraulich", "expected"), [(False, ["Budgetwerte"]), (True, ["Budgetwerte", "Vertrauliche Beilage"])]
)
@pytest.mark.parametrize("wozu", ["sitzung", "traktandum"])
def test_a_guest_sees_what_he_was_admitted_to(vertraulich, expected, wozu, gast, versandte, umfang_of):
    grant_gast(gast, versandte if wozu == "sitzung" else versandte.traktanden.get(), vertraulich=vertraulich)
    anderes = Traktandum.objects.create(sitzung=versandte, position=9, titel="Anderes", art="formelles")
    scope = umfang_of(gast)

    assert has_recht(scope, Recht.SITZUNG_SEHEN, versandte)
    assert [u.titel for u in Unterlage.objects.visible_to(scope)] == expected
    assert [u.titel for u in Unterlage.objects.all() if has_recht(scope, Recht.UNTERLAGE_SEHEN, u)] == expected
    assert (anderes in Traktandum.objects.visible_to(scope)) is (wozu == "sitzung")
    assert has_recht(scope, Recht.SITZUNG_SEHEN, anderes) is (wozu == "sitzung")


def test_admission_dies_with_the_meeting(gast, versandte, umfang_of):
    from sitzungen.models import SitzungUserObjectPermission

    grant_gast(gast, versandte)
    Unterlage.objects.all().delete()
    versandte.delete()

    assert SitzungUserObjectPermission.objects.count() == 0
    assert umfang_of(gast).gast_pks(Sitzung) == frozenset()


def test_deactivated_people_and_link_sessions_see_nothing(geschaeftsstelle, versandte, now):
    from mitglieder.permissions import umfang

    link = umfang(geschaeftsstelle, now, {"zweck": "verteiler", "objekt": "x"})
    geschaeftsstelle.is_active = False
    inaktiv = umfang(geschaeftsstelle, now)

    for scope in (link, inaktiv, umfang(None, now)):
        assert not Sitzung.objects.visible_to(scope).exists()
        assert not Unterlage.objects.visible_to(scope).exists()
        assert not has_recht(scope, Recht.SITZUNG_SEHEN, versandte)


@pytest.mark.parametrize(
    ("status", "nach_ende", "kommt", "vorbei"),
    [
        ("versandt", -60, True, False),
        ("versandt", 1, False, True),
        ("laufend", -60, True, False),
        ("laufend", 25, True, False),  # it runs late
        ("laufend", 24 * 60, False, True),  # nobody closed it
        ("geschlossen", -60, False, True),  # closed early
        ("geschlossen", 25, False, True),
        ("abgesagt", -60, False, False),
    ],
)
def test_a_meeting_is_ahead_until_it_is_closed(db, status, nach_ende, kommt, vorbei):
    sitzung = make_sitzung(status=status)
    now = sitzung.ende_at + timedelta(minutes=nach_ende)

    assert (sitzung in Sitzung.objects.upcoming(now), sitzung in Sitzung.objects.past(now)) == (kommt, vorbei)
