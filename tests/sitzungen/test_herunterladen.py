"""Papers, ZIP, dossier and calendars: each person exactly what the table says, and who opened what is noted."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from konferenz.dateien import path_of
from konferenz.models import Journaleintrag
from mitglieder.permissions import grant_gast
from sitzungen.models import Fassung, Kalenderabo, Lesung, Sitzung, Unterlage
from tests.conftest import make_datei, make_sitzung, make_unterlage

pytestmark = pytest.mark.django_db


@pytest.fixture
def versandte(versandte):
    """The meeting of the cast, in twelve days of the real clock: substitutes read it until a month after."""
    beginn = timezone.now() + timedelta(days=12)
    Sitzung.objects.filter(pk=versandte.pk).update(beginn_at=beginn, ende_at=beginn + timedelta(hours=2))
    versandte.refresh_from_db()
    return versandte


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def fetch(client, url, **kwargs):
    """Get a page and read it to its end, as a browser does."""
    response = client.get(url, **kwargs)
    response.inhalt = body(response)
    return response


def paper(sitzung, titel):
    return Unterlage.objects.get(traktandum__sitzung=sitzung, titel=titel)


def stored(sitzung, titel):
    return path_of(paper(sitzung, titel).fassungen.get(nr=1).datei_id).read_bytes()


def test_paper_opens_in_the_browser_and_is_noted_once(client, versandte, praesidium):
    client.force_login(praesidium)
    url = paper(versandte, "Budgetwerte").get_absolute_url()

    responses = [fetch(client, url), fetch(client, url)]

    assert [r.status_code for r in responses] == [200, 200]
    assert responses[0].inhalt == stored(versandte, "Budgetwerte")
    assert responses[0]["Content-Disposition"].startswith("inline;")
    assert "sandbox" in responses[0]["Content-Security-Policy"]
    assert Lesung.objects.filter(person=praesidium).count() == 1
    assert Journaleintrag.objects.filter(art="unterlage.geoeffnet").count() == 0


def test_opening_a_confidential_paper_stands_in_the_journal(client, versandte, praesidium):
    client.force_login(praesidium)
    unterlage = paper(versandte, "Vertrauliche Beilage")

    fetch(client, unterlage.get_absolute_url())
    fetch(client, unterlage.get_absolute_url())  # the viewer's second piece
    Lesung.objects.update(gelesen_at=timezone.now() - timedelta(minutes=11))
    fetch(client, unterlage.get_absolute_url())

    rows = Journaleintrag.objects.filter(art="unterlage.geoeffnet")
    assert list(rows.values_list("akteur", "objekt")) == [(praesidium.uuid, unterlage.uuid)] * 2


def test_a_look_at_the_head_notes_nothing(client, versandte, praesidium):
    client.force_login(praesidium)

    response = client.head(paper(versandte, "Budgetwerte").get_absolute_url())
    for closer in response._resource_closers:
        closer()

    assert response.status_code == 200
    assert not Lesung.objects.exists()


def test_byte_range_of_a_permitted_person_works_uncompressed(client, versandte, praesidium):
    client.force_login(praesidium)

    response = fetch(
        client,
        paper(versandte, "Budgetwerte").get_absolute_url(),
        headers={"Range": "bytes=0-9", "Accept-Encoding": "gzip"},
    )

    assert (response.status_code, response.inhalt) == (206, stored(versandte, "Budgetwerte")[:10])
    assert response.get("Content-Encoding", "identity") == "identity"


def test_older_version_stays_under_its_number(client, versandte, praesidium, geschaeftsstelle):
    unterlage = paper(versandte, "Budgetwerte")
    neue = make_datei("Neu.pdf", seiten=3)
    unterlage.fassungen.update(is_aktuell=False)
    Fassung.objects.create(
        unterlage=unterlage,
        nr=2,
        datei=neue,
        hochgeladen_von=geschaeftsstelle,
        hochgeladen_at=versandte.versandt_at + timedelta(days=1),
    )
    client.force_login(praesidium)

    assert fetch(client, unterlage.get_absolute_url()).inhalt == path_of(neue.pk).read_bytes()
    assert fetch(client, f"{unterlage.get_absolute_url()}v1/").inhalt == stored(versandte, "Budgetwerte")
    assert fetch(client, f"{unterlage.get_absolute_url()}v3/").status_code == 404


def test_other_types_are_downloads_only(client, versandte, praesidium, geschaeftsstelle):
    punkt = versandte.traktanden.get()
    tabelle = make_unterlage(
        punkt, "Tabelle", person=geschaeftsstelle, datei=make_datei("Tabelle.xlsx", b"PK\3\4", typ="xlsx", seiten=None)
    )
    client.force_login(praesidium)

    response = fetch(client, tabelle.get_absolute_url())

    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_missing_file_answers_404(client, versandte, praesidium, settings):
    unterlage = paper(versandte, "Budgetwerte")
    (settings.MEDIA_ROOT / str(unterlage.fassungen.get().datei_id)).unlink()
    client.force_login(praesidium)

    assert fetch(client, unterlage.get_absolute_url()).status_code == 404
    assert not Lesung.objects.exists()


def zip_names(response):
    return zipfile.ZipFile(io.BytesIO(response.inhalt)).namelist()


def test_zip_holds_only_what_the_person_may_open(client, versandte, praesidium, leitgremium, gast, fremde):
    url = f"{versandte.get_absolute_url()}unterlagen.zip"
    client.force_login(praesidium)
    assert zip_names(fetch(client, url)) == ["01.1 Budgetwerte.pdf", "01.2 Vertrauliche Beilage.pdf"]
    assert Journaleintrag.objects.filter(art="unterlage.geoeffnet").count() == 1

    client.force_login(leitgremium)
    assert zip_names(fetch(client, url)) == ["01.1 Budgetwerte.pdf"]
    assert Journaleintrag.objects.filter(art="unterlage.geoeffnet").count() == 1

    grant_gast(gast, versandte.traktanden.get())
    client.force_login(gast)
    assert zip_names(fetch(client, url)) == ["01.1 Budgetwerte.pdf"]
    client.force_login(fremde)
    assert fetch(client, url).status_code == 404


def test_zip_names_are_clean_and_missing_files_named(client, versandte, praesidium, geschaeftsstelle, settings):
    punkt = versandte.traktanden.get()
    make_unterlage(punkt, "../../böse\\Datei/x", person=geschaeftsstelle, datei=make_datei())
    fehlt = make_unterlage(punkt, "Fehlt", person=geschaeftsstelle)
    (settings.MEDIA_ROOT / str(fehlt.fassungen.get().datei_id)).unlink()
    client.force_login(praesidium)

    response = fetch(client, f"{versandte.get_absolute_url()}unterlagen.zip", headers={"Accept-Encoding": "gzip"})

    archiv = zipfile.ZipFile(io.BytesIO(response.inhalt))
    assert archiv.testzip() is None
    assert archiv.namelist()[2:] == ["01.3 ..-..-böse-Datei-x.pdf", "Es folgt noch.txt"]
    assert "- Fehlt" in archiv.read("Es folgt noch.txt").decode()


def test_dossier_is_for_whoever_reads_the_whole_meeting(client, versandte, cast):
    Sitzung.objects.filter(pk=versandte.pk).update(dossier=make_datei("Sitzungsmappe.pdf", seiten=2))
    url = f"{versandte.get_absolute_url()}mappe.pdf"
    grant_gast(cast["gast"], versandte.traktanden.get())

    codes = {}
    for name, person in cast.items():
        client.force_login(person)
        codes[name] = fetch(client, url).status_code

    assert codes == {
        "vorsitz": 200,
        "praesidium": 200,
        "stellvertretung": 200,
        "berater": 200,
        "geschaeftsstelle": 200,
        "leitgremium": 200,
        "vorstand": 404,
        "gast": 404,
        "fremde": 404,
    }
    client.force_login(cast["leitgremium"])
    assert [lesung.fassung.unterlage.titel for lesung in Lesung.objects.filter(person=cast["leitgremium"])] == [
        "Budgetwerte"
    ]


# --- Calendars ------------------------------------------------------------------------------------


def events(response):
    return list(Calendar.from_ical(response.inhalt).walk("VEVENT"))


def test_meeting_as_calendar_entry_keeps_its_uid(client, versandte, praesidium, leitgremium):
    Sitzung.objects.filter(pk=versandte.pk).update(
        form="hybrid", form_entscheid_on=timezone.localdate(), video_link="https://video.portal.test/raum"
    )
    url = f"{versandte.get_absolute_url()}termin.ics"
    client.force_login(praesidium)
    first = events(fetch(client, url))
    Sitzung.objects.filter(pk=versandte.pk).update(kalender_folge=3, ort="Zuchwil")
    second = events(fetch(client, url))
    client.force_login(leitgremium)
    other = events(fetch(client, url))

    assert [e["SEQUENCE"] for e in first + second] == [0, 3]
    assert {str(e["UID"]) for e in first + second + other} == {str(first[0]["UID"])}
    assert "video.portal.test" in first[0]["DESCRIPTION"]
    assert "video.portal.test" not in other[0]["DESCRIPTION"]


def test_subscription_shows_what_the_person_may_see_and_ends_when_revoked(client, versandte, praesidium, vorstand):
    make_sitzung(1, beginn_at=versandte.beginn_at + timedelta(days=30))  # not announced
    client.force_login(praesidium)
    html = client.post("/kalender/neu/", follow=True).text
    url = re.search(r'"webcal://[^/]+(/kalender/[^"]+[.]ics)"', html)[1]
    client.logout()

    assert [str(e["SUMMARY"]) for e in events(fetch(client, url))] == [f"Sozialpräsidienkonferenz, {versandte.titel}"]

    client.force_login(praesidium)
    assert "webcal://" not in fetch(client, "/kalender/").text  # shown once
    client.post("/kalender/neu/")
    assert fetch(client, url).status_code == 404  # the old address is dead
    client.post("/kalender/beenden/")
    assert not Kalenderabo.objects.exists()


def test_subscription_of_somebody_deactivated_is_dead(client, versandte, praesidium):
    from sitzungen.actions.kalenderabo import hash_token

    Kalenderabo.objects.create(person=praesidium, token_hash=hash_token("t"), created_at=timezone.now())
    assert fetch(client, "/kalender/t.ics").status_code == 200
    praesidium.is_active = False
    praesidium.save()

    assert fetch(client, "/kalender/t.ics").status_code == 404


def test_title_can_add_nothing_to_a_calendar(client, versandte, praesidium):
    Sitzung.objects.filter(pk=versandte.pk).update(ort="Saal\r\nBEGIN:VALARM\nATTACH:x;,\u2028y")
    client.force_login(praesidium)

    found = Calendar.from_ical(fetch(client, f"{versandte.get_absolute_url()}termin.ics").inhalt)

    assert [c.name for c in found.walk()] == ["VCALENDAR", "VEVENT"]


def test_draft_replaced_before_the_dispatch_stays_with_who_prepares(client, versandte, cast):
    """What was uploaded by mistake and replaced in preparation is no guessed address away."""
    unterlage = paper(versandte, "Budgetwerte")
    unterlage.fassungen.update(is_aktuell=False, hochgeladen_at=versandte.versandt_at - timedelta(days=2))
    for nr, tage in ((2, -1), (3, 1)):
        Fassung.objects.create(
            unterlage=unterlage,
            nr=nr,
            is_aktuell=nr == 3,
            datei=make_datei(f"Fassung {nr}.pdf"),
            hochgeladen_von=cast["geschaeftsstelle"],
            hochgeladen_at=versandte.versandt_at + timedelta(days=tage),
        )
    grant_gast(cast["gast"], versandte)

    found = {}
    for name in ("geschaeftsstelle", "vorsitz", "praesidium", "stellvertretung", "leitgremium", "gast", "fremde"):
        client.force_login(cast[name])
        found[name] = [fetch(client, f"/unterlagen/{unterlage.uuid}/v{nr}/").status_code for nr in (1, 2, 3)]

    offen, gesandt = [200, 200, 200], [404, 200, 200]
    assert found == {
        "geschaeftsstelle": offen,
        "vorsitz": offen,
        "praesidium": gesandt,
        "stellvertretung": gesandt,
        "leitgremium": gesandt,
        "gast": gesandt,
        "fremde": [404, 404, 404],
    }
