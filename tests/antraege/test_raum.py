"""The way to the ballot from a logged-out telephone: what the session of the day's link opens, exactly, and when it ends."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from antraege.actions import abstimmung as deeds
from antraege.models import Stimme
from konferenz.rules import Mehrheit
from mitglieder.models import Mandat, Sitz, Zugangslink, hash_token
from mitglieder.permissions import SESSION_ZUGANG, Recht, Umfang, has_recht
from sitzungen.models import Anwesenheit, Sitzung, Teilnahme, Traktandum, Unterlage
from sitzungen.models.stimmzugang import RECHTE
from tests.conftest import make_mandat, make_person, make_sitzung, make_traktandum, make_unterlage, make_vertretung
from tests.test_urlconf import OEFFENTLICH, adressen

from .conftest import make_saal, seat

pytestmark = pytest.mark.django_db
HTMX = {"headers": {"HX-Request": "true"}}
RAUM, KARTEN = 16, 9  # queries
# What the session of the day's link opens besides the public addresses: this list is the whole of it.
OFFEN = {
    "/abstimmungen/<uuid>/",
    "/abstimmungen/<uuid>/karte/",
    "/abstimmungen/<uuid>/stimme/",
    "/sitzungen/<kennung>/balken/",
    "/sitzungen/<kennung>/platz/<uuid>/da/",
    "/sitzungen/<kennung>/platz/<uuid>/uebernehmen/",
    "/sitzungen/<kennung>/platz/<uuid>/weg/",
    "/sitzungen/<kennung>/raum/",
    "/sitzungen/<kennung>/raum/abstimmungen/",
}
# Of the account's pages, what everybody may open without signing in.
FREMD = {
    "/konto/adresse/",
    "/konto/gesperrt/",
    "/konto/passwort/neu/<uidb36>-<key>/",
    "/konto/passwort/neu/gesetzt/",
    "/konto/passwort/vergessen/",
    "/konto/passwort/vergessen/gesandt/",
}
# The account's: out, and in again as oneself (which ends the link's session first).
KONTO = {"/konto/abmelden/", "/konto/anmelden/", "/konto/code/", "/konto/code/eingeben/"}


def make_link(teilnahme, person, **felder):
    link = Zugangslink(
        zweck="stimme",
        person=person,
        sitz=teilnahme.sitz,
        objekt=teilnahme.uuid,
        valid_until=timezone.now() + timedelta(hours=6),
        created_at=timezone.now(),
    )
    link.token_hash = hash_token(link.token)
    for name, wert in felder.items():
        setattr(link, name, wert)
    link.save()
    return link


def entered(link):
    client = Client()
    antwort = client.post(link.path)
    assert antwort.status_code == 302, antwort.status_code
    return client


def raum_of(sitzung):
    return reverse("sitzungen:raum", args=[sitzung.kennung])


def text(antwort):
    return " ".join(antwort.content.decode().split())


@pytest.fixture
def saal(db):
    """Today's running meeting; the paper of its item is not the link's business."""
    sitzung = make_saal()
    jetzt = timezone.now()
    mitternacht = timezone.localtime(jetzt).replace(hour=0, minute=0, second=0, microsecond=0)
    beginn = max(jetzt - timedelta(minutes=10), mitternacht)
    Sitzung.objects.filter(pk=sitzung.pk).update(
        beginn_at=beginn,
        begonnen_at=beginn,
        ende_at=jetzt + timedelta(hours=2),
    )
    sitzung.refresh_from_db()
    return sitzung


@pytest.fixture
def sitz():
    return Sitz.objects.get(sozialregion__kuerzel="SRTG")


@pytest.fixture
def link(saal, sitz):
    return make_link(Teilnahme.objects.get(sitzung=saal, sitz=sitz), sitz.mandate.get().person)


@pytest.fixture
def vote(saal, offene):
    return offene(saal, now=timezone.now())


# --- Entering ---------------------------------------------------------------------------------------


def test_looking_at_the_link_changes_nothing_and_the_button_enters(link, saal, sitz):
    client = Client()
    seite = client.get(link.path)

    assert (seite.status_code, SESSION_KEY in client.session) == (200, False)
    assert str(sitz) in text(seite)
    assert "Zur Sitzung</button>" in text(seite)
    antwort = client.post(link.path)
    assert antwort.headers["Location"] == raum_of(saal)
    assert client.session[SESSION_ZUGANG] == {
        "zweck": "stimme",
        "objekt": str(link.objekt),
        "link": str(link.uuid),
    }
    assert 5 * 3600 < client.session.get_expiry_age() <= 6 * 3600
    assert client.get(raum_of(saal)).status_code == 200


def test_no_way_on_the_room_page_leads_the_link_into_a_refusal(link, saal):
    """Its footer too: what the session of the link cannot open is not offered."""
    client = entered(link)
    seite = client.get(raum_of(saal)).content.decode()
    wege = {weg for weg in re.findall(r'href="(/[^"#]*)', seite) if not weg.startswith("/static/")}

    assert reverse("mitglieder:pflichtenheft") not in wege
    assert {client.get(weg).status_code for weg in wege - {reverse("account_login")}} <= {200, 302}


def test_device_stays_signed_in_for_twelve_hours_at_most(saal, sitz):
    lang = make_link(
        Teilnahme.objects.get(sitzung=saal, sitz=sitz),
        sitz.mandate.get().person,
        valid_until=timezone.now() + timedelta(hours=30),
    )

    assert entered(lang).session.get_expiry_age() <= 12 * 3600


def test_who_is_signed_in_as_oneself_keeps_the_whole_session(link, saal):
    client = Client()
    client.force_login(link.person)

    assert client.get(link.path).headers["Location"] == raum_of(saal)
    assert client.post(link.path).headers["Location"] == raum_of(saal)
    assert SESSION_ZUGANG not in client.session


def test_from_the_link_to_the_counted_ballot(link, vote, saal):
    client = entered(link)
    seite = text(client.get(raum_of(saal)))

    assert "Wird der Antrag verabschiedet?" in seite
    assert "Traktanden und Unterlagen" not in seite
    antwort = client.post(reverse("antraege:stimme-cast", args=[vote.uuid]), {"wahl": "ja", "weg": "raum"})

    assert antwort.headers["Location"] == f"{raum_of(saal)}#beleg-{vote.uuid}"
    assert Stimme.objects.get().stimmsitz.person == link.person
    assert "Ihre Stimme: <strong>Ja</strong>" in text(client.get(raum_of(saal)))


# --- Exactly this -----------------------------------------------------------------------------------


def test_link_opens_exactly_these_addresses(link, vote, saal, sitz, geschaeftsstelle):
    punkt = Traktandum.objects.get(pk=saal.aktuell_id)
    unterlage = make_unterlage(punkt, person=geschaeftsstelle)
    werte = {
        "abstimmungen": vote.uuid,
        "traktanden": punkt.uuid,
        "unterlagen": unterlage.uuid,
        "platz": sitz.uuid,
        "sitze": sitz.uuid,
        "mitglieder": link.person.uuid,
        "praesenz": sitz.uuid,
        "teilnahme": sitz.uuid,
    }

    def fill(muster):
        import re

        def wert(treffer):
            davor, name = treffer[1] or "", treffer[2].split("__")[-1]
            if name == "kennung":
                return f"{davor}{saal.kennung}"
            if name in {"uuid", "sitz"}:
                return f"{davor}{werte.get(davor.strip('/'), sitz.uuid)}"
            return davor + {"jahr": "2026", "nr": "1", "kuerzel": "srtg", "uidb36": "1", "key": "set-password"}.get(
                name, "unbekannt"
            )

        return re.sub(r"(\w+/)?<(\w+)>", wert, muster)

    erreicht = set()
    for muster, _view in adressen():
        if muster in KONTO:
            continue
        client = entered(link)
        for methode in (client.get, client.post):
            if methode(fill(muster)).status_code not in {403, 404}:
                erreicht.add(muster)

    assert erreicht - set(OEFFENTLICH) == OFFEN - set(OEFFENTLICH) | FREMD
    client = entered(link)
    assert client.get("/admin/").status_code in {302, 403}
    assert client.get("/").status_code == 403


def test_rights_of_the_session_are_four_and_only_for_its_meeting_and_seat(link, saal, sitz, vote, geschaeftsstelle):
    scope = Umfang(person=link.person, now=timezone.now(), zugang=("stimme", str(link.objekt)))
    andere = make_sitzung(3, status="versandt")
    unterlage = make_unterlage(Traktandum.objects.get(pk=saal.aktuell_id), person=geschaeftsstelle)
    eigene = Teilnahme.objects.get(sitzung=saal, sitz=sitz)
    fremde = Teilnahme.objects.filter(sitzung=saal).exclude(pk=eigene.pk).first()

    assert {r for r in Recht if has_recht(scope, r, saal)} == RECHTE
    assert {r for r in Recht if has_recht(scope, r, vote)} == RECHTE
    assert {r for r in Recht if has_recht(scope, r, eigene)} == RECHTE
    for gegenstand in (None, andere, fremde):
        assert {r for r in Recht if has_recht(scope, r, gegenstand)} == set(), gegenstand
    for gegenstand in (saal.aktuell, unterlage):  # they ask their meeting; of agenda and papers it opens nothing
        assert not {r for r in Recht if has_recht(scope, r, gegenstand)} - RECHTE
    assert list(Sitzung.objects.visible_to(scope)) == [saal]
    assert not Traktandum.objects.visible_to(scope).exists()
    assert not Unterlage.objects.visible_to(scope).exists()
    assert not Teilnahme.objects.visible_to(scope).exists()


def test_other_meetings_seats_and_votes_are_not_to_be_found(link, saal, vote, geschaeftsstelle):
    client = entered(link)
    andere = make_sitzung(3, status="laufend")
    Sitzung.objects.filter(pk=andere.pk).update(aktuell=make_traktandum(andere, art="entscheid"))
    fremd = deeds.prepare_abstimmung(
        andere.pk,
        traktandum_pk=andere.traktanden.get().pk,
        frage="Fremd?",
        mehrheit=Mehrheit.EINFACH,
        actor=geschaeftsstelle,
        now=timezone.now(),
    )
    anderer = Sitz.objects.exclude(pk=link.sitz_id).filter(art="region").first()

    stati = [
        client.get(raum_of(andere)).status_code,
        client.get(reverse("sitzungen:balken", args=[andere.kennung]), **HTMX).status_code,
        client.get(reverse("antraege:raum-karten", args=[andere.kennung]), **HTMX).status_code,
        client.get(fremd.get_absolute_url()).status_code,
        client.post(reverse("antraege:stimme-cast", args=[fremd.uuid]), {"wahl": "ja"}).status_code,
        client.post(reverse("sitzungen:platz-take", args=[saal.kennung, anderer.uuid])).status_code,
        client.post(reverse("sitzungen:platz-leave", args=[saal.kennung, anderer.uuid])).status_code,
    ]

    assert stati == [404, 404, 404, 404, 404, 403, 403]
    assert Stimme.objects.count() == 0
    assert Anwesenheit.objects.filter(sitzung=saal, bis_at__isnull=True).count() == 14


def test_link_of_another_seat_of_the_same_person_casts_no_ballot(saal, sitz, offene):
    """The chair's holder may hold a region's seat, too: the vote counts one, and the other seat's link is not its way."""
    person = sitz.mandate.get().person
    amt = Sitz.objects.get(art="amt")
    make_mandat(person, amt)
    teilnahme = Teilnahme.objects.create(sitzung=saal, sitz=amt)
    vote = offene(saal, now=timezone.now())
    client = entered(make_link(teilnahme, person))

    antwort = client.post(reverse("antraege:stimme-cast", args=[vote.uuid]), {"wahl": "ja"})

    assert (antwort.status_code, Stimme.objects.count()) == (403, 0)
    assert "Dieser Link gilt nicht für den Sitz, für den Sie stimmen." in text(antwort)


