"""The import by upload: file, preview, then all or nothing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from konferenz import tabelle
from konferenz.tabelle import Zeile
from mitglieder.actions import MitgliederError
from mitglieder.actions.einlesen import import_mitglieder
from mitglieder.forms.stammdaten import ImportForm
from mitglieder.permissions import Recht, requires
from mitglieder.schritte.importzeile import PFLICHT, ROLLEN, SPALTEN, rows_of

from .anfrage import Anfrage
from .bereich import reiter
from .region import download

SALZ = "mitglieder.einlesen"
VORSCHAU_SECONDS = 3600
BEISPIELE = (
    ("praesidium", "SRO", "Frau", "Vera", "Muster", "vera.muster@beispiel.ch", "032 000 00 00", "", "1.1.2026", "", "4.12.2025", "Vorstand 6/2025, Trakt. 3"),
    ("stellvertretung", "SRO", "Herr", "Urs", "Beispiel", "urs.beispiel@beispiel.ch", "", "Gemeinderat", "1.1.2026", "", "", ""),
    ("leitgremium", "SRO", "Frau", "Nora", "Muster", "nora.muster@beispiel.ch", "", "Mitglied", "", "", "", ""),
    ("vorstand", "", "Herr", "Basil", "Beispiel", "basil.beispiel@beispiel.ch", "", "Mitglied", "", "", "", ""),
)  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires(Recht.MITGLIEDER_PFLEGEN, sehen=Recht.MITGLIEDER_SEHEN)
def import_upload(request: Anfrage) -> HttpResponse:
    """Show the way and take the file; the answer to a good one is its preview."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        datei = form.cleaned_data["datei"]
        try:
            zeilen = rows_of(tabelle.read_tabelle(datei.read(tabelle.MAX_BYTES + 1), datei.name))
        except (tabelle.TabelleError, MitgliederError) as error:
            form.add_error("datei", str(error))
        else:
            return _vorschau(request, zeilen, datei.name)
    return render(
        request,
        "mitglieder/import_upload.html",
        {
            "form": form,
            "spalten": [(name, name in PFLICHT, text) for name, text in SPALTEN.items()],
            "rollen": ROLLEN.items(),
            "reiter": reiter(request),
        },
    )


def _vorschau(request: Anfrage, zeilen: list[Zeile], name: str) -> HttpResponse:
    bericht = import_mitglieder(zeilen, actor=request.user, now=timezone.now(), dry_run=True)
    # The rows travel with the page, signed: nothing lies about on the server, nothing can be changed on the way.
    paket = signing.dumps(
        {"zeilen": [[zeile.nr, zeile.werte] for zeile in zeilen], "digest": bericht.digest, "name": name},
        salt=SALZ,
        compress=True,
    )
    taten = [eintrag for eintrag in bericht.eintraege if eintrag.ergebnis != "unverändert"]
    return render(
        request,
        "mitglieder/import_vorschau.html",
        {"bericht": bericht, "taten": taten, "paket": paket, "name": name, **_zahlen(bericht)},
    )


def _zahlen(bericht: Any) -> dict[str, int]:
    return {
        "neu_count": bericht.count("neu"),
        "geaendert_count": bericht.count("geändert"),
        "gleich_count": bericht.count("unverändert"),
    }


@require_POST
@requires(Recht.MITGLIEDER_PFLEGEN, sehen=Recht.MITGLIEDER_SEHEN)
def import_confirm(request: Anfrage) -> HttpResponse:
    """Do what the preview showed."""
    try:
        paket = signing.loads(request.POST.get("paket", ""), salt=SALZ, max_age=VORSCHAU_SECONDS)
    except signing.BadSignature:
        messages.error(request, "Die Vorschau ist nicht mehr gültig. Bitte laden Sie die Tabelle nochmals hoch.")
        return redirect("mitglieder:import")
    zeilen = [Zeile(nr, werte) for nr, werte in paket["zeilen"]]
    try:
        bericht = import_mitglieder(
            zeilen,
            actor=request.user,
            now=timezone.now(),
            erwartet=paket["digest"],
        )
    except MitgliederError as error:
        messages.error(request, str(error))
        return _vorschau(request, zeilen, paket["name"])
    if bericht.fehler:
        messages.error(request, "Es ist nichts gespeichert worden: Der Bestand hat sich seit der Vorschau geändert.")
        return _vorschau(request, zeilen, paket["name"])
    messages.success(
        request,
        f"Eingelesen: {bericht.count('neu')} neu, {bericht.count('geändert')} geändert, {bericht.count('unverändert')} unverändert.",
    )
    return redirect("mitglieder:mitglied-list")


@require_safe
@requires(Recht.MITGLIEDER_PFLEGEN, sehen=Recht.MITGLIEDER_SEHEN)
def import_vorlage(request: Anfrage, typ: str) -> HttpResponse:
    """Hand out the template with four example rows to overwrite."""
    kopf = list(SPALTEN)
    if typ == "csv":
        return download(tabelle.write_csv(kopf, BEISPIELE), "text/csv; charset=utf-8", "vorlage-mitglieder.csv")
    hinweise = [
        "Eine Zeile pro Person und Rolle; wer zwei Rollen hat, steht auf zwei Zeilen. Überschreiben Sie die Beispiele.",
        "Alles oder nichts: Ist eine Zeile falsch, wird nichts gespeichert und die Stelle genannt.",
        "Leere Zellen löschen nichts. Wer nicht in der Tabelle steht, bleibt, wie er ist.",
        "",
        "Spalten",
        *(f"{name}: {text}" for name, text in SPALTEN.items() if text),
        "",
        "Rollen",
        *(f"{name}: {text}" for name, text in ROLLEN.items()),
    ]
    inhalt = tabelle.write_xlsx(kopf, BEISPIELE, titel="Mitglieder", hinweise=hinweise)
    art = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return download(inhalt, art, "vorlage-mitglieder.xlsx")
