"""What can be wrong with a request for evaluations."""

from service_kit.http.problems import Problem


class EvaluationNotFound(Problem, status=404, code="EVALUATION_NOT_FOUND"):
    """There is no such evaluation."""


class EvaluationRunNotFound(Problem, status=404, code="EVALUATION_RUN_NOT_FOUND"):
    """There is no such run of this evaluation."""


class InvalidEvaluationFile(Problem, status=422, code="INVALID_EVALUATION_FILE"):
    """The file is not a CSV in UTF-8 with the columns `question` and `expected`."""
