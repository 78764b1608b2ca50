"""The house stands: rooms, arrows, transactions and rights are where docs/architektur.md says."""

import re
from pathlib import Path

import pytest

from tests.architektur import findings

WURZEL = Path(__file__).resolve().parent.parent

HAUS = {
    "konferenz/models.py": "class Journal:\n    pass\n",
    "konferenz/rules.py": 'def needed(n: int) -> int:\n    """Return ceil(2n/3)."""\n    return -(-2 * n // 3)\n',
    "konferenz/celery.py": "def wake():\n    pass\n",
    "mitglieder/models.py": "from konferenz.models import Journal\nclass Sitz:\n    pass\n",
    "mitglieder/permissions.py": "from guardian.shortcuts import assign_perm\n",
    "sitzungen/models.py": (
        "from django.db import models\nfrom mitglieder.models import Sitz\n"
        "class Teilnahme(models.Model):\n    sitz = models.ForeignKey(Sitz, related_name='teilnahmen')\n"
    ),
    "sitzungen/actions/sitzung.py": (
        "from django.db import transaction\nfrom konferenz.celery import wake\nfrom ..models import Teilnahme\n"
        "@transaction.atomic(durable=True)\ndef move_sitzung(pk):\n"
        '    """Move it."""\n    Teilnahme.objects.create()\n    wake()\n'
    ),
    "sitzungen/views.py": "from .actions.sitzung import move_sitzung\n",
    "antraege/models.py": "from sitzungen.models import Teilnahme\nclass Antrag:\n    pass\n",
}


def baue(ordner, **dateien):
    """Write the sound house and on top the given files (`__` in a name is `/`)."""
    for name, text in {**HAUS, **{k.replace("__", "/") + ".py": v for k, v in dateien.items()}}.items():
        pfad = ordner / name
        pfad.parent.mkdir(parents=True, exist_ok=True)
        pfad.write_text(text, encoding="utf-8")
    return findings(ordner)


def test_house_stands():
    assert findings(WURZEL) == []


def test_checker_accepts_a_sound_house(tmp_path):
    assert baue(tmp_path) == []


@pytest.mark.parametrize(
    ("raum", "quelle", "befund"),
    [
        ("sitzungen__queries", "from antraege.models import Antrag\n", "sitzungen imports antraege"),
        ("sitzungen__queries", "def f():\n    import antraege.models\n", "sitzungen imports antraege"),
        ("sitzungen__queries", "import antraege\n", "sitzungen imports antraege"),
        ("konferenz__journal", "from mitglieder.models import Sitz\n", "konferenz imports mitglieder"),
        (
            "konferenz__journal",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from mitglieder.models import Sitz\n",
            "konferenz imports mitglieder",
        ),
        ("mitglieder__queries", "X = 'sitzungen.models.Sitzung'\n", "mitglieder names a higher app"),
        ("mitglieder__views", "X = 'sitzungen:sitzung-detail'\n", "mitglieder names a higher app"),
        ("mitglieder__queries", "X = Sitz.objects.prefetch_related('a__teilnahmen')\n", "relation of a higher app"),
        ("mitglieder__queries", "X = Sitz.objects.filter(teilnahmen__id=1)\n", "relation of a higher app"),
        ("sitzungen__models", "from .views import x\n", "sitzungen.models imports sitzungen.views"),
        ("sitzungen__queries", "from . import actions\n", "sitzungen.queries imports sitzungen.actions"),
        ("sitzungen__actions__a", "from sitzungen.forms import F\n", "sitzungen.actions imports sitzungen.forms"),
        ("sitzungen__actions__a", "from sitzungen.tasks import t\n", "actions never import tasks"),
        ("sitzungen__actions__a", "from .sitzung import move_sitzung\n", "an action calls no action"),
        (
            "sitzungen__actions__a",
            "@atomic(durable=True)\ndef a():\n    '''A.'''\n    b()\n@atomic(durable=True)\ndef b():\n    '''B.'''\n",
            "a calls the action b",
        ),
        ("sitzungen__actions__a", "@transaction.atomic\ndef a():\n    '''A.'''\n", "a is atomic but not durable"),
        ("sitzungen__rules", "from django.conf import settings\n", "no ORM, no clock, no settings"),
        ("sitzungen__rules", "from .models import Teilnahme\n", "no ORM, no clock, no settings"),
        ("sitzungen__rules", "X = datetime.now()\n", "reads no clock"),
        ("sitzungen__rules", "X = 0.667\n", "counts in integers"),
        ("sitzungen__utils", "", "junk drawer"),
        ("sitzungen__manager", "", "room «manager» is unknown"),
        ("sitzungen__tasks", "with transaction.atomic():\n    pass\n", "only actions open a transaction"),
        ("sitzungen__views__a", "@atomic\ndef v():\n    pass\n", "only actions open a transaction"),
        ("sitzungen__views__a", "def v(o):\n    o.save()\n", "views writes (.save)"),
        ("sitzungen__tasks", "X.objects.filter(a=1).update(b=2)\n", "tasks writes (.update)"),
        ("sitzungen__forms", "X.objects.create()\n", "forms writes (.create)"),
        ("sitzungen__views__a", "def v(u):\n    return u.has_perm('x')\n", "has_perm belongs in"),
        ("sitzungen__forms", "from guardian.shortcuts import get_objects_for_user\n", "get_objects_for_user belongs"),
        ("sitzungen__queries", "def q():\n    return 1\n", "q has no docstring"),
        ("sitzungen__mails", "def m():\n    return 1\n", "m has no docstring"),
    ],
)
def test_checker_bites(tmp_path, raum, quelle, befund):
    gefunden = baue(tmp_path, **{raum: quelle})

    assert [satz for satz in gefunden if befund in satz], gefunden
    assert all(raum.replace("__", "/") in satz for satz in gefunden)


SEITEN = [p for p in sorted((WURZEL / "templates").rglob("*.html")) if not {"mails", "pdf"} & set(p.parts)]


def test_templates_have_no_inline_style_script_or_permission_string():
    inline = re.compile(
        r"\sstyle=|<style|<script(?![^>]*\bsrc=)(?![^>]*application/json)|\son[a-z]+=|javascript:|\bperms\."
    )

    schlechte = [str(p.relative_to(WURZEL)) for p in SEITEN if inline.search(p.read_text(encoding="utf-8"))]

    assert schlechte == []


def test_components_name_their_parameters_and_are_included_alone():
    ohne_kommentar = [
        p.name
        for p in sorted((WURZEL / "templates" / "components").glob("*.html"))
        if not p.read_text(encoding="utf-8").lstrip().startswith(("{#", "{% comment"))
    ]
    einbau = re.compile(r"{%\s*include\s+[\"']components/[^%]*%}")
    ohne_only = [
        f"{p.relative_to(WURZEL)}: {treffer}"
        for p in SEITEN
        for treffer in einbau.findall(p.read_text(encoding="utf-8"))
        if not re.search(r"\bonly\s*%}$", treffer)
    ]

    assert (ohne_kommentar, ohne_only) == ([], [])