# --- The end ----------------------------------------------------------------------------------------


def ends(link, client, saal):
    """Whether the session is over on its next request, says so, and the link opens nothing any more."""
    teil = client.get(f"{raum_of(saal)}?stand=laufend-0", **HTMX)
    antwort = client.get(raum_of(saal))
    return (
        (teil.status_code, teil.headers.get("HX-Refresh"), antwort.status_code, SESSION_KEY in client.session)
        == (403, "true", 403, False)
        and "Dieser Zugang ist zu Ende" in text(antwort)
        and client.post(link.path).status_code == 404
        and SESSION_KEY not in client.session
    )


def test_session_ends_when_the_meeting_closes(link, saal):
    client = entered(link)
    Sitzung.objects.filter(pk=saal.pk).update(status="geschlossen", beendet_at=timezone.now())

    assert ends(link, client, saal)


def test_session_ends_when_the_link_is_withdrawn_or_expires(link, saal):
    client = entered(link)
    Zugangslink.objects.update(revoked_at=timezone.now())
    assert ends(link, client, saal)

    Zugangslink.objects.update(revoked_at=None)
    client = entered(link)
    Zugangslink.objects.update(valid_until=timezone.now())
    assert ends(link, client, saal)


def test_session_ends_with_the_mandate(link, saal, sitz):
    client = entered(link)
    Mandat.objects.filter(sitz=sitz).update(bis=timezone.localdate())

    assert ends(link, client, saal)


