"""Which roles a person has at one meeting: in the office, on a seat, as a substitute, as a guest, in the chair's place."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import models

from mitglieder.permissions import VORBEREITENDE, Recht, Rolle, Umfang
from sitzungen.rules import sieht_videolink, tag

from .stimmzugang import RECHTE as STIMM_RECHTE
from .stimmzugang import stimmzugang

if TYPE_CHECKING:
    from .sitzung import Sitzung

VERTRETUNG_ZUGANG = timedelta(days=30)
"""How long after the meeting a substitute still reads its papers."""

_MIT_SITZ = frozenset({Rolle.MITGLIED_STIMMBERECHTIGT, Rolle.MITGLIED_BERATEND, Rolle.STELLVERTRETUNG})
_LEITEND = frozenset({Recht.PRAESENZ_FUEHREN, Recht.SITZUNG_LEITEN, Recht.ABSTIMMUNG_LEITEN})


def vertretene(umfang: Umfang) -> models.QuerySet[Any, Any]:
    """Return the pks of the meetings at which the person is a named substitute and still reads the papers."""
    from .teilnahme import Teilnahme

    return (
        Teilnahme.objects.vertreten()
        .filter(vertretung=umfang.person, sitzung__ende_at__gte=umfang.now - VERTRETUNG_ZUGANG)
        .values("sitzung_id")
    )


def geleitete(umfang: Umfang) -> models.QuerySet[Any, Any]:
    """Return the pks of the meetings over which the person presides as the chair's substitute."""
    from .teilnahme import Teilnahme

    return (
        Teilnahme.objects.vertreten()
        .filter(vertretung=umfang.person, vertretung_leitet=True, sitz__art="vorsitz")
        .values("sitzung_id")
    )


def rollen_of(sitzung: Sitzung, umfang: Umfang, recht: Recht) -> frozenset[Rolle]:
    """Return the roles that count towards a meeting for a right (Sitzung.rollen)."""
    if umfang.zugang is not None:
        zugang = stimmzugang(umfang)
        passt = zugang is not None and zugang.sitzung == sitzung.pk and recht in STIMM_RECHTE
        return frozenset({zugang.rolle}) if zugang and passt else frozenset()
    frueh = recht in {Recht.TERMIN_SEHEN, Recht.TEILNAHMEN_SEHEN}
    offen = sitzung.is_termin_bekannt if frueh else sitzung.is_veroeffentlicht
    if not offen:
        return umfang.rollen & VORBEREITENDE
    if umfang.rollen & VORBEREITENDE or umfang.person is None:
        return umfang.rollen
    rollen = umfang.rollen | _besondere_rollen(sitzung, umfang, recht)
    if recht in _LEITEND and rollen & _MIT_SITZ and _is_leitung(sitzung, umfang):
        rollen |= {Rolle.LEITUNG}
    return rollen


def _is_leitung(sitzung: Sitzung, umfang: Umfang) -> bool:
    """Whether the person, on a seat, presides over this meeting in the chair's place: named so, or chosen in the room."""
    if sitzung.status == sitzung.Status.LAUFEND and sitzung.leitung_id is not None and umfang.person is not None:
        return sitzung.leitung_id == umfang.person.pk
    pks = umfang.remember(
        "sitzungen.geleitete", lambda: frozenset(geleitete(umfang).values_list("sitzung_id", flat=True))
    )
    return sitzung.pk in pks


def _besondere_rollen(sitzung: Sitzung, umfang: Umfang, recht: Recht) -> frozenset[Rolle]:
    """Return Stellvertretung or Gast where the person is that for this meeting, and a guest's admission holds this right."""
    from .traktandum import Traktandum

    rollen: set[Rolle] = set()
    if umfang.sieht_alles_veroeffentlichte:
        return frozenset()
    vertretungen = umfang.remember(
        "sitzungen.vertretene", lambda: frozenset(vertretene(umfang).values_list("sitzung_id", flat=True))
    )
    if sitzung.pk in vertretungen:
        rollen.add(Rolle.STELLVERTRETUNG)
    if sitzung.pk in umfang.gast_pks(type(sitzung)):
        rollen.add(Rolle.GAST)
    else:
        pks = umfang.gast_pks(Traktandum)
        punkte = sitzung.traktanden.all()
        if pks and recht is Recht.VIDEOLINK_SEHEN:
            pks, punkte = _mit_videolink(sitzung, umfang), punkte.exclude(ausgang=Traktandum.Ausgang.ZURUECKGEZOGEN)
        if pks and punkte.filter(pk__in=pks).exists():
            rollen.add(Rolle.GAST)
    return frozenset(rollen)


def _mit_videolink(sitzung: Sitzung, umfang: Umfang) -> frozenset[int]:
    """Return the items whose guest the person is and for which the rule lets him read the video link of this meeting now."""
    from .traktandum import Traktandum

    eigene, per_video = (umfang.gast_pks(Traktandum, video=video) for video in (False, True))
    heute, sitzungstag = tag(umfang.now), tag(sitzung.beginn_at)
    return frozenset(
        pk
        for pk in eigene
        if sieht_videolink(form=sitzung.form, per_video=pk in per_video, heute=heute, sitzungstag=sitzungstag)
    )
