"""Children forked from a warm parent: bounded and closed like those started anew, and nothing passes between them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from konferenz import kindprozess, kindstamm
from konferenz.dateipruefung import DateiAbgelehnt, check_datei
from konferenz.kindprozess import Grenzen, KindFehler, run_kind
from konferenz.pdf import print_assets
from tests.konferenz.papiere import make_bild

pytestmark = pytest.mark.skipif(not kindstamm.IST_MOEGLICH, reason="nur auf Linux")
GRENZEN = Grenzen(speicher_mb=400, cpu_s=10, wand_s=20)
# Stands in for the task that checks files, in a copy of the program.
PROBE = """
import ctypes, os, resource, signal, sys, tempfile, time

gemerkt = []

def warm_up():
    pass

def run(eingabe, blobs):
    return globals()[eingabe.pop("tat")](**eingabe), blobs

def tell():
    deskriptoren = [n for n in map(int, os.listdir("/proc/self/fd")) if os.path.exists(f"/proc/self/fd/{n}")]
    return {
        "pid": os.getpid(),
        "eltern": os.getppid(),
        "gruppe": os.getpgid(0),
        "umgebung": dict(os.environ),
        "deskriptoren": [os.readlink(f"/proc/self/fd/{n}") for n in deskriptoren],
        "grenzen": [resource.getrlimit(g) for g in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE)],
        "faeden": len(os.listdir("/proc/self/task")),
        "ordner": os.getcwd(),
        "darin": os.listdir(),
        "tmp": tempfile.gettempdir(),
        "gemerkt": gemerkt,
        "verbunden": "django" in sys.modules,
    }

def leave_traces():
    gemerkt.append("Spur")
    os.environ["SPUR"] = "1"
    tempfile.NamedTemporaryFile(delete=False).close()
    open("spur", "w").close()
    os.chdir("/")
    os.umask(0)
    sys.modules["spur"] = sys
    return tell()

def fill_memory():
    return len(b"x" * (1 << 30))

def fill_disk():
    with open("gross", "wb") as datei:
        datei.seek(1 << 30)
        datei.write(b"x")

def compute():
    while True:
        pass

def sleep_with_grandchild(pfad):
    enkel = ctypes.CDLL(None).fork()  # past Python, which would not let it
    if not enkel:
        time.sleep(600)
    with open(pfad, "w") as datei:
        datei.write(f"{os.getpid()} {enkel}")
    time.sleep(600)

def wait(pfad):
    while not os.path.exists(pfad):
        time.sleep(0.02)
    return tell()

def crash():
    os.kill(os.getpid(), signal.SIGSEGV)