def test_session_ends_with_the_substitution(saal, sitz):
    ersatz = make_person("Ersatz")
    teilnahme = make_vertretung(saal, sitz, ersatz)
    link = make_link(teilnahme, ersatz)
    client = entered(link)
    assert client.get(raum_of(saal)).status_code == 200
    Teilnahme.objects.filter(pk=teilnahme.pk).update(vertretung_stand="abgelehnt")

    assert ends(link, client, saal)


def test_ballot_sent_by_an_ended_session_is_not_stored(link, saal, vote, geschaeftsstelle):
    client = entered(link)
    Zugangslink.objects.update(revoked_at=timezone.now())

    antwort = client.post(reverse("antraege:stimme-cast", args=[vote.uuid]), {"wahl": "ja"})

    assert (antwort.status_code, Stimme.objects.count()) == (403, 0)
    assert "Dieser Zugang ist zu Ende" in text(antwort)


def test_deactivated_person_is_out_at_once(link, saal):
    client = entered(link)
    type(link.person).objects.get_queryset().filter(pk=link.person_id).update(is_active=False)

    assert client.get(raum_of(saal)).status_code == 302
    assert client.get(link.path).status_code == 404


# --- The room ---------------------------------------------------------------------------------------


def test_room_follows_the_desk_without_touching_a_ballot(link, saal, offene):
    client = entered(link)
    karten = reverse("antraege:raum-karten", args=[saal.kennung])
    seite = text(client.get(raum_of(saal)))
    assert "Wird der Antrag" not in seite
    assert client.get(f"{karten}?bekannt=", **HTMX).status_code == 204

    vote = offene(saal, now=timezone.now())
    neu = text(client.get(f"{karten}?bekannt=", **HTMX))

    assert 'hx-swap-oob="afterbegin:#karten"' in neu
    assert neu.count('type="radio"') == 3
    assert "Eine Abstimmung ist offen: Wird der Antrag verabschiedet?" in neu
    assert client.get(f"{karten}?bekannt={vote.uuid}", **HTMX).status_code == 204
    seat(saal, Sitz.objects.get(art="amt"), make_person("Amt"))
    assert client.get(f"{karten}?bekannt={vote.uuid}", **HTMX).status_code == 204
    assert client.get(karten).status_code == 302


