from datetime import date
from functools import partial

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.test import Client

from konferenz.models import Journaleintrag, Sendung
from mitglieder.actions import MitgliederError
from mitglieder.actions import gremium as gremium_actions
from mitglieder.actions import person as person_actions
from mitglieder.actions import sitz as sitz_actions
from mitglieder.actions import zugang as zugang_actions
from mitglieder.models import Funktion, Leitgremium, Mandat, Person, Sitz, Zugangslink
from mitglieder.schritte.sitz import MandatDaten
from tests import gleichzeitig
from tests.conftest import SEIT, make_mandat, make_person

pytestmark = pytest.mark.django_db(transaction=True)
at_one_moment = partial(gleichzeitig.at_one_moment, abgewiesen=MitgliederError)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def create(now, actor=None, **daten):
    return person_actions.create_person(actor=actor, now=now, **{"nachname": "Muster", **daten})


def logins():
    return dict(Person.objects.get_queryset().values_list("nachname", "login"))


def emails():
    return sorted(EmailAddress.objects.values_list("user__nachname", "email", "verified", "primary"))


def arten():
    return list(Journaleintrag.objects.order_by("seq").values_list("art", flat=True))


# --- person -------------------------------------------------------------------------------------


def test_person_gets_a_login_from_an_address_of_its_own(now):
    person = create(now, vorname=" Eva ", email="Eva.Muster@Gemeinde.CH ", telefon="032 000 00 00")

    assert (person.name, person.email, person.login) == (
        "Eva Muster",
        "Eva.Muster@gemeinde.ch",
        "eva.muster@gemeinde.ch",
    )
    assert person.has_usable_password() is False
    assert emails() == [("Muster", "eva.muster@gemeinde.ch", True, True)]
    assert arten() == ["person.erfasst"]


def test_shared_address_has_mail_for_both_and_login_for_nobody(now):
    create(now, nachname="Eins", email="gemeinde@x.ch")
    create(now, nachname="Zwei", email="Gemeinde@X.ch")

    assert logins() == {"Eins": None, "Zwei": None}
    assert emails() == []


def test_login_comes_back_when_the_address_is_no_longer_shared(now):
    create(now, nachname="Eins", email="gemeinde@x.ch")
    zwei = create(now, nachname="Zwei", email="gemeinde@x.ch")

    person_actions.change_person(zwei.pk, nachname="Zwei", email="zwei@x.ch", actor=None, now=now)

    assert logins() == {"Eins": "gemeinde@x.ch", "Zwei": "zwei@x.ch"}
    assert emails() == [("Eins", "gemeinde@x.ch", True, True), ("Zwei", "zwei@x.ch", True, True)]


def test_deactivating_one_of_two_gives_the_other_the_login(now):
    create(now, nachname="Eins", email="gemeinde@x.ch")
    zwei = create(now, nachname="Zwei", email="gemeinde@x.ch")

    person_actions.deactivate_person(zwei.pk, actor=None, now=now)

    assert logins() == {"Eins": "gemeinde@x.ch", "Zwei": None}


def test_changed_address_moves_login_and_mail_and_is_told_to_both(now):
    person = make_person("Muster", email="alt@x.ch")
    client = Client()
    client.force_login(person, backend=BACKEND)
    zugang_actions.invite_person(person.pk, actor=None, now=now)
    Sendung.objects.all().delete()

    person_actions.change_person(person.pk, nachname="Muster", vorname="Andrea", email="neu@x.ch", actor=None, now=now)

    person.refresh_from_db()
    assert (person.email, person.login) == ("neu@x.ch", "neu@x.ch")
    assert emails() == [("Muster", "neu@x.ch", True, True)]
    assert sorted(Sendung.objects.values_list("an_adresse", "builder")) == [
        ("alt@x.ch", "mitglieder.mails.adresse_geaendert"),
        ("neu@x.ch", "mitglieder.mails.adresse_geaendert"),
    ]
    assert Session.objects.count() == 0
    # neither a link nor a password of whoever reads the old address opens anything
    assert (Zugangslink.objects.usable(now).count(), person.has_usable_password()) == (0, False)


