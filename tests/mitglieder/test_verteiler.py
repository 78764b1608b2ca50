"""The Verteiler kept alive: asked for once a year, corrected by the region's contact, changed by the office's word."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from konferenz.models import Einstellung, Journaleintrag, Sendung
from mitglieder import rules
from mitglieder.actions import MitgliederError
from mitglieder.actions import gremium as gremium_actions
from mitglieder.actions import region as region_actions
from mitglieder.actions import vorschlag as actions
from mitglieder.models import Leitgremium, Mitgliedschaft, Person, Sitz, Sozialregion, Verteilervorschlag, Zugangslink
from mitglieder.queries import verteiler as queries
from mitglieder.tasks import ask_verteiler
from sitzungen.models import Teilnahme
from tests import gleichzeitig
from tests.conftest import SEIT, make_mandat, make_person, make_sitzung

pytestmark = pytest.mark.django_db
at_one_moment = partial(gleichzeitig.at_one_moment, abgewiesen=MitgliederError)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
MONAT = datetime(2026, 9, 1, 6, 5, tzinfo=UTC)
"""Dienstag, 1. September 2026, 8.05 Uhr in Zürich."""
PETRA = {"vorname": "Petra", "nachname": "Neu", "funktion": "Gemeinderätin", "email": "petra.neu@gemeinde.test"}


def url(name, *args):
    return reverse(f"mitglieder:{name}", args=args)


def make_kontakt(kuerzel, name="Kontakt"):
    kontakt = make_person(f"{name} {kuerzel}", email=f"kontakt.{kuerzel.lower()}@gemeinde.test")
    Sozialregion.objects.filter(kuerzel=kuerzel).update(kontakt=kontakt)
    return kontakt


@pytest.fixture
def gremium(db):
    return Leitgremium.objects.select_related("sozialregion").get(sozialregion__kuerzel="SRO")


@pytest.fixture
def kontakt(gremium):
    kontakt = make_kontakt("SRO")
    gremium.sozialregion.refresh_from_db()
    return kontakt


@pytest.fixture
def mitglied(gremium):
    person = make_person("Alt", vorname="Anna")
    return Mitgliedschaft.objects.create(leitgremium=gremium, person=person, funktion="Präsidentin", von=SEIT)


@pytest.fixture
def kontakt_client(client, kontakt, gremium):
    """The contact's browser, inside the session of the mailed link."""
    link = gremium_actions.ask_verteiler(gremium.pk, actor=None, now=timezone.now())
    client.post(link.path)
    client.link = link
    return client


@pytest.fixture
def buero(geschaeftsstelle):
    client = Client()
    client.force_login(geschaeftsstelle, backend=BACKEND)
    return client


# --- Once a year ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heute", "monat", "angefragt", "bestaetigt", "faellig"),
    [
        (date(2026, 8, 31), 9, None, None, False),
        (date(2026, 9, 1), 9, None, None, True),
        (date(2026, 12, 31), 9, None, None, True),
        (date(2027, 1, 1), 9, None, None, False),
        (date(2026, 9, 1), 9, date(2026, 8, 31), date(2026, 8, 31), True),
        (date(2026, 9, 2), 9, date(2026, 9, 1), None, False),
        (date(2026, 9, 2), 9, None, date(2026, 9, 1), False),
        (date(2027, 9, 1), 9, date(2026, 9, 1), date(2026, 9, 20), True),
        (date(2026, 9, 1), 0, None, None, False),
        (date(2026, 9, 1), 13, None, None, False),
        (date(2026, 1, 1), 1, None, None, True),
        (date(2026, 12, 1), 12, None, None, True),
    ],
)
def test_when_a_region_is_asked_of_itself(heute, monat, angefragt, bestaetigt, faellig):
    assert (
        rules.is_verteiler_faellig(heute=heute, monat=monat, angefragt_on=angefragt, bestaetigt_on=bestaetigt)
        is faellig
    )


