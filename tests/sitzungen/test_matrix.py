"""The table of rights against every page of the members' area: person × page × state, guessed addresses included.

Each row is one person, each letter one page: S 200, N 404, L sent to the login.
"""

import io
import zipfile
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from icalendar import Calendar

from mitglieder.permissions import grant_gast
from sitzungen.actions.kalenderabo import start_kalenderabo
from sitzungen.models import Sitzung
from tests.conftest import make_datei, make_mandat, make_person, make_traktandum, make_unterlage

pytestmark = pytest.mark.django_db
WORT = {200: "S", 404: "N", 403: "V", 302: "L"}
INTERN, GEHEIM, ANDERES = "Budgetwerte intern", "Offertvergleich vertraulich", "Papier des anderen Traktandums"
SEITEN = ["seite", "termin.ics", "zip", "mappe.pdf", "intern", "intern/v1", "vertraulich", "vertraulich/v1", "anderes"]

#                          page and ics · zip · dossier · intern · its v1 · confidential · its v1 · paper of another item
GEPLANT = {
    "geschaeftsstelle": "SSSN SSSSS",
    "vorsitz": "SSSN SSSSS",
    "praesidium": "NNNN NNNNN",
    "designiert": "NNNN NNNNN",
    "berater": "NNNN NNNNN",
    "stellvertretung": "NNNN NNNNN",
    "leitgremium": "NNNN NNNNN",
    "vorstand": "NNNN NNNNN",
    "gast": "NNNN NNNNN",
    "gast_sitzung": "NNNN NNNNN",
    "gast_traktandum": "NNNN NNNNN",
    "gast_vertraulich": "NNNN NNNNN",
    "fremde": "NNNN NNNNN",
    "deaktiviert": "LLLL LLLLL",
    "niemand": "LLLL LLLLL",
}
ANGEKUENDIGT = GEPLANT | dict.fromkeys(
    ("praesidium", "designiert", "berater", "stellvertretung", "leitgremium"), "SSNN NNNNN"
)
VERSANDT = GEPLANT | {
    "geschaeftsstelle": "SSSS SSSSS",
    "vorsitz": "SSSS SSSSS",
    "praesidium": "SSSS SSSSS",
    "designiert": "SSSS SSSSS",
    "berater": "SSSS SSSSS",
    "stellvertretung": "SSSS SSSSS",
    "leitgremium": "SSSS SSNNS",
    "gast_sitzung": "SSSS SSNNS",
    "gast_traktandum": "SSSN SSNNN",
    "gast_vertraulich": "SSSN SSSSN",
}
SIEHT_VERTRAULICH = {name for name, zeile in VERSANDT.items() if zeile[7] == "S"}
SIEHT_ALLES = {name for name, zeile in VERSANDT.items() if zeile[3] == "S"}


@pytest.fixture
def bald(geschaeftsstelle):
    """A meeting in twelve days of the real clock: two items, three papers, one of them confidential, and a dossier."""
    from tests.conftest import make_sitzung

    beginn = timezone.now() + timedelta(days=12)
    sitzung = make_sitzung(4, beginn_at=beginn, ort="Landhaus", dossier=make_datei("Mappe.pdf", seiten=2))
    punkt = make_traktandum(sitzung, "Erstes Geschäft")
    make_unterlage(punkt, INTERN, person=geschaeftsstelle)
    make_unterlage(punkt, GEHEIM, person=geschaeftsstelle, vertraulich=True)
    make_unterlage(make_traktandum(sitzung, "Zweites Geschäft"), ANDERES, person=geschaeftsstelle)
    return sitzung


@pytest.fixture
def sitzung(bald):
    """Everybody of the cast is asked about this meeting."""
    return bald


@pytest.fixture
def leute(cast, sitzung):
    from mitglieder.models import Sitz

    punkt = sitzung.traktanden.get(position=1)
    leute = dict(cast)
    for name, obj, vertraulich in (
        ("gast_sitzung", sitzung, False),
        ("gast_traktandum", punkt, False),
        ("gast_vertraulich", punkt, True),
    ):
        leute[name] = make_person(name.replace("_", "-"))
        grant_gast(leute[name], obj, vertraulich=vertraulich)
    leute["designiert"] = make_person("Designiert")
    make_mandat(leute["designiert"], Sitz.objects.get(sozialregion__kuerzel="SON"), gewaehlt=False)
    leute["deaktiviert"] = make_person("Deaktiviert", is_active=False)
    make_mandat(leute["deaktiviert"], Sitz.objects.get(sozialregion__kuerzel="DOR"))
    return leute


def urls(sitzung):
    papiere = {u.titel: u.get_absolute_url() for p in sitzung.traktanden.all() for u in p.unterlagen.all()}
    seite = f"/sitzungen/{sitzung.kennung}/"
    return [
        seite,
        f"{seite}termin.ics",
        f"{seite}unterlagen.zip",
        f"{seite}mappe.pdf",
        papiere[INTERN],
        f"{papiere[INTERN]}v1/",
        papiere[GEHEIM],
        f"{papiere[GEHEIM]}v1/",
        papiere[ANDERES],
    ]


def fetch(client, url):
    response = client.get(url)
    response.inhalt = b"".join(response.streaming_content) if response.streaming else response.content
    return response


def login(client, leute, name):
    client.logout()
    if name in leute:
        client.force_login(leute[name])


