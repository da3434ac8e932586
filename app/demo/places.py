"""The retailer's stock locations: which stores and warehouses there are, where, and how they are set up.

Cities and coordinates are real; the retailer is not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """One stock location. Coordinates are degrees; `size` is how many products a store carries."""

    erp_code: str
    name: str
    country: str
    city: str
    latitude: str
    longitude: str
    priority: int | None
    max_quota: int | None
    size: int
    is_warehouse: bool = False

    @property
    def stock_location_type(self) -> str:
        """`warehouse` or `store`."""
        return "warehouse" if self.is_warehouse else "store"


GEBZE = "WH-GEBZE"
PIACENZA = "WH-PIACENZA"
ESKISEHIR = "ST-044"
BOLOGNA = "ST-106"
TORINO = "ST-105"

WAREHOUSES = (
    Place(GEBZE, "Gebze warehouse", "tr", "Kocaeli", "40.80276", "29.43068", 1, 400, 0, True),
    Place(PIACENZA, "Piacenza warehouse", "it", "Piacenza", "45.05242", "9.69342", 2, 300, 0, True),
)

TURKISH_STORES = (
    Place("ST-001", "İstanbul Nişantaşı", "tr", "İstanbul", "41.05130", "28.99230", 10, 24, 110),
    Place("ST-002", "İstanbul Kadıköy", "tr", "İstanbul", "40.99010", "29.02870", 10, 24, 110),
    Place("ST-003", "İstanbul Beyoğlu", "tr", "İstanbul", "41.03380", "28.97780", 11, 20, 96),
    Place("ST-004", "İstanbul Bakırköy", "tr", "İstanbul", "40.98010", "28.87320", 11, 18, 92),
    Place("ST-006", "İstanbul Ataşehir", "tr", "İstanbul", "40.99230", "29.12440", 12, 18, 88),
    Place("ST-007", "İstanbul Levent", "tr", "İstanbul", "41.07920", "29.01310", 12, 22, 104),
    Place("ST-009", "Ankara Kızılay", "tr", "Ankara", "39.92080", "32.85410", 14, 16, 90),
    Place("ST-010", "Ankara Çayyolu", "tr", "Ankara", "39.88260", "32.68950", 15, 14, 78),
    Place("ST-012", "İzmir Alsancak", "tr", "İzmir", "38.43810", "27.14280", 14, 16, 90),
    Place("ST-014", "İzmir Karşıyaka", "tr", "İzmir", "38.45560", "27.11200", 15, 14, 76),
    Place("ST-016", "Bursa Nilüfer", "tr", "Bursa", "40.21750", "28.94890", 16, 14, 80),
    Place("ST-018", "Antalya Lara", "tr", "Antalya", "36.85460", "30.75980", 16, 14, 78),
    Place("ST-020", "Adana Seyhan", "tr", "Adana", "36.99150", "35.32890", 18, 12, 66),
    Place("ST-021", "Konya Selçuklu", "tr", "Konya", "37.89120", "32.48650", 20, 10, 60),
    Place("ST-023", "Gaziantep Şahinbey", "tr", "Gaziantep", "37.05950", "37.38250", 20, 10, 62),
    Place("ST-025", "Kayseri Melikgazi", "tr", "Kayseri", "38.72250", "35.48750", 21, 10, 58),
    Place("ST-027", "Kocaeli İzmit", "tr", "Kocaeli", "40.76540", "29.94080", 18, 12, 64),
    Place("ST-029", "Trabzon Ortahisar", "tr", "Trabzon", "41.00500", "39.72690", 24, 8, 52),
    Place("ST-031", "Samsun Atakum", "tr", "Samsun", "41.32810", "36.26940", 24, 8, 52),
    Place("ST-033", "Mersin Yenişehir", "tr", "Mersin", "36.78560", "34.58650", 22, 10, 58),
    Place("ST-035", "Denizli Pamukkale", "tr", "Denizli", "37.76800", "29.09600", 22, 8, 54),
    Place("ST-037", "Muğla Bodrum", "tr", "Muğla", "37.03440", "27.43050", 26, 8, 50),
    Place("ST-039", "Diyarbakır Kayapınar", "tr", "Diyarbakır", "37.94710", "40.17180", 26, 8, 50),
    Place("ST-041", "Tekirdağ Çorlu", "tr", "Tekirdağ", "41.15920", "27.80010", 24, 8, 52),
    Place(ESKISEHIR, "Eskişehir Odunpazarı", "tr", "Eskişehir", "39.76550", "30.52460", 28, 40, 46),
)

ITALIAN_STORES = (
    Place("ST-101", "Milano Brera", "it", "Milano", "45.47210", "9.18790", 30, 20, 104),
    Place("ST-102", "Milano Navigli", "it", "Milano", "45.45080", "9.17390", 31, 16, 86),
    Place("ST-103", "Roma Prati", "it", "Roma", "41.90760", "12.46430", 30, None, 96),
    Place("ST-104", "Roma Trastevere", "it", "Roma", "41.88950", "12.46940", 31, None, 74),
    Place(TORINO, "Torino Centro", "it", "Torino", "45.06780", "7.68250", 32, None, 78),
    Place(BOLOGNA, "Bologna Centro", "it", "Bologna", "44.49380", "11.34260", 32, None, 78),
    Place("ST-107", "Firenze Santa Croce", "it", "Firenze", "43.76860", "11.26260", 33, None, 72),
    Place("ST-108", "Napoli Chiaia", "it", "Napoli", "40.83370", "14.23920", 33, None, 70),
    Place("ST-109", "Venezia Mestre", "it", "Venezia", "45.49150", "12.24240", 34, 10, 60),
    Place("ST-110", "Verona Centro", "it", "Verona", "45.43860", "10.99280", 34, 10, 60),
    Place("ST-111", "Genova Porto Antico", "it", "Genova", "44.40960", "8.92710", 35, 10, 56),
    Place("ST-112", "Bari Murat", "it", "Bari", "41.12360", "16.86970", 36, None, 54),
    Place("ST-113", "Palermo Libertà", "it", "Palermo", "38.13210", "13.34980", 36, None, 54),
)

PLACES = WAREHOUSES + TURKISH_STORES + ITALIAN_STORES
PLACE_BY_CODE = {place.erp_code: place for place in PLACES}

ISTANBUL_STORES = tuple(place.erp_code for place in TURKISH_STORES if place.city == "İstanbul")


def codes(places: Iterable[Place]) -> list[str]:
    """Their ERP codes, in order."""
    return [place.erp_code for place in places]


def location_line(place: Place, *, is_active: bool = True, max_quota: int | None = None) -> dict[str, Any]:
    """The world-script line of the location; `max_quota` is packages not packed yet, None for unset."""
    return {
        "kind": "stock_location",
        "erp_code": place.erp_code,
        "name": place.name,
        "stock_location_type": place.stock_location_type,
        "is_active": is_active,
        "priority": place.priority,
        "max_quota": max_quota,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "city": place.city,
    }