@pytest.mark.parametrize(("tage", "bestaetigt"), [(None, False), (0, True), (364, True), (365, False), (366, False)])
def test_a_confirmation_is_good_for_a_year(tage, bestaetigt):
    heute = date(2026, 9, 1)
    am = None if tage is None else heute - timedelta(days=tage)

    assert rules.is_bestaetigt(am, heute) is bestaetigt


def test_each_region_gets_one_link_a_year(monkeypatch):
    for kuerzel in ("SRO", "SRU"):
        make_kontakt(kuerzel)
    ohne_adresse = make_kontakt("DOR")
    Person.objects.filter(pk=ohne_adresse.pk).update(email="")
    zaehler = []
    for now in (
        MONAT - timedelta(days=1),
        MONAT,
        MONAT + timedelta(minutes=1),
        MONAT + timedelta(days=60),
        MONAT + timedelta(days=200),
        MONAT + timedelta(days=365),
    ):
        monkeypatch.setattr("django.utils.timezone.now", lambda now=now: now)
        zaehler.append(ask_verteiler())

    assert zaehler == [0, 2, 0, 0, 0, 2]
    assert Sendung.objects.filter(builder="mitglieder.mails.verteiler").count() == 4
    assert Zugangslink.objects.usable(MONAT + timedelta(days=366)).count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_one_instant_ask_once(gremium, kontakt):
    for jahr in range(2026, 2031):
        now = MONAT.replace(year=jahr)

        ergebnisse = at_one_moment(*[lambda: gremium_actions.ask_verteiler_yearly(gremium.pk, now=now)] * 3)  # noqa: B023

        assert sorted(ergebnisse) == [False, False, True]
    assert Zugangslink.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_two_people_accepting_at_one_instant_take_in_once(gremium, kontakt, geschaeftsstelle):
    offen = actions.propose_aufnahme(gremium.pk, **PETRA, actor=kontakt, now=MONAT)

    ergebnisse = at_one_moment(*[lambda: actions.accept_vorschlag(offen.pk, actor=geschaeftsstelle, now=MONAT)] * 2)

    assert sorted(str(e) for e in ergebnisse) == ["Dieser Vorschlag ist schon angenommen.", "None"]
    assert Mitgliedschaft.objects.filter(leitgremium=gremium).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_regions_proposing_one_newcomer_at_one_instant_write_one_person(gremium, kontakt, geschaeftsstelle):
    anderes = Leitgremium.objects.get(sozialregion__kuerzel="SRTG")
    for runde in range(6):
        petra = {**PETRA, "nachname": f"Neu{runde}", "email": f"petra{runde}@gemeinde.test"}
        offene = [actions.propose_aufnahme(g.pk, **petra, actor=kontakt, now=MONAT) for g in (gremium, anderes)]

        ergebnisse = at_one_moment(
            *[partial(actions.accept_vorschlag, v.pk, actor=geschaeftsstelle, now=MONAT) for v in offene]
        )

        person = Person.objects.get(email=petra["email"])
        assert person.login == petra["email"]
        assert sorted(str(e)[:4] for e in ergebnisse) == ["Eben", "None"]
        assert sorted(Verteilervorschlag.objects.filter(nachname=f"Neu{runde}").values_list("status", flat=True)) == [
            "angenommen",
            "offen",
        ]


def test_who_was_written_meanwhile_stands_to_choose(buero, gremium, kontakt, monkeypatch):
    offen = actions.propose_aufnahme(gremium.pk, **PETRA, actor=kontakt, now=MONAT)
    bekannt = make_person("Neu", vorname="Petra", email="petra.neu@gemeinde.test")
    gesehen = [[], *[[bekannt]] * 3]
    monkeypatch.setattr(queries, "kandidaten", lambda _: gesehen.pop(0))

    seite = buero.post(url("vorschlag-accept", offen.uuid)).content.decode()

    assert "Eben ist Petra Neu erfasst worden" in seite
    assert f'name="person" value="{bekannt.pk}"' in seite
    assert Person.objects.with_adresse("petra.neu@gemeinde.test").count() == 1


