"""The ballot's page: one vote per seat, the same receipt again, a sentence for everybody else, and nothing stored on bad input."""

import uuid
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from antraege.actions import abstimmung as deeds
from antraege.models import Stimme
from antraege.queries.pendent import list_fehlende_stimmen
from antraege.queries.stimmabgabe import find_im_sitz
from konferenz.rules import Mehrheit
from mitglieder.models import Mandat, Sitz
from mitglieder.permissions import umfang
from sitzungen.models import Anwesenheit
from tests.conftest import make_mandat, make_person, make_sitzung, make_vertretung

from .conftest import make_saal, seat

pytestmark = pytest.mark.django_db
SEITE, TEIL = 11, 5  # queries
# who it is: three; may he: one; then its own transaction: seat and vote, ballot, head of the journal, entry (SQLite: and head)
STIMME = 4 + 2 + 4 + (connection.vendor == "sqlite")
HTMX = {"headers": {"HX-Request": "true"}}


def adresse(vote, name="abstimmung-detail"):
    return reverse(f"antraege:{name}", args=[vote.uuid])


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def post(client, vote, *wahl, **mehr):
    return client.post(adresse(vote, "stimme-cast"), {"wahl": list(wahl), **mehr})


def text(antwort):
    return " ".join(antwort.content.decode().split())


@pytest.fixture
def vote(saal, offene):
    return offene(saal, now=timezone.now())


@pytest.fixture
def waehler(saal):
    """The holder of the seat of Thal-Gäu, who is there."""
    return Sitz.objects.get(sozialregion__kuerzel="SRTG").mandate.get().person


def test_card_shows_question_text_and_rule_and_chooses_nothing(vote, waehler):
    seite = text(signed_in(waehler).get(adresse(vote)))

    assert "Wird der Antrag verabschiedet?" in seite
    assert "die Fallpauschale der Teuerung anzupassen" in seite
    assert "Anwesend stimmberechtigt 14 – nötig 10 Ja – Enthaltungen zählen wie Nein" in seite
    assert seite.count('type="radio"') == 3
    assert " checked" not in seite
    assert "0 von 14 haben abgestimmt" in seite


def test_ballot_gives_a_receipt_that_a_second_post_and_another_device_show_again(vote, waehler):
    telefon, tablet = signed_in(waehler), signed_in(waehler)
    tablet.get(adresse(vote))

    erste = post(telefon, vote, "ja")
    stimme = Stimme.objects.get()
    zweite = post(telefon, vote, "ja")  # a double click, or the answer was lost
    dritte = post(tablet, vote, "ja")

    assert {(a.status_code, a.headers["Location"]) for a in (erste, zweite, dritte)} == {
        (302, f"{adresse(vote)}#beleg-{vote.uuid}")
    }
    assert Stimme.objects.get().quittung == stimme.quittung
    for client in (telefon, tablet):
        seite = text(client.get(adresse(vote)))
        assert "Ihre Stimme: <strong>Ja</strong>" in seite
        assert stimme.quittung_kurz in seite
        assert "Damit finden Sie Ihre Stimme im Abstimmungsprotokoll ohne Sitze wieder." in seite
        assert "Stimme ändern" in seite


def test_ballot_is_changed_until_the_close(vote, waehler):
    client = signed_in(waehler)
    post(client, vote, "ja")
    vorher = Stimme.objects.get().quittung

    post(client, vote, "nein")

    stimme = Stimme.objects.get()
    assert (stimme.wahl, stimme.quittung != vorher) == ("nein", True)
    assert stimme.quittung_kurz in text(client.get(adresse(vote)))


@pytest.mark.parametrize(
    ("wahl", "satz"),
    [
        ((), "Bitte wählen Sie Ja, Nein oder Enthaltung."),
        (("",), "Bitte wählen Sie Ja, Nein oder Enthaltung."),
        (("vielleicht",), "Bitte wählen Sie Ja, Nein oder Enthaltung."),
        (("ja", "nein"), "Bitte wählen Sie genau eines"),
        (("ja", "ja"), "Bitte wählen Sie genau eines"),
    ],
)
def test_no_choice_or_two_store_nothing(vote, waehler, wahl, satz):
    antwort = post(signed_in(waehler), vote, *wahl)

    assert (antwort.status_code, Stimme.objects.count()) == (400, 0)
    assert satz in text(antwort)


