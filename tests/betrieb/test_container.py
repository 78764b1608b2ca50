"""docker-compose.yml and the Dockerfile say what is true, and each container's command runs here without an engine."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.db import connection

WURZEL = Path(__file__).resolve().parent.parent.parent
EIGENE = ["beat", "migrate", "web", "worker"]


@pytest.fixture(scope="module")
def dienste():
    return yaml.safe_load((WURZEL / "docker-compose.yml").read_text(encoding="utf-8"))["services"]


def dockerfile():
    text = (WURZEL / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [zeile.split(maxsplit=1) for zeile in text.splitlines() if zeile and not zeile.startswith(("#", " "))]


# --- what the files say --------------------------------------------------------------------------------------


def test_compose_has_the_services(dienste):
    assert sorted(dienste) == sorted([*EIGENE, "postgres", "redis"])


@pytest.mark.parametrize("name", EIGENE)
def test_own_containers_are_closed(dienste, name):
    dienst = dienste[name]

    assert (dienst["user"], dienst["read_only"], dienst["cap_drop"]) == ("10001", True, ["ALL"])
    assert dienst["security_opt"] == ["no-new-privileges:true"]
    assert set(dienst["secrets"]) == {"secret_key", "database_url", "email_url"}
    assert not re.search(r"PASSWOR[TD]|KEY", " ".join(k for k in dienst["environment"] if not k.endswith("_FILE")))


@pytest.mark.parametrize("name", ["beat", "web", "worker"])
def test_services_wait_for_the_migration_and_have_a_health_check(dienste, name):
    assert dienste[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert dienste[name]["healthcheck"]["test"] == ["CMD", "python", "scripts/healthcheck.py", name]


def test_stores_have_a_health_check_and_no_open_port(dienste):
    assert all("healthcheck" in dienste[name] and "ports" not in dienste[name] for name in ("postgres", "redis"))
    assert dienste["web"]["ports"] == ["127.0.0.1:8000:8000"]


def test_each_variable_of_compose_is_a_setting(dienste):
    bekannt = set(
        re.findall(r"^(?:# )?([A-Z_]+)=", (WURZEL / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    )
    gesetzt = {name.removesuffix("_FILE") for name in dienste["web"]["environment"]}

    assert gesetzt - bekannt == set()


def test_dockerfile_runs_without_root_and_copies_what_is_there(dienste):
    befehle = dockerfile()
    kopien = [wert.split()[0] for art, wert in befehle if art == "COPY" and not wert.startswith("--from")]
    ignoriert = (WURZEL / ".dockerignore").read_text(encoding="utf-8").split()

    assert [wert for art, wert in befehle if art == "USER"] == ["portal"]
    assert "useradd --system --uid 10001" in " ".join(wert for art, wert in befehle if art == "RUN")
    assert [k for k in kopien if not (WURZEL / k).exists() or f"!{k}" not in ignoriert] == []
    assert [wert for art, wert in befehle if art == "CMD"] == [
        str(dienste["web"]["command"]).replace("'", '"')
    ]  # the image alone is the web server


def test_image_carries_bytecode_of_packages_and_portal():
    befehle = dockerfile()
    bau, lauf = (nummer for nummer, (art, _) in enumerate(befehle) if art == "FROM")
    kompiliert = " ".join(wert for art, wert in befehle[lauf:] if art == "RUN" and "compileall" in wert)
    apps = {wert.split()[0] for art, wert in befehle if art == "COPY"} & {
        app.split(".")[0] for app in settings.INSTALLED_APPS
    }

    assert any(art == "ENV" and "UV_COMPILE_BYTECODE=1" in wert for art, wert in befehle[bau:lauf])
    assert apps
    assert apps <= set(kompiliert.split())


def test_secrets_script_writes_what_compose_reads(tmp_path):
    shutil.copy(WURZEL / "scripts" / "create_secrets.sh", tmp_path)
    kompose = yaml.safe_load((WURZEL / "docker-compose.yml").read_text(encoding="utf-8"))
    for _zweimal in range(2):
        subprocess.run(["sh", "create_secrets.sh"], cwd=tmp_path, check=True, capture_output=True, timeout=20)
        inhalt = {name: (tmp_path / "secrets" / name).read_text() for name in kompose["secrets"]}

    assert len(inhalt["secret_key"]) >= 50
    assert inhalt["postgres_password"] in inhalt["database_url"]
    assert oct((tmp_path / "secrets").stat().st_mode)[-3:] == "700"
    assert inhalt == {name: (tmp_path / "secrets" / name).read_text() for name in kompose["secrets"]}


# --- each command, run here ----------------------------------------------------------------------------------


def freier_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def umgebung_in(ordner, dienste):
    """The environment compose gives, with this machine's database and broker in place of the containers'."""
    geheim = ordner / "geheim"
    geheim.mkdir()
    (geheim / "secret_key").write_text("g" * 60)
    (geheim / "email_url").write_text("smtp://127.0.0.1:1")
    (geheim / "database_url").write_text(datenbank_url(ordner))
    werte = {k: v.replace("/run/secrets", str(geheim)) for k, v in dienste["web"]["environment"].items()}
    pfad = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {
        "PATH": pfad,
        "HOME": str(ordner),
        "PYTHONDONTWRITEBYTECODE": "1",
        **werte,
        "BROKER_URL": settings.BROKER_URL,
        "MEDIA_ROOT": str(ordner / "dateien"),
        "SITE_URL": "https://portal.example",
        "ALLOWED_HOSTS": "portal.example",
        "BEAT_SCHEDULE_DIR": str(ordner),
    }


@pytest.fixture
def umgebung(tmp_path, dienste):
    return umgebung_in(tmp_path, dienste)


def datenbank_url(ordner):
    """Return a database of this test's own: a file, or the suite's PostgreSQL test database."""
    if settings.IS_SQLITE:
        return f"sqlite:///{ordner / 'portal.sqlite3'}"
    s = connection.settings_dict
    return f"postgres://{s['USER']}:{s['PASSWORD']}@{s['HOST']}:{s['PORT'] or 5432}/{s['NAME']}"


def befehl(dienst, tmp_path, port):
    return [
        teil.replace("0.0.0.0:8000", f"127.0.0.1:{port}").replace("/tmp/", f"{tmp_path}/") for teil in dienst["command"]
    ]


@pytest.fixture
def starte(tmp_path, umgebung, dienste):
    """start(name, port) -> (process, path of its output); ended after the test, whatever happens."""
    laeufer = []

    def los(name, port=0):
        ausgabe = tmp_path / f"{name}.log"
        with ausgabe.open("w") as strom:
            prozess = subprocess.Popen(
                befehl(dienste[name], tmp_path, port),
                cwd=WURZEL,
                env={**umgebung, "PORT": str(port)},
                stdout=strom,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        laeufer.append(prozess)
        return prozess, ausgabe

    yield los
    for prozess in laeufer:
        if prozess.poll() is None:
            os.killpg(prozess.pid, signal.SIGKILL)
        prozess.wait(10)


def warte_auf(pruefe, ausgabe, sekunden=40):
    """Wait until pruefe() is true; on timeout fail with what the process printed."""
    ende = time.monotonic() + sekunden
    while time.monotonic() < ende:
        if pruefe():
            return
        time.sleep(0.2)
    pytest.fail(f"nicht in {sekunden} s:\n{ausgabe.read_text()[-3000:]}")


def beende(prozess, ausgabe):
    prozess.send_signal(signal.SIGTERM)
    try:
        assert prozess.wait(20) == 0, ausgabe.read_text()[-2000:]
    except subprocess.TimeoutExpired:
        pytest.fail(f"endet nicht auf SIGTERM:\n{ausgabe.read_text()[-2000:]}")


def gesund(name, umgebung, port=0):
    return (
        subprocess.run(
            [sys.executable, "scripts/healthcheck.py", name],
            cwd=WURZEL,
            env={**umgebung, "PORT": str(port)},
            capture_output=True,
            timeout=30,
            check=False,
        ).returncode
        == 0
    )


@pytest.fixture(scope="module")
def migriert(tmp_path_factory, dienste):
    """The database as the container «migrate» leaves it, made once (SQLite only)."""
    ordner = tmp_path_factory.mktemp("migriert")
    befehl = dienste["migrate"]["command"]
    subprocess.run(befehl, cwd=WURZEL, env=umgebung_in(ordner, dienste), check=True, capture_output=True, timeout=300)
    return ordner / "portal.sqlite3"


@pytest.fixture
def bestand(transactional_db, request, tmp_path):
    """A migrated database for the containers (the PostgreSQL test database is one already, and is brought back after them)."""
    if settings.IS_SQLITE:
        shutil.copy(request.getfixturevalue("migriert"), tmp_path / "portal.sqlite3")


@pytest.mark.skipif(not settings.IS_SQLITE, reason="die Testdatenbank auf PostgreSQL ist schon eingerichtet")
def test_migrate_ends_well_and_may_run_again(bestand, starte, tmp_path):
    prozess, ausgabe = starte("migrate")

    assert prozess.wait(300) == 0, ausgabe.read_text()[-3000:]
    assert "No migrations to apply" in ausgabe.read_text()


def test_web_answers_healthz_and_stops(bestand, starte, umgebung):
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"],
        cwd=WURZEL,
        env=umgebung,
        check=True,
        capture_output=True,
        timeout=60,
    )
    port = freier_port()
    prozess, ausgabe = starte("web", port)

    warte_auf(lambda: "Listening at" in ausgabe.read_text(), ausgabe)
    warte_auf(lambda: gesund("web", umgebung, port), ausgabe)
    anfrage = urllib.request.Request(f"http://127.0.0.1:{port}/healthz", headers={"Host": "portal.example"})
    with urllib.request.urlopen(anfrage, timeout=10) as antwort:
        assert antwort.status == 200
    beende(prozess, ausgabe)
    assert not gesund("web", umgebung, port)


def test_worker_starts_and_stops(bestand, starte, umgebung):
    prozess, ausgabe = starte("worker")

    warte_auf(lambda: "ready." in ausgabe.read_text(), ausgabe)
    if settings.BROKER_URL.startswith("redis"):
        warte_auf(lambda: gesund("worker", umgebung), ausgabe)
    beende(prozess, ausgabe)


def test_beat_ticks_and_stops(bestand, starte, umgebung):
    prozess, ausgabe = starte("beat")

    warte_auf(lambda: "Sending due task" in ausgabe.read_text(), ausgabe, sekunden=90)
    warte_auf(lambda: gesund("beat", umgebung), ausgabe)
    beende(prozess, ausgabe)
