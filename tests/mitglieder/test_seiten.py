import io
import re
from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from konferenz import journal
from konferenz.einstellungen import wert
from konferenz.models import Einstellung, Herzschlag, Journaleintrag, Sendung
from mitglieder import demo
from mitglieder.models import (
    Funktion,
    GemeindeZugehoerigkeit,
    Leitgremium,
    Mandat,
    Mitgliedschaft,
    Person,
    Sitz,
    Sozialregion,
    Stellvertretung,
    Verteilermeldung,
)
from mitglieder.permissions import SESSION_ZUGANG
from tests.conftest import SEIT, make_mandat, make_person, make_sitzung

pytestmark = pytest.mark.django_db
HEUTE = "2026-01-15"


@pytest.fixture
def buero(geschaeftsstelle, client_of):
    return client_of(geschaeftsstelle)


def url(name, *args):
    return reverse(f"mitglieder:{name}", args=args)


def text(antwort):
    return re.sub(r"\s+", " ", antwort.content.decode())


def sitz_of(kuerzel):
    return Sitz.objects.get(sozialregion__kuerzel=kuerzel)


# --- reading ------------------------------------------------------------------------------------


def test_list_shows_vacancies_designations_and_substitutes(buero):
    gewaehlte, designierte = make_person("Gewählt"), make_person("Designiert")
    make_mandat(gewaehlte, sitz_of("SRO"))
    make_mandat(designierte, sitz_of("SRU"), gewaehlt=False)
    Stellvertretung.objects.create(sitz=sitz_of("SRO"), person=make_person("Ersatz"), funktion="gemeinderat", von=SEIT)

    seite = text(buero.get(url("mitglied-list")))

    assert "15 vakant. 1 designiert, noch ohne Stimme." in seite
    for wort in (
        "Andrea Gewählt",
        "Andrea Designiert",
        "Andrea Ersatz",
        "noch ohne Wahlbeschluss",
        "am 1. Januar 2026",
    ):
        assert wort in seite


def test_region_page_shows_form_figures_and_what_the_pflichtenheft_says(buero):
    seite = text(buero.get(url("region-detail", "BBL")))

    for wort in (
        "Zweckverband, vertreten durch das Zweckverbandspräsidium",
        "nicht dem Leitgemeindepräsidium",
        "20’500",
        "Stand 31. Dezember 2022",
        "Lohn-Ammannsegg",
        "seit 1.1.2022",
    ):
        assert wort in seite
    assert buero.get("/regionen/xyz/").status_code == 404


def test_pflichtenheft_page_has_every_word(praesidium, client_of):
    from konferenz.models import Pflichtenheft

    seite = client_of(praesidium).get(url("pflichtenheft"))
    roh = re.sub(r"<[^>]+>", " ", seite.content.decode())
    import html

    gezeigt = html.unescape(roh).split()
    woerter = (
        Pflichtenheft.objects.get(valid_from=date(2026, 1, 1))
        .volltext.replace("**", "")
        .replace("kompetenzen/\n", "kompetenzen/")
        .replace("- ", " ")
        .split()
    )

    rest = iter(gezeigt)
    fehlend = [wort for wort in woerter if wort != "-" and wort not in rest]
    assert fehlend == []
    assert "Roger Siegenthaler" in seite.content.decode()
    assert "Annahmen" in seite.content.decode()


def count_queries(client, adresse):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(adresse).status_code == 200
    return len(queries)


