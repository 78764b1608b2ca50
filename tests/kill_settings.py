"""The product's settings for processes the kill tests start; the tests' own builders count as mails there."""

from konferenz.settings import *

MAIL_RAEUME = [*MAIL_RAEUME, "tests.bauer"]
