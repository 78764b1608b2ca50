"""When the Wi-Fi failed: a meeting held on paper, recorded by the office, confirmed by the chair; and what comes back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from konferenz.models import Journaleintrag
from mitglieder.models import Mandat, Sitz, Stellvertretung
from sitzungen.actions import nachfuehrung as actions
from sitzungen.actions.nachfuehrung import Nachfuehrung, PunktEintrag, SitzEintrag
from sitzungen.actions.traktandum import carry_over_traktandum
from sitzungen.models import Anwesenheit, Sitzung, Teilnahme
from sitzungen.queries import nachfuehren as queries
from sitzungen.queries.praesenz import load_lage
from sitzungen.queries.vorbereitung import uebernehmbare
from sitzungen.rules import leitung as regeln
from sitzungen.schritte.saal import SaalError
from tests.conftest import make_antwort, make_mandat, make_person, make_sitzung, make_traktandum, make_vertretung

pytestmark = pytest.mark.django_db
VON = datetime(2026, 12, 10, 13, 5, tzinfo=UTC)
BIS = datetime(2026, 12, 10, 15, 20, tzinfo=UTC)
SPAETER = datetime(2026, 12, 11, 9, 0, tzinfo=UTC)


@pytest.fixture
def papier(vorsitz, praesidium, geschaeftsstelle):
    """A meeting never opened, with an information and a decision."""
    sitzung = make_sitzung(3, status="versandt")
    for titel, art in (("Lagebild", "information"), ("Kredit", "entscheid")):
        make_traktandum(sitzung, titel, art=art, angekuendigt_at=sitzung.versandt_at)
    return sitzung


def sitz(kuerzel):
    return Sitz.objects.get(sozialregion__kuerzel=kuerzel)


def eintrag(sitz, person=None, von=VON, bis=BIS, **felder):
    return SitzEintrag(sitz=sitz.pk, person=person.pk if person else None, von_at=von, bis_at=bis, **felder)


@pytest.fixture
def record(papier, vorsitz, praesidium, geschaeftsstelle):
    def record(*weitere, now=SPAETER, **felder):
        chair = eintrag(Sitz.objects.get(art="vorsitz"), vorsitz)
        angaben = {
            "begonnen_at": VON,
            "beendet_at": BIS,
            "leitung": vorsitz.pk,
            "sitze": (chair, *weitere),
            "punkte": (),
        } | felder
        return actions.record_sitzung(papier.pk, Nachfuehrung(**angaben), actor=geschaeftsstelle, now=now)

    return record


# --- The rules --------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", Sitzung.Status.values)
@pytest.mark.parametrize("tage", [-1, 0, 1])
def test_from_the_next_morning(status, tage):
    tag = date(2026, 12, 10)

    ist = regeln.is_nachzufuehren(status, sitzungstag=tag, heute=tag + timedelta(days=tage))

    assert ist is (status in {"versandt", "laufend"} and tage == 1)


@pytest.mark.parametrize("status", Sitzung.Status.values)
@pytest.mark.parametrize("begonnen", [False, True])
@pytest.mark.parametrize(("nacherfasst", "bestaetigt"), [(False, False), (True, False), (True, True)])
def test_what_can_be_recorded_afterwards(status, begonnen, nacherfasst, bestaetigt):
    satz = regeln.check_nachfuehrung(status, begonnen=begonnen, is_nacherfasst=nacherfasst, is_bestaetigt=bestaetigt)

    geht = begonnen and (
        status in {"versandt", "laufend"} or (status == "geschlossen" and nacherfasst and not bestaetigt)
    )
    assert (satz == "") is geht


@pytest.mark.parametrize(
    ("beginn", "ende", "jetzt", "strecken", "geht"),
    [
        (VON, BIS, SPAETER, [], True),
        (VON, VON, SPAETER, [], False),
        (VON, BIS, BIS - timedelta(minutes=1), [], False),
        (VON - timedelta(days=1), BIS, SPAETER, [], False),
        (VON, BIS, SPAETER, [(1, VON, BIS), (2, VON, BIS)], True),
        (VON, BIS, SPAETER, [(1, VON, BIS), (1, VON, BIS)], False),
        (VON, BIS, SPAETER, [(1, VON - timedelta(minutes=1), BIS)], False),
        (VON, BIS, SPAETER, [(1, VON, BIS + timedelta(minutes=1))], False),
        (VON, BIS, SPAETER, [(1, VON, VON)], False),
    ],
)
def test_the_times_hold_together(beginn, ende, jetzt, strecken, geht):
    satz = regeln.check_zeiten(
        beginn,
        ende,
        sitzungstag=date(2026, 12, 10),
        now=jetzt,
        strecken=[
            regeln.Strecke(nr, person, "Anna Muster", von, bis) for nr, (person, von, bis) in enumerate(strecken)
        ],
    )

    assert (satz == "") is geht


# --- Recording --------------------------------------------------------------------------------------


def test_a_whole_meeting(record, papier, vorsitz, praesidium, gast, geschaeftsstelle):
    information, kredit = papier.traktanden.order_by("position")

    record(
        eintrag(sitz("SRTG"), praesidium, bis=BIS - timedelta(minutes=30)),
        punkte=(PunktEintrag(information.pk, "zur_kenntnis"), PunktEintrag(kredit.pk, "beschlossen", "Bewilligt.")),
        gaeste=(gast.pk,),
    )

    papier.refresh_from_db()
    assert (papier.status, papier.begonnen_at, papier.beendet_at, papier.leitung) == ("geschlossen", VON, BIS, vorsitz)
    assert (papier.nacherfasst_at, papier.nacherfasst_von) == (SPAETER, geschaeftsstelle)
    assert papier.bestaetigt_at is None
    zeilen = Anwesenheit.objects.order_by("als", "person__nachname")
    assert [(a.person, a.als, a.von_at, a.bis_at, a.weg, a.erfasst_at) for a in zeilen] == [
        (gast, "gast", VON, BIS, "nacherfasst", SPAETER),
        (praesidium, "inhaber", VON, BIS - timedelta(minutes=30), "nacherfasst", SPAETER),
        (vorsitz, "inhaber", VON, BIS, "nacherfasst", SPAETER),
    ]
    assert list(papier.traktanden.order_by("position").values_list("ausgang", "ausgang_text")) == [
        ("zur_kenntnis", ""),
        ("beschlossen", "Bewilligt."),
    ]
    assert Journaleintrag.objects.last().art == "sitzung.nachgefuehrt"


def test_substitutes_known_and_new(record, papier, praesidium):
    bekannt = make_person("Bekannt")
    Stellvertretung.objects.create(sitz=sitz("SRTG"), person=bekannt, funktion="gemeinderat", von=date(2026, 1, 1))

    record(
        eintrag(sitz("SRTG"), bekannt),
        eintrag(sitz("SRO"), vorname="Neu", nachname="Gekommen", funktion="sozialkommission"),
    )

    zeilen = {
        a.teilnahme.sitz.sozialregion_id and a.teilnahme.sitz.sozialregion.kuerzel: a for a in Anwesenheit.objects.all()
    }
    assert (zeilen["SRTG"].person, zeilen["SRTG"].als) == (bekannt, "vertretung")
    assert (zeilen["SRO"].person.name, zeilen["SRO"].als) == ("Neu Gekommen", "vertretung")
    teilnahme = Teilnahme.objects.get(sitz=sitz("SRO"))
    assert (teilnahme.vertretung_funktion, teilnahme.vertretung_stand) == ("sozialkommission", "angenommen")


@pytest.mark.parametrize(
    ("felder", "satz"),
    [
        ({"vorname": "Neu", "nachname": "Da", "funktion": ""}, "politische Funktion"),
        ({"vorname": "", "nachname": "Da", "funktion": "gemeinderat"}, "Vornamen"),
        ({"vorname": "Neu", "nachname": " ", "funktion": "gemeinderat"}, "Nachnamen"),
    ],
)
def test_a_new_substitute_is_named_in_full(record, felder, satz):
    with pytest.raises(SaalError, match=satz):
        record(eintrag(sitz("SRO"), **felder))

    assert not Anwesenheit.objects.exists()


def test_strangers_and_other_seats_substitutes_are_refused(record, papier, fremde, praesidium):
    woanders = make_person("Woanders")
    make_vertretung(papier, sitz("SRO"), woanders)
    Stellvertretung.objects.create(sitz=sitz("SRTG"), person=woanders, funktion="gemeinderat", von=date(2026, 1, 1))

    with pytest.raises(SaalError, match="darf den Sitz nicht") as fehler:
        record(eintrag(sitz("SRTG"), fremde))
    with pytest.raises(SaalError, match="schon einen anderen Sitz"):
        record(eintrag(sitz("SRTG"), woanders))
    assert fehler.value.feld == f"sitz-{sitz('SRTG').pk}-wer"


def test_one_person_on_two_seats_is_refused(record, papier, praesidium):
    Mandat.objects.filter(sitz=sitz("SRO")).delete()
    make_mandat(praesidium, sitz("SRO"))

    with pytest.raises(SaalError, match="auf zwei Sitzen"):
        record(eintrag(sitz("SRTG"), praesidium), eintrag(sitz("SRO"), praesidium))


def test_a_substitute_recorded_by_mistake_is_named_no_more(record, papier, praesidium):
    """Recorded again, the wrong name loses the seat and the papers, and is free for the seat it belongs to."""
    make_mandat(make_person("Olten"), sitz("SRO"))
    eva = make_person("Ersatz", vorname="Eva")
    for kuerzel in ("SRTG", "SRO"):
        Stellvertretung.objects.create(sitz=sitz(kuerzel), person=eva, funktion="gemeinderat", von=date(2026, 1, 1))
    record(eintrag(sitz("SRTG"), eva))
    record(eintrag(sitz("SRTG"), praesidium))
    assert not Teilnahme.objects.vertreten().exists()

    record(eintrag(sitz("SRTG"), eva))
    record(eintrag(sitz("SRO"), eva))

    assert [t.sitz for t in Teilnahme.objects.vertreten()] == [sitz("SRO")]


def test_who_was_named_before_the_meeting_stays_named(record, papier, praesidium, fremde):
    make_vertretung(papier, sitz("SRTG"), fremde)
    record(eintrag(sitz("SRTG"), fremde))

    record(eintrag(sitz("SRTG"), praesidium))

    assert Teilnahme.objects.vertreten().get().vertretung == fremde


def test_who_holds_a_seat_stands_in_for_none(record, papier):
    """The same rule as before the meeting, with the same sentence."""
    olten = make_person("Olten")
    make_mandat(olten, sitz("SRO"))
    Stellvertretung.objects.create(sitz=sitz("SRTG"), person=olten, funktion="gemeinderat", von=date(2026, 1, 1))

    with pytest.raises(SaalError, match="hat selbst einen Sitz"):
        record(eintrag(sitz("SRTG"), olten))


def test_who_chaired_was_there(record, praesidium):
    with pytest.raises(SaalError, match="anwesend") as fehler:
        record(leitung=praesidium.pk)

    assert fehler.value.feld == "leitung"


def test_a_refused_outcome_names_its_item(record, papier):
    kredit = papier.traktanden.get(art="entscheid")

    with pytest.raises(SaalError, match="Traktandum 2") as fehler:
        record(punkte=(PunktEintrag(kredit.pk, "beschlossen"),))

    assert fehler.value.feld == f"t-{kredit.pk}-ausgang"
    papier.refresh_from_db()
    assert papier.status == "versandt"


def test_recorded_again_until_the_chair_confirms(record, papier, vorsitz, praesidium):
    record(eintrag(sitz("SRTG"), praesidium))
    record(now=SPAETER + timedelta(hours=1))
    assert [a.person for a in Anwesenheit.objects.all()] == [vorsitz]
    papier.refresh_from_db()
    stand = timezone.localtime(papier.nacherfasst_at).isoformat()

    with pytest.raises(SaalError, match="inzwischen neu erfasst"):
        actions.confirm_nachfuehrung(papier.pk, stand="alt", actor=vorsitz, now=SPAETER)
    actions.confirm_nachfuehrung(papier.pk, stand=stand, actor=vorsitz, now=SPAETER)
    actions.confirm_nachfuehrung(papier.pk, stand=stand, actor=vorsitz, now=SPAETER + timedelta(days=1))

    papier.refresh_from_db()
    assert (papier.bestaetigt_at, papier.bestaetigt_von) == (SPAETER, vorsitz)
    with pytest.raises(SaalError, match="steht fest"):
        record()


@pytest.mark.parametrize(("status", "satz"), [("laufend", "wann sie endete"), ("geschlossen", "im Portal geführt")])
def test_a_meeting_led_in_the_portal_is_not_recorded_over(record, papier, status, satz):
    felder = {"begonnen_at": VON} | ({"beendet_at": BIS} if status == "geschlossen" else {})
    Sitzung.objects.update(status=status, **felder)

    with pytest.raises(SaalError, match=satz):
        record()


def test_who_sat_there_shows_in_the_seats(record, papier, praesidium):
    record(eintrag(sitz("SRTG"), praesidium))

    lage = load_lage(Sitzung.objects.get(pk=papier.pk))

    assert lage.anwesend == 0  # the meeting is over: nobody sits there now
    assert len(queries.list_anwesenheiten(papier)) == 2


# --- The pages --------------------------------------------------------------------------------------


@pytest.fixture
def gestern(db, vorsitz, praesidium, geschaeftsstelle):
    """Yesterday's meeting, never opened, of the real clock."""
    beginn = timezone.localtime().replace(hour=14, minute=0, second=0, microsecond=0) - timedelta(days=1)
    sitzung = make_sitzung(4, beginn_at=beginn, status="versandt")
    make_traktandum(sitzung, "Kredit", art="entscheid", angekuendigt_at=sitzung.versandt_at)
    return sitzung