def test_the_month_is_a_setting(monkeypatch, kontakt):
    Einstellung.objects.create(schluessel="verteiler_monat", wert=0, geaendert_at=MONAT)
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONAT)

    assert ask_verteiler() == 0


def test_asked_by_hand_means_not_again_of_itself(gremium, kontakt):
    gremium_actions.ask_verteiler(gremium.pk, actor=None, now=MONAT)

    assert gremium_actions.ask_verteiler_yearly(gremium.pk, now=MONAT + timedelta(days=1)) is False
    assert Zugangslink.objects.count() == 1


def test_overdue_regions_stand_on_dashboard_and_list(buero, gremium, praesidium):
    Leitgremium.objects.exclude(pk=gremium.pk).update(bestaetigt_on=timezone.localdate())

    assert "1 Region hat den Verteiler seit einem Jahr nicht bestätigt." in buero.get("/").content.decode()
    assert buero.get(url("region-list")).content.decode().count("überfällig") == 1
    client = Client()
    client.force_login(praesidium, backend=BACKEND)
    assert "überfällig" not in client.get(url("region-list")).content.decode()


# --- The contact proposes -------------------------------------------------------------------------


def test_contact_adds_corrects_and_removes_and_nothing_counts_yet(kontakt_client, gremium, mitglied):
    anderes = Mitgliedschaft.objects.create(leitgremium=gremium, person=make_person("Zwei"), von=SEIT)
    daten = PETRA | {"grund": "ab 1. Oktober"}

    kontakt_client.post(url("aufnahme-propose"), daten)
    kontakt_client.post(
        url("berichtigung-propose", mitglied.uuid), {**PETRA, "vorname": "Anna", "nachname": "Alt-Muster"}
    )
    antwort = kontakt_client.post(url("austritt-propose", anderes.uuid), {"grund": "Aus dem Rat ausgetreten"})

    assert antwort["Location"] == url("verteiler-bestaetigung")
    seite = kontakt_client.get(url("verteiler-bestaetigung")).content.decode()
    for satz in (
        "Wird aufgenommen, wartet auf die Geschäftsstelle",
        "Wird berichtigt: Anna Alt-Muster, Gemeinderätin, petra.neu@gemeinde.test",
        "Wird entfernt: Aus dem Rat ausgetreten",
        "Fertig: so stimmt die Liste",
    ):
        assert satz in seite
    assert [(v.art, v.name) for v in Verteilervorschlag.objects.order_by("pk")] == [
        ("aufnehmen", "Petra Neu"),
        ("berichtigen", "Anna Alt-Muster"),
        ("entfernen", "Andrea Zwei"),
    ]
    assert Mitgliedschaft.objects.current(timezone.localdate()).filter(leitgremium=gremium).count() == 2
    assert not Person.objects.with_adresse("petra.neu@gemeinde.test").exists()


def test_contact_takes_a_proposal_back(kontakt_client, gremium):
    kontakt_client.post(url("aufnahme-propose"), PETRA)
    vorschlag = Verteilervorschlag.objects.get()

    for _ in range(2):  # the second time it is taken back already
        kontakt_client.post(url("vorschlag-withdraw", vorschlag.uuid))

    vorschlag.refresh_from_db()
    assert vorschlag.status == "zurueckgenommen"
    assert queries.load_liste(gremium, timezone.localdate()).offene_count == 0


@pytest.mark.parametrize(
    ("feld", "wert"),
    [
        ("nachname", "x" * 300),
        ("nachname", " "),
        ("vorname", ""),
        ("funktion", ""),
        ("email", ""),
        ("email", "keine Adresse"),
        ("email", "a@b.ch\nBcc: alle@x.ch"),
        ("email", "x" * 300 + "@gemeinde.test"),
        ("grund", "x" * 301),
    ],
)
def test_bad_input_stands_at_its_field(feld, wert, kontakt_client):
    antwort = kontakt_client.post(url("aufnahme-propose"), {**PETRA, feld: wert})

    assert antwort.status_code == 200
    assert feld in antwort.context["form"].errors
    assert Verteilervorschlag.objects.count() == 0


