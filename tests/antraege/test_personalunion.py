"""The chair who sits on the board too: her release and the board's decision are two deeds, by two rights, with two entries."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from antraege.actions import bericht as reports
from antraege.actions import entscheid as decisions
from antraege.actions.entscheid import Angaben
from antraege.models import Antrag
from konferenz import journal
from konferenz.models import Journaleintrag, Sendung
from mitglieder.models import Funktion, Sitz
from mitglieder.permissions import Recht, has_recht, umfang
from tests.conftest import SEIT, make_person

from .ueberweisung_helfer import decide, prepare, store

pytestmark = pytest.mark.django_db


def test_from_the_vote_to_the_answer_release_and_decision_stay_apart(client, saal, offene, geschaeftsstelle, now):
    vorsitz = Sitz.objects.get(art="vorsitz").mandate.get().person
    Funktion.objects.create(person=vorsitz, art="vorstand", von=SEIT)
    sekretariat = make_person("Sekretariat")
    Funktion.objects.create(person=sekretariat, art="vorstandssekretariat", von=SEIT)
    bericht = prepare(decide(offene(saal)), actor=geschaeftsstelle, now=now)

    darf = {
        person.nachname: {
            recht
            for recht in (Recht.BERICHT_FREIGEBEN, Recht.ENTSCHEID_ERFASSEN)
            if has_recht(umfang(person, now), recht, bericht)
        }
        for person in (vorsitz, geschaeftsstelle)
    }
    assert darf == {vorsitz.nachname: {Recht.BERICHT_FREIGEBEN}, "Büro": {Recht.ENTSCHEID_ERFASSEN}}
    client.force_login(vorsitz)
    seite = reverse("antraege:bericht-edit", args=[bericht.antrag.kennung])
    assert "ist eine eigene Handlung" in client.get(seite).text
    reports.release_bericht(bericht.pk, stand=bericht.stand, actor=vorsitz, now=now)
    bericht.refresh_from_db()
    reports.transmit_bericht(bericht.pk, store(bericht), stand=bericht.stand, actor=geschaeftsstelle, now=now)
    bericht.refresh_from_db()

    client.force_login(vorsitz)
    edit = reverse("antraege:entscheid-edit", args=[bericht.uuid])
    assert (client.get(edit).status_code, client.post(edit, {"ergebnis": "angenommen"}).status_code) == (403, 403)
    assert "zwei getrennte Handlungen" in client.get(bericht.get_absolute_url()).text
    angaben = Angaben("angenommen", timezone.localdate(now))
    decisions.record_entscheid(bericht.pk, angaben, stand=0, actor=sekretariat, now=now)
    vorher = Sendung.objects.count()
    mails = decisions.tell_entscheid(bericht.pk, stand=1, actor=sekretariat, now=now)

    assert (mails, Sendung.objects.count() - vorher) == (14, 14)
    assert Antrag.objects.get().status == "beantwortet"
    taten = {
        eintrag.art: json.loads(eintrag.text)["akteur"]
        for eintrag in Journaleintrag.objects.filter(art__in=["bericht.freigegeben", "entscheid.mitgeteilt"])
    }
    assert taten == {"bericht.freigegeben": str(vorsitz.uuid), "entscheid.mitgeteilt": str(sekretariat.uuid)}
    assert journal.verify() is None
