"""What the people's app gives to navigation, dashboard and the first hour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from konferenz import einstellungen
from konferenz.models import Sendung
from konferenz.uebersicht import Kachel, Ziel

from .models import Leitgremium, Mandat, Mitgliedschaft, Verteilermeldung, Verteilervorschlag
from .permissions import Recht, Umfang, has_recht
from .queries.verteiler import count_ueberfaellige


@dataclass(frozen=True)
class Schritt:
    """One step of the first hour. stand: what is done or missing, in words. knopf: the way there.

    is_post: the way is a deed (a button that posts), not a page.
    """

    name: str
    stand: str
    is_erledigt: bool
    url: str
    knopf: str
    rang: int = 50
    is_post: bool = False


def navigation(request: HttpRequest) -> Iterator[Ziel]:
    """Yield the ways to people and operation (no query)."""
    scope = _scope(request)
    if has_recht(scope, Recht.MITGLIEDER_SEHEN):
        yield Ziel("Mitglieder", reverse("mitglieder:mitglied-list"), 40)
    if has_recht(scope, Recht.EINRICHTEN):
        yield Ziel("Einrichten", reverse("mitglieder:einrichten"), 80)
    elif has_recht(scope, Recht.BETRIEB_SEHEN):
        yield Ziel("Betrieb", reverse("mitglieder:betrieb"), 80)


def buero(request: HttpRequest) -> Kachel | None:
    """Show the office what waits among people: an empty portal, what regions want changed, overdue Verteiler (four queries)."""
    if not has_recht(_scope(request), Recht.EINRICHTEN):
        return None
    meldungen = Verteilermeldung.objects.filter(erledigt_at__isnull=True).count()
    is_leer = not Mandat.objects.exists()
    vorschlaege = Verteilervorschlag.objects.offen().count()
    ueberfaellige = 0 if is_leer else count_ueberfaellige(timezone.localdate(_scope(request).now))
    if not (meldungen or vorschlaege or ueberfaellige or is_leer):
        return None
    return Kachel(
        "mitglieder/_kachel_buero.html",
        {"meldungen": meldungen, "vorschlaege": vorschlaege, "ueberfaellige": ueberfaellige, "is_leer": is_leer},
        rang=20,
        in_spalte=not is_leer,
    )


def einrichten(request: HttpRequest) -> Iterator[Schritt]:
    """Yield letterhead, test mail, import and Verteiler."""
    person = _scope(request).person
    werte = einstellungen.werte()
    fehlt = [
        einstellungen.DEFINITIONEN[name].bezeichnung
        for name in ("absender_adresse", "absender_email", "unterschrift_vorsitz", "unterschrift_geschaeftsfuehrung")
        if not werte[name]
    ]
    yield Schritt(
        "Briefkopf",
        f"Es fehlt noch: {'; '.join(fehlt)}." if fehlt else "Name, Adresse und Unterschriften stehen.",
        not fehlt,
        reverse("mitglieder:einstellungen"),
        "Briefkopf ausfüllen" if fehlt else "Briefkopf ansehen",
        10,
    )
    test = (
        Sendung.objects.filter(schluessel__startswith=f"testmail:{person.uuid if person else ''}")
        .order_by("-pk")
        .first()
    )
    angenommen = test is not None and test.status in {Sendung.Status.GESENDET, Sendung.Status.UNKLAR}
    yield Schritt(
        "Testmail",
        _testmail(test),
        angenommen,
        reverse("mitglieder:testmail-send"),
        "Testmail an mich",
        20,
        is_post=True,
    )
    sitze = Mandat.objects.filter(bis__isnull=True, person__is_active=True)
    besetzt, gewaehlt = sitze.count(), sitze.filter(status=Mandat.Status.GEWAEHLT).count()
    yield Schritt(
        "Mitglieder einlesen",
        f"{besetzt} von 17 Sitzen sind besetzt, davon {gewaehlt} mit Wahlbeschluss."
        if besetzt
        else "Noch ist kein Sitz besetzt. Am schnellsten geht es mit der Excel-Vorlage.",
        besetzt > 0,
        reverse("mitglieder:import"),
        "Tabelle einlesen",
        30,
    )
    regionen = Mitgliedschaft.objects.filter(bis__isnull=True).values("leitgremium").distinct().count()
    bestaetigt = Leitgremium.objects.filter(bestaetigt_on__isnull=False).count()
    yield Schritt(
        "Verteiler",
        f"{regionen} von 13 Regionen haben einen Verteiler, {bestaetigt} haben ihn bestätigt.",
        regionen == 13 == bestaetigt,
        reverse("mitglieder:verteiler-list"),
        "Verteiler prüfen",
        40,
    )


def _testmail(test: Sendung | None) -> str:
    if test is None:
        return "Noch keine gesandt. Sie zeigt, ob der Mailversand funktioniert."
    if test.status == Sendung.Status.FEHLGESCHLAGEN:
        return f"Die letzte Testmail ist fehlgeschlagen: {test.meldung}"
    if test.is_offen:
        return f"Die Testmail an {test.an_adresse} ist unterwegs."
    return f"Die Testmail an {test.an_adresse} hat der Mailserver angenommen."


def _scope(request: HttpRequest) -> Umfang:
    return request.umfang  # type: ignore[attr-defined]
