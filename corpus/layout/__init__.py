"""Printed pages become text: reading order, paragraphs, headings, captions, articles."""

from corpus.layout.columns import body_size, columns
from corpus.layout.composing import Composed, compose
from corpus.layout.types import Box, Page, TextLine, turned

__all__ = ["Box", "Composed", "Page", "TextLine", "body_size", "columns", "compose", "turned"]
