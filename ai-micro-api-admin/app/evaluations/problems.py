"""What can be wrong with a request for evaluations."""

from service_kit.http.problems import Problem


class EvaluationNotFound(Problem, status=404, code="EVALUATION_NOT_FOUND"):
    """There is no such evaluation."""


class EvaluationRunNotFound(Problem, status=404, code="EVALUATION_RUN_NOT_FOUND"):
    """There is no such run of this evaluation."""


class InvalidEvaluationFile(Problem, status=422, code="INVALID_EVALUATION_FILE"):
    """The file is not a CSV in UTF-8 with the columns `question` and `expected`."""

    ENCODING = "The file is not in UTF-8; save it as “CSV UTF-8”."
    NO_CSV = "Line {line} is no CSV: {error}."
    COLUMNS = "The first line has to name the columns question and expected."
    EMPTY = "The file has no questions."
    TOO_MANY = "The file has {count} questions; {limit} are the most."
    QUESTION_LENGTH = "Line {line}: a question has 1 to {limit} characters."
    NAME_LENGTH = "Line {line}: a document's name has at most {limit} characters."
    NUL = "Line {line} has a NUL character."
    texts = (ENCODING, NO_CSV, COLUMNS, EMPTY, TOO_MANY, QUESTION_LENGTH, NAME_LENGTH, NUL)
