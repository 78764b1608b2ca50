"""What a seat answers, as deeds: by itself, on behalf, with a substitute, and what is refused."""

import re
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from konferenz.models import Einstellung, Journaleintrag, Sendung
from mitglieder.models import Mandat, Person, Sitz
from sitzungen.actions import antwort as actions
from sitzungen.actions.stellvertretung import reply_vertretung
from sitzungen.models import Anwesenheit, Sitzung, Teilnahme
from sitzungen.queries.antwort import fruehere_antworten
from sitzungen.queries.praesenz import load_lage
from sitzungen.rules import antwort as rules
from sitzungen.schritte import vertretung as schritte
from sitzungen.schritte.saal import SaalError
from sitzungen.schritte.vertretung import Ersatzwahl
from sitzungen.takt import dispatch_versand
from tests.conftest import make_mandat, make_person, make_sitzung, make_versand, make_vertretung

from .antwort_helfer import antworte, arten, benenne, liste, mails, sitz_of, zeile

pytestmark = pytest.mark.django_db


@pytest.fixture
def bald(now):
    return make_sitzung(terminankuendigung_at=now - timedelta(days=30))


def satz(deed, *args, **kwargs):
    """Return (field, sentence) of a refusal; nothing may be written by it."""
    vorher = (Journaleintrag.objects.count(), Sendung.objects.count(), Person.objects.get_queryset().count())
    with pytest.raises(SaalError) as gefangen:
        deed(*args, **kwargs)
    assert (Journaleintrag.objects.count(), Sendung.objects.count(), Person.objects.get_queryset().count()) == vorher
    return gefangen.value.feld, str(gefangen.value)


def set_einstellung(name, wert, now):
    Einstellung.objects.create(schluessel=name, wert=wert, geaendert_at=now)


def test_holder_answers_changes_and_the_same_again_writes_nothing(bald, praesidium, now):
    sitz = sitz_of()

    assert antworte(bald, sitz, praesidium, now=now, bemerkung="Ich komme später") is True
    erste = zeile(bald, sitz)
    assert (erste.antwort, erste.antwort_at, erste.antwort_von, erste.antwort_kanal, erste.bemerkung) == (
        "zugesagt",
        now,
        praesidium,
        "portal",
        "Ich komme später",
    )
    assert antworte(bald, sitz, praesidium, now=now + timedelta(hours=1), bemerkung="Ich komme später") is False
    assert zeile(bald, sitz).antwort_at == now
    assert antworte(bald, sitz, praesidium, "entschuldigt", now=now + timedelta(hours=2)) is True
    assert (zeile(bald, sitz).antwort, zeile(bald, sitz).bemerkung) == ("entschuldigt", "")
    assert arten() == ["antwort.zugesagt", "antwort.entschuldigt"]
    assert mails() == []


def test_answer_asked_for_anew_is_cleared_by_the_same_answer(bald, praesidium, now):
    sitz = sitz_of()
    antworte(bald, sitz, praesidium, now=now)
    Teilnahme.objects.update(neu_erbeten_at=now)

    assert antworte(bald, sitz, praesidium, now=now + timedelta(days=1)) is True
    assert zeile(bald, sitz).neu_erbeten_at is None
    assert zeile(bald, sitz).antwort_at == now + timedelta(days=1)


def test_new_substitute_is_written_asked_and_named_once(bald, praesidium, now):
    sitz = sitz_of()

    assert benenne(bald, sitz, praesidium, now=now) is True
    assert benenne(bald, sitz, praesidium, now=now + timedelta(seconds=1)) is False

    person = Person.objects.get(email="regula.muster@gemeinde.test")
    row = zeile(bald, sitz)
    assert (person.name, person.login) == ("Regula Muster", "regula.muster@gemeinde.test")
    assert (row.antwort, row.vertretung, row.vertretung_stand, row.vertretung_funktion) == (
        "vertreten",
        person,
        "benannt",
        "gemeinderat",
    )
    assert mails("vertretung_anfrage") == [
        (person.email, "Stellvertretung an der Sitzung 4/2026 der Sozialpräsidienkonferenz: Anfrage")
    ]
    assert person.zugangslinks.get().objekt == row.uuid
    assert arten() == ["vertretung.benannt", "antwort.vertreten"]


