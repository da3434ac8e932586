"""Where the demo world's customers live: cities, townships and districts with real coordinates. Data only.

A district is (township, district, latitude, longitude, postcode); coordinates are degrees.
"""

from dataclasses import dataclass

District = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class City:
    """A city with its centre; `weight` is its share of orders among the cities of its country."""

    name: str
    latitude: str
    longitude: str
    weight: int
    districts: tuple[District, ...]


COUNTRIES = {"tr": ("Türkiye", "tr"), "it": ("Italy", "it")}

TURKISH_CITIES = (
    City(
        "İstanbul",
        "41.00824",
        "28.97836",
        38,
        (
            ("Kadıköy", "Caferağa", "40.98760", "29.02510", "34710"),
            ("Kadıköy", "Erenköy", "40.97200", "29.07800", "34738"),
            ("Beşiktaş", "Levent", "41.08120", "29.01170", "34330"),
            ("Beşiktaş", "Ortaköy", "41.05500", "29.02700", "34347"),
            ("Şişli", "Teşvikiye", "41.05000", "28.99300", "34365"),
            ("Bakırköy", "Ataköy", "40.97900", "28.85600", "34158"),
            ("Üsküdar", "Kuzguncuk", "41.03500", "29.03000", "34674"),
            ("Ataşehir", "Barbaros", "40.99000", "29.11200", "34746"),
            ("Sarıyer", "İstinye", "41.11200", "29.05600", "34460"),
            ("Beyoğlu", "Cihangir", "41.03190", "28.98330", "34433"),
        ),
    ),
    City(
        "Ankara",
        "39.93336",
        "32.85974",
        16,
        (
            ("Çankaya", "Bahçelievler", "39.92000", "32.82000", "06490"),
            ("Çankaya", "Ayrancı", "39.90200", "32.85600", "06540"),
            ("Çankaya", "Çayyolu", "39.88110", "32.69030", "06810"),
            ("Yenimahalle", "Batıkent", "39.96800", "32.73100", "06370"),
        ),
    ),
    City(
        "İzmir",
        "38.42373",
        "27.14283",
        14,
        (
            ("Konak", "Alsancak", "38.43800", "27.14200", "35220"),
            ("Karşıyaka", "Bostanlı", "38.45600", "27.09600", "35590"),
            ("Bornova", "Kazımdirik", "38.45600", "27.21100", "35100"),
            ("Konak", "Göztepe", "38.39750", "27.08840", "35290"),
        ),
    ),
    City(
        "Bursa",
        "40.18853",
        "29.06096",
        7,
        (
            ("Nilüfer", "Görükle", "40.22600", "28.87200", "16285"),
            ("Osmangazi", "Çekirge", "40.20000", "29.01800", "16070"),
        ),
    ),
    City(
        "Antalya",
        "36.89690",
        "30.71330",
        7,
        (
            ("Muratpaşa", "Lara", "36.85400", "30.75700", "07230"),
            ("Konyaaltı", "Hurma", "36.84800", "30.60300", "07130"),
        ),
    ),
    City("Adana", "37.00000", "35.32130", 4, (("Seyhan", "Reşatbey", "36.99600", "35.32700", "01120"),)),
    City("Konya", "37.87460", "32.49320", 3, (("Selçuklu", "Yazır", "37.93860", "32.50150", "42250"),)),
    City(
        "Gaziantep", "37.06620", "37.38330", 4, (("Şahinbey", "Güneykent", "37.02680", "37.30540", "27470"),)
    ),
    City("Kayseri", "38.73120", "35.47870", 3, (("Melikgazi", "Alpaslan", "38.71640", "35.52460", "38030"),)),
    City(
        "Eskişehir",
        "39.77670",
        "30.52060",
        4,
        (
            ("Odunpazarı", "Vişnelik", "39.76400", "30.50600", "26020"),
            ("Tepebaşı", "Hoşnudiye", "39.78180", "30.51240", "26130"),
        ),
    ),
    City("Kocaeli", "40.85327", "29.88152", 4, (("İzmit", "Yahya Kaptan", "40.76900", "29.97430", "41050"),)),
    City("Trabzon", "41.00270", "39.71680", 2, (("Ortahisar", "Beşirli", "40.99630", "39.68660", "61040"),)),
    City("Samsun", "41.28670", "36.33000", 3, (("Atakum", "Körfez", "41.34400", "36.25300", "55200"),)),
    City("Mersin", "36.81210", "34.64150", 3, (("Yenişehir", "Pozcu", "36.79260", "34.61200", "33110"),)),
    City("Denizli", "37.77650", "29.08640", 2, (("Pamukkale", "Kınıklı", "37.74130", "29.09260", "20160"),)),
    City("Muğla", "37.21530", "28.36360", 3, (("Bodrum", "Gümbet", "37.03100", "27.40500", "48400"),)),
    City("Diyarbakır", "37.91440", "40.23060", 2, (("Kayapınar", "Peyas", "37.93520", "40.18200", "21070"),)),
    City("Tekirdağ", "40.97800", "27.51100", 2, (("Çorlu", "Reşadiye", "41.16530", "27.79640", "59850"),)),
    City("Balıkesir", "39.64840", "27.88260", 2, (("Ayvalık", "Cunda", "39.33060", "26.66270", "10405"),)),
    City("Edirne", "41.67710", "26.55570", 1, (("Merkez", "Şükrüpaşa", "41.65630", "26.58940", "22030"),)),
    City("Malatya", "38.35520", "38.30950", 1, (("Yeşilyurt", "Tecde", "38.31670", "38.28330", "44090"),)),
    City("Rize", "41.02080", "40.52190", 1, (("Merkez", "Tophane", "41.02620", "40.51270", "53020"),)),
)

