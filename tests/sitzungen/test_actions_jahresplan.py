"""Planning a year, calling an extraordinary meeting, moving one before its dispatch."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from konferenz.models import Journaleintrag, Sendung
from konferenz.rules import ZUERICH
from sitzungen import rules
from sitzungen.actions import jahresplan as jahresplan_actions
from sitzungen.actions import sitzung as sitzung_actions
from sitzungen.mails.termin import build_terminankuendigung
from sitzungen.models import Sitzung
from sitzungen.schritte.vorbereitung import SitzungGesperrt, VorbereitungError

pytestmark = pytest.mark.django_db


def am(tag: date, von=time(14, 0), bis=time(16, 30), **felder):
    return rules.Termin(
        datetime.combine(tag, von, ZUERICH).astimezone(UTC),
        datetime.combine(tag, bis, ZUERICH).astimezone(UTC),
        **felder,
    )


VIER = [
    am(date(2027, 3, 4), nr=1, ort="Solothurn"),
    am(date(2027, 6, 10), nr=2, ort="Olten"),
    am(date(2027, 9, 16), nr=3, ort="Solothurn"),
    am(date(2027, 11, 4), nr=4, ort="Solothurn"),
]


def save(termine, actor, now, ankuendigen=False):
    return jahresplan_actions.save_jahresplan(2027, termine, ankuendigen=ankuendigen, actor=actor, now=now)


def test_four_meetings_get_numbers_dispatch_times_and_standing_items(geschaeftsstelle, now):
    ergebnis = save(VIER, geschaeftsstelle, now)

    sitzungen = list(Sitzung.objects.order_by("beginn_at"))
    assert list(ergebnis.erstellt) == sitzungen
    assert [(s.kennung, s.nummer, s.status) for s in sitzungen] == [
        (f"2027-{nr}", f"{nr}/2027", "entwurf") for nr in (1, 2, 3, 4)
    ]
    assert [timezone.localtime(s.versand_due_at) for s in sitzungen] == [
        datetime(2027, 2, 25, 8, tzinfo=ZUERICH),
        datetime(2027, 6, 3, 8, tzinfo=ZUERICH),
        datetime(2027, 9, 9, 8, tzinfo=ZUERICH),
        datetime(2027, 10, 28, 8, tzinfo=ZUERICH),  # winter time began on the 31st: calendar days, not hours
    ]
    assert [(t.position, t.titel, t.art) for t in sitzungen[0].traktanden.all()] == [
        (1, "Begrüssung und Präsenz", "formelles"),
        (2, "Protokoll der letzten Sitzung", "formelles"),
        (3, "Pendenzen und Termine", "formelles"),
        (4, "Verschiedenes", "formelles"),
    ]
    assert (
        list(Journaleintrag.objects.values_list("art", "akteur")) == [("sitzung.erstellt", geschaeftsstelle.uuid)] * 4
    )


def test_saving_the_same_plan_again_changes_nothing(geschaeftsstelle, now):
    save(VIER, geschaeftsstelle, now)
    ergebnis = save(VIER, geschaeftsstelle, now + timedelta(hours=1))

    assert (ergebnis.erstellt, ergebnis.geaendert, Journaleintrag.objects.count()) == ((), (), 4)


def test_a_moved_meeting_follows_with_dispatch_and_sequence(geschaeftsstelle, now):
    save(VIER, geschaeftsstelle, now)
    ergebnis = save([am(date(2027, 3, 11), nr=1, ort="Solothurn")], geschaeftsstelle, now)

    [sitzung] = ergebnis.geaendert
    assert sitzung.kalender_folge == 1
    assert timezone.localtime(sitzung.versand_due_at) == datetime(2027, 3, 4, 8, tzinfo=ZUERICH)
    assert Sitzung.objects.filter(kalender_folge=0).count() == 3


@pytest.mark.parametrize(
    ("termin", "feld", "satz"),
    [
        (am(date(2026, 3, 4), nr=3), "datum", "Dieses Datum liegt in der Vergangenheit."),
        (am(date(2027, 9, 16), von=time(14), bis=time(13), nr=3), "ende", "Das Ende liegt nicht nach dem Beginn."),
        (
            am(date(2027, 9, 16), nr=3, form="digital"),
            "form_entscheid_on",
            "Digital oder hybrid tagt die Konferenz auf Entscheid des Vorsitzes: Von wann?",
        ),
    ],
)
def test_one_bad_row_stores_nothing(termin, feld, satz, geschaeftsstelle, now):
    with pytest.raises(jahresplan_actions.JahresplanError) as fehler:
        save([*VIER[:2], termin], geschaeftsstelle, now)

    assert (str(fehler.value), fehler.value.feld, fehler.value.nr) == (satz, feld, 3)
    assert (Sitzung.objects.count(), Journaleintrag.objects.count()) == (0, 0)


def test_announcement_goes_once_to_each_seat_with_all_dates(geschaeftsstelle, vorsitz, praesidium, berater, now):
    erste = save(VIER, geschaeftsstelle, now, ankuendigen=True)
    nochmals = save(VIER, geschaeftsstelle, now + timedelta(minutes=1), ankuendigen=True)

    assert (erste.ankuendigungen, nochmals.ankuendigungen) == (3, 0)
    assert set(Sendung.objects.values_list("an_adresse", "betreff")) == {
        (p.email, "Sitzungstermine 2027 der Sozialpräsidienkonferenz") for p in (vorsitz, praesidium, berater)
    }
    assert list(Sitzung.objects.values_list("terminankuendigung_at", flat=True)) == [now] * 4

    mail = build_terminankuendigung(Sendung.objects.first())
    [teil] = mail.attachments
    events = Calendar.from_ical(teil.get_payload(decode=True)).walk("VEVENT")
    assert [str(e["summary"]) for e in events] == [
        f"Sozialpräsidienkonferenz: {nr}. ordentliche Sitzung 2027" for nr in (1, 2, 3, 4)
    ]
    assert teil["Content-Type"] == 'text/calendar; charset="utf-8"; method="PUBLISH"'
    assert teil["Content-Disposition"] == 'attachment; filename="Sitzungen.ics"'
    assert "Donnerstag, 4. März 2027, 14.00–16.30 Uhr" in mail.body
    assert "ß" not in mail.body + mail.alternatives[0].content


def test_announcement_leaves_out_what_is_over(geschaeftsstelle, vorsitz, now):
    save(VIER, geschaeftsstelle, now, ankuendigen=True)
    spaet = Sitzung.objects.get(nr=2).ende_at + timedelta(days=1)
    save([am(date(2027, 9, 30), nr=3)], geschaeftsstelle, spaet, ankuendigen=True)

    mail = build_terminankuendigung(Sendung.objects.latest("pk"))

    assert [nr for nr in (1, 2, 3, 4) if f"{nr}. ordentliche Sitzung 2027" in mail.body] == [3, 4]


def test_a_moved_meeting_is_announced_anew(geschaeftsstelle, vorsitz, now):
    save(VIER, geschaeftsstelle, now, ankuendigen=True)
    ergebnis = save([am(date(2027, 3, 11), nr=1)], geschaeftsstelle, now, ankuendigen=True)

    assert ergebnis.ankuendigungen == 1
    assert Sendung.objects.count() == 2


def test_extraordinary_meetings_have_their_own_series(geschaeftsstelle, now):
    erstellt = [
        sitzung_actions.create_sitzung(
            am(date(2027, monat, 5)),
            grund="Dringend",
            einberufen_on=date(2026, 11, 20),
            actor=geschaeftsstelle,
            now=now,
        )
        for monat in (2, 5)
    ]

    assert [(s.kennung, s.nummer, s.titel) for s in erstellt] == [
        ("2027-a1", "a1/2027", "1. ausserordentliche Sitzung 2027"),
        ("2027-a2", "a2/2027", "2. ausserordentliche Sitzung 2027"),
    ]


@pytest.mark.parametrize(
    ("felder", "feld"), [({"grund": "  "}, "grund"), ({"grund": "x", "einberufen_on": None}, "einberufen_on")]
)
def test_an_extraordinary_meeting_needs_the_chairs_call_and_a_reason(felder, feld, geschaeftsstelle, now):
    angaben = {"einberufen_on": date(2026, 11, 20), **felder}

    with pytest.raises(VorbereitungError) as fehler:
        sitzung_actions.create_sitzung(am(date(2027, 2, 5)), actor=geschaeftsstelle, now=now, **angaben)

    assert fehler.value.feld == feld
    assert Sitzung.objects.count() == 0


def test_a_meeting_before_the_rules_cannot_be_planned(geschaeftsstelle):
    frueher = datetime(2025, 1, 1, tzinfo=UTC)

    with pytest.raises(VorbereitungError, match="kein Pflichtenheft mit Regeln"):
        sitzung_actions.create_sitzung(am(date(2025, 6, 5)), art="ordentlich", actor=geschaeftsstelle, now=frueher)


@pytest.mark.parametrize(
    ("ort", "bemerkung", "status", "folge", "aenderung"),
    [
        ("Olten", "", "freigegeben", 1, 1),
        ("Landhaus Solothurn", "Parkplätze", "entwurf", 0, 1),
        ("Olten", "Parkplätze", "entwurf", 1, 1),
        ("Landhaus Solothurn", "", "freigegeben", 0, 0),
    ],
)
def test_a_new_place_keeps_a_release_and_a_new_note_takes_it_back(
    ort, bemerkung, status, folge, aenderung, geschaeftsstelle, sitzung, now
):
    Sitzung.objects.update(status="freigegeben", freigegeben_at=now)
    termin = rules.Termin(sitzung.beginn_at, sitzung.ende_at, ort=ort)

    sitzung_actions.update_sitzung(sitzung.pk, termin, bemerkung=bemerkung, actor=geschaeftsstelle, now=now)

    neu = Sitzung.objects.get()
    assert (neu.ort, neu.bemerkung, neu.status, neu.kalender_folge, neu.aenderung) == (
        ort,
        bemerkung,
        status,
        folge,
        aenderung,
    )


def test_a_released_meeting_moved_close_waits_a_quarter_of_an_hour(geschaeftsstelle, sitzung, now):
    Sitzung.objects.update(status="freigegeben", freigegeben_at=now)
    beginn = now + timedelta(days=3)

    neu = sitzung_actions.update_sitzung(
        sitzung.pk, rules.Termin(beginn, beginn + timedelta(hours=2)), bemerkung="", actor=geschaeftsstelle, now=now
    )

    assert neu.versand_due_at == now + timedelta(minutes=15)


def test_after_the_dispatch_date_and_place_are_a_verschiebung(geschaeftsstelle, versandte, now):
    with pytest.raises(SitzungGesperrt):
        sitzung_actions.update_sitzung(
            versandte.pk,
            rules.Termin(versandte.beginn_at, versandte.ende_at, ort="Olten"),
            bemerkung="",
            actor=geschaeftsstelle,
            now=now,
        )
    with pytest.raises(jahresplan_actions.JahresplanError, match="mit einer Verschiebung"):
        jahresplan_actions.save_jahresplan(
            2026, [am(date(2026, 12, 11), nr=4)], ankuendigen=False, actor=geschaeftsstelle, now=now
        )