def fill(start, anzahl):
    """Give one more region holder, substitute and members, and the office one more deed to tell."""
    from django.db import transaction

    from konferenz import journal

    for nr in range(start, start + anzahl):
        sitz = Sitz.objects.filter(art="region")[nr]
        gremium = sitz.sozialregion.leitgremium
        person = make_person(f"Halter{nr}")
        make_mandat(person, sitz)
        Stellvertretung.objects.create(sitz=sitz, person=make_person(f"Ersatz{nr}"), funktion="gemeinderat", von=SEIT)
        Mitgliedschaft.objects.create(leitgremium=gremium, person=person, von=SEIT)
        Mitgliedschaft.objects.create(leitgremium=gremium, person=make_person(f"Rat{nr}"), von=SEIT)
        Funktion.objects.create(person=person, art="vorstand", von=SEIT)
        Verteilermeldung.objects.create(leitgremium=gremium, person=person, text="x", created_at=timezone.now())
        with transaction.atomic():
            journal.append(
                art="mandat.begonnen",
                akteur=person.uuid,
                objekt=None,
                nutzlast={"sitz": sitz.uuid, "person": person.uuid},
                now=timezone.now(),
            )


@pytest.mark.parametrize(
    "name", ["mitglied-list", "region-list", "verteiler-list", "person-list", "journal-list", "einrichten"]
)
def test_lists_ask_the_same_number_of_questions_for_one_and_three(buero, name):
    fill(0, 1)
    buero.get(url(name))
    eins = count_queries(buero, url(name))
    fill(1, 2)

    assert count_queries(buero, url(name)) == eins


def test_region_page_asks_the_same_for_one_and_three_members(buero):
    adresse, gremium = url("region-detail", "SRO"), Leitgremium.objects.get(sozialregion__kuerzel="SRO")
    make_mandat(make_person("Präsidium"), sitz_of("SRO"))
    Mitgliedschaft.objects.create(leitgremium=gremium, person=make_person("Eins"), von=SEIT)
    buero.get(adresse)
    eins = count_queries(buero, adresse)
    for name in ("Zwei", "Drei"):
        Mitgliedschaft.objects.create(leitgremium=gremium, person=make_person(name), von=SEIT)

    assert count_queries(buero, adresse) == eins


def test_journal_tells_sentences_and_pages(buero, geschaeftsstelle):
    buero.post(url("person-create"), {"nachname": "Muster", "vorname": "Eva"})
    for _ in range(60):
        buero.post(url("testmail-send"))

    seite = text(buero.get(url("journal-list")))
    letzte = text(buero.get(url("journal-list") + "?seite=2"))
    gefiltert = text(buero.get(url("journal-list") + "?art=person.erfasst"))

    assert f"<strong>{geschaeftsstelle.name}</strong> hat sich eine Testmail gesandt" in seite
    assert "Seite 1 von 2" in seite
    assert f"<strong>{geschaeftsstelle.name}</strong> hat Eva Muster erfasst" in letzte
    assert "hat Eva Muster erfasst" in gefiltert
    assert "Testmail gesandt" not in gefiltert


def hand_over(anzahl):
    with transaction.atomic():
        for _ in range(anzahl):
            journal.append(art="sendung.gesendet", akteur=None, objekt=None, nutzlast={}, now=timezone.now())


def journal_zeilen(antwort):
    return [
        " ".join(li.get_text(" ", strip=True).split())
        for li in BeautifulSoup(antwort.content, "html.parser").select(".journal__eintrag > span:nth-child(2)")
    ]


def test_journal_tells_mails_handed_over_one_after_the_other_as_one_line(buero, geschaeftsstelle):
    hand_over(2)
    buero.post(url("person-create"), {"nachname": "Muster", "vorname": "Eva"})
    hand_over(135)

    antwort = buero.get(url("journal-list"))

    assert journal_zeilen(antwort) == [
        "Das Portal hat 135 Mails dem Mailserver übergeben",
        f"{geschaeftsstelle.name} hat Eva Muster erfasst",
        "Das Portal hat 2 Mails dem Mailserver übergeben",
    ]
    assert "138 Einträge" in text(antwort)
    assert "Nr. 1–2" in text(antwort)
    assert "Seite 1 von 3" in text(buero.get(url("journal-list") + "?art=sendung.gesendet"))


