"""The record of a vote to take away: who gets it, what is in it, that it stays the same."""

from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from antraege.models import Abstimmung
from antraege.pdf import make_abstimmungsprotokoll
from antraege.queries.protokoll import load_abschluss
from antraege.schritte.protokoll import make_huelle, oeffentlicher_text
from konferenz.models import Einstellung
from konferenz.rules import Mehrheit
from mitglieder.models import Sitz
from tests.conftest import make_person, make_sitzung, make_vertretung
from tests.sitzungen.test_pdf import pdf_text
from tests.verapdf import verapdf

from .abschluss import close_with

pytestmark = pytest.mark.django_db

SKRIPT = Path(__file__).resolve().parents[2] / "docs" / "nachzaehlen.py"
SEITEN = ("protokoll-pdf", "protokoll-json", "protokoll-oeffentlich-pdf", "protokoll-oeffentlich-json")


def full(vote):
    return make_huelle(vote.protokoll, load_abschluss(vote))


def public(vote):
    return make_huelle(oeffentlicher_text(vote))


def attachment(inhalt):
    """Return the one file a PDF carries."""
    with pikepdf.open(BytesIO(inhalt)) as pdf:
        [(name, teil)] = pdf.attachments.items()
        return name, bytes(teil.get_file().read_bytes())


@pytest.fixture
def vote(saal, offene):
    return close_with(offene(saal), ja=10, nein=3, enthaltung=1)


@pytest.fixture
def leute(vote, geschaeftsstelle, berater, leitgremium, vorstand, gast, fremde):
    """Everybody who may knock, by name: two substitutes, one of them of another meeting."""
    hier, dort = make_person("Hier"), make_person("Dort")
    make_vertretung(vote.sitzung, Sitz.objects.get(sozialregion__kuerzel="SRO"), hier)
    make_vertretung(make_sitzung(3, status="versandt"), Sitz.objects.get(sozialregion__kuerzel="SRO"), dort)
    inhaber = {s.sitz.art: s.person for s in vote.stimmsitze.select_related("sitz", "person")}
    return {
        "geschaeftsstelle": geschaeftsstelle,
        "vorsitz": inhaber["vorsitz"],
        "mitglied": inhaber["region"],
        "berater": berater,
        "stellvertretung": hier,
        "andere stellvertretung": dort,
        "leitgremium": leitgremium,
        "vorstand": vorstand,
        "gast": gast,
        "fremde": fremde,
    }


DUERFEN = {"geschaeftsstelle", "vorsitz", "mitglied", "berater", "stellvertretung"}


@pytest.mark.parametrize("seite", SEITEN)
def test_records_open_for_members_and_the_office_alone(client, vote, leute, seite, monkeypatch):
    monkeypatch.setattr("antraege.views.protokoll.make_abstimmungsprotokoll", lambda huelle, journal: b"%PDF")
    url = reverse(f"antraege:{seite}", args=[vote.uuid])
    assert client.get(url).status_code == 302  # to the login

    antworten = {}
    for name, person in leute.items():
        client.force_login(person)
        antworten[name] = client.get(url).status_code

    assert antworten == {name: 200 if name in DUERFEN else 404 for name in leute}


def test_every_attachment_as_each_role_that_may_open_it(client, vote, leute):
    """What a person takes away is exactly what the role may see: choices by seat in the full one only."""
    namen = list(vote.stimmsitze.values_list("name", flat=True))
    for name in DUERFEN:
        client.force_login(leute[name])
        voll = client.get(reverse("antraege:protokoll-pdf", args=[vote.uuid]))
        datei, inhalt = attachment(voll.content)
        assert (datei, inhalt.decode()) == ("abstimmungsprotokoll.json", full(vote))
        assert client.get(reverse("antraege:protokoll-json", args=[vote.uuid])).content == inhalt
    oeffentlich = client.get(reverse("antraege:protokoll-oeffentlich-pdf", args=[vote.uuid]))
    _, inhalt = attachment(oeffentlich.content)
    assert client.get(reverse("antraege:protokoll-oeffentlich-json", args=[vote.uuid])).content == inhalt
    gelesen = pdf_text(oeffentlich.content) + inhalt.decode()
    sitze = list(vote.stimmsitze.values_list("bezeichnung", "sitz__uuid"))
    assert not [wort for wort in [*namen, *(str(w) for sitz in sitze for w in sitz)] if wort in gelesen]
    assert json.loads(inhalt)["journal"] is None


def test_the_answer_is_closed_to_scripts_and_names_the_file(client, vote, leute):
    client.force_login(leute["geschaeftsstelle"])

    antwort = client.get(reverse("antraege:protokoll-json", args=[vote.uuid]))

    assert antwort["Content-Disposition"].startswith("attachment")
    assert "Abstimmungsprotokoll%202026-4%20Nr.%201.json" in antwort["Content-Disposition"]
    assert antwort["Content-Type"] == "application/json"


def test_there_is_no_record_before_the_close(client, saal, offene, geschaeftsstelle):
    vote = offene(saal)
    client.force_login(geschaeftsstelle)

    for seite in SEITEN:
        assert client.get(reverse(f"antraege:{seite}", args=[vote.uuid])).status_code == 404
    assert Abstimmung.objects.get().is_offen


