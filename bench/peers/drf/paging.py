"""Pages as the product has them."""

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    page_size = 10
    max_page_size = 200
    page_size_query_param = "limit"
