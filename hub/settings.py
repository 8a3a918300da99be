"""Where things are, and secrets: the only module that reads settings from the environment.

Settings are read when they are asked for, never at import, so that a test or a caller may change the environment. Only the
names written here are read, and an empty value is none: ``HUB_HOME=`` is the default folder, not the working directory.
"""

from __future__ import annotations

import ipaddress
import os
from functools import lru_cache
from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from hub.errors import SettingsError

PACKAGE = Path(__file__).resolve().parent
LOOPBACK = "127.0.0.1"
PREFIXES = ("HUB_", "OPENAI_", "XDG_")
"""Of the variables that settings come from, beside HOME."""


def app_folder() -> Path:
    """Return the folder of ``app.py``, ``pages`` and ``.streamlit``: in the package where it is installed, else beside it."""
    installed = PACKAGE / "app"
    return installed if (installed / "app.py").exists() else PACKAGE.parent


def default_home() -> Path:
    """Return the data folder that is taken without ``HUB_HOME``: ``cache`` beside ``app.py``.

    Where hub is installed as a package its folder is no place for data; there it is the platform's folder for a user's
    data, on Linux ``~/.local/share/academichub``.
    """
    folder = app_folder()
    return user_data_path("academichub", appauthor=False) if folder.parent == PACKAGE else folder / "cache"


