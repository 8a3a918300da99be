"""The one client for language models: any server that speaks OpenAI's chat completions, streamed.

Retries (with exponential backoff, honouring ``Retry-After``) on 429, 5xx and lost connections before the first word are
the ``openai`` package's own. A stream that breaks later is reported through :attr:`Answer.finish`, never hidden.
Address and key come from the settings together, so a key is never sent to an address that someone else typed, and
redirects are not followed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal

from hub import plain_disk
from hub.errors import ModelError, OverBudget
from hub.i18n.messages import Said
from hub.permissions import Action, require
from hub.settings import Settings

Message = Mapping[str, str]
Finish = Literal["stop", "length", "broken", "stalled", "cancelled"]
CHARS_PER_TOKEN = 4.0
"""Latin letters a token, low on purpose so that an estimate errs on the dear side (docs/BRIEFINGS.md)."""
RETRIES = 4
CACHED_BYTES = 256 << 20
MOST_CHARS = 16
"""Characters a token of the answer that was asked for at most: a server that counts no tokens, or lies, is cut off there."""
OVER_BUDGET = (
    "This would cost more than the {budget} that one briefing, or one naming of the topics, may cost (HUB_LLM_BUDGET): "
    "select fewer papers, ask for a shorter briefing, or raise the budget."
)
_KEY = "The model's server refused with status {status}: check OPENAI_API_KEY. It said: {said}"
REFUSED = {
    400: "The model's server refused with status {status}: see what it says. It said: {said}",
    401: _KEY,
    403: _KEY,
    404: "The model's server refused with status {status}: check HUB_LLM_MODEL and OPENAI_BASE_URL. It said: {said}",
    429: "The model's server refused with status {status}: it is over its rate limit or quota, try again later. It said: {said}",
    500: "The model's server refused with status {status}: try again later. It said: {said}",
}
"""What is said of a refusal, by its HTTP status; 400 and 500 also for others of their kind."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: its text, why it ended, and the tokens it cost (estimated where the server counts none)."""

    text: str
    finish: Finish
    tokens_in: int
    tokens_out: int
    cached: bool = False


