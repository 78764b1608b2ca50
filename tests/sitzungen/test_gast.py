"""Guests: exactly what they were admitted to, for as long as it makes sense; who is invited to nothing is named."""

import io
import zipfile
from datetime import timedelta

import pytest

from mitglieder.models import Funktion
from mitglieder.permissions import grant_gast, umfang
from sitzungen.actions import gast as actions
from sitzungen.models import Fassung, Sitzung, Teilnahme, Traktandum, Unterlage
from sitzungen.queries import gast as queries
from sitzungen.queries import lesen
from sitzungen.rules import GAST_ZUGANG, gast_hinweis
from sitzungen.schritte.vorbereitung import VorbereitungError
from tests.conftest import SEIT, make_person, make_sitzung, make_traktandum, make_unterlage
from tests.test_sprache import adressen_von, werte  # noqa: F401  (a fixture: what stands for <…> in an address)
from tests.test_urlconf import adressen

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


# --- The rule -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tage", "abgesagt", "zurueck", "satz"),
    [
        (-1, False, False, ""),
        (-1, False, True, "Das Traktandum ist zurückgezogen: Diese Person ist zu nichts mehr eingeladen."),
        (-1, True, False, "Die Sitzung ist abgesagt: Diese Person ist zu nichts mehr eingeladen."),
        (0, False, False, ""),
        (1, False, False, "Die Sitzung ist vorbei; die Zulassung endet am 9. Januar 2027."),
        (30, False, True, "Die Sitzung ist vorbei; die Zulassung endet am 9. Januar 2027."),
        (31, False, False, "Die Zulassung ist abgelaufen, sie galt bis 9. Januar 2027."),
        (31, True, True, "Die Sitzung ist abgesagt: Diese Person ist zu nichts mehr eingeladen."),
    ],
)
def test_what_the_office_is_told_about_an_admission(tage, abgesagt, zurueck, satz, versandte):
    hinweis = gast_hinweis(
        now=versandte.ende_at + timedelta(days=tage),
        ende_at=versandte.ende_at,
        is_abgesagt=abgesagt,
        is_zurueckgezogen=zurueck,
        bis="9. Januar 2027",
    )

    assert hinweis == satz


@pytest.mark.parametrize("wozu", ["sitzung", "traktandum"])
def test_an_admission_ends_thirty_days_after_the_meeting(wozu, versandte, gast):
    punkt = versandte.traktanden.get()
    grant_gast(gast, versandte if wozu == "sitzung" else punkt, vertraulich=True)
    sichtbar = []
    for moment in (versandte.beginn_at, versandte.ende_at + GAST_ZUGANG, versandte.ende_at + GAST_ZUGANG * 1.01):
        scope = umfang(gast, moment)
        sichtbar.append(
            (
                Sitzung.objects.visible_to(scope).count(),
                Traktandum.objects.visible_to(scope).count(),
                Unterlage.objects.visible_to(scope).count(),
                Fassung.objects.visible_to(scope).count(),
            )
        )

    assert sichtbar == [(1, 1, 2, 2), (1, 1, 2, 2), (0, 0, 0, 0)]


def test_nobody_is_admitted_when_nothing_could_be_read_any_more(versandte, geschaeftsstelle):
    wer = {"vorname": "Eva", "nachname": "Beispiel", "email": "eva@portal.test", "vertraulich": False}

    with pytest.raises(VorbereitungError, match="zu weit zurück"):
        actions.admit_gast(
            versandte.pk,
            traktandum_pk=None,
            **wer,
            actor=geschaeftsstelle,
            now=versandte.ende_at + GAST_ZUGANG + timedelta(seconds=1),
        )


# --- Exactly that, everywhere ---------------------------------------------------------------------


@pytest.fixture
def einzelgast(versandte, geschaeftsstelle):
    """A guest of one item of the meeting, with login, among items and papers that are not his."""
    eigenes = make_traktandum(versandte, "Eigenes Geschäft", zusammenfassung="Für den Gast.")
    make_unterlage(eigenes, "Eigene Unterlage", person=geschaeftsstelle)
    make_unterlage(eigenes, "Geheime Unterlage", person=geschaeftsstelle, vertraulich=True)
    person = make_person("Einzelgast")
    grant_gast(person, eigenes)
    return person


FREMDES = ("Budgetwerte Sozialkosten 2027", "Vertrauliche Beilage", "Budgetwerte", "Geheime Unterlage")


def test_no_page_and_no_file_shows_a_guest_of_one_item_another(client, versandte, einzelgast, cast, werte):  # noqa: F811
    client.force_login(einzelgast, backend=BACKEND)
    fremde = Unterlage.objects.filter(traktandum__sitzung=versandte).exclude(titel="Eigene Unterlage")
    gefunden, offen = {}, set()
    for adresse in [a for muster, _view in adressen() for a in adressen_von(muster, werte)]:
        antwort = client.get(adresse)
        inhalt = b"".join(antwort.streaming_content) if antwort.streaming else antwort.content
        if antwort.status_code == 200:
            offen.add(adresse)
        if "zip" in antwort.get("Content-Type", ""):
            inhalt = "\n".join(zipfile.ZipFile(io.BytesIO(inhalt)).namelist()).encode()
        text = inhalt.decode("utf-8", "replace")
        treffer = [titel for titel in FREMDES if titel in text]
        if treffer:
            gefunden[adresse] = treffer
    basis = versandte.get_absolute_url()

    assert gefunden == {}
    assert {basis, f"{basis}termin.ics", f"{basis}unterlagen.zip"} <= offen
    for zu in ("mappe.pdf", "traktandenliste.pdf", "gaeste/", "traktanden/", "versand/"):
        assert client.get(f"{basis}{zu}").status_code in {403, 404}
    assert {client.get(u.get_absolute_url()).status_code for u in fremde} == {404}
    for ort in ("/mitglieder/", "/mitglieder/personen/", "/regionen/", "/verteiler/"):
        assert client.get(ort).status_code in {403, 404}


