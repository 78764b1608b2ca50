"""The desk: preparing, opening, closing, breaking off, a show of hands, a motion; who may, and that nobody sees a tendency."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from antraege.actions import abstimmung as deeds
from antraege.models import Abstimmung, Antrag, Stimme
from konferenz.rules import Mehrheit
from mitglieder.models import Sitz
from sitzungen.models import Ausstand, Sitzung, Teilnahme, Traktandum
from tests.conftest import make_person, make_vertretung

from .conftest import make_antrag, make_saal

pytestmark = pytest.mark.django_db


@pytest.fixture
def buero(client, geschaeftsstelle):
    client.force_login(geschaeftsstelle)
    return client


@pytest.fixture
def leitung(saal):
    return reverse("sitzungen:leitung", args=[saal.kennung])


def prepare(saal, actor, **mehr):
    angaben = {"traktandum_pk": saal.aktuell_id, "frage": "Geht es weiter?", "mehrheit": Mehrheit.EINFACH} | mehr
    return deeds.prepare_abstimmung(saal.pk, actor=actor, now=saal.beginn_at, **angaben)


def seats(saal):
    return list(
        saal.anwesenheiten.filter(bis_at__isnull=True, teilnahme__sitz__stimmberechtigt=True).values_list(
            "teilnahme__sitz_id", flat=True
        )
    )


def url(name, *args):
    return reverse(f"antraege:{name}", args=args)


def text(response):
    return " ".join(response.content.decode().split())


# --- preparing ------------------------------------------------------------------------------------


def test_office_prepares_changes_and_removes_a_vote(buero, saal, leitung):
    punkt = saal.aktuell
    neu = url("abstimmung-create", saal.kennung)

    seite = text(buero.get(f"{neu}?traktandum={punkt.uuid}"))
    assert "(Annahme)" in seite
    assert f'value="{punkt.uuid}" selected' in seite
    antwort = buero.post(neu, {"gegenstand": punkt.uuid, "frage": "Geht es?", "mehrheit": "einfach"})
    assert antwort.url == leitung
    vote = Abstimmung.objects.get()
    assert "Geht es?" in text(buero.get(leitung))
    buero.post(
        url("abstimmung-edit", vote.uuid), {"gegenstand": punkt.uuid, "frage": "Wie?", "mehrheit": "konsultativ"}
    )
    vote.refresh_from_db()
    assert (vote.frage, vote.mehrheit) == ("Wie?", "konsultativ")
    assert buero.post(url("abstimmung-remove", vote.uuid)).url == leitung
    assert not Abstimmung.objects.exists()


def test_what_was_typed_stays_where_it_is_refused(buero, saal):
    fassung = make_antrag(saal)
    wert = f"{saal.aktuell.uuid}/{fassung.antrag.kennung}"

    seite = text(
        buero.post(
            url("abstimmung-create", saal.kennung), {"gegenstand": wert, "frage": "Meine Frage", "mehrheit": "einfach"}
        )
    )

    assert "Über einen Antrag entscheiden immer zwei Drittel" in seite
    assert "Meine Frage</textarea>" in seite
    assert not Abstimmung.objects.exists()


def test_motion_at_the_desk_leads_straight_to_the_opening(buero, saal, leitung):
    sitz = Sitz.objects.stimmberechtigt().order_by("reihenfolge").first()
    adresse = url("antrag-create", saal.kennung, saal.aktuell.uuid)

    antwort = buero.post(adresse, {"titel": "Teuerung", "text": "Es sei …", "sitz": sitz.pk})

    vote = Abstimmung.objects.get()
    assert antwort.url == url("abstimmung-open", vote.uuid)
    seite = text(buero.get(antwort.url))
    assert "Anwesend stimmberechtigt 14 – nötig 10 Ja – Enthaltungen zählen wie Nein" in seite
    offen = buero.post(antwort.url, {"sitze": ",".join(map(str, seats(saal)))})
    assert offen.url == leitung
    assert "<strong>0 von 14</strong> haben gestimmt" in text(buero.get(leitung))


@pytest.mark.parametrize(
    ("art", "angekuendigt", "satz"),
    [
        ("information", True, "Machen Sie es zuerst zum Entscheid"),
        ("entscheid", False, "Setzen Sie es auf die nächste Traktandenliste"),
    ],
)
def test_motion_elsewhere_is_refused_with_what_to_do_instead(buero, saal, leitung, art, angekuendigt, satz):
    Traktandum.objects.filter(pk=saal.aktuell_id).update(
        art=art, angekuendigt_at=saal.versandt_at if angekuendigt else None
    )
    adresse = url("antrag-create", saal.kennung, saal.aktuell.uuid)
    sitz = Sitz.objects.stimmberechtigt().first()

    assert satz in text(buero.get(adresse))
    assert satz in text(buero.get(leitung))
    assert satz in text(buero.post(adresse, {"titel": "T", "text": "x", "sitz": sitz.pk}))
    assert not Antrag.objects.exists()


def test_vote_of_two_thirds_on_an_information_is_not_offered_for_opening(buero, saal, leitung, geschaeftsstelle):
    Traktandum.objects.filter(pk=saal.aktuell_id).update(art="information")
    vote = prepare(saal, geschaeftsstelle, mehrheit=Mehrheit.ZWEIDRITTEL)

    seite = text(buero.get(leitung))
    assert "Machen Sie es zuerst zum Entscheid" in seite
    assert url("abstimmung-open", vote.uuid) not in seite
    geoeffnet = buero.post(url("abstimmung-open", vote.uuid), {"sitze": ",".join(map(str, seats(saal)))})
    assert "Machen Sie es zuerst zum Entscheid" in text(geoeffnet)
    assert Abstimmung.objects.get().status == "vorbereitet"


# --- opening --------------------------------------------------------------------------------------


def test_opening_names_the_base_and_who_is_not_in_it(buero, geschaeftsstelle):
    saal = make_saal(12)
    teilnahme = Teilnahme.objects.filter(anwesenheiten__isnull=False, sitz__art="region").first()
    Ausstand.objects.create(
        teilnahme=teilnahme, traktandum=saal.aktuell, erklaert_von=geschaeftsstelle, erklaert_at=saal.beginn_at
    )
    vote = prepare(saal, geschaeftsstelle, mehrheit=Mehrheit.ZWEIDRITTEL)

    seite = text(buero.get(url("abstimmung-open", vote.uuid)))

    dabei, nicht = seite.split("Nicht dabei")
    assert "11 Sitze zählen mit" in dabei
    assert "nötig 8 Ja" in dabei
    assert "Sitz00" in dabei
    assert teilnahme.sitz.bezeichnung not in dabei
    assert f"{teilnahme.sitz.bezeichnung}</span>" in nicht
    assert "Im Ausstand bei diesem Traktandum" in nicht
    assert nicht.count("Nicht anwesend.") == 2


def test_opening_asks_again_if_the_presence_changed_meanwhile(buero, saal, geschaeftsstelle):
    vote = prepare(saal, geschaeftsstelle)
    bestaetigt = seats(saal)
    saal.anwesenheiten.filter(teilnahme__sitz_id=bestaetigt[0]).update(bis_at=saal.beginn_at + timedelta(minutes=5))

    seite = text(buero.post(url("abstimmung-open", vote.uuid), {"sitze": ",".join(map(str, bestaetigt))}))

    assert "Die Präsenz hat sich inzwischen geändert" in seite
    assert "13 Sitze zählen mit" in seite
    assert f'name="sitze" value="{",".join(map(str, seats(saal)))}"' in seite
    assert Abstimmung.objects.get().status == "vorbereitet"


def test_nobody_present_opens_nothing(buero, geschaeftsstelle):
    saal = make_saal(0)
    vote = prepare(saal, geschaeftsstelle)

    for antwort in (
        buero.get(url("abstimmung-open", vote.uuid)),
        buero.post(url("abstimmung-open", vote.uuid), {"sitze": ""}),
    ):
        assert "Es ist kein stimmberechtigter Sitz anwesend." in text(antwort)
    assert Abstimmung.objects.get().status == "vorbereitet"


def test_second_device_opens_and_closes_nothing_twice(buero, saal, leitung, geschaeftsstelle):
    vote = prepare(saal, geschaeftsstelle)
    daten = {"sitze": ",".join(map(str, seats(saal)))}

    for _ in range(2):
        assert buero.post(url("abstimmung-open", vote.uuid), daten).url == leitung
    assert "ist offen" in text(buero.get(leitung))
    assert vote.stimmsitze.count() == 14
    for _ in range(2):
        assert buero.post(url("abstimmung-close", vote.uuid), {"bestaetigt": "on"}).url == leitung
    assert "ist geschlossen" in text(buero.get(leitung))


def test_closing_time_is_set_in_minutes(buero, saal, leitung, geschaeftsstelle):
    vote = prepare(saal, geschaeftsstelle)
    adresse, sitze = url("abstimmung-open", vote.uuid), ",".join(map(str, seats(saal)))

    assert "ganze Minuten" in text(buero.post(adresse, {"sitze": sitze, "minuten": "bald"}))
    buero.post(adresse, {"sitze": sitze, "minuten": "5"})

    vote.refresh_from_db()
    assert vote.schliesst_at == vote.eroeffnet_at + timedelta(minutes=5)
    assert "schliesst von selbst um" in text(buero.get(leitung))


# --- closing, breaking off, afterwards ------------------------------------------------------------


def test_closing_warns_while_seats_are_missing_and_names_them(buero, saal, offene, leitung):
    vote = offene(saal)
    alle = list(vote.stimmsitze.select_related("person").order_by("sitz__reihenfolge"))
    for stimmsitz in alle[:12]:
        deeds.cast_stimme(vote.pk, wahl="ja", actor=stimmsitz.person, now=saal.beginn_at)

    warnung = text(buero.post(url("abstimmung-close", vote.uuid)))

    assert "12 von 14 haben gestimmt" in warnung
    assert all(s.bezeichnung in warnung for s in alle[12:])
    assert alle[0].bezeichnung not in warnung
    assert Abstimmung.objects.get().is_offen
    assert buero.post(url("abstimmung-close", vote.uuid), {"bestaetigt": "on"}).url == leitung
    assert Abstimmung.objects.get().is_geschlossen


def test_closing_needs_no_second_word_once_all_have_voted(buero, saal, offene, leitung):
    vote = offene(saal)
    for stimmsitz in vote.stimmsitze.select_related("person"):
        deeds.cast_stimme(vote.pk, wahl="ja", actor=stimmsitz.person, now=saal.beginn_at)

    assert buero.post(url("abstimmung-close", vote.uuid)).url == leitung
    seite = text(buero.get(leitung))
    assert "Angenommen mit 14 Ja, 0 Nein" in seite
    assert "Rückweisung" not in seite.split("Abstimmungen</h3>")[1].split("pult__ergebnis")[0]


@pytest.mark.parametrize("wahl", ["nein", "enthaltung"])
def test_failed_or_tied_vote_offers_the_way_back(buero, saal, offene, leitung, wahl):
    vote = offene(saal, antrag=False, mehrheit=Mehrheit.EINFACH)
    for stimmsitz in vote.stimmsitze.select_related("person"):
        deeds.cast_stimme(vote.pk, wahl=wahl, actor=stimmsitz.person, now=saal.beginn_at)
    buero.post(url("abstimmung-close", vote.uuid))

    seite = text(buero.get(leitung))
    teil = seite.split("Abstimmungen</h3>")[1].split("pult__ergebnis")[0]
    assert "Rückweisung" in teil
    assert "Verschiebung" in teil
    ausgang = reverse("sitzungen:traktandum-ausgang", args=[saal.kennung, saal.aktuell.uuid])
    buero.post(ausgang, {"ausgang": "zurueckgewiesen", "text": "Abgelehnt mit …"})
    assert Traktandum.objects.get(pk=saal.aktuell_id).ausgang == "zurueckgewiesen"


def test_while_a_vote_is_open_the_one_before_offers_nothing_that_would_be_refused(buero, saal, offene, leitung):
    def ways():
        teil = text(buero.get(leitung)).split("Abstimmungen</h3>")[1].split("pult__ergebnis")[0]
        return [wort in teil for wort in ("Rückweisung", "Verschiebung", "Wiederholen")]

    buero.post(url("abstimmung-close", offene(saal).uuid), {"bestaetigt": "on"})
    assert ways() == [True, True, True]

    zweite = offene(saal, antrag=False, mehrheit=Mehrheit.EINFACH)
    assert ways() == [False, False, False]

    buero.post(url("abstimmung-close", zweite.uuid), {"bestaetigt": "on"})
    assert ways() == [True, True, True]


def test_with_votes_missing_the_way_to_record_them_is_there(buero, saal, offene, client):
    vote = offene(saal)
    erfassen = f'href="{url("abstimmung-erfassen", vote.uuid)}"'

    assert erfassen in buero.post(url("abstimmung-close", vote.uuid)).content.decode()
    client.force_login(saal.leitung or Sitz.objects.get(art="vorsitz").mandate.get().person)
    assert erfassen not in client.post(url("abstimmung-close", vote.uuid)).content.decode()


def test_breaking_off_needs_a_reason(buero, saal, offene, leitung):
    vote = offene(saal)

    assert "warum" in text(buero.post(url("abstimmung-abort", vote.uuid), {"grund": ""}))
    assert Abstimmung.objects.get().is_offen
    assert buero.post(url("abstimmung-abort", vote.uuid), {"grund": "Falsche Frage"}).url == leitung
    assert "Abgebrochen: Falsche Frage" in text(buero.get(leitung))


def test_repeating_names_the_old_vote(buero, saal, offene, leitung):
    vote = offene(saal, antrag=False, mehrheit=Mehrheit.EINFACH)
    buero.post(url("abstimmung-close", vote.uuid), {"bestaetigt": "on"})
    adresse = f"{url('abstimmung-create', saal.kennung)}?wiederholt={vote.uuid}"

    assert "bleibt stehen" in text(buero.get(adresse))
    buero.post(adresse, {"gegenstand": saal.aktuell.uuid, "frage": vote.frage, "mehrheit": "einfach"})

    assert Abstimmung.objects.get(status="vorbereitet").vorgaenger == vote
    assert "wiederholt die Abstimmung 1" in text(buero.get(leitung))


# --- the show of hands ----------------------------------------------------------------------------


def test_office_records_seat_by_seat_and_all_the_rest(buero, saal, offene):
    vote = offene(saal)
    adresse = url("abstimmung-erfassen", vote.uuid)
    selbst, erste = vote.stimmsitze.select_related("person").order_by("sitz__reihenfolge")[:2]
    deeds.cast_stimme(vote.pk, wahl="nein", actor=selbst.person, now=saal.beginn_at)

    buero.post(adresse, {"sitz": erste.sitz_id, "wahl": "nein"})
    buero.post(adresse, {"alle": "ja"})

    assert Stimme.objects.filter(wahl="ja", weg="geschaeftsstelle").count() == 12
    assert Stimme.objects.get(stimmsitz=erste).weg == "geschaeftsstelle"
    seite = text(buero.get(adresse))
    assert seite.count("hat selbst gestimmt") == 1
    assert seite.count("durch die Geschäftsstelle erfasst") == 13


def test_own_ballot_is_overwritten_only_if_the_seat_says_so(buero, saal, offene):
    vote = offene(saal)
    adresse = url("abstimmung-erfassen", vote.uuid)
    selbst = vote.stimmsitze.select_related("person").first()
    deeds.cast_stimme(vote.pk, wahl="nein", actor=selbst.person, now=saal.beginn_at)

    weigert = buero.post(adresse, {"sitz": selbst.sitz_id, "wahl": "ja"}, follow=True)
    assert "hat selbst gestimmt. Überschrieben wird nur, wenn der Sitz es sagt." in text(weigert)
    assert Stimme.objects.get().wahl == "nein"
    buero.post(adresse, {"sitz": selbst.sitz_id, "wahl": "ja", "sagt": "ja"})
    assert (Stimme.objects.get().wahl, Stimme.objects.get().weg) == ("ja", "geschaeftsstelle")


@pytest.mark.parametrize("daten", [{}, {"sitz": "x", "wahl": "ja"}, {"sitz": "999999", "wahl": "ja"}, {"alle": "alle"}])
def test_nonsense_records_nothing(buero, saal, offene, daten):
    vote = offene(saal)

    assert buero.post(url("abstimmung-erfassen", vote.uuid), daten).status_code == 302
    assert not Stimme.objects.exists()


def test_recording_follows_the_phones_and_ends_with_the_vote(buero, saal, offene, leitung):
    vote = offene(saal)
    adresse = url("abstimmung-erfassen", vote.uuid)

    assert buero.get(f"{adresse}?n=0").status_code == 204
    assert buero.get(f"{adresse}?n=1").status_code == 200
    buero.post(url("abstimmung-close", vote.uuid), {"bestaetigt": "on"})
    assert buero.get(adresse).url == leitung
    assert buero.post(adresse, {"alle": "ja"}).url == leitung
    assert not Stimme.objects.exists()


# --- the motion -----------------------------------------------------------------------------------


def test_motion_is_reworded_until_its_vote_opens(buero, saal, geschaeftsstelle):
    fassung = make_antrag(saal)
    kennung = fassung.antrag.kennung
    vote = prepare(saal, geschaeftsstelle, mehrheit=Mehrheit.ZWEIDRITTEL, fassung_pk=fassung.pk)

    assert buero.post(url("antrag-revise", kennung), {"text": "Neuer Wortlaut", "stand": 0}).url == url(
        "antrag-detail", kennung
    )
    seite = text(buero.get(url("antrag-detail", kennung)))
    assert "Neuer Wortlaut" in seite
    assert "Fassung 2 mit den Unterschieden" in seite
    assert fassung.text in text(buero.get(url("fassung-detail", kennung, 1)))
    vote.refresh_from_db()
    assert vote.antragsfassung.nr == 2
    deeds.open_abstimmung(vote.pk, sitze=seats(saal), actor=geschaeftsstelle, now=saal.beginn_at)
    assert "sein Wortlaut steht fest" in text(
        buero.post(url("antrag-revise", kennung), {"text": "Zu spät", "stand": 1})
    )
    assert url("antrag-revise", kennung) not in text(buero.get(url("antrag-detail", kennung)))


# --- who may --------------------------------------------------------------------------------------

LEITEN = ["abstimmung-edit", "abstimmung-open", "abstimmung-close", "abstimmung-abort"]


@pytest.mark.parametrize(("status", "mehrheit"), [("traktandiert", "zweidrittel"), ("zurueckgezogen", "einfach")])
def test_on_the_item_of_a_motion_the_motion_is_what_is_voted_on(saal, buero, status, mehrheit):
    antrag = make_antrag(saal).antrag
    if status == "zurueckgezogen":
        Antrag.objects.update(status=status, zurueckgezogen_at=saal.beginn_at)

    antwort = buero.get(f"/sitzungen/{saal.kennung}/abstimmungen/neu/?traktandum={saal.aktuell.uuid}")

    initial = antwort.context["form"].initial
    assert initial["mehrheit"] == mehrheit
    assert initial["gegenstand"].endswith(f"/{antrag.kennung}") is (status == "traktandiert")
    assert (antrag.titel in initial.get("frage", "")) is (status == "traktandiert")


def test_matrix(client, saal, geschaeftsstelle, berater, leitgremium, vorstand, gast, fremde):
    """Prepared votes are the chair's and the office's; the show of hands is the office's."""
    vorsitzende = Sitz.objects.get(art="vorsitz").mandate.first().person
    mitglied = Sitz.objects.get(sozialregion__kuerzel="SRTG").mandate.order_by("pk").first().person
    vorbereitet = prepare(saal, geschaeftsstelle)
    fassung = make_antrag(saal)
    offen = prepare(saal, geschaeftsstelle, mehrheit=Mehrheit.ZWEIDRITTEL, fassung_pk=fassung.pk)
    deeds.open_abstimmung(offen.pk, sitze=seats(saal), actor=geschaeftsstelle, now=saal.beginn_at)
    seiten = {
        "neu": url("abstimmung-create", saal.kennung),
        "aufnehmen": url("antrag-create", saal.kennung, saal.aktuell.uuid),
        "bearbeiten": url("abstimmung-edit", vorbereitet.uuid),
        "eroeffnen": url("abstimmung-open", vorbereitet.uuid),
        "schliessen": url("abstimmung-close", offen.uuid),
        "abbrechen": url("abstimmung-abort", offen.uuid),
        "erfassen": url("abstimmung-erfassen", offen.uuid),
        "antrag": url("antrag-detail", fassung.antrag.kennung),
        "fassung": url("antrag-revise", fassung.antrag.kennung),
    }
    erwartet = {
        "geschaeftsstelle": [200] * 9,
        "vorsitz": [200] * 6 + [403, 200, 200],
        "mitglied": [403, 403, 404, 404, 403, 403, 403, 200, 200],  # the motion is his own
        "berater": [403, 403, 404, 404, 403, 403, 403, 200, 403],
        "leitgremium": [403, 403] + [404] * 7,
        "vorstand": [404] * 9,
        "gast": [404] * 9,
        "fremde": [404] * 9,
    }
    personen = {
        "geschaeftsstelle": geschaeftsstelle,
        "vorsitz": vorsitzende,
        "mitglied": mitglied,
        "berater": berater,
        "leitgremium": leitgremium,
        "vorstand": vorstand,
        "gast": gast,
        "fremde": fremde,
    }

    gefunden = {}
    for name in erwartet:
        client.force_login(personen[name])
        gefunden[name] = [client.get(adresse).status_code for adresse in seiten.values()]

    assert gefunden == erwartet
    client.logout()
    assert {client.get(adresse).status_code for adresse in seiten.values()} == {302}


