import ast
from pathlib import Path

import pytest

from sitzungen.models import Versand
from sitzungen.queries.journal import SAETZE, names
from tests.conftest import make_traktandum, make_unterlage, make_versand

DEED = {"journal.append", "append"}


def arten():
    """Every kind of deed this app writes, read from its source: art="…" and the first text of a noting step."""
    gefunden = set()
    for pfad in [*Path("sitzungen/actions").glob("*.py"), *Path("sitzungen/schritte").glob("*.py")]:
        for knoten in ast.walk(ast.parse(pfad.read_text())):
            if not isinstance(knoten, ast.Call):
                continue
            texte = [k.value for k in knoten.keywords if k.arg == "art"] + knoten.args
            gefunden |= {
                t.value
                for t in texte
                if isinstance(t, ast.Constant)
                and isinstance(t.value, str)
                and t.value.count(".") == 1
                and t.value.replace(".", "").replace("_", "").isalpha()
                and t.value.split(".")[0] in {art.split(".")[0] for art in SAETZE}
            }
    return gefunden | {f"versand.{art}" for art in Versand.Art.values}


def test_every_deed_has_a_sentence():
    assert arten() - set(SAETZE) == set()


def test_no_sentence_without_a_deed():
    assert set(SAETZE) - arten() == set()


@pytest.mark.django_db
def test_names_of_things(versandte, geschaeftsstelle):
    traktandum = make_traktandum(versandte, "Suchthilfe")
    unterlage = make_unterlage(traktandum, "Bericht", person=geschaeftsstelle)
    versand = make_versand(versandte, now=versandte.versandt_at)
    uuids = [str(ding.uuid) for ding in (versandte, traktandum, unterlage, versand)]

    assert names(uuids) == dict(zip(uuids, [versandte.nummer, "Suchthilfe", "Bericht", versandte.nummer], strict=True))
