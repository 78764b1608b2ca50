"""Who is admitted to a meeting as a guest."""

from __future__ import annotations

from dataclasses import dataclass

from mitglieder.models import Person
from sitzungen.models import Sitzung, SitzungUserObjectPermission, Traktandum, TraktandumUserObjectPermission


@dataclass(frozen=True)
class Zulassung:
    """A guest of a meeting (traktandum None) or of one item of it; vertraulich: confidential papers too."""

    person: Person
    traktandum: Traktandum | None
    vertraulich: bool


def zulassungen(sitzung: Sitzung) -> list[Zulassung]:
    """Return who is admitted to a meeting or to one of its items as a guest, the whole meeting first (two queries)."""
    rows: dict[tuple[int, int], list[tuple[Person, Traktandum | None, str]]] = {}
    for zeile in SitzungUserObjectPermission.objects.filter(content_object=sitzung).select_related(
        "user", "permission"
    ):
        rows.setdefault((0, zeile.user_id), []).append((zeile.user, None, zeile.permission.codename))
    einzelne = TraktandumUserObjectPermission.objects.filter(content_object__sitzung=sitzung)
    for eine in einzelne.select_related("user", "permission", "content_object"):
        punkt = eine.content_object
        rows.setdefault((punkt.position, eine.user_id), []).append((eine.user, punkt, eine.permission.codename))
    return [
        Zulassung(
            zeilen[0][0],
            zeilen[0][1],
            vertraulich=any(codename.startswith("gast_vertraulich") for *_, codename in zeilen),
        )
        for _, zeilen in sorted(rows.items())
    ]