def test_part_of_the_room_is_sent_when_it_changed(link, saal):
    client = entered(link)
    seite = client.get(raum_of(saal)).content.decode()
    stand = seite.split("?stand=")[1].split('"')[0]

    assert client.get(f"{raum_of(saal)}?stand={stand}", **HTMX).status_code == 204
    Traktandum.objects.filter(pk=saal.aktuell_id).update(ausgang="verschoben")
    neu = client.get(f"{raum_of(saal)}?stand={stand}", **HTMX)
    assert "verschoben" in text(neu)
    assert client.get(f"{raum_of(saal)}?stand=versandt-0", **HTMX).headers["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("status", "satz"),
    [("versandt", "Die Sitzung hat noch nicht begonnen"), ("geschlossen", "Die Sitzung ist geschlossen")],
)
def test_before_and_after_the_room_says_so(praesidium, status, satz):
    sitzung = make_sitzung(status=status)
    client = Client()
    client.force_login(praesidium)

    seite = client.get(raum_of(sitzung))

    assert (seite.status_code, satz in text(seite)) == (200, True)
    assert f'href="{sitzung.get_absolute_url()}"' in text(seite)


def test_room_is_for_seats_and_substitutes(saal, berater, leitgremium, gast, vorstand, fremde, geschaeftsstelle):
    ersatz = make_person("Ersatz")
    make_vertretung(saal, Sitz.objects.get(sozialregion__kuerzel="SRTG"), ersatz)

    def status(person):
        client = Client()
        client.force_login(person)
        return client.get(raum_of(saal)).status_code

    assert [status(p) for p in (berater, ersatz, geschaeftsstelle)] == [200, 200, 200]
    assert [status(p) for p in (leitgremium, gast, vorstand, fremde)] == [403, 404, 404, 404]
    assert Client().get(raum_of(saal)).status_code == 302