def publish(sitzung):
    now = timezone.now()
    Sitzung.objects.filter(pk=sitzung.pk).update(status="versandt", freigegeben_at=now, versandt_at=now)


@pytest.mark.parametrize(
    ("stand", "tabelle"), [("geplant", GEPLANT), ("angekuendigt", ANGEKUENDIGT), ("versandt", VERSANDT)]
)
def test_every_person_gets_exactly_what_the_table_says(client, sitzung, leute, stand, tabelle):
    if stand == "angekuendigt":
        Sitzung.objects.filter(pk=sitzung.pk).update(terminankuendigung_at=timezone.now())
    elif stand == "versandt":
        publish(sitzung)

    ist = {}
    for name in tabelle:
        login(client, leute, name)
        zeichen = "".join(WORT[fetch(client, url).status_code] for url in urls(sitzung))
        ist[name] = f"{zeichen[:4]} {zeichen[4:]}"

    assert ist == tabelle


def test_no_page_names_what_the_person_may_not_open(client, sitzung, leute):
    publish(sitzung)
    Sitzung.objects.filter(pk=sitzung.pk).update(terminankuendigung_at=timezone.now())
    seiten = ["/", "/sitzungen/", "/sitzungen/?jahr=alle", f"/sitzungen/{sitzung.kennung}/"]

    for name in VERSANDT:
        login(client, leute, name)
        text = " ".join(fetch(client, url).inhalt.decode() for url in seiten)
        assert (GEHEIM in text) == (name in SIEHT_VERTRAULICH), name
        assert ("vertraulich</span>" in text) == (name in SIEHT_VERTRAULICH), name
        assert (ANDERES in text) == (name in SIEHT_ALLES), name
        assert ("Zweites Geschäft" in text) == (name in SIEHT_ALLES), name


def test_zip_holds_what_the_person_may_open(client, sitzung, leute):
    publish(sitzung)

    for name, zeile in VERSANDT.items():
        if zeile[2] != "S":
            continue
        login(client, leute, name)
        namen = zipfile.ZipFile(
            io.BytesIO(fetch(client, f"/sitzungen/{sitzung.kennung}/unterlagen.zip").inhalt)
        ).namelist()
        soll = [f"01.1 {INTERN}.pdf"]
        soll += [f"01.2 {GEHEIM}.pdf"] if name in SIEHT_VERTRAULICH else []
        soll += [f"02.1 {ANDERES}.pdf"] if name in SIEHT_ALLES else []
        assert namen == soll, name


def test_agenda_as_pdf_is_for_whoever_reads_the_whole_meeting(client, sitzung, leute):
    publish(sitzung)

    for name in ("leitgremium", "gast_traktandum", "vorstand", "fremde"):  # each 200 takes a child process
        login(client, leute, name)
        response = fetch(client, f"/sitzungen/{sitzung.kennung}/traktandenliste.pdf")
        assert response.status_code == (200 if name in SIEHT_ALLES else 404), name
        assert response.inhalt.startswith(b"%PDF") == (name in SIEHT_ALLES), name


@pytest.mark.parametrize(
    ("stand", "tabelle"), [("geplant", GEPLANT), ("angekuendigt", ANGEKUENDIGT), ("versandt", VERSANDT)]
)
def test_subscription_shows_the_meetings_whose_page_opens(client, sitzung, leute, stand, tabelle):
    if stand == "angekuendigt":
        Sitzung.objects.filter(pk=sitzung.pk).update(terminankuendigung_at=timezone.now())
    elif stand == "versandt":
        publish(sitzung)

    for name, person in leute.items():
        token = start_kalenderabo(actor=person, now=timezone.now())
        response = client.get(f"/kalender/{token}.ics")
        if name == "deaktiviert":
            assert response.status_code == 404
            continue
        anzahl = len(Calendar.from_ical(response.content).walk("VEVENT"))
        assert anzahl == (1 if tabelle[name][0] == "S" else 0), name


def test_guessed_addresses_are_no_oracle(client, sitzung, leute):
    client.force_login(leute["praesidium"])  # planned, not announced

    fremd = [fetch(client, url) for url in urls(sitzung)]
    keine = [
        fetch(client, url)
        for url in (f"/sitzungen/2099-1/{teil}" for teil in ("", "termin.ics", "unterlagen.zip", "mappe.pdf"))
    ] + [fetch(client, f"/unterlagen/{uuid4()}/{teil}") for teil in ("", "v1/", "", "v1/", "")]

    assert [len(a.inhalt) for a in fremd] == [len(a.inhalt) for a in keine]
    assert {a.status_code for a in fremd + keine} == {404}


def test_htmx_headers_decide_nothing(client, sitzung, leute):
    client.force_login(leute["leitgremium"])
    publish(sitzung)
    geheim = urls(sitzung)[6]

    assert client.get(geheim, headers={"HX-Request": "true", "HX-Target": "x"}).status_code == 404
    assert client.post(geheim).status_code == 405


def test_files_are_under_no_other_address(client, sitzung, leute, settings):
    client.force_login(leute["geschaeftsstelle"])
    uuid = sitzung.dossier_id

    for url in (
        f"/media/{uuid}",
        f"/var/media/{uuid}",
        f"/static/{uuid}",
        f"/static/../var/media/{uuid}",
        f"/unterlagen/{uuid}/",
    ):
        assert client.get(url, headers={"X-Accel-Redirect": f"/media/{uuid}"}).status_code == 404
