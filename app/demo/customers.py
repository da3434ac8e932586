"""The people who order: names, addresses and what an order line says about them.

A channel's customers come back now and then; each has one address that never changes.
"""

from dataclasses import dataclass
from random import Random
from typing import Any

from app.demo.cities import CITIES, COUNTRIES, City
from app.demo.names import ADDRESS_TITLES, EMAIL_HOSTS, FIRST_NAMES, LAST_NAMES, STREETS
from app.demo.sales import SalesChannel

_RETURNING = 0.46
_WITHOUT_DISTRICT = 0.06
_PLAIN = str.maketrans("çğıİöşüàèéìòù ", "cgiiosuaeeiou.")
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as order lines tell of them. Coordinates (degrees) are the district's, else the city's."""

    person: Document
    address: Document
    city: str
    latitude: float
    longitude: float


class Customers:
    """Finds or invents the customer of an order."""

    def __init__(self, chance: Random, after_number: int = 3_000) -> None:
        self._chance = chance
        self._known: dict[tuple[str, str | None], list[Customer]] = {}
        self._last_id = after_number

    def who_orders(self, channel: SalesChannel, city: str | None = None) -> Customer:
        """A customer of the channel, old or new; with `city`, one who lives there."""
        known = self._known.setdefault((channel.name, city), [])
        if known and self._chance.random() < _RETURNING:
            return self._chance.choice(known)
        customer = self._invent(channel.country, self._city(channel.country, city))
        known.append(customer)
        return customer

    def _city(self, country: str, name: str | None) -> City:
        cities = CITIES[country]
        if name is not None:
            return next(city for city in cities if city.name == name)
        return self._chance.choices(cities, weights=[city.weight for city in cities])[0]

    def _invent(self, country: str, city: City) -> Customer:
        chance = self._chance
        first, last = chance.choice(FIRST_NAMES[country]), chance.choice(LAST_NAMES[country])
        self._last_id += chance.randint(1, 3)
        person = {
            "omnitron_id": self._last_id,
            "email": self._email(country, first, last),
            "first_name": first,
            "last_name": last,
            "phone_number": self._phone(country),
        }
        address, latitude, longitude = self._address(country, city, person)
        return Customer(person, address, city.name, latitude, longitude)

    def _email(self, country: str, first: str, last: str) -> str:
        name = f"{first}.{last}".replace("İ", "i").lower().translate(_PLAIN)
        return f"{name}{self._chance.choice(('', '', self._chance.randint(2, 99)))}@" + self._chance.choice(
            EMAIL_HOSTS[country]
        )

    def _phone(self, country: str) -> str:
        # Ranges nobody is reached at.
        digits = f"{self._chance.randrange(10_000):04d}"
        return f"+90 555 000 {digits[:2]} {digits[2:]}" if country == "tr" else f"+39 300 000 {digits}"

    def _address(self, country: str, city: City, person: Document) -> tuple[Document, float, float]:
        chance = self._chance
        township, district, latitude, longitude, postcode = chance.choice(city.districts)
        has_district = chance.random() >= _WITHOUT_DISTRICT
        country_name, code = COUNTRIES[country]
        document = {
            "title": chance.choice(ADDRESS_TITLES[country]),
            "line": self._street(country),
            "postcode": postcode,
            "email": person["email"],
            "phone_number": person["phone_number"],
            "first_name": person["first_name"],
            "last_name": person["last_name"],
            "country": {"name": country_name, "code": code},
            "city": {"name": city.name, "latitude": city.latitude, "longitude": city.longitude},
            "township": {"name": township},
            "district": None,
        }
        if not has_district:
            return document, float(city.latitude), float(city.longitude)
        document["district"] = {"name": district, "latitude": latitude, "longitude": longitude}
        return document, float(latitude), float(longitude)

    def _street(self, country: str) -> str:
        street, number = self._chance.choice(STREETS[country]), self._chance.randint(1, 140)
        if country == "it":
            return f"{street} {number}"
        return f"{street} No: {number} D: {self._chance.randint(1, 24)}"
