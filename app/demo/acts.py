"""What can happen in the simulated month: each act changes the simulation and writes its line of the script.

The acts keep to what the loader does with the same line (domain.md, section 3; diagnosis.md, sections 2
and 6); who serves an order is asked of the real planner.
"""

from collections.abc import Iterable
from typing import Any

from app.demo.orders import PLANNABLE, UNPACKED, Item, Order, Package, Piece
from app.demo.places import PLACE_BY_CODE, location_line
from app.demo.script import Script
from app.demo.shelves import HUNDREDTHS, Shelves
from app.domain.facts import LocationType, OrderBy, Place, Rule, Scenario, Split
from app.domain.planning import plan

_BECOMES = {
    "prepare": "200",
    "pack": "400",
    "ship": "500",
    "deliver": "550",
    "block": "700",
    "unblock": "100",
}
_ENDS = {"refuse": "600", "not_found": "600", "cancel": "600", "pack_for_refund": "1100"}


class Acts:
    """The retailer's doings. Quantities are whole units."""

    def __init__(self, script: Script, shelves: Shelves) -> None:
        self.script = script
        self.shelves = shelves
        self.documents: dict[str, dict[str, Any]] = {}
        """Scenario lines by name, as last written."""

    # Master data

    def set_location(self, erp_code: str, *, is_active: bool = True, max_quota: int | None = None) -> None:
        """Write the location as it is from now on."""
        line = location_line(PLACE_BY_CODE[erp_code], is_active=is_active, max_quota=max_quota)
        self.shelves.put_location(line)
        self.script.tell(line)

    def set_scenario(self, document: dict[str, Any]) -> None:
        """Write the scenario as it is from now on."""
        name = document["name"]
        self.documents[name] = document
        self.shelves.scenarios[name] = _scenario(list(self.documents).index(name) + 1, document)
        self.script.tell(document)

    # Stock

    def answer_stock(self, place: Place, units: int | None = None) -> None:
        """The location answers with the ERP's count; with `units` the ERP has counted anew."""
        if units is not None:
            self.shelves.on_hand[place] = units
        erp_code, sku = place
        count = self.shelves.answer(place)
        self.script.tell({"kind": "stock", "erp_code": erp_code, "sku": sku, "stock_count": str(count)})

    def report(self, item: Item, erp_code: str, reason: str) -> None:
        """The location reports something about an item it has in a package; nothing is planned again."""
        self.shelves.report_missing((erp_code, item.sku))
        line = {"kind": "discrepancy", "erp_code": erp_code, "omnitron_id": item.omnitron_id}
        self.script.tell({**line, "reason": reason})

    def clear_discrepancy(self, place: Place) -> None:
        """Clear every active discrepancy of the product there."""
        self.shelves.discrepancies.pop(place, None)
        self.script.tell({"kind": "discrepancy_clear", "erp_code": place[0], "sku": place[1]})

    # Orders

    def receive(self, order: Order) -> None:
        """An order arrives; it is planned at once if its state says so."""
        self.script.tell(order.line)
        self._plan(order)

    def set_order_state(self, order: Order, state: str, item: Item | None = None) -> None:
        """A state arrives from upstream, for the whole order or for one item."""
        line: dict[str, Any] = {"kind": "order_state", "number": order.number, "state": state}
        moved = [item] if item else [one for one in order.items if one.state == order.state]
        if item:
            line["omnitron_id"] = item.omnitron_id
        else:
            was_plannable = order.state in PLANNABLE
            order.state = state
        for one in moved:
            one.state = state
        self.script.tell(line)
        if item is None and state in PLANNABLE and not was_plannable:
            self._plan(order)

    def replan(self, order: Order) -> None:
        """Somebody plans again what the order still waits for."""
        self.script.tell({"kind": "replan", "number": order.number})
        self._plan(order)

    def register(self, item: Item, code: str, *, update_stock: bool = True) -> None:
        """The ERP has registered the item and takes its units off its counts."""
        item.is_mapped = True
        line = {
            "kind": "mapping",
            "omnitron_id": item.omnitron_id,
            "code": code,
            "update_stock": update_stock,
        }
        self.script.tell(line)
        for piece in item.pieces:
            place = (piece.erp_code, item.sku)
            if not piece.is_cancelled:
                self.shelves.on_hand[place] = self.shelves.on_hand.get(place, 0) - piece.quantity
            if update_stock:
                self._let_go(piece)

    def reserve(self, item: Item, erp_code: str, quantity: int) -> None:
        """Something outside planning holds units for the item, without a package."""
        self.shelves.hold((erp_code, item.sku), quantity)
        line = {"kind": "reservation", "omnitron_id": item.omnitron_id, "erp_code": erp_code}
        self.script.tell({**line, "quantity": str(quantity)})

    # Packages

    def command(self, package: Package, command: str, reason: str | None = None) -> None:
        """A package command of domain.md, section 3; what follows from it happens too."""
        line = {
            "kind": "package_command",
            "number": package.order.number,
            "sku": package.sku,
            "erp_code": package.erp_code,
            "command": command,
        }
        self.script.tell({**line, "reason": reason} if reason else line)
        self._change_state(package, _BECOMES.get(command) or _ENDS[command])
        if command == "ship":
            for piece in package.pieces:
                piece.is_shipped = True
        if command in _ENDS:
            self._end(package, command)

    def give_up(self, order: Order) -> None:
        """The customer does not wait for stock: the out-of-stock package is cancelled, then the order."""
        sku = order.unserved()[0].sku
        self.script.tell({"kind": "package_command", "number": order.number, "sku": sku, "command": "cancel"})
        self.set_order_state(order, "100")

    def _end(self, package: Package, command: str) -> None:
        for piece in package.pieces:
            piece.is_cancelled = True
            self._let_go(piece)
            if command == "refuse":
                self.shelves.refusals.add((piece.item.omnitron_id, package.erp_code))
            if command == "not_found":
                self.shelves.report_missing((package.erp_code, piece.item.sku))
        if command in ("refuse", "not_found"):
            self._plan(package.order)

    def _change_state(self, package: Package, state: str) -> None:
        counted, counts = package.state in UNPACKED, state in UNPACKED
        if counted != counts:
            self.shelves.use_quota(package.erp_code, 1 if counts else -1)
        package.state = state

    def _let_go(self, piece: Piece) -> None:
        if piece.is_held:
            piece.is_held = False
            self.shelves.hold((piece.erp_code, piece.item.sku), -piece.quantity)

    def _plan(self, order: Order) -> None:
        if not order.unserved():
            return
        items = {item.omnitron_id: item for item in order.items}
        packages: dict[str, Package] = {}
        for grant in plan(order.demand(), self.shelves.world()).grants:
            item = items[grant.order_item_id]
            piece = Piece(item, grant.erp_code, grant.quantity // HUNDREDTHS)
            item.pieces.append(piece)
            self.shelves.hold((grant.erp_code, grant.sku), piece.quantity)
            package = packages.setdefault(grant.erp_code, Package(order, grant.erp_code, []))
            package.pieces.append(piece)
        for package in packages.values():
            self.shelves.use_quota(package.erp_code, 1)
        order.packages += packages.values()


def _scenario(number: int, document: dict[str, Any]) -> Scenario:
    return Scenario(
        id=number,
        name=document["name"],
        is_active=document["is_active"],
        priority=document["priority"],
        channels=frozenset(document["channels"]),
        payment_types=frozenset(document["payment_types"]),
        delivery_types=frozenset(document["delivery_types"]),
        rules=tuple(_rules(document["rules"])),
    )


def _rules(documents: Iterable[dict[str, Any]]) -> Iterable[Rule]:
    for rule in documents:
        only = rule["stock_location_type"]
        yield Rule(
            id=rule["priority"],
            name=rule["name"],
            priority=rule["priority"],
            stock_locations=frozenset(rule["stock_locations"]),
            except_stock_locations=frozenset(rule["except_stock_locations"]),
            stock_location_type=LocationType(only) if only else None,
            order_by=OrderBy(rule["order_by"]),
            select_by_quota=rule["select_by_quota"],
            split=Split(rule["split"]),
        )