@pytest.mark.parametrize("grund", ["", "  ", "x" * 301])
def test_removing_needs_a_reason(grund, kontakt_client, mitglied):
    antwort = kontakt_client.post(url("austritt-propose", mitglied.uuid), {"grund": grund})

    assert antwort.context["form"].errors.keys() == {"grund"}
    assert Verteilervorschlag.objects.count() == 0


def test_doublets_and_nothing_new_are_refused(gremium, kontakt, mitglied):
    wer = {"actor": kontakt, "now": MONAT}
    actions.propose_aufnahme(gremium.pk, **PETRA, **wer)
    with pytest.raises(MitgliederError, match="schon vorgeschlagen"):
        actions.propose_aufnahme(gremium.pk, **{**PETRA, "nachname": "NEU"}, **wer)
    with pytest.raises(MitgliederError, match="schon auf der Liste"):
        actions.propose_aufnahme(gremium.pk, **{**PETRA, "vorname": "anna", "nachname": "alt"}, **wer)
    person = mitglied.person
    gleich = {"vorname": "Anna", "nachname": "Alt", "funktion": "Präsidentin", "email": person.email}
    with pytest.raises(MitgliederError, match="So steht es schon"):
        actions.propose_berichtigung(gremium.pk, mitglied.uuid, **gleich, **wer)
    actions.propose_austritt(gremium.pk, mitglied.uuid, grund="weg", **wer)
    with pytest.raises(MitgliederError, match="wartet schon ein Vorschlag"):
        actions.propose_berichtigung(gremium.pk, mitglied.uuid, **PETRA, **wer)

    assert Verteilervorschlag.objects.count() == 2


def test_the_database_keeps_one_open_proposal_per_person(gremium, mitglied):
    eins = {"leitgremium": gremium, "art": "entfernen", "mitgliedschaft": mitglied, "grund": "x", "created_at": MONAT}
    Verteilervorschlag.objects.create(**eins)

    with pytest.raises(IntegrityError), transaction.atomic():
        Verteilervorschlag.objects.create(**eins)


def test_one_region_does_not_flood_the_office(gremium, kontakt, monkeypatch):
    monkeypatch.setattr(actions, "HOECHSTENS", 1)
    actions.propose_aufnahme(gremium.pk, **PETRA, actor=kontakt, now=MONAT)

    with pytest.raises(MitgliederError, match="rufen Sie die Geschäftsstelle an"):
        actions.propose_aufnahme(gremium.pk, **{**PETRA, "nachname": "Noch"}, actor=kontakt, now=MONAT)


# --- The wrong region, a link that has died -------------------------------------------------------


def test_a_link_of_one_region_touches_no_row_of_another(kontakt_client, kontakt, gremium):
    fremdes = Leitgremium.objects.get(sozialregion__kuerzel="SRU")
    zeile = Mitgliedschaft.objects.create(leitgremium=fremdes, person=make_person("Fremd"), von=SEIT)
    fremder = Verteilervorschlag.objects.create(
        leitgremium=fremdes, art="aufnehmen", vorname="F", nachname="Remd", created_at=MONAT
    )

    codes = [
        kontakt_client.post(url("berichtigung-propose", zeile.uuid), PETRA).status_code,
        kontakt_client.post(url("austritt-propose", zeile.uuid), {"grund": "weg"}).status_code,
        kontakt_client.post(url("vorschlag-withdraw", fremder.uuid)).status_code,
        kontakt_client.get(url("berichtigung-propose", uuid4())).status_code,
        kontakt_client.get(url("vorschlag-list")).status_code,
    ]
    for deed in (
        lambda: actions.propose_austritt(gremium.pk, zeile.uuid, grund="weg", actor=kontakt, now=MONAT),
        lambda: actions.propose_berichtigung(gremium.pk, zeile.uuid, **PETRA, actor=kontakt, now=MONAT),
        lambda: actions.withdraw_vorschlag(gremium.pk, fremder.uuid, actor=kontakt, now=MONAT),
    ):
        with pytest.raises(MitgliederError, match="nicht auf der Liste Ihrer Region"):
            deed()

    assert codes == [404, 404, 404, 404, 403]
    assert list(Verteilervorschlag.objects.values_list("status", flat=True)) == ["offen"]