def test_closed_vote_stores_nothing_and_says_what_was_chosen(vote, waehler):
    client = signed_in(waehler)
    post(client, vote, "ja")
    deeds.close_abstimmung(vote.pk, actor=None, now=timezone.now())

    antwort = post(client, vote, "nein")

    assert (antwort.status_code, Stimme.objects.get().wahl) == (409, "ja")
    seite = text(antwort)
    assert "Ihre Stimme ist nicht gespeichert. Die Abstimmung ist geschlossen. Gewählt hatten Sie: Nein." in seite
    assert "Ihre Stimme: <strong>Ja</strong>" in seite  # what counts
    assert "Nicht zustande gekommen mit 1 Ja, 0 Nein, 0 Enthaltungen, 13 ohne Stimme bei 14 Anwesenden" in seite


def test_aborted_prepared_and_timed_out_votes_take_nothing(saal, offene, waehler, geschaeftsstelle):
    now = timezone.now()
    vote = offene(saal, now=now - timedelta(minutes=10), dauer=timedelta(minutes=5))
    client = signed_in(waehler)
    abgelaufen = post(client, vote, "ja")
    assert "Die Zeit ist abgelaufen" in text(client.get(adresse(vote)))
    deeds.abort_abstimmung(vote.pk, grund="Falsche Frage", actor=geschaeftsstelle, now=now)
    abgebrochen = post(client, vote, "ja")
    vorsitz = Sitz.objects.get(art="vorsitz").mandate.get().person
    vorbereitet = deeds.prepare_abstimmung(
        saal.pk,
        traktandum_pk=saal.aktuell_id,
        frage="Noch nicht?",
        mehrheit=Mehrheit.EINFACH,
        actor=geschaeftsstelle,
        now=now,
    )

    assert (abgelaufen.status_code, abgebrochen.status_code) == (409, 409)
    assert "Die Abstimmung wurde abgebrochen. Grund: Falsche Frage" in text(abgebrochen)
    assert post(client, vorbereitet, "ja").status_code == 404  # not to be seen before it opens
    frueh = post(signed_in(vorsitz), vorbereitet, "ja")
    assert (frueh.status_code, "noch nicht eröffnet" in text(frueh)) == (409, True)
    assert Stimme.objects.count() == 0


def test_vote_of_a_meeting_without_a_seat_is_not_to_be_found(vote):
    andere = make_person("Anderswo")

    antwort = post(signed_in(andere), vote, "ja")

    assert (antwort.status_code, Stimme.objects.count()) == (404, 0)


def test_who_cannot_vote_reads_why_and_stores_nothing(offene, saal, berater, geschaeftsstelle):
    srtg = Sitz.objects.get(sozialregion__kuerzel="SRTG")
    inhaber, ersatz = srtg.mandate.get().person, make_person("Ersatz", vorname="Eva")
    make_vertretung(saal, srtg, ersatz)
    abwesend = Sitz.objects.stimmberechtigt().order_by("reihenfolge").last().mandate.get().person
    Anwesenheit.objects.filter(person=abwesend).delete()
    vote = offene(saal, now=timezone.now())
    saetze = {
        berater: "Ihr Sitz berät mit; er stimmt nicht ab.",
        ersatz: f"stimmt {inhaber.name}, das Mitglied.",
        abwesend: "bei der Eröffnung nicht anwesend gemeldet und zählt bei dieser Abstimmung nicht mit.",
        geschaeftsstelle: "Sie üben in dieser Sitzung keinen Sitz aus.",
    }

    for person, satz in saetze.items():
        client = signed_in(person)
        seite = client.get(adresse(vote))
        assert (seite.status_code, satz in text(seite)) == (200, True), person
        assert 'type="radio"' not in text(seite)
        antwort = post(client, vote, "ja")
        assert antwort.status_code == 403
        assert f"{satz} Gewählt hatten Sie: Ja." in text(antwort)
    assert Stimme.objects.count() == 0


