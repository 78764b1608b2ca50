"""Every write on people, seats, regions and accounts: one function per deed, one file per noun."""

from mitglieder.schritte.fehler import MitgliederError

__all__ = ["MitgliederError"]
