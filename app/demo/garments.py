"""What the retailer sells: one row a model, with its colours, sizes and prices. Data only.

A price pair is (TRY, EUR) in whole units; `share` weighs how often the model is asked for.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Model:
    """A product in all its colours and sizes; `shape` names its drawing in silhouettes."""

    base_code: str
    name: str
    shape: str
    colours: str
    sizes: str
    prices: tuple[int, int]
    share: int
    material: str

    @property
    def colour_codes(self) -> list[str]:
        """Its colours, as in COLOURS."""
        return self.colours.split()

    @property
    def size_codes(self) -> list[str]:
        """Its sizes; empty for a product of one size."""
        return self.sizes.split()


COLOURS = {
    "WHT": ("White", "#f3f1ec"),
    "ECR": ("Ecru", "#e6dac0"),
    "BGE": ("Beige", "#cdb48c"),
    "CML": ("Camel", "#b3824e"),
    "BRN": ("Brown", "#6e4b36"),
    "TRC": ("Terracotta", "#c26b48"),
    "MST": ("Mustard", "#d3a13b"),
    "RED": ("Brick red", "#b4473b"),
    "BRG": ("Burgundy", "#73293a"),
    "PNK": ("Rose", "#d79aa6"),
    "SKY": ("Sky blue", "#8db3d4"),
    "IND": ("Indigo", "#43598a"),
    "NVY": ("Navy", "#2c3b59"),
    "TEA": ("Teal", "#2f7377"),
    "GRN": ("Forest green", "#41694f"),
    "OLV": ("Olive", "#757a52"),
    "GRY": ("Grey melange", "#9a9fa6"),
    "BLK": ("Black", "#2e2e33"),
}

MODELS = (
    Model(
        "TS-CREW", "Organic Cotton Crew T-Shirt", "tshirt", "WHT BLK NVY", "S M L XL", (449, 19), 12, "Cotton"
    ),
    Model("TS-STRP", "Breton Striped T-Shirt", "striped_tshirt", "NVY RED", "S M L", (549, 25), 7, "Cotton"),
    Model("TS-VNCK", "V-Neck T-Shirt", "vneck", "GRY WHT", "S M L", (449, 19), 6, "Cotton"),
    Model(
        "TS-KIDS", "Kids' Pocket T-Shirt", "pocket_tshirt", "MST SKY", "104 116 128", (299, 13), 4, "Cotton"
    ),
    Model("PL-PIQU", "Piqué Polo Shirt", "polo", "WHT NVY GRN", "M L XL", (749, 35), 6, "Cotton"),
    Model("SH-OXFD", "Oxford Shirt", "shirt", "WHT SKY", "S M L XL", (999, 49), 7, "Cotton"),
    Model("SH-LINE", "Relaxed Linen Shirt", "shirt", "ECR OLV", "S M L", (1199, 55), 5, "Linen"),
    Model("BL-SILK", "Silk Blend Blouse", "blouse", "ECR PNK TEA", "36 38 40", (1499, 69), 4, "Silk blend"),
    Model(
        "KN-MERI", "Merino Crew Sweater", "sweater", "NVY BRG GRY", "S M L XL", (1599, 75), 8, "Merino wool"
    ),
    Model("KN-CABL", "Cable Knit Cardigan", "cardigan", "ECR CML", "S M L", (1899, 89), 4, "Wool blend"),
    Model("HD-ZIPU", "Zip Hoodie", "hoodie", "GRY BLK", "S M L XL", (1299, 59), 8, "Cotton"),
    Model("JK-DNIM", "Denim Jacket", "denim_jacket", "IND BLK", "S M L XL", (1999, 95), 5, "Denim"),
    Model(
        "JK-RAIN", "Packable Rain Jacket", "rain_jacket", "MST NVY", "S M L", (2299, 109), 4, "Recycled nylon"
    ),
    Model(
        "CT-WOOL", "Double-Faced Wool Coat", "coat", "CML BLK", "36 38 40 42", (5499, 259), 3, "Wool blend"
    ),
    Model(
        "TR-CHIN",
        "Slim Chino Trousers",
        "trousers",
        "BGE NVY OLV",
        "30 32 34 36",
        (1199, 55),
        7,
        "Cotton twill",
    ),
    Model("JN-SLIM", "Slim Jeans", "jeans", "IND BLK", "28 30 32 34", (1499, 69), 7, "Denim"),
    Model("JN-WIDE", "Wide Leg Jeans", "wide_jeans", "SKY IND", "26 28 30", (1599, 75), 6, "Denim"),
    Model("SR-LINE", "Linen Shorts", "shorts", "BGE WHT", "S M L", (799, 39), 4, "Linen"),
    Model(
        "SK-PLEA",
        "Pleated Midi Skirt",
        "skirt",
        "BLK TRC GRN",
        "36 38 40",
        (1399, 65),
        4,
        "Recycled polyester",
    ),
    Model("DR-WRAP", "Jersey Wrap Dress", "wrap_dress", "BRG TEA", "36 38 40 42", (1899, 89), 5, "Viscose"),
    Model("DR-MIDI", "Linen Midi Dress", "midi_dress", "TRC ECR BLK", "36 38 40", (2199, 99), 5, "Linen"),
    Model("SW-SUIT", "Ribbed Swimsuit", "swimsuit", "NVY RED", "36 38 40", (999, 45), 3, "Recycled nylon"),
    Model("PJ-CTTN", "Cotton Pyjama Set", "pyjama", "SKY PNK", "S M L", (1299, 59), 4, "Cotton"),
    Model("SN-CRTS", "Court Sneakers", "sneaker", "WHT NVY", "38 39 40 41 42 43", (2499, 119), 8, "Leather"),
    Model("SN-RUNR", "Everyday Runners", "runner", "GRY BLK", "40 41 42 43", (2799, 129), 6, "Mesh"),
    Model("BT-CHLS", "Chelsea Boots", "boot", "BRN BLK", "37 38 39 40 41", (3499, 169), 5, "Leather"),
    Model("LF-SUED", "Suede Loafers", "loafer", "CML NVY", "40 41 42 43", (2999, 139), 4, "Suede"),
    Model("SL-LTHR", "Leather Slides", "slide", "CML BLK", "37 38 39", (1299, 59), 3, "Leather"),
    Model("BG-TOTE", "Canvas Tote", "tote", "ECR BLK OLV", "", (699, 32), 6, "Canvas"),
    Model("BG-BPCK", "Roll-Top Backpack", "backpack", "NVY MST BLK", "", (2199, 99), 4, "Recycled nylon"),
    Model("BG-CRSS", "Leather Crossbody Bag", "crossbody", "CML BLK BRG", "", (3299, 159), 4, "Leather"),
    Model("WL-CARD", "Card Wallet", "wallet", "CML BLK", "", (799, 39), 3, "Leather"),
    Model("BE-LTHR", "Leather Belt", "belt", "BRN BLK", "85 95 105", (899, 42), 4, "Leather"),
    Model("GL-LTHR", "Leather Gloves", "gloves", "BLK BRN", "S M L", (1299, 59), 2, "Leather"),
    Model("SC-WOOL", "Brushed Wool Scarf", "scarf", "CML GRY BRG", "", (1099, 49), 4, "Wool"),
    Model("HT-BCKT", "Bucket Hat", "bucket_hat", "BGE BLK", "SM LX", (649, 29), 3, "Cotton twill"),
    Model("HT-BEAN", "Ribbed Beanie", "beanie", "MST NVY GRY", "", (549, 25), 4, "Merino wool"),
    Model("SO-RIBB", "Ribbed Socks, Three Pairs", "socks", "BLK ECR", "3640 4145", (349, 15), 6, "Cotton"),
    Model("UM-FOLD", "Folding Umbrella", "umbrella", "BLK MST", "", (749, 35), 2, "Recycled polyester"),
    Model("TW-BATH", "Bath Towel", "towel", "WHT TRC TEA", "5090 7014", (599, 28), 5, "Cotton"),
    Model("TW-PSHT", "Striped Peshtemal", "peshtemal", "SKY TRC MST", "", (499, 24), 4, "Cotton"),
    Model(
        "BD-PERC", "Percale Duvet Set", "bedding", "WHT SKY", "SGL DBL KNG", (2299, 109), 4, "Cotton percale"
    ),
    Model("CU-LINE", "Linen Cushion Cover", "cushion", "ECR OLV TRC NVY", "", (549, 25), 4, "Linen"),
    Model("TH-WOOL", "Fringed Wool Throw", "throw", "GRY CML", "", (1799, 85), 3, "Wool"),
    Model("MG-STON", "Stoneware Mug", "mug", "ECR TEA TRC BLK", "", (329, 15), 6, "Stoneware"),
    Model("DN-PLTE", "Dinner Plates, Set of Four", "plate", "ECR TEA", "", (1299, 59), 3, "Stoneware"),
    Model("CN-SOYA", "Soy Wax Candle", "candle", "ECR TRC GRN", "", (649, 29), 4, "Soy wax"),
    Model("VS-CLAY", "Hand-Thrown Vase", "vase", "TRC ECR", "", (1199, 55), 3, "Clay"),
    Model("LM-TABL", "Ceramic Table Lamp", "lamp", "ECR TEA BLK", "", (2499, 119), 3, "Ceramic"),
    Model("BK-SEAG", "Seagrass Basket", "basket", "BGE", "S M L", (899, 42), 2, "Seagrass"),
    Model("AP-LINE", "Linen Apron", "apron", "NVY BGE", "", (849, 39), 2, "Linen"),
)