@pytest.fixture
def sitzung(gestern):
    return gestern


def url(sitzung, rest=""):
    return f"/sitzungen/{sitzung.kennung}/nachfuehren/{rest}"


def eingabe(sitzung, **felder):
    """What the page posts when nobody was there."""
    daten = {"beginn": "14:05", "ende": "16:20", "leitung": ""}
    for s in Sitz.objects.all():
        daten |= {f"sitz-{s.pk}-{feld}": "" for feld in ("wer", "von", "bis", "vorname", "nachname", "funktion")}
    for t in sitzung.traktanden.all():
        daten |= {f"t-{t.pk}-ausgang": "offen", f"t-{t.pk}-text": ""}
    return daten | felder


#             record · confirm
ROLLEN = {
    "geschaeftsstelle": "SV",
    "vorsitz": "VS",
    "praesidium": "VV",
    "berater": "VV",
    "stellvertretung": "VV",
    "leitgremium": "VV",
    "vorstand": "NN",
    "gast": "NN",
    "fremde": "NN",
}


def test_who_records_and_who_confirms(client, cast, gestern):
    ist = {}
    for name in ROLLEN:
        client.force_login(cast[name])
        antworten = [client.get(url(gestern, rest)).status_code for rest in ("", "bestaetigen/")]
        ist[name] = "".join({200: "S", 302: "S", 403: "V", 404: "N"}[status] for status in antworten)

    assert ist == ROLLEN