"""


def wait_for(bedingung, sekunden: float = 20):
    ende = time.monotonic() + sekunden
    while not (ergebnis := bedingung()) and time.monotonic() < ende:
        time.sleep(0.02)
    return ergebnis


def is_gone(pid: int) -> bool:
    """Ended and waited for: a zombie is not gone."""
    return not Path(f"/proc/{pid}").exists()


def has_ended(pid: int) -> bool:
    """Where the parent is dead too, whether process 1 waits for it is not ours to say."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def read_children(pid: int) -> list[int]:
    return [int(kind) for kind in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def frage(tat: str, blobs=(), grenzen: Grenzen = GRENZEN, **dazu):
    return run_kind("pruefen", {"tat": tat, **dazu}, blobs, grenzen=grenzen)[0]


def make_program(ordner: Path, **ersetzt: str) -> Path:
    """Lay a copy of the program with the probe for a task; ersetzt: constants of stamm.py."""
    shutil.copytree(kindstamm.KINDER, ordner, ignore=shutil.ignore_patterns("__pycache__"))
    (ordner / "pruefen.py").write_text(PROBE)
    text = (ordner / "stamm.py").read_text()
    for name, wert in ersetzt.items():
        [zeile] = [zeile for zeile in text.splitlines() if zeile.startswith(f"{name} = ")]
        text = text.replace(zeile, f"{name} = {wert}")
    (ordner / "stamm.py").write_text(text)
    return ordner


def use_program(monkeypatch, ordner: Path) -> kindstamm.Kindstamm:
    stamm = kindstamm.Kindstamm(ordner)
    monkeypatch.setattr(kindprozess, "KINDER", ordner)
    monkeypatch.setattr(kindprozess, "_staemme", {"pruefen": stamm})
    return stamm


@pytest.fixture
def stamm(tmp_path, monkeypatch):
    """The probe behind a parent of children of its own."""
    stamm = use_program(monkeypatch, make_program(tmp_path / "kinder"))
    yield stamm
    stamm._end()


@pytest.fixture(params=[True, False], ids=["forked", "started anew"])
def kind(stamm, settings, request):
    settings.KINDPROZESS_STAMM = request.param
    return request.param


# --- Each child is bounded and closed, either way ---------------------------------------------------------


def test_child_has_nothing_but_its_task(kind, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "geheim")
    monkeypatch.setenv("DATABASE_URL", "postgres://geheim")

    gesagt = [frage("tell") for _ in range(2)]

    for kind_ in gesagt:
        assert set(kind_["umgebung"]) <= {*kindstamm.UMGEBUNG, "TZ", "LANG", "LC_CTYPE", "TMPDIR"}
        assert not any("geheim" in wert for wert in kind_["umgebung"].values())
        mib = 400 * 1024 * 1024
        assert kind_["grenzen"] == [[mib, mib], [10, 10], [mib, mib], [0, 0]]
        # question, answer, messages, and the answer once more
        assert {ziel.split(" ")[0] for ziel in kind_["deskriptoren"]} == {"/memfd:kind"}
        assert len(kind_["deskriptoren"]) == 4
        assert (kind_["gruppe"], kind_["faeden"], kind_["verbunden"]) == (kind_["pid"], 1, False)
        assert kind_["ordner"] == kind_["tmp"]
        assert kind_["darin"] == []
        assert not Path(kind_["ordner"]).exists()
    assert gesagt[0]["pid"] != gesagt[1]["pid"]
    assert (gesagt[0]["eltern"] == gesagt[1]["eltern"] != os.getpid()) is kind


def test_nothing_passes_to_the_next_child(kind):
    spuren, danach = frage("leave_traces"), frage("tell")

    assert (spuren["gemerkt"], spuren["umgebung"]["SPUR"]) == (["Spur"], "1")
    assert (danach["gemerkt"], danach["darin"]) == ([], [])
    assert "SPUR" not in danach["umgebung"]
    assert not Path(spuren["tmp"]).exists()


@pytest.mark.parametrize(
    ("tat", "grenzen", "art"),
    [
        ("fill_memory", GRENZEN, "speicher"),
        ("compute", Grenzen(speicher_mb=400, cpu_s=1, wand_s=60), "zeit"),
        ("compute", Grenzen(speicher_mb=400, cpu_s=60, wand_s=1), "zeit"),
        ("fill_disk", GRENZEN, "absturz"),
        ("crash", GRENZEN, "absturz"),
    ],
    ids=["memory", "processor time", "wall time", "file", "signal"],
)
def test_each_limit_ends_the_child_and_the_next_one_works(kind, tat, grenzen, art):
    frage("tell")

    with pytest.raises(KindFehler) as gefangen:
        frage(tat, grenzen=grenzen)

    assert gefangen.value.art == art
    assert frage("tell")["pid"]


def test_running_out_of_time_ends_the_whole_group(kind, tmp_path):
    frage("tell")

    with pytest.raises(KindFehler, match="länger als 3"):
        frage("sleep_with_grandchild", pfad=str(tmp_path / "pids"), grenzen=Grenzen(speicher_mb=400, cpu_s=9, wand_s=3))

    pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()]
    assert len(pids) == 2
    assert wait_for(lambda: all(map(has_ended, pids)))


def test_eight_threads_at_once_each_get_their_own(kind):
    blobs = [bytes([nummer]) * 200_000 for nummer in range(8)]

    def ask(nummer):
        return run_kind("pruefen", {"tat": "tell"}, [blobs[nummer]], grenzen=GRENZEN)

    with ThreadPoolExecutor(8) as faeden:
        antworten = list(faeden.map(ask, range(8)))

    assert [blob for _, [blob] in antworten] == blobs
    assert len({gesagt["pid"] for gesagt, _ in antworten}) == 8
    if kind:
        assert len({gesagt["eltern"] for gesagt, _ in antworten}) == 1


# --- The parent of the children ---------------------------------------------------------------------------


def test_parent_holds_no_secret_no_data_and_no_connection(stamm, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "geheim")

    eltern = frage("tell", [b"vertraulich"])["eltern"]

    umgebung = Path(f"/proc/{eltern}/environ").read_bytes().decode()
    assert {zeile.partition("=")[0] for zeile in umgebung.split("\0") if zeile} <= {*kindstamm.UMGEBUNG, "TZ", "LANG"}
    offen = [str(pfad.readlink()) for pfad in Path(f"/proc/{eltern}/fd").iterdir()]
    # its socket; nothing of the order, whose child has ended
    assert sum(ziel.startswith("socket:") for ziel in offen) == 1
    assert not [ziel for ziel in offen if "memfd" in ziel]


