"""What to try in a demo that is served: map a delivered item by script, and see who gets its units.

The story is that of `shipped_sets_are_not_registered_and_two_are_blocked`.
"""

from __future__ import annotations

from app.queries.mapping_examples import MappingExample, find_example

SKU = "BD-PERC-SKY-DBL"
"""Of five units three are delivered and unknown to the ERP, so they stay held, and others wait."""

_STEPS = """
To see a mapping free a unit: order {number} has its duvet set for days, but the ERP never registered it.
Package {package} waits for such a unit: {address}/packages/{package_id}/explanation
Register it as the ERP's script would, then look at that page again:

  KEY=$(curl -s {address}/api/v1/auth/login/ -d username={username} -d password={password} | cut -d'"' -f4)
  curl -s {address}/api/i1/order_items/{item}/create_mapping/ -H "Authorization: Token $KEY" \\
    -H 'Content-Type: application/json' -d '{{"code": "ERP-{item}", "update_stock": true}}'
"""


def find() -> MappingExample | None:
    """The item to map and the package that waits for it; None once the story is told."""
    return find_example(SKU)


def steps(example: MappingExample, address: str, username: str, password: str) -> str:
    """What to type, for the demo at that address."""
    return _STEPS.format(
        number=example.order_number,
        package=example.package_number,
        package_id=example.package_id,
        item=example.omnitron_id,
        address=address,
        username=username,
        password=password,
    )
