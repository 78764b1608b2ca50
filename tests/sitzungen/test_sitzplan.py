"""The plan of seats: states in words, what is counted, who sees what."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from mitglieder.models import Mandat, Sitz
from sitzungen.models import Anwesenheit, Ausstand, Sitzung, Teilnahme
from sitzungen.queries.luecken import Luecken, load_luecken
from sitzungen.queries.pendent import tell_luecken
from sitzungen.queries.sitzplan import load_vertretung
from sitzungen.rules.praesenz import SATZ_ANDERSWO
from tests.conftest import make_antwort, make_mandat, make_person, make_sitzung, make_traktandum, make_vertretung

pytestmark = pytest.mark.django_db


@pytest.fixture
def besetzte():
    """Every seat but Thierstein's has a holder; Oberes Niederamt's is designated only."""
    for sitz in Sitz.objects.exclude(sozialregion__kuerzel="THI"):
        kuerzel = sitz.sozialregion.kuerzel if sitz.sozialregion else sitz.art
        make_mandat(make_person(kuerzel, telefon="032 555 01 23"), sitz, gewaehlt=kuerzel != "SON")
    return {s.sozialregion.kuerzel if s.sozialregion else s.art: s for s in Sitz.objects.select_related("sozialregion")}


@pytest.fixture
def kommende():
    beginn = timezone.now() + timedelta(days=12)
    return make_sitzung(7, beginn_at=beginn, terminankuendigung_at=timezone.now())


def answer(sitzung, sitz, antwort):
    return make_antwort(sitzung, sitz, antwort, antwort_at=timezone.now())


def be_there(teilnahme, person, von_at, bis_at=None, *, als="inhaber"):
    return Anwesenheit.objects.create(
        sitzung=teilnahme.sitzung,
        teilnahme=teilnahme,
        person=person,
        als=als,
        von_at=von_at,
        bis_at=bis_at,
        weg="leitung",
        erfasst_von=person,
        erfasst_at=von_at,
    )


def stand(vertretung):
    return {platz.kuerzel: (platz.zustand, platz.wort) for platz in vertretung.plaetze}


def holder(sitz):
    return sitz.mandate.get().person


def page(client, person, url):
    client.force_login(person)
    response = client.get(url)
    return response, BeautifulSoup(response.content, "html.parser")


def texts(soup, selector):
    return [" ".join(node.get_text(" ", strip=True).split()) for node in soup.select(selector)]


def test_before_the_meeting_each_seat_says_who_comes(besetzte, kommende):
    ersatz = make_person("Ersatz")
    for kuerzel in ("SOL", "SDOL", "SON", "vorsitz"):
        answer(kommende, besetzte[kuerzel], "zugesagt")
    answer(kommende, besetzte["WAS"], "entschuldigt")
    make_vertretung(kommende, besetzte["SRTG"], ersatz, stand="benannt")
    make_vertretung(kommende, besetzte["DOR"], make_person("Nein"), stand="abgelehnt")

    vertretung = load_vertretung(kommende)

    gefunden = stand(vertretung)
    assert gefunden["SOL"] == ("da", "zugesagt")
    assert gefunden["WAS"] == ("entschuldigt", "entschuldigt")
    assert gefunden["SRTG"] == ("vertreten", "vertreten durch Andrea Ersatz")
    assert gefunden["DOR"] == ("abgelehnt", "Stellvertretung hat abgelehnt")
    assert gefunden["MUL"] == ("offen", "keine Antwort")
    assert gefunden["THI"] == ("vakant", "vakant")
    assert vertretung.titel == "4 von 13 Regionen vertreten, davon 1 noch nicht bestätigt"
    # SOL, SDOL, SRTG and the chair; SON is designated only and has no vote
    assert vertretung.satz == "Ein Antrag bräuchte 3 Ja, wenn alle kommen, die zugesagt haben."
    assert vertretung.legende == [
        ("da", "zugesagt", 4),
        ("vertreten", "vertreten", 1),
        ("entschuldigt", "entschuldigt", 1),
        ("offen", "keine Antwort", 9),
        ("abgelehnt", "Stellvertretung hat abgelehnt", 1),
        ("vakant", "vakant", 1),
    ]
    notizen = {platz.kuerzel: platz.notizen for platz in vertretung.plaetze if platz.notizen}
    assert notizen == {"SON": ("designiert, noch ohne Stimme",)}
    assert {platz.kuerzel: platz.vermerke for platz in vertretung.plaetze if platz.vermerke} == {
        "SRTG": ("die Stellvertretung hat noch nicht zugesagt",),
        "DOR": ("Andrea Nein hat die Stellvertretung abgelehnt",),
    }


def test_a_substitute_who_accepted_is_confirmed(besetzte, kommende):
    make_vertretung(kommende, besetzte["SRTG"], make_person("Ersatz"), stand="angenommen")

    assert load_vertretung(kommende).titel == "1 von 13 Regionen vertreten"


def test_after_the_meeting_moved_it_counts_by_the_answers_so_far(client, besetzte, kommende, geschaeftsstelle):
    for kuerzel in ("SOL", "WAS", "vorsitz"):
        answer(kommende, besetzte[kuerzel], "zugesagt")
    Teilnahme.objects.filter(sitz__in=[besetzte["SOL"], besetzte["WAS"]]).update(neu_erbeten_at=timezone.now())

    vertretung = load_vertretung(kommende)
    luecken = load_luecken(vertretung, timezone.now())

    assert vertretung.titel == "Nach den bisherigen Antworten 2 von 13 Regionen vertreten"
    assert vertretung.satz == (
        "Nach den bisherigen Antworten bräuchte ein Antrag 2 Ja. Seit der Verschiebung sind 2 Antworten neu erbeten."
    )
    assert {gap.platz.kuerzel: gap.grund for gap in luecken.neu_erbeten} == {
        "SOL": "bisher: zugesagt",
        "WAS": "bisher: zugesagt",
    }
    assert not {"SOL", "WAS"} & {gap.platz.kuerzel for gap in luecken.ohne_antwort}
    [wartet] = tell_luecken(kommende, vertretung, timezone.now())
    assert f"{len(luecken.ohne_antwort)} Sitze ohne Antwort, 2 Antworten neu erbeten; " in wartet.text
    _, soup = page(client, geschaeftsstelle, f"/sitzungen/{kommende.kennung}/teilnahme/")
    assert texts(soup, "#neu-erbeten") == ["2 Antworten neu erbeten"]
    assert texts(soup, "#luecken") == [f"{len(luecken.ohne_antwort)} Sitze ohne Antwort"]


def test_a_seat_reminded_today_says_so_instead_of_the_button(client, besetzte, kommende, geschaeftsstelle):
    url = f"/sitzungen/{kommende.kennung}/teilnahme/"
    knopf = f"{url}{besetzte['SOL'].uuid}/erinnern/"
    assert page(client, geschaeftsstelle, url)[1].select(f'form[action="{knopf}"]')

    client.post(knopf)

    _, soup = page(client, geschaeftsstelle, url)
    assert soup.select(f'form[action="{knopf}"]') == []
    heute = timezone.localdate()
    assert f"erinnert am {date_format(heute, 'j. F')}" in texts(soup, ".luecken")[0]
    morgen = load_luecken(load_vertretung(kommende), timezone.now() + timedelta(days=1))
    assert not any(gap.erinnert_am for gap in morgen.ohne_antwort)


def test_nobody_yet(kommende):
    vertretung = load_vertretung(kommende)

    assert vertretung.titel == "0 von 13 Regionen vertreten"
    assert vertretung.satz == "Noch niemand mit Stimme hat zugesagt."
    assert vertretung.legende == [("vakant", "vakant", 17)]


def test_one_person_on_two_seats_needs_a_substitute_for_one(besetzte, kommende):
    Mandat.objects.filter(sitz=besetzte["WAS"]).delete()
    doppelt = holder(besetzte["vorsitz"])
    make_mandat(doppelt, besetzte["WAS"])

    notizen = {platz.kuerzel: platz.notizen for platz in load_vertretung(kommende).plaetze}
    assert notizen["Vorsitz"] == (
        "Andrea vorsitz hat auch den Sitz «Wasseramt»: Für einen der beiden braucht es eine Stellvertretung.",
    )
    assert "VSEG-Präsidium (Vorsitz)" in notizen["WAS"][0]

    make_vertretung(kommende, besetzte["WAS"], make_person("Ersatz"))
    notizen = {platz.kuerzel: platz.notizen for platz in load_vertretung(kommende).plaetze}
    assert (notizen["Vorsitz"], notizen["WAS"]) == ((), ())


def test_during_the_meeting_it_says_who_is_there(besetzte):
    sitzung = make_sitzung(status="laufend")
    beginn = sitzung.beginn_at
    punkt = make_traktandum(sitzung)
    ersatz = make_person("Ersatz")
    for kuerzel in ("SOL", "SDOL"):
        be_there(answer(sitzung, besetzte[kuerzel], "zugesagt"), holder(besetzte[kuerzel]), beginn)
    be_there(make_vertretung(sitzung, besetzte["SRTG"], ersatz), ersatz, beginn, als="vertretung")
    gegangen = answer(sitzung, besetzte["MUL"], "zugesagt")
    be_there(gegangen, holder(besetzte["MUL"]), beginn, beginn + timedelta(minutes=30))
    answer(sitzung, besetzte["WAS"], "entschuldigt")
    Ausstand.objects.create(
        teilnahme=Teilnahme.objects.get(sitz=besetzte["SOL"]), traktandum=punkt, erklaert_von=ersatz, erklaert_at=beginn
    )
    sitzung.aktuell = punkt
    sitzung.save()

    vertretung = load_vertretung(sitzung)

    gefunden = stand(vertretung)
    assert vertretung.titel == "3 von 13 Regionen vertreten"
    assert vertretung.satz == "Anwesend stimmberechtigt: 2 von 14. Ein Antrag braucht jetzt 2 Ja."
    assert gefunden["SOL"] == ("da", "anwesend")
    assert gefunden["SRTG"] == ("vertreten", "vertreten durch Andrea Ersatz")
    assert gefunden["MUL"] == ("offen", "gegangen um 14.30 Uhr")
    assert gefunden["WAS"] == ("entschuldigt", "entschuldigt")
    assert gefunden["DOR"] == ("offen", "noch nicht da")
    [sol] = [platz for platz in vertretung.plaetze if platz.kuerzel == "SOL"]
    assert sol.notizen == (
        "vor Ort, seit 14.00 Uhr",
        "Im Ausstand bei diesem Traktandum: zählt bis zu dessen Ende nicht mit.",
    )
    assert load_luecken(vertretung, timezone.now()) == Luecken()


def test_during_the_meeting_a_second_seat_of_one_person_asks_for_a_substitute(besetzte):
    Mandat.objects.filter(sitz=besetzte["WAS"]).delete()
    doppelt = holder(besetzte["vorsitz"])
    make_mandat(doppelt, besetzte["WAS"])
    sitzung = make_sitzung(status="laufend")
    be_there(answer(sitzung, besetzte["vorsitz"], "zugesagt"), doppelt, sitzung.beginn_at)
    make_vertretung(sitzung, besetzte["DOR"], make_person("Ersatz"))

    notizen = {platz.kuerzel: platz.notizen for platz in load_vertretung(sitzung).plaetze}

    assert notizen["WAS"] == (SATZ_ANDERSWO,)
    assert notizen["DOR"] == ("erwartet wird Andrea Ersatz",)
    assert notizen["SOL"] == ()


def test_after_the_meeting_it_says_who_was_there(besetzte):
    sitzung = make_sitzung(status="geschlossen")
    beginn, ende = sitzung.beginn_at, sitzung.beginn_at + timedelta(hours=2)
    ersatz = make_person("Ersatz")
    be_there(answer(sitzung, besetzte["SOL"], "zugesagt"), holder(besetzte["SOL"]), beginn, ende)
    srtg = make_vertretung(sitzung, besetzte["SRTG"], ersatz)
    be_there(srtg, ersatz, beginn, beginn + timedelta(minutes=40), als="vertretung")
    be_there(srtg, holder(besetzte["SRTG"]), beginn + timedelta(minutes=40), ende)
    be_there(make_vertretung(sitzung, besetzte["DOR"], make_person("Nur")), ersatz, beginn, ende, als="vertretung")
    answer(sitzung, besetzte["MUL"], "entschuldigt")
    answer(sitzung, besetzte["WAS"], "zugesagt")

    vertretung = load_vertretung(sitzung)

    gefunden = stand(vertretung)
    assert vertretung.titel == "3 von 13 Regionen waren vertreten"
    assert vertretung.satz == "Von 14 Sitzen mit Stimme waren 3 besetzt."
    assert gefunden["SOL"] == ("da", "anwesend")
    assert gefunden["SRTG"] == ("da", "anwesend, zeitweise vertreten durch Andrea Ersatz")
    assert gefunden["DOR"] == ("vertreten", "vertreten durch Andrea Ersatz")
    assert gefunden["MUL"] == ("entschuldigt", "entschuldigt")
    assert gefunden["WAS"] == ("offen", "abwesend")
    assert gefunden["THI"] == ("vakant", "vakant")
    [platz] = [platz for platz in vertretung.plaetze if platz.kuerzel == "SRTG"]
    assert platz.notizen == ("14.00–14.40 Uhr, Andrea Ersatz", "14.40–16.00 Uhr, Andrea SRTG")


def test_a_meeting_without_recorded_presence_says_so(besetzte):
    assert load_vertretung(make_sitzung(status="geschlossen")).titel == "Präsenz nicht erfasst"


# --- The page ---------------------------------------------------------------------------------------


def test_the_table_says_what_the_plan_draws(client, besetzte, kommende, geschaeftsstelle):
    answer(kommende, besetzte["SOL"], "zugesagt")

    _, soup = page(client, geschaeftsstelle, f"/sitzungen/{kommende.kennung}/teilnahme/")

    gezeichnet = sorted(texts(soup, ".sitzplan__sitz > title"))
    namen = [th.find(string=True, recursive=False).strip() for th in soup.select(".tabelle tbody th")]
    for weg in soup.select(".planlegende__stand .nur-vorlesen"):  # where the word leads
        weg.decompose()
    worte = texts(soup, ".planlegende__stand")
    assert len(namen) == 17
    assert gezeichnet == sorted(f"{name}: {wort}" for name, wort in zip(namen, worte, strict=True))


def test_the_office_reaches_everybody_who_has_not_answered(client, besetzte, kommende, geschaeftsstelle):
    for sitz in besetzte.values():
        if sitz.sozialregion is None or sitz.sozialregion.kuerzel not in {"MUL", "SRUN", "THI"}:
            answer(kommende, sitz, "zugesagt")

    response, soup = page(client, geschaeftsstelle, f"/sitzungen/{kommende.kennung}/teilnahme/")

    assert texts(soup, "#luecken") == ["2 Sitze ohne Antwort"]
    assert texts(soup, ".luecken__wer strong") == ["Mittlerer und Unterer Leberberg", "Unteres Niederamt"]
    assert [a["href"] for a in soup.select(".luecken a[href^=tel]")] == ["tel:0325550123"] * 2
    assert "Antworten sind erbeten bis" in response.text
    formulare = [form["action"] for form in soup.select(".luecken form")]
    assert formulare == [
        f"/sitzungen/{kommende.kennung}/teilnahme/{besetzte[k].uuid}/erinnern/" for k in ("MUL", "SRUN")
    ]
    assert len(texts(soup, ".tabelle tbody td a")) == 17
    assert texts(soup, "#unbestaetigt") == []


def test_the_office_reaches_substitutes_who_have_not_said_yes(client, besetzte, kommende, geschaeftsstelle):
    make_vertretung(kommende, besetzte["SRTG"], make_person("Ersatz", telefon="+41 79 555 01 99"), stand="benannt")
    make_vertretung(kommende, besetzte["DOR"], make_person("Schon"))

    _, soup = page(client, geschaeftsstelle, f"/sitzungen/{kommende.kennung}/teilnahme/")

    assert texts(soup, "#unbestaetigt") == ["1 Stellvertretung ohne Zusage"]
    [zeile] = soup.select("section:has(#unbestaetigt) li")
    assert "Andrea Ersatz" in zeile.get_text()
    assert zeile.select_one("a[href^=tel]")["href"] == "tel:+41795550199"


def test_a_decline_is_for_the_office_the_chair_and_the_own_seat(client, besetzte, kommende, geschaeftsstelle):
    make_vertretung(kommende, besetzte["DOR"], make_person("Nein"), stand="abgelehnt")
    url = f"/sitzungen/{kommende.kennung}/teilnahme/"

    sehen = {
        name: "hat die Stellvertretung abgelehnt" in page(client, person, url)[0].text
        for name, person in {
            "office": geschaeftsstelle,
            "chair": holder(besetzte["vorsitz"]),
            "own": holder(besetzte["DOR"]),
            "other": holder(besetzte["SOL"]),
        }.items()
    }

    assert sehen == {"office": True, "chair": True, "own": True, "other": False}


def test_guests_who_were_there_are_named(client, besetzte, geschaeftsstelle):
    sitzung = make_sitzung(status="geschlossen")
    gast = make_person("Gast")
    be_there(answer(sitzung, besetzte["SOL"], "zugesagt"), holder(besetzte["SOL"]), sitzung.beginn_at)
    Anwesenheit.objects.create(
        sitzung=sitzung,
        person=gast,
        als="gast",
        von_at=sitzung.beginn_at,
        bis_at=sitzung.beendet_at,
        weg="leitung",
        erfasst_von=gast,
        erfasst_at=sitzung.beginn_at,
    )

    response, _ = page(client, geschaeftsstelle, f"/sitzungen/{sitzung.kennung}/teilnahme/")

    assert "<strong>Gäste:</strong> Andrea Gast" in response.text
    assert load_vertretung(sitzung).titel == "1 von 13 Regionen waren vertreten"


def test_a_meeting_called_off_asks_nobody(client, besetzte, kommende, geschaeftsstelle):
    Sitzung.objects.filter(pk=kommende.pk).update(status="abgesagt", abgesagt_at=timezone.now())

    response, soup = page(client, geschaeftsstelle, f"/sitzungen/{kommende.kennung}/teilnahme/")

    assert "Die Sitzung ist abgesagt" in response.text
    assert "erbeten" not in response.text
    assert soup.select(".luecken, main form, main .tabelle a") == []


def test_members_see_who_comes_without_numbers_and_buttons(client, besetzte, kommende):
    response, soup = page(client, holder(besetzte["SOL"]), f"/sitzungen/{kommende.kennung}/teilnahme/")

    assert response.status_code == 200
    assert len(soup.select(".tabelle tbody tr")) == 17
    assert "032 555" not in response.text
    assert soup.select(".luecken, main form, main .tabelle a") == []


@pytest.mark.parametrize(
    ("wer", "angekuendigt", "versandt"),
    [
        ("geschaeftsstelle", 200, 200),
        ("vorsitz", 200, 200),
        ("praesidium", 200, 200),
        ("berater", 200, 200),
        ("stellvertretung", 404, 404),
        ("leitgremium", 404, 404),
        ("vorstand", 404, 404),
        ("gast", 404, 404),
        ("fremde", 404, 404),
    ],
)
def test_who_opens_the_plan(client, cast, versandte, wer, angekuendigt, versandt):
    url = f"/sitzungen/{versandte.kennung}/teilnahme/"
    assert page(client, cast[wer], url)[0].status_code == versandt

    Sitzung.objects.filter(pk=versandte.pk).update(
        status="entwurf", versandt_at=None, freigegeben_at=None, terminankuendigung_at=versandte.created_at
    )
    assert page(client, cast[wer], url)[0].status_code == angekuendigt


def test_a_meeting_not_yet_announced_shows_its_plan_to_who_prepares(client, cast, sitzung):
    url = f"/sitzungen/{sitzung.kennung}/teilnahme/"

    assert page(client, cast["vorsitz"], url)[0].status_code == 200
    assert page(client, cast["praesidium"], url)[0].status_code == 404


def test_the_meeting_page_tells_each_what_is_theirs(client, cast, versandte):
    plan, satz = {}, {}
    for wer, person in cast.items():
        response, soup = page(client, person, versandte.get_absolute_url())
        if response.status_code == 200:
            plan[wer] = len(soup.select("svg.sitzplan"))
            satz[wer] = len(texts(soup, "#vertretung"))

    assert plan == {
        "vorsitz": 1,
        "praesidium": 1,
        "stellvertretung": 0,
        "berater": 1,
        "geschaeftsstelle": 1,
        "leitgremium": 0,
    }
    assert {wer for wer, zahl in satz.items() if zahl} == set(plan) - {"leitgremium"}


def test_query_count_does_not_grow_with_answers(client, besetzte, kommende, geschaeftsstelle):
    url = f"/sitzungen/{kommende.kennung}/teilnahme/"
    client.force_login(geschaeftsstelle)

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    answer(kommende, besetzte["SOL"], "zugesagt")
    one = count()
    make_vertretung(kommende, besetzte["SRTG"], make_person("Ersatz"))
    make_vertretung(kommende, besetzte["DOR"], make_person("Nein"), stand="abgelehnt")
    three = count()

    assert one == three
