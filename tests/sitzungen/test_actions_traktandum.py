"""Building an agenda: items, their order, what is carried over, and the release an edit takes back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from konferenz.models import Journaleintrag
from sitzungen.actions import traktandum as actions
from sitzungen.models import Thema, Traktandum
from sitzungen.schritte.vorbereitung import SitzungGesperrt, VorbereitungError
from tests.conftest import make_sitzung, make_traktandum, make_unterlage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def thema(db):
    return Thema.objects.get(nr=4)


@pytest.fixture
def add(sitzung, geschaeftsstelle, thema, now):
    def add(titel="Budget", **felder):
        angaben = {"art": "entscheid", "thema": thema.pk, **felder}
        return actions.add_traktandum(sitzung.pk, titel=titel, actor=geschaeftsstelle, now=now, **angaben)

    return add


def reihe(sitzung):
    return list(sitzung.traktanden.order_by("position").values_list("position", "titel"))


def test_a_new_item_stands_before_the_closing_ones(sitzung, add):
    for titel, standard in [
        ("Begrüssung", "begruessung"),
        ("Pendenzen", "pendenzen"),
        ("Verschiedenes", "verschiedenes"),
    ]:
        make_traktandum(sitzung, titel, art="formelles", standard=standard)

    add("Budget")
    add("Benchmark")

    assert reihe(sitzung) == [
        (1, "Begrüssung"),
        (2, "Budget"),
        (3, "Benchmark"),
        (4, "Pendenzen"),
        (5, "Verschiedenes"),
    ]


@pytest.mark.parametrize(("art", "feld"), [("entscheid", "thema"), ("information", "thema")])
def test_information_and_entscheid_need_a_topic(art, feld, sitzung, add):
    with pytest.raises(VorbereitungError) as fehler:
        add(art=art, thema=None)

    assert fehler.value.feld == feld
    assert (reihe(sitzung), Journaleintrag.objects.count()) == ([], 0)


def test_every_edit_takes_the_release_back_and_counts(sitzung, add, geschaeftsstelle, thema, now):
    eins, zwei = add("Eins"), add("Zwei")
    deeds = [
        lambda: actions.update_traktandum(
            eins.pk,
            titel="Neu",
            art="entscheid",
            thema=thema.pk,
            zusammenfassung="",
            referent="",
            minuten=5,
            actor=geschaeftsstelle,
            now=now,
        ),
        lambda: actions.move_traktandum(eins.pk, 2, actor=geschaeftsstelle, now=now),
        lambda: actions.order_traktanden(sitzung.pk, [eins.uuid, zwei.uuid], actor=geschaeftsstelle, now=now),
        lambda: actions.remove_traktandum(zwei.pk, actor=geschaeftsstelle, now=now),
        lambda: add("Drei"),
    ]
    for deed in deeds:
        sitzung.refresh_from_db()
        stand = sitzung.aenderung
        type(sitzung).objects.update(
            status="freigegeben", freigegeben_at=now, freigegeben_von=geschaeftsstelle, is_freigabe_auf_wort=True
        )

        deed()

        sitzung.refresh_from_db()
        assert (sitzung.status, sitzung.freigegeben_at, sitzung.freigegeben_von, sitzung.is_freigabe_auf_wort) == (
            "entwurf",
            None,
            None,
            False,
        )
        assert sitzung.aenderung == stand + 1
    assert Journaleintrag.objects.filter(art="sitzung.freigabe_zurueckgenommen").count() == len(deeds)
    assert reihe(sitzung) == [(1, "Neu"), (2, "Drei")]


def test_saving_an_item_unchanged_keeps_the_release(sitzung, add, geschaeftsstelle, thema, now):
    eins = add("Eins")
    type(sitzung).objects.update(status="freigegeben", freigegeben_at=now)
    before = Journaleintrag.objects.count()

    actions.update_traktandum(
        eins.pk,
        titel="Eins",
        art="entscheid",
        thema=thema.pk,
        zusammenfassung="",
        referent="",
        minuten=10,
        actor=geschaeftsstelle,
        now=now,
    )

    sitzung.refresh_from_db()
    assert (sitzung.status, Journaleintrag.objects.count()) == ("freigegeben", before)


def test_after_the_dispatch_everything_is_refused_with_the_same_sentence(versandte, geschaeftsstelle, thema, now):
    traktandum = versandte.traktanden.get()
    deeds = [
        lambda: actions.add_traktandum(versandte.pk, titel="x", art="formelles", actor=geschaeftsstelle, now=now),
        lambda: actions.move_traktandum(traktandum.pk, 1, actor=geschaeftsstelle, now=now),
        lambda: actions.remove_traktandum(traktandum.pk, actor=geschaeftsstelle, now=now),
        lambda: actions.order_traktanden(versandte.pk, [traktandum.uuid], actor=geschaeftsstelle, now=now),
        lambda: actions.update_traktandum(
            traktandum.pk,
            titel="x",
            art="formelles",
            thema=None,
            zusammenfassung="",
            referent="",
            minuten=1,
            actor=geschaeftsstelle,
            now=now,
        ),
    ]
    for deed in deeds:
        with pytest.raises(SitzungGesperrt) as fehler:
            deed()
        assert str(fehler.value) == (
            "Die Unterlagen sind versandt. Traktanden und Unterlagen ändern Sie nur noch mit einem Nachversand."
        )
    assert (versandte.traktanden.count(), Journaleintrag.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("ziel", "erwartet"), [(1, ["C", "A", "B"]), (2, ["A", "C", "B"]), (3, ["A", "B", "C"]), (99, ["A", "B", "C"])]
)
def test_an_item_moves_to_any_place(ziel, erwartet, sitzung, add, geschaeftsstelle, now):
    *_, letztes = [add(titel) for titel in "ABC"]

    actions.move_traktandum(letztes.pk, ziel, actor=geschaeftsstelle, now=now)

    assert [titel for _, titel in reihe(sitzung)] == erwartet


def test_an_order_that_misses_an_item_is_refused(sitzung, add, geschaeftsstelle, now):
    eins, _zwei = add("Eins"), add("Zwei")

    with pytest.raises(VorbereitungError, match="inzwischen geändert"):
        actions.order_traktanden(sitzung.pk, [eins.uuid], actor=geschaeftsstelle, now=now)
    with pytest.raises(VorbereitungError, match="inzwischen geändert"):
        actions.order_traktanden(sitzung.pk, [eins.uuid, eins.uuid], actor=geschaeftsstelle, now=now)


def test_carry_over_takes_content_and_papers_and_names_its_origin(sitzung, geschaeftsstelle, now):
    vorige = make_sitzung(3, beginn_at=sitzung.beginn_at - timedelta(days=60), status="geschlossen")
    alt = make_traktandum(
        vorige, "Suchthilfe", art="entscheid", ausgang="verschoben", zusammenfassung="Kurz", minuten=20
    )
    make_unterlage(alt, "Bericht", person=geschaeftsstelle, vertraulich=True)

    neu = actions.carry_over_traktandum(sitzung.pk, alt.pk, actor=geschaeftsstelle, now=now)

    assert (neu.titel, neu.art, neu.zusammenfassung, neu.minuten, neu.vorgaenger, neu.ausgang) == (
        "Suchthilfe",
        "entscheid",
        "Kurz",
        20,
        alt,
        "offen",
    )
    [papier] = neu.unterlagen.all()
    assert (papier.titel, papier.klassifizierung, papier.vertraulich_grund) == (
        "Bericht",
        "vertraulich",
        "Personalgeschäft",
    )
    assert papier.fassungen.get().datei == alt.unterlagen.get().fassungen.get().datei
    with pytest.raises(VorbereitungError, match="bereits übernommen"):
        actions.carry_over_traktandum(sitzung.pk, alt.pk, actor=geschaeftsstelle, now=now)


def test_only_earlier_meetings_can_be_carried_over(sitzung, geschaeftsstelle, now):
    spaeter = make_sitzung(1, beginn_at=datetime(2027, 3, 4, 13, tzinfo=UTC))
    traktandum = make_traktandum(spaeter)

    with pytest.raises(VorbereitungError, match="früherer Sitzungen"):
        actions.carry_over_traktandum(sitzung.pk, traktandum.pk, actor=geschaeftsstelle, now=now)


def test_a_template_brings_titles_but_no_summaries_and_nothing_twice(sitzung, add, geschaeftsstelle, now):
    vorlage = make_sitzung(3, beginn_at=sitzung.beginn_at - timedelta(days=60), status="geschlossen")
    make_traktandum(vorlage, "Begrüssung", art="formelles", standard="begruessung")
    make_traktandum(vorlage, "Budget", zusammenfassung="alt")
    make_traktandum(vorlage, "Benchmark", zusammenfassung="alt", referent="A. Muster")
    add("Budget")

    anzahl = actions.copy_traktanden(sitzung.pk, vorlage.pk, actor=geschaeftsstelle, now=now)

    assert anzahl == 1
    neu = Traktandum.objects.get(sitzung=sitzung, titel="Benchmark")
    assert (neu.position, neu.zusammenfassung, neu.referent) == (2, "", "A. Muster")
    with pytest.raises(VorbereitungError, match="nichts zu übernehmen"):
        actions.copy_traktanden(sitzung.pk, vorlage.pk, actor=geschaeftsstelle, now=now)


def test_a_removed_item_takes_its_papers_along_and_closes_the_gap(sitzung, add, geschaeftsstelle, now):
    eins, _, _ = add("Eins"), add("Zwei"), add("Drei")
    make_unterlage(eins, person=geschaeftsstelle)

    actions.remove_traktandum(eins.pk, actor=geschaeftsstelle, now=now)

    assert reihe(sitzung) == [(1, "Zwei"), (2, "Drei")]
    with pytest.raises(VorbereitungError, match="gibt es nicht mehr"):
        actions.remove_traktandum(eins.pk, actor=geschaeftsstelle, now=now)


def test_four_people_adding_at_once_get_four_places(sitzung, geschaeftsstelle, thema, now):
    def add(nr):
        try:
            actions.add_traktandum(
                sitzung.pk, titel=f"Nr. {nr}", art="entscheid", thema=thema.pk, actor=geschaeftsstelle, now=now
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(4)))

    sitzung.refresh_from_db()
    assert [position for position, _ in reihe(sitzung)] == [1, 2, 3, 4]
    assert sitzung.aenderung == 4
