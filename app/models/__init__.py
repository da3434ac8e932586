"""The tables. Importing this package makes all of them known to the metadata; no rules live here."""

from app.models.audit import AuditEntry
from app.models.batches import Batch, BatchRow
from app.models.cargo_companies import CargoCompany
from app.models.channels import Channel
from app.models.counters import Counter
from app.models.customers import Address, Customer
from app.models.execution_plans import ExecutionPlan, ExecutionPlanItem, PlanAttempt
from app.models.facts import Fact
from app.models.geography import City, Country, District, Township
from app.models.inventory_discrepancies import InventoryDiscrepancy
from app.models.mapping_forwards import MappingForward
from app.models.mappings import Mapping
from app.models.orders import Order, OrderItem
from app.models.packages import Package, PackageItem, Refusal
from app.models.products import PriceList, Product, ProductImage, StockList
from app.models.remedy_outcomes import RemedyOutcome
from app.models.replays import Replay
from app.models.reservations import Reservation
from app.models.saved_views import DefaultView, SavedView
from app.models.scenarios import Rule, RuleLocation, Scenario, scenario_channels
from app.models.states import ContentType, State
from app.models.stock import Stock
from app.models.stock_feeds import StockFeed, StockFeedRow
from app.models.stock_locations import StockLocation
from app.models.stock_log import StockLogEntry
from app.models.transfers import TransferItem, TransferOrder
from app.models.triage import TriageResult
from app.models.upstream import UpstreamFeed, UpstreamOrder, UpstreamRun
from app.models.users import Token, User, user_locations
from app.models.webhooks import Webhook, WebhookAttempt, WebhookEvent
from app.models.workers import Worker

__all__ = [
    "Address",
    "AuditEntry",
    "Batch",
    "BatchRow",
    "CargoCompany",
    "Channel",
    "City",
    "ContentType",
    "Counter",
    "Country",
    "Customer",
    "DefaultView",
    "District",
    "ExecutionPlan",
    "ExecutionPlanItem",
    "Fact",
    "InventoryDiscrepancy",
    "Mapping",
    "MappingForward",
    "Order",
    "OrderItem",
    "Package",
    "PackageItem",
    "PlanAttempt",
    "PriceList",
    "Product",
    "ProductImage",
    "Refusal",
    "RemedyOutcome",
    "Replay",
    "Reservation",
    "Rule",
    "RuleLocation",
    "SavedView",
    "Scenario",
    "State",
    "Stock",
    "StockFeed",
    "StockFeedRow",
    "StockList",
    "StockLocation",
    "StockLogEntry",
    "Token",
    "Township",
    "TransferItem",
    "TransferOrder",
    "TriageResult",
    "UpstreamFeed",
    "UpstreamOrder",
    "UpstreamRun",
    "User",
    "Webhook",
    "WebhookAttempt",
    "WebhookEvent",
    "Worker",
    "scenario_channels",
    "user_locations",
]
