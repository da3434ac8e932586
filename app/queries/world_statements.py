"""The statements that read a World, built once: planning thousands of orders runs them as often.

They run on tables and not on mapped classes, which would cost ten times their SQL.
"""

from typing import Any

from sqlalchemy import BindParameter, bindparam, func, select

from app.models.channels import Channel
from app.models.columns import table
from app.models.customers import Address
from app.models.geography import City, District
from app.models.inventory_discrepancies import IS_ACTIVE, InventoryDiscrepancy
from app.models.list_parameters import one_of
from app.models.mappings import Mapping
from app.models.orders import Order, OrderItem
from app.models.packages import IS_UNPACKED, Package, PackageItem, Refusal
from app.models.products import Product
from app.models.reservations import IS_HELD, Reservation
from app.models.scenarios import Rule, RuleLocation, Scenario, scenario_channels
from app.models.stock import Stock
from app.models.stock_locations import StockLocation

# SQLite would search by state and not by product if it did not see how many products there are.
_PRODUCTS: BindParameter[Any] = bindparam("products", expanding=True)

_addresses = table(Address).c
_channels = table(Channel).c
_cities = table(City).c
_discrepancies = table(InventoryDiscrepancy).c
_districts = table(District).c
_items = table(OrderItem).c
_locations = table(StockLocation).c
_mappings = table(Mapping).c
_orders = table(Order).c
_package_items = table(PackageItem).c
_packages = table(Package).c
_products = table(Product).c
_refusals = table(Refusal).c
_reservations = table(Reservation).c
_rule_locations = table(RuleLocation).c
_rules = table(Rule).c
_scenarios = table(Scenario).c
_stocks = table(Stock).c

SKUS = select(_products.id, _products.sku).where(one_of(_products.id, "ids"))

ITEM_SKUS = (
    select(_items.id, _products.sku)
    .join_from(table(OrderItem), table(Product), _products.id == _items.product_id)
    .where(one_of(_items.id, "ids"))
)

LOCATIONS = select(
    _locations.id,
    _locations.erp_code,
    _locations.name,
    _locations.stock_location_type,
    _locations.is_active,
    _locations.priority,
    _locations.max_quota,
    _locations.latitude,
    _locations.longitude,
).order_by(_locations.erp_code)

# A row for each channel of a scenario, and one for a scenario of any channel.
SCENARIOS = (
    select(
        _scenarios.id,
        _scenarios.name,
        _scenarios.is_active,
        _scenarios.priority,
        _scenarios.payment_types,
        _scenarios.delivery_types,
        _channels.name.label("channel"),
    )
    .select_from(
        table(Scenario)
        .outerjoin(scenario_channels, scenario_channels.c.scenario_id == _scenarios.id)
        .outerjoin(table(Channel), _channels.id == scenario_channels.c.channel_id)
    )
    .order_by(_scenarios.id)
)

# A row for each location a rule names, and one for a rule that names none.
RULES = (
    select(
        _rules.id,
        _rules.scenario_id,
        _rules.name,
        _rules.priority,
        _rules.stock_location_type,
        _rules.order_by,
        _rules.select_by_quota,
        _rules.split,
        _rule_locations.stock_location_id,
        _rule_locations.is_excluded,
    )
    .select_from(table(Rule).outerjoin(table(RuleLocation), _rule_locations.rule_id == _rules.id))
    .order_by(_rules.scenario_id, _rules.priority, _rules.id)
)

QUOTAS = (
    select(_packages.stock_location_id, func.count())
    .where(IS_UNPACKED, _packages.stock_location_id.is_not(None))
    .group_by(_packages.stock_location_id)
)

DEMANDS = (
    select(
        _orders.id,
        _orders.number,
        _orders.date_placed,
        _orders.payment_type,
        _orders.delivery_type,
        _channels.name.label("channel"),
        func.coalesce(_districts.latitude, _cities.latitude).label("latitude"),
        func.coalesce(_districts.longitude, _cities.longitude).label("longitude"),
    )
    .select_from(
        table(Order)
        .join(table(Channel), _channels.id == _orders.channel_id)
        .outerjoin(table(Address), _addresses.id == _orders.shipping_address_id)
        .outerjoin(table(District), _districts.id == _addresses.district_id)
        .outerjoin(table(City), _cities.id == _addresses.city_id)
    )
    .where(one_of(_orders.id, "ids"))
)

STOCK = select(
    _stocks.stock_location_id, _stocks.product_id, _stocks.stock_count, _stocks.answered_date
).where(one_of(_stocks.product_id, "products"))

HELD = (
    select(
        _reservations.id,
        _reservations.stock_location_id,
        _reservations.product_id,
        _reservations.quantity,
        _reservations.reserved_date,
        _orders.id.label("order_id"),
        _orders.number.label("order_number"),
        _orders.state.label("order_state"),
        _orders.date_placed,
        _items.id.label("order_item_id"),
        _items.state.label("item_state"),
        _packages.id.label("package_id"),
        _packages.state.label("package_state"),
        _package_items.state.label("package_item_state"),
        _mappings.id.label("mapping_id"),
        _mappings.created_date.label("mapped_at"),
    )
    .select_from(
        table(Reservation)
        .join(table(OrderItem), _items.id == _reservations.order_item_id)
        .join(table(Order), _orders.id == _items.order_id)
        .outerjoin(table(PackageItem), _package_items.id == _reservations.package_item_id)
        .outerjoin(table(Package), _packages.id == _package_items.package_id)
        .outerjoin(table(Mapping), _mappings.order_item_id == _items.id)
    )
    .where(IS_HELD, _reservations.product_id.in_(_PRODUCTS))
    .order_by(_reservations.id)
)

REPORTS = (
    select(
        _discrepancies.id,
        _discrepancies.stock_location_id,
        _discrepancies.product_id,
        _discrepancies.reason,
        _discrepancies.created_date,
    )
    .where(IS_ACTIVE, _discrepancies.product_id.in_(_PRODUCTS))
    .order_by(_discrepancies.id)
)

REFUSALS = select(_refusals.order_item_id, _refusals.stock_location_id).where(
    one_of(_refusals.order_item_id, "ids")
)
