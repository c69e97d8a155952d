"""Passages become searchable: dense vectors, BM25, and what ranks them together."""
