"""The errors a reader may see. Each message says what is wrong and what to do about it."""

from __future__ import annotations

from enum import StrEnum


class HubError(Exception):
    """Something went wrong that the reader can do something about.

    Anything that is not a ``HubError`` is a bug and is shown as one.
    """


class Stopped(BaseException):
    """A signal asked this process to end. No fence round one entry, source or radar may take it for that one's fault."""

    def __init__(self, number: int) -> None:
        super().__init__(f"stopped by signal {number}")
        self.code = 128 + number
        """The exit code, as shells give it."""


class SettingsError(HubError):
    """An environment variable or a setting has a value that cannot be used."""


class DataFolderError(SettingsError):
    """The data folder cannot be made or written to, or its disk is full."""


class SharedDataError(HubError):
    """What replicas share, a database or an object store, cannot be reached or is set wrongly."""


class NotAllowed(HubError):
    """Whoever asks may not do this: a visitor of an app that serves others, or a reader with another's things."""


class RejectCode(StrEnum):
    """What is wrong with an entry that became no paper: steers the program, where the reason only tells."""

    NO_TITLE = "no-title"
    NO_DATE = "no-date"
    NO_SOURCE = "no-source"
    FUTURE = "future"
    NO_ARTICLE = "no-article"
    """It is told to be something else: a book, an attachment, a part of an article."""
    DELETED = "deleted"
    """The archive says that it took the record out."""
    WRONG_TYPE = "wrong-type"
    """A value is of a type that it cannot have, such as a number for the list of authors."""
    ODD = "odd"
    """Reading it failed in a way that nobody foresaw."""
    BROKEN = "broken"
    """Its syntax is broken."""
    CUT_OFF = "cut-off"
    """The file or answer ends inside it: read it again to get it whole."""
    TOO_LARGE = "too-large"
    UNREADABLE = "unreadable"
    """The file itself cannot be read."""
    UNKNOWN_FORM = "unknown-form"
    ENTITIES = "entities"
    """It defines XML entities of its own."""
    ANSWERED = "answered"
    """A server answered with an error."""
    EXPIRED = "expired"
    """The archive no longer knows the token with which a harvest goes on."""


class PaperError(HubError):
    """A record is not a paper: ``reason`` says why, in words for the import summary, ``code`` for the program."""

    def __init__(self, reason: str, code: RejectCode = RejectCode.WRONG_TYPE) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


class SourceError(HubError):
    """A source could not be read. Carries the address and how often it was tried."""

    def __init__(self, message: str, *, url: str = "", attempt: int = 0) -> None:
        super().__init__(message)
        self.url = url
        self.attempt = attempt


class CorpusError(HubError):
    """The paper table is missing, locked or of another layout."""


class NotIndexed(CorpusError):
    """The paper table cannot be searched by words yet."""


class SnapshotError(HubError):
    """No Snapshot can be read: none was published yet, or its files are damaged."""


class SelectionError(HubError):
    """A filter names something that cannot be: a date that is none, a start after its end."""


class EmbedderError(HubError):
    """An embedder cannot be used: its weights are absent or are not the published ones."""


class VerifierError(HubError):
    """The model that checks briefings cannot be used: a file of it is absent or is not the one that was measured."""


class NotEnoughPapers(HubError):
    """Too few papers for what was asked. ``have`` and ``need`` count papers."""

    def __init__(self, message: str, *, have: int, need: int) -> None:
        super().__init__(message)
        self.have = have
        self.need = need


class ModelError(HubError):
    """The language model's server refused, broke off or is not configured."""


class OverBudget(ModelError):
    """An answer would cost more than ``HUB_LLM_BUDGET`` allows."""


class BriefingError(HubError):
    """A briefing could not be written from this selection."""


class RadarError(HubError):
    """A radar has no interest to rank by, or its rules contradict each other."""


class JobError(HubError):
    """A job in the worker failed, or another one holds the worker."""


class BackupError(HubError):
    """A backup cannot be written, is none, is damaged, or would overwrite what is there."""