@pytest.mark.parametrize(
    ("daten", "feld"),
    [
        ({"nachname": "  "}, "nachname"),
        ({"email": "kein@"}, "email"),
        ({"email": "a@x.ch, b@x.ch"}, "email"),
        ({"email": "a@x.ch\nBcc: b@x.ch"}, "email"),
    ],
)
def test_unusable_data_is_refused_and_nothing_is_stored(now, daten, feld):
    with pytest.raises(MitgliederError) as error:
        create(now, **daten)

    assert error.value.feld == feld
    assert (Person.objects.get_queryset().count(), arten()) == (0, [])


def test_deactivation_ends_offices_links_and_sessions(now, leitgremium, geschaeftsstelle):
    Funktion.objects.create(person=leitgremium, art=Funktion.Art.VORSTAND, von=SEIT)
    zugang_actions.invite_person(leitgremium.pk, actor=geschaeftsstelle, now=now)
    client = Client()
    client.force_login(leitgremium, backend=BACKEND)

    person_actions.deactivate_person(leitgremium.pk, actor=geschaeftsstelle, now=now)

    leitgremium.refresh_from_db()
    assert (leitgremium.is_active, leitgremium.login, leitgremium.has_usable_password()) == (False, None, False)
    assert Session.objects.count() == 0
    assert list(leitgremium.mitgliedschaften.values_list("bis", flat=True)) == [date(2026, 11, 26)]
    assert list(leitgremium.funktionen.values_list("bis", flat=True)) == [date(2026, 11, 26)]
    assert Zugangslink.objects.usable(now).count() == 0

    person_actions.reactivate_person(leitgremium.pk, actor=geschaeftsstelle, now=now)
    leitgremium.refresh_from_db()
    assert (leitgremium.is_active, leitgremium.login) == (True, leitgremium.email)


def test_holder_of_a_seat_and_oneself_are_not_deactivated(now, praesidium, geschaeftsstelle):
    with pytest.raises(MitgliederError, match="Beenden Sie zuerst dieses Mandat"):
        person_actions.deactivate_person(praesidium.pk, actor=geschaeftsstelle, now=now)
    with pytest.raises(MitgliederError, match="Sich selbst"):
        person_actions.deactivate_person(geschaeftsstelle.pk, actor=geschaeftsstelle, now=now)


# --- seats --------------------------------------------------------------------------------------


def sitz_of(kuerzel):
    return Sitz.objects.get(sozialregion__kuerzel=kuerzel)


def start(sitz, person, now, **daten):
    loest_ab = daten.pop("loest_ab", False)
    felder = {"funktion": "", "von": SEIT, **daten}
    return sitz_actions.start_mandat(sitz.pk, person.pk, MandatDaten(**felder), loest_ab=loest_ab, actor=None, now=now)


def test_mandat_with_wahlbeschluss_is_elected_without_one_designated(now):
    eins, zwei = make_person("Eins"), make_person("Zwei")

    gewaehlt = start(sitz_of("SRO"), eins, now, wahlbeschluss_on=SEIT, wahlbeschluss_ref="VSEG 3/2026")
    designiert = start(sitz_of("SRTG"), zwei, now)

    assert (gewaehlt.status, gewaehlt.funktion) == ("gewaehlt", "Leitgemeinde-Präsidium")
    assert (designiert.status, designiert.funktion) == ("designiert", "Zweckverbandspräsidium")
    assert arten() == ["mandat.begonnen", "mandat.begonnen"]

    sitz_actions.elect_mandat(
        designiert.pk, wahlbeschluss_on=date(2026, 11, 20), wahlbeschluss_ref="VSEG 5/2026", actor=None, now=now
    )
    designiert.refresh_from_db()
    assert (designiert.status, designiert.wahlbeschluss_on) == ("gewaehlt", date(2026, 11, 20))
    with pytest.raises(MitgliederError, match="schon einen Wahlbeschluss"):
        sitz_actions.elect_mandat(
            designiert.pk, wahlbeschluss_on=date(2026, 11, 20), wahlbeschluss_ref="", actor=None, now=now
        )


