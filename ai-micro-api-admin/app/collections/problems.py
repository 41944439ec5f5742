"""What can be wrong with a request for collections."""

from service_kit.http.problems import Problem


class CollectionNameTaken(Problem, status=409, code="COLLECTION_NAME_TAKEN"):
    """Another collection of this knowledge base has that name; choose another one."""


class DefaultCollectionProtected(Problem, status=409, code="DEFAULT_COLLECTION_PROTECTED"):
    """The default collection of a knowledge base can be neither renamed nor deleted."""