def test_substitute_who_presides_leads_the_vote(client, saal, geschaeftsstelle):
    person = make_person("Leiterin", email="leiterin@portal.test")
    make_vertretung(saal, Sitz.objects.get(art="vorsitz"), person)
    vote = prepare(saal, geschaeftsstelle)
    adresse = url("abstimmung-open", vote.uuid)
    client.force_login(person)

    assert client.get(adresse).status_code == 404
    Sitzung.objects.filter(pk=saal.pk).update(leitung=person)
    assert client.get(adresse).status_code == 200
    assert client.get(reverse("sitzungen:leitung", args=[saal.kennung])).status_code == 200


# --- numbers --------------------------------------------------------------------------------------


def test_queries_do_not_grow_with_the_votes(buero, geschaeftsstelle, saal, leitung):
    saal_bild = reverse("sitzungen:saal", args=[saal.kennung])
    agenda = reverse("sitzungen:traktandum-list", args=[saal.kennung])

    def count():
        zahlen = []
        for adresse in (leitung, saal_bild, agenda):
            buero.get(adresse)
            with CaptureQueriesContext(connection) as gezaehlt:
                assert buero.get(adresse).status_code == 200
            zahlen.append(len(gezaehlt))
        return zahlen

    def one_of_each():
        prepare(saal, geschaeftsstelle)
        for mehrheit in (Mehrheit.KONSULTATIV, Mehrheit.KONSULTATIV):
            vote = prepare(saal, geschaeftsstelle, mehrheit=mehrheit)
            deeds.open_abstimmung(vote.pk, sitze=seats(saal), actor=geschaeftsstelle, now=saal.beginn_at)
        deeds.close_abstimmung(vote.pk, actor=geschaeftsstelle, now=saal.beginn_at)

    one_of_each()
    mit_einer = count()
    one_of_each()
    one_of_each()

    assert count() == mit_einer