@pytest.mark.parametrize("wie", ["widerrufen", "abgelaufen", "neuer Kontakt", "deaktiviert"])
def test_link_dies_also_under_way(wie, kontakt_client, kontakt, gremium, mitglied, geschaeftsstelle):
    now = timezone.now()
    if wie == "widerrufen":
        Zugangslink.objects.update(revoked_at=now)
    elif wie == "abgelaufen":
        Zugangslink.objects.update(valid_until=now)
    elif wie == "deaktiviert":
        Person.objects.filter(pk=kontakt.pk).update(is_active=False)
    else:
        region = gremium.sozialregion
        region_actions.change_region(
            region.pk,
            buero_ort="",
            form=region.form,
            is_form_bestaetigt=False,
            kontakt_pk=geschaeftsstelle.pk,
            bemerkung="",
            actor=geschaeftsstelle,
            now=now,
        )
        assert Zugangslink.objects.get().revoked_at == now

    codes = {
        kontakt_client.get(url("verteiler-bestaetigung")).status_code,
        kontakt_client.post(url("aufnahme-propose"), PETRA).status_code,
        kontakt_client.post(url("austritt-propose", mitglied.uuid), {"grund": "weg"}).status_code,
        kontakt_client.post(url("verteiler-bestaetigen")).status_code,
        Client().get(kontakt_client.link.path).status_code if wie != "neuer Kontakt" else 404,
    }

    assert codes <= {404, 302}
    assert (404 in codes) or wie == "deaktiviert"
    assert Verteilervorschlag.objects.count() == 0
    assert Leitgremium.objects.get(pk=gremium.pk).bestaetigt_on is None


# --- The office decides ---------------------------------------------------------------------------


@pytest.fixture
def vorschlag(gremium, kontakt):
    return actions.propose_aufnahme(gremium.pk, **PETRA, actor=kontakt, now=MONAT)


def test_accepting_takes_the_newcomer_in(buero, vorschlag, gremium):
    liste = buero.get(url("vorschlag-list")).content.decode()
    seite = buero.get(url("vorschlag-accept", vorschlag.uuid)).content.decode()
    vorher = Person.objects.get_queryset().count()
    antwort = buero.post(url("vorschlag-accept", vorschlag.uuid))
    nochmals = buero.post(url("vorschlag-accept", vorschlag.uuid))

    zeile = Mitgliedschaft.objects.get(leitgremium=gremium, person__nachname="Neu")
    assert "Petra Neu" in liste
    assert "petra.neu@gemeinde.test" in seite
    assert antwort.status_code == 302
    assert (zeile.funktion, zeile.von, zeile.person.login) == (
        "Gemeinderätin",
        timezone.localdate(),
        "petra.neu@gemeinde.test",
    )
    assert "Dieser Vorschlag ist angenommen" in nochmals.content.decode()
    assert Person.objects.get_queryset().count() == vorher + 1
    arten = list(Journaleintrag.objects.order_by("-pk").values_list("art", flat=True)[:3])
    assert arten == ["verteiler.vorschlag_angenommen", "mitgliedschaft.begonnen", "person.erfasst"]