@pytest.mark.parametrize("anzahl", [1, 3])
def test_queries_of_the_room_do_not_grow(saal, link, offene, anzahl, django_assert_num_queries):
    for _ in range(anzahl):
        offene(saal, antrag=False, mehrheit=Mehrheit.KONSULTATIV, now=timezone.now())
    client = entered(link)
    client.get(raum_of(saal))

    with django_assert_num_queries(RAUM):
        seite = client.get(raum_of(saal))
    assert text(seite).count('type="radio"') == 3 * anzahl
    with django_assert_num_queries(KARTEN):
        client.get(f"{reverse('antraege:raum-karten', args=[saal.kennung])}?bekannt=", **HTMX)


# --- The code on the screen -------------------------------------------------------------------------


def test_code_leads_to_the_room_and_keeps_the_device_signed_in(saal, sitz, mailoutbox):
    person = sitz.mandate.get().person
    client, zugang = Client(), reverse("sitzungen:raum-zugang", args=[saal.kennung])

    seite = text(client.get(zugang))
    ziel = seite.split('name="next" value="')[1].split('"')[0]
    antwort = client.post("/konto/code/", {"email": person.login, "next": ziel}, follow=True)

    assert f'value="{ziel}"' in text(antwort)
    assert ziel == f"{raum_of(saal)}?geraet=bleibt"
    code = client.session["account_login"]["state"]["stages"]["login_by_code"]["data"]["code"]
    antwort = client.post("/konto/code/eingeben/", {"code": code, "next": ziel})
    assert antwort.headers["Location"] == ziel
    assert client.get(ziel).status_code == 200
    assert not client.session.get_expire_at_browser_close()
    assert 11 * 3600 < client.session.get_expiry_age() <= 12 * 3600
    assert client.get(zugang).headers["Location"] == raum_of(saal)
    Sitzung.objects.filter(pk=saal.pk).update(status="geschlossen", beendet_at=timezone.now())
    client.get(raum_of(saal))
    assert client.session.get_expire_at_browser_close()


def test_screen_shows_the_code_until_the_close(saal, geschaeftsstelle, settings):
    settings.SITE_URL = "https://portal.test"
    client = Client()
    client.force_login(geschaeftsstelle)
    schirm = reverse("sitzungen:saal", args=[saal.kennung])

    offen = text(client.get(schirm))
    teil = text(client.get(f"{schirm}?live=99999", **HTMX))
    Sitzung.objects.filter(pk=saal.pk).update(status="geschlossen", beendet_at=timezone.now())
    zu = text(client.get(schirm))

    adresse = f"https://portal.test/sitzungen/{saal.kennung}/raum/zugang/"
    assert f'aria-label="Code für das Telefon: {adresse}"' in offen
    assert '<path class="saal__code" d="M4 4h7v1h-7z' in offen
    assert "saal__code" not in teil  # what is asked for every two seconds stays light
    assert "saal__code" not in zu


def test_page_of_the_code_is_the_same_for_every_address(saal):
    da, nicht = (text(Client().get(f"/sitzungen/{k}/raum/zugang/")) for k in (saal.kennung, "2031-9"))

    assert da.split("csrfmiddlewaretoken")[0] == nicht.split("csrfmiddlewaretoken")[0]


def test_a_password_keeps_no_device_signed_in(saal, sitz):
    client = Client()
    client.force_login(sitz.mandate.get().person)
    client.get(f"{raum_of(saal)}?geraet=bleibt")

    assert client.session.get_expire_at_browser_close()
