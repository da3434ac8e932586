"""The picture a product is shown with in lists: its first."""

from sqlalchemy import select

from app.models.products import Product, ProductImage

FIRST_PICTURE = (
    select(ProductImage.url)
    .where(ProductImage.product_id == Product.id)
    .order_by(ProductImage.position, ProductImage.id)
    .limit(1)
    .correlate(Product)
    .scalar_subquery()
)
"""The address of it as a column beside Product's; null without one."""
