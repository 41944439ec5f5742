"""What can be wrong with files that are kept elsewhere."""

from service_kit.http.problems import Problem


class FileStoreUnavailable(Problem, status=503, code="FILE_STORE_UNAVAILABLE", retry_after=10):
    """The store that has the file gives no answer right now; try again shortly."""

    NOT_SET_UP = "The file is in an object store, and FILES_URL does not say in which."
    texts = (NOT_SET_UP,)