def test_journal_counts_each_mail_on_one_page_only(buero):
    for _ in range(55):
        buero.post(url("testmail-send"))
        hand_over(2)

    erste = journal_zeilen(buero.get(url("journal-list")))
    zweite = journal_zeilen(buero.get(url("journal-list") + "?seite=2"))

    mails = [zeile for zeile in erste + zweite if "dem Mailserver" in zeile]
    assert mails == ["Das Portal hat 2 Mails dem Mailserver übergeben"] * 55
    assert len(erste) + len(zweite) == 110


def test_journal_of_nothing_but_mails(buero):
    hand_over(1)

    assert journal_zeilen(buero.get(url("journal-list"))) == ["Das Portal hat 1 Mail dem Mailserver übergeben"]


@pytest.mark.parametrize(("termine", "erledigt"), [(0, False), (1, False), (3, False), (4, True), (5, True)])
def test_the_year_is_planned_with_as_many_meetings_as_the_rules_ask_for(buero, termine, erledigt):
    jahr = timezone.localdate().year + 1
    for nr in range(1, termine + 1):
        make_sitzung(nr, beginn_at=datetime(jahr, 2 * nr, 12, 13, 0, tzinfo=UTC))

    schritte = {schritt.name: schritt for schritt in buero.get(url("einrichten")).context["schritte"]}

    assert schritte["Jahresplan"].is_erledigt is erledigt


def test_meetings_called_off_plan_no_year(buero):
    jahr = timezone.localdate().year + 1
    for nr in range(1, 5):
        make_sitzung(
            nr, beginn_at=datetime(jahr, 2 * nr, 12, 13, 0, tzinfo=UTC), status="abgesagt" if nr == 4 else "entwurf"
        )

    schritte = {schritt.name: schritt for schritt in buero.get(url("einrichten")).context["schritte"]}

    assert not schritte["Jahresplan"].is_erledigt
    assert (
        schritte["Jahresplan"].stand
        == f"{jahr} sind 3 ordentliche Sitzungen geplant; das Pflichtenheft verlangt 4 im Jahr."
    )


def test_every_deed_of_this_app_has_a_sentence():
    import ast
    from pathlib import Path

    from mitglieder.queries.journal import SAETZE

    arten = set()
    for pfad in [*Path("mitglieder/actions").glob("*.py"), *Path("mitglieder/schritte").glob("*.py")]:
        for knoten in ast.walk(ast.parse(pfad.read_text())):
            if isinstance(knoten, ast.Call) and ast.unparse(knoten.func) == "journal.append":
                arten |= {
                    k.value.value for k in knoten.keywords if k.arg == "art" and isinstance(k.value, ast.Constant)
                }
    assert arten == set(SAETZE)


# --- the office's deeds through the pages ---------------------------------------------------------


def test_office_puts_a_person_on_a_seat_elects_and_ends(buero):
    buero.post(url("person-create"), {"anrede": "Frau", "vorname": "Eva", "nachname": "Muster", "email": "eva@x.ch"})
    person, sitz = Person.objects.get(nachname="Muster"), sitz_of("SRO")

    buero.post(url("mandat-start", sitz.uuid), {"person": person.pk, "von": HEUTE})
    mandat = Mandat.objects.get()
    assert (mandat.status, mandat.funktion) == ("designiert", "Leitgemeinde-Präsidium")
    buero.post(url("mandat-elect", mandat.uuid), {"wahlbeschluss_on": HEUTE, "wahlbeschluss_ref": "Vorstand 1/2026"})
    mandat.refresh_from_db()
    assert mandat.status == "gewaehlt"
    buero.post(url("mandat-end", mandat.uuid), {"bis": "2026-06-01"})
    mandat.refresh_from_db()
    assert mandat.bis == date(2026, 6, 1)


def test_refusal_stands_at_its_field_and_what_was_typed_stays(buero):
    person, sitz = make_person("Muster"), sitz_of("BBL")

    antwort = buero.post(
        url("mandat-start", sitz.uuid), {"person": person.pk, "von": HEUTE, "funktion": "Leitgemeindepräsidentin"}
    )

    assert antwort.status_code == 200
    assert "nicht durch das Leitgemeindepräsidium" in antwort.context["form"].errors["funktion"][0]
    assert 'value="Leitgemeindepräsidentin"' in antwort.content.decode()
    assert Mandat.objects.count() == 0