def test_the_office_records_the_chair_confirms(client, gestern, vorsitz, praesidium, geschaeftsstelle):
    chair, kredit = Sitz.objects.get(art="vorsitz"), gestern.traktanden.get()
    client.force_login(geschaeftsstelle)
    assert "Diese Sitzung wurde nie eröffnet" in client.get(gestern.get_absolute_url()).content.decode()
    assert "nie eröffnet: Sitzung nachführen" in client.get("/").content.decode()
    daten = eingabe(
        gestern,
        **{
            "leitung": vorsitz.pk,
            f"sitz-{chair.pk}-wer": vorsitz.pk,
            f"sitz-{sitz('SRTG').pk}-wer": praesidium.pk,
            f"sitz-{sitz('SRTG').pk}-von": "14.30",
            f"t-{kredit.pk}-ausgang": "beschlossen",
        },
    )

    erst = client.post(url(gestern), daten).content.decode()
    daten[f"t-{kredit.pk}-text"] = "Bewilligt."
    dann = client.post(url(gestern), daten, follow=True).content.decode()

    assert "was beschlossen ist" in erst
    assert 'value="14.30"' in erst
    assert "vom Vorsitz noch nicht bestätigt" in dann
    assert "Ergebnis: beschlossen – Bewilligt." in dann
    client.force_login(vorsitz)
    assert "wartet auf Ihre Bestätigung" in client.get("/").content.decode()
    seite = client.get(url(gestern, "bestaetigen/"))
    assert "nacherfasst am" in seite.content.decode()
    client.post(url(gestern, "bestaetigen/"), {"stand": seite.context["stand"]})
    assert "vom Vorsitz bestätigt am" in client.get(gestern.get_absolute_url()).content.decode()
    assert "wartet auf Ihre Bestätigung" not in client.get("/").content.decode()


