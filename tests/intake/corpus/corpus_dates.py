"""Every way of writing a day that has gone wrong somewhere: each is read as one day, or refused with a sentence."""

from __future__ import annotations

from datetime import date, datetime

from corpus_case import Wrong, Xml, cell_cases

ENTER = "Enter a date as day/month/year, such as 04/03/2010."
FUTURE = f"That is in the future: today is 31/12/2012. {ENTER}"
SHORT = '1 date had a year of two digits; it was read as a year from 1970 to 2049 ("Date of score", row 3).'
SERIAL = '1 date was a number; it was read as an Excel date ("Date of score", row 3).'
TIMED = '1 date had a time of day, which was left out ("Date of score", row 3).'
SPACED = '1 value had spaces around it, which were left out ("Date of score", row 3).'
FROM_1904 = "This workbook counts days from 1904, so a number may mean another day. Format the cells as dates."

TEXTS = (
    ("plain", "02/05/2012", date(2012, 5, 2)),
    ("could-be-us-order-is-uk", "03/04/2012", date(2012, 4, 3)),
    (
        "us-order",
        "05/25/2012",
        Wrong("is 05/25/2012. The second number, 25, cannot be a month. Put the day first: 25/05/2012."),
    ),
    (
        "us-order-dashes",
        "12-31-2011",
        Wrong("is 12-31-2011. The second number, 31, cannot be a month. Put the day first: 31/12/2011."),
    ),
    (
        "us-order-short-year",
        "5/25/12",
        Wrong("is 5/25/12. The second number, 25, cannot be a month. Put the day first: 25/05/2012."),
    ),
    ("dots-short-year", "04.05.12", date(2012, 5, 4), SHORT),
    ("short-year-before-1970", "04/05/60", Wrong(f"is 04/05/60. 1960 is not a likely year. {ENTER}")),
    ("short-year-1999", "04/05/99", date(1999, 5, 4), SHORT),
    ("short-year-future", "04/05/49", Wrong(f"is 04/05/49. {FUTURE}")),
    ("apostrophe-year", "4 May '12", date(2012, 5, 4), SHORT),
    ("iso", "2012-05-04", date(2012, 5, 4)),
    ("iso-slashes", "2012/05/04", date(2012, 5, 4)),
    (
        "iso-us-order",
        "2012-25-05",
        Wrong("is 2012-25-05. The second number, 25, cannot be a month. Put the day first: 25/05/2012."),
    ),
    ("iso-time-zone", "2012-05-04T23:30:00Z", Wrong(f"is 2012-05-04T23:30:00Z. {ENTER}")),
    ("iso-time", "2012-05-04T09:30:00", date(2012, 5, 4), TIMED),
    ("time-of-day", "04/05/2012 09:30", date(2012, 5, 4), TIMED),
    ("midnight", "04/05/2012 00:00:00", date(2012, 5, 4)),
    ("hour-29", "04/05/2012 29:30", Wrong(f'is "04/05/2012 29:30". {ENTER}')),
    ("29-feb-leap", "29/02/2012", date(2012, 2, 29)),
    ("29-feb-not-leap", "29/02/2011", Wrong(f"is 29/02/2011. February 2011 has only 28 days. {ENTER}")),
    ("29-feb-2000", "29/02/2000", date(2000, 2, 29)),
    ("29-feb-1900", "29/02/1900", Wrong(f"is 29/02/1900. February 1900 has only 28 days. {ENTER}")),
    ("31-april", "31/04/2012", Wrong(f"is 31/04/2012. April 2012 has only 30 days. {ENTER}")),
    ("day-0", "00/05/2012", Wrong(f"is 00/05/2012. {ENTER}")),
    ("day-32", "32/05/2012", Wrong(f"is 32/05/2012. May 2012 has only 31 days. {ENTER}")),
    ("month-0", "04/00/2012", Wrong(f"is 04/00/2012. {ENTER}")),
    ("month-13", "13/13/2012", Wrong(f"is 13/13/2012. {ENTER}")),
    ("year-0", "04/05/0000", Wrong(f"is 04/05/0000. {ENTER}")),
    ("year-3-digits", "04/05/212", Wrong(f"is 04/05/212. {ENTER}")),
    ("year-5-digits", "04/05/20012", Wrong(f"is 04/05/20012. {ENTER}")),
    ("year-1969", "31/12/1969", Wrong(f"is 31/12/1969. 1969 is not a likely year. {ENTER}")),
    ("year-1970", "01/01/1970", date(1970, 1, 1)),
    ("tomorrow", "01/01/2013", Wrong(f"is 01/01/2013. {FUTURE}")),
    ("year-2102", "04/05/2102", Wrong(f"is 04/05/2102. 2102 is not a likely year. {ENTER}")),
    ("words", "4 May 2012", date(2012, 5, 4)),
    ("words-full", "Friday, 4th of May 2012", date(2012, 5, 4)),
    ("words-wrong-weekday", "Monday 4 May 2012", date(2012, 5, 4)),
    ("words-short-year", "4-May-12", date(2012, 5, 4), SHORT),
    ("words-us", "May 4, 2012", Wrong(f'is "May 4, 2012". {ENTER}')),
    ("words-misspelt", "4 Mya 2012", Wrong(f'is "4 Mya 2012". {ENTER}')),
    ("words-french", "4 mai 2012", Wrong(f'is "4 mai 2012". {ENTER}')),
    ("month-only", "May 2012", Wrong(f'is "May 2012". That is a month without a day. {ENTER}')),
    ("month-numbers-only", "05/2012", Wrong(f"is 05/2012. That is a month without a day. {ENTER}")),
    ("no-year", "04/05", Wrong(f"is 04/05. It has no year. {ENTER}")),
    ("year-only", "2012", Wrong(f"is 2012. That is a year alone. {ENTER}")),
    ("serial-text", "41034", date(2012, 5, 5), SERIAL),
    ("serial-text-fraction", "41034.75", date(2012, 5, 5), SERIAL),
    ("serial-too-small", "366", Wrong(f"is 366. {ENTER}")),
    ("serial-negative", "-41034", Wrong(f"is -41034. {ENTER}")),
    ("run-together", "04052012", Wrong(f"is 04052012. {ENTER}")),
    ("run-together-short", "040512", Wrong(f"is 040512. {ENTER}")),
    ("two-days", "04/05/2012 to 06/05/2012", Wrong(f'is "04/05/2012 to 06/05/2012". {ENTER}')),
    ("mixed-signs", "04/05-2012", Wrong(f"is 04/05-2012. {ENTER}")),
    ("spaces", " 04/05/2012 ", date(2012, 5, 4)),
    ("inner-spaces", "04 / 05 / 2012", date(2012, 5, 4)),
    ("letter-o", "O4/05/2012", Wrong(f"is O4/05/2012. {ENTER}")),
    ("arabic-digits", "٠٤/٠٥/٢٠١٢", Wrong(f"is ٠٤/٠٥/٢٠١٢. {ENTER}")),
    ("full-width-digits", "０４/０５/２０１２", Wrong(f"is ０４/０５/２０１２. {ENTER}")),
    ("fraction-slash", "04⁄05⁄2012", Wrong(f'is "04⁄05⁄2012". {ENTER}')),
    ("zero-width-space", "04/05/\u200b2012", Wrong(f'is "04/05/□2012". {ENTER}')),
    ("left-to-right-mark", "\u200e04/05/2012", Wrong(f'is "□04/05/2012". {ENTER}')),
    ("no-break-space", "4\xa0May\xa02012", date(2012, 5, 4)),
    ("words-not-a-day", "last Friday", Wrong(f'is "last Friday". {ENTER}')),
    ("not-known", "n/k", Wrong(f"is n/k. {ENTER}")),
    ("blank", "", Wrong(f"is blank. {ENTER}")),
    ("spaces-only", "   ", Wrong(f"is blank. {ENTER}")),
    (
        "error-text",
        "#VALUE!",
        Wrong(
            'is "#VALUE!". It is a spreadsheet error, not a value. '
            "Put right the formula in the cell, or type the value."
        ),
    ),
    ("hash-marks", "########", Wrong(f"is ########. {ENTER}")),
    ("unix-time", "1336089600", Wrong(f"is 1336089600. {ENTER}")),
)

