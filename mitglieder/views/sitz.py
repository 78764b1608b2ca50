"""Seats: who sits where, mandates and standing substitutes."""

from __future__ import annotations

from datetime import timedelta

from django.forms import CheckboxInput, HiddenInput
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mitglieder.actions import sitz as actions
from mitglieder.forms.stammdaten import EndeForm, MandatForm, StellvertretungForm, WahlForm, initial_ende
from mitglieder.models import Mandat, Person, Sitz, Stellvertretung
from mitglieder.permissions import Recht, has_recht, requires
from mitglieder.queries import personen, sitze
from mitglieder.schritte.sitz import MandatDaten

from .anfrage import Anfrage
from .bereich import reiter
from .tat import Seite, run_tat


@require_safe
@requires(Recht.MITGLIEDER_SEHEN)
def mitglied_list(request: Anfrage) -> HttpResponse:
    heute = timezone.localdate()
    return render(
        request,
        "mitglieder/mitglied_list.html",
        {
            "besetzung": sitze.load_besetzung(heute),
            "heute": heute,
            "reiter": reiter(request),
            "is_buero": has_recht(request.umfang, Recht.MITGLIEDER_PFLEGEN),
        },
    )


@require_safe
@requires(Recht.MITGLIEDER_SEHEN, lambda: Sitz.objects.select_related("sozialregion"), by=("uuid",))
def sitz_detail(request: Anfrage, sitz: Sitz) -> HttpResponse:
    heute = timezone.localdate()
    (zeile,) = sitze.load_sitze(heute, sitz)
    frueher = sitz.mandate.filter(bis__lte=heute).select_related("person").order_by("-von")
    return render(
        request,
        "mitglieder/sitz_detail.html",
        {
            "sitz": sitz,
            "zeile": zeile,
            "frueher": frueher,
            "is_buero": has_recht(request.umfang, Recht.MITGLIEDER_PFLEGEN),
        },
    )


def _seite(sitz: Sitz, titel: str, knopf: str, vorspann: str = "", **rest: object) -> Seite:
    url = reverse("mitglieder:sitz-detail", args=[sitz.uuid])
    return Seite(titel, knopf, url, str(sitz), vorspann, **rest)  # type: ignore[arg-type]


@require_http_methods(["GET", "POST"])
@requires(
    Recht.MITGLIEDER_PFLEGEN,
    lambda: Sitz.objects.select_related("sozialregion"),
    sehen=Recht.MITGLIEDER_SEHEN,
    by=("uuid",),
)
def mandat_start(request: Anfrage, sitz: Sitz) -> HttpResponse:
    bisher = sitz.mandate.filter(bis__isnull=True).select_related("person").first()
    form = MandatForm(
        request.POST or None,
        sitz=sitz,
        bisher=bisher.person.name if bisher else "",
        personen=personen.choices_personen(),
        initial={"von": timezone.localdate(), "loest_ab": True},
    )
    hinweise: list[str] = []
    form.fields["trotzdem"].widget = HiddenInput()
    if request.method == "POST" and form.is_valid() and not form.cleaned_data["trotzdem"]:
        person = Person.objects.get(pk=form.cleaned_data["person"])
        hinweise = sitze.mandat_hinweise(person, sitz, form.cleaned_data["von"])
        if hinweise:
            form.fields["trotzdem"].widget = CheckboxInput()
            form.add_error("trotzdem", "Bitte lesen Sie zuerst die Hinweise.")
    seite = _seite(sitz, "Sitz besetzen", "Speichern", hinweise=hinweise)

    def start(daten: dict[str, object]) -> None:
        actions.start_mandat(
            sitz.pk,
            daten["person"],  # type: ignore[arg-type]
            MandatDaten(**{name: daten[name] for name in _MANDAT}),  # type: ignore[arg-type]
            loest_ab=bool(daten.get("loest_ab")),
            actor=request.user,
            now=timezone.now(),
        )

    return run_tat(request, form, start, seite, erfolg="Das Mandat ist eingetragen.")