def test_second_voting_seat_asks_first(buero, praesidium):
    adresse, daten = url("mandat-start", sitz_of("SRO").uuid), {"person": praesidium.pk, "von": HEUTE}

    gefragt = buero.post(adresse, daten)
    assert "nur eine Stimme" in text(gefragt)
    assert Mandat.objects.count() == 1

    buero.post(adresse, {**daten, "trotzdem": "on"})
    assert Mandat.objects.count() == 2


def test_hand_over_in_one_form(buero, praesidium):
    nachfolge = make_person("Nachfolge")

    buero.post(
        url("mandat-start", sitz_of("SRTG").uuid),
        {"person": nachfolge.pk, "von": "2026-12-01", "loest_ab": "on"},
    )

    assert list(Mandat.objects.order_by("von").values_list("person__nachname", "bis")) == [
        ("Präsidium", date(2026, 12, 1)),
        ("Nachfolge", None),
    ]


def test_substitute_needs_the_word_that_the_office_is_political(buero):
    person, adresse = make_person("Ersatz"), url("stellvertretung-start", sitz_of("SRO").uuid)
    daten = {"person": person.pk, "funktion": "gemeinderat", "von": HEUTE}

    assert buero.post(adresse, daten).context["form"].errors.keys() == {"is_politisch"}
    buero.post(adresse, {**daten, "is_politisch": "on"})

    zeile = Stellvertretung.objects.get()
    buero.post(url("stellvertretung-end", zeile.uuid), {"bis": "2026-06-01"})
    zeile.refresh_from_db()
    assert zeile.bis == date(2026, 6, 1)


def test_office_keeps_the_region(buero):
    kontakt = make_person("Kontakt")
    region = Sozialregion.objects.get(kuerzel="SON")

    buero.post(
        url("region-edit", "SON"),
        {"form": "zweckverband", "is_form_bestaetigt": "on", "buero_ort": "Lostorf", "kontakt": kontakt.pk},
    )
    buero.post(url("einwohnerzahl-add", "SON"), {"stand_on": "2025-12-31", "anzahl": 13900, "quelle": "Amt"})
    buero.post(url("gemeinde-add", "SON"), {"name": "Stüsslingen", "von": "2026-07-01"})
    alte = GemeindeZugehoerigkeit.objects.get(gemeinde__name="Lostorf")
    buero.post(url("gemeinde-end", "SON", "Lostorf"), {"bis": "2026-07-01"})

    region.refresh_from_db()
    assert (region.form, region.is_form_bestaetigt, region.buero_ort, region.kontakt) == (
        "zweckverband",
        True,
        "Lostorf",
        kontakt,
    )
    assert region.einwohnerzahlen.first().anzahl == 13900
    assert set(
        GemeindeZugehoerigkeit.objects.filter(gemeinde__name="Stüsslingen").values_list("sozialregion__kuerzel", "bis")
    ) == {("SRUN", date(2026, 7, 1)), ("SON", None)}
    alte.refresh_from_db()
    assert alte.bis == date(2026, 7, 1)


def test_bbl_stays_a_zweckverband(buero):
    antwort = buero.post(url("region-edit", "BBL"), {"form": "leitgemeinde"})

    assert "bleibt Zweckverband" in antwort.context["form"].errors["form"][0]
    assert Sozialregion.objects.get(kuerzel="BBL").form == "zweckverband"


def test_fields_that_are_none_of_the_form_are_ignored(buero, praesidium):
    buero.post(
        url("person-edit", praesidium.uuid),
        {"nachname": "Neu", "email": praesidium.email, "is_superuser": "1", "login": "boese@x.ch", "is_active": ""},
    )

    praesidium.refresh_from_db()
    assert (praesidium.nachname, praesidium.is_superuser, praesidium.is_active, praesidium.login) == (
        "Neu",
        False,
        True,
        praesidium.email,
    )