# --- no tendency ----------------------------------------------------------------------------------


def _alles(client, saal, personen, vote):
    """Return status, headers that tell something and the body of every page that shows the vote, for each role."""
    adressen = [
        reverse("sitzungen:leitung", args=[saal.kennung]),
        reverse("sitzungen:saal", args=[saal.kennung]),
        reverse("sitzungen:sitzung-detail", args=[saal.kennung]),
        reverse("sitzungen:traktandum-list", args=[saal.kennung]),
        url("abstimmung-stand", vote.uuid) + "?fehlende=ja",
        url("abstimmung-close", vote.uuid),
        url("abstimmung-abort", vote.uuid),
        url("abstimmung-erfassen", vote.uuid),
        url("antrag-detail", vote.antragsfassung.antrag.kennung),
        url("abstimmung-detail", vote.uuid),
        url("abstimmung-karte", vote.uuid),
        url("raum-karten", saal.kennung),
        reverse("sitzungen:praesenz", args=[saal.kennung]),
        reverse("uebersicht"),
    ]
    gesehen = []
    for person in personen:
        client.force_login(person)
        for adresse in adressen:
            antwort = client.get(adresse, headers={"HX-Request": "true"})
            gesehen.append((person.nachname, adresse, antwort.status_code, _ohne_marken(antwort)))
    return gesehen


