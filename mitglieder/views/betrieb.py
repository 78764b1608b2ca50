"""Pages about the portal itself: first hour, settings, Pflichtenheft, journal, operation, one's own account."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from konferenz import einstellungen, gesundheit
from konferenz.models import Herzschlag, Journaleintrag, Pflichtenheft, Sendung
from mitglieder import rules
from mitglieder.actions import MitgliederError
from mitglieder.actions import einrichtung as actions
from mitglieder.forms.stammdaten import EinstellungenForm
from mitglieder.permissions import Recht, Rolle, has_recht, requires
from mitglieder.queries import journal as journal_queries
from mitglieder.queries import sitze

from .anfrage import Anfrage

JE_SEITE = 50
BRIEFKOPF = (
    "absender_name",
    "absender_adresse",
    "absender_telefon",
    "absender_email",
    "unterschrift_vorsitz",
    "unterschrift_geschaeftsfuehrung",
)


@require_safe
@requires(Recht.EINRICHTEN)
def einrichten(request: Anfrage) -> HttpResponse:
    """Lead through the first hour; each app adds its steps through settings.EINRICHTEN."""
    schritte = sorted(
        (schritt for name in settings.EINRICHTEN for schritt in import_string(name)(request)),
        key=lambda schritt: schritt.rang,
    )
    offen = [schritt for schritt in schritte if not schritt.is_erledigt]
    return render(
        request,
        "mitglieder/einrichten.html",
        {"schritte": schritte, "naechster": offen[0] if offen else None, "offen_count": len(offen)},
    )


@require_POST
@requires(Recht.EINRICHTEN)
def testmail_send(request: Anfrage) -> HttpResponse:
    try:
        actions.send_testmail(actor=request.user, now=timezone.now())
    except MitgliederError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, f"Die Testmail an {request.user.email} ist unterwegs. Bitte sehen Sie nach, ob sie ankommt."
        )
    return redirect("mitglieder:einrichten")


@require_http_methods(["GET", "POST"])
@requires(Recht.EINRICHTEN)
def einstellungen_edit(request: Anfrage) -> HttpResponse:
    form = EinstellungenForm(request.POST or None, initial=einstellungen.werte())
    if request.method == "POST" and form.is_valid():
        try:
            geaendert = actions.change_einstellungen(form.cleaned_data, actor=request.user, now=timezone.now())
        except MitgliederError as error:
            form.add_error(error.feld if error.feld in form.fields else None, str(error))
        else:
            messages.success(
                request, "Die Einstellungen sind gespeichert." if geaendert else "Es hat sich nichts geändert."
            )
            return redirect("mitglieder:einstellungen")
    felder = [(form[name], definition) for name, definition in einstellungen.DEFINITIONEN.items()]
    return render(
        request,
        "mitglieder/einstellungen_edit.html",
        {
            "form": form,
            "briefkopf": [feld for feld, definition in felder if definition.schluessel in BRIEFKOPF],
            "annahmen": [(feld, definition) for feld, definition in felder if definition.is_annahme],
            "weitere": [f for f, d in felder if not d.is_annahme and d.schluessel not in BRIEFKOPF],
        },
    )


@require_safe
@requires(Recht.ANGEMELDET_SEIN)
def pflichtenheft(request: Anfrage) -> HttpResponse:
    """Show the rules in force word for word, who signed them, and how the portal reads what they leave open."""
    in_kraft = Pflichtenheft.objects.in_force(timezone.localdate()).first()
    werte = einstellungen.werte()
    annahmen = [
        (definition, _als_wort(werte[name]))
        for name, definition in einstellungen.DEFINITIONEN.items()
        if definition.is_annahme
    ]
    return render(
        request,
        "mitglieder/pflichtenheft.html",
        {
            "pflichtenheft": in_kraft,
            "absaetze": _absaetze(in_kraft.volltext) if in_kraft else [],
            "unterzeichnet": in_kraft.unterzeichnet.splitlines() if in_kraft else [],
            "andere": [heft for heft in Pflichtenheft.objects.all() if heft != in_kraft],
            "annahmen": annahmen,
            "is_buero": has_recht(request.umfang, Recht.EINRICHTEN),
        },
    )


def _als_wort(wert: Any) -> str:
    if isinstance(wert, bool):
        return "Ja" if wert else "Nein"
    return str(wert)


def _absaetze(text: str) -> list[dict[str, Any]]:
    """Split the text into blocks to show: «begriff» with its text, a list of points, or a plain paragraph. No word is lost."""
    bloecke: list[dict[str, Any]] = []
    text = re.sub(
        r"\*\*(.+?)\*\*", lambda treffer: treffer[1].replace("/\n", "/"), text, flags=re.DOTALL
    )  # bold in the source
    for roh in text.splitlines():
        zeile = roh.strip()
        if not zeile:
            continue
        if zeile.startswith("- "):
            if not bloecke or "punkte" not in bloecke[-1]:
                bloecke.append({"punkte": []})
            bloecke[-1]["punkte"].append(zeile[2:])
        elif "\t" in zeile:
            begriff, _, rest = zeile.partition("\t")
            bloecke.append({"begriff": begriff.strip(), "text": rest.strip()})
        else:
            is_titel = (zeile.endswith(":") and len(zeile) < 60) or " " not in zeile
            bloecke.append({"titel" if is_titel else "text": zeile})
    return bloecke


@require_safe
@requires(Recht.JOURNAL_SEHEN)
def journal_list(request: Anfrage) -> HttpResponse:
    alle = journal_queries.list_eintraege(request.umfang)
    arten, art = journal_queries.list_arten(alle), request.GET.get("art", "")
    is_gefiltert = art in arten
    eintraege = alle.filter(art=art) if is_gefiltert else alle.exclude(art=journal_queries.UEBERGABE)
    seite = Paginator(eintraege, JE_SEITE).get_page(request.GET.get("seite"))
    zeilen: list[Any] = journal_queries.tell(seite)
    if not is_gefiltert:
        vor = eintraege[seite.start_index() - 2].seq if seite.number > 1 else None
        zeilen = journal_queries.group_uebergaben(zeilen, vor=vor, ist_ende=not seite.has_next())
    return render(
        request,
        "mitglieder/journal_list.html",
        {
            "seite": seite,
            "zeilen": zeilen,
            "arten": arten,
            "art": art,
            "anzahl": seite.paginator.count if is_gefiltert else alle.count(),
        },
    )


@require_safe
@requires(Recht.BETRIEB_SEHEN)
def betrieb(request: Anfrage) -> HttpResponse:
    now = timezone.now()
    staende = {name: Sendung.objects.filter(status=wert).count() for wert, name in Sendung.Status.choices}
    return render(
        request,
        "mitglieder/betrieb.html",
        {
            "befunde": gesundheit.befunde(now=now),
            "herzschlaege": Herzschlag.objects.order_by("name"),
            "staende": [(name, count) for name, count in staende.items() if count],
            "journal": Journaleintrag.objects.order_by("-seq").first(),
            "now": now,
        },
    )


@require_safe
@requires(Recht.ANGEMELDET_SEIN)
def konto(request: Anfrage) -> HttpResponse:
    """Show a person what the portal knows of her; the office keeps it."""
    person = request.user
    rollen = sorted(rolle.value for rolle in request.umfang.rollen - {Rolle.ANGEMELDET})
    return render(
        request,
        "mitglieder/konto.html",
        {
            "person": person,
            "rollen": rollen,
            "aemter": sitze.load_aemter(person, timezone.localdate()),
            "mail_stand": rules.mail_stand(person.email, person.login, is_aktiv=person.is_active),
        },
    )
