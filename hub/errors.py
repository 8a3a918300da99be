"""The errors a reader may see. Each message says what is wrong and what to do about it."""

from __future__ import annotations


class HubError(Exception):
    """Something went wrong that the reader can do something about.

    Anything that is not a ``HubError`` is a bug and is shown as one.
    """


class SettingsError(HubError):
    """An environment variable or a setting has a value that cannot be used."""


class PaperError(HubError):
    """A record is not a paper: ``reason`` says why, in words for the import summary."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SourceError(HubError):
    """A source could not be read. Carries the address and how often it was tried."""

    def __init__(self, message: str, *, url: str = "", attempt: int = 0) -> None:
        super().__init__(message)
        self.url = url
        self.attempt = attempt


class CorpusError(HubError):
    """The paper table is missing, locked or of another layout."""


class SnapshotError(HubError):
    """No Snapshot can be read: none was published yet, or its files are damaged."""


class SelectionError(HubError):
    """A filter names something that cannot be: a date that is none, a start after its end."""


class EmbedderError(HubError):
    """An embedder cannot be used: its weights are absent or are not the published ones."""


class NotEnoughPapers(HubError):
    """Too few papers for what was asked. ``have`` and ``need`` count papers."""

    def __init__(self, message: str, *, have: int, need: int) -> None:
        super().__init__(message)
        self.have = have
        self.need = need


class ModelError(HubError):
    """The language model's server refused, broke off or is not configured."""


class BriefingError(HubError):
    """A briefing could not be written from this selection."""


class RadarError(HubError):
    """A radar has no interest to rank by, or its rules contradict each other."""


class JobError(HubError):
    """A job in the worker failed, or another one holds the worker."""