@pytest.mark.parametrize("funktion", ["sozialkommission", "andere"])
def test_substitute_from_the_standing_list_brings_the_function(bald, praesidium, fremde, now, funktion):
    sitz = sitz_of()
    liste(sitz, fremde, funktion)

    antworte(bald, sitz, praesidium, "vertreten", ersatz=Ersatzwahl(person=fremde.pk), now=now)

    assert (zeile(bald, sitz).vertretung, zeile(bald, sitz).vertretung_funktion) == (fremde, funktion)


def test_somebody_of_no_list_cannot_be_chosen_by_number(bald, praesidium, fremde, now):
    feld, text = satz(antworte, bald, sitz_of(), praesidium, "vertreten", ersatz=Ersatzwahl(person=fremde.pk), now=now)

    assert (feld, text.startswith("Diese Person steht nicht mehr auf der Liste")) == ("vertretung", True)


def test_replaced_or_withdrawn_substitute_is_told_and_out_at_once(bald, praesidium, now, umfang_of):
    sitz = sitz_of()
    benenne(bald, sitz, praesidium, now=now)
    erste = zeile(bald, sitz).vertretung
    assert Sitzung.objects.visible_to(umfang_of(erste)).filter(pk=bald.pk).exists()

    benenne(bald, sitz, praesidium, now=now + timedelta(hours=1), vorname="Urs", email="urs@gemeinde.test")
    zweite = zeile(bald, sitz).vertretung
    assert not Sitzung.objects.visible_to(umfang_of(erste)).filter(pk=bald.pk).exists()
    antworte(bald, sitz, praesidium, now=now + timedelta(hours=2))

    assert zeile(bald, sitz).vertretung is None
    assert not Sitzung.objects.visible_to(umfang_of(zweite)).filter(pk=bald.pk).exists()
    assert [an for an, _ in mails("vertretung_beendet")] == [erste.email, zweite.email]
    assert arten()[2:] == [
        "vertretung.benannt",
        "vertretung.zurueckgezogen",
        "antwort.vertreten",
        "vertretung.zurueckgezogen",
        "antwort.zugesagt",
    ]


@pytest.mark.parametrize(
    ("daten", "feld", "text"),
    [
        ({"vorname": " "}, "vorname", "Bitte geben Sie den Vornamen der Stellvertretung an."),
        ({"nachname": ""}, "nachname", "Bitte geben Sie den Namen der Stellvertretung an."),
        ({"nachname": "x" * 300}, "nachname", "Höchstens 80 Zeichen."),
        ({"funktion": ""}, "funktion", rules.SATZ_FUNKTION),
        ({"funktion": "bundesrat"}, "funktion", rules.SATZ_FUNKTION),
        ({"funktion": "sozialdienst"}, "funktion", rules.SATZ_ANGESTELLT),
        ({"funktion": "andere", "funktion_text": "Sozialarbeiterin"}, "funktion_text", rules.SATZ_ANGESTELLT),
        ({"email": ""}, "email", schritte.SATZ_ADRESSE_FEHLT),
        ({"email": "regula"}, "email", "Das ist keine gültige E-Mail-Adresse."),
        ({"email": "a@b.test, c@d.test"}, "email", "Das ist keine gültige E-Mail-Adresse."),
        ({"email": "berater@portal.test"}, "email", schritte.SATZ_ADRESSE_MITGLIED),
        ({"email": "BERATER@portal.test"}, "email", schritte.SATZ_ADRESSE_MITGLIED),
        ({"email": "fremde@portal.test"}, "email", schritte.SATZ_ADRESSE_FREMD),
        ({"email": "ersatz@portal.test"}, "email", schritte.SATZ_ADRESSE_VERTRETUNG),
        ({"vorname": "Anna", "nachname": "Ersatz", "email": "ersatz@portal.test"}, "vertretung", rules.SATZ_DOPPELT),
        ({"vorname": "Beat", "nachname": "Berater", "email": "berater@portal.test"}, "vertretung", rules.SATZ_MITGLIED),
        (
            {"vorname": "Andrea", "nachname": "Präsidium", "email": "praesidium@portal.test"},
            "vertretung",
            rules.SATZ_SELBST,
        ),
        ({"vorname": "Alt", "nachname": "Weg", "email": "weg@portal.test"}, "vertretung", rules.SATZ_AUS),
    ],
)
def test_refused_substitutes_each_with_its_sentence(bald, praesidium, now, daten, feld, text):
    make_mandat(make_person("Berater", vorname="Beat", email="berater@portal.test"), Sitz.objects.get(art="amt"))
    make_person("Fremde", email="fremde@portal.test")
    make_person("Weg", vorname="Alt", email="weg@portal.test", is_active=False)
    ersatz = make_person("Ersatz", vorname="Anna", email="ersatz@portal.test")
    make_vertretung(bald, sitz_of("SRO"), ersatz)

    assert satz(benenne, bald, sitz_of(), praesidium, now=now, **daten) == (feld, text)


