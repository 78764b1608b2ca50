"""What the session of a «Weg zur Abstimmung» may: one meeting, one seat, four rights, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from mitglieder.models import Mandat, Sitz, Zugangslink
from mitglieder.permissions import Recht, Rolle, Umfang

RECHTE = frozenset({Recht.SAAL_SEHEN, Recht.ANMELDEN, Recht.ABSTIMMUNG_SEHEN, Recht.STIMMEN})
"""Every other right answers nobody in such a session: no agenda, no papers, no answers, no records."""


@dataclass(frozen=True)
class Stimmzugang:
    """What such a session stands for, by pks. rolle: what the seat makes of the person."""

    sitzung: int
    teilnahme: int
    sitz: int
    rolle: Rolle


def stimmzugang(umfang: Umfang) -> Stimmzugang | None:
    """Return what the session of a link stands for, None for every other session and once it has ended (two queries, remembered).

    It ends when the meeting closes or is called off, and when the seat is no longer the person's: the mandate has
    ended, or the substitution.
    """
    if umfang.zugang is None or umfang.zugang[0] != Zugangslink.Zweck.STIMME:
        return None
    return umfang.remember("sitzungen.stimmzugang", lambda: _load(umfang))


def _load(umfang: Umfang) -> Stimmzugang | None:
    from .sitzung import Sitzung
    from .teilnahme import Teilnahme

    if umfang.zugang is None or umfang.person is None:
        return None
    teilnahme = (
        Teilnahme.objects.filter(
            uuid=umfang.zugang[1], sitzung__status__in=[Sitzung.Status.VERSANDT, Sitzung.Status.LAUFEND]
        )
        .select_related("sitzung", "sitz")
        .first()
    )
    if teilnahme is None:
        return None
    rolle = None
    if teilnahme.vertretung_id == umfang.person.pk and teilnahme.is_vertretung_benannt:
        rolle = Rolle.STELLVERTRETUNG
    elif (
        Mandat.objects.current(timezone.localdate(teilnahme.sitzung.beginn_at))
        .filter(sitz=teilnahme.sitz, person=umfang.person)
        .exists()
    ):
        rolle = _rolle(teilnahme.sitz)
    return Stimmzugang(teilnahme.sitzung_id, teilnahme.pk, teilnahme.sitz_id, rolle) if rolle else None


def _rolle(sitz: Sitz) -> Rolle:
    if sitz.art == Sitz.Art.VORSITZ:
        return Rolle.VORSITZ
    return Rolle.MITGLIED_STIMMBERECHTIGT if sitz.stimmberechtigt else Rolle.MITGLIED_BERATEND


def is_offen(umfang: Umfang) -> bool:
    """Return whether the link of this session still leads anywhere (settings.ZUGANG_ZIELE)."""
    return stimmzugang(umfang) is not None