def test_accepting_a_correction_changes_person_and_function(buero, gremium, kontakt, mitglied):
    neu = {"vorname": "Anna", "nachname": "Alt-Muster", "funktion": "Vizepräsidentin", "email": "anna@gemeinde.test"}
    offen = actions.propose_berichtigung(gremium.pk, mitglied.uuid, **neu, actor=kontakt, now=MONAT)
    make_mandat(mitglied.person, Sitz.objects.get(sozialregion__kuerzel="SRO"))

    seite = buero.get(url("vorschlag-accept", offen.uuid)).content.decode()
    buero.post(url("vorschlag-accept", offen.uuid), {"adresse": "neu", "bisher": mitglied.person.email})

    mitglied.refresh_from_db()
    assert "hat auch den Sitz «Präsidium Olten»" in seite
    assert "gilt auch für die Anmeldung" in seite
    assert (mitglied.person.name, mitglied.funktion) == ("Anna Alt-Muster", "Vizepräsidentin")
    assert Person.objects.get(pk=mitglied.person_id).login == "anna@gemeinde.test"


@pytest.fixture
def wechsel(gremium, kontakt, mitglied):
    """A region wants its president's address to be another one."""
    make_mandat(mitglied.person, Sitz.objects.get(sozialregion__kuerzel="SRO"))
    neu = {"vorname": "Anna", "nachname": "Alt", "funktion": "Vizepräsidentin", "email": "fremd@gemeinde.test"}
    return actions.propose_berichtigung(gremium.pk, mitglied.uuid, **neu, actor=kontakt, now=MONAT)


def test_the_login_of_a_seat_does_not_move_on_a_regions_word_alone(buero, wechsel, mitglied, geschaeftsstelle):
    alt = mitglied.person.email

    seite = buero.get(url("vorschlag-accept", wechsel.uuid)).content.decode()
    ohne_wort = buero.post(url("vorschlag-accept", wechsel.uuid))
    with pytest.raises(MitgliederError, match="ausdrücklich"):
        actions.accept_vorschlag(wechsel.pk, actor=geschaeftsstelle, now=MONAT)
    ueberholt = actions.Adresswort("ganz@anders.test", is_neu=True)
    with pytest.raises(MitgliederError, match="inzwischen geändert"):
        actions.accept_vorschlag(wechsel.pk, adresse=ueberholt, actor=geschaeftsstelle, now=MONAT)

    assert f"(Sitz «Präsidium Olten») meldet sich heute mit «{alt}» an, nach diesem Vorschlag mit «fremd@" in seite
    assert "adresse" in ohne_wort.context["form"].errors
    assert Person.objects.get(pk=mitglied.person_id).login == alt
    assert Verteilervorschlag.objects.get().status == "offen"
    assert not Sendung.objects.filter(schluessel__startswith="adresse:").exists()


@pytest.mark.parametrize(
    ("status", "stand", "gefragt"),
    [
        ("versandt", "benannt", True),
        ("entwurf", "angenommen", True),
        ("versandt", "abgelehnt", False),
        ("abgesagt", "benannt", False),
    ],
)
def test_who_stands_in_at_one_meeting_ahead_is_asked_about_too(
    buero, gremium, kontakt, mitglied, status, stand, gefragt
):
    sitzung = make_sitzung(status=status, beginn_at=timezone.now() + timedelta(days=5))
    Teilnahme.objects.create(
        sitzung=sitzung,
        sitz=Sitz.objects.get(sozialregion__kuerzel="SRO"),
        antwort="vertreten",
        antwort_at=MONAT,
        vertretung=mitglied.person,
        vertretung_stand=stand,
    )
    neu = {"vorname": "Anna", "nachname": "Alt", "funktion": "Präsidentin", "email": "fremd@gemeinde.test"}
    offen = actions.propose_berichtigung(gremium.pk, mitglied.uuid, **neu, actor=kontakt, now=MONAT)

    seite = buero.get(url("vorschlag-accept", offen.uuid)).content.decode()
    buero.post(url("vorschlag-accept", offen.uuid))

    assert ("Stellvertretung «Präsidium Olten», 4. ordentliche Sitzung" in seite) is gefragt
    assert (Person.objects.get(pk=mitglied.person_id).login == "fremd@gemeinde.test") is not gefragt


