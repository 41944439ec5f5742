"""Queries on evaluations."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from app.contents.models import Document
from app.evaluations.models import Evaluation, EvaluationQuestion, EvaluationRun
from app.evaluations.question_file import Expectation
from app.search.schemas import Mode
from service_kit.lists.filters import equals
from service_kit.lists.pagination import PageRequest, Slice, paginate
from service_kit.lists.text_search import contains

# Longer than 5,000 questions in three modes take; after that, another worker takes over from one that was killed.
_CLAIM = timedelta(minutes=30)


class EvaluationRepository:
    """Reads and writes evaluations in a session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self, knowledge_base_id: UUID, name: str, questions: Sequence[Expectation], *, created_by: UUID
    ) -> Evaluation:
        """Insert a set of questions."""
        evaluation = Evaluation(
            knowledge_base_id=knowledge_base_id, name=name, question_count=len(questions), created_by=created_by
        )
        self._session.add(evaluation)
        self._session.flush()
        self._session.refresh(evaluation)
        rows = [
            {"evaluation_id": evaluation.id, "number": number, "question": one.question, "expected": list(one.expected)}
            for number, one in enumerate(questions, start=1)
        ]
        self._session.execute(insert(EvaluationQuestion), rows)
        return evaluation

    def get(self, evaluation_id: UUID) -> Evaluation | None:
        """Return an evaluation, or None."""
        return self._session.get(Evaluation, evaluation_id)

    def get_for_change(self, evaluation_id: UUID) -> Evaluation | None:
        """Return an evaluation locked against every other change, or None."""
        statement = select(Evaluation).where(Evaluation.id == evaluation_id).with_for_update()
        return self._session.scalars(statement).one_or_none()

    def page(self, text: str | None, knowledge_base_id: UUID | None, page: PageRequest) -> Slice[Evaluation]:
        """Return a page of evaluations whose name contains a text, newest first."""
        statement = select(Evaluation).where(
            contains(text, Evaluation.name), equals(Evaluation.knowledge_base_id, knowledge_base_id)
        )
        return paginate(self._session, statement, page, created_at=Evaluation.created_at, key=Evaluation.id)

    def questions(
        self, evaluation_id: UUID, *, after: int = 0, limit: int | None = None
    ) -> Sequence[EvaluationQuestion]:
        """Return questions after a number, in their order."""
        statement = select(EvaluationQuestion).where(
            EvaluationQuestion.evaluation_id == evaluation_id, EvaluationQuestion.number > after
        )
        return self._session.scalars(statement.order_by(EvaluationQuestion.number).limit(limit)).all()

    def delete(self, evaluation: Evaluation) -> None:
        """Delete an evaluation with its questions and runs."""
        self._session.execute(delete(Evaluation).where(Evaluation.id == evaluation.id))

    def add_run(self, evaluation_id: UUID, modes: Sequence[Mode], *, created_by: UUID) -> EvaluationRun:
        """Insert a run that waits for a worker."""
        run = EvaluationRun(evaluation_id=evaluation_id, modes=[mode.value for mode in modes], created_by=created_by)
        self._session.add(run)
        self._session.flush()
        self._session.refresh(run)
        return run

    def run(self, evaluation_id: UUID, run_id: UUID) -> EvaluationRun | None:
        """Return a run of an evaluation, or None."""
        own = EvaluationRun.evaluation_id == evaluation_id
        return self._session.scalars(select(EvaluationRun).where(own, EvaluationRun.id == run_id)).one_or_none()

    def runs(self, evaluation_id: UUID, page: PageRequest) -> Slice[EvaluationRun]:
        """Return a page of the runs of an evaluation, newest first."""
        statement = select(EvaluationRun).where(EvaluationRun.evaluation_id == evaluation_id)
        return paginate(self._session, statement, page, created_at=EvaluationRun.created_at, key=EvaluationRun.id)

    def claim(self) -> EvaluationRun | None:
        """Return the oldest run that waits, or whose worker was killed, claimed; None when there is none."""
        free = or_(EvaluationRun.claimed_until.is_(None), EvaluationRun.claimed_until < func.now())
        oldest = (
            select(EvaluationRun.id)
            .where(EvaluationRun.state.in_(("pending", "running")), free)
            .order_by(EvaluationRun.created_at)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        statement = (
            update(EvaluationRun)
            .where(EvaluationRun.id == oldest)
            .values(state="running", claimed_until=func.now() + _CLAIM)
            .returning(EvaluationRun)
            .execution_options(synchronize_session=False)
        )
        return self._session.scalars(statement).one_or_none()

    def finish(self, run_id: UUID, **values: Any) -> None:  # noqa: ANN401 - columns of the model
        """Write what came of a run; nothing where it was deleted meanwhile."""
        self._session.execute(
            update(EvaluationRun)
            .where(EvaluationRun.id == run_id)
            .values(finished_at=func.now(), claimed_until=None, **values)
            .execution_options(synchronize_session=False)
        )

    def file_names(self, document_ids: Sequence[UUID]) -> Mapping[UUID, str]:
        """Return the names of documents' files."""
        statement = select(Document.id, Document.file_name).where(Document.id.in_(document_ids))
        return {row.id: row.file_name for row in self._session.execute(statement)}
