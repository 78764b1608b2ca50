"""People: the list for the office, the page of one, and what the office changes."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from konferenz.uebersicht import Ziel
from mitglieder import rules
from mitglieder.actions import MitgliederError
from mitglieder.actions import gremium as gremium_actions
from mitglieder.actions import person as actions
from mitglieder.actions import zugang as zugang_actions
from mitglieder.forms.stammdaten import EndeForm, FunktionForm, PersonForm, initial_ende
from mitglieder.models import Funktion, Person
from mitglieder.permissions import Recht, has_recht, requires
from mitglieder.queries import personen as queries
from mitglieder.queries import sitze
from mitglieder.schritte.person import FELDER

from .anfrage import Anfrage
from .bereich import reiter
from .tat import Seite, run_tat

JE_SEITE = 50


@require_safe
@requires(Recht.MITGLIEDER_PFLEGEN)
def person_list(request: Anfrage) -> HttpResponse:
    suche, stand = request.GET.get("q", "").strip()[:100], request.GET.get("stand", "")
    if stand not in queries.STAENDE:
        stand = ""
    personen = queries.list_personen(suche, stand, timezone.localdate())
    seite = Paginator(personen, JE_SEITE).get_page(request.GET.get("seite"))
    zeilen = [
        (person, queries.aemter_of(person), rules.mail_stand(person.email, person.login, is_aktiv=person.is_active))
        for person in seite
    ]
    staende = [
        Ziel(name, f"?stand={wert}" if wert else "?", is_aktiv=wert == stand) for wert, name in queries.STAENDE.items()
    ]
    context = {"seite": seite, "zeilen": zeilen, "suche": suche, "stand": stand, "staende": staende}
    return render(request, "mitglieder/person_list.html", {**context, "reiter": reiter(request)})


@require_safe
@requires(Recht.MITGLIEDER_SEHEN, Person.objects.get_queryset, by=("uuid",))
def person_detail(request: Anfrage, person: Person) -> HttpResponse:
    heute, is_buero = timezone.localdate(), has_recht(request.umfang, Recht.MITGLIEDER_PFLEGEN)
    aemter = sitze.load_aemter(person, heute)
    # The addresses of the wide circle are the office's; members see those of the people they work with.
    zeigt_adresse = is_buero or bool(aemter.mandate or aemter.funktionen or aemter.stellvertretungen)
    context = {
        "person": person,
        "aemter": aemter,
        "frueher": sitze.load_aemter(person, heute, frueher=True),
        "heute": heute,
        "is_buero": is_buero,
        "zeigt_adresse": zeigt_adresse,
        "mail_stand": rules.mail_stand(person.email, person.login, is_aktiv=person.is_active),
        "einladung": queries.open_einladung(person, timezone.now()) if is_buero else None,
    }
    return render(request, "mitglieder/person_detail.html", context)


@require_http_methods(["GET", "POST"])
@requires(Recht.MITGLIEDER_PFLEGEN, sehen=Recht.MITGLIEDER_SEHEN)
def person_create(request: Anfrage) -> HttpResponse:
    form = PersonForm(request.POST or None)
    seite = Seite("Person erfassen", "Person erfassen", reverse("mitglieder:person-list"), "Personen")
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.create_person(actor=request.user, now=timezone.now(), **form.cleaned_data)
        except MitgliederError as error:
            form.add_error(error.feld or None, str(error))
        else:
            messages.success(request, _erfasst(person))
            return redirect(person)
    return render(request, "mitglieder/tat.html", {"form": form, "seite": seite})


def _erfasst(person: Person) -> str:
    if person.email and person.login is None:
        return f"{person.name} ist erfasst. Die Adresse gehört auch jemand anderem: Mail ja, Anmeldung nein."
    return f"{person.name} ist erfasst."


@require_http_methods(["GET", "POST"])
@requires(Recht.MITGLIEDER_PFLEGEN, Person.objects.get_queryset, sehen=Recht.MITGLIEDER_SEHEN, by=("uuid",))
def person_edit(request: Anfrage, person: Person) -> HttpResponse:
    form = PersonForm(request.POST or None, initial={feld: getattr(person, feld) for feld in FELDER})
    seite = Seite(
        "Angaben ändern",
        "Speichern",
        person.get_absolute_url(),
        person.name,
        "Eine neue E-Mail-Adresse gilt sofort, auch für die Anmeldung; ein Passwort gilt danach nicht mehr, ein Code per "
        "E-Mail genügt. Die alte und die neue Adresse erhalten eine Nachricht.",
    )
    return run_tat(
        request,
        form,
        lambda daten: actions.change_person(person.pk, actor=request.user, now=timezone.now(), **daten),
        seite,
        erfolg="Die Angaben sind gespeichert.",
    )


@require_POST
@requires(Recht.MITGLIEDER_PFLEGEN, Person.objects.get_queryset, sehen=Recht.MITGLIEDER_SEHEN, by=("uuid",))
def person_invite(request: Anfrage, person: Person) -> HttpResponse:
    try:
        zugang_actions.invite_person(person.pk, actor=request.user, now=timezone.now())
    except MitgliederError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, f"Die Einladung an {person.email} ist unterwegs. Sie gilt {rules.EINLADUNG_TAGE} Tage."
        )
    return redirect(person)


@require_POST
@requires(Recht.MITGLIEDER_PFLEGEN, Person.objects.get_queryset, sehen=Recht.MITGLIEDER_SEHEN, by=("uuid",))
def person_revoke(request: Anfrage, person: Person) -> HttpResponse:
    zugang_actions.revoke_einladung(person.pk, actor=request.user, now=timezone.now())
    messages.success(request, "Die Einladung ist zurückgezogen; ihr Link öffnet nichts mehr.")
    return redirect(person)


@require_http_methods(["GET", "POST"])
@requires(Recht.MITGLIEDER_PFLEGEN, Person.objects.get_queryset, sehen=Recht.MITGLIEDER_SEHEN, by=("uuid",))
def person_deactivate(request: Anfrage, person: Person) -> HttpResponse:
    from django.forms import Form

    seite = Seite(
        f"{person.name} deaktivieren",
        "Deaktivieren",
        person.get_absolute_url(),
        person.name,
        "Die Person kann sich nicht mehr anmelden und erhält keine Mails mehr; ihre Funktionen und Listenplätze enden "
        "heute, offene Sitzungen im Browser sofort. Was sie getan hat, bleibt nachvollziehbar.",
        is_gefahr=True,
    )
    return run_tat(
        request,
        Form(request.POST or None),
        lambda _daten: actions.deactivate_person(person.pk, actor=request.user, now=timezone.now()),
        seite,
        erfolg=f"{person.name} ist deaktiviert.",
    )


@require_POST
@requires(Recht.MITGLIEDER_PFLEGEN, Person.objects.get_queryset, sehen=Recht.MITGLIEDER_SEHEN, by=("uuid",))
def person_reactivate(request: Anfrage, person: Person) -> HttpResponse:
    try:
        actions.reactivate_person(person.pk, actor=request.user, now=timezone.now())
    except MitgliederError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{person.name} ist wieder aktiv, ohne Funktion und ohne Passwort.")
    return redirect(person)


@require_http_methods(["GET", "POST"])
@requires(Recht.MITGLIEDER_PFLEGEN, Person.objects.get_queryset, sehen=Recht.MITGLIEDER_SEHEN, by=("uuid",))
def funktion_start(request: Anfrage, person: Person) -> HttpResponse:
    form = FunktionForm(request.POST or None, initial={"von": timezone.localdate()})
    seite = Seite("Funktion geben", "Speichern", person.get_absolute_url(), person.name)
    return run_tat(
        request,
        form,
        lambda daten: gremium_actions.start_funktion(person.pk, actor=request.user, now=timezone.now(), **daten),
        seite,
        erfolg="Die Funktion ist eingetragen.",
    )


@require_http_methods(["GET", "POST"])
@requires(
    Recht.MITGLIEDER_PFLEGEN,
    lambda: Funktion.objects.select_related("person").filter(bis__isnull=True),
    sehen=Recht.MITGLIEDER_SEHEN,
    by=("person__uuid", "art"),
)
def funktion_end(request: Anfrage, funktion: Funktion) -> HttpResponse:
    form = EndeForm(request.POST or None, initial=initial_ende(timezone.localdate()))
    seite = Seite(
        f"«{funktion.get_art_display()}» beenden",
        "Beenden",
        funktion.person.get_absolute_url(),
        funktion.person.name,
        is_gefahr=True,
    )
    return run_tat(
        request,
        form,
        lambda daten: gremium_actions.end_funktion(funktion.pk, actor=request.user, now=timezone.now(), **daten),
        seite,
        erfolg="Das Ende ist eingetragen.",
    )
