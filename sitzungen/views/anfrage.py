"""The request as the views of this app and the one above annotate it."""

from mitglieder.views.anfrage import Anfrage

__all__ = ["Anfrage"]
