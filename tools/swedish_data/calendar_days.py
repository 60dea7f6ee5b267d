"""The national calendar: one dated list of closed days that an administrator can edit."""

from datetime import date

import holidays

from swedish_data.tables import table_bytes

YEARS = range(2019, 2033)
_LAW = "https://lagen.nu/1989:253"
_EVES = "assumption: no source says that the offices close on the eves"


def calendar() -> bytes:
    """``calendar.csv``: public holidays by law, and the three eves by assumption."""
    law = _days(holidays.PUBLIC)
    # Midsummer Eve, Christmas Eve and New Year's Eve are holidays by custom, not by law.
    eves = {day: name for day, name in _days(holidays.DE_FACTO).items() if day not in law}
    rows = [
        (day.isoformat(), *names, "closed", "", basis, source)
        for days, basis, source in ((law, "stated", _LAW), (eves, "assumed", _EVES))
        for day, names in days.items()
    ]
    columns = ["date", "name_sv", "name_en", "policy", "until", "basis", "source"]
    return table_bytes(columns, sorted(rows))


def _days(category: str) -> dict[date, tuple[str, str]]:
    swedish, english = (
        holidays.country_holidays(
            "SE", years=YEARS, categories=(category,), language=language, include_sundays=False
        )
        for language in ("sv", "en_US")
    )
    return {day: (swedish[day], english[day]) for day in sorted(swedish)}
