"""A file attached to a motion, and to the reports it was handed over with."""

from __future__ import annotations

import uuid as uuid_module

from django.db import models
from django.db.models import Exists, OuterRef, Q

from konferenz.models import Datei
from mitglieder.models import Person
from mitglieder.permissions import Recht, Rolle, Umfang
from sitzungen.models import Fassung, Traktandum, Unterlage

from .antrag import Antrag
from .vorstand import Bericht

_VERTRAULICH = Q(unterlage__klassifizierung=Unterlage.Klassifizierung.VERTRAULICH)
_BEIM_VORSTAND = frozenset({Rolle.VORSTAND, Rolle.VORSTANDSSEKRETARIAT})


class AntragsbeilageQuerySet(models.QuerySet["Antragsbeilage"]):
    def visible_to(self, umfang: Umfang) -> AntragsbeilageQuerySet:
        """Return the files of the motions a person may read, without those taken out again, and of the reports.

        What is a confidential paper on an agenda is none for the wide circle here either.
        """
        mitgegeben = Bericht.beilagen.through.objects.filter(bericht__in=Bericht.objects.visible_to(umfang))
        lesbare = self.filter(
            Q(antrag__in=Antrag.objects.visible_to(umfang), is_entfernt=False)
            | Q(pk__in=mitgegeben.values("antragsbeilage"))
        )
        if umfang.sieht_alles_veroeffentlichte or umfang.rollen & _BEIM_VORSTAND:
            return lesbare
        vertraulich = Exists(Fassung.objects.filter(_VERTRAULICH, datei=OuterRef("datei")))
        vertretene = Traktandum.objects.visible_for_members(umfang)
        return lesbare.filter(~vertraulich | Q(antrag__traktandum__in=vertretene))


class Antragsbeilage(models.Model):
    """A file attached to a motion; it goes with it to the agenda and to the board. is_entfernt: taken out again.

    berichte: the reports it was handed over with; there it stays.
    """

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    antrag = models.ForeignKey(Antrag, on_delete=models.CASCADE, related_name="beilagen")
    datei = models.ForeignKey(Datei, on_delete=models.PROTECT, related_name="+")
    titel = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField()
    is_entfernt = models.BooleanField("entfernt", default=False)
    von = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = AntragsbeilageQuerySet.as_manager()

    class Meta:
        verbose_name = "Beilage zum Antrag"
        verbose_name_plural = "Beilagen zu Anträgen"
        ordering = ["antrag", "position", "pk"]

    def __str__(self) -> str:
        return self.titel

    def rollen(self, umfang: Umfang, recht: Recht) -> frozenset[Rolle]:
        """Return the roles that count for a right: those of its motion, and of the reports it was handed over with.

        What is a confidential paper on an agenda stays closed to the wide circle; the board has it with its report.
        """
        rollen: frozenset[Rolle] = frozenset() if self.is_entfernt else self.antrag.rollen(umfang, recht)
        rollen = rollen.union(*(bericht.rollen(umfang, recht) for bericht in self.berichte.all()))
        if Rolle.LEITGREMIUM in rollen and Fassung.objects.filter(_VERTRAULICH, datei=self.datei_id).exists():
            rollen -= {Rolle.LEITGREMIUM}
        return rollen