TYPED = (
    ("day", date(2012, 5, 4), date(2012, 5, 4)),
    ("day-and-time", datetime(2012, 5, 4, 9, 30), date(2012, 5, 4), TIMED),
    ("serial-number", 41034, date(2012, 5, 5), SERIAL),
    ("serial-fraction", 41034.999, date(2012, 5, 5), SERIAL),
    ("serial-year", 2012, Wrong(f"is 2012. That is a year alone. {ENTER}")),
    ("serial-1900", 1, Wrong(f"is 1. {ENTER}")),
    ("serial-huge", 1e300, Wrong(f"is 1e+300. {ENTER}")),
    ("day-future", date(2013, 1, 1), Wrong(f"is 01/01/2013. {FUTURE}")),
    ("day-1969", date(1969, 12, 31), Wrong(f"is 31/12/1969. 1969 is not a likely year. {ENTER}")),
    (
        "day-1900-29-feb",
        Xml('<c r="{at}" s="1"><v>60</v></c>'),
        Wrong(f"is 28/02/1900. 1900 is not a likely year. {ENTER}"),
    ),
    ("day-negative", Xml('<c r="{at}" s="1"><v>-5</v></c>'), Wrong(f"is 00:00. {ENTER}")),
    ("day-far", Xml('<c r="{at}" s="1"><v>2958466</v></c>'), Wrong(f"is 2958466. {ENTER}")),
    ("day-huge", Xml('<c r="{at}" s="1"><v>1e300</v></c>'), Wrong(f"is 1e+300. {ENTER}")),
    (
        "day-not-a-number",
        Xml('<c r="{at}" s="1"><v>NaN</v></c>'),
        Wrong(f"is 30/12/1899. 1899 is not a likely year. {ENTER}"),
    ),
    ("day-infinite", Xml('<c r="{at}" s="1"><v>inf</v></c>'), Wrong(f"is inf. {ENTER}")),
    ("time-alone", Xml('<c r="{at}" s="2"><v>0.5</v></c>'), Wrong(f"is 12:00. {ENTER}")),
    ("truth", True, Wrong(f"is TRUE. {ENTER}")),
    ("iso-cell", Xml('<c r="{at}" t="d"><v>2012-05-04</v></c>'), date(2012, 5, 4)),
    (
        "iso-cell-impossible",
        Xml('<c r="{at}" t="d"><v>2011-02-29</v></c>'),
        Wrong(f"is 2011-02-29. February 2011 has only 28 days. {ENTER}"),
    ),
)

IN_1904 = (
    ("serial-number", 41034, Wrong(f"is 41034. {FROM_1904}")),
    ("serial-text", "41034", Wrong(f"is 41034. {FROM_1904}")),
    ("day", Xml('<c r="{at}" s="1"><v>39571</v></c>'), date(2012, 5, 4)),
    ("day-as-text", "04/05/2012", date(2012, 5, 4)),
)

CASES = (
    *cell_cases("date", "scored_on", TEXTS),
    *cell_cases("typed-date", "scored_on", TYPED),
    *cell_cases("1904", "scored_on", IN_1904, kinds=("xlsx",), book='<workbookPr date1904="1"/>'),
)