def test_address_of_somebody_deactivated_is_free_for_a_successor(bald, praesidium, now):
    make_person("Vorgänger", email="gemeinderat@gemeinde.test", is_active=False)

    benenne(bald, sitz_of(), praesidium, now=now, email="gemeinderat@gemeinde.test")

    assert zeile(bald, sitz_of()).vertretung.name == "Regula Muster"


def test_who_declined_for_one_seat_may_be_named_for_another(bald, praesidium, now):
    ersatz = make_person("Ersatz", vorname="Anna", email="ersatz@portal.test")
    make_vertretung(bald, sitz_of("SRO"), ersatz, stand="abgelehnt")

    benenne(bald, sitz_of(), praesidium, now=now, vorname="Anna", nachname="Ersatz", email="ersatz@portal.test")

    assert zeile(bald, sitz_of()).vertretung == ersatz


def test_settings_decide_on_members_and_on_advisory_seats(bald, praesidium, berater, vorsitz, now):
    amt = Sitz.objects.get(art="amt")
    liste(sitz_of(), berater)

    assert satz(antworte, bald, sitz_of(), praesidium, "vertreten", ersatz=Ersatzwahl(person=berater.pk), now=now) == (
        "vertretung",
        rules.SATZ_MITGLIED,
    )
    set_einstellung("mitglied_vertritt_niemanden", wert=False, now=now)
    assert antworte(bald, sitz_of(), praesidium, "vertreten", ersatz=Ersatzwahl(person=berater.pk), now=now)
    assert benenne(bald, amt, berater, now=now)
    antworte(bald, amt, berater, now=now)
    set_einstellung("beratende_vertretung", wert=False, now=now)
    assert satz(benenne, bald, amt, berater, now=now, email="neu@gemeinde.test") == ("antwort", rules.SATZ_BERATEND)


def test_only_the_chairs_substitute_can_chair_and_only_if_named_so(bald, vorsitz, praesidium, now):
    stuhl = Sitz.objects.get(art="vorsitz")

    benenne(bald, stuhl, vorsitz, now=now, leitet=True)
    benenne(bald, sitz_of(), praesidium, now=now, email="urs@gemeinde.test", leitet=True)

    assert (zeile(bald, stuhl).vertretung_leitet, zeile(bald, sitz_of()).vertretung_leitet) == (True, False)
    benenne(bald, stuhl, vorsitz, now=now)
    assert zeile(bald, stuhl).vertretung_leitet is False
    assert len(mails("vertretung_anfrage")) == 2


def test_somebody_else_and_a_former_holder_cannot_answer(bald, praesidium, berater, now):
    _, text = satz(antworte, bald, sitz_of(), berater, now=now)
    assert "haben Sie am Tag dieser Sitzung nicht inne" in text

    Mandat.objects.filter(person=praesidium).update(bis=now.date() + timedelta(days=3))
    assert "haben Sie am Tag dieser Sitzung nicht inne" in satz(antworte, bald, sitz_of(), praesidium, now=now)[1]


def test_after_the_beginning_after_the_end_and_called_off(bald, praesidium, now):
    assert satz(antworte, bald, sitz_of(), praesidium, now=bald.beginn_at)[1] == rules.SATZ_BEGONNEN
    assert satz(antworte, bald, sitz_of(), praesidium, now=bald.ende_at)[1] == rules.SATZ_VORBEI
    Sitzung.objects.update(terminankuendigung_at=None)
    assert satz(antworte, bald, sitz_of(), praesidium, now=now)[1] == rules.SATZ_UNBEKANNT
    Sitzung.objects.update(status="abgesagt", abgesagt_at=now)
    assert satz(antworte, bald, sitz_of(), praesidium, now=now)[1] == rules.SATZ_ABGESAGT


def test_office_records_until_somebody_has_checked_in(praesidium, geschaeftsstelle):
    laufende = make_sitzung(status="laufend")
    jetzt = laufende.beginn_at + timedelta(minutes=5)
    assert satz(antworte, laufende, sitz_of(), praesidium, now=jetzt)[1] == rules.SATZ_BEGONNEN

    assert antworte(laufende, sitz_of(), geschaeftsstelle, "entschuldigt", kanal="telefon", now=jetzt)
    row = zeile(laufende, sitz_of())
    assert (row.antwort_kanal, row.antwort_von) == ("telefon", geschaeftsstelle)
    Anwesenheit.objects.create(
        sitzung=laufende,
        teilnahme=row,
        person=praesidium,
        als="inhaber",
        von_at=jetzt,
        weg="leitung",
        erfasst_von=geschaeftsstelle,
        erfasst_at=jetzt,
    )
    assert satz(antworte, laufende, sitz_of(), geschaeftsstelle, kanal="telefon", now=jetzt)[1] == rules.SATZ_IM_SAAL


