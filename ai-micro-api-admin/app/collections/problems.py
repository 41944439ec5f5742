"""What can be wrong with a request for collections."""

from service_kit.problems import Problem


class CollectionNotFound(Problem, status=404, code="COLLECTION_NOT_FOUND"):
    """There is no such collection that you may see."""


class CollectionNameTaken(Problem, status=409, code="COLLECTION_NAME_TAKEN"):
    """Another collection of this knowledge base has that name; choose another one."""


class DefaultCollectionProtected(Problem, status=409, code="DEFAULT_COLLECTION_PROTECTED"):
    """The default collection of a knowledge base can be neither renamed nor deleted."""
