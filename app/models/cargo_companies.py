"""Who carries packages to the customer."""

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import KeyText, Timestamps, primary_key


class CargoCompany(Timestamps, Base):
    """A carrier, known to the upstream by `omnitron_id`."""

    __tablename__ = "cargo_companies"

    id: Mapped[int] = primary_key()
    omnitron_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    name: Mapped[str] = mapped_column(KeyText(255), index=True)