def test_killed_parent_is_waited_for_and_followed_by_another(stamm):
    erster = frage("tell")["eltern"]

    os.kill(erster, signal.SIGKILL)

    assert wait_for(lambda: is_gone(erster))
    assert frage("tell")["eltern"] not in {erster, os.getpid()}


def test_order_of_a_parent_killed_meanwhile_is_done_anew(stamm, caplog, tmp_path):
    erster = frage("tell")["eltern"]
    with ThreadPoolExecutor(1) as faden:
        laeuft = faden.submit(frage, "wait", pfad=str(tmp_path / "weiter"))
        [kind] = wait_for(lambda: read_children(erster))
        os.kill(erster, signal.SIGKILL)
        (tmp_path / "weiter").touch()
        gesagt = laeuft.result()

    assert gesagt["eltern"] == os.getpid()
    assert wait_for(lambda: has_ended(kind))
    assert "beginnt von vorn, ohne Stamm" in caplog.text


def test_parent_that_hangs_is_killed_at_the_end_of_the_time(stamm, monkeypatch):
    monkeypatch.setattr(kindstamm, "GNADE_S", 0.3)
    erster = frage("tell")["eltern"]
    os.kill(erster, signal.SIGSTOP)

    with pytest.raises(KindFehler, match="länger als"):
        frage("tell", grenzen=Grenzen(speicher_mb=400, cpu_s=9, wand_s=0.5))

    assert wait_for(lambda: is_gone(erster))
    assert frage("tell")["eltern"] != erster


def test_child_ended_by_a_signal_is_the_last_of_its_parent(stamm):
    erster = frage("tell")["eltern"]

    with pytest.raises(KindFehler):
        frage("crash")

    assert wait_for(lambda: is_gone(erster))
    assert frage("tell")["eltern"] != erster


def test_parent_without_orders_ends(tmp_path, monkeypatch):
    stamm = use_program(monkeypatch, make_program(tmp_path / "kinder", RUHE_S="0.2"))
    erster = frage("tell")["eltern"]

    assert wait_for(lambda: is_gone(erster))
    assert frage("tell")["eltern"] != erster
    stamm._end()


def test_program_that_does_not_start_costs_the_warmth_only(tmp_path, monkeypatch, caplog):
    """As where the system forbids what it needs."""
    ordner = make_program(tmp_path / "kinder")
    (ordner / "stamm.py").write_text("raise OSError('verboten')")
    use_program(monkeypatch, ordner)

    assert frage("tell")["eltern"] == os.getpid()
    assert "ohne Stamm" in caplog.text


def test_unknown_task_is_refused(stamm):
    kindprozess._staemme["fremd"] = stamm

    with pytest.raises(KindFehler) as gefangen:
        run_kind("fremd", {}, grenzen=GRENZEN)

    assert gefangen.value.art == "absturz"


# --- Owners -----------------------------------------------------------------------------------------------

EIGENTUEMER = """
import json, os, signal, sys, time
from pathlib import Path
import django
from konferenz import kindprozess, kindstamm

kindprozess._staemme = {{"pruefen": kindstamm.Kindstamm(Path({ordner!r}))}}

def frage(tat="tell", **dazu):
    grenzen = kindprozess.Grenzen(speicher_mb=400, cpu_s=9, wand_s=30)
    return kindprozess.run_kind("pruefen", {{"tat": tat, **dazu}}, grenzen=grenzen)[0]

"""


def start_owner(tmp_path: Path, text: str) -> subprocess.Popen:
    ordner = tmp_path / "kinder"
    if not ordner.exists():
        make_program(ordner)
    (tmp_path / "tmp").mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", EIGENTUEMER.format(ordner=str(ordner)) + text],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "TMPDIR": str(tmp_path / "tmp")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_killed_owner_takes_everything_along(tmp_path):
    """Also while a copy of it that it forked lives on."""
    eigentuemer = start_owner(
        tmp_path,
        "eltern = frage()['eltern']\n"
        "kopie = os.fork()\n"
        "if not kopie:\n    time.sleep(600)\n"
        "print(eltern, kopie, flush=True)\n"
        "frage('wait', pfad='/nie')\n",
    )
    stamm, kopie = map(int, eigentuemer.stdout.readline().split())
    try:
        [kind] = wait_for(lambda: read_children(stamm))
        eigentuemer.kill()
        eigentuemer.wait()

        assert wait_for(lambda: has_ended(stamm) and has_ended(kind))
        assert not is_gone(kopie)
    finally:
        os.kill(kopie, signal.SIGKILL)
        eigentuemer.communicate()


