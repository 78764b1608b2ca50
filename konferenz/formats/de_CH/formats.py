"""How the portal writes dates and numbers (Django's own de_CH writes a decimal comma and «14:00»)."""

DATE_FORMAT = "j. F Y"
SHORT_DATE_FORMAT = "j.n.Y"
TIME_FORMAT = 'G.i "Uhr"'
DATETIME_FORMAT = 'j. F Y, G.i "Uhr"'
SHORT_DATETIME_FORMAT = 'j.n.Y, G.i "Uhr"'
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = "j. F"
FIRST_DAY_OF_WEEK = 1
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = "’"
NUMBER_GROUPING = 3
DATE_INPUT_FORMATS = ["%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d"]
TIME_INPUT_FORMATS = ["%H.%M", "%H:%M", "%H.%M Uhr"]
DATETIME_INPUT_FORMATS = ["%d.%m.%Y %H.%M", "%d.%m.%Y %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