def test_holder_whose_substitute_sits_and_designated_read_why(offene):
    saal = make_saal(0)
    srtg, srwb = Sitz.objects.stimmberechtigt().order_by("reihenfolge")[1:3]
    ersatz = make_person("Ersatz", vorname="Eva")
    make_vertretung(saal, srtg, ersatz)
    seat(saal, srtg, ersatz, als="vertretung")
    Mandat.objects.filter(sitz=srwb).delete()
    designiert = make_person("Designiert")
    make_mandat(designiert, srwb, gewaehlt=False)
    vote = offene(saal, now=timezone.now())
    seat(saal, srwb, designiert)

    assert vote.anwesend == 1
    assert "stimmt Eva Ersatz, die Stellvertretung" in text(post(signed_in(srtg.mandate.get().person), vote, "ja"))
    assert "Sie sind designiert und noch nicht gewählt" in text(post(signed_in(designiert), vote, "ja"))
    assert Stimme.objects.count() == 0
    assert post(signed_in(ersatz), vote, "ja").status_code == 302
    assert Stimme.objects.get().stimmsitz.als == "vertretung"


@pytest.mark.parametrize("name", ["fremde", "gast", "leitgremium", "vorstand"])
def test_strangers_find_nothing(vote, request, name):
    client = signed_in(request.getfixturevalue(name))

    stati = [client.get(adresse(vote)).status_code, post(client, vote, "ja").status_code]
    stati.append(client.get(adresse(vote, "abstimmung-karte"), **HTMX).status_code)

    assert (stati, Stimme.objects.count()) == ([404, 404, 404], 0)


def test_part_that_follows_never_holds_the_form_while_open(vote, waehler):
    client = signed_in(waehler)
    nr = adresse(vote, "abstimmung-karte")

    erste = client.get(nr, **HTMX)
    assert "<form" not in text(erste)
    assert "0 von 14 haben abgestimmt" in text(erste)
    assert client.get(f"{nr}?stand=offen-0-", **HTMX).status_code == 204
    assert client.get(nr).status_code == 302
    post(client, vote, "ja")
    assert "Quittung" in text(client.get(f"{nr}?stand=offen-0-", **HTMX))
    deeds.close_abstimmung(vote.pk, actor=None, now=timezone.now())
    zuletzt = client.get(f"{nr}?stand=offen-1-", **HTMX)

    assert zuletzt.headers["HX-Retarget"] == f"#karte-{vote.uuid}"
    assert "Nicht zustande gekommen" in text(zuletzt)
    assert "<form" not in text(zuletzt)


def test_lost_session_keeps_the_answer_on_the_telephone_and_offers_it_to_the_same_person(vote, waehler, berater):
    client = signed_in(waehler)
    seite = client.get(adresse(vote)).content.decode()
    fuer = seite.split('name="fuer" value="')[1].split('"')[0]
    client.session.flush()

    antwort = post(client, vote, "ja", fuer=fuer)

    assert antwort.headers["Location"] == f"/konto/anmelden/?next={adresse(vote)}"
    assert "ja" not in antwort.headers["Location"].split("next=")[1].replace("/abstimmungen/", "")[36:]
    keks = client.cookies["stimme"]
    assert (keks["httponly"], keks["samesite"], keks["max-age"]) == (True, "Lax", 600)
    assert Stimme.objects.count() == 0
    anmeldung = text(client.get(antwort.headers["Location"]))
    assert "Ihre Stimme ist noch nicht gespeichert" in anmeldung
    client.force_login(waehler)
    wieder = text(client.get(adresse(vote)))
    assert 'value="ja" required checked' in wieder
    assert "Gezählt wird sie erst mit «Stimme abgeben»" in wieder
    assert post(client, vote, "ja").status_code == 302
    assert client.cookies["stimme"].value == ""
    assert Stimme.objects.get().wahl == "ja"