@pytest.mark.parametrize(("wort", "login"), [("neu", "fremd@gemeinde.test"), ("bleibt", "anna.alt@portal.test")])
def test_the_office_says_aloud_which_address_it_is_and_the_old_one_hears_of_it(buero, wechsel, mitglied, wort, login):
    buero.post(url("vorschlag-accept", wechsel.uuid), {"adresse": wort, "bisher": mitglied.person.email})

    mitglied.refresh_from_db()
    assert Person.objects.get(pk=mitglied.person_id).login == login
    assert mitglied.funktion == "Vizepräsidentin"
    gewarnt = Sendung.objects.filter(schluessel__startswith="adresse:").values_list("an_adresse", flat=True)
    assert set(gewarnt) == ({"anna.alt@portal.test", "fremd@gemeinde.test"} if wort == "neu" else set())


@pytest.mark.parametrize("art", ["aufnehmen", "berichtigen"])
def test_an_accepted_proposal_shuts_nobody_out_who_acts_for_the_conference(
    buero, gremium, kontakt, mitglied, vorsitz, art
):
    felder = {**PETRA, "email": vorsitz.email.upper()}
    offen = (
        actions.propose_aufnahme(gremium.pk, **felder, actor=kontakt, now=MONAT)
        if art == "aufnehmen"
        else actions.propose_berichtigung(gremium.pk, mitglied.uuid, **felder, actor=kontakt, now=MONAT)
    )

    seite = buero.post(url("vorschlag-accept", offen.uuid), {"person": 0}).content.decode()

    vorsitz.refresh_from_db()
    assert f"Mit dieser Adresse meldet sich {vorsitz.name} an (Sitz «" in seite
    assert vorsitz.login == vorsitz.email
    assert Verteilervorschlag.objects.get().status == "offen"


@pytest.mark.parametrize(
    ("bisher", "neu", "hat_amt", "bestaetigen"),
    [
        ("a@x.test", "b@x.test", True, True),
        ("a@x.test", "A@X.test ", True, False),
        ("", "b@x.test", True, True),
        ("a@x.test", "", True, True),
        ("a@x.test", "b@x.test", False, False),
    ],
)
def test_when_a_login_is_confirmed_aloud(bisher, neu, hat_amt, bestaetigen):
    assert rules.is_anmeldung_zu_bestaetigen(bisher=bisher, neu=neu, hat_amt=hat_amt) is bestaetigen


def test_accepting_a_removal_ends_the_membership_today(buero, gremium, kontakt, mitglied):
    offen = actions.propose_austritt(gremium.pk, mitglied.uuid, grund="Ausgetreten", actor=kontakt, now=MONAT)

    buero.post(url("vorschlag-accept", offen.uuid))

    mitglied.refresh_from_db()
    assert mitglied.bis == timezone.localdate()
    assert queries.load_liste(gremium, timezone.localdate()).zeilen == []


def test_somebody_on_record_is_taken_only_by_the_offices_choice(buero, gremium, kontakt):
    """The address of somebody else: the office says who it is."""
    bekannt = make_person("Neu", vorname="Petra", email="petra.neu@gemeinde.test")
    offen = actions.propose_aufnahme(gremium.pk, **PETRA, actor=kontakt, now=MONAT)

    ohne_wahl = buero.post(url("vorschlag-accept", offen.uuid))
    gewaehlt = buero.post(url("vorschlag-accept", offen.uuid), {"person": bekannt.pk})

    assert "person" in ohne_wahl.context["form"].errors
    assert gewaehlt.status_code == 302
    assert Mitgliedschaft.objects.get(leitgremium=gremium).person == bekannt
    assert Person.objects.with_adresse("petra.neu@gemeinde.test").count() == 1


