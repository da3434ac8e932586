"""Countries, cities, townships and districts of addresses, with the coordinates that distances use."""

from decimal import Decimal

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Base
from app.models.columns import Coordinate, KeyText, primary_key, reference


class Place:
    """What every geographical row has. `omnitron_id` is the upstream's key for it."""

    id: Mapped[int] = primary_key()
    omnitron_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    name: Mapped[str] = mapped_column(KeyText(255))
    is_active: Mapped[bool] = mapped_column(default=True)
    longitude: Mapped[Decimal | None] = mapped_column(Coordinate)
    latitude: Mapped[Decimal | None] = mapped_column(Coordinate)


class Country(Place, Base):
    """A country; `code` is its two-letter code in lower case."""

    __tablename__ = "countries"

    code: Mapped[str | None] = mapped_column(KeyText(10), unique=True)


class City(Place, Base):
    """A city of a country."""

    __tablename__ = "cities"
    __table_args__ = (Index("ix_cities_country_id_name", "country_id", "name"),)

    country_id: Mapped[int] = reference("countries.id")

    country: Mapped[Country] = relationship(lazy="raise")


class Township(Place, Base):
    """A township of a city."""

    __tablename__ = "townships"
    __table_args__ = (Index("ix_townships_city_id_name", "city_id", "name"),)

    city_id: Mapped[int] = reference("cities.id")

    city: Mapped[City] = relationship(lazy="raise")


class District(Place, Base):
    """A district of a township; `city_id` repeats the township's city, as the API shows it."""

    __tablename__ = "districts"
    __table_args__ = (Index("ix_districts_township_id_name", "township_id", "name"),)

    city_id: Mapped[int] = reference("cities.id", index=True)
    township_id: Mapped[int] = reference("townships.id")

    city: Mapped[City] = relationship(lazy="raise")
    township: Mapped[Township] = relationship(lazy="raise")
