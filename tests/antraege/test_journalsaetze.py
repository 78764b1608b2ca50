"""Each deed on votes and motions has its sentence in the journal, and no sentence is left over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from antraege.actions import abstimmung as deeds
from antraege.actions import antrag as antrag_deeds
from antraege.actions import entwurf as entwurf_deeds
from antraege.queries.journal import SAETZE
from konferenz.models import Journaleintrag
from mitglieder.permissions import Rolle, Umfang, umfang
from mitglieder.queries.journal import list_arten, list_eintraege, tell

from .entwurf_helfer import make_entwurf, submit, typed
from .test_actions_abstimmung import close

ARTEN = re.compile(r'"((?:abstimmung|antrag|bericht|entscheid|rueckmeldung|stimme)\.[a-z_]+)"')


def test_each_deed_has_its_sentence():
    dateien = [p for r in ("actions", "schritte") for p in Path("antraege", r).glob("*.py")]
    text = "".join(p.read_text(encoding="utf-8") for p in [*dateien, Path("antraege/queries/agenda.py")])

    assert set(ARTEN.findall(text)) == set(SAETZE)


@pytest.mark.django_db
def test_journal_names_vote_seat_and_motion(saal, offene, geschaeftsstelle):
    vote = offene(saal)
    deeds.cast_stimme(vote.pk, wahl="ja", actor=vote.stimmsitze.first().person, now=saal.beginn_at)
    close(vote, actor=geschaeftsstelle)
    antrag_deeds.submit_am_pult(
        saal.aktuell_id,
        titel="Zweiter",
        text="Der Vorstand sei zu ersuchen.",
        sitz_pk=vote.stimmsitze.first().sitz_id,
        actor=geschaeftsstelle,
        now=saal.beginn_at,
    )

    saetze = [satz.was for satz in tell(Journaleintrag.objects.order_by("seq"))]

    assert f"hat für {vote.stimmsitze.first().sitz} gestimmt («Wird der Antrag verabschiedet?»)" in saetze
    assert any("1 Ja, 0 Nein, 0 enthalten (anwesend 14)" in satz for satz in saetze)
    assert "hat den Antrag «2/2026: Zweiter» eingereicht" in saetze


@pytest.mark.django_db
def test_a_draft_stands_in_the_journal_of_its_author_and_the_office(client, praesidium, vorsitz, geschaeftsstelle, now):
    def read(person):
        return [satz.was for satz in tell(list_eintraege(umfang(person, now))) if "Entwurf" in satz.was]

    fremder, eigener = make_entwurf(praesidium, now=now), make_entwurf(vorsitz, now=now)
    entwurf_deeds.save_entwurf(eigener.pk, typed(eigener, text="Neu."), actor=geschaeftsstelle, now=now)
    verworfen = make_entwurf(praesidium, now=now)
    entwurf_deeds.discard_entwurf(verworfen.pk, actor=praesidium, now=now)

    assert len(read(geschaeftsstelle)) == 5  # three begun, one written on, one thrown away
    assert read(vorsitz) == [
        "hat am Entwurf eines Antrags weitergeschrieben",
        f"hat den Entwurf eines Antrags begonnen ({eigener.sitz})",
    ]
    client.force_login(vorsitz)
    assert str(fremder.sitz) not in client.get("/journal/").content.decode()
    assert "antrag.entwurf_verworfen" not in list_arten(list_eintraege(umfang(vorsitz, now)))

    submit(fremder, actor=praesidium, now=now)

    assert f"hat den Entwurf eines Antrags begonnen ({fremder.sitz})" in read(vorsitz)
    assert not [satz for satz in read(vorsitz) if "verworfen" in satz]


@pytest.mark.django_db
def test_nobody_reads_of_drafts_whom_the_portal_does_not_know(praesidium, now):
    make_entwurf(praesidium, now=now)
    niemand = Umfang(None, now, frozenset({Rolle.VORSITZ}))

    assert not [e.art for e in list_eintraege(niemand) if e.art.startswith("antrag.entwurf_")]
