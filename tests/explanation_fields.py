"""The fields of an explanation's document, in their order (diagnosis.md, section 5)."""

DOCUMENT = [
    "package",
    "number",
    "order_number",
    "state",
    "at",
    "attempt",
    "planned_at",
    "explained_at",
    "cause",
    "determined",
    "sentence",
    "because",
    "lines",
    "remedies",
    "partly",
    "served_by",
    "changed_since_plan",
]