_MANDAT = ("funktion", "von", "wahlbeschluss_on", "wahlbeschluss_ref")


@require_http_methods(["GET", "POST"])
@requires(
    Recht.MITGLIEDER_PFLEGEN,
    lambda: Mandat.objects.select_related("sitz", "person"),
    sehen=Recht.MITGLIEDER_SEHEN,
    by=("uuid",),
)
def mandat_elect(request: Anfrage, mandat: Mandat) -> HttpResponse:
    seite = _seite(
        mandat.sitz,
        "Wahlbeschluss eintragen",
        "Eintragen",
        f"{mandat.person.name} ist designiert und stimmt ab dem Eintrag mit. Gewählt wird durch den VSEG-Vorstand.",
    )
    return run_tat(
        request,
        WahlForm(request.POST or None),
        lambda daten: actions.elect_mandat(mandat.pk, actor=request.user, now=timezone.now(), **daten),
        seite,
        erfolg="Der Wahlbeschluss ist eingetragen.",
    )


@require_http_methods(["GET", "POST"])
@requires(
    Recht.MITGLIEDER_PFLEGEN,
    lambda: Mandat.objects.select_related("sitz", "person"),
    sehen=Recht.MITGLIEDER_SEHEN,
    by=("uuid",),
)
def mandat_end(request: Anfrage, mandat: Mandat) -> HttpResponse:
    heute = timezone.localdate()
    seite = _seite(
        mandat.sitz,
        "Mandat beenden",
        "Mandat beenden",
        f"{mandat.person.name} gibt den Sitz ab; danach ist er vakant, bis Sie ihn neu besetzen.",
        is_gefahr=True,
    )
    return run_tat(
        request,
        EndeForm(request.POST or None, initial=initial_ende(max(heute, mandat.von + timedelta(days=1)))),
        lambda daten: actions.end_mandat(mandat.pk, actor=request.user, now=timezone.now(), **daten),
        seite,
        erfolg="Das Ende ist eingetragen.",
    )


@require_http_methods(["GET", "POST"])
@requires(
    Recht.MITGLIEDER_PFLEGEN,
    lambda: Sitz.objects.select_related("sozialregion"),
    sehen=Recht.MITGLIEDER_SEHEN,
    by=("uuid",),
)
def stellvertretung_start(request: Anfrage, sitz: Sitz) -> HttpResponse:
    form = StellvertretungForm(
        request.POST or None, personen=personen.choices_personen(), initial={"von": timezone.localdate()}
    )

    def start(daten: dict[str, object]) -> None:
        daten.pop("is_politisch")
        person_pk = daten.pop("person")
        actions.start_stellvertretung(sitz.pk, person_pk, actor=request.user, now=timezone.now(), **daten)  # type: ignore[arg-type]

    return run_tat(
        request,
        form,
        start,
        _seite(
            sitz,
            "Stellvertretung aufnehmen",
            "Aufnehmen",
            "Wer auf dieser Liste steht, darf den Sitz an einer Sitzung vertreten.",
        ),
        erfolg="Die Stellvertretung steht auf der Liste.",
    )


@require_http_methods(["GET", "POST"])
@requires(
    Recht.MITGLIEDER_PFLEGEN,
    lambda: Stellvertretung.objects.select_related("sitz", "person"),
    sehen=Recht.MITGLIEDER_SEHEN,
    by=("uuid",),
)
def stellvertretung_end(request: Anfrage, zeile: Stellvertretung) -> HttpResponse:
    return run_tat(
        request,
        EndeForm(request.POST or None, initial=initial_ende(timezone.localdate())),
        lambda daten: actions.end_stellvertretung(zeile.pk, actor=request.user, now=timezone.now(), **daten),
        _seite(zeile.sitz, f"{zeile.person.name} von der Liste nehmen", "Von der Liste nehmen", is_gefahr=True),
        erfolg="Das Ende ist eingetragen.",
    )
