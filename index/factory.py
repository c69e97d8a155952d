"""Which FAISS index a factory string makes, and what that index can do.

Whether ids are wrapped is decided here: `IDMap2,` in front of a factory changes nothing. IVF has
ids of its own and is never wrapped, which would give wrong ids after a removal.
"""

from __future__ import annotations

import re

import faiss
import numpy as np

from corpus.errors import BadSetting
from index.types import Ids

__all__ = [
    "DEFAULT_FACTORY",
    "enough",
    "exact",
    "ids_in",
    "inner",
    "is_graph",
    "made",
    "parameters",
]

# Exact: a million passages answer in 80 ms on one core, and nothing is lost.
DEFAULT_FACTORY = "IDMap2,Flat"

# FAISS warns below 39 vectors a list, since the lists are then badly placed.
_VECTORS_A_LIST = 39
# A quantizer learns a table of 256 values.
_CODES = 256
# Measured on a million vectors: 0.985 of the exact neighbours for HNSW, 0.988 for IVF4096.
_HNSW_EFFORT = 64
_IVF_PROBES = 32


def exact(dimension: int) -> faiss.Index:
    """Make an empty index that loses nothing."""
    return made(dimension, DEFAULT_FACTORY)


def made(dimension: int, factory: str) -> faiss.Index:
    """Make an empty index over ids of ours."""
    try:
        index = faiss.index_factory(
            dimension, factory.removeprefix("IDMap2,"), faiss.METRIC_INNER_PRODUCT
        )
    except RuntimeError as error:
        raise BadSetting(
            f"FAISS knows no index called {factory!r}.",
            hint=f"Use {DEFAULT_FACTORY}, HNSW32 or IVF1024,SQ8; see the FAISS index factory.",
        ) from error
    return index if faiss.try_extract_index_ivf(index) else _wrapped(index)


def _wrapped(index: faiss.Index) -> faiss.Index:
    wrapped = faiss.IndexIDMap2(index)
    # The wrapper must outlive what it wraps, and frees it.
    wrapped.own_fields = True
    index.this.disown()
    return wrapped


def inner(index: faiss.Index) -> faiss.Index:
    """Return what holds the vectors, as its own class."""
    return faiss.downcast_index(index.index) if isinstance(index, faiss.IndexIDMap) else index


def is_graph(index: faiss.Index) -> bool:
    """Say whether ids cannot be removed from the index."""
    return isinstance(inner(index), faiss.IndexHNSW)


def enough(factory: str) -> int:
    """Return how many vectors it takes to train a factory, 0 where there is nothing to train."""
    lists = re.search(r"IVF(\d+)", factory)
    if lists:
        return _VECTORS_A_LIST * int(lists[1])
    return _VECTORS_A_LIST * _CODES if "PQ" in factory or "SQ" in factory else 0


def ids_in(index: faiss.Index) -> Ids:
    """Return every id in the index, dead ones too."""
    if isinstance(index, faiss.IndexIDMap):
        return np.asarray(faiss.vector_to_array(index.id_map), np.int64)
    lists = faiss.extract_index_ivf(index).invlists
    parts = [
        faiss.rev_swig_ptr(lists.get_ids(number), lists.list_size(number)).copy()
        for number in range(lists.nlist)
        if lists.list_size(number)
    ]
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def parameters(
    index: faiss.Index, selector: faiss.IDSelector | None, k: int
) -> faiss.SearchParameters | None:
    """Say how hard to look and where; None where there is nothing to say."""
    if is_graph(index):
        return faiss.SearchParametersHNSW(sel=selector, efSearch=max(_HNSW_EFFORT, 2 * k))
    if faiss.try_extract_index_ivf(index):
        return faiss.SearchParametersIVF(sel=selector, nprobe=_IVF_PROBES)
    return faiss.SearchParameters(sel=selector) if selector else None