def test_the_pdf_says_what_was_decided_and_prints_the_hashes(vote):
    journal = load_abschluss(vote)
    texte = {
        "voll": pdf_text(make_abstimmungsprotokoll(full(vote), journal=journal)),
        "oeffentlich": pdf_text(make_abstimmungsprotokoll(public(vote), journal=journal)),
    }

    for text in texte.values():
        assert "Angenommen mit 10 Ja, 3 Nein, 1 Enthaltung bei 14 Anwesenden; nötig 10." in text
        assert "Anwesend stimmberechtigt 14 – nötig 10 Ja – Enthaltungen zählen wie Nein" in text
        assert "Der VSEG-Vorstand sei zu ersuchen" in text
        assert "Ja Nein Enthaltungen" in text  # no heading is torn
        assert vote.protokoll_sha256 in text.replace(" ", "")
        assert journal["hash"] in text.replace(" ", "")
    person = vote.stimmsitze.first().name
    assert (person in texte["voll"], person in texte["oeffentlich"]) == (True, False)
    quittungen = [s.quittung for s in vote.stimmen.order_by("quittung")]
    oeffentlich = texte["oeffentlich"].replace(" ", "")
    stellen = [oeffentlich.index(q) for q in quittungen]
    assert stellen == sorted(stellen)
    for stimme in vote.stimmen.all():  # as the telephone told it
        assert f"{stimme.quittung_kurz} {stimme.quittung}" in texte["oeffentlich"]


def test_under_namensaufruf_the_public_record_is_the_full_one(client, saal, offene, geschaeftsstelle):
    vote = close_with(offene(saal, antrag=False, namentlich=True), ja=9, nein=5)
    client.force_login(geschaeftsstelle)

    voll, oeffentlich = (
        client.get(reverse(f"antraege:{seite}", args=[vote.uuid])).content
        for seite in ("protokoll-json", "protokoll-oeffentlich-json")
    )

    assert voll == oeffentlich
    assert (
        b"unter Namensaufruf"
        in pdf_text(client.get(reverse("antraege:protokoll-oeffentlich-pdf", args=[vote.uuid])).content).encode()
    )


@pytest.mark.parametrize("mehrheit", [Mehrheit.KONSULTATIV, Mehrheit.EINFACH])
def test_an_opinion_says_on_paper_that_it_binds_nobody(saal, offene, mehrheit):
    vote = close_with(offene(saal, antrag=False, mehrheit=mehrheit), ja=4, nein=4)

    text = pdf_text(make_abstimmungsprotokoll(full(vote), journal=load_abschluss(vote)))

    assert ("Sie ist unverbindlich, entscheidet nichts und wird kein Antrag" in text) is (
        mehrheit is Mehrheit.KONSULTATIV
    )


def test_same_record_gives_the_same_bytes_whatever_the_office_has_set_since(vote, now):
    eins = make_abstimmungsprotokoll(full(vote), journal=load_abschluss(vote))
    Einstellung.objects.create(schluessel="absender_adresse", wert="Bielstrasse 1\n4500 Solothurn", geaendert_at=now)
    vote.refresh_from_db()

    assert make_abstimmungsprotokoll(full(vote), journal=load_abschluss(vote)) == eins


def test_what_is_attached_can_be_recounted(vote, tmp_path):
    for huelle in (full(vote), public(vote)):
        name, inhalt = attachment(make_abstimmungsprotokoll(huelle, journal=load_abschluss(vote)))
        (tmp_path / name).write_bytes(inhalt)

        ergebnis = subprocess.run(
            [
                sys.executable,
                "-I",
                str(SKRIPT),
                str(tmp_path / name),
                vote.protokoll_sha256 if huelle == full(vote) else "",
            ],
            capture_output=True,
            text=True,
            check=True,
        )

        assert "angenommen: 10 Ja, 3 Nein" in ergebnis.stdout


@pytest.mark.parametrize("flavour", ["3a", "ua1"])
@pytest.mark.parametrize("form", ["voll", "oeffentlich"])
def test_records_are_accessible_and_archivable(vote, tmp_path, flavour, form):
    pfad = tmp_path / "protokoll.pdf"
    huelle = full(vote) if form == "voll" else public(vote)
    pfad.write_bytes(make_abstimmungsprotokoll(huelle, journal=load_abschluss(vote)))

    assert verapdf(pfad, flavour) == []


def test_the_record_of_one_vote_and_of_three_costs_the_same(client, saal, offene, geschaeftsstelle, monkeypatch):
    client.force_login(geschaeftsstelle)
    kosten = []
    for anzahl in (1, 3):
        while Abstimmung.objects.count() < anzahl:
            vote = close_with(offene(saal, antrag=False), ja=9)
        with CaptureQueriesContext(
            connection,
        ) as abfragen:
            client.get(reverse("antraege:protokoll-json", args=[vote.uuid]))
        kosten.append(len(abfragen))
    assert kosten[0] == kosten[1]


def test_the_meetings_page_shows_results_to_who_may_see_them(client, vote, leute):
    url = reverse("sitzungen:sitzung-detail", args=[vote.sitzung.kennung])
    gezeigt = {}
    for name, person in leute.items():
        client.force_login(person)
        html = client.get(url).content.decode()
        gezeigt[name] = ("10 Ja, 3 Nein, 1 Enthaltung bei 14 Anwesenden; nötig 10" in html, "Wer wie gestimmt" in html)
        assert ("protokoll.pdf" in html) is (name in DUERFEN)

    assert {name for name, (_, sitze) in gezeigt.items() if sitze} == DUERFEN


def test_the_meetings_page_of_one_vote_and_of_three_costs_the_same(client, saal, offene, geschaeftsstelle):
    client.force_login(geschaeftsstelle)
    url = reverse("sitzungen:sitzung-detail", args=[saal.kennung])
    client.get(url)
    kosten = []
    for anzahl in (1, 3):
        while Abstimmung.objects.count() < anzahl:
            close_with(offene(saal, antrag=False), ja=9)
        with CaptureQueriesContext(connection) as abfragen:
            assert client.get(url).content.decode().count('class="ergebnis__wort"') == anzahl
        kosten.append(len(abfragen))
    assert kosten[0] == kosten[1]
