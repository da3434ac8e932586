"""Products with their pictures, known by SKU."""

from __future__ import annotations

from typing import cast

from sqlalchemy import RowMapping, bindparam, delete, select

from app.extensions import db
from app.models.columns import table
from app.models.products import Product, ProductImage
from app.services import natural_keys, rows, saving
from app.services.documents.master_data import ProductDocument
from app.services.documents.values import Instant, Json, body_of
from app.services.saving import Change
from app.services.unit_of_work import UnitOfWork, unit_of_work

_PRODUCTS = table(Product)
_IMAGES = table(ProductImage)
_IMAGES_OF = (
    select(_IMAGES.c.url, _IMAGES.c.position, _IMAGES.c.omnitron_id)
    .where(_IMAGES.c.product_id == bindparam("product_id"))
    .order_by(_IMAGES.c.position, _IMAGES.c.id)
)
_DEFAULTS: Json = {
    "omnitron_id": None,
    "base_code": None,
    "barcode": None,
    "attributes": {},
    "attributes_kwargs": {},
    "extra_attributes": {},
    "remote_modified_date": None,
    "productimage_set": [],
}


def save_product(document: ProductDocument) -> int:
    """Make or change a product; its id.

    Raises Invalid for a new one without a name, and for an `omnitron_id` that another product has.
    """
    with unit_of_work() as work:
        work.lock_stock(skus=[document.sku])
        row = rows.find(_PRODUCTS, "sku", document.sku)
        before = _body(row) if row else None
        change = saving.laid_over(before, body_of(document), ProductDocument, _DEFAULTS, ("name",))
        if row is not None and change.is_none:
            return cast(int, row["id"])
        row_id = _store(work, change, row)
        saving.tell(work, "product", change, row_id)
        return row_id


def _store(work: UnitOfWork, change: Change, row: RowMapping | None) -> int:
    row_id = cast(int | None, row["id"] if row else None)
    rows.refuse_taken(_PRODUCTS, "omnitron_id", change.after["omnitron_id"], row_id)
    values = _columns(change.after if row is None else change.changed)
    if row_id is None:
        row_id = rows.add(_PRODUCTS, values)
        natural_keys.remember(work, "product", change.after["sku"], row_id)
    elif values:
        rows.change(_PRODUCTS, row_id, values)
    if "productimage_set" in change.changed:
        _store_images(row_id, change.after["productimage_set"])
    return row_id


def _columns(body: Json) -> Json:
    values = {key: value for key, value in body.items() if key != "productimage_set"}
    if values.get("remote_modified_date"):
        values["remote_modified_date"] = Instant.read(values["remote_modified_date"])
    return values


def _store_images(product_id: int, images: list[Json]) -> None:
    db.session.execute(delete(_IMAGES).where(_IMAGES.c.product_id == product_id))
    if images:
        rows.add_all(
            _IMAGES,
            [
                {
                    "product_id": product_id,
                    "url": image["url"],
                    "position": image.get("order", 0),
                    "omnitron_id": image.get("omnitron_id"),
                }
                for image in images
            ],
        )


def _body(row: RowMapping) -> Json:
    body = {key: row[key] for key in ("sku", "name", *_DEFAULTS) if key != "productimage_set"}
    if row["remote_modified_date"] is not None:
        body["remote_modified_date"] = Instant.of(row["remote_modified_date"]).write()
    images = db.session.execute(_IMAGES_OF, {"product_id": row["id"]})
    body["productimage_set"] = [_image(*image) for image in images]
    return body


def _image(url: str, position: int, omnitron_id: int | None) -> Json:
    return {
        "url": url,
        **({"order": position} if position else {}),
        **({"omnitron_id": omnitron_id} if omnitron_id is not None else {}),
    }
