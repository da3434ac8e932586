"""Nested serializers, read-only, with fields for the product's encodings of instants, amounts and degrees."""

from typing import Any, ClassVar

from django.db import models as django_models
from rest_framework import serializers

from bench.peers.drf import models
from bench.peers.masking import masked


class Instant(serializers.DateTimeField):
    """Six digits and Z; what comes from the database is in UTC already."""

    def to_representation(self, value: Any) -> str:
        return value.isoformat(timespec="microseconds")[:26] + "Z"


class Hundredths(serializers.IntegerField):
    """A text with two decimals."""

    def to_representation(self, value: int) -> str:
        whole, part = divmod(abs(value), 100)
        return f"{'-' if value < 0 else ''}{whole}.{part:02}"


class Degrees(serializers.IntegerField):
    """A text with eight decimals."""

    def to_representation(self, value: int) -> str:
        whole, part = divmod(abs(value), 100_000_000)
        return f"{'-' if value < 0 else ''}{whole}.{part:08}"


class ModelSerializer(serializers.ModelSerializer):
    """With those fields for those columns."""

    serializer_field_mapping: ClassVar = {
        **serializers.ModelSerializer.serializer_field_mapping,
        django_models.DateTimeField: Instant,
        models.Hundredths: Hundredths,
        models.Degrees: Degrees,
    }


def fields_of(model: Any, names: str) -> type:
    """The Meta of a serializer that only reads these fields, in this order."""
    listed = names.split()
    return type("Meta", (), {"model": model, "fields": listed, "read_only_fields": listed})


class State(ModelSerializer):
    Meta = fields_of(
        models.State,
        "id created_date modified_date translations name config enum_class enum_value content_type",
    )


class ProductImage(ModelSerializer):
    order = serializers.IntegerField(source="position")
    Meta = fields_of(models.ProductImage, "order id url product")


class Product(ModelSerializer):
    productimage_set = ProductImage(many=True)
    Meta = fields_of(
        models.Product,
        "id productimage_set created_date modified_date omnitron_id name base_code sku barcode attributes "
        "attributes_kwargs extra_attributes remote_modified_date",
    )


class PriceList(ModelSerializer):
    Meta = fields_of(models.PriceList, "pk code name currency created_date is_auto_sync modified_date")


class StockList(ModelSerializer):
    Meta = fields_of(models.StockList, "pk code name created_date is_auto_sync modified_date")


class OrderItem(ModelSerializer):
    state = State()
    product = Product()
    price_list = PriceList()
    stock_list = StockList()
    Meta = fields_of(
        models.OrderItem,
        "id state product created_date modified_date omnitron_id net_amount price price_currency "
        "retail_price tax_rate tax_amount discount_amount without_net_amount "
        "installment_interest_amount attributes attributes_kwargs image price_list stock_list "
        "extra_field parent_omnitron_id order",
    )


class Customer(ModelSerializer):
    Meta = fields_of(models.Customer, "email first_name last_name phone_number erp_code pk channel")


class City(ModelSerializer):
    Meta = fields_of(models.City, "pk name country is_active longitude latitude")


class Country(ModelSerializer):
    Meta = fields_of(models.Country, "pk name code is_active longitude latitude")


class Township(ModelSerializer):
    Meta = fields_of(models.Township, "pk name city is_active longitude latitude")


class District(ModelSerializer):
    Meta = fields_of(models.District, "pk name city township is_active longitude latitude")


class Address(ModelSerializer):
    city = City()
    country = Country()
    township = Township()
    district = District()
    customer = Customer()
    Meta = fields_of(
        models.Address,
        "id city country township district customer address_type created_date modified_date omnitron_id "
        "mapping title is_active line postcode notes email phone_number first_name last_name company_name "
        "tax_office tax_no e_bill_taxpayer",
    )


class Channel(ModelSerializer):
    configuration = serializers.SerializerMethodField()
    Meta = fields_of(
        models.Channel,
        "id channel_type created_date modified_date omnitron_id name configuration is_active",
    )

    def get_configuration(self, channel: models.Channel) -> dict[str, Any]:
        return masked(channel.configuration)


class Order(ModelSerializer):
    state = State()
    commands = serializers.SerializerMethodField()
    orderitem_set = OrderItem(many=True)
    customer = Customer()
    shipping_address = Address()
    billing_address = Address()
    channel = Channel()
    Meta = fields_of(
        models.Order,
        "id state commands orderitem_set customer shipping_address billing_address channel payment_type "
        "retail_store delivery_range client_type delivery_type created_date modified_date omnitron_id number "
        "date_placed tracking_number has_gift_box gift_box_note notes segment cargo_company",
    )

    def get_commands(self, order: models.Order) -> list[str]:
        return []


class ShortOrder(ModelSerializer):
    state = serializers.CharField(source="state_id")
    order_item_count = serializers.IntegerField()
    net_amount = Hundredths()
    Meta = fields_of(
        models.Order,
        "id omnitron_id number state channel customer shipping_address billing_address payment_type "
        "delivery_type client_type cargo_company tracking_number date_placed created_date modified_date "
        "order_item_count net_amount",
    )


class LogOrderItem(serializers.Serializer):
    pk = serializers.IntegerField(source="order_item_id")
    sku = serializers.CharField(source="product.sku")
    omnitron_id = serializers.IntegerField(source="order_item.omnitron_id")
    order_number = serializers.CharField()


class StockData(serializers.Serializer):
    quantity = Hundredths()
    unit_type = serializers.CharField()
    stock_count = Hundredths()
    reservation_count = Hundredths()


class StockLogEntry(serializers.Serializer):
    date = Instant()
    order_item = LogOrderItem(source="*")
    stock_data = StockData(source="*")
