"""Regions, their bodies and the Verteiler."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from konferenz import tabelle
from mitglieder.actions import MitgliederError
from mitglieder.actions import gremium as gremium_actions
from mitglieder.actions import region as actions
from mitglieder.forms.stammdaten import (
    EinwohnerForm,
    EndeForm,
    GemeindeForm,
    LeitgremiumForm,
    MeldungForm,
    MitgliedschaftForm,
    RegionForm,
    initial_ende,
)
from mitglieder.models import (
    GemeindeZugehoerigkeit,
    Mitgliedschaft,
    Sitz,
    Sozialregion,
    Verteilermeldung,
    Verteilervorschlag,
)
from mitglieder.permissions import Recht, has_recht, requires, requires_zugang
from mitglieder.queries import personen as person_queries
from mitglieder.queries import regionen as queries
from mitglieder.queries import sitze

from .anfrage import Anfrage
from .bereich import reiter
from .tat import Seite, run_tat
from .verteiler import gremium_of, render_liste


def _regionen() -> QuerySet[Sozialregion]:
    return Sozialregion.objects.select_related("kontakt", "leitgremium__bestaetigt_von")


@require_safe
@requires(Recht.MITGLIEDER_SEHEN)
def region_list(request: Anfrage) -> HttpResponse:
    zeilen = queries.list_regionen(timezone.localdate())
    is_buero = has_recht(request.umfang, Recht.MITGLIEDER_PFLEGEN)
    context = {"zeilen": zeilen, "is_buero": is_buero, "reiter": reiter(request)}
    return render(request, "mitglieder/region_list.html", context)


@require_safe
@requires(Recht.MITGLIEDER_SEHEN, _regionen, by=("kuerzel",))
def region_detail(request: Anfrage, region: Sozialregion) -> HttpResponse:
    heute = timezone.localdate()
    (zeile,) = queries.list_regionen(heute, region)
    (sitzzeile,) = sitze.load_sitze(heute, Sitz.objects.get(sozialregion=region))
    (verteiler,) = queries.load_verteiler(heute, region).regionen
    frueher = region.zugehoerigkeiten.filter(bis__lte=heute).select_related("gemeinde")
    return render(
        request,
        "mitglieder/region_detail.html",
        {
            "region": region,
            "zeile": zeile,
            "sitzzeile": sitzzeile,
            "verteiler": verteiler,
            "einwohnerzahlen": region.einwohnerzahlen.all(),
            "frueher": frueher,
            "is_buero": has_recht(request.umfang, Recht.MITGLIEDER_PFLEGEN),
        },
    )


def _seite(region: Sozialregion, titel: str, knopf: str, vorspann: str = "", *, is_gefahr: bool = False) -> Seite:
    return Seite(titel, knopf, region.get_absolute_url(), f"Region {region}", vorspann, is_gefahr=is_gefahr)


@require_http_methods(["GET", "POST"])
@requires(Recht.MITGLIEDER_PFLEGEN, _regionen, sehen=Recht.MITGLIEDER_SEHEN, by=("kuerzel",))
def region_edit(request: Anfrage, region: Sozialregion) -> HttpResponse:
    felder = ("form", "is_form_bestaetigt", "buero_ort", "bemerkung")
    initial = {feld: getattr(region, feld) for feld in felder} | {"kontakt": region.kontakt_id}
    form = RegionForm(request.POST or None, initial=initial, personen=person_queries.choices_personen())

    def change(daten: dict[str, object]) -> None:
        kontakt = daten.pop("kontakt")
        actions.change_region(region.pk, kontakt_pk=kontakt, actor=request.user, now=timezone.now(), **daten)  # type: ignore[arg-type]

    return run_tat(
        request, form, change, _seite(region, "Angaben zur Region", "Speichern"), erfolg="Die Angaben sind gespeichert."
    )


@require_http_methods(["GET", "POST"])
@requires(Recht.MITGLIEDER_PFLEGEN, _regionen, sehen=Recht.MITGLIEDER_SEHEN, by=("kuerzel",))
def einwohnerzahl_add(request: Anfrage, region: Sozialregion) -> HttpResponse:
    return run_tat(
        request,
        EinwohnerForm(request.POST or None),
        lambda daten: actions.add_einwohnerzahl(region.pk, actor=request.user, now=timezone.now(), **daten),
        _seite(region, "Einwohnerzahl eintragen", "Eintragen"),
        erfolg="Die Einwohnerzahl ist eingetragen.",
    )


@require_http_methods(["GET", "POST"])
@requires(Recht.MITGLIEDER_PFLEGEN, _regionen, sehen=Recht.MITGLIEDER_SEHEN, by=("kuerzel",))
def gemeinde_add(request: Anfrage, region: Sozialregion) -> HttpResponse:
    return run_tat(
        request,
        GemeindeForm(request.POST or None, initial={"von": timezone.localdate()}),
        lambda daten: actions.add_gemeinde(region.pk, actor=request.user, now=timezone.now(), **daten),
        _seite(
            region,
            "Gemeinde zuteilen",
            "Zuteilen",
            "Gehört sie schon zu einer anderen Region, endet das am selben Tag.",
        ),
        erfolg="Die Gemeinde ist zugeteilt.",
    )


@require_http_methods(["GET", "POST"])
@requires(
    Recht.MITGLIEDER_PFLEGEN,
    lambda: GemeindeZugehoerigkeit.objects.select_related("gemeinde", "sozialregion").filter(bis__isnull=True),
    sehen=Recht.MITGLIEDER_SEHEN,
    by=("sozialregion__kuerzel", "gemeinde__name"),
)
def gemeinde_end(request: Anfrage, zeile: GemeindeZugehoerigkeit) -> HttpResponse:
    return run_tat(
        request,
        EndeForm(request.POST or None, initial=initial_ende(timezone.localdate())),
        lambda daten: actions.end_gemeinde(zeile.pk, actor=request.user, now=timezone.now(), **daten),
        _seite(zeile.sozialregion, f"Zugehörigkeit von {zeile.gemeinde} beenden", "Beenden", is_gefahr=True),
        erfolg="Das Ende ist eingetragen.",
    )


# --- Leitgremium --------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@requires(Recht.MITGLIEDER_PFLEGEN, _regionen, sehen=Recht.MITGLIEDER_SEHEN, by=("kuerzel",))
def leitgremium_edit(request: Anfrage, region: Sozialregion) -> HttpResponse:
    gremium = region.leitgremium
    form = LeitgremiumForm(request.POST or None, initial={"name": gremium.name, "since_on": gremium.since_on})
    return run_tat(
        request,
        form,
        lambda daten: gremium_actions.change_leitgremium(gremium.pk, actor=request.user, now=timezone.now(), **daten),
        _seite(region, "Leitgremium", "Speichern"),
        erfolg="Die Angaben sind gespeichert.",
    )


@require_http_methods(["GET", "POST"])
@requires(Recht.VERTEILER_PFLEGEN, _regionen, sehen=Recht.MITGLIEDER_SEHEN, by=("kuerzel",))
def mitgliedschaft_start(request: Anfrage, region: Sozialregion) -> HttpResponse:
    form = MitgliedschaftForm(
        request.POST or None, personen=person_queries.choices_personen(), initial={"von": timezone.localdate()}
    )

    def start(daten: dict[str, object]) -> None:
        person = daten.pop("person")
        gremium_actions.start_mitgliedschaft(
            region.leitgremium.pk,
            person,  # type: ignore[arg-type]
            actor=request.user,
            now=timezone.now(),
            **daten,  # type: ignore[arg-type]
        )

    return run_tat(
        request,
        form,
        start,
        _seite(
            region, "In das Leitgremium aufnehmen", "Aufnehmen", "Die Person erhält ab Beginn alle Sitzungsunterlagen."
        ),
        erfolg="Die Person gehört zum Leitgremium.",
    )


@require_http_methods(["GET", "POST"])
@requires(
    Recht.VERTEILER_PFLEGEN,
    lambda: Mitgliedschaft.objects.select_related("person", "leitgremium__sozialregion"),
    sehen=Recht.MITGLIEDER_SEHEN,
    by=("uuid",),
)
def mitgliedschaft_end(request: Anfrage, zeile: Mitgliedschaft) -> HttpResponse:
    return run_tat(
        request,
        EndeForm(request.POST or None, initial=initial_ende(timezone.localdate())),
        lambda daten: gremium_actions.end_mitgliedschaft(zeile.pk, actor=request.user, now=timezone.now(), **daten),
        _seite(
            zeile.leitgremium.sozialregion, f"{zeile.person.name} aus dem Leitgremium nehmen", "Beenden", is_gefahr=True
        ),
        erfolg="Das Ende ist eingetragen.",
    )


# --- Verteiler ----------------------------------------------------------------------------------


@require_safe
@requires(Recht.VERTEILER_PFLEGEN, sehen=Recht.MITGLIEDER_SEHEN)
def verteiler_list(request: Anfrage) -> HttpResponse:
    verteiler = queries.load_verteiler(timezone.localdate())
    vorschlaege = Verteilervorschlag.objects.offen().count()
    return render(
        request,
        "mitglieder/verteiler_list.html",
        {"verteiler": verteiler, "vorschlaege": vorschlaege, "reiter": reiter(request)},
    )


@require_safe
@requires(Recht.VERTEILER_PFLEGEN, sehen=Recht.MITGLIEDER_SEHEN)
def verteiler_export(request: Anfrage, typ: str) -> HttpResponse:
    zeilen = queries.export_verteiler(queries.load_verteiler(timezone.localdate()))
    if typ == "xlsx":
        inhalt = tabelle.write_xlsx(queries.EXPORT_KOPF, zeilen, titel="Verteiler")
        art = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    else:
        inhalt, art = tabelle.write_csv(queries.EXPORT_KOPF, zeilen), "text/csv; charset=utf-8"
    return download(inhalt, art, f"verteiler-{timezone.localdate():%Y-%m-%d}.{typ}")


def download(inhalt: bytes, art: str, name: str) -> HttpResponse:
    """Return a file to keep, never to be shown in the page's origin."""
    antwort = HttpResponse(inhalt, content_type=art)
    antwort["Content-Disposition"] = f'attachment; filename="{name}"'
    return antwort


