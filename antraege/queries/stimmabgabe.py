"""The vote as who stands in its base finds it: the little a ballot asks. The whole room sends it in the same second."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from antraege.models import Abstimmung
from konferenz.befehle import as_zeit, fetch_one
from mitglieder.permissions import Umfang
from sitzungen.models import Sitzung
from sitzungen.models.stimmzugang import stimmzugang

_FRAGE = (
    "SELECT abstimmung.id, abstimmung.mehrheit, abstimmung.eroeffnet_at, sitzung.id, sitzung.kennung, sitzung.status"
    " FROM antraege_abstimmung abstimmung JOIN sitzungen_sitzung sitzung ON sitzung.id = abstimmung.sitzung_id"
    " JOIN antraege_stimmsitz stimmsitz ON stimmsitz.abstimmung_id = abstimmung.id"
    " WHERE abstimmung.uuid = %s AND stimmsitz.person_id = %s"
)


def find_im_sitz(umfang: Umfang, *, uuid: UUID) -> Abstimmung | None:
    """Return a vote whose base names the person, with its meeting (both as far as a ballot asks), else None.

    By the seat exercised there, without asking what else would show the vote. In a link's session: of its meeting only.
    """
    if umfang.person is None:
        return None
    wert = Abstimmung._meta.get_field("uuid").get_db_prep_value(uuid, connection)
    row = fetch_one(_FRAGE, [wert, umfang.person.pk])
    if row is None:
        return None
    pk, mehrheit, eroeffnet_at, sitzung_pk, kennung, status = row
    if umfang.zugang is not None and not ((zugang := stimmzugang(umfang)) and zugang.sitzung == sitzung_pk):
        return None
    abstimmung = Abstimmung.from_db(
        connection.alias,
        ["id", "uuid", "sitzung_id", "mehrheit", "eroeffnet_at"],
        [pk, uuid, sitzung_pk, mehrheit, as_zeit(eroeffnet_at)],
    )
    abstimmung.sitzung = Sitzung.from_db(connection.alias, ["id", "kennung", "status"], [sitzung_pk, kennung, status])
    return abstimmung
