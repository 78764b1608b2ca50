"""Papers of an agenda: several at once, rename, classify, replace, order, remove."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from konferenz.dateien import GespeicherteDatei, discard, store_upload, store_uploads
from konferenz.dateipruefung import DateiAbgelehnt
from mitglieder.permissions import Recht, has_recht, requires
from sitzungen.actions import unterlage as actions
from sitzungen.forms.traktandum import RichtungForm
from sitzungen.forms.unterlage import VERTRAULICH_SATZ, FassungForm, UnterlageForm, UnterlagenForm
from sitzungen.models import Traktandum, Unterlage
from sitzungen.schritte.vorbereitung import VorbereitungError, check_bearbeitbar
from sitzungen.views.anfrage import Anfrage

from .vorbereitung import handle, reiter, tell_freigabe, to_agenda

_PAPIER = ("traktandum__sitzung__kennung", "uuid")


def _traktanden() -> QuerySet[Traktandum]:
    return Traktandum.objects.select_related("sitzung")


def _unterlagen() -> QuerySet[Unterlage]:
    return Unterlage.objects.select_related("traktandum__sitzung")


@require_POST
@requires(Recht.SITZUNG_VORBEREITEN, _traktanden, sehen=Recht.SITZUNG_SEHEN, by=("sitzung__kennung", "uuid"))
def unterlage_create(request: Anfrage, traktandum: Traktandum) -> HttpResponse:
    """Store what is sound, name what is not: one bad file does not cost the others."""
    sitzung = traktandum.sitzung
    form = UnterlagenForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, " ".join(str(satz) for satz in form.errors["dateien"]))
        return to_agenda(sitzung, f"t-{traktandum.uuid}")
    try:
        check_bearbeitbar(sitzung)  # before megabytes are written; the action asks again under the lock
    except VorbereitungError as error:
        messages.error(request, str(error))
        return to_agenda(sitzung)
    ergebnisse = store_uploads(form.cleaned_data["dateien"])
    gute = [e for e in ergebnisse if isinstance(e, GespeicherteDatei)]
    for ergebnis in ergebnisse:
        if isinstance(ergebnis, DateiAbgelehnt):
            messages.error(request, str(ergebnis))
    if gute and not handle(
        request,
        sitzung,
        lambda: actions.add_unterlagen(traktandum.pk, gute, actor=request.user, now=timezone.now()),
        erfolg=f"{gute[0].name} ist gespeichert." if len(gute) == 1 else f"{len(gute)} Unterlagen sind gespeichert.",
    ):
        for gespeichert in gute:
            discard(gespeichert.uuid)
    return to_agenda(sitzung, f"t-{traktandum.uuid}")


def _render_edit(
    request: Anfrage, unterlage: Unterlage, form: UnterlageForm | None = None, fassung: FassungForm | None = None
) -> HttpResponse:
    return render(
        request,
        "sitzungen/unterlage_edit.html",
        {
            "unterlage": unterlage,
            "sitzung": unterlage.traktandum.sitzung,
            "form": form or UnterlageForm(unterlage=unterlage),
            "fassung_form": fassung or FassungForm(),
            "fassungen": list(unterlage.fassungen.select_related("datei", "hochgeladen_von")),
            "vertraulich_satz": VERTRAULICH_SATZ,
            "reiter": reiter(request, unterlage.traktandum.sitzung),
            "darf_versand": has_recht(request.umfang, Recht.VERSAND_LEITEN),
        },
    )


@require_http_methods(["GET", "POST"])
@requires(Recht.SITZUNG_VORBEREITEN, _unterlagen, sehen=Recht.UNTERLAGE_SEHEN, by=_PAPIER)
def unterlage_edit(request: Anfrage, unterlage: Unterlage) -> HttpResponse:
    sitzung = unterlage.traktandum.sitzung
    form = UnterlageForm(request.POST or None, unterlage=unterlage)
    if form.is_valid():
        try:
            actions.update_unterlage(unterlage.pk, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except VorbereitungError as error:
            form.add_error(error.feld if error.feld in form.fields else None, str(error))
        else:
            tell_freigabe(request, sitzung)
            return to_agenda(sitzung, f"t-{unterlage.traktandum.uuid}")
    return _render_edit(request, unterlage, form=form)


@require_POST
@requires(Recht.SITZUNG_VORBEREITEN, _unterlagen, sehen=Recht.UNTERLAGE_SEHEN, by=_PAPIER)
def unterlage_replace(request: Anfrage, unterlage: Unterlage) -> HttpResponse:
    sitzung = unterlage.traktandum.sitzung
    form = FassungForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            check_bearbeitbar(sitzung)
            gespeichert = store_upload(form.cleaned_data["datei"])
        except (VorbereitungError, DateiAbgelehnt) as error:
            form.add_error("datei", str(error))
            return _render_edit(request, unterlage, fassung=form)
        if handle(
            request,
            sitzung,
            lambda: actions.replace_unterlage(unterlage.pk, gespeichert, actor=request.user, now=timezone.now()),
            erfolg=f"Die neue Fassung von «{unterlage.titel}» ist gespeichert.",
        ):
            return to_agenda(sitzung, f"t-{unterlage.traktandum.uuid}")
        discard(gespeichert.uuid)
    return _render_edit(request, unterlage, fassung=form)


@require_POST
@requires(Recht.SITZUNG_VORBEREITEN, _unterlagen, sehen=Recht.UNTERLAGE_SEHEN, by=_PAPIER)
def unterlage_move(request: Anfrage, unterlage: Unterlage) -> HttpResponse:
    form = RichtungForm(request.POST)
    if form.is_valid():
        davor = Unterlage.objects.aktuell().filter(traktandum=unterlage.traktandum, position__lt=unterlage.position)
        ziel = davor.count() + 1 + form.schritt
        handle(
            request,
            unterlage.traktandum.sitzung,
            lambda: actions.move_unterlage(unterlage.pk, ziel, actor=request.user, now=timezone.now()),
        )
    return to_agenda(unterlage.traktandum.sitzung, f"t-{unterlage.traktandum.uuid}")


@require_POST
@requires(Recht.SITZUNG_VORBEREITEN, _unterlagen, sehen=Recht.UNTERLAGE_SEHEN, by=_PAPIER)
def unterlage_remove(request: Anfrage, unterlage: Unterlage) -> HttpResponse:
    handle(
        request,
        unterlage.traktandum.sitzung,
        lambda: actions.remove_unterlage(unterlage.pk, actor=request.user, now=timezone.now()),
        erfolg=f"«{unterlage.titel}» ist entfernt. Sie können die Unterlage zurückholen oder endgültig löschen.",
    )
    return to_agenda(unterlage.traktandum.sitzung, f"t-{unterlage.traktandum.uuid}")


@require_POST
@requires(Recht.SITZUNG_VORBEREITEN, _unterlagen, sehen=Recht.UNTERLAGE_SEHEN, by=_PAPIER)
def unterlage_restore(request: Anfrage, unterlage: Unterlage) -> HttpResponse:
    handle(
        request,
        unterlage.traktandum.sitzung,
        lambda: actions.restore_unterlage(unterlage.pk, actor=request.user, now=timezone.now()),
    )
    return to_agenda(unterlage.traktandum.sitzung, f"t-{unterlage.traktandum.uuid}")


@require_POST
@requires(Recht.SITZUNG_VORBEREITEN, _unterlagen, sehen=Recht.UNTERLAGE_SEHEN, by=_PAPIER)
def unterlage_delete(request: Anfrage, unterlage: Unterlage) -> HttpResponse:
    handle(
        request,
        unterlage.traktandum.sitzung,
        lambda: actions.delete_unterlage(unterlage.pk, actor=request.user, now=timezone.now()),
        erfolg=f"«{unterlage.titel}» ist gelöscht.",
    )
    return to_agenda(unterlage.traktandum.sitzung, f"t-{unterlage.traktandum.uuid}")
