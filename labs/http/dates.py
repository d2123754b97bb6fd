"""Times as HTTP writes them, and as it once did: RFC 9110 §5.6.7.

Sun, 06 Nov 1994 08:49:37 GMT       the one form that is still written
Sunday, 06-Nov-94 08:49:37 GMT      RFC 850's
Sun Nov  6 08:49:37 1994            asctime's

The case of the letters does not matter to a cache: RFC 9111 §4.2.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CLOCK = r"(?P<h>\d\d):(?P<m>\d\d):(?P<s>\d\d)"
_MONTH = f"(?P<month>{'|'.join(MONTHS)})"
FORMS = (
    re.compile(rf"(?:{'|'.join(DAYS)}), (?P<day>\d\d) {_MONTH} (?P<year>\d{{4}}) {_CLOCK} GMT", re.I),
    re.compile(
        rf"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?P<day>\d\d)-{_MONTH}-(?P<year>\d\d) {_CLOCK} GMT", re.I
    ),
    re.compile(rf"(?:{'|'.join(DAYS)}) {_MONTH} (?P<day>[ \d]\d) {_CLOCK} (?P<year>\d{{4}})", re.I),
)


def read_date(text: str | None) -> float | None:
    """Seconds since 1970, or None where it is no date. A year of two digits before 70 is in this century."""
    for form in FORMS:
        if found := form.fullmatch(text or ""):
            year = int(found["year"])
            if year < 100:
                year += 2000 if year < 70 else 1900
            try:
                day = datetime(year, MONTHS.index(found["month"].capitalize()) + 1, int(found["day"]), tzinfo=UTC)
            except ValueError:
                return None
            hours, minutes, seconds = int(found["h"]), int(found["m"]), int(found["s"])
            if hours > 23 or minutes > 59 or seconds > 60:  # 60 is a leap second
                return None
            return day.timestamp() + 3600 * hours + 60 * minutes + seconds
    return None


def write_date(seconds: float) -> str:
    """A time in the form that is still written."""
    at = datetime.fromtimestamp(int(seconds), UTC)
    return f"{DAYS[at.weekday()]}, {at.day:02} {MONTHS[at.month - 1]} {at:%Y %H:%M:%S} GMT"