ITALIAN_CITIES = (
    City(
        "Milano",
        "45.46427",
        "9.18951",
        20,
        (
            ("Municipio 1", "Brera", "45.47200", "9.18800", "20121"),
            ("Municipio 6", "Navigli", "45.45000", "9.17000", "20143"),
            ("Municipio 3", "Porta Venezia", "45.47500", "9.20700", "20129"),
            ("Municipio 9", "Isola", "45.48730", "9.18870", "20159"),
        ),
    ),
    City(
        "Roma",
        "41.90278",
        "12.49637",
        18,
        (
            ("Municipio I", "Prati", "41.90800", "12.46400", "00192"),
            ("Municipio I", "Trastevere", "41.88800", "12.46700", "00153"),
            ("Municipio VII", "San Giovanni", "41.88500", "12.51200", "00182"),
            ("Municipio IX", "EUR", "41.83100", "12.47000", "00144"),
        ),
    ),
    City(
        "Torino",
        "45.07034",
        "7.68686",
        9,
        (
            ("Circoscrizione 1", "Crocetta", "45.05800", "7.66200", "10129"),
            ("Circoscrizione 7", "Vanchiglia", "45.07080", "7.69930", "10124"),
        ),
    ),
    City(
        "Bologna",
        "44.49489",
        "11.34262",
        8,
        (
            ("Santo Stefano", "Murri", "44.48300", "11.36100", "40137"),
            ("Porto-Saragozza", "Saragozza", "44.48980", "11.32900", "40123"),
        ),
    ),
    City(
        "Firenze", "43.76956", "11.25581", 7, (("Quartiere 1", "Oltrarno", "43.76500", "11.24700", "50125"),)
    ),
    City(
        "Napoli",
        "40.85180",
        "14.26812",
        9,
        (
            ("Municipalità 1", "Chiaia", "40.83300", "14.23900", "80121"),
            ("Municipalità 5", "Vomero", "40.84500", "14.23100", "80129"),
        ),
    ),
    City(
        "Venezia",
        "45.44085",
        "12.31552",
        5,
        (("Mestre-Carpenedo", "Mestre", "45.49100", "12.24300", "30174"),),
    ),
    City(
        "Verona",
        "45.43838",
        "10.99170",
        4,
        (("Circoscrizione 2", "Borgo Trento", "45.45000", "10.98700", "37126"),),
    ),
    City("Genova", "44.40565", "8.94626", 4, (("Medio Levante", "Albaro", "44.39780", "8.96270", "16145"),)),
    City("Bari", "41.11714", "16.87187", 4, (("Municipio 1", "Murat", "41.12400", "16.86900", "70122"),)),
    City("Palermo", "38.11569", "13.36149", 4, (("Ottava", "Libertà", "38.13300", "13.34900", "90143"),)),
    City("Padova", "45.40643", "11.87676", 3, (("Quartiere 2", "Arcella", "45.42500", "11.88300", "35132"),)),
    City(
        "Brescia", "45.54155", "10.21180", 2, (("Centro", "Brescia Antica", "45.53900", "10.22300", "25121"),)
    ),
    City("Parma", "44.80149", "10.32790", 2, (("Centro", "Oltretorrente", "44.80060", "10.32000", "43125"),)),
    City("Trieste", "45.64953", "13.77678", 1, (("San Vito", "Cavana", "45.64770", "13.76640", "34124"),)),
    City("Cagliari", "39.22384", "9.12166", 1, (("Centro", "Villanova", "39.21760", "9.12140", "09127"),)),
    City("Lecce", "40.35152", "18.17502", 1, (("Centro", "San Lazzaro", "40.34700", "18.17900", "73100"),)),
)

CITIES = {"tr": TURKISH_CITIES, "it": ITALIAN_CITIES}
