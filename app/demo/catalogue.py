"""The products of the demo world, made from the models: SKU, barcode, attributes, prices, picture address."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.demo.garments import COLOURS, MODELS, Model

PICTURES_AT = "/pictures/"
FIRST_OMNITRON_ID = 8000


@dataclass(frozen=True, slots=True)
class Product:
    """One SKU. Prices are whole TRY and EUR; `share` weighs how often it is asked for."""

    sku: str
    base_code: str
    name: str
    barcode: str
    colour: str
    size: str
    material: str
    omnitron_id: int
    price_try: int
    price_eur: int
    share: int

    @property
    def picture_name(self) -> str:
        """File name of its picture without ending, e.g. `ts-crew-wht`."""
        return f"{self.base_code}-{self.colour}".lower()


def products() -> tuple[Product, ...]:
    """All products, always the same ones in the same order."""
    return tuple(_numbered())


def product_line(product: Product) -> dict[str, Any]:
    """The world-script line of a product, with the seed's field names."""
    attributes = {"color": COLOURS[product.colour][0], "material": product.material}
    if product.size:
        attributes["size"] = product.size
    return {
        "kind": "product",
        "sku": product.sku,
        "name": product.name,
        "base_code": product.base_code,
        "barcode": product.barcode,
        "omnitron_id": product.omnitron_id,
        "attributes": attributes,
        "productimage_set": [{"order": 0, "url": f"{PICTURES_AT}{product.picture_name}.svg"}],
    }


def _numbered() -> Iterator[Product]:
    variants = ((model, colour, size) for model in MODELS for colour, size in _variants(model))
    for position, (model, colour, size) in enumerate(variants, start=1):
        yield Product(
            sku="-".join(part for part in (model.base_code, colour, size) if part),
            base_code=model.base_code,
            name=", ".join(part for part in (model.name, COLOURS[colour][0], size) if part),
            barcode=_barcode(position),
            colour=colour,
            size=size,
            material=model.material,
            omnitron_id=FIRST_OMNITRON_ID + position,
            price_try=model.prices[0],
            price_eur=model.prices[1],
            share=_share(model, position),
        )


def _variants(model: Model) -> Iterator[tuple[str, str]]:
    for colour in model.colour_codes:
        for size in model.size_codes or [""]:
            yield colour, size


def _share(model: Model, position: int) -> int:
    # Middle sizes and first colours sell best; a fixed wobble keeps the products of one model apart.
    variants = len(model.colour_codes) * max(1, len(model.size_codes))
    return 1 + (model.share * 12) // variants + position * 7 % 5


def _barcode(position: int) -> str:
    """An EAN-13 from the range kept for use inside a company (prefix 2), with its check digit."""
    body = f"29{position * 7919 % 10**10:010d}"
    weighted = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(body))
    return f"{body}{-weighted % 10}"
