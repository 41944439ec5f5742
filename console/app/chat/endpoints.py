"""The pages of conversations."""

from fastapi import APIRouter

from app.chat import conversations, questions

router = APIRouter(prefix="/knowledge")
router.include_router(conversations.router)
router.include_router(questions.router)