def test_kept_answer_is_nobody_elses_and_forged_ones_are_dropped(vote, waehler, saal):
    client = signed_in(waehler)
    fuer = client.get(adresse(vote)).content.decode().split('name="fuer" value="')[1].split('"')[0]
    client.session.flush()
    post(client, vote, "nein", fuer=fuer)
    keks = client.cookies["stimme"].value
    andere = Sitz.objects.stimmberechtigt().order_by("reihenfolge")[5].mandate.get().person

    client.force_login(andere)
    assert " checked" not in text(client.get(adresse(vote)))
    client.force_login(waehler)
    client.cookies["stimme"] = keks[:-2] + "xx"
    assert " checked" not in text(client.get(adresse(vote)))
    fremd = Client()
    for falsch in ("", "erfunden", fuer[:-1]):
        assert post(fremd, vote, "ja", fuer=falsch).status_code == 302
        assert "stimme" not in fremd.cookies
    assert Stimme.objects.count() == 0


def test_logged_out_post_tells_nothing_of_what_there_is(vote):
    import uuid

    antworten = [
        Client().post(reverse("antraege:stimme-cast", args=[nr]), {"wahl": "ja"}) for nr in (vote.uuid, uuid.uuid4())
    ]

    assert [a.status_code for a in antworten] == [302, 302]
    assert all(a.headers["Location"].startswith("/konto/anmelden/?next=/abstimmungen/") for a in antworten)


@pytest.mark.parametrize("anwesend", [1, 3, 14])
def test_queries_do_not_grow_with_the_seats(offene, anwesend, django_assert_num_queries):
    saal = make_saal(anwesend)
    vote = offene(saal, now=timezone.now())
    client = signed_in(Sitz.objects.stimmberechtigt().order_by("reihenfolge")[0].mandate.get().person)
    client.get(adresse(vote))

    with django_assert_num_queries(SEITE):
        client.get(adresse(vote))
    with django_assert_num_queries(TEIL):
        client.get(adresse(vote, "abstimmung-karte"), **HTMX)


@pytest.mark.parametrize("anwesend", [1, 3, 14])
def test_ballot_costs_few_queries_whatever_the_room(offene, anwesend, django_assert_num_queries):
    """All send it in the same second: each query is asked fourteen times then."""
    saal = make_saal(anwesend)
    vote = offene(saal, now=timezone.now())
    client = signed_in(Sitz.objects.stimmberechtigt().order_by("reihenfolge")[0].mandate.get().person)

    with django_assert_num_queries(STIMME):
        antwort = post(client, vote, "ja")

    assert (antwort.status_code, Stimme.objects.count()) == (302, 1)


def test_only_the_base_finds_a_vote_by_its_seat(offene, geschaeftsstelle):
    """The short way to the ballot shows nobody anything he may not see: no seat in the base, no vote; a link opens its meeting."""
    saal = make_saal(3)
    vote = offene(saal, now=timezone.now())
    drin, spaet = (Sitz.objects.stimmberechtigt().order_by("reihenfolge")[nr].mandate.get().person for nr in (0, 5))
    jetzt = timezone.now()

    gefunden = find_im_sitz(umfang(drin, jetzt), uuid=vote.uuid)

    assert (gefunden, gefunden.sitzung, gefunden.get_absolute_url()) == (vote, saal, vote.get_absolute_url())
    assert [(gefunden.uuid, gefunden.mehrheit, gefunden.eroeffnet_at)] == [
        (vote.uuid, vote.mehrheit, vote.eroeffnet_at)
    ]
    assert gefunden.sitzung.status == "laufend"
    for wer in (spaet, geschaeftsstelle, make_person("Fremde"), None):
        assert find_im_sitz(umfang(wer, jetzt), uuid=vote.uuid) is None
    assert find_im_sitz(umfang(drin, jetzt), uuid=uuid.uuid4()) is None
    eigene = saal.teilnahmen.get(sitz__mandate__person=drin)
    fremde = make_sitzung(5, status="laufend").teilnahmen.create(sitz=eigene.sitz)
    zugang = {"zweck": "stimme", "link": "x"}
    assert find_im_sitz(umfang(drin, jetzt, zugang | {"objekt": str(eigene.uuid)}), uuid=vote.uuid) == vote
    assert find_im_sitz(umfang(drin, jetzt, zugang | {"objekt": str(fremde.uuid)}), uuid=vote.uuid) is None
    assert find_im_sitz(umfang(drin, jetzt, zugang | {"objekt": str(uuid.uuid4())}), uuid=vote.uuid) is None


