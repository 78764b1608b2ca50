"""The Überweisung at one instant: real threads, on the database the suite runs on, and a process killed with -9."""

from __future__ import annotations

import os
import random
import time
from datetime import timedelta
from functools import partial

import pytest

from antraege.actions import bericht as deeds
from antraege.models import Antrag, Bericht
from antraege.pruefung import berichte
from antraege.schritte.bericht import BerichtVeraltet, SchonUeberwiesen
from konferenz import journal
from konferenz.dateien import path_of, sweep_waisen
from konferenz.models import Datei, Journaleintrag, Sendung
from mitglieder.models import Sitz
from tests.gleichzeitig import kill_midway, one_look, wait_until

from .test_vorstand_rennen import at_one_moment
from .ueberweisung_helfer import decide, prepare, store, texte

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chair(saal):
    return Sitz.objects.get(art="vorsitz").mandate.get().person


@pytest.fixture
def released(saal, offene, geschaeftsstelle, vorstand, chair, now) -> Bericht:
    bericht = prepare(decide(offene(saal)), actor=geschaeftsstelle, now=now)
    return deeds.release_bericht(bericht.pk, stand=bericht.stand, actor=chair, now=now)


def handed_over() -> tuple[int, int, int]:
    """Return how many files with a row, letters and entries of an Überweisung there are."""
    return (
        Datei.objects.count(),
        Sendung.objects.filter(builder=deeds.BUILDER).count(),
        Journaleintrag.objects.filter(art="bericht.ueberwiesen").count(),
    )


def transmit(bericht, datei, actor, now):
    return deeds.transmit_bericht(bericht.pk, datei, stand=bericht.stand, actor=actor, now=now)


def test_two_who_press_at_once_hand_it_over_once(released, geschaeftsstelle, chair, now):
    dateien = [store(released, b"%PDF eins"), store(released, b"%PDF zwei"), store(released, b"%PDF drei")]
    wer = [geschaeftsstelle, chair, geschaeftsstelle]

    ergebnisse = at_one_moment(*(partial(transmit, released, d, w, now) for d, w in zip(dateien, wer, strict=True)))

    [gewonnen] = [e for e in ergebnisse if isinstance(e, Bericht)]
    assert sum(isinstance(e, SchonUeberwiesen) for e in ergebnisse) == 2
    assert handed_over() == (1, 1, 1)
    assert Bericht.objects.get().datei == gewonnen.datei
    assert (berichte(), journal.verify()) == (None, None)


def test_a_change_and_the_ueberweisung_at_once_never_send_what_was_not_released(released, geschaeftsstelle, chair, now):
    anders = texte(released, erwaegungen="Im letzten Augenblick")

    ergebnisse = at_one_moment(
        partial(transmit, released, store(released), chair, now),
        partial(deeds.save_bericht, released.pk, anders, stand=released.stand, actor=geschaeftsstelle, now=now),
    )

    bericht = Bericht.objects.get()
    if bericht.is_ueberwiesen:
        assert isinstance(ergebnisse[1], SchonUeberwiesen)
        assert (bericht.erwaegungen, handed_over()) == ("", (1, 1, 1))
    else:
        assert isinstance(ergebnisse[0], BerichtVeraltet)
        assert (bericht.status, handed_over()) == ("entwurf", (0, 0, 0))


def test_two_who_make_the_report_at_once_make_one(saal, offene, geschaeftsstelle, now):
    antrag = decide(offene(saal))

    ergebnisse = at_one_moment(
        *(partial(deeds.create_bericht, antrag.pk, actor=geschaeftsstelle, now=now) for _ in range(2)),
    )

    assert Bericht.objects.count() == 1
    assert sorted(type(e).__name__ for e in ergebnisse) == ["Bericht", "BerichtError"]


def test_two_who_write_at_once_keep_one_and_tell_the_other(released, geschaeftsstelle, now):
    ergebnisse = at_one_moment(
        *(
            partial(
                deeds.save_bericht,
                released.pk,
                texte(released, erwaegungen=wort),
                stand=released.stand,
                actor=geschaeftsstelle,
                now=now,
            )
            for wort in ("eins", "zwei")
        ),
    )

    [gespeichert] = [e for e in ergebnisse if isinstance(e, Bericht)]
    [veraltet] = [e for e in ergebnisse if isinstance(e, BerichtVeraltet)]
    assert veraltet.bericht.erwaegungen == gespeichert.erwaegungen == Bericht.objects.get().erwaegungen


@pytest.mark.kill
def test_a_killed_ueberweisung_leaves_all_of_it_or_nothing(released, geschaeftsstelle, now):
    """A process dies somewhere between file and answer, again and again, until one gets through."""
    zufall, versuche = random.Random(11), 0
    while not Bericht.objects.get().is_ueberwiesen:
        versuche += 1
        assert versuche < 20
        if versuche < 15:
            wait = partial(time.sleep, zufall.uniform(0, 0.03))
        else:  # certainly after the commit
            wait = partial(wait_until, lambda: Bericht.objects.get().is_ueberwiesen)
        kill_midway(
            lambda nr=versuche: transmit(released, store(released, f"%PDF {nr}".encode()), geschaeftsstelle, now), wait
        )

        with one_look():
            bericht, da, antrag = Bericht.objects.get(), handed_over(), Antrag.objects.get()
        assert da == ((1, 1, 1) if bericht.is_ueberwiesen else (0, 0, 0))
        assert antrag.status == ("ueberwiesen" if bericht.is_ueberwiesen else "verabschiedet")

    alt = (now - timedelta(days=2)).timestamp()
    pfad = path_of(Bericht.objects.get().datei.pk)
    for eintrag in pfad.parent.iterdir():
        if eintrag.is_file():
            os.utime(eintrag, (alt, alt))
    sweep_waisen(now=now)
    assert [e.name for e in pfad.parent.iterdir() if e.is_file()] == [pfad.name]
    assert (berichte(), journal.verify()) == (None, None)
