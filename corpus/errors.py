"""Every failure that a user can cause or meet, with the cure.

WenjuError
├── InputError            what was given cannot be used (exit code 2)
│   ├── NotFound          no such file, article or passage
│   ├── UnreadableFile    the file cannot be opened
│   ├── UnsupportedFile   no loader reads this kind of file
│   ├── EmptyFile         nothing to read in it
│   ├── FileTooLarge      above the size limit
│   ├── BadEncoding       the bytes are not text in any encoding we know
│   ├── BadMetadata       front matter or a setting is malformed
│   ├── BadQuestion       a question that cannot be asked (empty, too long)
│   └── BadSetting        an unknown or malformed setting
├── StoreError            what is on disk cannot be used (exit code 3)
│   ├── HomeLocked        another process is writing to this data folder
│   ├── HomeTooNew        written by a newer version of Wenju
│   ├── IndexMismatch     built by another model, tokenizer or chunker
│   ├── IndexCorrupt      a file of the index is damaged or missing
│   └── StorageFull       the disk is full or not writable
├── ModelUnavailable      the model is neither bundled, nor on disk, nor reachable (4)
├── ExtraMissing          an optional package is not installed (5)
└── ServiceError          something outside this process, such as a web site, did not answer (6)

Misuse of the code itself stays `ValueError` and `TypeError`. Abstaining is an answer, no error.
"""

from __future__ import annotations

__all__ = [
    "BadEncoding",
    "BadMetadata",
    "BadQuestion",
    "BadSetting",
    "EmptyFile",
    "ExtraMissing",
    "FileTooLarge",
    "HomeLocked",
    "HomeTooNew",
    "IndexCorrupt",
    "IndexMismatch",
    "InputError",
    "ModelUnavailable",
    "NotFound",
    "ServiceError",
    "StorageFull",
    "StoreError",
    "UnreadableFile",
    "UnsupportedFile",
    "WenjuError",
]


class WenjuError(Exception):
    """A failure that is told to the user: what happened, and what to do next (`hint`).

    `exit_code` is what the command line ends with, `status` what HTTP answers.
    """

    exit_code = 1
    status = 500

    def __init__(self, message: str, *, hint: str = "") -> None:
        """Say what happened, naming the file or value, and what to do next."""
        super().__init__(message)
        self.hint = hint


class InputError(WenjuError):
    """What was given cannot be used."""

    exit_code = 2
    status = 422


class NotFound(InputError):
    """No such file, article or passage."""

    status = 404


class UnreadableFile(InputError):
    """The file cannot be opened."""


class UnsupportedFile(InputError):
    """No loader reads this kind of file."""

    status = 415


class EmptyFile(InputError):
    """There is nothing to read in the file."""


class FileTooLarge(InputError):
    """The file is above the size limit."""

    status = 413


class BadEncoding(InputError):
    """The bytes are not text in any encoding we know."""


class BadMetadata(InputError):
    """Front matter, or a record that describes an article, is malformed."""


class BadQuestion(InputError):
    """A question that cannot be asked: empty, or too long."""


class BadSetting(InputError):
    """An unknown or malformed setting."""


class StoreError(WenjuError):
    """What is on disk cannot be used."""

    exit_code = 3
    status = 503


class HomeLocked(StoreError):
    """Another process is writing to this data folder."""


class HomeTooNew(StoreError):
    """The data folder was written by a newer version of Wenju."""


class IndexMismatch(StoreError):
    """The index was built by another model, tokenizer or chunker."""


class IndexCorrupt(StoreError):
    """A file of the index is damaged or missing."""


class StorageFull(StoreError):
    """The disk is full or not writable."""

    status = 507


class ModelUnavailable(WenjuError):
    """The model is neither bundled, nor on disk, nor reachable."""

    exit_code = 4
    status = 503


class ExtraMissing(WenjuError):
    """An optional package is not installed."""

    exit_code = 5
    status = 501


class ServiceError(WenjuError):
    """Something outside this process did not answer."""

    exit_code = 6
    status = 502