def test_the_page_of_a_guest_of_one_item_holds_that_item(versandte, einzelgast, now):
    [punkt] = lesen.load_punkte(versandte, umfang(einzelgast, now))

    assert (punkt.titel, [b.titel for b in punkt.blaetter]) == ("Eigenes Geschäft", ["Eigene Unterlage"])


def test_an_item_withdrawn_by_mail_is_not_named_to_guests_of_another(versandte, einzelgast, geschaeftsstelle, now):
    from sitzungen.actions import nachversand

    weg = Unterlage.objects.get(titel="Budgetwerte")
    nachversand.note_rueckzug(versandte.pk, unterlage=weg.uuid, actor=geschaeftsstelle, now=now)
    nachversand.create_nachversand(versandte.pk, grund="Falsch.", actor=geschaeftsstelle, now=now)

    [punkt] = lesen.load_punkte(Sitzung.objects.get(pk=versandte.pk), umfang(einzelgast, now))

    assert punkt.zurueckgezogene == ()


# --- Invited to nothing any more ------------------------------------------------------------------


def test_who_holds_nothing_and_is_invited_to_nothing_is_named(cast, versandte, gast, geschaeftsstelle, now):
    punkt = versandte.traktanden.get()
    zurueck = make_traktandum(versandte, "Zurückgezogen", ausgang="zurueckgezogen")
    alt = make_sitzung(1, beginn_at=versandte.beginn_at - timedelta(days=200), status="versandt")
    leute = {name: make_person(name) for name in ("Punkt", "Zurück", "Alt", "Früher", "Aus")}
    grant_gast(gast, versandte)
    grant_gast(leute["Punkt"], punkt)
    grant_gast(leute["Zurück"], zurueck)
    grant_gast(leute["Alt"], alt)
    Funktion.objects.create(person=leute["Früher"], art="vorstand", von=SEIT, bis=SEIT + timedelta(days=30))
    leute["Aus"].is_active = False
    leute["Aus"].save()

    gefunden = [person.nachname for person in queries.ohne_einladung(now)]
    Sitzung.objects.filter(pk=versandte.pk).update(status="abgesagt", abgesagt_at=now)
    danach = [person.nachname for person in queries.ohne_einladung(now)]

    assert gefunden == ["Alt", "Fremde", "Früher", "Zurück"]
    assert danach == ["Alt", "Fremde", "Früher", "Gast", "Punkt", "Stellvertretung", "Zurück"]
    assert Teilnahme.objects.filter(vertretung=cast["stellvertretung"]).exists()


@pytest.mark.usefixtures("stille_uhr")
def test_the_page_warns_and_names_them(client, versandte, gast, fremde, geschaeftsstelle):
    grant_gast(gast, make_traktandum(versandte, "Weg", ausgang="zurueckgezogen"))
    client.force_login(geschaeftsstelle, backend=BACKEND)

    seite = client.get(f"{versandte.get_absolute_url()}gaeste/").content.decode()

    assert "Das Traktandum ist zurückgezogen: Diese Person ist zu nichts mehr eingeladen." in seite
    assert "Zu nichts mehr eingeladen" in seite
    assert fremde.name in seite


def test_the_dashboard_tells_the_office_of_former_guests_only(client, versandte, gast, fremde, geschaeftsstelle):
    punkt = make_traktandum(versandte, "Weg")
    grant_gast(gast, punkt)
    client.force_login(geschaeftsstelle, backend=BACKEND)
    vorher = client.get("/").content.decode()
    Traktandum.objects.filter(pk=punkt.pk).update(ausgang="zurueckgezogen")
    nachher = client.get("/").content.decode()

    satz = "ist als Gast zu nichts mehr eingeladen"
    assert satz not in vorher
    assert f"{gast.name} {satz}" in nachher
    assert f"{fremde.name} {satz}" not in nachher


@pytest.mark.parametrize("anzahl", [1, 3])
def test_page_asks_the_database_as_often_for_three_as_for_one(
    anzahl, client, versandte, geschaeftsstelle, django_assert_num_queries
):
    for n in range(anzahl):
        grant_gast(make_person(f"Gast {n}"), versandte)
        make_person(f"Verwaist {n}")
    client.force_login(geschaeftsstelle, backend=BACKEND)
    client.get(f"{versandte.get_absolute_url()}gaeste/")

    with django_assert_num_queries(QUERIES):
        client.get(f"{versandte.get_absolute_url()}gaeste/")


QUERIES = 8
