import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from konferenz.models import Sendung
from mitglieder.models import Mitgliedschaft, Person

pytestmark = pytest.mark.django_db


def run(*args):
    out, err = StringIO(), StringIO()
    call_command(*args, stdout=out, stderr=err)
    return out.getvalue()


def test_first_login_on_an_empty_server(settings):
    settings.SITE_URL = "https://portal.test"

    text = run("create_geschaeftsstelle", "buero@vseg.test", "--vorname", "Eva", "--nachname", "Muster")

    pfad = re.search(r"https://portal\.test(/zugang/\S+)", text).group(1)
    client = Client()
    antwort = client.post(pfad, {"passwort": "Ein-gutes-Passwort-1", "nochmals": "Ein-gutes-Passwort-1"}, follow=True)
    assert antwort.redirect_chain == [("/einrichten/", 302)]
    assert client.get("/").status_code == 200
    assert Sendung.objects.values_list("an_adresse", flat=True).get() == "buero@vseg.test"
    assert Person.objects.get().name == "Eva Muster"


def test_create_geschaeftsstelle_refuses_what_is_no_address():
    with pytest.raises(CommandError, match="keine gültige E-Mail-Adresse"):
        run("create_geschaeftsstelle", "buero")


INHALT = "rolle;region;vorname;nachname;email;funktion;von\nleitgremium;SRO;Jürg;Müller;j@x.ch;Mitglied;1.1.2026\n"


def test_import_tells_what_it_did_and_what_is_without_a_vote(tmp_path):
    datei = tmp_path / "liste.csv"
    datei.write_bytes(INHALT.encode("cp1252"))

    probe = run("import_mitglieder", str(datei), "--dry-run")
    assert Mitgliedschaft.objects.count() == 0
    echt = run("import_mitglieder", str(datei))

    assert "Zeile 2: neu: Jürg Müller, Leitgremium Olten" in probe
    assert "1 neu, 0 geändert, 0 unverändert, 0 Fehler." in probe
    assert "Sitze ohne Wahlbeschluss (designiert, ohne Stimme): 0." in echt
    assert "Vakante Sitze: 17." in echt
    assert echt.strip().endswith("Gespeichert.")
    assert Mitgliedschaft.objects.count() == 1


@pytest.mark.parametrize(
    ("inhalt", "satz"),
    [
        (INHALT.replace("email;", "post;"), "fehlt die Spalte «email»"),
        (INHALT.replace("SRO", "XX"), "Es ist nichts gespeichert worden"),
        ("", "Die Datei ist leer"),
    ],
)
def test_import_fails_with_a_sentence(tmp_path, inhalt, satz):
    datei = tmp_path / "liste.csv"
    datei.write_text(inhalt)

    with pytest.raises(CommandError, match=satz):
        run("import_mitglieder", str(datei))
    assert Person.objects.get_queryset().count() == 0


def test_import_of_a_missing_file_fails_with_a_sentence(tmp_path):
    with pytest.raises(CommandError, match="lässt sich nicht öffnen"):
        run("import_mitglieder", str(tmp_path / "nichts.csv"))
