"""What can be wrong with a request for notes."""

from service_kit.http.problems import Problem


class NoteNotFound(Problem, status=404, code="NOTE_NOT_FOUND"):
    """There is no such note that you may see."""
