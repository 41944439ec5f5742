"""What can be wrong with a change of the embedding model."""

from service_kit.http.problems import Problem

NOT_SET_UP = "The embedding model {model} is not set up where documents are processed."
"""Why a change pauses; `{model}` stands for a value."""


class EmbeddingProviderNotSetUp(Problem, status=422, code="EMBEDDING_PROVIDER_NOT_SET_UP"):
    """This service has no such provider; `openai` needs EMBEDDING_URL, EMBEDDING_MODEL and EMBEDDING_DIMENSIONS."""


class EmbeddingModelUnchanged(Problem, status=409, code="EMBEDDING_MODEL_UNCHANGED"):
    """The vectors of this knowledge base are made by that model already."""
