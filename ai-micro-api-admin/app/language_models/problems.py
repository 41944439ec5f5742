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

    STATUS = "The model server failed with status {status}."
    REFUSED = "The model server refused the request with status {status}: check CHAT_URL, key and model."
    REPORTED = "The model server reported an error."
    TOO_LONG = "The model server sent a longer answer than it was asked for."
    LINE_TOO_LONG = "The model server sent a line that is too long."
    NO_ANSWER = "The model server sent a document without an answer."
    NO_CHOICES = "The model server sent a document without choices."
    NO_JSON = "The model server sent something that is not JSON."
    CUT_OFF = "The model server ended its answer before it was complete."
    texts = (STATUS, REFUSED, REPORTED, TOO_LONG, LINE_TOO_LONG, NO_ANSWER, NO_CHOICES, NO_JSON, CUT_OFF)