@require_POST
@requires(Recht.VERTEILER_PFLEGEN, _regionen, sehen=Recht.MITGLIEDER_SEHEN, by=("kuerzel",))
def verteiler_ask(request: Anfrage, region: Sozialregion) -> HttpResponse:
    try:
        gremium_actions.ask_verteiler(region.leitgremium.pk, actor=request.user, now=timezone.now())
    except MitgliederError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Der Link zum Bestätigen ist an {region.kontakt} unterwegs.")
    return redirect("mitglieder:verteiler-list")


@require_POST
@requires(Recht.VERTEILER_PFLEGEN, _regionen, sehen=Recht.MITGLIEDER_SEHEN, by=("kuerzel",))
def verteiler_confirm(request: Anfrage, region: Sozialregion) -> HttpResponse:
    gremium_actions.confirm_verteiler(
        region.leitgremium.pk, actor=request.user, auf_wort_von="geschaeftsstelle", now=timezone.now()
    )
    messages.success(request, f"Der Verteiler {region} ist auf das Wort der Region hin bestätigt.")
    return redirect("mitglieder:verteiler-list")


@require_POST
@requires(Recht.VERTEILER_PFLEGEN, Verteilermeldung.objects.all, sehen=Recht.MITGLIEDER_SEHEN, by=("uuid",))
def meldung_close(request: Anfrage, meldung: Verteilermeldung) -> HttpResponse:
    try:
        gremium_actions.close_meldung(meldung.pk, actor=request.user, now=timezone.now())
    except MitgliederError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Die Meldung ist erledigt.")
    return redirect("mitglieder:verteiler-list")


