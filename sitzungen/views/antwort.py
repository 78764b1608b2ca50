"""What a seat answers: from the link in a mail, in the portal, and recorded by the office."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from mitglieder.models import Person, Sitz, Zugangslink
from mitglieder.permissions import Recht, has_recht, requires
from sitzungen.actions import antwort as actions
from sitzungen.actions import erinnerung, stellvertretung
from sitzungen.forms.antwort import AntwortBueroForm, AntwortForm, ZusageForm
from sitzungen.models import Sitzung, Teilnahme
from sitzungen.queries import antwort as queries
from sitzungen.schritte.saal import SaalError

from .anfrage import Anfrage

Kanal = Teilnahme.Kanal
GEAENDERT = "Sie können die Antwort ändern, bis die Sitzung beginnt."


# --- From the mail ----------------------------------------------------------------------------------


def per_link(request: HttpRequest, link: Zugangslink) -> HttpResponse:
    """Answer on the link's own page, without a session: a GET shows and changes nothing, a POST writes and shows a receipt.

    Called by mitglieder.views.zugang for a link that is known and not withdrawn, also after its end.
    """
    reihen = Teilnahme.objects.filter(uuid=str(link.objekt)).select_related(
        "sitzung", "sitz", "vertretung", "antwort_von"
    )
    teilnahme = reihen.first()
    if teilnahme is None:
        return render(request, "mitglieder/zugang_ungueltig.html", status=404)
    lage = queries.load_antwortlage(teilnahme.sitzung, teilnahme.sitz, now=timezone.now())
    if lage.inhaber is not None and lage.inhaber.pk == link.person_id:
        return _holder_per_link(request, link.person, lage)
    if lage.teilnahme.vertretung_id == link.person_id:
        return _vertretung_per_link(request, link.person, lage)
    return render(request, "sitzungen/antwort_fremd.html", {"lage": lage}, status=403)


def _holder_per_link(request: HttpRequest, person: Person, lage: queries.Antwortlage) -> HttpResponse:
    form = AntwortForm(request.POST if request.method == "POST" else None, lage=lage)
    if not lage.zu and form.is_valid() and _give(form, lage, kanal=Kanal.LINK, actor=person):
        return redirect(f"{request.path}?gespeichert")
    quittung = request.method == "GET" and "gespeichert" in request.GET and lage.is_beantwortet
    return render(request, "sitzungen/antwort_link.html", {"lage": lage, "form": form, "is_quittung": quittung})


def _vertretung_per_link(request: HttpRequest, person: Person, lage: queries.Antwortlage) -> HttpResponse:
    fehler = ""
    form = ZusageForm(request.POST if request.method == "POST" else None)
    if not lage.zu and form.is_valid():
        try:
            _reply(lage, form, actor=person)
        except SaalError as error:
            fehler = str(error)
        else:
            return redirect(f"{request.path}?gespeichert")
    elif request.method == "POST" and not lage.zu:
        fehler = "Bitte wählen Sie, ob Sie die Stellvertretung übernehmen."
    quittung = request.method == "GET" and "gespeichert" in request.GET
    return render(
        request,
        "sitzungen/vertretung_link.html",
        {"lage": lage, "person": person, "fehler": fehler, "is_quittung": quittung},
    )


def _reply(lage: queries.Antwortlage, form: ZusageForm, *, actor: Person) -> None:
    stellvertretung.reply_vertretung(
        lage.sitzung.pk,
        lage.sitz.pk,
        zusage=form.cleaned_data["zusage"] == "ja",
        actor=actor,
        now=timezone.now(),
    )


def _give(form: AntwortForm, lage: queries.Antwortlage, *, kanal: str, actor: Person) -> bool:
    """Do the deed of a valid form; a refusal stands at its field and nothing typed is lost."""
    try:
        actions.give_antwort(
            lage.sitzung.pk,
            lage.sitz.pk,
            antwort=form.cleaned_data["antwort"],
            ersatz=form.ersatz,
            bemerkung=form.cleaned_data["bemerkung"],
            kanal=kanal,
            actor=actor,
            now=timezone.now(),
        )
    except SaalError as error:
        form.add_error(error.feld if error.feld in form.fields else None, str(error))
        return False
    return True


# --- In the portal ----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@requires(Recht.TERMIN_SEHEN, Sitzung.objects.all)
def antwort_edit(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Answer for one's own seat (`?sitz=uuid` where one holds two)."""
    meine = [m for m in queries.meine_sitze([sitzung], request.umfang) if not m.is_vertretung]
    meine = [m for m in meine if has_recht(request.umfang, Recht.ANTWORTEN, _row(m))]
    if not meine:
        raise PermissionDenied(
            "Für die Teilnahme antworten, wer an dieser Sitzung einen Sitz hat, und die Geschäftsstelle."
        )
    gesucht = request.GET.get("sitz", "")
    mein = next((m for m in meine if str(m.sitz.uuid) == gesucht), None)
    if mein is None:
        if gesucht:
            raise Http404
        mein = next((m for m in meine if m.braucht_antwort), meine[0])
    lage = queries.load_antwortlage(sitzung, mein.sitz, now=timezone.now())
    form = AntwortForm(request.POST or None, lage=lage)
    if not lage.zu and form.is_valid() and _give(form, lage, kanal=Kanal.PORTAL, actor=request.user):
        messages.success(request, f"Ihre Antwort ist gespeichert. {GEAENDERT}")
        return redirect(sitzung)
    return render(
        request, "sitzungen/antwort_edit.html", {"sitzung": sitzung, "lage": lage, "form": form, "meine": meine}
    )