def test_occupied_seat_is_refused_or_handed_over(now):
    eins, zwei, sitz = make_person("Eins"), make_person("Zwei"), sitz_of("SRO")
    erstes = start(sitz, eins, now)

    with pytest.raises(MitgliederError, match="Andrea Eins"):
        start(sitz, zwei, now, von=date(2027, 1, 1))
    start(sitz, zwei, now, von=date(2027, 1, 1), loest_ab=True)

    erstes.refresh_from_db()
    assert erstes.bis == date(2027, 1, 1)
    assert list(Mandat.objects.order_by("von").values_list("person__nachname", "bis")) == [
        ("Eins", date(2027, 1, 1)),
        ("Zwei", None),
    ]


def test_refused_hand_over_leaves_the_old_mandate_alone(now):
    eins, zwei, sitz = make_person("Eins"), make_person("Zwei"), sitz_of("BBL")
    erstes = start(sitz, eins, now)

    with pytest.raises(MitgliederError, match="nicht durch das Leitgemeindepräsidium"):
        start(sitz, zwei, now, von=date(2027, 1, 1), loest_ab=True, funktion="Leitgemeindepräsidium")

    erstes.refresh_from_db()
    assert (erstes.bis, Mandat.objects.count()) == (None, 1)


@pytest.mark.parametrize(
    ("daten", "feld"),
    [
        ({"wahlbeschluss_on": date(2026, 11, 27)}, "wahlbeschluss_on"),
        ({"wahlbeschluss_ref": "VSEG 1"}, "wahlbeschluss_on"),
        ({"bis": SEIT}, "bis"),
        ({"funktion": "Vereinspräsidium"}, "funktion"),
    ],
)
def test_wrong_mandat_is_refused(now, daten, feld):
    with pytest.raises(MitgliederError) as error:
        start(sitz_of("SRO"), make_person("Eins"), now, **daten)

    assert (error.value.feld, Mandat.objects.count()) == (feld, 0)


def test_ended_mandat_leaves_the_seat_vacant(now, praesidium):
    mandat = praesidium.mandate.get()

    sitz_actions.end_mandat(mandat.pk, bis=date(2026, 11, 26), actor=None, now=now)

    assert Mandat.objects.current(date(2026, 11, 26)).count() == 0
    assert Mandat.objects.current(date(2026, 11, 25)).count() == 1
    with pytest.raises(MitgliederError, match="schon beendet"):
        sitz_actions.end_mandat(mandat.pk, bis=date(2026, 11, 27), actor=None, now=now)


def test_standing_substitutes_are_political_and_never_the_holder(now, praesidium):
    sitz, person = sitz_of("SRTG"), make_person("Ersatz")
    zeile = sitz_actions.start_stellvertretung(
        sitz.pk, person.pk, funktion="gemeinderat", von=SEIT, actor=None, now=now
    )

    for wer, funktion, feld in [
        (praesidium, "gemeinderat", "person"),
        (person, "gemeinderat", "person"),
        (make_person("Amt"), "mitarbeiterin", "funktion"),
    ]:
        with pytest.raises(MitgliederError) as error:
            sitz_actions.start_stellvertretung(sitz.pk, wer.pk, funktion=funktion, von=SEIT, actor=None, now=now)
        assert error.value.feld == feld

    sitz_actions.end_stellvertretung(zeile.pk, bis=date(2026, 11, 26), actor=None, now=now)
    assert sitz.stellvertretungen.current(date(2026, 11, 26)).count() == 0


# --- Leitgremium, offices -----------------------------------------------------------------------


def test_membership_begins_once_and_ends(now):
    gremium, person = Leitgremium.objects.get(sozialregion__kuerzel="SRO"), make_person("Rat")
    zeile = gremium_actions.start_mitgliedschaft(
        gremium.pk, person.pk, funktion="Mitglied", von=SEIT, actor=None, now=now
    )
    with pytest.raises(MitgliederError, match="gehört dem Leitgremium schon an"):
        gremium_actions.start_mitgliedschaft(gremium.pk, person.pk, funktion="", von=SEIT, actor=None, now=now)

    gremium_actions.end_mitgliedschaft(zeile.pk, bis=date(2026, 11, 26), actor=None, now=now)

    assert arten() == ["mitgliedschaft.begonnen", "mitgliedschaft.beendet"]
    assert gremium.mitgliedschaften.current(date(2026, 11, 26)).count() == 0


