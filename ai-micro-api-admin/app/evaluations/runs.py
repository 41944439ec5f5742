"""Does the runs of evaluations, as a chore of the workers."""

from collections.abc import Sequence
from typing import Any

import structlog

from app.contents.models import KnowledgeBase
from app.evaluations.measures import Found, Outcome, comparable, measured
from app.evaluations.models import EvaluationQuestion, EvaluationRun
from app.evaluations.repository import EvaluationRepository
from app.search.schemas import Mode
from app.search.service import SearchService
from app.system_settings.repository import current_values
from service_kit.database.sessions import Database
from service_kit.http.problems import Problem
from service_kit.tokens.verification import ADMINISTRATOR_ROLE, Subject

_PASSAGES = 20
"""Passages of a search; several may be of one document."""

logger = structlog.get_logger(__name__)


class EvaluationRuns:
    """Does one run after the other.

    Args:
        database: where they are.
        search: what is measured.
    """

    def __init__(self, database: Database, search: SearchService) -> None:
        self._database = database
        self._search = search

    def do_one(self) -> bool:
        """Do the oldest run that waits.

        Returns:
            True if there was one.
        """
        with self._database.session() as session:
            evaluations = EvaluationRepository(session)
            run = evaluations.claim()
            if run is None:
                return False
            evaluation = evaluations.get(run.evaluation_id)
            assert evaluation is not None  # noqa: S101 - a run goes with it
            questions = evaluations.questions(run.evaluation_id)
            knowledge_base = session.get_one(KnowledgeBase, evaluation.knowledge_base_id)
        log = logger.bind(evaluation_run_id=str(run.id))
        try:
            values = self._measured(run, knowledge_base, questions)
        except Problem as problem:
            values = {"state": "failed", "error": str(problem.detail)}
        except Exception:
            # Tried again it would fail again, and keep the workers from everything else.
            log.exception("evaluation_failed")
            values = {"state": "failed", "error": "The run failed because of a fault on our side."}
        with self._database.session() as session:
            EvaluationRepository(session).finish(run.id, **values)
        log.info("evaluation_ended", state=values["state"])
        return True

    def _measured(
        self, run: EvaluationRun, knowledge_base: KnowledgeBase, questions: Sequence[EvaluationQuestion]
    ) -> dict[str, Any]:
        with self._database.reading() as connection:
            settings = {**current_values(connection), "embedding": knowledge_base.embedding}
        # An administrator queued it: they read every knowledge base.
        subject = Subject(run.created_by, frozenset({ADMINISTRATOR_ROLE}), frozenset())
        results = {
            mode: measured([self._outcome(knowledge_base, question, Mode(mode), subject) for question in questions])
            for mode in run.modes
        }
        return {"state": "done", "settings": settings, "results": results}

    def _outcome(
        self, knowledge_base: KnowledgeBase, question: EvaluationQuestion, mode: Mode, subject: Subject
    ) -> Outcome:
        passages = self._search.passages(
            question.question,
            knowledge_base_id=knowledge_base.id,
            collection_id=None,
            mode=mode,
            limit=_PASSAGES,
            by=subject,
        )
        titles = {passage.item.document_id: passage.item.title for passage in passages}
        with self._database.session() as session:
            file_names = EvaluationRepository(session).file_names(list(titles)) if titles else {}
        found = [
            Found(frozenset(map(comparable, (str(id_), title, file_names.get(id_, title)))), title)
            for id_, title in titles.items()
        ]
        return Outcome(question.question, question.expected, found)