def _ohne_marken(antwort):
    """Return a body without what differs from minute to minute: the CSRF token, the signed moment of the form, the time of day."""
    return re.sub(
        rb'((value="|X-CSRFToken": ")[A-Za-z0-9]{64}"|name="fuer" value="[^"]*"|\b\d{1,2}\.\d\d\b)',
        b"",
        antwort.content,
    )


def test_no_page_tells_a_tendency_while_the_vote_is_open(client, saal, offene, geschaeftsstelle, berater, leitgremium):
    """The same seats voted otherwise, once by themselves, once by the office: every page stays the same, to the byte."""
    vote = offene(saal)
    sitze = list(vote.stimmsitze.select_related("person").order_by("sitz__reihenfolge"))
    zuschauer = [geschaeftsstelle, berater, leitgremium, sitze[0].person, sitze[13].person]

    def cast(wahl_selbst, wahl_buero):
        for stimmsitz in sitze[1:5]:
            deeds.cast_stimme(vote.pk, wahl=wahl_selbst, actor=stimmsitz.person, now=saal.beginn_at)
        wahlen = {s.sitz_id: wahl_buero for s in sitze[5:9]}
        deeds.record_stimmen(vote.pk, wahlen, actor=geschaeftsstelle, now=saal.beginn_at)

    cast("ja", "ja")
    mit_ja = _alles(client, saal, zuschauer, vote)
    cast("enthaltung", "nein")
    mit_nein = _alles(client, saal, zuschauer, vote)

    for ja, nein in zip(mit_ja, mit_nein, strict=True):
        assert ja == nein
    assert {status for _, _, status, _ in mit_ja} >= {200, 403}