def test_office_names_for_a_vacant_seat_but_nothing_else(bald, geschaeftsstelle, now):
    assert satz(antworte, bald, sitz_of(), geschaeftsstelle, kanal="telefon", now=now) == (
        "antwort",
        "Der Sitz ist vakant; festhalten lässt sich nur eine Stellvertretung.",
    )

    assert benenne(bald, sitz_of(), geschaeftsstelle, kanal="mail", now=now)


def test_substitute_accepts_declines_and_the_holder_is_told(bald, praesidium, now, umfang_of):
    sitz = sitz_of()
    benenne(bald, sitz, praesidium, now=now)
    person = zeile(bald, sitz).vertretung

    assert reply_vertretung(bald.pk, sitz.pk, zusage=True, actor=person, now=now) is True
    assert reply_vertretung(bald.pk, sitz.pk, zusage=True, actor=person, now=now) is False
    assert zeile(bald, sitz).vertretung_stand == "angenommen"
    assert reply_vertretung(bald.pk, sitz.pk, zusage=False, actor=person, now=now) is True

    row = zeile(bald, sitz)
    assert (row.antwort, row.vertretung_stand) == ("vertreten", "abgelehnt")
    assert not Sitzung.objects.visible_to(umfang_of(person)).exists()
    assert mails("vertretung_abgelehnt") == [
        (praesidium.email, "Ihre Stellvertretung für die Sitzung 4/2026 ist verhindert")
    ]
    assert arten()[2:] == ["vertretung.angenommen", "vertretung.abgelehnt"]


def test_change_of_mind_is_refused_once_named_for_another_seat(bald, praesidium, now):
    benenne(bald, sitz_of(), praesidium, now=now)
    person = zeile(bald, sitz_of()).vertretung
    reply_vertretung(bald.pk, sitz_of().pk, zusage=False, actor=person, now=now)
    make_vertretung(bald, sitz_of("SRO"), person)

    with pytest.raises(SaalError, match="niemand vertritt zwei"):
        reply_vertretung(bald.pk, sitz_of().pk, zusage=True, actor=person, now=now)
    assert zeile(bald, sitz_of()).vertretung_stand == "abgelehnt"


def test_who_is_not_named_any_more_cannot_reply(bald, praesidium, fremde, now):
    benenne(bald, sitz_of(), praesidium, now=now)
    person = zeile(bald, sitz_of()).vertretung
    antworte(bald, sitz_of(), praesidium, now=now)

    for wer in (person, fremde):
        with pytest.raises(SaalError, match=r"nicht \(mehr\) als Stellvertretung"):
            reply_vertretung(bald.pk, sitz_of().pk, zusage=True, actor=wer, now=now)


def test_declined_person_named_again_is_asked_again(bald, praesidium, now):
    benenne(bald, sitz_of(), praesidium, now=now)
    person = zeile(bald, sitz_of()).vertretung
    reply_vertretung(bald.pk, sitz_of().pk, zusage=False, actor=person, now=now)

    benenne(bald, sitz_of(), praesidium, now=now + timedelta(hours=1))

    assert zeile(bald, sitz_of()).vertretung_stand == "benannt"
    assert len(mails("vertretung_anfrage")) == 2


def test_named_after_the_dispatch_gets_the_frozen_package_too(versandte, praesidium, leitgremium):
    now = versandte.versandt_at + timedelta(days=1)
    versand = make_versand(versandte, now=versandte.versandt_at)
    type(versand).objects.update(status="abgeschlossen", abgeschlossen_at=now)
    vorher = versand.zustellungen.count()

    benenne(versandte, sitz_of(), praesidium, now=now)

    person = zeile(versandte, sitz_of()).vertretung
    zustellung = versand.zustellungen.get(person=person)
    versand.refresh_from_db()
    assert (zustellung.brief, zustellung.gruppe) == ("einladung", f"Stellvertretung {sitz_of()}")
    assert (versand.zustellungen.count(), versand.status) == (vorher + 1, "laufend")


