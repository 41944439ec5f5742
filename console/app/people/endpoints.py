"""The pages of accounts, `/people`, and of one's own, `/account`."""

from fastapi import APIRouter

from app.people import accounts, own_account, own_password, own_sessions

router = APIRouter()

for part in (accounts, own_account, own_password, own_sessions):
    router.include_router(part.router)
