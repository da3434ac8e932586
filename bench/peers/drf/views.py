"""The lists, newest first.

To-one relations are joined and collections prefetched, as the manual says; with BENCH_DRF=prefetched every
relation of an order is prefetched, which a planner of joins may like better.
"""

import os

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery, Sum
from rest_framework.generics import ListAPIView

from bench.peers.drf import models, serializers

PLACES = ("customer", "city", "country", "township", "district")


def prefetched_state(kind: str) -> Prefetch:
    """The states of that kind of record: their codes are unique only there."""
    return Prefetch("state", models.State.objects.filter(content_type__model=kind))


ADDRESS_PARTS = tuple(f"{kind}_address__{place}" for kind in ("shipping", "billing") for place in PLACES)
ITEM_PARTS = ("product", "price_list", "stock_list")
ITEM_COLLECTIONS = (prefetched_state("orderitem"), "product__productimage_set")


def _joined() -> QuerySet:
    items = models.OrderItem.objects.select_related(*ITEM_PARTS).prefetch_related(*ITEM_COLLECTIONS)
    return models.Order.objects.select_related("customer", "channel", *ADDRESS_PARTS).prefetch_related(
        prefetched_state("order"), Prefetch("orderitem_set", items)
    )


def _prefetched() -> QuerySet:
    items = models.OrderItem.objects.prefetch_related(*ITEM_PARTS, *ITEM_COLLECTIONS)
    return models.Order.objects.prefetch_related(
        "customer", "channel", *ADDRESS_PARTS, prefetched_state("order"), Prefetch("orderitem_set", items)
    )


class Orders(ListAPIView):
    serializer_class = serializers.Order
    queryset = (_prefetched() if os.environ.get("BENCH_DRF") == "prefetched" else _joined()).order_by("-id")


def _of_items(aggregate: Count | Sum) -> Subquery:
    items = models.OrderItem.objects.filter(order=OuterRef("pk")).order_by().values("order")
    return Subquery(items.annotate(found=aggregate).values("found"))


class ShortOrders(ListAPIView):
    serializer_class = serializers.ShortOrder
    queryset = models.Order.objects.order_by("-id").annotate(
        order_item_count=_of_items(Count("pk")), net_amount=_of_items(Sum("net_amount"))
    )


class StockInfo(ListAPIView):
    serializer_class = serializers.StockLogEntry

    def get_queryset(self) -> QuerySet:
        found = models.StockLogEntry.objects.select_related("order_item", "product").order_by("-date", "-id")
        given = self.request.query_params
        if "order_number" in given:
            found = found.filter(order_number=given["order_number"])
        if "erp_code" in given:
            found = found.filter(stock_location__erp_code=given["erp_code"])
        return found