def test_member_of_a_leitgremium_named_later_keeps_the_one_letter(versandte, praesidium, leitgremium):
    versand = make_versand(versandte, now=versandte.versandt_at)
    liste(sitz_of(), leitgremium)
    vorher = versand.zustellungen.count()

    antworte(
        versandte,
        sitz_of(),
        praesidium,
        "vertreten",
        ersatz=Ersatzwahl(person=leitgremium.pk),
        now=versandte.versandt_at + timedelta(days=1),
    )

    assert versand.zustellungen.count() == vorher
    assert len(mails("vertretung_anfrage")) == 1


def test_nobody_mails_the_world_by_naming_ever_new_substitutes(bald, praesidium, geschaeftsstelle, now, monkeypatch):
    monkeypatch.setattr(actions, "HOECHSTENS", 2)
    sitz = sitz_of()
    for nr in (1, 2):
        benenne(bald, sitz, praesidium, now=now + timedelta(minutes=nr), vorname=f"R{nr}", email=f"r{nr}@gemeinde.test")
    dritte = {"vorname": "R3", "email": "r3@gemeinde.test", "now": now + timedelta(minutes=3)}

    feld, text = satz(benenne, bald, sitz, praesidium, **dritte)

    assert (feld, "rufen Sie die Geschäftsstelle an" in text) == ("vertretung", True)
    assert benenne(bald, sitz, geschaeftsstelle, kanal="telefon", **dritte) is True


def test_links_are_locked_before_the_journal(bald, praesidium, fremde, now):
    """As whoever withdraws a link does: two deeds never wait for each other."""
    sitz, eva = sitz_of(), make_person("Ersatz", vorname="Eva")
    for person in (fremde, eva):
        liste(sitz, person)
    for minute, person in enumerate((fremde, eva)):
        wahl = Ersatzwahl(person=person.pk)
        antworte(bald, sitz, praesidium, "vertreten", ersatz=wahl, now=now + timedelta(minutes=minute))

    with CaptureQueriesContext(connection) as fragen:
        wahl = Ersatzwahl(person=fremde.pk)
        antworte(bald, sitz, praesidium, "vertreten", ersatz=wahl, now=now + timedelta(minutes=5))

    tabellen = [re.search(r'FROM "?(mitglieder_zugangslink|konferenz_journalkopf)\b', f["sql"]) for f in fragen]
    assert {t[1] for t in tabellen if t} == {"mitglieder_zugangslink", "konferenz_journalkopf"}
    folge = [t[1] for t in tabellen if t]
    assert folge == sorted(folge, reverse=True)


# --- The seat changes hands before the meeting ------------------------------------------------------


def hand_over(sitz, person, now, nachfolge):
    """End a mandate tomorrow; the successor begins the same day."""
    Mandat.objects.filter(person=person, sitz=sitz).update(bis=now.date() + timedelta(days=1))
    make_mandat(nachfolge, sitz, von=now.date() + timedelta(days=1))


@pytest.mark.parametrize("kanal", ["link", "telefon"])
@pytest.mark.parametrize("antwort", ["zugesagt", "entschuldigt"])
def test_an_answer_for_who_held_the_seat_before_is_asked_for_again(
    bald, praesidium, vorsitz, geschaeftsstelle, now, antwort, kanal
):
    sitz, nachfolge = sitz_of(), make_person("Nachfolge")
    actor = praesidium if kanal == "link" else geschaeftsstelle
    antworte(bald, sitz, actor, antwort, now=now, kanal=kanal, bemerkung="Ferien")
    antworte(bald, Sitz.objects.get(art="vorsitz"), vorsitz, now=now)
    hand_over(sitz, praesidium, now, nachfolge)
    assert load_lage(bald).je_sitz[sitz.pk].schluessel == "offen"  # at once, before anything is written

    dispatch_versand(now=now)
    dispatch_versand(now=now)

    row = zeile(bald, sitz)
    assert (row.antwort, row.antwort_at, row.antwort_von, row.bemerkung) == ("", None, None, "")
    assert zeile(bald, Sitz.objects.get(art="vorsitz")).antwort == "zugesagt"
    assert arten().count("antwort.erloschen") == 1
    assert antworte(bald, sitz, nachfolge, now=now) is True


