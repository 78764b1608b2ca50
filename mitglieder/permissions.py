"""Who may what: one table, one file (architektur.md, section 5).

Offices and seats follow from rows of this app and their dates. An object answers `rollen(umfang, recht)`: the roles that
count towards it for that right; its QuerySet answers `visible_to(umfang)`. Guardian rows exist only for true exceptions
on one object (a guest at one meeting or one item). No other file asks the permission machinery.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import wraps
from typing import Any, Protocol, TypeVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.module_loading import import_string
from guardian.shortcuts import assign_perm, get_objects_for_user, remove_perm

from konferenz.befehle import fetch_all

from .models import Funktion, Mandat, Person, Sitz, Zugangslink

SESSION_ZUGANG = (
    "zugang"  # set by a Zugangslink: {"zweck": …, "objekt": …, "link": uuid}; such a session holds nothing else
)


class Rolle(StrEnum):
    """What a person is towards the conference, or towards one of its objects."""

    GESCHAEFTSSTELLE = "Geschäftsstelle"
    VORSITZ = "Vorsitz"
    MITGLIED_STIMMBERECHTIGT = "Mitglied stimmberechtigt"
    MITGLIED_BERATEND = "Mitglied beratend"
    STELLVERTRETUNG = "Stellvertretung"  # of one meeting: answered by the object
    LEITUNG = "Leitung dieser Sitzung"  # a substitute of the chair's seat named to preside: answered by the object
    LEITGREMIUM = "Leitgremium"
    VORSTAND = "Vorstand"
    VORSTANDSSEKRETARIAT = "Vorstandssekretariat"
    GAST = "Gast"  # of one meeting or item: answered by the object
    ADMINISTRATION = "Administration"
    ANGEMELDET = "angemeldet"  # everybody with a full session


class Recht(StrEnum):
    """What can be allowed, in words a refusal may show."""

    ANGEMELDET_SEIN = "die Übersicht sehen"
    TERMIN_SEHEN = "Termine sehen"
    SITZUNG_SEHEN = "die Sitzung sehen"
    SITZUNG_PLANEN = "Sitzungen planen"
    SITZUNG_VORBEREITEN = "die Sitzung vorbereiten"
    SITZUNG_FREIGEBEN = "die Sitzung freigeben"
    UNTERLAGE_SEHEN = "die Unterlage sehen"
    VIDEOLINK_SEHEN = "den Videolink sehen"
    GAESTE_VERWALTEN = "Gäste zulassen"
    VERSAND_SEHEN = "den Versand sehen"
    VERSAND_LEITEN = "den Versand leiten"
    WUNSCH_SCHREIBEN = "einen Traktandenwunsch einreichen"
    THEMEN_SEHEN = "die Themen sehen"
    THEMEN_PFLEGEN = "die Themen pflegen"
    MITGLIEDER_SEHEN = "die Mitglieder sehen"
    MITGLIEDER_PFLEGEN = "Personen und Sitze pflegen"
    VERTEILER_PFLEGEN = "den Verteiler pflegen"
    JOURNAL_SEHEN = "das Journal sehen"
    EINRICHTEN = "das Portal einrichten"
    BETRIEB_SEHEN = "den Betrieb sehen"
    ANTWORTEN = "für den Sitz antworten"
    VERTRETUNG_BEANTWORTEN = "die Stellvertretung annehmen"
    TEILNAHMEN_SEHEN = "sehen, wer teilnimmt"
    TEILNAHMEN_FUEHREN = "Antworten für andere festhalten"
    ANMELDEN = "den Sitz im Saal anmelden"
    AUSSTAND_ERKLAEREN = "den Ausstand erklären"
    DISKUSSION_VERLANGEN = "die Diskussion verlangen"
    SAAL_SEHEN = "die laufende Sitzung verfolgen"
    PRAESENZ_FUEHREN = "die Präsenz führen"
    SITZUNG_LEITEN = "die Sitzung leiten"
    SITZUNG_NACHFUEHREN = "die Sitzung nachführen"
    NACHFUEHRUNG_BESTAETIGEN = "die nachgeführte Sitzung bestätigen"
    ABSTIMMUNG_SEHEN = "die Abstimmung sehen"
    ABSTIMMUNG_LEITEN = "die Abstimmung leiten"
    STIMMEN = "abstimmen"
    STIMMEN_ERFASSEN = "Stimmen aus dem Saal erfassen"
    STIMMPROTOKOLL_SEHEN = "das volle Abstimmungsprotokoll sehen"
    ANTRAG_SEHEN = "den Antrag sehen"
    ANTRAG_SCHREIBEN = "den Antrag schreiben"
    ANTRAG_ZURUECKZIEHEN = "den Antrag zurückziehen"
    ANTRAG_TRAKTANDIEREN = "den Antrag traktandieren"
    ANTRAEGE_SEHEN = "die Anträge sehen"
    BERICHT_SEHEN = "den Bericht an den Vorstand sehen"
    BERICHT_SCHREIBEN = "den Bericht an den Vorstand schreiben"
    BERICHT_FREIGEBEN = "den Bericht an den Vorstand freigeben"
    BERICHT_UEBERWEISEN = "den Bericht dem Vorstand überweisen"
    VORSTAND_SEHEN = "die Seite des VSEG-Vorstands sehen"
    ENTSCHEID_SEHEN = "den Entscheid des Vorstands sehen"
    ENTSCHEID_ERFASSEN = "den Entscheid des Vorstands erfassen"
    WAHL_ERFASSEN = "den Wahlbeschluss des Vorstands erfassen"


_BUERO = frozenset({Rolle.GESCHAEFTSSTELLE})
_VORBEREITUNG = _BUERO | {Rolle.VORSITZ}
_MITGLIEDER = frozenset({Rolle.VORSITZ, Rolle.MITGLIED_STIMMBERECHTIGT, Rolle.MITGLIED_BERATEND})
_SITZUNG = _BUERO | _MITGLIEDER | {Rolle.STELLVERTRETUNG}
_LEITUNG = _VORBEREITUNG | {Rolle.LEITUNG}

_VORSTAND = frozenset({Rolle.VORSTAND, Rolle.VORSTANDSSEKRETARIAT})
_ANTRAG = _SITZUNG | _VORSTAND | {Rolle.LEITGREMIUM}

VORBEREITENDE: frozenset[Rolle] = _VORBEREITUNG
"""The roles that see a meeting before its papers are out."""

AUSSENSTEHENDE: frozenset[Rolle] = _VORSTAND | {Rolle.LEITGREMIUM}
"""The roles that read a motion once the board has it."""

RECHTE: dict[Recht, frozenset[Rolle]] = {
    Recht.ANGEMELDET_SEIN: frozenset({Rolle.ANGEMELDET}),
    Recht.TERMIN_SEHEN: _SITZUNG | {Rolle.LEITGREMIUM, Rolle.GAST},
    Recht.SITZUNG_SEHEN: _SITZUNG | {Rolle.LEITGREMIUM, Rolle.GAST},
    Recht.SITZUNG_PLANEN: _VORBEREITUNG,
    Recht.SITZUNG_VORBEREITEN: _VORBEREITUNG,
    Recht.SITZUNG_FREIGEBEN: _VORBEREITUNG,
    Recht.UNTERLAGE_SEHEN: _SITZUNG | {Rolle.LEITGREMIUM, Rolle.GAST},
    Recht.VIDEOLINK_SEHEN: _SITZUNG | {Rolle.GAST},
    Recht.GAESTE_VERWALTEN: _VORBEREITUNG,
    Recht.VERSAND_SEHEN: _BUERO,
    Recht.VERSAND_LEITEN: _BUERO,
    Recht.WUNSCH_SCHREIBEN: _BUERO | _MITGLIEDER,
    Recht.THEMEN_SEHEN: _SITZUNG | {Rolle.LEITGREMIUM},
    Recht.THEMEN_PFLEGEN: _BUERO,
    Recht.MITGLIEDER_SEHEN: _BUERO | _MITGLIEDER,
    Recht.MITGLIEDER_PFLEGEN: _BUERO,
    Recht.VERTEILER_PFLEGEN: _BUERO,
    Recht.JOURNAL_SEHEN: _VORBEREITUNG,
    Recht.EINRICHTEN: _BUERO,
    Recht.BETRIEB_SEHEN: _BUERO | {Rolle.ADMINISTRATION},
    Recht.ANTWORTEN: _BUERO | _MITGLIEDER,
    Recht.VERTRETUNG_BEANTWORTEN: frozenset({Rolle.STELLVERTRETUNG}),
    Recht.TEILNAHMEN_SEHEN: _BUERO | _MITGLIEDER,
    Recht.TEILNAHMEN_FUEHREN: _BUERO,
    Recht.ANMELDEN: _MITGLIEDER | {Rolle.STELLVERTRETUNG},
    Recht.AUSSTAND_ERKLAEREN: _SITZUNG,
    Recht.DISKUSSION_VERLANGEN: _MITGLIEDER | {Rolle.STELLVERTRETUNG},
    Recht.SAAL_SEHEN: _SITZUNG,
    Recht.PRAESENZ_FUEHREN: _LEITUNG,
    Recht.SITZUNG_LEITEN: _LEITUNG,
    Recht.SITZUNG_NACHFUEHREN: _BUERO,
    Recht.NACHFUEHRUNG_BESTAETIGEN: frozenset({Rolle.VORSITZ}),
    Recht.ABSTIMMUNG_SEHEN: _SITZUNG,
    Recht.ABSTIMMUNG_LEITEN: _LEITUNG,
    Recht.STIMMEN: frozenset({Rolle.VORSITZ, Rolle.MITGLIED_STIMMBERECHTIGT, Rolle.STELLVERTRETUNG}),
    Recht.STIMMEN_ERFASSEN: _BUERO,
    Recht.STIMMPROTOKOLL_SEHEN: _SITZUNG,
    Recht.ANTRAG_SEHEN: _ANTRAG,
    Recht.ANTRAG_SCHREIBEN: _BUERO | _MITGLIEDER,
    Recht.ANTRAG_ZURUECKZIEHEN: _BUERO | _MITGLIEDER,
    Recht.ANTRAG_TRAKTANDIEREN: _VORBEREITUNG,
    Recht.ANTRAEGE_SEHEN: _ANTRAG,
    Recht.BERICHT_SEHEN: _ANTRAG,
    Recht.BERICHT_SCHREIBEN: _BUERO,
    Recht.BERICHT_FREIGEBEN: frozenset({Rolle.VORSITZ}),
    Recht.BERICHT_UEBERWEISEN: _VORBEREITUNG,
    Recht.VORSTAND_SEHEN: _VORSTAND | _VORBEREITUNG,
    Recht.ENTSCHEID_SEHEN: _ANTRAG,
    Recht.ENTSCHEID_ERFASSEN: _BUERO | {Rolle.VORSTANDSSEKRETARIAT},
    Recht.WAHL_ERFASSEN: _BUERO | {Rolle.VORSTANDSSEKRETARIAT},
}

_ROLLE_DER_FUNKTION = {
    Funktion.Art.GESCHAEFTSSTELLE: Rolle.GESCHAEFTSSTELLE,
    Funktion.Art.VORSTAND: Rolle.VORSTAND,
    Funktion.Art.VORSTANDSSEKRETARIAT: Rolle.VORSTANDSSEKRETARIAT,
    Funktion.Art.ADMINISTRATION: Rolle.ADMINISTRATION,
}


T = TypeVar("T")


@dataclass(frozen=True)
class Umfang:
    """Everything a person is at one moment: loaded once a request, never kept beyond it.

    rollen: the union of all current offices and seats.  regionen: pks of the Sozialregionen in whose Leitgremium the person sits.
    zugang: purpose and object of a session opened by a Zugangslink; then rollen is empty, and only an object that knows
    the purpose answers anything (sitzungen.models.stimmzugang).
    """

    person: Person | None
    now: datetime
    rollen: frozenset[Rolle] = frozenset()
    regionen: frozenset[int] = frozenset()
    zugang: tuple[str, str] | None = None
    _gast: dict[str, frozenset[int]] = field(default_factory=dict, compare=False)
    _gemerkt: dict[str, Any] = field(default_factory=dict, compare=False)

    @property
    def sitze(self) -> tuple[Mandat, ...]:
        """The seats held now, election included or not, in seat order (one query, remembered; none for who holds no seat)."""
        if not self.rollen & _MITGLIEDER:
            return ()
        rows = Mandat.objects.filter(person=self.person).current(timezone.localdate(self.now))
        return self.remember("mitglieder.sitze", lambda: tuple(rows.select_related("sitz__sozialregion")))

    @property
    def is_angemeldet(self) -> bool:
        """Whether this is a full session of an active person."""
        return Rolle.ANGEMELDET in self.rollen

    @property
    def sieht_alles_veroeffentlichte(self) -> bool:
        """Whether every published meeting with every paper is open to the person (members and the office)."""
        return bool(self.rollen & (_BUERO | _MITGLIEDER))

    def gast_pks(self, model: type[Model], *, vertraulich: bool = False, video: bool = False) -> frozenset[int]:
        """Return the pks of the objects of a model the person is admitted to as a guest (one query, remembered).

        vertraulich: to the confidential papers too.  video: from elsewhere, by video.
        A model whose QuerySet answers open_to_guests(now) ends an admission by itself.
        """
        art = "gast_video" if video else "gast_vertraulich" if vertraulich else "gast"
        name = _perm(model, art)
        if self.person is None or self.zugang is not None:
            return frozenset()
        if art != "gast" and not self.gast_pks(model):
            return frozenset()  # who is admitted to more is admitted to the object
        if name not in self._gast:
            alle = model._default_manager.all()
            offene = alle.open_to_guests(self.now) if hasattr(alle, "open_to_guests") else alle
            rows = get_objects_for_user(
                self.person, name, klass=offene, with_superuser=False, accept_global_perms=False, use_groups=False
            )
            self._gast[name] = frozenset(rows.values_list("pk", flat=True))
        return self._gast[name]

    def remember(self, name: str, load: Callable[[], T]) -> T:
        """Return what an app above asks for again and again, loaded on first use. name: unique in the house."""
        if name not in self._gemerkt:
            self._gemerkt[name] = load()
        gemerkt: T = self._gemerkt[name]
        return gemerkt


class Objekt(Protocol):
    """What has_recht can ask about one object."""

    def rollen(self, umfang: Umfang, recht: Recht) -> frozenset[Rolle]: ...


def umfang(user: Person | AnonymousUser | None, now: datetime, zugang: dict[str, str] | None = None) -> Umfang:
    """Return everything a person is at a moment (one query; none for a stranger or a link's session).

    zugang: what a Zugangslink wrote into the session; it narrows the person to that purpose and object.
    """
    if not isinstance(user, Person) or not user.is_active:
        return Umfang(person=None, now=now)
    if zugang is not None:
        return Umfang(person=user, now=now, zugang=(zugang["zweck"], zugang["objekt"]))
    heute = connection.ops.adapt_datefield_value(timezone.localdate(now))
    rollen, regionen = {Rolle.ANGEMELDET}, set()
    for was, wert, stimmberechtigt, region in fetch_all(_UMFANG, [user.pk, heute, heute] * 3):
        if was == "funktion":
            rollen.add(_ROLLE_DER_FUNKTION[Funktion.Art(wert)])
        elif was == "sitz":
            rollen.add(_rolle_des_sitzes(wert, is_stimmberechtigt=bool(stimmberechtigt)))
        else:
            rollen.add(Rolle.LEITGREMIUM)
            regionen.add(region)
    return Umfang(person=user, now=now, rollen=frozenset(rollen), regionen=frozenset(regionen))


# By hand, because every request asks it: each part as ZeitraumQuerySet.current() says it.
_UMFANG = """
    SELECT 'funktion', art, 0, 0 FROM mitglieder_funktion
    WHERE person_id = %s AND von <= %s AND (bis IS NULL OR bis > %s)
    UNION ALL
    SELECT 'sitz', sitz.art, CAST(sitz.stimmberechtigt AS integer), 0
    FROM mitglieder_mandat mandat JOIN mitglieder_sitz sitz ON sitz.id = mandat.sitz_id
    WHERE mandat.person_id = %s AND mandat.von <= %s AND (mandat.bis IS NULL OR mandat.bis > %s)
    UNION ALL
    SELECT 'region', '', 0, gremium.sozialregion_id
    FROM mitglieder_mitgliedschaft mitglied JOIN mitglieder_leitgremium gremium ON gremium.id = mitglied.leitgremium_id
    WHERE mitglied.person_id = %s AND mitglied.von <= %s AND (mitglied.bis IS NULL OR mitglied.bis > %s)
"""


def _rolle_des_sitzes(art: str, *, is_stimmberechtigt: bool) -> Rolle:
    """Return what a seat makes of its holder: a voting seat counts as such before the election too, the vote does not."""
    if art == Sitz.Art.VORSITZ:
        return Rolle.VORSITZ
    return Rolle.MITGLIED_STIMMBERECHTIGT if is_stimmberechtigt else Rolle.MITGLIED_BERATEND


def has_recht(umfang: Umfang, recht: Recht, obj: Objekt | None = None) -> bool:
    """Return whether a person holds a right: by office or seat, or by being admitted to this very object."""
    rollen = umfang.rollen if obj is None else obj.rollen(umfang, recht)
    return bool(rollen & RECHTE[recht])


View = Callable[..., HttpResponseBase]


def requires(
    recht: Recht,
    loader: Callable[[], QuerySet[Any]] | None = None,
    *,
    find: Callable[..., Any] | None = None,
    sehen: Recht | None = None,
    by: tuple[str, ...] = ("kennung",),
    zugang: str = "",
) -> Callable[[View], View]:
    """Guard a view with a right; with a loader it also fetches the object and passes it as second argument.

    loader: callable giving a QuerySet that answers visible_to(umfang).  by: the URL arguments that find the one row; where
    they find several (the reports of one motion), it is the first in the order the loader gave.
    find: instead of a loader, a callable that gives for umfang and those arguments the one object the person sees, or None.
    zugang: the purpose of a Zugangslink whose session may use this view, too, as far as its object answers; without it
    no session of a link does.
    What a person may not see answers 404; with `sehen` given, what he sees but may not do answers 403.
    """

    def decorator(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            scope: Umfang = request.umfang  # type: ignore[attr-defined]
            if scope.zugang is not None and not (zugang == scope.zugang[0] and is_zugang_offen(request)):
                raise Http404
            obj = None
            if find is not None:
                obj = find(scope, **{name: kwargs.pop(name) for name in by})
            elif loader is not None:
                found = loader().visible_to(scope).filter(**{name: kwargs.pop(name) for name in by})  # type: ignore[attr-defined]
                # a loader that orders its rows means the first of them; the model's own order would join for nothing
                obj = (found if found.query.order_by else found.order_by("pk")).first()
            if obj is None and (find or loader):
                raise Http404
            if not has_recht(scope, recht, obj):
                if sehen is not None and has_recht(scope, sehen, obj):
                    raise PermissionDenied(f"Ihre Rolle erlaubt es nicht, {recht.value}.")
                raise Http404
            return view(request, *([obj] if obj is not None else []), *args, **kwargs)

        guarded.recht = recht  # type: ignore[attr-defined]  # the URLconf test reads it
        guarded.zugang_zweck = zugang  # type: ignore[attr-defined]  # the middleware reads it
        return guarded

    return decorator


def requires_zugang(zweck: str) -> Callable[[View], View]:
    """Guard a view that only a session opened by a Zugangslink of this purpose may use; passes the object's uuid (str)."""

    def decorator(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            scope: Umfang = request.umfang  # type: ignore[attr-defined]
            if scope.zugang is None or scope.zugang[0] != zweck or not is_zugang_offen(request):
                raise Http404
            return view(request, scope.zugang[1], *args, **kwargs)

        guarded.recht = f"zugang:{zweck}"  # type: ignore[attr-defined]
        guarded.eigener_zweck = zweck  # type: ignore[attr-defined]  # the middleware reads it
        return guarded

    return decorator


def is_zugang_offen(request: HttpRequest) -> bool:
    """Return whether the link that opened this session still stands: one that is withdrawn ends the session under way.

    What else its purpose asks (settings.ZUGANG_ZIELE, «gilt»: the meeting runs, the seat is still the person's) too.
    """
    scope: Umfang = request.umfang  # type: ignore[attr-defined]
    link = request.session.get(SESSION_ZUGANG, {}).get("link", "")
    if not link or scope.zugang is None:
        return False
    if not Zugangslink.objects.filter(uuid=link, revoked_at__isnull=True, valid_until__gt=scope.now).exists():
        return False
    gilt = settings.ZUGANG_ZIELE.get(scope.zugang[0], {}).get("gilt")
    return bool(import_string(gilt)(scope)) if gilt else True


_GAST = ("gast", "gast_vertraulich", "gast_video")


def _perm(model: type[Model], art: str) -> str:
    return f"{model._meta.app_label}.{art}_{model._meta.model_name}"


def grant_gast(person: Person, obj: Model, *, vertraulich: bool = False, video: bool = False) -> None:
    """Admit a person to one object (a meeting or an item) as a guest.

    vertraulich opens its confidential papers too.  video: takes part from elsewhere (an item only).
    """
    for art, gilt in zip(_GAST, (True, vertraulich, video), strict=True):
        if gilt:
            assign_perm(_perm(type(obj), art), person, obj)


def revoke_gast(person: Person, obj: Model) -> None:
    """Take a guest's admission to one object back."""
    kennt = {codename for codename, _ in obj._meta.permissions}
    for art in _GAST:
        if f"{art}_{obj._meta.model_name}" in kennt:
            remove_perm(_perm(type(obj), art), person, obj)
