"""Papers: added, replaced under one address, classified, removed; always before the dispatch."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from konferenz.dateien import path_of, store_upload
from konferenz.models import Datei, Journaleintrag
from sitzungen.actions import traktandum as traktandum_actions
from sitzungen.actions import unterlage as actions
from sitzungen.models import Fassung, Unterlage
from sitzungen.schritte.vorbereitung import SitzungGesperrt, VorbereitungError
from tests.conftest import make_sitzung, make_traktandum, make_unterlage, pdf_bytes

pytestmark = pytest.mark.django_db


def upload(name="Budget_2027.pdf", seiten=1):
    return store_upload(SimpleUploadedFile(name, pdf_bytes(seiten)))


@pytest.fixture
def traktandum(sitzung):
    return make_traktandum(sitzung)


def test_files_become_papers_in_order_with_titles_from_their_names(traktandum, geschaeftsstelle, now):
    actions.add_unterlagen(
        traktandum.pk, [upload("Budget_2027.pdf", 2), upload("Bericht.pdf")], actor=geschaeftsstelle, now=now
    )
    actions.add_unterlagen(traktandum.pk, [upload("Anhang.pdf")], actor=geschaeftsstelle, now=now)

    assert [(u.position, u.titel, u.fassungen.get().datei.seiten) for u in traktandum.unterlagen.all()] == [
        (1, "Budget 2027", 2),
        (2, "Bericht", 1),
        (3, "Anhang", 1),
    ]
    assert Journaleintrag.objects.filter(art="unterlage.hinzugefuegt").count() == 3


def test_a_new_fassung_keeps_address_and_history(traktandum, geschaeftsstelle, now):
    [unterlage] = actions.add_unterlagen(traktandum.pk, [upload()], actor=geschaeftsstelle, now=now)

    neu = actions.replace_unterlage(unterlage.pk, upload("Neu.pdf", 3), actor=geschaeftsstelle, now=now)

    assert [(f.nr, f.is_aktuell, f.datei.name) for f in unterlage.fassungen.order_by("nr")] == [
        (1, False, "Budget_2027.pdf"),
        (2, True, "Neu.pdf"),
    ]
    assert neu.unterlage.uuid == unterlage.uuid
    assert Unterlage.objects.get().titel == "Budget 2027"


@pytest.mark.parametrize("grund", ["", "   "])
def test_confidential_needs_a_reason(grund, traktandum, geschaeftsstelle, now):
    unterlage = make_unterlage(traktandum, person=geschaeftsstelle)

    with pytest.raises(VorbereitungError) as fehler:
        actions.update_unterlage(
            unterlage.pk,
            titel="x",
            klassifizierung="vertraulich",
            vertraulich_grund=grund,
            actor=geschaeftsstelle,
            now=now,
        )

    assert fehler.value.feld == "vertraulich_grund"


def test_intern_again_drops_the_reason(traktandum, geschaeftsstelle, now):
    unterlage = make_unterlage(traktandum, person=geschaeftsstelle, vertraulich=True)

    neu = actions.update_unterlage(
        unterlage.pk,
        titel="Bericht",
        klassifizierung="intern",
        vertraulich_grund="alt",
        actor=geschaeftsstelle,
        now=now,
    )

    assert (neu.klassifizierung, neu.vertraulich_grund) == ("intern", "")


def test_papers_move_and_removed_ones_do_not_count(traktandum, geschaeftsstelle, now):
    a, b, c = (make_unterlage(traktandum, titel, person=geschaeftsstelle) for titel in "ABC")
    actions.remove_unterlage(b.pk, actor=geschaeftsstelle, now=now)

    actions.move_unterlage(c.pk, 1, actor=geschaeftsstelle, now=now)

    assert list(Unterlage.objects.aktuell().values_list("titel", flat=True)) == ["C", "A"]
    with pytest.raises(VorbereitungError):
        actions.move_unterlage(b.pk, 1, actor=geschaeftsstelle, now=now)
    actions.restore_unterlage(b.pk, actor=geschaeftsstelle, now=now)
    assert Unterlage.objects.aktuell().count() == 3
    assert a.pk


def test_deleting_drops_the_file_unless_another_meeting_has_it(traktandum, geschaeftsstelle, now):
    einzeln = make_unterlage(traktandum, "Einzeln", person=geschaeftsstelle)
    geteilt = make_unterlage(traktandum, "Geteilt", person=geschaeftsstelle)
    spaeter = make_sitzung(1, beginn_at=traktandum.sitzung.beginn_at + timedelta(days=90))
    traktandum_actions.carry_over_traktandum(spaeter.pk, traktandum.pk, actor=geschaeftsstelle, now=now)
    actions.delete_unterlage(
        spaeter.traktanden.get().unterlagen.get(titel="Einzeln").pk, actor=geschaeftsstelle, now=now
    )

    for unterlage in (einzeln, geteilt):
        actions.delete_unterlage(unterlage.pk, actor=geschaeftsstelle, now=now)

    assert list(Datei.objects.values_list("name", flat=True)) == ["Geteilt.pdf"]
    assert Fassung.objects.count() == 1


def test_every_deed_on_papers_is_refused_after_the_dispatch(versandte, geschaeftsstelle, now):
    traktandum = versandte.traktanden.get()
    unterlage = traktandum.unterlagen.first()
    neu = upload()
    deeds = [
        lambda: actions.add_unterlagen(traktandum.pk, [neu], actor=geschaeftsstelle, now=now),
        lambda: actions.replace_unterlage(unterlage.pk, neu, actor=geschaeftsstelle, now=now),
        lambda: actions.update_unterlage(
            unterlage.pk,
            titel="x",
            klassifizierung="intern",
            vertraulich_grund="",
            actor=geschaeftsstelle,
            now=now,
        ),
        lambda: actions.move_unterlage(unterlage.pk, 2, actor=geschaeftsstelle, now=now),
        lambda: actions.remove_unterlage(unterlage.pk, actor=geschaeftsstelle, now=now),
        lambda: actions.restore_unterlage(unterlage.pk, actor=geschaeftsstelle, now=now),
        lambda: actions.delete_unterlage(unterlage.pk, actor=geschaeftsstelle, now=now),
    ]

    for deed in deeds:
        with pytest.raises(SitzungGesperrt, match="nur noch mit einem Nachversand"):
            deed()

    assert (Unterlage.objects.count(), Fassung.objects.count(), Journaleintrag.objects.count()) == (2, 2, 0)
    assert path_of(neu.uuid).exists()
