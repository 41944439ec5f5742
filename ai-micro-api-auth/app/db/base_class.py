"""The declarative base that models subclass. `app.db.base` adds every model to it."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from service_kit.models import NAMING_CONVENTION


class Base(DeclarativeBase):
    """Base of every model of this service."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