class Settings(BaseSettings):
    """What a machine's owner decides; every field is an environment variable, named by its alias."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, case_sensitive=True, env_ignore_empty=True,
                                      use_attribute_docstrings=True)  # fmt: skip

    home: Path = Field(default_factory=default_home, alias="HUB_HOME")
    """The data folder. `hub backup` keeps what of it cannot be made again: papers, topics, radars, briefings, decisions."""
    host: str = Field(default=LOOPBACK, alias="HUB_HOST")
    """The address that the app listens on; ``0.0.0.0`` serves others. Without a login they may only read."""
    hosts: str = Field(default="", alias="HUB_HOSTS")
    """Names, parted by blanks, under which browsers may ask for the app beside this machine's own and plain addresses."""
    metrics: str = Field(default="", alias="HUB_METRICS")
    """Addresses or networks (``10.0.0.0/8``), parted by blanks, that may read /metrics; this machine always may."""
    admins: str = Field(default="", alias="HUB_ADMINS")
    """Who, signed in, may do everything: confirmed e-mail addresses or readers' ids, parted by blanks."""
    curators: str = Field(default="", alias="HUB_CURATORS")
    """Who, signed in, may decide about topics, start the worker and ask the language model; named as in HUB_ADMINS."""
    corpus_uri: str = Field(default="", alias="HUB_CORPUS")
    """Where the paper table lies, when not in ``home``: a folder or an object store (``s3://...``)."""
    snapshots: str = Field(default="", alias="HUB_SNAPSHOTS")
    """Where Snapshots lie when several machines show them: ``s3://bucket/folder``. Each keeps a copy in ``home``."""
    database: SecretStr = Field(default=SecretStr(""), alias="HUB_DATABASE")
    """Where radars, notes, briefings, marked papers and decisions lie when several machines share them:
    ``postgresql://user:password@host/name``. Empty keeps them in ``home``."""
    dask: str = Field(default="", alias="HUB_DASK")
    """The scheduler of a Dask cluster (``tcp://host:8786``) whose workers embed papers, clean back files and seek topics."""
    contact: str = Field(default="", alias="HUB_CONTACT")
    """An e-mail address for the user agent; Crossref's polite pool and other servers ask for one."""
    openalex_key: SecretStr = Field(default=SecretStr(""), alias="HUB_OPENALEX_KEY")
    """A key for OpenAlex, which answers more readily to who has one."""
    semanticscholar_key: SecretStr = Field(default=SecretStr(""), alias="HUB_SEMANTICSCHOLAR_KEY")
    """A key for Semantic Scholar; without one all readers of the world share one limit."""
    ncbi_key: SecretStr = Field(default=SecretStr(""), alias="HUB_NCBI_KEY")
    """A key for PubMed: ten requests a second in place of three."""
    allow_private_urls: bool = Field(default=False, alias="HUB_ALLOW_PRIVATE_URLS")
    """Whether sources may lead to a private network address; those that a catalogue of one's own names may without it."""
    catalogue: Path | None = Field(default=None, alias="HUB_CATALOGUE")
    """A catalogue of sources to use in place of the one that ships (tests, private sites)."""
    refresh_hours: float = Field(default=0.0, alias="HUB_REFRESH_HOURS")
    """Refresh from the running app every so many hours; 0 leaves it to cron or to the button."""
    auto_start: bool = Field(default=True, alias="HUB_AUTO_START")
    """Whether an app with an empty data folder gathers papers by itself."""
    embedder: str = Field(default="", alias="HUB_EMBEDDER")
    """`minilm-int8`, `e5-multilingual` or `tfidf-svd`; empty takes the best that works here and reads the papers."""
    llm_key: SecretStr = Field(default=SecretStr(""), alias="OPENAI_API_KEY")
    """The language model's key; a server of one's own may need none."""
    llm_url: str = Field(default="", alias="OPENAI_BASE_URL")
    """Where an OpenAI-compatible server answers, when it is not OpenAI's."""
    llm_model: str = Field(default="", alias="HUB_LLM_MODEL")
    """The language model's name; without it briefings are extractive and topics are named by their words."""
    llm_context_tokens: int = Field(default=32_000, alias="HUB_LLM_CONTEXT", gt=0)
    """Tokens that fit into the model's window, prompt and answer together."""
    llm_price_in: float = Field(default=0.0, alias="HUB_LLM_PRICE_IN", ge=0)
    """Price of a million prompt tokens, in the currency you like; 0 when unknown."""
    llm_price_out: float = Field(default=0.0, alias="HUB_LLM_PRICE_OUT", ge=0)
    """Price of a million tokens of an answer."""
    llm_timeout_s: float = Field(default=60.0, alias="HUB_LLM_TIMEOUT", gt=0)
    """Seconds without a word from the model's server before it counts as stalled."""
    llm_budget: float = Field(default=0.0, alias="HUB_LLM_BUDGET", ge=0)
    """The most that one briefing, or one naming of the topics, may cost; 0 sets no cap."""
    smtp_url: SecretStr = Field(default=SecretStr(""), alias="HUB_SMTP_URL")
    """``smtp://user:password@host:port`` to send radar digests through."""

    @field_validator("home", mode="before")
    @classmethod
    def _named(cls, home: object) -> object:
        """A name of blanks is as good as none."""
        return default_home() if isinstance(home, str) and not home.strip() else home

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        """A relative folder is meant from here, also by the worker that runs elsewhere."""
        try:
            return home.expanduser().absolute()
        except RuntimeError as e:
            raise ValueError(f"there is no user {home.parts[0].removeprefix('~')!r} on this machine") from e

    @field_validator("metrics")
    @classmethod
    def _networks(cls, metrics: str) -> str:
        """A network that is none is told at the start, not when somebody asks."""
        for name in metrics.replace(",", " ").split():
            ipaddress.ip_network(name, strict=False)
        return metrics

    @property
    def metrics_networks(self) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
        """The networks that may read /metrics."""
        return [ipaddress.ip_network(name, strict=False) for name in self.metrics.replace(",", " ").split()]

    @property
    def has_llm(self) -> bool:
        """Whether a language model is configured: a model's name, and a key or a server of one's own."""
        return bool(self.llm_model and (self.llm_key.get_secret_value() or self.llm_url))

    @property
    def corpus_path(self) -> str:
        """The paper table's folder or address."""
        return self.corpus_uri or str(self.home / "corpus")


def settings() -> Settings:
    """Return the settings as the environment has them now.

    Raises
    ------
    SettingsError
        Naming the variable and what it may be.
    """
    about = sorted((name, value) for name, value in os.environ.items() if name == "HOME" or name.startswith(PREFIXES))
    return _read(tuple(about), _here())


def _here() -> str:
    try:
        return os.getcwd()  # noqa: PTH109 - a page asks a hundred times, and a Path costs ten times as much
    except OSError:  # the folder is gone; only a relative HUB_HOME needs it
        return ""


@lru_cache(maxsize=4)
def _read(environment: tuple[tuple[str, str], ...], here: str) -> Settings:
    """Return the settings of an environment and a working folder: a page asks for them a hundred times."""
    try:
        return Settings()
    except ValidationError as e:
        first = e.errors()[0]
        name, why = first["loc"][0], first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"The setting {name} cannot be used: {why}. Correct or unset it.") from e
