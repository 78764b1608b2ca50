"""The demo's motions: two of the past with the whole way, three in the meeting that runs, one submitted, one draft."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from konferenz.demo import Bericht
from konferenz.rules import Mehrheit
from mitglieder.models import Funktion, Person, Sitz
from mitglieder.permissions import Rolle, umfang
from sitzungen.actions.leitung import go_to
from sitzungen.models import Sitzung, Traktandum

from . import demo_weg, rules
from .actions import abstimmung as deeds
from .actions.antrag import submit_am_pult
from .models import Abstimmung
from .models import Bericht as Vorlage
from .queries.abstimmung import load_basis
from .rules.vorstand import seit_satz

FRAGE = "Soll der Antrag zuhanden des VSEG-Vorstands verabschiedet werden?"
ANGENOMMEN = (
    "Fallpauschale der Teuerung anpassen",
    "Der VSEG-Vorstand sei zu ersuchen, beim Kanton die Anpassung der Fallpauschale an die Teuerung zu verlangen.",
    (9, 2, 1),
)
GESCHEITERT = (
    "Stellungnahme um einen Vorbehalt ergänzen",
    "Der VSEG-Vorstand sei zu ersuchen, in der Stellungnahme die Kostenneutralität für die Gemeinden vorzubehalten.",
    (7, 4, 1),
)
OFFEN = (
    "Beitrag an den Pilot Suchthilfe",
    "Der VSEG-Vorstand sei zu ersuchen, den Pilot Suchthilfe während zwei Jahren aus dem Lastenausgleich mitzutragen.",
    (4, 1, 0),
)


def find_foreign() -> str:
    """Return nothing: a vote needs a meeting, and those are looked at below."""
    return ""


def load(*, now: datetime, say: Callable[[str], None]) -> None:
    """Hold the meetings of the past with their motions, let the running one vote; what is there already stays."""
    sitzung = Sitzung.objects.filter(status=Sitzung.Status.LAUFEND).select_related("leitung").first()
    if sitzung is None or sitzung.leitung is None or Abstimmung.objects.exists():
        return
    say("Anträge, die der Vorstand hat und beantwortet hat …")
    demo_weg.load_vergangene(buero=_buero(now), now=now)
    demo_weg.load_jetzige(now=now)
    say("Ein angenommener Antrag, ein gescheiterter, eine offene Abstimmung …")
    entscheide = list(sitzung.traktanden.filter(art=Traktandum.Art.ENTSCHEID).order_by("position"))
    zeit = now
    go_to(entscheide[0].pk, actor=sitzung.leitung, now=zeit)
    for titel, text, zahlen in (ANGENOMMEN, GESCHEITERT):
        vote = _vote(sitzung, entscheide[0], titel, text, zahlen, actor=sitzung.leitung, now=zeit)
        deeds.close_abstimmung(vote.pk, actor=sitzung.leitung, now=zeit + timedelta(seconds=1))
    go_to(entscheide[-1].pk, actor=sitzung.leitung, now=zeit)
    _vote(sitzung, entscheide[-1], *OFFEN, actor=sitzung.leitung, now=zeit)


def _vote(
    sitzung: Sitzung,
    punkt: Traktandum,
    titel: str,
    text: str,
    zahlen: tuple[int, int, int],
    *,
    actor: Person,
    now: datetime,
) -> Abstimmung:
    """Take a motion down, open its vote for everybody present, and let so many vote yes, no and neither; the chair comes last."""
    anwesende = sitzung.anwesenheiten.filter(bis_at__isnull=True, teilnahme__sitz__art=Sitz.Art.REGION)
    sitz = anwesende.order_by("teilnahme__sitz__reihenfolge").values_list("teilnahme__sitz_id", flat=True)[1]
    fassung = submit_am_pult(punkt.pk, titel=titel, text=text, sitz_pk=sitz, actor=_buero(now), now=now)
    vote = deeds.prepare_abstimmung(
        sitzung.pk,
        traktandum_pk=punkt.pk,
        frage=FRAGE,
        mehrheit=Mehrheit.ZWEIDRITTEL,
        fassung_pk=fassung.pk,
        actor=actor,
        now=now,
    )
    basis = load_basis(Abstimmung.objects.select_related("sitzung").get(pk=vote.pk))
    vote = deeds.open_abstimmung(vote.pk, sitze=[b.zeile.sitz.pk for b in basis], actor=actor, now=now)
    wahlen = [wahl for wahl, zahl in zip(rules.WAHLEN, zahlen, strict=True) for _ in range(zahl)]
    personen = [s.person for s in vote.stimmsitze.exclude(sitz__art="vorsitz").select_related("person")]
    personen += [s.person for s in vote.stimmsitze.filter(sitz__art="vorsitz").select_related("person")]
    for person, wahl in zip(personen, wahlen, strict=False):
        deeds.cast_stimme(vote.pk, wahl=wahl, actor=person, now=now)
    return vote


def _buero(now: datetime) -> Person:
    funktionen = Funktion.objects.filter(art=Funktion.Art.GESCHAEFTSSTELLE).select_related("person")
    return next(f.person for f in funktionen if Rolle.GESCHAEFTSSTELLE in umfang(f.person, now).rollen)


def report() -> Bericht:
    """Return where the open vote is and who may still vote in it, and what was decided."""
    zeilen = [
        (f"Antrag {vote.antragsfassung.antrag.nummer}", rules.ergebnis_satz(Mehrheit(vote.mehrheit), vote.auszaehlung))
        for vote in _votes(Abstimmung.Status.GESCHLOSSEN)
        if vote.antragsfassung is not None and vote.auszaehlung is not None
    ]
    for vote in _votes(Abstimmung.Status.OFFEN):
        zeilen.append(("Offene Abstimmung", settings.SITE_URL + vote.get_absolute_url()))
        fehlende = vote.stimmsitze.filter(stimme__isnull=True).select_related("person").order_by("-sitz__reihenfolge")
        logins = [s.person.login for s in fehlende if s.person.login][:2]
        if logins:
            zeilen.append(("Hier stimmen noch, gleiches Passwort", " und ".join(logins)))
    for bericht in Vorlage.objects.beim_vorstand().select_related("antrag"):
        if bericht.ueberwiesen_at is not None:
            seit = seit_satz(timezone.localdate(bericht.ueberwiesen_at), timezone.localdate())
            zeilen.append((f"Antrag {bericht.antrag.nummer}", f"{seit} beim Vorstand"))
    zeilen.append(("Alle Anträge", settings.SITE_URL + reverse("antraege:antrag-list")))
    return Bericht(zeilen)


def _votes(status: str) -> Sequence[Abstimmung]:
    rows = Abstimmung.objects.filter(status=status).select_related("antragsfassung__antrag")
    return list(rows.order_by("nr"))
