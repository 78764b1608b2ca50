"""What the tests of answers and substitutes share."""

from django.db import transaction
from django.utils import timezone

from konferenz.models import Journaleintrag, Sendung
from mitglieder.models import Sitz, Stellvertretung
from sitzungen.actions.antwort import give_antwort
from sitzungen.models import Teilnahme
from sitzungen.schritte.antwortlink import ensure_antwortlink
from sitzungen.schritte.saal import lock_teilnahme
from sitzungen.schritte.vertretung import Ersatzwahl
from tests.conftest import SEIT

NEUE = {"vorname": "Regula", "nachname": "Muster", "email": "regula.muster@gemeinde.test", "funktion": "gemeinderat"}


def sitz_of(kuerzel="SRTG"):
    return Sitz.objects.get(sozialregion__kuerzel=kuerzel)


def antworte(sitzung, sitz, actor, antwort="zugesagt", *, now, ersatz=None, kanal="portal", bemerkung=""):
    return give_antwort(
        sitzung.pk, sitz.pk, antwort=antwort, ersatz=ersatz, bemerkung=bemerkung, kanal=kanal, actor=actor, now=now
    )


def benenne(sitzung, sitz, actor, *, now, kanal="portal", **daten):
    return antworte(sitzung, sitz, actor, "vertreten", ersatz=Ersatzwahl(**{**NEUE, **daten}), kanal=kanal, now=now)


def zeile(sitzung, sitz):
    return Teilnahme.objects.select_related("vertretung").get(sitzung=sitzung, sitz=sitz)


def liste(sitz, person, funktion="gemeinderat"):
    return Stellvertretung.objects.create(sitz=sitz, person=person, funktion=funktion, von=SEIT)


def link_for(sitzung, sitz, person, now=None):
    with transaction.atomic():
        _, teilnahme = lock_teilnahme(sitzung.pk, sitz.pk)
        return ensure_antwortlink(teilnahme, person, actor=None, now=now or timezone.now())


def mails(anfang=""):
    return [(s.an_adresse, s.betreff) for s in Sendung.objects.filter(schluessel__startswith=anfang).order_by("pk")]


def arten():
    return [e.art for e in Journaleintrag.objects.order_by("seq") if e.art.startswith(("antwort.", "vertretung."))]
