"""Open the parts of a data folder that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.ledger import Ledger

if TYPE_CHECKING:
    from index.search import Index
    from index.types import Embedder
    from qa.settings import Settings

__all__ = ["open_embedder", "open_parts"]


def open_embedder(settings: Settings) -> Embedder:
    """Open the embedding model. Raises `ModelUnavailable`."""
    from index.embed import load_embedder

    return load_embedder(
        settings.model,
        revision=settings.revision or None,
        device=settings.device or None,
        backend=settings.backend,
        dtype=settings.dtype or None,
        truncate_dim=settings.truncate_dim or None,
        batch_size=settings.batch_size or None,
    )


def open_parts(settings: Settings) -> tuple[Ledger, Index, Embedder]:
    """Open ledger, index and model. Raises `StoreError` and `ModelUnavailable`."""
    from index.rerank import CrossEncoderReranker
    from index.search import Index

    embedder = open_embedder(settings)
    reranker = (
        CrossEncoderReranker.load(settings.cross_encoder, settings.device or None)
        if settings.cross_encoder
        else None
    )
    ledger = Ledger(settings.home / "ledger.sqlite")
    try:
        index = Index(settings.home, ledger, embedder, reranker=reranker)
    except BaseException:
        ledger.close()
        raise
    return ledger, index, embedder
