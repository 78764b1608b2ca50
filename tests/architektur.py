"""Reads the source as a tree and names every line that breaks a rule of the house (docs/architektur.md).

Pure: `findings(root)` takes a folder and returns sentences; test_architecture.py feeds it the project and bad trees.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

APPS = ("konferenz", "mitglieder", "sitzungen", "antraege")  # from the ground up: each imports only those before it

# A room may import rooms of the same or a smaller number.
RAENGE = {
    "rules": 0,
    "models": 1,
    "stammdaten": 1,  # rows that every portal has, made after each migrate
    "queries": 2,
    "pdf": 3,
    "mails": 3,
    "schritte": 4,
    "actions": 5,
    "forms": 6,
    "tasks": 7,
    "views": 8,
    "kacheln": 8,
    "suche": 8,
    "demo": 8,
    "admin": 8,
    "management": 8,
    "templatetags": 8,
    "context": 8,
    "middleware": 8,
    "urls": 9,
    "apps": 9,
    "migrations": 9,
    "__init__": 0,
}
# Rooms that only one app has. A room that stands in neither table is a finding: name it here on purpose.
EIGENE = {
    "konferenz": {
        "celery": 0,  # wake(): called by actions, imports no room
        "protokollierung": 0,
        "formats": 0,
        "zeichnung": 0,
        "adressen": 0,
        "senke": 0,  # a mail server that keeps everything: demo and tests
        "marke": 4,  # what a delivery writes of a mail before the final dot
        "brief": 3,  # templates and context -> a builder's mail
        "nachricht": 2,  # a builder's mail -> the bytes that are handed over
        "triggers": 1,
        "tabelle": 0,
        "einstellungen": 2,
        "befehle": 0,  # hand-written statements, prepared where the database can
        "journal": 4,
        "folgen": 4,  # what follows in the apps above from what happens to an item: deeds tell it
        "smtp": 3,
        "kinder": 0,  # the child program: imports nothing of the house
        "kindprozess": 2,
        "kindstamm": 1,  # the portal's end of the parent of the child programs
        "mappe": 3,
        "dateipruefung": 2,
        "dateien": 2,  # queries, letters and PDFs look at files
        "gesundheit": 6,  # is the machinery alive: command and office ask it
        "templatetags": 1,  # Swiss dates and numbers stand in subjects and facts too
        "gestaltung": 8,
        "checks": 8,
        "mailbackend": 8,
        "upload": 8,  # upload handler and its middleware
        "uebersicht": 8,
        "teile": 8,  # parts that the apps above add to a meeting's pages
        "postausgang": 8,
        "eingebettet": 8,
        "settings": 9,
        "wsgi": 9,
    },
    "mitglieder": {
        "permissions": 1,  # the table of rights: between the models and everything that asks
        "konto": 8,  # allauth's adapter: an entrance like a view
    },
    "sitzungen": {
        "demo_papiere": 7,  # the files demo.py hands in
        "demo_saal": 7,  # its answers, and the meeting that runs
        "demo_praesenz": 7,  # who came to its meetings of the past
        "kalender": 3,  # data -> .ics, as pdf is data -> PDF
        "takt": 6,  # the tick: one deed after the other, each in its own transaction
    },
    "antraege": {
        "demo_weg": 8,  # the motions of demo.py that have a past
        "zeitstrahl": 0,  # the way of a motion -> places of a line
        "triggers": 1,  # what the database keeps of votes
        "pdf_antrag": 3,  # a motion as a paper
        "pdf_bericht": 3,  # the report to the board
        "pruefung": 4,  # do table, record and journal say the same: the command asks, and what goes to the board
        "folgen": 5,  # what follows from what happens to an item: called inside the deeds of the app below
        "teile": 8,  # its parts of a meeting's pages
    },
}
UEBERALL = {"permissions", "celery", "einstellungen"}  # of another app these may be asked by every room
VERBOTENE_NAMEN = {"utils", "util", "common", "helpers", "helper", "tools", "misc", "shared", "lib", "services"}
RECHTE_NAMEN = {
    "has_perm",
    "has_perms",
    "has_module_perms",
    "assign_perm",
    "remove_perm",
    "get_perms",
    "get_objects_for_user",
    "get_users_with_perms",
    "ObjectPermissionChecker",
    "permission_required",
    "user_passes_test",
}
OHNE_SCHREIBEN = {"views", "tasks", "forms", "kacheln", "suche", "queries", "pdf", "mails", "rules", "templatetags"}
SCHREIBEN = {"save", "create", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
MIT_DOCSTRING = {"rules", "queries", "actions", "schritte", "pdf", "mails"}
# Who opens a transaction: actions; and the triggers, which are exchanged all at once.
ATOMIC_ERLAUBT = {"actions", "triggers"}
# Where the ground names the apps above, as strings: the lists in settings, the addresses, the beat's timetable.
NAMEN_DER_OBEREN = {("konferenz", "settings"), ("konferenz", "urls"), ("konferenz", "celery")}
# Single arrows against the order, each with its reason.
AUSNAHMEN = {
    ("konferenz.celery", "konferenz.actions"),  # the beat notes that it lives; wake() itself reaches no room
}
UHREN = {"now", "utcnow", "today", "localdate", "localtime", "time", "monotonic"}


@dataclass
class Modul:
    """One source file: its app, its room, its tree."""

    pfad: Path
    name: str
    app: str
    raum: str
    baum: ast.Module
    ist_paket: bool
    typ_knoten: set[int] = field(default_factory=set)  # lines inside `if TYPE_CHECKING:`

    def bei(self, knoten: ast.AST) -> str:
        return f"{self.pfad}:{getattr(knoten, 'lineno', 1)}"


def findings(root: Path) -> list[str]:
    """Return one sentence per broken rule under `root`, sorted; an empty list is a house that stands."""
    module = list(_module(root))
    verwandte = _obere_relationen(module)
    alle: list[str] = []
    for modul in module:
        for pruefung in (_namen, _pfeile, _regeln, _transaktionen, _schreiben, _rechte, _docstrings, _aktionen):
            alle += pruefung(modul)
        alle += _zeichenketten(modul, verwandte)
    return sorted(alle)


def _module(root: Path) -> Iterator[Modul]:
    for app in APPS:
        for pfad in sorted((root / app).rglob("*.py")):
            teile = pfad.relative_to(root / app).with_suffix("").parts
            if "migrations" in teile or "locale" in teile:
                continue
            baum = ast.parse(pfad.read_text(encoding="utf-8"), str(pfad))
            ohne_init = teile[:-1] if teile[-1] == "__init__" else teile
            modul = Modul(
                pfad.relative_to(root), ".".join((app, *ohne_init)), app, teile[0], baum, teile[-1] == "__init__"
            )
            for knoten in ast.walk(baum):
                if isinstance(knoten, ast.If) and "TYPE_CHECKING" in ast.dump(knoten.test):
                    modul.typ_knoten |= {id(n) for kind in knoten.body for n in ast.walk(kind)}
            yield modul


def _rang(app: str, raum: str) -> int | None:
    return EIGENE.get(app, {}).get(raum, RAENGE.get(raum))


def _importe(modul: Modul) -> Iterator[tuple[ast.AST, str, str]]:
    """Yield (node, module, name) of each import; `from a import b` yields ("a", "b"), relative ones resolved."""
    for knoten in ast.walk(modul.baum):
        if isinstance(knoten, ast.Import):
            for alias in knoten.names:
                yield knoten, alias.name, ""
        elif isinstance(knoten, ast.ImportFrom):
            basis = knoten.module or ""
            if knoten.level:
                eltern = modul.name.split(".")
                eltern = eltern[: len(eltern) - knoten.level + (1 if modul.ist_paket else 0)]
                basis = ".".join(filter(None, [*eltern, basis]))
            for alias in knoten.names:
                yield knoten, basis, alias.name


def _ziel(modulname: str, name: str) -> tuple[str, str] | None:
    """Return (app, room) that an import reaches, or None outside the house."""
    teile = [*modulname.split("."), name]
    if teile[0] not in APPS:
        return None
    raum = teile[1] if len(teile) > 1 and teile[1] else "__init__"
    if len(teile) == 2 and _rang(teile[0], raum) is None:  # `from app import something` defined in __init__
        raum = "__init__"
    return teile[0], raum


def _namen(modul: Modul) -> Iterator[str]:
    for teil in modul.pfad.with_suffix("").parts[1:]:
        if teil in VERBOTENE_NAMEN:
            yield f"{modul.pfad}: a room called «{teil}» is a junk drawer"
    if _rang(modul.app, modul.raum) is None:
        yield f"{modul.pfad}: the room «{modul.raum}» is unknown; the rooms stand in tests/architektur.py"


def _pfeile(modul: Modul) -> Iterator[str]:
    eigener = _rang(modul.app, modul.raum)
    for knoten, modulname, name in _importe(modul):
        ziel = _ziel(modulname, name)
        if ziel is None:
            continue
        app, raum = ziel
        if APPS.index(app) > APPS.index(modul.app):
            yield f"{modul.bei(knoten)}: {modul.app} imports {app} (arrows point down)"
            continue
        fremder = _rang(app, raum)
        if eigener is None or fremder is None or id(knoten) in modul.typ_knoten:
            continue
        if (modul.name, f"{app}.{raum}") in AUSNAHMEN or (app != modul.app and raum in UEBERALL):
            continue
        if fremder > eigener:
            yield f"{modul.bei(knoten)}: {modul.app}.{modul.raum} imports {app}.{raum} (a later room)"


def _regeln(modul: Modul) -> Iterator[str]:
    if modul.raum != "rules":
        return
    for knoten, modulname, _name in _importe(modul):
        kopf = modulname.split(".")[0]
        if kopf in {"django", "celery", "os", "time", "environ"} or (
            kopf in APPS and modulname.split(".")[1:2] != ["rules"]
        ):
            yield f"{modul.bei(knoten)}: rules.py knows no ORM, no clock, no settings ({modulname})"
    for knoten in ast.walk(modul.baum):
        if isinstance(knoten, ast.Call) and isinstance(knoten.func, ast.Attribute) and knoten.func.attr in UHREN:
            yield f"{modul.bei(knoten)}: rules.py reads no clock (.{knoten.func.attr}())"
        if isinstance(knoten, ast.Constant) and isinstance(knoten.value, float):
            yield f"{modul.bei(knoten)}: a rule counts in integers ({knoten.value})"


def _transaktionen(modul: Modul) -> Iterator[str]:
    if modul.raum in ATOMIC_ERLAUBT:
        return
    for knoten in ast.walk(modul.baum):
        name = knoten.attr if isinstance(knoten, ast.Attribute) else knoten.id if isinstance(knoten, ast.Name) else ""
        if name == "atomic":
            yield f"{modul.bei(knoten)}: only actions open a transaction"


def _schreiben(modul: Modul) -> Iterator[str]:
    if modul.raum not in OHNE_SCHREIBEN or (modul.app == "konferenz" and modul.raum == "pdf"):
        return
    for knoten in ast.walk(modul.baum):
        if not (isinstance(knoten, ast.Call) and isinstance(knoten.func, ast.Attribute)):
            continue
        kette = ast.unparse(knoten.func.value)
        schreibt = knoten.func.attr in SCHREIBEN
        if knoten.func.attr == "update":  # a dict's update is none of our business
            schreibt = bool(re.search(r"\.objects\b|\.(filter|exclude|all|order_by)\(", kette))
        if knoten.func.attr in {"save", "delete", "create"} and re.search(
            r"\b(super\(\)|session|buch|workbook)\b", kette
        ):
            schreibt = False
        if schreibt:
            yield f"{modul.bei(knoten)}: {modul.raum} writes (.{knoten.func.attr}); a deed is an action"


def _rechte(modul: Modul) -> Iterator[str]:
    if (modul.app, modul.raum) == ("mitglieder", "permissions"):
        return
    for knoten in ast.walk(modul.baum):
        namen: list[str] = []
        if isinstance(knoten, ast.Attribute):
            namen = [knoten.attr]
        elif isinstance(knoten, ast.Name):
            namen = [knoten.id]
        elif isinstance(knoten, ast.alias):
            namen = [knoten.name.split(".")[-1]]
        for name in namen:
            if name in RECHTE_NAMEN:
                ort = modul.bei(knoten)
                yield f"{ort}: {name} belongs in mitglieder/permissions.py"


def _docstrings(modul: Modul) -> Iterator[str]:
    if modul.raum not in MIT_DOCSTRING:
        return
    for knoten in modul.baum.body:
        if isinstance(knoten, ast.FunctionDef) and not knoten.name.startswith("_") and not ast.get_docstring(knoten):
            yield f"{modul.bei(knoten)}: {knoten.name} has no docstring"


def _ist_dauerhaft(funktion: ast.FunctionDef) -> bool:
    return any("atomic" in ast.unparse(schmuck) for schmuck in funktion.decorator_list)


def _aktionen(modul: Modul) -> Iterator[str]:
    """An action is durable, imports no task and calls no other action."""
    if modul.raum != "actions":
        return
    for knoten, modulname, name in _importe(modul):
        ziel = _ziel(modulname, name)
        if ziel and ziel[1] == "tasks":
            yield f"{modul.bei(knoten)}: actions never import tasks; konferenz.celery.wake() does the waking"
        fremd = ziel is not None and ziel[1] == "actions" and not modul.ist_paket
        if fremd and name and name[0].islower() and not _ist_modul_der_aktionen(modulname):
            yield f"{modul.bei(knoten)}: an action calls no action ({name}); shared steps stand in schritte.py"
    funktionen = [k for k in modul.baum.body if isinstance(k, ast.FunctionDef)]
    dauerhafte = {f.name for f in funktionen if _ist_dauerhaft(f)}
    for funktion in funktionen:
        for schmuck in funktion.decorator_list:
            text = ast.unparse(schmuck)
            if "atomic" in text and not re.search(r"durable=True", text):
                yield f"{modul.bei(schmuck)}: {funktion.name} is atomic but not durable"
        if funktion.name not in dauerhafte:
            continue
        for knoten in ast.walk(funktion):
            if isinstance(knoten, ast.Call) and isinstance(knoten.func, ast.Name) and knoten.func.id in dauerhafte:
                yield f"{modul.bei(knoten)}: {funktion.name} calls the action {knoten.func.id}"


def _ist_modul_der_aktionen(modulname: str) -> bool:
    """Return whether the import is of a class's home such as `from .fehler import …`."""
    return modulname.endswith(".fehler")


