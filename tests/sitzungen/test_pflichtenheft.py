"""The sentences of the Pflichtenheft that this part of the portal keeps, each with what proves it.

One row a requirement (numbers as in the reading of the Pflichtenheft, sentence by sentence).
"""

from __future__ import annotations

import subprocess
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from konferenz.models import Pflichtenheft
from mitglieder.actions import sitz as sitz_actions
from mitglieder.models import Mandat, Sitz, Sozialregion
from mitglieder.permissions import Recht, has_recht
from mitglieder.schritte.fehler import MitgliederError
from mitglieder.schritte.sitz import MandatDaten
from sitzungen import rules
from sitzungen.actions import freigabe, jahresplan, sitzung, traktandum
from sitzungen.models import Sitzung, Thema
from sitzungen.pdf import make_traktandenliste
from sitzungen.queries.paket import load_inhalt
from sitzungen.schritte.vorbereitung import VorbereitungError
from tests.conftest import make_person, make_sitzung, make_traktandum

from .conftest import FAELLIG

FORMEN = {
    "leitgemeinde": "Leitgemeinde-Präsidium",
    "zweckverband": "Zweckverbandspräsidium",
    "verein": "Vereinspräsidium",
    "vertragsmodell": "Vorstandspräsidium des Vertragsmodells",
}


@pytest.fixture
def welt(request, now, geschaeftsstelle, vorsitz):
    """What a proof may use: the moment, the people, and any other fixture by name."""

    class Welt:
        jetzt, buero, chair = now, geschaeftsstelle, vorsitz

        def __getattr__(self, name):
            return request.getfixturevalue(name)

    return Welt()


