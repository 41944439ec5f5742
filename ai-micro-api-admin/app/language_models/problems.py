"""What can be wrong with a model server. The caller of this service cannot help it; an operator can."""

from service_kit.http.problems import Problem


class ModelUnavailable(Problem, status=503, code="MODEL_UNAVAILABLE", retry_after=10):
    """The model server cannot be reached right now; try again shortly."""


class ModelBusy(Problem, status=503, code="MODEL_BUSY", retry_after=10):
    """The model server has too many requests right now; try again later."""


class ModelTimeout(Problem, status=504, code="MODEL_TIMEOUT"):
    """The model server did not answer in time; try again, or ask a shorter question."""


class ModelFailed(Problem, status=502, code="MODEL_FAILED"):
    """The model server gave no usable answer; try again, and tell an administrator if it stays so."""
