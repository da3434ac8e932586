"""Carriers, known by the upstream's number."""

from typing import cast

from app.models.cargo_companies import CargoCompany
from app.models.columns import table
from app.services import natural_keys, rows, saving
from app.services.documents.master_data import CargoCompanyDocument
from app.services.documents.values import body_of
from app.services.unit_of_work import unit_of_work

_CARRIERS = table(CargoCompany)


def save_cargo_company(document: CargoCompanyDocument) -> int:
    """Make or rename a carrier; its id. Raises Invalid for a new one without a name."""
    with unit_of_work() as work:
        row = rows.find(_CARRIERS, "omnitron_id", document.omnitron_id)
        before = {"omnitron_id": row["omnitron_id"], "name": row["name"]} if row else None
        change = saving.laid_over(before, body_of(document), CargoCompanyDocument, {}, ("name",))
        if row is None:
            row_id = rows.add(_CARRIERS, change.after)
            natural_keys.remember(work, "cargo_company", document.omnitron_id, row_id)
        else:
            row_id = cast(int, row["id"])
            if change.is_none:
                return row_id
            rows.change(_CARRIERS, row_id, change.changed)
        saving.tell(work, "cargo_company", change, row_id)
        return row_id
