"""The rules of evaluations."""

from collections.abc import Callable
from typing import Annotated, BinaryIO
from uuid import UUID

from fastapi import Depends, Request

from app.contents.knowledge_bases import KnowledgeBaseRepository
from app.contents.problems import KnowledgeBaseNotFound
from app.evaluations import question_file
from app.evaluations.models import Evaluation, EvaluationQuestion, EvaluationRun
from app.evaluations.problems import EvaluationNotFound, EvaluationRunNotFound
from app.evaluations.repository import EvaluationRepository
from app.evaluations.schemas import EvaluationOut, EvaluationRunRequest
from service_kit.database.sessions import Database
from service_kit.http.etags import Precondition
from service_kit.lists.pagination import NumberedPageRequest, PageRequest, Slice
from service_kit.tokens.verification import Subject


class EvaluationService:
    """Takes in sets of questions, and queues runs over them.

    Args:
        database: each call is a transaction of its own.
        wake_workers: called when there is a run to do.
    """

    def __init__(self, database: Database, wake_workers: Callable[[], None]) -> None:
        self._database = database
        self._wake_workers = wake_workers

    def create(self, name: str, file: BinaryIO, knowledge_base_id: UUID, *, by: Subject) -> Evaluation:
        """Take in a set of questions.

        Raises:
            KnowledgeBaseNotFound: there is no such knowledge base.
            InvalidEvaluationFile: the file cannot be read.
        """
        questions = question_file.read(file.read())
        with self._database.session() as session:
            if KnowledgeBaseRepository(session).get_for_adding(knowledge_base_id, by) is None:
                raise KnowledgeBaseNotFound
            return EvaluationRepository(session).add(knowledge_base_id, name, questions, created_by=by.id)

    def get(self, evaluation_id: UUID) -> Evaluation:
        """Return a set of questions.

        Raises:
            EvaluationNotFound: there is none.
        """
        with self._database.session() as session:
            evaluation = EvaluationRepository(session).get(evaluation_id)
        if evaluation is None:
            raise EvaluationNotFound
        return evaluation

    def page(self, text: str | None, knowledge_base_id: UUID | None, page: PageRequest) -> Slice[Evaluation]:
        """Return a page of sets, those whose name contains a text."""
        with self._database.session() as session:
            return EvaluationRepository(session).page(text, knowledge_base_id, page)

    def questions(self, evaluation_id: UUID, page: NumberedPageRequest) -> Slice[EvaluationQuestion]:
        """Return a page of the questions of a set.

        Raises:
            EvaluationNotFound: there is none.
        """
        evaluation = self.get(evaluation_id)
        with self._database.session() as session:
            found = EvaluationRepository(session).questions(evaluation_id, after=page.start, limit=page.limit + 1)
        following = page.cursors.write(page.start + page.limit) if len(found) > page.limit else None
        return Slice(found[: page.limit], following, evaluation.question_count if page.total else None)

    def delete(self, evaluation_id: UUID, condition: Precondition) -> None:
        """Delete a set of questions with its runs.

        Raises:
            EvaluationNotFound: there is none.
            PreconditionFailed: it is not as the caller has read it.
        """
        with self._database.session() as session:
            evaluations = EvaluationRepository(session)
            evaluation = evaluations.get_for_change(evaluation_id)
            if evaluation is None:
                raise EvaluationNotFound
            condition.check(lambda: EvaluationOut.model_validate(evaluation))
            evaluations.delete(evaluation)

    def start(self, evaluation_id: UUID, body: EvaluationRunRequest, *, by: Subject) -> EvaluationRun:
        """Queue a run.

        Raises:
            EvaluationNotFound: there is no such set.
        """
        with self._database.session() as session:
            evaluations = EvaluationRepository(session)
            if evaluations.get_for_change(evaluation_id) is None:
                raise EvaluationNotFound
            run = evaluations.add_run(evaluation_id, list(dict.fromkeys(body.modes)), created_by=by.id)
        self._wake_workers()
        return run

    def run(self, evaluation_id: UUID, run_id: UUID) -> EvaluationRun:
        """Return a run.

        Raises:
            EvaluationRunNotFound: there is no such run of this set.
        """
        with self._database.session() as session:
            run = EvaluationRepository(session).run(evaluation_id, run_id)
        if run is None:
            raise EvaluationRunNotFound
        return run

    def runs(self, evaluation_id: UUID, page: PageRequest) -> Slice[EvaluationRun]:
        """Return a page of the runs of a set.

        Raises:
            EvaluationNotFound: there is none.
        """
        self.get(evaluation_id)
        with self._database.session() as session:
            return EvaluationRepository(session).runs(evaluation_id, page)


async def evaluation_service(request: Request) -> EvaluationService:
    """Return the service."""
    return EvaluationService(request.app.state.database, request.app.state.workers.wake)


Evaluations = Annotated[EvaluationService, Depends(evaluation_service)]