def test_shared_address_is_told_to_the_office(buero):
    make_person("Eins", email="gemeinde@x.ch")

    antwort = buero.post(url("person-create"), {"nachname": "Zwei", "email": "gemeinde@x.ch"}, follow=True)

    assert "Mail ja, Anmeldung nein" in text(antwort)
    assert "Mail ja, Anmeldung nein" in text(buero.get(url("person-list") + "?stand=ohne-anmeldung"))


def test_invitation_from_the_page_can_be_withdrawn(buero, praesidium):
    buero.post(url("person-invite", praesidium.uuid))
    assert "gültig bis" in text(buero.get(praesidium.get_absolute_url()))
    assert Sendung.objects.get().builder == "mitglieder.mails.einladung"

    buero.post(url("person-revoke", praesidium.uuid))
    assert "gültig bis" not in text(buero.get(praesidium.get_absolute_url()))


@pytest.mark.parametrize(
    ("suche", "treffer"),
    [("must", 1), ("eva must", 1), ("x.ch", 1), ("%", 0), ("_", 0), ("nichts", 0), ("' or 1=1", 0)],
)
def test_search_for_people(buero, suche, treffer):
    make_person("Muster", vorname="Eva", email="eva@x.ch")

    antwort = buero.get(url("person-list"), {"q": suche})

    assert antwort.context["seite"].paginator.count == treffer


# --- Verteiler --------------------------------------------------------------------------------------


def test_verteiler_lists_holes_doublets_and_exports_texts_only(buero):
    gremium = Leitgremium.objects.get(sozialregion__kuerzel="SRO")
    for name, email in [("=Formel", "geteilt@x.ch"), ("Zwei", "Geteilt@x.ch"), ("Ohne", "")]:
        person = Person.objects.create(nachname=name, email=email, created_at=timezone.now())
        Mitgliedschaft.objects.create(leitgremium=gremium, person=person, von=SEIT, funktion="+41 Funktion")

    seite = text(buero.get(url("verteiler-list")))
    csv = buero.get(url("verteiler-export-csv"))
    xlsx = load_workbook(io.BytesIO(buero.get(url("verteiler-export-xlsx")).content))

    assert "3 Personen in 13 Regionen" in seite
    assert "hat keine E-Mail-Adresse" in seite
    assert "geteilt@x.ch" in seite
    assert seite.count("hat niemanden im Verteiler") == 12
    assert csv.headers["Content-Disposition"].startswith('attachment; filename="verteiler-')
    assert "'=Formel" in csv.content.decode("utf-8-sig")
    assert "f" not in {z.data_type for zeile in xlsx.worksheets[0].iter_rows() for z in zeile}
    assert [zeile[5].value for zeile in xlsx.worksheets[0].iter_rows(min_row=2)] == ["=Formel", "Ohne", "Zwei"]


@pytest.fixture
def kontakt_client(client):
    kontakt = make_person("Kontakt")
    gremium = Leitgremium.objects.get(sozialregion__kuerzel="SRO")
    Sozialregion.objects.filter(pk=gremium.sozialregion_id).update(kontakt=kontakt)
    Mitgliedschaft.objects.create(leitgremium=gremium, person=kontakt, von=SEIT)
    from mitglieder.actions.gremium import ask_verteiler

    link = ask_verteiler(gremium.pk, actor=None, now=timezone.now())
    client.post(link.path)
    client.kontakt, client.link = kontakt, link
    return client


def test_contact_confirms_the_list_of_her_region_only(kontakt_client):
    assert kontakt_client.session[SESSION_ZUGANG]["zweck"] == "verteiler"
    seite = text(kontakt_client.get(url("verteiler-bestaetigung")))
    assert "Sozialregion Olten" in seite
    assert "Andrea Kontakt" in seite

    antwort = kontakt_client.post(url("verteiler-bestaetigen"), follow=True)

    assert "Der Verteiler Ihrer Region ist bestätigt." in text(antwort)
    assert list(
        Leitgremium.objects.filter(bestaetigt_on__isnull=False).values_list("sozialregion__kuerzel", "bestaetigt_von")
    ) == [("SRO", kontakt_client.kontakt.pk)]
    from django.test import Client

    assert Client().get(kontakt_client.link.path).status_code == 404