def test_a_new_substitute_is_asked_for_in_full(client, gestern, geschaeftsstelle):
    client.force_login(geschaeftsstelle)

    seite = client.post(url(gestern), eingabe(gestern, **{f"sitz-{sitz('SRO').pk}-wer": "neu"})).content.decode()

    assert "Bitte wählen Sie die politische Funktion." in seite
    assert "Bitte geben Sie den Vornamen an." in seite


def test_the_form_starts_from_what_was_announced_and_from_what_was_recorded(
    client, gestern, vorsitz, praesidium, geschaeftsstelle
):
    srtg = sitz("SRTG")
    make_antwort(gestern, srtg)
    client.force_login(geschaeftsstelle)
    chair = Sitz.objects.get(art="vorsitz")

    def wer(s):
        form = client.get(url(gestern)).context["form"]
        return next(z for z in form.sitze if z.zeile.sitz == s)["wer"].value()

    vorher = (wer(srtg), wer(chair))
    client.post(url(gestern), eingabe(gestern, leitung=vorsitz.pk, **{f"sitz-{chair.pk}-wer": vorsitz.pk}))

    assert vorher == (str(praesidium.pk), "")
    assert (wer(srtg), wer(chair)) == ("", str(vorsitz.pk))


def test_a_meeting_never_closed_is_closed_with_its_true_end(client, gestern, vorsitz, geschaeftsstelle):
    Sitzung.objects.update(status="laufend", begonnen_at=gestern.beginn_at, leitung=vorsitz)
    client.force_login(geschaeftsstelle)
    assert "Diese Sitzung wurde nie geschlossen" in client.get(gestern.get_absolute_url()).content.decode()

    erst = client.post(url(gestern), {"ende": "16.20"}).content.decode()
    client.post(url(gestern), {"ende": "16.20", "bestaetigt": "on"})

    assert "bestätigen Sie den Schluss" in erst
    gestern.refresh_from_db()
    assert gestern.beendet_at == gestern.beginn_at + timedelta(hours=2, minutes=20)
    assert gestern.nacherfasst_von == geschaeftsstelle


