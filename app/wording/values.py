"""How quantities, instants and names appear inside a sentence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_timedelta
from flask_babel import format_decimal, get_locale, gettext, ngettext

Params = Mapping[str, Any]
LISTED_AT_MOST = 3
ONE_UNIT = 100


@dataclass(frozen=True, slots=True)
class Names:
    """What things are called, and when the sentence is said: product names by SKU, locations by erp_code."""

    now: datetime
    products: Mapping[str, str] = field(default_factory=dict)
    locations: Mapping[str, str] = field(default_factory=dict)

    def product(self, sku: object) -> str:
        """The product's name, its SKU where the name is unknown."""
        return self.products.get(str(sku), str(sku))

    def place(self, erp_code: object) -> str:
        """The location's name, its code where the name is unknown."""
        return self.locations.get(str(erp_code), str(erp_code))

    def places(self, codes: Iterable[str]) -> str:
        """Some locations by name: a few of them, then how many more."""
        return listed([self.place(code) for code in codes])

    def ago(self, instant: object) -> str:
        """How long before now, in words; empty where it is not known."""
        if not isinstance(instant, datetime):
            return ""
        # As ages are told everywhere: eight days are no "1 week" to somebody who looks for the cause.
        distance = instant - self.now
        return format_timedelta(distance, threshold=2, add_direction=True, locale=get_locale())


NOT_KNOWN = "–"


def quantity(text: str | None) -> str:
    """A quantity given as a fixed-point string, as documents carry it: "-5.00" → "−5"."""
    if text is None:
        return NOT_KNOWN
    return str(format_decimal(Decimal(text), "#,##0.##")).replace("-", "−")


def units(hundredths: object) -> str:
    """A quantity without needless zeros, in the language's notation: 200 → "2", 150 → "1.5"."""
    return quantity(str(Decimal(hundredths).scaleb(-2))) if isinstance(hundredths, int) else NOT_KNOWN


def counted(hundredths: object) -> str:
    """A quantity with its noun: "1 unit", "9 units"."""
    if not isinstance(hundredths, int):
        return NOT_KNOWN
    return ngettext(
        "%(count)s unit", "%(count)s units", 1 if hundredths == ONE_UNIT else 2, count=units(hundredths)
    )


def listed(names: Iterable[str]) -> str:
    """Names in a row: at most three, then how many more."""
    found = list(names)
    if len(found) > LISTED_AT_MOST:
        shown = ", ".join(found[:LISTED_AT_MOST])
        return gettext("%(names)s and %(count)s more", names=shown, count=len(found) - LISTED_AT_MOST)
    if len(found) > 1:
        return gettext("%(names)s and %(last)s", names=", ".join(found[:-1]), last=found[-1])
    return found[0] if found else ""


def product_of(params: Params, names: Names) -> str:
    """The product a phrase is about."""
    return names.product(params["sku"])


def place_of(params: Params, names: Names) -> str:
    """The location a phrase is about."""
    return names.place(params["erp_code"])
