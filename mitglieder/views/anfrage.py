"""The request as a view behind @requires has it."""

from django.http import HttpRequest

from mitglieder.models import Person
from mitglieder.permissions import Umfang


class Anfrage(HttpRequest):
    """For annotations only: somebody is logged in, and the middleware has put the Umfang on it."""

    user: Person
    umfang: Umfang
