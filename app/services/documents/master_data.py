"""Documents of what orders and stock refer to: channels, products, carriers, locations, scenarios.

Saving one again changes the fields that are given; a field left out stays as it is.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType, field

from app.domain.facts import LocationType, OrderBy, Split
from app.services.documents.values import (
    Document,
    Instant,
    Json,
    Key50,
    Key100,
    Key255,
    Key512,
    Latitude,
    Longitude,
    Number,
    OmnitronId,
    Quota,
    Text255,
)


class ChannelDocument(Document, kw_only=True, frozen=True):
    """A sales channel, by its name. Secrets in `configuration` may be plain, encrypted, or the mask (D6)."""

    name: Key255
    channel_type: Key50 | UnsetType = UNSET
    omnitron_id: OmnitronId | UnsetType | None = UNSET
    configuration: Json | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class ImageDocument(Document, kw_only=True, frozen=True):
    """A picture of a product; the lowest `order` is shown first."""

    url: Annotated[str, Meta(min_length=1)]
    order: Number = 0
    omnitron_id: OmnitronId | None = None


class ProductDocument(Document, kw_only=True, frozen=True):
    """A product, by its SKU. A new one needs a name. Given pictures take the place of all that were there."""

    sku: Key255
    name: Key512 | UnsetType = UNSET
    omnitron_id: OmnitronId | UnsetType | None = UNSET
    base_code: Text255 | UnsetType | None = UNSET
    barcode: Text255 | UnsetType | None = UNSET
    attributes: Json | UnsetType = UNSET
    attributes_kwargs: Json | UnsetType = UNSET
    extra_attributes: Json | UnsetType = UNSET
    remote_modified_date: Instant | UnsetType | None = UNSET
    productimage_set: list[ImageDocument] | UnsetType = UNSET


class CargoCompanyDocument(Document, kw_only=True, frozen=True):
    """A carrier, by the upstream's number for it. A new one needs a name."""

    omnitron_id: OmnitronId
    name: Key255 | UnsetType = UNSET


class StockLocationDocument(Document, kw_only=True, frozen=True):
    """A store or warehouse, by its ERP code. A new one needs a name and a type."""

    erp_code: Key100
    name: Key255 | UnsetType = UNSET
    stock_location_type: LocationType | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    priority: Number | UnsetType | None = UNSET
    max_quota: Quota | UnsetType | None = UNSET
    latitude: Latitude | UnsetType | None = UNSET
    longitude: Longitude | UnsetType | None = UNSET
    city: Text255 | UnsetType | None = UNSET


class RuleDocument(Document, kw_only=True, frozen=True, omit_defaults=False):
    """A rule of a scenario, whole: what is left out has the value given here. Locations are ERP codes."""

    name: Key255
    priority: Number
    stock_locations: list[Key100] = field(default_factory=list)
    except_stock_locations: list[Key100] = field(default_factory=list)
    stock_location_type: LocationType | None = None
    order_by: OrderBy = OrderBy.PRIORITY
    select_by_quota: bool = False
    split: Split = Split.LINE


class ScenarioDocument(Document, kw_only=True, frozen=True):
    """A scenario, by its name. Given rules take the place of all that were there, known by their names."""

    name: Key255
    is_active: bool | UnsetType = UNSET
    priority: Number | UnsetType | None = UNSET
    channels: list[Key255] | UnsetType = UNSET
    payment_types: list[Key50] | UnsetType = UNSET
    delivery_types: list[Key50] | UnsetType = UNSET
    rules: list[RuleDocument] | UnsetType = UNSET