def test_the_queries_do_not_grow(client, gestern, geschaeftsstelle, vorsitz):
    client.force_login(geschaeftsstelle)

    def zaehle(adresse):
        client.get(adresse)
        with CaptureQueriesContext(connection) as fragen:
            client.get(adresse)
        return len(fragen)

    vorher = [zaehle(adresse) for adresse in (url(gestern), "/", gestern.get_absolute_url())]
    for nr, s in enumerate(Sitz.objects.order_by("pk")[:3]):
        make_traktandum(gestern, f"Geschäft {nr}")
        Stellvertretung.objects.create(
            sitz=s, person=make_person(f"Ersatz{nr}"), funktion="gemeinderat", von=date(2026, 1, 1)
        )
        make_sitzung(nr + 1, beginn_at=gestern.beginn_at - timedelta(days=nr + 1), status="versandt")

    assert [zaehle(adresse) for adresse in (url(gestern), "/", gestern.get_absolute_url())] == vorher


# --- What comes back --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ausgang", "geleitet", "wartet"),
    [
        ("verschoben", True, True),
        ("verschoben", False, True),
        ("zurueckgewiesen", True, True),
        ("offen", True, True),
        ("offen", False, False),  # an old meeting nobody led in the portal
        ("beschlossen", True, False),
        ("zurueckgezogen", True, False),
    ],
)
def test_what_waits_for_the_next_agenda(db, vorsitz, ausgang, geleitet, wartet):
    alt = make_sitzung(
        1, status="geschlossen", beginn_at=VON - timedelta(days=200), leitung=vorsitz if geleitet else None
    )
    punkt = make_traktandum(alt, ausgang=ausgang)
    make_traktandum(alt, "Verschiedenes", art="formelles", standard="verschiedenes", ausgang=ausgang)

    assert [t.pk for t in queries.wartende_traktanden()] == ([punkt.pk] if wartet else [])


