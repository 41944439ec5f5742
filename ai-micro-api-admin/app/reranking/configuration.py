"""The reranking model that the settings name."""

from prometheus_client import CollectorRegistry

from app.reranking.reranker import Reranker, RerankingServer
from app.settings import Settings


def configured_reranker(settings: Settings, registry: CollectorRegistry) -> Reranker | None:
    """Return what orders the results of a search, or None where relevance alone does.

    Args:
        settings: of the service.
        registry: for its metrics.
    """
    if settings.reranker_url is None:
        return None
    return Reranker(
        RerankingServer(
            url=str(settings.reranker_url),
            api=settings.reranker_api,
            model=settings.reranker_model,
            api_key=settings.reranker_api_key,
            timeout_seconds=settings.reranker_timeout_seconds,
            max_passages=settings.reranker_max_passages,
        ),
        registry,
    )