def test_contact_reports_what_is_wrong_and_the_office_sees_it(kontakt_client, geschaeftsstelle):
    leer = kontakt_client.post(url("verteiler-melden"), {"text": " "})
    assert leer.context["form"].errors.keys() == {"text"}
    kontakt_client.post(url("verteiler-melden"), {"text": "<b>Frau X</b> ist neu."})
    kontakt_client.force_login(geschaeftsstelle, backend="allauth.account.auth_backends.AuthenticationBackend")

    seite = text(kontakt_client.get(url("verteiler-list")))
    assert "&lt;b&gt;Frau X&lt;/b&gt; ist neu." in seite
    kontakt_client.post(url("meldung-close", Verteilermeldung.objects.get().uuid))
    assert "ist neu." not in text(kontakt_client.get(url("verteiler-list")))


# --- import by upload -------------------------------------------------------------------------------

KOPF = "rolle;region;vorname;nachname;email;funktion;von\n"
GUT = KOPF + "leitgremium;SRO;Jürg;Müller;j@x.ch;Mitglied;1.1.2026\npraesidium;SRU;Eva;Muster;e@x.ch;;1.1.2026\n"


def upload(client, inhalt, name="liste.csv"):
    return client.post(url("import"), {"datei": SimpleUploadedFile(name, inhalt)})


def test_upload_shows_a_preview_and_saves_only_after_it(buero):
    vorschau = upload(buero, GUT.encode("cp1252"))
    seite = text(vorschau)
    assert "2 neu, 0 geändert, 0 unverändert" in seite
    assert "Jürg Müller" in seite
    assert "Präsidium Untergäu: designiert, noch ohne Stimme" in seite
    assert Mitgliedschaft.objects.count() == 0

    buero.post(url("import-confirm"), {"paket": vorschau.context["paket"]})
    assert (Mitgliedschaft.objects.count(), Mandat.objects.count()) == (1, 1)

    nochmals = buero.post(url("import-confirm"), {"paket": vorschau.context["paket"]})
    assert "Seit der Vorschau hat sich der Bestand geändert" in text(nochmals)


@pytest.mark.parametrize("paket", ["", "x", "eyJ6ZWlsZW4iOltdfQ:1abc:xyz"])
def test_forged_preview_is_refused(buero, paket):
    antwort = buero.post(url("import-confirm"), {"paket": paket}, follow=True)

    assert "nicht mehr gültig" in text(antwort)
    assert Mitgliedschaft.objects.count() == 0


@pytest.mark.parametrize(
    ("inhalt", "satz"),
    [
        (b"", "leer"),
        (KOPF.replace("email;", "").encode() + b"x", "fehlt die Spalte «email»"),
        (GUT.replace("SRO", "XX").encode(), "Zeile 2, Spalte «region»: Die Region «XX» ist unbekannt."),
        (b"%PDF-1.7 \x00", "keine Texttabelle"),
    ],
)
def test_bad_upload_gets_a_sentence(buero, inhalt, satz):
    antwort = upload(buero, inhalt)

    assert antwort.status_code == 200
    assert satz in text(antwort)
    assert Person.objects.get_queryset().count() == 1


@pytest.mark.parametrize("typ", ["csv", "xlsx"])
def test_template_is_a_table_the_import_takes(buero, typ):
    vorlage = buero.get(url(f"import-vorlage-{typ}"))

    vorschau = upload(buero, vorlage.content, f"vorlage.{typ}")

    assert "4 neu" in text(vorschau)
    assert vorschau.context["bericht"].fehler == []


# --- first hour, settings -----------------------------------------------------------------------------