def _row(mein: queries.MeinSitz) -> Teilnahme:
    """Return a seat's row for the question of rights; unsaved where nothing was answered yet."""
    row = mein.teilnahme or Teilnahme(sitzung=mein.sitzung, sitz=mein.sitz)
    row.sitzung = mein.sitzung
    return row


@require_http_methods(["GET", "POST"])
@requires(Recht.TERMIN_SEHEN, Sitzung.objects.all)
def vertretung_reply(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Accept or decline to stand in for a seat."""
    mein = next((m for m in queries.meine_sitze([sitzung], request.umfang) if m.is_vertretung), None)
    if mein is None or not has_recht(request.umfang, Recht.VERTRETUNG_BEANTWORTEN, _row(mein)):
        raise PermissionDenied("Hier antwortet, wer für diese Sitzung als Stellvertretung benannt ist.")
    lage = queries.load_antwortlage(sitzung, mein.sitz, now=timezone.now())
    form = ZusageForm(request.POST or None)
    if not lage.zu and form.is_valid():
        try:
            _reply(lage, form, actor=request.user)
        except SaalError as error:
            messages.error(request, str(error))
        else:
            if form.cleaned_data["zusage"] == "ja":
                messages.success(request, f"Vielen Dank, dass Sie die Stellvertretung übernehmen. {GEAENDERT}")
                return redirect(sitzung)
            messages.success(request, "Sie haben die Stellvertretung abgelehnt; das Mitglied ist benachrichtigt.")
            return redirect("/")
    return render(request, "sitzungen/vertretung_reply.html", {"sitzung": sitzung, "lage": lage})


# --- The office, on behalf --------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@requires(Recht.TEILNAHMEN_FUEHREN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def teilnahme_edit(request: Anfrage, sitzung: Sitzung, sitz: UUID) -> HttpResponse:
    """Record an answer that came by phone, mail or word of mouth, and name a substitute on behalf."""
    lage = queries.load_antwortlage(sitzung, get_object_or_404(Sitz, uuid=sitz), now=timezone.now(), buero=True)
    form = AntwortBueroForm(request.POST or None, lage=lage)
    if not lage.zu and form.is_valid() and _give(form, lage, kanal=form.cleaned_data["kanal"], actor=request.user):
        messages.success(request, f"Die Antwort für «{lage.sitz}» ist festgehalten.")
        return redirect("sitzungen:teilnahme-list", sitzung.kennung)
    return render(request, "sitzungen/teilnahme_edit.html", {"sitzung": sitzung, "lage": lage, "form": form})


@require_POST
@requires(Recht.TEILNAHMEN_FUEHREN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def teilnahme_remind(request: Anfrage, sitzung: Sitzung, sitz: UUID) -> HttpResponse:
    """Remind one seat of its answer now."""
    gesucht = get_object_or_404(Sitz, uuid=sitz)
    try:
        leute = erinnerung.remind_sitz(sitzung.pk, gesucht.pk, actor=request.user, now=timezone.now())
    except SaalError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Die Erinnerung geht an {' und '.join(p.name for p in leute)}.")
    return redirect("sitzungen:teilnahme-list", sitzung.kennung)
