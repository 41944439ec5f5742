"""What an application does for its audit trail while it runs."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import Request

from service_kit.audit.acts import TargetType
from service_kit.audit.refusals import Refusals
from service_kit.audit.trail import Actor, AuditTrail, Target
from service_kit.database.sessions import Database
from service_kit.http.problems import Problem
from service_kit.outbox.delivery import Delivery
from service_kit.tokens.verification import Subject


@dataclass(frozen=True, slots=True)
class Auditing:
    """The parts that run.

    Attributes:
        refusals: writes refused acts.
        delivery: delivers events; None where they stay with the service.
    """

    refusals: Refusals
    delivery: Delivery | None

    @classmethod
    def of(cls, trail: AuditTrail, database: Database, delivery: Delivery | None = None) -> "Auditing":
        """Return the parts for a trail."""
        return cls(Refusals(database, trail), delivery)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Write and deliver while inside."""
        async with AsyncExitStack() as stack:
            if self.delivery is not None:
                await stack.enter_async_context(self.delivery.running())
            await stack.enter_async_context(self.refusals.recording())
            yield


def note_refusal(request: Request, problem: Problem) -> None:
    """Take the refused act that a problem document stands for, if it does for one."""
    auditing: Auditing | None = getattr(request.app.state, "auditing", None)
    if auditing is None or problem.refused_action is None:
        return
    subject: Subject | None = getattr(request.state, "subject", None)
    if problem.status == HTTPStatus.NOT_FOUND and subject is not None and subject.is_admin:
        return  # They see everything: what they do not find is not there.
    actor = Actor.of(subject)
    path = request.scope.get("raw_path", b"").partition(b"?")[0].decode("ascii", "replace")
    target = Target(TargetType.ENDPOINT, f"{request.method} {path}")
    auditing.refusals.note(problem.refused_action, problem.code, actor=actor, target=target)
