"""The way of a motion: which points it has for whom, in which order, and how they are drawn."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from antraege.rules.auswertung import Werdegang, werte_aus
from antraege.rules.naechstes import Schrittlage, naechster_schritt
from antraege.rules.verlauf import (
    Berichtsstand,
    Entscheidstand,
    Ereignis,
    Lauf,
    Termin,
    Votum,
    list_ereignisse,
    shown_status,
)
from antraege.zeitstrahl import HOECHSTENS, draw_zeitstrahl

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HEUTE = date(2026, 11, 26)
SITZUNG = Termin("2. ordentliche Sitzung 2026, Traktandum 5", START + timedelta(days=30))
ZAHLEN = "10 Ja, 3 Nein, 1 Enthaltung bei 14 Anwesenden; nötig 10"


def after(tage: int, stunden: int = 0) -> datetime:
    return START + timedelta(days=tage, hours=stunden)


def lauf(status: str, **mehr) -> Lauf:
    werte = (
        {"geschrieben_at": START, "eingereicht_at": after(3), "nummer": "4/2026"}
        if status != "entwurf"
        else {"geschrieben_at": START}
    )
    return Lauf(status, **(werte | mehr))


VOTUM = Votum(after(30), True, 10, 10, ZAHLEN)
DURCHGEFALLEN = Votum(after(30), False, 9, 10, "9 Ja, 4 Nein, 1 Enthaltung bei 14 Anwesenden; nötig 10")
BERICHT = Berichtsstand("ueberwiesen", freigegeben_at=after(33), ueberwiesen_at=after(35))
ENTSCHEID = Entscheidstand("mit Änderungen angenommen", after(98).date(), after(100))
TRAKTANDIERT = {"traktandiert_at": after(10), "termin": SITZUNG}


def punkte(lauf: Lauf, heute: date = HEUTE) -> list[str]:
    """The names in order; what is ahead has a sign before it."""
    zeichen = {"erledigt": "", "jetzt": "> ", "offen": "- "}
    return [f"{zeichen[e.zustand]}{e.name}" for e in list_ereignisse(lauf, heute)]


GANZ = ["geschrieben", "eingereicht", "traktandiert", "abgestimmt", "überwiesen", "Entscheid", "mitgeteilt"]


@pytest.mark.parametrize(
    ("der_lauf", "erwartet"),
    [
        (
            lauf("entwurf"),
            [
                "geschrieben",
                "> Einreichung",
                "- Traktandierung",
                "- Abstimmung",
                "- Überweisung",
                "- Entscheid",
                "- Rückmeldung",
            ],
        ),
        (
            lauf("eingereicht"),
            [
                "geschrieben",
                "eingereicht",
                "> Traktandierung",
                "- Abstimmung",
                "- Überweisung",
                "- Entscheid",
                "- Rückmeldung",
            ],
        ),
        (
            lauf("eingereicht", geschrieben_at=after(3)),
            ["eingereicht", "> Traktandierung", "- Abstimmung", "- Überweisung", "- Entscheid", "- Rückmeldung"],
        ),
        (
            lauf("eingereicht", fassungen=((2, after(5)),)),
            [
                "geschrieben",
                "eingereicht",
                "neu gefasst",
                "> Traktandierung",
                "- Abstimmung",
                "- Überweisung",
                "- Entscheid",
                "- Rückmeldung",
            ],
        ),
        (
            lauf("traktandiert", **TRAKTANDIERT),
            [
                "geschrieben",
                "eingereicht",
                "traktandiert",
                "> Abstimmung",
                "- Überweisung",
                "- Entscheid",
                "- Rückmeldung",
            ],
        ),
        (
            lauf("verabschiedet", **TRAKTANDIERT, voten=(VOTUM,)),
            [*GANZ[:4], "> Überweisung", "- Entscheid", "- Rückmeldung"],
        ),
        (lauf("nicht_zustande_gekommen", **TRAKTANDIERT, voten=(DURCHGEFALLEN,)), GANZ[:4]),
        (
            lauf("nicht_zustande_gekommen", voten=(DURCHGEFALLEN,), berichte=(Berichtsstand("entwurf", True),)),
            ["geschrieben", "eingereicht", "abgestimmt", "> Überweisung"],
        ),
        (
            lauf("ueberwiesen", **TRAKTANDIERT, voten=(VOTUM,), berichte=(BERICHT,)),
            [*GANZ[:5], "> Entscheid", "- Rückmeldung"],
        ),
        (
            lauf("ueberwiesen", **TRAKTANDIERT, voten=(VOTUM,), berichte=(BERICHT,), bereitet_vor=True),
            [*GANZ[:4], "Bericht freigegeben", "überwiesen", "> Entscheid", "- Rückmeldung"],
        ),
        (
            lauf(
                "ueberwiesen",
                voten=(VOTUM,),
                berichte=(BERICHT,),
                entscheide=(Entscheidstand("angenommen", after(60).date()),),
            ),
            ["geschrieben", "eingereicht", "abgestimmt", "überwiesen", "Entscheid", "> Mitteilung", "- Rückmeldung"],
        ),
        (
            lauf("beantwortet", **TRAKTANDIERT, voten=(VOTUM,), berichte=(BERICHT,), entscheide=(ENTSCHEID,)),
            [*GANZ, "> Rückmeldung"],
        ),
        (
            lauf("zurueckgezogen", zurueckgezogen_at=after(8), grund="Überholt"),
            ["geschrieben", "eingereicht", "zurückgezogen"],
        ),
        (
            Lauf("ueberwiesen", nummer="4/2026", eingereicht_at=after(3), voten=(VOTUM,), berichte=(BERICHT,)),
            ["eingereicht", "abgestimmt", "überwiesen", "> Entscheid", "- Rückmeldung"],
        ),
    ],
    ids=[
        "draft",
        "submitted",
        "submitted-at-the-desk",
        "reworded",
        "on-the-agenda",
        "carried",
        "failed",
        "failed-for-information",
        "with-the-board",
        "with-the-board-for-the-office",
        "decided-not-told",
        "answered",
        "withdrawn",
        "outside-the-conference",
    ],
)
def test_points_of_each_state(der_lauf, erwartet):
    assert punkte(der_lauf) == erwartet


def test_what_the_board_sent_back_begins_anew():
    zurueck = Entscheidstand("zurückgewiesen", after(98).date(), after(100))
    runde = lauf(
        "eingereicht", voten=(VOTUM,), berichte=(BERICHT,), entscheide=(zurueck,), aufgenommen=((2, after(120)),)
    )

    assert punkte(runde)[2:7] == ["abgestimmt", "überwiesen", "Entscheid", "mitgeteilt", "wieder aufgenommen"]
    assert punkte(runde)[7:] == ["> Traktandierung", "- Abstimmung", "- Überweisung", "- Entscheid", "- Rückmeldung"]


def test_feedback_is_ahead_until_its_meeting_and_then_past():
    naechste = Termin("1. ordentliche Sitzung 2027, Traktandum 3", datetime(2027, 2, 10, 13, tzinfo=UTC))
    mit = lauf(
        "beantwortet",
        voten=(VOTUM,),
        berichte=(BERICHT,),
        entscheide=(Entscheidstand("angenommen", after(98).date(), after(100), naechste),),
    )

    kommend = list_ereignisse(mit, HEUTE)[-1]
    assert (kommend.name, kommend.zustand, kommend.zeit) == ("Rückmeldung", "jetzt", date(2027, 2, 10))
    assert list_ereignisse(mit, date(2027, 2, 10))[-1].zustand == "erledigt"


def test_a_decision_on_the_day_of_the_transmission_stands_after_it():
    gleich = lauf(
        "beantwortet", berichte=(BERICHT,), entscheide=(Entscheidstand("angenommen", after(35).date(), after(35, 2)),)
    )

    assert punkte(gleich)[2:5] == ["überwiesen", "Entscheid", "mitgeteilt"]


def test_numbers_and_waiting_stand_beside_their_points():
    gescheitert = list_ereignisse(lauf("nicht_zustande_gekommen", voten=(DURCHGEFALLEN,)), HEUTE)[-1]
    wartet = list_ereignisse(lauf("ueberwiesen", berichte=(BERICHT,)), date(2026, 6, 8))

    assert (gescheitert.kurz, gescheitert.satz) == (
        "9 Ja, nötig 10",
        "Nicht zustande gekommen: 9 Ja, 4 Nein, 1 Enthaltung bei 14 Anwesenden; nötig 10.",
    )
    assert next(e for e in wartet if e.zustand == "jetzt").kurz == "seit 63 Tagen"


@pytest.mark.parametrize(("sieht", "gezeigt"), [(True, "traktandiert"), (False, "eingereicht")])
def test_an_agenda_that_is_not_published_does_not_show_in_the_state(sieht, gezeigt):
    assert shown_status("traktandiert", sieht_traktandum=sieht) == gezeigt
    assert shown_status("ueberwiesen", sieht_traktandum=sieht) == "ueberwiesen"


# --- The drawing -----------------------------------------------------------------------------------


def test_drawing_spreads_by_days_and_puts_labels_above_and_below():
    ereignisse = list_ereignisse(lauf("ueberwiesen", **TRAKTANDIERT, voten=(VOTUM,), berichte=(BERICHT,)), HEUTE)

    strahl = draw_zeitstrahl(ereignisse)

    assert [ort.ereignis.name for ort in strahl.orte] == [e.name for e in ereignisse]
    stellen = [float(ort.x.rstrip("%")) for ort in strahl.orte]
    assert stellen == sorted(stellen)
    assert min(b - a for a, b in pairwise(stellen)) >= 11.9
    assert (stellen[0], stellen[-1]) == (1.5, 98.5)
    assert [ort.is_oben for ort in strahl.orte[:3]] == [True, False, True]
    assert [s.zustand for s in strahl.strecken] == ["erledigt"] * 4 + ["offen"] * 2
    assert strahl.strecken[2].text == "20 Tage"
    assert "Entscheid (seit 234 Tagen): noch offen" in strahl.beschreibung


def test_drawing_leaves_side_events_and_what_it_cannot_name_to_the_list():
    eins = Ereignis("eingereicht", START)
    klein = Ereignis("neu gefasst", START, is_haupt=False)

    assert draw_zeitstrahl([eins]) is None
    assert draw_zeitstrahl([eins, klein]) is None
    assert draw_zeitstrahl([eins] * (HOECHSTENS + 1)) is None
    assert len(draw_zeitstrahl([eins] * HOECHSTENS).orte) == HOECHSTENS


# --- Whose turn it is --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lage", "erwartet"),
    [
        (Schrittlage("entwurf", is_autor=True), "Schreiben Sie den Entwurf fertig"),
        (Schrittlage("eingereicht", is_buero=True), "Setzen Sie den Antrag auf die Traktandenliste"),
        (Schrittlage("eingereicht", is_autor=True), "können Sie ihn neu fassen oder zurückziehen"),
        (
            Schrittlage("traktandiert", termin=SITZUNG.name),
            "stimmt über den Antrag ab (2. ordentliche Sitzung 2026, Traktandum 5)",
        ),
        (Schrittlage("traktandiert", is_buero=True), "Bereiten Sie die Abstimmung vor"),
        (Schrittlage("traktandiert", is_buero=True, abstimmung="offen"), "ist offen"),
        (Schrittlage("verabschiedet", is_buero=True), "Erstellen Sie Bericht und Antrag"),
        (Schrittlage("verabschiedet", is_vorsitz=True, bericht="entwurf"), "geben Sie ihn frei"),
        (Schrittlage("verabschiedet", is_buero=True, bericht="freigegeben"), "Überweisen Sie ihn"),
        (Schrittlage("verabschiedet"), "sobald die Geschäftsstelle sie geschrieben"),
        (Schrittlage("nicht_zustande_gekommen", is_buero=True), "Zur Information kann"),
        (Schrittlage("nicht_zustande_gekommen", is_autor=True), "noch zur Information vorlegen"),
        (
            Schrittlage("nicht_zustande_gekommen", is_buero=True, bericht="entwurf"),
            "Schreiben Sie den Bericht zur Information fertig",
        ),
        (Schrittlage("ueberwiesen"), "liegt beim VSEG-Vorstand; er entscheidet"),
        (Schrittlage("ueberwiesen", is_buero=True, is_ueberfaellig=True), "Fragen Sie nach"),
        (Schrittlage("ueberwiesen", is_buero=True), "Erfassen Sie den Entscheid, sobald er da ist"),
        (Schrittlage("ueberwiesen", is_sekretariat=True, entscheid="entwurf"), "Teilen Sie ihn mit"),
        (Schrittlage("beantwortet", is_buero=True), "Setzen Sie die Rückmeldung"),
        (Schrittlage("beantwortet", is_autor=True, ergebnis="zurueckgewiesen"), "als neue Fassung wieder aufnehmen"),
    ],
)
def test_next_step_in_words(lage, erwartet):
    assert erwartet in naechster_schritt(lage)


@pytest.mark.parametrize(
    "lage",
    [
        Schrittlage("zurueckgezogen", is_buero=True),
        Schrittlage("nicht_zustande_gekommen"),
        Schrittlage("beantwortet", is_buero=True, has_rueckmeldung=True),
        Schrittlage("beantwortet", is_aussen=True, ergebnis="zurueckgewiesen"),
    ],
)
def test_no_next_step_where_the_way_has_ended(lage):
    assert naechster_schritt(lage) == ""


# --- Sums ------------------------------------------------------------------------------------------


def test_sums_and_medians():
    tag = date(2026, 1, 1)
    alle = [
        Werdegang(tag),
        Werdegang(tag, True),
        Werdegang(tag, True, tag + timedelta(40)),
        Werdegang(tag, True, tag + timedelta(40), tag + timedelta(100), "geaendert"),
        Werdegang(tag, True, tag + timedelta(10), tag + timedelta(31), "abgelehnt"),
        Werdegang(tag, False, tag + timedelta(10), tag + timedelta(20), "zur_kenntnis"),
    ]

    summe = werte_aus(alle)

    assert (summe.eingereicht, summe.verabschiedet, summe.ueberwiesen, summe.beantwortet, summe.angenommen) == (
        6,
        4,
        4,
        3,
        1,
    )
    assert summe.satz == (
        "6 eingereicht, 4 von der Konferenz verabschiedet, 4 dem Vorstand überwiesen, 3 beantwortet, davon 1 angenommen."
    )
    assert summe.dauer_satz == (
        "Von der Einreichung bis zur Antwort vergingen im Median 31 Tage, davon beim Vorstand im Median 21 Tage."
    )
    assert [stufe.breite for stufe in summe.stufen] == ["100.00%", "66.67%", "66.67%", "50.00%", "16.67%"]
    assert werte_aus(alle[:3]).dauer_satz == ""
    assert werte_aus(alle[4:5]).dauer_satz == (
        "Von der Einreichung bis zur Antwort vergingen 31 Tage, davon beim Vorstand 21 Tage."
    )
    assert werte_aus([]).eingereicht == 0
