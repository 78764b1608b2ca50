"""`manage.py demo`: everybody gets the papers exactly once, a second time too, and it touches nobody else's database."""

import contextlib
import os
import re
import sqlite3
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from konferenz import postausgang
from konferenz.senke import Umschlag
from tests.conftest import make_person

WURZEL = Path(__file__).parent.parent


def run_demo(ordner, *args, **env):
    """Run the command as `make demo` does, on a database and files of its own."""
    return subprocess.run(
        [sys.executable, "manage.py", "demo", *args],
        cwd=WURZEL,
        env={
            **{name: wert for name, wert in os.environ.items() if name in {"PATH", "HOME", "LANG", "VIRTUAL_ENV"}},
            "ALLOW_UNSAFE_KEY": "1",
            "DEMO_MODE": "1",
            "DEMO_ONCE": "1",
            "DATABASE_URL": f"sqlite:///{ordner / 'demo.sqlite3'}",
            "MEDIA_ROOT": str(ordner / "dateien"),
            **env,
        },
        check=False,
        capture_output=True,
        text=True,
        timeout=400,
    )


FRAGEN = {
    "answers of the due meeting": "SELECT antwort, COUNT(*) FROM sitzungen_teilnahme t JOIN sitzungen_sitzung s"
    " ON s.id = t.sitzung_id WHERE s.status = 'versandt' AND antwort <> '' GROUP BY antwort ORDER BY antwort",
    "their ways": "SELECT DISTINCT antwort_kanal FROM sitzungen_teilnahme t JOIN sitzungen_sitzung s"
    " ON s.id = t.sitzung_id WHERE s.status = 'versandt' AND antwort <> '' ORDER BY 1",
    "substitutes": "SELECT vertretung_stand, COUNT(*) FROM sitzungen_teilnahme t JOIN sitzungen_sitzung s"
    " ON s.id = t.sitzung_id WHERE s.status = 'versandt' AND vertretung_id IS NOT NULL GROUP BY 1 ORDER BY 1",
    "in the room": "SELECT als, COUNT(*) FROM sitzungen_anwesenheit WHERE bis_at IS NULL GROUP BY als ORDER BY als",
    "closed meetings without presence": "SELECT COUNT(*) FROM sitzungen_sitzung s WHERE status = 'geschlossen'"
    " AND NOT EXISTS (SELECT 1 FROM sitzungen_anwesenheit a WHERE a.sitzung_id = s.id)",
    "seats that changed hands": "SELECT COUNT(*) > 0 FROM (SELECT teilnahme_id FROM sitzungen_anwesenheit"
    " GROUP BY teilnahme_id HAVING COUNT(*) > 1)",
    "archived items without outcome": "SELECT COUNT(*) FROM sitzungen_traktandum t JOIN sitzungen_sitzung s"
    " ON s.id = t.sitzung_id WHERE s.status = 'geschlossen' AND t.ausgang = 'offen'",
    "guests": "SELECT COUNT(*) FROM sitzungen_traktandumuserobjectpermission",
    "wishes to discuss": "SELECT COUNT(*) FROM sitzungen_diskussionswunsch",
    "mandates that end": "SELECT COUNT(*) FROM mitglieder_mandat WHERE bis IS NOT NULL",
    "votes": "SELECT status, anwesend, noetig, ja, angenommen FROM antraege_abstimmung ORDER BY eroeffnet_at, nr",
    "motions": "SELECT status, (SELECT COUNT(*) FROM antraege_antragsbeilage b WHERE b.antrag_id = a.id) FROM antraege_antrag a ORDER BY id",
    "reports": "SELECT b.status, e.status, e.ergebnis, e.rueckmeldung_id IS NOT NULL FROM antraege_bericht b"
    " LEFT JOIN antraege_vorstandsentscheid e ON e.bericht_id = b.id ORDER BY b.id",
    "days at the board": "SELECT CAST(julianday('now') - julianday(ueberwiesen_at) AS INTEGER) FROM antraege_bericht b"
    " JOIN antraege_antrag a ON a.id = b.antrag_id WHERE a.status = 'ueberwiesen'",
}
SITZE = {
    "votes": [
        ("geschlossen", 13, 9, 9, 1),
        ("geschlossen", 13, 9, 11, 1),
        ("geschlossen", 12, 8, 9, 1),
        ("geschlossen", 12, 8, 7, 0),
        ("offen", 11, 8, None, None),
    ],
    "motions": [
        ("beantwortet", 0),
        ("ueberwiesen", 0),
        ("eingereicht", 1),
        ("entwurf", 0),
        ("verabschiedet", 0),
        ("nicht_zustande_gekommen", 0),
        ("traktandiert", 0),
    ],
    "reports": [("ueberwiesen", "mitgeteilt", "geaendert", 1), ("ueberwiesen", None, None, 0)],
    "days at the board": [(63,)],
    "answers of the due meeting": [("entschuldigt", 1), ("vertreten", 4), ("zugesagt", 9)],
    "their ways": [("link",), ("portal",), ("telefon",)],
    "substitutes": [("abgelehnt", 1), ("angenommen", 2), ("benannt", 1)],
    "in the room": [("inhaber", 15), ("vertretung", 1)],
    "closed meetings without presence": [(0,)],
    "seats that changed hands": [(1,)],
    "archived items without outcome": [(0,)],
    "guests": [(1,)],
    "wishes to discuss": [(1,)],
    "mandates that end": [(1,)],
}


def look(ordner):
    """Return what the demo shows of seats and presence, read from its database."""
    with contextlib.closing(sqlite3.connect(ordner / "demo.sqlite3")) as verbindung:
        return {was: verbindung.execute(frage).fetchall() for was, frage in FRAGEN.items()}