def r5_board_elects(welt):
    """The board elects: a designated holder sits there without a Wahlbeschluss and is elected with its date and reference."""
    seat = Sitz.objects.get(sozialregion__kuerzel="SRTG")
    daten = MandatDaten(funktion="", von=date(2026, 11, 1))
    mandat = sitz_actions.start_mandat(seat.pk, make_person("Neu").pk, daten, actor=welt.buero, now=welt.jetzt)
    assert (mandat.status, mandat.wahlbeschluss_on) == ("designiert", None)

    sitz_actions.elect_mandat(
        mandat.pk, wahlbeschluss_on=date(2026, 11, 20), wahlbeschluss_ref="12/2026", actor=welt.buero, now=welt.jetzt
    )

    mandat.refresh_from_db()
    assert (mandat.status, mandat.wahlbeschluss_on, mandat.wahlbeschluss_ref) == (
        "gewaehlt",
        date(2026, 11, 20),
        "12/2026",
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Mandat.objects.filter(pk=mandat.pk).update(wahlbeschluss_on=None)


def r11_form_decides_presidium(welt):
    """Footnote 1: the form of the region decides whose presidium sits in the conference; another one is refused."""
    for region in Sozialregion.objects.exclude(kuerzel="BBL"):
        seat = region.sitze.get()
        for form, funktion in FORMEN.items():
            daten = MandatDaten(funktion=funktion, von=date(2026, 1, 1))
            person = make_person(f"{region.kuerzel} {form}")
            if form == region.form:
                mandat = sitz_actions.start_mandat(seat.pk, person.pk, daten, actor=welt.buero, now=welt.jetzt)
                Mandat.objects.filter(pk=mandat.pk).delete()
            else:
                with pytest.raises(MitgliederError, match=r"gemäss Pflichtenheft"):
                    sitz_actions.start_mandat(seat.pk, person.pk, daten, actor=welt.buero, now=welt.jetzt)


def r12_bbl_by_zweckverband(welt):
    """BBL is represented by the Zweckverbandspräsidium, not by the Leitgemeindepräsidium: not in the form, not in the database."""
    seat = Sitz.objects.get(sozialregion__kuerzel="BBL")
    leitgemeinde = MandatDaten(funktion="Leitgemeindepräsidium", von=date(2026, 1, 1))
    with pytest.raises(
        MitgliederError, match="Zweckverbandspräsidium vertreten, nicht durch das Leitgemeindepräsidium"
    ):
        sitz_actions.start_mandat(seat.pk, make_person("A").pk, leitgemeinde, actor=welt.buero, now=welt.jetzt)
    with pytest.raises(IntegrityError), transaction.atomic():
        Sozialregion.objects.filter(kuerzel="BBL").update(form="leitgemeinde")

    zweckverband = MandatDaten(funktion="Zweckverbandspräsidium", von=date(2026, 1, 1))
    sitz_actions.start_mandat(seat.pk, make_person("B").pk, zweckverband, actor=welt.buero, now=welt.jetzt)
    assert seat.mandate.get().person.nachname == "B"


def r16_office_coordinates(welt):
    """The office keeps the secretariat: it prepares, mails and keeps people; members do none of it."""
    rechte = [
        Recht.SITZUNG_PLANEN,
        Recht.SITZUNG_VORBEREITEN,
        Recht.VERSAND_LEITEN,
        Recht.MITGLIEDER_PFLEGEN,
        Recht.VERTEILER_PFLEGEN,
    ]
    scopes = {name: welt.umfang_of(welt.cast[name]) for name in welt.cast}
    darf = {name: [has_recht(scope, recht) for recht in rechte] for name, scope in scopes.items()}

    assert darf["geschaeftsstelle"] == [True] * 5
    assert darf["vorsitz"] == [True, True, False, False, False]
    assert [name for name, werte in darf.items() if any(werte)] == ["vorsitz", "geschaeftsstelle"]


def r18_one_week_before(welt):
    """«In der Regel eine Woche vor den Sitzungen»: eight o'clock seven calendar days before; lateness is shown, nothing is blocked."""
    welt.praesidium  # noqa: B018  (somebody to write to)
    versandt = welt.freigegebene
    welt.tick(FAELLIG - timedelta(seconds=1))
    assert versandt.versande.count() == 0

    welt.tick(FAELLIG)

    versand = versandt.versande.get()
    assert (versand.tage_vorher, versand.is_in_frist) == (7, True)
    spaet = make_sitzung(5, status="freigegeben", beginn_at=datetime(2026, 12, 6, 13, 0, tzinfo=UTC), ort="Olten")
    make_traktandum(spaet)
    welt.tick(FAELLIG)
    assert [(v.tage_vorher, v.is_in_frist) for v in spaet.versande.all()] == [(3, False)]


def r21_four_ordinary_meetings(welt):
    """«Jährlich finden ordentlich vier Sitzungen statt»: numbers 1 to 4, and a warning when fewer are planned."""
    termine = [
        rules.Termin(
            beginn_at=datetime(2027, monat, 11, 13, 0, tzinfo=UTC),
            ende_at=datetime(2027, monat, 11, 15, 0, tzinfo=UTC),
            ort="Solothurn",
            nr=nr,
        )
        for nr, monat in enumerate((3, 6, 9, 12), start=1)
    ]
    plan = jahresplan.save_jahresplan(2027, termine, ankuendigen=False, actor=welt.buero, now=welt.jetzt)

    assert [s.nummer for s in plan.erstellt] == ["1/2027", "2/2027", "3/2027", "4/2027"]
    verlangt = Pflichtenheft.objects.in_force(date(2027, 3, 11)).get().ordentliche_sitzungen
    paare = [(s.nummer, t) for s, t in zip(plan.erstellt, termine, strict=True)]
    assert rules.jahresplan_warnungen(paare, geplant=4, verlangt=verlangt) == ()
    assert rules.jahresplan_warnungen(paare[:3], geplant=3, verlangt=verlangt) == (
        "Geplant sind 3 von 4 ordentlichen Sitzungen, die das Pflichtenheft vorsieht.",
    )


def r22_chair_calls_additional_ones(welt):
    """«Bei Bedarf kann der Vorsitzende zusätzliche Sitzungen einberufen»: with his decision's day and the reason, in a series of their own."""
    termin = rules.Termin(
        beginn_at=datetime(2026, 12, 16, 13, 0, tzinfo=UTC),
        ende_at=datetime(2026, 12, 16, 15, 0, tzinfo=UTC),
        ort="Olten",
    )
    for unvollstaendig in ({"grund": "Budget"}, {"einberufen_on": date(2026, 11, 25)}):
        with pytest.raises(VorbereitungError, match=r"einberufen|beruft"):
            sitzung.create_sitzung(termin, **unvollstaendig, actor=welt.buero, now=welt.jetzt)

    neu = sitzung.create_sitzung(
        termin, grund="Budget", einberufen_on=date(2026, 11, 25), actor=welt.buero, now=welt.jetzt
    )

    assert (neu.kennung, neu.nummer) == ("2026-a1", "a1/2026")
    with pytest.raises(IntegrityError), transaction.atomic():
        Sitzung.objects.filter(pk=neu.pk).update(grund="")


def r23_digital_on_decision(welt):
    """«Auf Entscheid des Vorsitzes auch digital»: not without the day of that decision."""
    beginn = datetime(2026, 12, 16, 13, 0, tzinfo=UTC)
    for form in ("digital", "hybrid"):
        termin = rules.Termin(
            beginn_at=beginn, ende_at=beginn + timedelta(hours=2), form=form, video_link="https://video.example/x"
        )
        with pytest.raises(VorbereitungError, match="auf Entscheid des Vorsitzes"):
            sitzung.create_sitzung(
                termin, grund="Budget", einberufen_on=date(2026, 11, 25), actor=welt.buero, now=welt.jetzt
            )
        with pytest.raises(IntegrityError), transaction.atomic():
            make_sitzung(7, form=form)


def r25_eight_topics(welt):
    """The eight topics, in the words of the Pflichtenheft; an item of business names one of them."""
    volltext = Pflichtenheft.objects.in_force(date(2026, 12, 10)).get().volltext
    themen = list(Thema.objects.filter(nr__lte=8).order_by("nr").values_list("bezeichnung", flat=True))

    assert len(themen) == 8
    assert [thema for thema in themen if f"- {thema}\n" not in volltext] == []
    meeting = make_sitzung()
    for art in ("information", "entscheid"):
        with pytest.raises(VorbereitungError, match="Thema"):
            traktandum.add_traktandum(meeting.pk, titel="Ohne", art=art, actor=welt.buero, now=welt.jetzt)
    ohne = traktandum.add_traktandum(meeting.pk, titel="Formell", art="formelles", actor=welt.buero, now=welt.jetzt)
    assert ohne.thema is None


def r29_further_topics_by_decision(welt):
    """«Kann sich weitere Aufgaben im strategischen Bereich zuordnen»: a ninth topic names the decision that added it."""
    with pytest.raises(IntegrityError), transaction.atomic():
        Thema.objects.create(nr=9, bezeichnung="Frühe Förderung")

    neu = Thema.objects.create(
        nr=9, bezeichnung="Frühe Förderung", beschluss="Beschluss 4/2026", beschlossen_on=date(2026, 9, 17)
    )
    meeting = make_sitzung()
    item = traktandum.add_traktandum(
        meeting.pk, titel="Auftrag", art="entscheid", thema=neu.pk, actor=welt.buero, now=welt.jetzt
    )
    assert item.thema == neu


def r32_information_is_short(welt):
    """«Lediglich kurz zusammengefasst»: at most 600 characters for an information item, more for a decision."""
    meeting, thema = make_sitzung(), Thema.objects.get(nr=1).pk
    kurz = {"titel": "Stand", "thema": thema, "actor": welt.buero, "now": welt.jetzt}

    item = traktandum.add_traktandum(meeting.pk, art="information", zusammenfassung="x" * 600, **kurz)
    assert len(item.zusammenfassung) == 600
    with pytest.raises(VorbereitungError, match="höchstens 600 Zeichen, 1 zu viel"):
        traktandum.add_traktandum(meeting.pk, art="information", zusammenfassung="x" * 601, **kurz)
    entscheid = traktandum.add_traktandum(meeting.pk, art="entscheid", zusammenfassung="x" * 601, **kurz)
    assert len(entscheid.zusammenfassung) == 601


def r33_information_is_labelled(welt):
    """«In der Traktandenliste entsprechend ausgewiesen»: in words on the page, in the PDF and in both letters."""
    meeting, member, reader = welt.freigegebene, welt.praesidium, welt.leitgremium
    welt.tick()
    welt.deliver()
    meeting.refresh_from_db()

    texte = {"pdf": _pdf_text(make_traktandenliste(load_inhalt(meeting), stand=FAELLIG))}
    welt.client.force_login(member)
    texte["seite"] = welt.client.get(reverse("sitzungen:sitzung-detail", args=[meeting.kennung])).content.decode()
    for name, person in {"einladung": member, "kenntnis": reader}.items():
        mail = next(mail for mail in welt.senke.messages() if person.email in mail["To"])
        texte[f"{name} text"] = mail.get_body(("plain",)).get_content()
        texte[f"{name} html"] = mail.get_body(("html",)).get_content()

    for wo, text in texte.items():
        for wort in ("Information", "Entscheid", "Formelles"):
            assert wort in text, (wo, wort)


def r38_rules_by_date(welt):
    """In force since 1 January 2026, replacing 2022: the meeting's date chooses; under 2022 nothing is calculated."""
    versionen = {
        tag: Pflichtenheft.objects.in_force(tag).values_list("bezeichnung", "has_regeln").first()
        for tag in (date(2021, 12, 31), date(2022, 1, 1), date(2025, 12, 31), date(2026, 1, 1), date(2030, 1, 1))
    }

    assert versionen == {
        date(2021, 12, 31): None,
        date(2022, 1, 1): ("Pflichtenheft 2022 (Archiv)", False),
        date(2025, 12, 31): ("Pflichtenheft 2022 (Archiv)", False),
        date(2026, 1, 1): ("Pflichtenheft 2026", True),
        date(2030, 1, 1): ("Pflichtenheft 2026", True),
    }
    alt = rules.Termin(
        beginn_at=datetime(2025, 12, 11, 13, 0, tzinfo=UTC), ende_at=datetime(2025, 12, 11, 15, 0, tzinfo=UTC), nr=4
    )
    with pytest.raises(VorbereitungError):
        jahresplan.save_jahresplan(
            2025, [alt], ankuendigen=False, actor=welt.buero, now=datetime(2025, 11, 1, tzinfo=UTC)
        )


def r16_chair_releases(welt):
    """Four eyes (Annahme): the chair releases the Einladung, or the office on the chair's word, marked so."""
    meeting = make_sitzung()
    traktandum.add_traktandum(meeting.pk, titel="Begrüssung", art="formelles", actor=welt.buero, now=welt.jetzt)
    stand = Sitzung.objects.get().aenderung
    with pytest.raises(VorbereitungError):
        freigabe.release_sitzung(meeting.pk, stand=stand, als_vorsitz=False, actor=welt.buero, now=welt.jetzt)

    freigabe.release_sitzung(
        meeting.pk, stand=stand, als_vorsitz=False, auf_wort=True, actor=welt.buero, now=welt.jetzt
    )

    meeting.refresh_from_db()
    assert (meeting.status, meeting.is_freigabe_auf_wort) == ("freigegeben", True)


def _pdf_text(inhalt: bytes) -> str:
    lauf = subprocess.run(["pdftotext", "-layout", "-", "-"], input=inhalt, capture_output=True, check=True)
    return lauf.stdout.decode()


BEWEISE = {
    "R5": r5_board_elects,
    "R11": r11_form_decides_presidium,
    "R12": r12_bbl_by_zweckverband,
    "R16": r16_office_coordinates,
    "R16 (Annahme)": r16_chair_releases,
    "R18": r18_one_week_before,
    "R21": r21_four_ordinary_meetings,
    "R22": r22_chair_calls_additional_ones,
    "R23": r23_digital_on_decision,
    "R25": r25_eight_topics,
    "R29": r29_further_topics_by_decision,
    "R32": r32_information_is_short,
    "R33": r33_information_is_labelled,
    "R38": r38_rules_by_date,
}


MIT_VERSAND = {"R18", "R33"}  # these send real mail, whose worker sees only what is committed


@pytest.mark.parametrize(
    "nummer",
    [pytest.param(nr, marks=pytest.mark.django_db(transaction=nr in MIT_VERSAND)) for nr in BEWEISE],
)
def test_requirement(nummer, welt):
    BEWEISE[nummer](welt)
