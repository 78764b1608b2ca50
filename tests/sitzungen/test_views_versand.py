"""The office's pages of a dispatch; nobody else sees them."""

import pytest
from django.urls import reverse

from sitzungen.models import Versand

pytestmark = pytest.mark.django_db
BASIS = "/sitzungen/2026-4/versand/"


@pytest.fixture
def als(client):
    def als(person):
        client.force_login(person)
        return client

    return als


@pytest.fixture
def versand(bereite, praesidium, leitgremium, tick):
    tick()
    return Versand.objects.select_related("sitzung").get()


def zeile(versand, person):
    return versand.zustellungen.get(person=person)


PFADE = [
    "",
    "vorschau/einladung/",
    "vorschau/kenntnis/",
    "mappe.pdf",
    "jetzt/",
    "nachversand/",
    "verschiebung/",
    "absage/",
]


@pytest.mark.parametrize("pfad", PFADE)
def test_pages_are_the_offices_alone(pfad, freigegebene, cast_ohne_stellvertretung, als):
    antworten = {}
    for name, person in cast_ohne_stellvertretung.items():
        antwort = als(person).get(f"{BASIS}{pfad}")
        antworten[name] = antwort.status_code
        if antwort.streaming:
            b"".join(antwort.streaming_content)

    assert antworten == {name: 200 if name == "geschaeftsstelle" else 404 for name in antworten}


@pytest.fixture
def cast_ohne_stellvertretung(vorsitz, praesidium, berater, geschaeftsstelle, leitgremium, vorstand, gast, fremde):
    return {
        "vorsitz": vorsitz,
        "praesidium": praesidium,
        "berater": berater,
        "geschaeftsstelle": geschaeftsstelle,
        "leitgremium": leitgremium,
        "vorstand": vorstand,
        "gast": gast,
        "fremde": fremde,
    }


def test_deeds_are_the_offices_alone(versand, praesidium, vorsitz, als):
    z = versand.zustellungen.first()
    ziele = [
        *(reverse(f"sitzungen:versand-{deed}", args=[versand.uuid]) for deed in ("stop", "resume", "extend")),
        *(reverse(f"sitzungen:zustellung-{deed}", args=[z.uuid]) for deed in ("resend", "mark")),
        f"{BASIS}probe/",
        f"{BASIS}jetzt/",
    ]

    codes = [[als(person).post(ziel).status_code for ziel in ziele] for person in (praesidium, vorsitz)]

    assert codes == [[404] * 7, [404] * 7]
    assert Versand.objects.get().status == "bereit"


def test_before_shows_date_recipients_and_both_letters(freigegebene, praesidium, leitgremium, geschaeftsstelle, als):
    text = als(geschaeftsstelle).get(BASIS).content.decode()

    assert "3. Dezember 2026" in text
    assert "an 2 Personen" in text
    assert "Einladung zur Sitzung 4/2026 vom 10. Dezember 2026" in text
    assert "Unterlagen der Sitzung 4/2026 vom 10. Dezember 2026 zur Kenntnis" in text


def test_preview_is_sandboxed_and_stands_in_a_frame(freigegebene, geschaeftsstelle, als):
    antwort = als(geschaeftsstelle).get(f"{BASIS}vorschau/einladung/")

    assert antwort["Content-Security-Policy"].startswith("sandbox ")
    assert antwort["X-Frame-Options"] == "SAMEORIGIN"
    assert "Gerne laden wir Sie" in antwort.content.decode()


def test_unknown_letter_is_no_page(freigegebene, geschaeftsstelle, als):
    assert als(geschaeftsstelle).get(f"{BASIS}vorschau/liebesbrief/").status_code == 404


def test_during_shows_progress_and_asks_again(versand, geschaeftsstelle, als):
    seite = als(geschaeftsstelle).get(BASIS).content.decode()
    ziel = reverse("sitzungen:versand-stand", args=[versand.uuid])
    stand = als(geschaeftsstelle).get(ziel, headers={"HX-Request": "true"})

    assert als(geschaeftsstelle).get(ziel).status_code == 302
    assert "<strong>0</strong> von 2 Mails vom Mailserver angenommen" in seite
    assert 'hx-trigger="every 3s"' in seite
    assert stand.status_code == 200