def test_no_admin_shows_ballots():
    """What is not registered there cannot be read there before the close."""
    assert not {model for model in admin.site._registry if model._meta.app_label == "antraege"}


def test_room_screen_shows_the_vote_that_decides_and_then_its_result(buero, saal, offene, geschaeftsstelle):
    bild = reverse("sitzungen:saal", args=[saal.kennung])
    vote = offene(saal)
    meinung = prepare(saal, geschaeftsstelle, mehrheit=Mehrheit.KONSULTATIV, frage="Nur eine Meinung?")
    deeds.open_abstimmung(meinung.pk, sitze=seats(saal), actor=geschaeftsstelle, now=saal.beginn_at)

    seite = text(buero.get(bild))
    assert "Anwesend stimmberechtigt 14 – nötig 10 Ja" in seite
    assert "<strong>0 von 14</strong> haben gestimmt" in seite
    assert "Noch ohne Stimme" not in seite
    assert "Nur eine Meinung?" not in seite
    deeds.close_abstimmung(meinung.pk, actor=geschaeftsstelle, now=saal.beginn_at)
    deeds.close_abstimmung(vote.pk, actor=geschaeftsstelle, now=saal.beginn_at)
    assert "unverbindlich" in text(buero.get(bild))


def test_prepared_votes_are_hidden_from_members_everywhere(client, saal, geschaeftsstelle):
    prepare(saal, geschaeftsstelle, frage="Noch geheim?")
    client.force_login(Sitz.objects.get(sozialregion__kuerzel="SRTG").mandate.get().person)

    for name in ("sitzungen:saal", "sitzungen:sitzung-detail"):
        assert "Noch geheim?" not in text(client.get(reverse(name, args=[saal.kennung])))