def _obere_relationen(module: list[Modul]) -> dict[str, set[str]]:
    """Return per app the relation names that models of higher apps hang onto lower ones."""
    relationen: dict[str, set[str]] = {app: set() for app in APPS}
    for modul in module:
        if modul.raum != "models":
            continue
        for klasse in (k for k in ast.walk(modul.baum) if isinstance(k, ast.ClassDef)):
            for knoten in ast.walk(klasse):
                ziel = _relation(knoten)
                if ziel is None:
                    continue
                name = ziel if ziel != "" else klasse.name.lower()
                relationen[modul.app].add(name)
                if ziel == "":
                    relationen[modul.app].add(f"{name}_set")
    return relationen


def _relation(knoten: ast.AST) -> str | None:
    """Return the related_name of a relation field («» when it has none), or None for anything else."""
    if not (isinstance(knoten, ast.Call) and isinstance(knoten.func, ast.Attribute | ast.Name)):
        return None
    art = knoten.func.attr if isinstance(knoten.func, ast.Attribute) else knoten.func.id
    if art not in {"ForeignKey", "OneToOneField", "ManyToManyField"}:
        return None
    for argument in knoten.keywords:
        if argument.arg == "related_name" and isinstance(argument.value, ast.Constant):
            return str(argument.value.value)
    return ""


