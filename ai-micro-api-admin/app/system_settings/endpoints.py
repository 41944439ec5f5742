"""`/api/settings`."""

from typing import Annotated

from fastapi import APIRouter, Path

from app.system_settings.problems import InvalidSettingValue, SettingNotFound
from app.system_settings.schemas import SettingChange, SettingOut
from app.system_settings.service import SystemSettings
from service_kit.http.etags import Conditional
from service_kit.http.problems import problems
from service_kit.http.schemas import Text
from service_kit.lists.pagination import InvalidCursor, NumberedPaging, Page, Slice
from service_kit.lists.text_search import SearchText
from service_kit.server.routing import Route
from service_kit.tokens.verification import Administrator

router = APIRouter(prefix="/api/settings", tags=["settings"], route_class=Route)

Key = Annotated[Text, Path(max_length=100, examples=["search.japanese.vector_weight"])]


@router.get("", response_model=Page[SettingOut], responses=problems(InvalidCursor))
def list_all(
    _: Administrator, settings: SystemSettings, page: NumberedPaging, q: SearchText = None
) -> Slice[SettingOut]:
    """List the settings with their values and defaults, by key; `q` is part of a key. Administrators only."""
    return settings.search(q, page)


@router.get("/{key}", responses=problems(SettingNotFound))
def get(key: Key, _: Administrator, settings: SystemSettings) -> SettingOut:
    """Return a setting; administrators only."""
    return settings.get(key)


@router.put("/{key}", responses=problems(SettingNotFound, InvalidSettingValue))
def change(
    key: Key, body: SettingChange, subject: Administrator, condition: Conditional, settings: SystemSettings
) -> SettingOut:
    """Change a setting; it holds from the next request on. Administrators only."""
    return settings.set(key, body.value, condition, by=subject)
