"""Whether a file fits into a letter: by what the mail weighs in the end."""

from django.core.mail import EmailMessage

from antraege.mails.beilage import is_passend
from sitzungen.queries.paket import MB


def test_a_file_fits_where_the_whole_mail_stays_below_the_limit():
    def weigh(groesse):
        mail = EmailMessage("Betreff", "Text", "von@portal.test", ["an@portal.test"])
        mail.attach("Beschluss.pdf", b"x" * groesse, "application/pdf")
        return len(mail.message().as_bytes(linesep="\r\n"))

    assert (is_passend(7_200_000, max_mb=10), is_passend(7_425_000, max_mb=10), is_passend(1, max_mb=0)) == (
        True,
        False,
        False,
    )
    assert weigh(7_200_000) < 10 * MB < weigh(7_425_000)
