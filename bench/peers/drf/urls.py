"""The three lists that are compared."""

from django.urls import path

from bench.peers.drf import views

urlpatterns = [
    path("api/v1/oms/orders/", views.Orders.as_view()),
    path("api/v1/oms/orders/short/", views.ShortOrders.as_view()),
    path("api/v1/oms/order-stock-info/", views.StockInfo.as_view()),
]