@require_safe
@requires_zugang("verteiler")
def verteiler_bestaetigung(request: Anfrage, objekt: str) -> HttpResponse:
    return render_liste(request, gremium_of(request, objekt), MeldungForm())


@require_POST
@requires_zugang("verteiler")
def verteiler_bestaetigen(request: Anfrage, objekt: str) -> HttpResponse:
    gremium_actions.confirm_verteiler(
        gremium_of(request, objekt).pk, actor=request.user, auf_wort_von="link", now=timezone.now()
    )
    return redirect(f"{reverse('mitglieder:verteiler-danke')}?was=bestaetigt")


@require_POST
@requires_zugang("verteiler")
def verteiler_melden(request: Anfrage, objekt: str) -> HttpResponse:
    gremium, form = gremium_of(request, objekt), MeldungForm(request.POST)
    if form.is_valid():
        try:
            gremium_actions.report_verteiler(gremium.pk, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except MitgliederError as error:
            form.add_error("text", str(error))
        else:
            return redirect(f"{reverse('mitglieder:verteiler-danke')}?was=gemeldet")
    return render_liste(request, gremium, form)


@require_safe
@requires_zugang("verteiler")
def verteiler_danke(request: Anfrage, objekt: str) -> HttpResponse:
    is_gemeldet = request.GET.get("was") == "gemeldet"
    return render(
        request,
        "mitglieder/verteiler_danke.html",
        {"gremium": gremium_of(request, objekt), "is_gemeldet": is_gemeldet},
    )