def recount_each(ordner):
    """Recount every closed vote of the demo with the script anybody may use, and once with one byte changed."""
    with contextlib.closing(sqlite3.connect(ordner / "demo.sqlite3")) as verbindung:
        texte = verbindung.execute(
            "SELECT protokoll, protokoll_sha256 FROM antraege_abstimmung WHERE status = 'geschlossen'"
        ).fetchall()

    def recount(text, summe):
        (ordner / "protokoll.json").write_text(text, encoding="utf-8")
        befehl = [sys.executable, "-I", str(WURZEL / "docs" / "nachzaehlen.py"), str(ordner / "protokoll.json"), summe]
        return subprocess.run(befehl, check=False, capture_output=True, text=True, cwd=ordner).returncode

    assert [recount(*zeile) for zeile in texte] == [0, 0, 0, 0]
    text, summe = texte[0]
    assert recount(text.replace('"wahl":"nein"', '"wahl":"neun"', 1), summe) == 1


@pytest.mark.kill  # a whole run, with worker, beat and mail server: slow
def test_demo_sends_to_everybody_exactly_once_and_runs_again_on_its_own_data(tmp_path):
    first = run_demo(tmp_path)
    second = run_demo(tmp_path)

    assert first.returncode == 0, first.stdout + first.stderr
    assert re.search(r"Empfängerinnen und Empfänger +135 \(", first.stdout)
    assert re.search(r"Versandt, jede genau einmal +135 in", first.stdout)
    assert "praesidium@demo.example" in first.stdout
    assert first.stderr == ""
    assert re.search(r"Läuft gerade +1\. ausserordentliche Sitzung", first.stdout)
    assert look(tmp_path) == SITZE
    recount_each(tmp_path)
    assert re.search(r"Offene Abstimmung +http", first.stdout)
    assert second.returncode == 0, second.stdout + second.stderr
    counts = [[zeile for zeile in lauf.stdout.splitlines() if "gefangen" in zeile] for lauf in (first, second)]
    assert counts[0] == counts[1]  # nothing was sent a second time


@pytest.mark.kill
def test_demo_at_a_moment_given_by_hand(tmp_path):
    loaded = run_demo(tmp_path, "--load-only", "--now", "2027-02-03T06:00+01:00")
    sent = run_demo(tmp_path, "--now", "2027-02-03T09:00+01:00")

    assert (loaded.returncode, sent.returncode) == (0, 0), loaded.stderr + sent.stdout + sent.stderr
    assert "1. ordentliche Sitzung 2027, Mittwoch, 10. Februar 2027" in sent.stdout
    assert "eingehalten: 7 Tage vor der Sitzung" in sent.stdout


@pytest.mark.django_db
def test_demo_refuses_a_database_with_other_peoples_rows(settings):
    settings.DEMO_MODE = True
    make_person()

    with pytest.raises(CommandError, match="nicht aus der Demo stammen"):
        call_command("demo", "--load-only")


def test_demo_needs_its_mode_and_a_moment():
    with pytest.raises(CommandError, match="DEMO_MODE"):
        call_command("demo")


def test_demo_says_what_is_wrong_with_a_moment(settings):
    settings.DEMO_MODE = True

    with pytest.raises(CommandError, match="kein Zeitpunkt"):
        call_command("demo", "--now", "übermorgen")


# --- «Postausgang (Demo)» -------------------------------------------------------------------------


@pytest.fixture
def mail(settings):
    """One caught mail with an HTML body and an attachment; return its name."""
    settings.DEMO_MODE = True
    brief = EmailMessage()
    brief["From"], brief["To"], brief["Subject"] = "Büro <buero@portal.test>", "Anna <anna@portal.test>", "Einladung"
    brief["Message-ID"] = "<1@portal.test>"
    brief["Date"] = "Thu, 03 Dec 2026 08:00:00 +0100"
    brief.set_content("Guten Tag")
    brief.add_alternative(
        "<html><head></head><body><script>x</script><a href='/'>Zur Sitzung</a></body></html>", subtype="html"
    )
    brief.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="Sitzungsmappe.pdf")
    postausgang.keep(Umschlag(von="a@portal.test", an=["anna@portal.test"], daten=brief.as_bytes()))
    [name] = postausgang.names()
    return name


@pytest.mark.django_db
def test_postausgang_shows_each_mail_as_a_person_sees_it(client, mail):
    assert "Einladung" in client.get("/postausgang/").text
    assert "Keine Mail" in client.get("/postausgang/?an=berta").text
    seite = client.get(f"/postausgang/{mail}/").text
    assert "Guten Tag" in seite
    assert "Sitzungsmappe.pdf" in seite
    assert "<script>x" not in seite
    assert client.get(f"/postausgang/{mail}/beilage/0/").content == b"%PDF-1.7"
    assert client.get(f"/postausgang/{mail}/beilage/1/").status_code == 404


@pytest.mark.django_db
def test_postausgang_keeps_the_body_in_a_sandbox(client, mail):
    response = client.get(f"/postausgang/{mail}/html/")

    policy = response["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups")
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["..%2F..%2Fmanage", "x", "20", ""])
def test_postausgang_opens_no_other_file(client, mail, name):
    assert client.get(f"/postausgang/{name}/html/").status_code == 404


@pytest.mark.django_db
def test_postausgang_does_not_exist_outside_the_demo(client, mail, settings):
    settings.DEMO_MODE = False

    for url in (
        "/postausgang/",
        f"/postausgang/{mail}/",
        f"/postausgang/{mail}/html/",
        f"/postausgang/{mail}/beilage/0/",
    ):
        assert client.get(url).status_code == 404
