"""Deeds at one moment, each in a thread and a connection of its own."""

import threading

from django.db import connection

from mitglieder.actions import MitgliederError


def run_together(*taten):
    barrier, ergebnisse = threading.Barrier(len(taten)), [None] * len(taten)

    def lauf(nr, tat):
        try:
            barrier.wait(5)
            ergebnisse[nr] = tat()
        except MitgliederError as error:
            ergebnisse[nr] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=lauf, args=(nr, tat)) for nr, tat in enumerate(taten)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return ergebnisse