def test_a_shared_address_is_told_and_lets_nobody_log_in(buero, gremium, kontakt):
    andere = make_person("Sekretariat", email="petra.neu@gemeinde.test")
    offen = actions.propose_aufnahme(gremium.pk, **PETRA, actor=kontakt, now=MONAT)

    seite = buero.get(url("vorschlag-accept", offen.uuid)).content.decode()
    buero.post(url("vorschlag-accept", offen.uuid), {"person": 0})

    andere.refresh_from_db()
    assert "Diese Adresse hat auch Andrea Sekretariat" in seite
    assert Mitgliedschaft.objects.get(leitgremium=gremium).person.login is None
    assert andere.login is None


def test_a_choice_from_outside_the_candidates_is_refused(buero, vorschlag, gremium, vorsitz):
    make_person("Neu", vorname="Petra", email="andere@gemeinde.test")

    antwort = buero.post(url("vorschlag-accept", vorschlag.uuid), {"person": vorsitz.pk})

    assert "person" in antwort.context["form"].errors
    assert not Mitgliedschaft.objects.filter(leitgremium=gremium).exists()


def test_what_ended_meanwhile_is_not_accepted(gremium, kontakt, mitglied, geschaeftsstelle):
    offen = actions.propose_austritt(gremium.pk, mitglied.uuid, grund="weg", actor=kontakt, now=MONAT)
    gremium_actions.end_mitgliedschaft(mitglied.pk, bis=date(2026, 9, 1), actor=None, now=MONAT)

    with pytest.raises(MitgliederError, match="inzwischen beendet"):
        actions.accept_vorschlag(offen.pk, actor=geschaeftsstelle, now=MONAT)

    offen.refresh_from_db()
    assert offen.status == "offen"


def test_declining_says_why_and_tells_the_contact(buero, vorschlag, gremium, kontakt):
    from mitglieder.mails import vorschlag_abgelehnt

    leer = buero.post(url("vorschlag-decline", vorschlag.uuid), {"antwort": " "})
    buero.post(url("vorschlag-decline", vorschlag.uuid), {"antwort": "Die Wahl steht noch aus."})

    vorschlag.refresh_from_db()
    sendung = Sendung.objects.get(builder="mitglieder.mails.vorschlag_abgelehnt")
    mail = vorschlag_abgelehnt(sendung)
    assert "antwort" in leer.context["form"].errors
    assert (vorschlag.status, vorschlag.antwort) == ("abgelehnt", "Die Wahl steht noch aus.")
    assert sendung.an_adresse == kontakt.email
    assert "Die Wahl steht noch aus." in mail.body
    assert not Mitgliedschaft.objects.filter(leitgremium=gremium).exists()


def test_confirming_with_open_proposals_leaves_them_to_the_office(kontakt_client, gremium):
    kontakt_client.post(url("aufnahme-propose"), PETRA)

    kontakt_client.post(url("verteiler-bestaetigen"))

    gremium.refresh_from_db()
    assert gremium.bestaetigt_on == timezone.localdate()
    assert Verteilervorschlag.objects.get().status == "offen"


@pytest.mark.parametrize("anzahl", [1, 3])
def test_lists_ask_the_database_as_often_for_three_as_for_one(
    anzahl, buero, gremium, kontakt, kontakt_client, django_assert_num_queries
):
    for nr in range(anzahl):
        person = make_person(f"Mitglied {nr}")
        zeile = Mitgliedschaft.objects.create(leitgremium=gremium, person=person, funktion="Rat", von=SEIT)
        actions.propose_austritt(gremium.pk, zeile.uuid, grund="weg", actor=kontakt, now=timezone.now())
    buero.get(url("vorschlag-list"))

    with django_assert_num_queries(4):
        buero.get(url("vorschlag-list"))
    with django_assert_num_queries(6):
        kontakt_client.get(url("verteiler-bestaetigung"))