def test_who_comes_while_a_vote_is_open_does_not_blur_its_numbers(offene):
    """The card tells the base of this vote, the bar who is there now and what the next one would need."""
    saal = make_saal(12)
    vote = offene(saal, now=timezone.now())
    drin, spaet = (Sitz.objects.stimmberechtigt().order_by("reihenfolge")[nr] for nr in (0, 12))
    seat(saal, spaet, spaet.mandate.get().person)
    client = signed_in(drin.mandate.get().person)

    for seite in (vote.get_absolute_url(), reverse("sitzungen:raum", args=[saal.kennung])):
        worte = text(client.get(seite))
        assert "Anwesend stimmberechtigt 12 – nötig 8 Ja" in worte
        assert "Jetzt anwesend stimmberechtigt 13 von 14 – nötig für den nächsten Antrag: 9 Ja." in worte

    deeds.close_abstimmung(vote.pk, actor=drin.mandate.get().person, now=timezone.now())

    assert ">Anwesend stimmberechtigt 13 von 14 – nötig für einen Antrag: 9 Ja." in text(client.get(seite))


# --- Who has not voted yet is told so ---------------------------------------------------------------


def test_dashboard_says_first_of_all_that_the_own_ballot_is_missing(vote, waehler):
    client = signed_in(waehler)
    seite = BeautifulSoup(client.get(reverse("uebersicht")).content, "html.parser")
    kachel = seite.select_one("main .seite__inhalt > *")

    assert kachel.h2.get_text() == "Ihre Stimme fehlt noch"
    assert "Antrag 1/2026: Teuerung der Fallpauschale" in kachel.get_text()
    assert kachel.select_one("a.knopf--haupt")["href"] == vote.get_absolute_url()
    post(client, vote, "nein")
    assert "Ihre Stimme fehlt" not in text(client.get(reverse("uebersicht")))


def test_dashboard_asks_nobody_else_and_nobody_after_the_time(vote, waehler, saal, geschaeftsstelle):
    assert list_fehlende_stimmen(umfang(geschaeftsstelle, timezone.now())) == []
    assert list_fehlende_stimmen(umfang(waehler, timezone.now())) == [vote]

    vote.schliesst_at = timezone.now()
    vote.save(update_fields=["schliesst_at"])

    assert list_fehlende_stimmen(umfang(waehler, timezone.now())) == []


def test_who_leads_finds_the_own_ballot_at_the_desk_and_the_way_back(vote, saal):
    vorsitz = Sitz.objects.get(art="vorsitz").mandate.get().person
    client = signed_in(vorsitz)
    pult, schliessen = reverse("sitzungen:leitung", args=[saal.kennung]), adresse(vote, "abstimmung-close")
    stand = f"{adresse(vote, 'abstimmung-stand')}?fehlende=ja"
    seiten = [(pult, {}), (schliessen, {}), (stand, HTMX)]

    for seite, mehr in seiten:
        assert f'href="{vote.get_absolute_url()}">Ihre Stimme abgeben' in text(client.get(seite, **mehr))
    assert "haupt" not in str(
        BeautifulSoup(client.get(reverse("uebersicht")).content, "html.parser").select_one(".stimme-fehlt .knopf")
    )
    assert f'href="{pult}">Zurück zum Leitungspult' in text(client.get(vote.get_absolute_url()))

    post(client, vote, "ja")

    for seite, mehr in seiten:
        assert "Ihre Stimme abgeben" not in text(client.get(seite, **mehr))


def test_who_does_not_lead_is_not_shown_the_way_to_the_desk(vote, waehler):
    assert "Leitungspult" not in text(signed_in(waehler).get(vote.get_absolute_url()))