def test_last_geschaeftsstelle_stays(now, geschaeftsstelle):
    funktion = geschaeftsstelle.funktionen.get()
    with pytest.raises(MitgliederError, match="letzte Person"):
        gremium_actions.end_funktion(funktion.pk, bis=date(2026, 12, 1), actor=None, now=now)

    neue = make_person("Neu")
    gremium_actions.start_funktion(neue.pk, art="geschaeftsstelle", von=date(2026, 11, 1), actor=None, now=now)
    gremium_actions.end_funktion(funktion.pk, bis=date(2026, 12, 1), actor=None, now=now)

    funktion.refresh_from_db()
    assert funktion.bis == date(2026, 12, 1)


def test_verteiler_is_asked_for_confirmed_and_corrected(now, geschaeftsstelle):
    gremium, kontakt = Leitgremium.objects.get(sozialregion__kuerzel="SRO"), make_person("Kontakt")
    with pytest.raises(MitgliederError, match="keine Kontaktperson"):
        gremium_actions.ask_verteiler(gremium.pk, actor=geschaeftsstelle, now=now)
    gremium.sozialregion.kontakt = kontakt
    gremium.sozialregion.save()

    link = gremium_actions.ask_verteiler(gremium.pk, actor=geschaeftsstelle, now=now)
    assert Sendung.objects.values_list("an_adresse", "objekt").get() == (kontakt.email, link.uuid)
    gremium_actions.confirm_verteiler(gremium.pk, actor=kontakt, auf_wort_von="link", now=now)

    gremium.refresh_from_db()
    assert (gremium.bestaetigt_on, gremium.bestaetigt_von) == (date(2026, 11, 26), kontakt)
    assert Zugangslink.objects.usable(now).count() == 0

    meldung = gremium_actions.report_verteiler(gremium.pk, text=" Frau X ist neu. ", actor=kontakt, now=now)
    assert meldung.text == "Frau X ist neu."
    gremium_actions.close_meldung(meldung.pk, actor=geschaeftsstelle, now=now)
    with pytest.raises(MitgliederError, match="schon erledigt"):
        gremium_actions.close_meldung(meldung.pk, actor=geschaeftsstelle, now=now)
    with pytest.raises(MitgliederError, match="Bitte schreiben Sie"):
        gremium_actions.report_verteiler(gremium.pk, text=" ", actor=kontakt, now=now)


def test_every_deed_names_its_actor_and_no_names(now, geschaeftsstelle):
    person = create(now, actor=geschaeftsstelle, nachname="Geheimname", email="geheim@x.ch")
    make_mandat(person, sitz_of("SRO"))
    person_actions.change_person(person.pk, nachname="Anders", email="anders@x.ch", actor=geschaeftsstelle, now=now)

    eintraege = list(Journaleintrag.objects.order_by("seq"))
    assert [(e.akteur, e.objekt) for e in eintraege] == [(geschaeftsstelle.uuid, person.uuid)] * 2
    assert not any(wort in e.text for e in eintraege for wort in ("Geheimname", "Anders", "x.ch"))


# --- at one moment ------------------------------------------------------------------------------


@pytest.mark.parametrize("runde", range(3))
def test_two_people_on_one_vacant_seat_at_one_moment_leave_one(now, runde):
    sitz, personen = sitz_of("SRO"), [make_person("Eins"), make_person("Zwei")]

    ergebnisse = at_one_moment(*(lambda p=p: start(sitz, p, now) for p in personen))

    assert Mandat.objects.count() == 1
    assert sorted(type(ergebnis).__name__ for ergebnis in ergebnisse) == ["Mandat", "MitgliederError"]


@pytest.mark.parametrize("runde", range(3))
def test_one_address_for_two_at_one_moment_lets_neither_in(now, runde):
    make_person("Alt", email="gemeinde@x.ch")
    anderer = make_person("Anderer", email="anderer@x.ch")

    at_one_moment(
        lambda: create(now, nachname="Eins", email="gemeinde@x.ch"),
        lambda: person_actions.change_person(
            anderer.pk, nachname="Anderer", email="Gemeinde@x.ch", actor=None, now=now
        ),
    )

    assert logins() == {"Alt": None, "Anderer": None, "Eins": None}
    assert emails() == []
