"""The product's tables as Django models. They are not managed: nothing is ever migrated from here."""

import json
from typing import Any

from django.db import models


class Hundredths(models.BigIntegerField):
    """A whole number of hundredths."""


class Degrees(models.BigIntegerField):
    """A whole number of 1e-8 degrees."""


class Json(models.JSONField):
    """A column of type json, which the PostgreSQL driver has decoded already."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value


def reference(model: str, column: str | None = None, **options: Any) -> models.ForeignKey:
    return models.ForeignKey(model, models.DO_NOTHING, db_column=column, null=True, **options)


class User(models.Model):
    username = models.CharField(max_length=150)
    role = models.CharField(max_length=20)
    is_active = models.BooleanField()
    is_authenticated = True

    class Meta:
        managed = False
        db_table = "users"


class Token(models.Model):
    user = reference("User")
    digest = models.CharField(max_length=64, unique=True)
    expires_date = models.DateTimeField(null=True)
    revoked_date = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "tokens"


class ContentType(models.Model):
    model = models.CharField(max_length=100)

    class Meta:
        managed = False
        db_table = "content_types"


class State(models.Model):
    created_date = models.DateTimeField()
    modified_date = models.DateTimeField()
    translations = Json()
    name = models.CharField(max_length=100)
    config = Json()
    enum_class = models.CharField(max_length=50)
    # Unique within a content type; who follows a key to it names the type (see views.py).
    enum_value = models.CharField(max_length=20, unique=True)
    content_type = reference("ContentType")

    class Meta:
        managed = False
        db_table = "states"


class Channel(models.Model):
    channel_type = models.CharField(max_length=50)
    created_date = models.DateTimeField()
    modified_date = models.DateTimeField()
    omnitron_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=255)
    configuration = Json()
    is_active = models.BooleanField()

    class Meta:
        managed = False
        db_table = "channels"


class CargoCompany(models.Model):
    name = models.CharField(max_length=255)

    class Meta:
        managed = False
        db_table = "cargo_companies"


class Place(models.Model):
    name = models.CharField(max_length=255)
    is_active = models.BooleanField()
    longitude = Degrees(null=True)
    latitude = Degrees(null=True)

    class Meta:
        abstract = True


class Country(Place):
    code = models.CharField(max_length=10, null=True)

    class Meta:
        managed = False
        db_table = "countries"


class City(Place):
    country = reference("Country")

    class Meta:
        managed = False
        db_table = "cities"


class Township(Place):
    city = reference("City")

    class Meta:
        managed = False
        db_table = "townships"


class District(Place):
    city = reference("City")
    township = reference("Township")

    class Meta:
        managed = False
        db_table = "districts"


class Customer(models.Model):
    email = models.CharField(max_length=254, null=True)
    first_name = models.CharField(max_length=255, null=True)
    last_name = models.CharField(max_length=255, null=True)
    phone_number = models.CharField(max_length=50, null=True)
    erp_code = models.CharField(max_length=100, null=True)
    channel = reference("Channel")

    class Meta:
        managed = False
        db_table = "customers"


class Address(models.Model):
    city = reference("City")
    country = reference("Country")
    township = reference("Township")
    district = reference("District")
    customer = reference("Customer")
    address_type = models.CharField(max_length=50)
    created_date = models.DateTimeField()
    modified_date = models.DateTimeField()
    omnitron_id = models.BigIntegerField(null=True)
    mapping = models.CharField(max_length=255, null=True)
    title = models.CharField(max_length=255, null=True)
    is_active = models.BooleanField()
    line = models.TextField(null=True)
    postcode = models.CharField(max_length=50, null=True)
    notes = models.TextField(null=True)
    email = models.CharField(max_length=254, null=True)
    phone_number = models.CharField(max_length=50, null=True)
    first_name = models.CharField(max_length=255, null=True)
    last_name = models.CharField(max_length=255, null=True)
    company_name = models.CharField(max_length=255, null=True)
    tax_office = models.CharField(max_length=255, null=True)
    tax_no = models.CharField(max_length=50, null=True)
    e_bill_taxpayer = models.BooleanField()

    class Meta:
        managed = False
        db_table = "addresses"


class Product(models.Model):
    created_date = models.DateTimeField()
    modified_date = models.DateTimeField()
    omnitron_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=512)
    base_code = models.CharField(max_length=255, null=True)
    sku = models.CharField(max_length=255)
    barcode = models.CharField(max_length=255, null=True)
    attributes = Json()
    attributes_kwargs = Json()
    extra_attributes = Json()
    remote_modified_date = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "products"


class ProductImage(models.Model):
    product = reference("Product")
    position = models.IntegerField()
    url = models.TextField()

    class Meta:
        managed = False
        db_table = "product_images"
        ordering = ("position", "id")


class PriceList(models.Model):
    code = models.CharField(max_length=255, null=True)
    name = models.CharField(max_length=255)
    currency = models.CharField(max_length=10)
    created_date = models.DateTimeField()
    is_auto_sync = models.BooleanField()
    modified_date = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "price_lists"


class StockList(models.Model):
    code = models.CharField(max_length=255, null=True)
    name = models.CharField(max_length=255)
    created_date = models.DateTimeField()
    is_auto_sync = models.BooleanField()
    modified_date = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "stock_lists"


class Order(models.Model):
    state = reference("State", "state", to_field="enum_value", related_name="+")
    customer = reference("Customer")
    shipping_address = reference("Address", related_name="+")
    billing_address = reference("Address", related_name="+")
    channel = reference("Channel")
    cargo_company = reference("CargoCompany")
    payment_type = models.CharField(max_length=50)
    retail_store = models.CharField(max_length=255, null=True)
    delivery_range = models.CharField(max_length=255, null=True)
    client_type = models.CharField(max_length=50)
    delivery_type = models.CharField(max_length=50)
    created_date = models.DateTimeField()
    modified_date = models.DateTimeField()
    omnitron_id = models.BigIntegerField(null=True)
    number = models.CharField(max_length=100)
    date_placed = models.DateTimeField()
    tracking_number = models.CharField(max_length=255, null=True)
    has_gift_box = models.BooleanField()
    gift_box_note = models.TextField(null=True)
    notes = models.TextField(null=True)
    segment = models.CharField(max_length=255, null=True)

    class Meta:
        managed = False
        db_table = "orders"


class OrderItem(models.Model):
    state = reference("State", "state", to_field="enum_value", related_name="+")
    product = reference("Product")
    created_date = models.DateTimeField()
    modified_date = models.DateTimeField()
    omnitron_id = models.BigIntegerField()
    net_amount = Hundredths(null=True)
    price = Hundredths(null=True)
    price_currency = models.CharField(max_length=10, null=True)
    retail_price = Hundredths(null=True)
    tax_rate = Hundredths(null=True)
    tax_amount = Hundredths(null=True)
    discount_amount = Hundredths(null=True)
    without_net_amount = Hundredths(null=True)
    installment_interest_amount = Hundredths(null=True)
    attributes = Json()
    attributes_kwargs = Json()
    image = models.TextField(null=True)
    price_list = reference("PriceList")
    stock_list = reference("StockList")
    extra_field = Json(null=True)
    parent_omnitron_id = models.BigIntegerField(null=True)
    order = reference("Order")

    class Meta:
        managed = False
        db_table = "order_items"
        ordering = ("id",)


class StockLocation(models.Model):
    erp_code = models.CharField(max_length=100, unique=True)

    class Meta:
        managed = False
        db_table = "stock_locations"


class StockLogEntry(models.Model):
    order_number = models.CharField(max_length=100)
    order_item = reference("OrderItem")
    stock_location = reference("StockLocation")
    product = reference("Product")
    date = models.DateTimeField()
    stock_count = Hundredths()
    reservation_count = Hundredths()
    quantity = Hundredths()
    unit_type = models.CharField(max_length=20)

    class Meta:
        managed = False
        db_table = "stock_log_entries"