@dataclass(slots=True)
class Spent:
    """Tokens and money over all calls of one model; what came from the cache costs nothing."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0


def tokens(text: str) -> int:
    """Return an estimate of how many tokens ``text`` takes: 4 Latin characters each, one for every wide character.

    No tokenizer is asked, as each model has another one and some must be downloaded.

    >>> tokens("abcd" * 9), tokens("摘要"), tokens("")
    (9, 2, 0)
    """
    wide = sum(1 for c in text if ord(c) >= 0x2E80)
    return math.ceil((len(text) - wide) / CHARS_PER_TOKEN + wide)


@dataclass(slots=True)
class LanguageModel:
    """A model on a server.

    Parameters
    ----------
    model, url, key
        As the server names the model; an empty ``url`` means OpenAI's own; servers of one's own may need no key.
    window
        Tokens that prompt and answer may take together.
    price_in, price_out
        For a million tokens.
    budget
        The most that all calls of this object may cost together; 0 sets no cap.
    cache
        The folder that keeps finished answers, or None.
    stall_s
        Seconds without a word from the server before it counts as stalled.
    """

    model: str
    url: str = ""
    key: str = field(default="", repr=False)
    window: int = 32_000
    price_in: float = 0.0
    price_out: float = 0.0
    budget: float = 0.0
    cache: Path | None = None
    stall_s: float = 60.0
    retries: int = RETRIES
    spent: Spent = field(default_factory=Spent)

    @classmethod
    def of(cls, settings: Settings) -> LanguageModel:
        """Return the model that the settings name.

        Raises
        ------
        ModelError
            When none is configured.
        """
        if not settings.has_llm:
            raise ModelError(Said("No language model is configured: set HUB_LLM_MODEL and OPENAI_API_KEY or OPENAI_BASE_URL."))
        return cls(
            settings.llm_model, settings.llm_url, settings.llm_key.get_secret_value(), settings.llm_context_tokens,
            settings.llm_price_in, settings.llm_price_out, settings.llm_budget, settings.home / "llm", settings.llm_timeout_s,
        )  # fmt: skip

    def price(self, tokens_in: int, tokens_out: int) -> float:
        """Return what so many tokens cost."""
        return (tokens_in * self.price_in + tokens_out * self.price_out) / 1e6

    def stream(
        self, messages: Sequence[Message], max_tokens: int, cancelled: Callable[[], bool] = lambda: False
    ) -> Generator[str, None, Answer]:
        """Yield the answer as it comes; return it whole (``answer = yield from model.stream(...)``).

        Closing the generator, or ``cancelled`` turning true, ends the request.

        Raises
        ------
        NotAllowed
            When whoever asks may not spend.
        ModelError
            When the server refuses, stays away after the retries, or the call would exceed the budget.
        """
        asked = sum(tokens(m["content"]) + 4 for m in messages)
        key = self._cache_key(messages, max_tokens)
        known = self._cached(key)
        if known is not None:
            yield known.text
            return known
        require(Action.SPEND)
        allowed = self._within_budget(asked, max_tokens)
        answer = yield from self._ask(messages, allowed, asked, cancelled)
        self.spent.calls += 1
        self.spent.tokens_in += answer.tokens_in
        self.spent.tokens_out += answer.tokens_out
        self.spent.cost += self.price(answer.tokens_in, answer.tokens_out)
        if answer.finish == "stop":
            self._keep(key, answer)
        return answer

    def _within_budget(self, asked: int, max_tokens: int) -> int:
        if not self.budget:
            return max_tokens
        left = self.budget - self.spent.cost - self.price(asked, 0)
        affordable = int(left / self.price_out * 1e6) if self.price_out else (max_tokens if left >= 0 else 0)
        if affordable < min(max_tokens, 64):
            raise OverBudget(Said(OVER_BUDGET, budget=f"{self.budget:g}"))
        return min(max_tokens, affordable)

    def _ask(
        self, messages: Sequence[Message], max_tokens: int, asked: int, cancelled: Callable[[], bool]
    ) -> Generator[str, None, Answer]:
        import openai

        parts: list[str] = []
        held = 0
        finish: Finish = "broken"
        used: tuple[int, int] | None = None
        client = openai.OpenAI(
            api_key=self.key or "none",
            base_url=self.url or None,
            max_retries=self.retries,
            timeout=openai.Timeout(self.stall_s, connect=10.0),
            http_client=openai.DefaultHttpxClient(follow_redirects=False),
        )
        with client:
            try:
                with client.chat.completions.create(
                    model=self.model, messages=list(messages), max_tokens=max_tokens, temperature=0.2, stream=True,
                    stream_options={"include_usage": True},
                ) as chunks:  # type: ignore[call-overload]  # fmt: skip
                    for chunk in chunks:
                        if cancelled():
                            finish = "cancelled"
                            break
                        if chunk.usage:
                            counted = (chunk.usage.prompt_tokens, chunk.usage.completion_tokens)
                            used = counted if all(type(n) is int and n >= 0 for n in counted) else None
                        for choice in chunk.choices[:1]:
                            if choice.finish_reason:
                                finish = "length" if choice.finish_reason == "length" else "stop"
                            if choice.delta and choice.delta.content:
                                parts.append(str(choice.delta.content))
                                held += len(parts[-1])
                                yield parts[-1]
                        if held > MOST_CHARS * max_tokens:
                            finish = "length"
                            break
            except openai.APITimeoutError as e:
                if not parts:
                    raise ModelError(
                        Said(
                            "The model's server did not answer within {seconds} s. Try again later.", seconds=f"{self.stall_s:g}"
                        )
                    ) from e
                finish = "stalled"
            except openai.APIStatusError as e:
                raise ModelError(self._refusal(e.status_code, str(e.message))) from None  # the cause holds the request's headers
            except (openai.APIError, ValueError, TypeError, AttributeError, RecursionError) as e:  # what is no event of the API
                if not parts:
                    raise ModelError(
                        Said("The model's server cannot be used ({error}). Check OPENAI_BASE_URL.", error=self._scrubbed(str(e)))
                    ) from None
                finish = "broken"
        text = "".join(parts)
        tokens_in, tokens_out = used or (asked, tokens(text))
        return Answer(text, finish, tokens_in, tokens_out)

    def _refusal(self, status: int, message: str) -> Said:
        template = REFUSED.get(status, REFUSED[500] if status >= 500 else REFUSED[400])
        return Said(template, status=status, said=self._scrubbed(message[:300]))

    def _scrubbed(self, text: str) -> str:
        return text.replace(self.key, "***") if self.key else text

    # -- the cache -------------------------------------------------------------------------------------------------

    def _cache_key(self, messages: Sequence[Message], max_tokens: int) -> str:
        asked = json.dumps([self.url, self.model, max_tokens, list(map(dict, messages))], ensure_ascii=False)
        return blake2b(asked.encode(), digest_size=20).hexdigest()

    def _cached(self, key: str) -> Answer | None:
        if self.cache is None:
            return None
        with plain_disk.table(self.cache, size_limit=CACHED_BYTES) as kept:
            known: Any = kept.get(key)
        return Answer(**{**known, "cached": True}) if known else None

    def _keep(self, key: str, answer: Answer) -> None:
        if self.cache is not None:
            with plain_disk.table(self.cache, size_limit=CACHED_BYTES) as kept:
                kept.set(key, asdict(answer))