def test_a_postponed_item_is_taken_over_with_one_button(client, vorsitz, geschaeftsstelle):
    now = timezone.now()
    alt = make_sitzung(1, status="geschlossen", beginn_at=now - timedelta(days=200), leitung=vorsitz)
    make_sitzung(2, status="geschlossen", beginn_at=now - timedelta(days=100), leitung=vorsitz)
    neu = make_sitzung(3, beginn_at=now + timedelta(days=40))
    punkt = make_traktandum(alt, "Kostenverteiler", ausgang="verschoben")
    client.force_login(geschaeftsstelle)

    vorher = client.get("/").content.decode()
    liste = client.get(f"/sitzungen/{neu.kennung}/traktanden/").content.decode()
    client.post(f"/sitzungen/{neu.kennung}/traktanden/uebernehmen/{punkt.uuid}/")

    assert f"1 Traktandum wartet auf die Traktandenliste der Sitzung {neu.nummer}." in vorher
    assert f"verschoben, {alt.nummer}" in liste
    assert neu.traktanden.get().vorgaenger == punkt
    assert "wartet auf die Traktandenliste" not in client.get("/").content.decode()


def test_an_item_taken_over_to_a_meeting_called_off_waits_again(db, vorsitz, geschaeftsstelle):
    alt = make_sitzung(1, status="geschlossen", beginn_at=VON - timedelta(days=200), leitung=vorsitz)
    punkt = make_traktandum(alt, ausgang="verschoben")
    neu, naechste = make_sitzung(2), make_sitzung(3, beginn_at=VON + timedelta(days=90))
    carry_over_traktandum(neu.pk, punkt.pk, actor=geschaeftsstelle, now=VON)

    weg = list(queries.wartende_traktanden())
    Sitzung.objects.filter(pk=neu.pk).update(status="abgesagt", abgesagt_at=VON)

    assert weg == []
    assert [(u.traktandum, u.wartet) for u in uebernehmbare(naechste)] == [(punkt, f"verschoben, {alt.nummer}")]


def test_nothing_waits_twice(db, vorsitz):
    alt = make_sitzung(1, status="geschlossen", beginn_at=VON - timedelta(days=100), leitung=vorsitz)
    make_traktandum(alt, "Verschoben", ausgang="verschoben")
    make_traktandum(alt, "Erledigt", ausgang="beschlossen")
    make_traktandum(alt, "Verschiedenes", art="formelles", standard="verschiedenes")

    assert [(u.traktandum.titel, u.wartet) for u in uebernehmbare(make_sitzung(2))] == [
        ("Verschoben", f"verschoben, {alt.nummer}"),
        ("Erledigt", ""),
    ]