def test_what_was_answered_for_a_meeting_that_is_over_is_not_rewritten(bald, praesidium, geschaeftsstelle, now):
    sitz = sitz_of()
    antworte(bald, sitz, geschaeftsstelle, "entschuldigt", now=now, kanal="telefon")
    assert (zeile(bald, sitz).antwort_von, zeile(bald, sitz).antwort_fuer) == (geschaeftsstelle, praesidium)
    assert not fruehere_antworten(now).exists()
    Mandat.objects.filter(person=praesidium).delete()

    assert fruehere_antworten(now).exists()
    assert not fruehere_antworten(bald.beginn_at).exists()


def test_a_yes_for_a_seat_that_fell_vacant_represents_no_region(bald, praesidium, geschaeftsstelle, now):
    antworte(bald, sitz_of(), geschaeftsstelle, now=now, kanal="telefon")
    assert load_lage(bald).regionen_angesagt == 1

    Mandat.objects.filter(person=praesidium).delete()

    assert load_lage(bald).regionen_angesagt == 0


def test_what_the_office_records_for_the_successor_stays_through_the_change(bald, praesidium, geschaeftsstelle, now):
    sitz, nachfolge = sitz_of(), make_person("Nachfolge")
    hand_over(sitz, praesidium, now, nachfolge)

    antworte(bald, sitz, geschaeftsstelle, "entschuldigt", now=now, kanal="telefon")

    assert zeile(bald, sitz).antwort_fuer == nachfolge
    assert not fruehere_antworten(now).exists()
    assert load_lage(bald).je_sitz[sitz.pk].schluessel == "entschuldigt"


def test_the_same_word_of_the_successor_is_an_answer_of_its_own(bald, praesidium, geschaeftsstelle, now):
    sitz, nachfolge = sitz_of(), make_person("Nachfolge")
    antworte(bald, sitz, geschaeftsstelle, now=now, kanal="telefon")
    hand_over(sitz, praesidium, now, nachfolge)

    assert antworte(bald, sitz, nachfolge, now=now) is True

    row = zeile(bald, sitz)
    assert (row.antwort, row.antwort_von, row.antwort_fuer) == ("zugesagt", nachfolge, nachfolge)


def test_a_named_substitute_stays_until_that_person_holds_the_seat(bald, praesidium, now):
    sitz = sitz_of()
    benenne(bald, sitz, praesidium, now=now)
    ersatz = zeile(bald, sitz).vertretung
    reply_vertretung(bald.pk, sitz.pk, zusage=True, actor=ersatz, now=now)
    hand_over(sitz, praesidium, now, ersatz)
    assert load_lage(bald).je_sitz[sitz.pk].schluessel == "offen"

    dispatch_versand(now=now)

    row = zeile(bald, sitz)
    assert (row.antwort, row.vertretung, row.vertretung_stand, row.antwort_fuer) == ("", None, "", None)
    assert antworte(bald, sitz, ersatz, now=now) is True


@pytest.mark.usefixtures("stille_uhr")
@pytest.mark.parametrize("wechsel", [None, "nachher", "vorher", "vorbei"])
def test_old_rows_learn_for_whom_they_are_where_that_can_be_known(
    bald, praesidium, vorsitz, geschaeftsstelle, now, wechsel
):
    sitz, nachfolge = sitz_of(), make_person("Nachfolge")
    antworte(bald, Sitz.objects.get(art="vorsitz"), vorsitz, now=now)
    if wechsel == "vorher":
        hand_over(sitz, praesidium, now, nachfolge)
        Mandat.objects.filter(person__in=[praesidium, nachfolge]).filter(bis=None).update(von=now.date())
        Mandat.objects.filter(person=praesidium).update(bis=now.date())
    antworte(bald, sitz, geschaeftsstelle, now=now, kanal="telefon")
    if wechsel in {"nachher", "vorbei"}:
        hand_over(sitz, praesidium, now, nachfolge)
    if wechsel == "vorbei":
        beginn = timezone.now() - timedelta(hours=1)
        Sitzung.objects.update(beginn_at=beginn, ende_at=beginn + timedelta(hours=2))
        Mandat.objects.filter(person=nachfolge).update(von=beginn.date() - timedelta(days=1))
        Mandat.objects.filter(person=praesidium).update(bis=beginn.date() - timedelta(days=1))
    Teilnahme.objects.update(antwort_fuer=None)

    import_module("sitzungen.migrations.0009_antwort_fuer_daten").fill(apps, None)

    fuer = {None: praesidium, "nachher": None, "vorher": nachfolge, "vorbei": nachfolge}[wechsel]
    assert zeile(bald, sitz).antwort_fuer == fuer
    assert zeile(bald, Sitz.objects.get(art="vorsitz")).antwort_fuer == vorsitz