def test_after_says_frist_and_never_zugestellt(versand, geschaeftsstelle, deliver, tick, als):
    deliver()
    tick()

    seite = als(geschaeftsstelle).get(BASIS).content.decode()
    stand = als(geschaeftsstelle).get(
        reverse("sitzungen:versand-stand", args=[versand.uuid]), headers={"HX-Request": "true"}
    )

    assert "Frist eingehalten" in seite
    assert "7 Tage vor der Sitzung" in seite
    assert seite.count("vom Mailserver angenommen<br>") == 2
    assert "zugestellt" not in seite.lower()
    assert stand.status_code == 286


def test_stop_and_resume(versand, geschaeftsstelle, deliver, senke, als):
    als(geschaeftsstelle).post(reverse("sitzungen:versand-stop", args=[versand.uuid]))
    deliver()
    nach_stop = (len(senke.mails), Versand.objects.get().status)

    als(geschaeftsstelle).post(reverse("sitzungen:versand-resume", args=[versand.uuid]))
    deliver()

    assert nach_stop == (0, "gestoppt")
    assert len(senke.mails) == 2


def test_resend_needs_a_reason_and_takes_the_new_address(
    versand, praesidium, geschaeftsstelle, deliver, tick, senke, als
):
    deliver()
    tick()
    ziel = reverse("sitzungen:zustellung-resend", args=[zeile(versand, praesidium).uuid])
    praesidium.email = "neu@portal.test"
    praesidium.save(update_fields=["email"])

    leer = als(geschaeftsstelle).post(ziel, {"grund": ""})
    gut = als(geschaeftsstelle).post(ziel, {"grund": "Postfach war voll"})
    laufend = Versand.objects.get().status
    deliver(None)
    tick()

    assert (leer.status_code, gut.status_code) == (200, 302)
    assert laufend == "laufend"
    assert senke.recipients.count("neu@portal.test") == 1
    assert len(senke.mails) == 3
    assert Versand.objects.get().status == "abgeschlossen"
    assert len({m["Message-ID"] for m in senke.messages()}) == 3


def test_mark_as_returned_and_by_post(versand, praesidium, geschaeftsstelle, deliver, als):
    deliver()
    z = zeile(versand, praesidium)
    ziel = reverse("sitzungen:zustellung-mark", args=[z.uuid])

    for status, vermerk in (("zurueckgekommen", "Postfach voll"), ("per_post", "per Post am 4. Dezember 2026")):
        als(geschaeftsstelle).post(ziel, {"status": status, "vermerk": vermerk})
    noch = als(geschaeftsstelle).post(ziel, {"status": "zurueckgekommen", "vermerk": "x"})

    z.sendung.refresh_from_db()
    assert (z.sendung.status, z.sendung.vermerk) == ("per_post", "per Post am 4. Dezember 2026")
    assert "lässt sich so nicht vermerken" in noch.content.decode()


def test_probe_sends_both_letters_to_the_asker_only(freigegebene, praesidium, geschaeftsstelle, deliver, senke, als):
    als(geschaeftsstelle).post(f"{BASIS}probe/")
    deliver(None)

    assert senke.recipients == ["geschaeftsstelle@portal.test"] * 2
    assert sorted(m["subject"].split(":")[0].strip() for m in senke.messages()) == ["Probe", "Probe"]
    assert Versand.objects.count() == 0


@pytest.mark.parametrize("personen", [1, 3])
def test_page_asks_the_database_as_often_for_three_as_for_one(
    personen, freigegebene, geschaeftsstelle, tick, als, django_assert_num_queries
):
    from mitglieder.models import Sitz
    from tests.conftest import make_mandat, make_person

    for nr, sitz in enumerate(Sitz.objects.order_by("pk")[:personen]):
        make_mandat(make_person(f"Sitz {nr}"), sitz)
    tick()
    client = als(geschaeftsstelle)
    client.get(BASIS)

    with django_assert_num_queries(QUERIES):
        client.get(BASIS)


QUERIES = 17


def test_missing_meeting_is_no_page(geschaeftsstelle, als):
    assert als(geschaeftsstelle).get("/sitzungen/2031-1/versand/").status_code == 404