def test_owner_that_ends_takes_its_idle_parent_of_children_along(tmp_path):
    eigentuemer = start_owner(tmp_path, "print(frage()['eltern'])")

    aus, meldungen = eigentuemer.communicate(timeout=60)

    assert (eigentuemer.returncode, meldungen) == (0, "")
    assert wait_for(lambda: has_ended(int(aus)))
    assert list((tmp_path / "tmp").iterdir()) == []


def test_forked_owner_has_a_parent_of_children_of_its_own(tmp_path):
    """As gunicorn's and Celery's workers are forked; the two do not disturb each other."""
    eigentuemer = start_owner(
        tmp_path,
        "erster = frage()['eltern']\n"
        "kopie = os.fork()\n"
        "anderer = frage()['eltern']\n"
        "if not kopie:\n"
        "    print(json.dumps(['Kopie', erster, anderer, frage()['eltern']]), flush=True)\n"
        "    sys.exit()\n"
        "os.waitpid(kopie, 0)\n"
        "print(json.dumps(['Urbild', erster, anderer, frage()['eltern']]), flush=True)\n",
    )

    aus, meldungen = eigentuemer.communicate(timeout=60)

    assert (eigentuemer.returncode, meldungen) == (0, "")
    kopie, urbild = map(json.loads, aus.splitlines())
    assert urbild == ["Urbild", *[urbild[1]] * 3]
    assert kopie == ["Kopie", urbild[1], kopie[2], kopie[2]]
    assert kopie[2] != urbild[1]


# --- The real tasks ---------------------------------------------------------------------------------------


def test_check_is_not_softened_by_the_layout_engine(tmp_path):
    """WeasyPrint tells Pillow, for its whole process, to accept pictures that end too early."""
    run_kind("rendern", {"assets": print_assets(), "anhaenge": []}, [b"<p>x"], grenzen=Grenzen(1024, 10, 20))
    (tmp_path / "a").write_bytes(make_bild("jpg", (600, 600))[:2000])

    with pytest.raises(DateiAbgelehnt, match="beschädigt oder unvollständig"):
        check_datei(tmp_path / "a", "a.jpg")


@pytest.mark.parametrize("aufgabe", ["pruefen", "rendern", "binden"])
def test_tasks_are_imported_before_the_fork_without_a_second_thread(aufgabe):
    """A thread would not come along, and whoever waits for it would wait for ever."""
    text = (
        f"import sys, os; sys.path.insert(0, {str(kindstamm.KINDER)!r}); import {aufgabe}; {aufgabe}.warm_up()\n"
        "print(len(os.listdir('/proc/self/task')), 'django' in sys.modules, 'weasyprint' in sys.modules)"
    )

    lauf = subprocess.run([sys.executable, "-I", "-c", text], capture_output=True, text=True, check=True)

    assert lauf.stdout.split() == ["1", "False", str(aufgabe != "pruefen")]


def _antwort(kopf: bytes, rest: bytes = b"", *, laenge: int | None = None) -> bytes:
    return (len(kopf) if laenge is None else laenge).to_bytes(8, "big") + kopf + rest


def _read(antwort: bytes):
    with kindprozess.make_datei() as datei:
        datei.write(antwort)
        return kindprozess.read_antwort(datei)


@pytest.mark.parametrize(
    "antwort",
    [
        _antwort(b"{}", laenge=2**63),
        _antwort(b"{}", laenge=3),
        _antwort(b""),
        _antwort(b"[" * 100_000),
        _antwort(b"[]"),
        _antwort(b'{"ergebnis": 1}'),
        _antwort(b'{"ergebnis": 1, "blobs": [9000000000000]}'),
        _antwort(b'{"ergebnis": 1, "blobs": [-1]}', b"abc"),
        _antwort(b'{"ergebnis": 1, "blobs": ["x"]}', b"abc"),
        _antwort(b'{"ergebnis": 1, "blobs": [2, 2]}', b"abc"),
        _antwort(b"\xff\xfe"),
    ],
)
def test_an_answer_that_is_none_is_refused_and_costs_no_memory(antwort):
    with pytest.raises(KindFehler) as error:
        _read(antwort)

    assert error.value.art == "absturz"


def test_an_answer_is_read_as_it_was_written():
    assert _read(_antwort(b'{"ergebnis": 1, "blobs": [2, 0, 1]}', b"abc")) == (1, [b"ab", b"", b"c"])