def _zeichenketten(modul: Modul, verwandte: dict[str, set[str]]) -> Iterator[str]:
    """No lower app names a higher one in a string: no dotted path, no url name, no relation."""
    if (modul.app, modul.raum) in NAMEN_DER_OBEREN:
        return
    obere = APPS[APPS.index(modul.app) + 1 :]
    eigene = set().union(*(verwandte[app] for app in APPS[: APPS.index(modul.app) + 1]))
    verboten = set().union(*(verwandte[app] for app in obere)) - eigene if obere else set()
    docstrings = {
        id(k.body[0].value)
        for k in ast.walk(modul.baum)
        if isinstance(k, ast.Module | ast.ClassDef | ast.FunctionDef) and k.body and isinstance(k.body[0], ast.Expr)
    }
    pfad = re.compile(rf"^(?:{'|'.join(obere)})[.:/][a-z_]") if obere else None
    for knoten in ast.walk(modul.baum):
        if not (isinstance(knoten, ast.Constant) and isinstance(knoten.value, str)) or id(knoten) in docstrings:
            continue
        text = knoten.value
        if pfad and pfad.match(text):
            yield f"{modul.bei(knoten)}: {modul.app} names a higher app («{text}»)"
        if re.fullmatch(r"-?[a-z_0-9]+", text) and "__" in text and verboten & set(text.lstrip("-").split("__")):
            yield f"{modul.bei(knoten)}: {modul.app} names a relation of a higher app («{text}»)"
    for knoten in ast.walk(modul.baum):
        if isinstance(knoten, ast.keyword) and knoten.arg and verboten & set(knoten.arg.split("__")):
            if "__" in knoten.arg:
                yield f"{modul.bei(knoten.value)}: {modul.app} names a relation of a higher app ({knoten.arg})"
        elif isinstance(knoten, ast.Attribute) and knoten.attr.endswith("_set") and knoten.attr in verboten:
            yield f"{modul.bei(knoten)}: {modul.app} names a relation of a higher app ({knoten.attr})"