def test_first_hour_shows_what_is_done_and_what_is_missing(buero, geschaeftsstelle):
    vorher = {schritt.name: schritt.is_erledigt for schritt in buero.get(url("einrichten")).context["schritte"]}
    assert {name: vorher[name] for name in ("Briefkopf", "Testmail", "Mitglieder einlesen", "Verteiler")} == {
        "Briefkopf": False,
        "Testmail": False,
        "Mitglieder einlesen": False,
        "Verteiler": False,
    }
    buero.post(
        url("einstellungen"),
        {
            "absender_name": "VSEG",
            "absender_adresse": "Hauptstrasse 1\n4500 Solothurn",
            "absender_email": "info@vseg.test",
            "unterschrift_vorsitz": "V. Vorsitz",
            "unterschrift_geschaeftsfuehrung": "G. Führung",
            "mail_max_mb": "8",
            "antwort_bis_tage": "3",
            "sitzungstag_stunde": "7",
            "warnung_anwesende": "8",
            "vorstand_erinnerung_tage": "60",
            "verteiler_monat": "9",
            "freigabe_durch_vorsitz": "on",
            "hybrid_erlaubt": "on",
        },
    )
    buero.post(url("testmail-send"))
    Sendung.objects.update(status="gesendet", gesendet_at=timezone.now())
    make_mandat(make_person("Muster"), sitz_of("SRO"))

    nachher = {schritt.name: schritt.is_erledigt for schritt in buero.get(url("einrichten")).context["schritte"]}
    assert [nachher[name] for name in ("Briefkopf", "Testmail", "Mitglieder einlesen", "Verteiler")] == [
        True,
        True,
        True,
        False,
    ]
    assert (wert("absender_name"), wert("mail_max_mb")) == ("VSEG", 8)
    assert "Annahme" in text(buero.get(url("einstellungen")))


def test_wrong_setting_is_refused_whole(buero):
    antwort = buero.post(
        url("einstellungen"),
        {
            "absender_name": "Neu",
            "absender_email": "keine",
            "mail_max_mb": "8",
            "antwort_bis_tage": "3",
            "sitzungstag_stunde": "7",
            "warnung_anwesende": "8",
            "vorstand_erinnerung_tage": "60",
            "verteiler_monat": "9",
        },
    )

    assert "keine gültige E-Mail-Adresse" in antwort.context["form"].errors["absender_email"][0]
    assert Einstellung.objects.count() == 0


def test_test_mail_is_a_letter(buero, geschaeftsstelle):
    from mitglieder import mails

    buero.post(url("testmail-send"))

    mail = mails.testmail(Sendung.objects.get())
    assert (mail.to, mail.extra_headers["Auto-Submitted"]) == ([geschaeftsstelle.email], "auto-generated")
    assert "funktioniert der Mailversand" in mail.body


def test_operation_page_names_what_is_wrong(buero):
    Herzschlag.objects.all().delete()  # what a worker of another test left behind
    seite = text(buero.get(url("betrieb")))

    assert "hat sich noch nie gemeldet" in seite


def test_every_page_stands_with_the_demo_loaded(client, client_of):
    demo.create_demo(timezone.now())
    chefin = client_of(Person.objects.get(login="geschaeftsstelle@demo.example"))

    for name in ("mitglied-list", "region-list", "verteiler-list", "person-list", "journal-list", "konto"):
        antwort = chefin.get(url(name))
        assert antwort.status_code == 200
        assert "ß" not in antwort.content.decode()
    for person in Person.objects.filter(mandate__isnull=False, login__isnull=False):
        assert person.has_usable_password(), person  # the demo says so of those who may still vote
    for region in Sozialregion.objects.all():
        assert chefin.get(region.get_absolute_url()).status_code == 200
    for person in Person.objects.by_name()[:30]:
        assert chefin.get(person.get_absolute_url()).status_code == 200
    assert "139 " not in text(chefin.get(url("verteiler-list")))
    assert "130 Personen in 13 Regionen" in text(chefin.get(url("verteiler-list")))
    assert Journaleintrag.objects.filter(art="demo.erstellt").count() == 1
