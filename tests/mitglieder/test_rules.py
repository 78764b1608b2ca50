from datetime import date

import pytest

from mitglieder import rules
from mitglieder.rules import MailStand

PRAESIDIEN = {
    "leitgemeinde": ["Leitgemeinde-Präsidium", "Leitgemeindepräsidentin", "Leit-Gemeinde-Präsident"],
    "zweckverband": ["Zweckverbandspräsidium", "Präsidentin des Zweckverbands"],
    "verein": ["Vereinspräsidium", "Präsident des Vereins"],
    "vertragsmodell": ["Vorstandspräsidium des Vertragsmodells", "Vorstandspräsidentin"],
}


@pytest.mark.parametrize("form", PRAESIDIEN)
@pytest.mark.parametrize("genannt", PRAESIDIEN)
def test_praesidium_of_another_form_is_refused(form, genannt):
    for funktion in PRAESIDIEN[genannt]:
        satz = rules.check_praesidium(kuerzel="SRO", form=form, funktion=funktion)

        assert (satz == "") is (form == genannt), funktion
        assert satz == "" or rules.praesidium_of(form) in satz


@pytest.mark.parametrize("funktion", ["Stadtpräsidentin", "Gemeindepräsident", "Präsidium"])
def test_praesidium_without_a_form_in_its_title_is_left_to_the_office(funktion):
    assert rules.form_of_funktion(funktion) is None
    assert rules.check_praesidium(kuerzel="SOL", form="leitgemeinde", funktion=funktion) == ""


@pytest.mark.parametrize(
    ("funktion", "erlaubt"),
    [
        ("Zweckverbandspräsidium", True),
        ("Präsidentin des Zweckverbands", True),
        ("Leitgemeinde-Präsidium", False),
        ("Leitgemeindepräsident Biberist", False),
        ("Gemeindepräsidentin", False),
        ("Vereinspräsidium", False),
        ("", False),
    ],
)
def test_bbl_takes_only_its_zweckverbandspraesidium(funktion, erlaubt):
    satz = rules.check_praesidium(kuerzel="BBL", form="zweckverband", funktion=funktion)

    assert (satz == "") is erlaubt
    assert erlaubt or "nicht durch das Leitgemeindepräsidium" in satz


@pytest.mark.parametrize(
    ("funktion", "politisch"),
    [
        ("Gemeindepräsidentin", True),
        ("Gemeinderätin", True),
        ("Mitglied der Sozialkommission", True),
        ("Vorstand Zweckverband", True),
        ("Mitarbeiterin Sozialdienst", False),
        ("Angestellter der Sozialregion", False),
        ("Leiterin Soziale Dienste", False),
        ("Leiter des Sozialdienstes", False),
        ("Sachbearbeiterin", False),
        ("Sozialarbeiter", False),
        ("", False),
        ("  ", False),
    ],
)
def test_political_functionaries_stand_in_employees_do_not(funktion, politisch):
    assert rules.is_politische_funktion(funktion) is politisch


@pytest.mark.parametrize(
    ("email", "is_aktiv", "geteilt", "login", "stand"),
    [
        ("Anna.Muster@Gemeinde.ch", True, False, "anna.muster@gemeinde.ch", MailStand.ANMELDUNG),
        (" anna@x.ch ", True, False, "anna@x.ch", MailStand.ANMELDUNG),
        ("anna@x.ch", True, True, None, MailStand.GETEILT),
        ("anna@x.ch", False, False, None, MailStand.AUS),
        ("", True, False, None, MailStand.KEINE),
        ("", True, True, None, MailStand.KEINE),
    ],
)
def test_login_follows_an_address_that_is_not_shared(email, is_aktiv, geteilt, login, stand):
    assert rules.login_of(email, is_aktiv=is_aktiv, geteilt=geteilt) == login
    assert rules.mail_stand(email, login, is_aktiv=is_aktiv) == stand


JAN, FEB, MAR, APR = (date(2026, monat, 1) for monat in (1, 2, 3, 4))


@pytest.mark.parametrize(
    ("von", "bis", "spans", "beruehrt"),
    [
        (JAN, None, [], False),
        (FEB, MAR, [(JAN, FEB)], False),
        (FEB, MAR, [(MAR, None)], False),
        (FEB, None, [(MAR, APR)], True),
        (FEB, MAR, [(JAN, None)], True),
        (JAN, APR, [(FEB, MAR)], True),
        (FEB, MAR, [(JAN, APR)], True),
        (MAR, None, [(JAN, FEB), (FEB, MAR)], False),
        (JAN, None, [(JAN, None)], True),
    ],
)
def test_spans_are_half_open(von, bis, spans, beruehrt):
    assert rules.overlaps(von, bis, spans) is beruehrt


@pytest.mark.parametrize(
    ("von", "heute", "ende"),
    [(JAN, FEB, FEB), (FEB, FEB, date(2026, 2, 2)), (MAR, FEB, date(2026, 3, 2))],
)
def test_nothing_ends_before_it_began(von, heute, ende):
    assert rules.ende_of(von, heute) == ende


@pytest.mark.parametrize(
    ("vorname", "nachname", "gleich"),
    [
        ("Eva", "Beispiel", True),
        (" eva ", "BEISPIEL", True),
        ("Anna Eva", "Beispiel", False),
        ("Adam", "Beispiel", False),
        ("Eva", "Beispiel-Muster", False),
        ("", "Beispiel", False),
    ],
)
def test_a_name_is_given_name_and_surname(vorname, nachname, gleich):
    assert rules.is_gleicher_name(vorname, nachname, person=("Eva", "Beispiel")) is gleich


def test_a_person_without_a_given_name_is_meant_by_none():
    assert rules.is_gleicher_name("", "Beispiel", person=("", "Beispiel"))
    assert not rules.is_gleicher_name("Eva", "Beispiel", person=("", "Beispiel"))
