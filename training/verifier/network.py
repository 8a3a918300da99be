"""The network: MiniLM's layers over claim and passages, a judgement of the whole and one of each word of the claim."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from transformers import BertModel

from hub.briefing.verifier.passages import LACKING, SHARED

FROZEN = 2
"""Layers that stay as they were: they cost no way back, and the next four learn enough."""


def _first(output: Any) -> Any:
    return output[0] if isinstance(output, tuple) else output


class Reader(torch.nn.Module):
    """Reads a packed pair.

    ``forward(ids, kinds, mask)``, each (n, tokens) int64, returns logits (n, 3) of supports, contradicts, neither, and
    logits (n, tokens) that a token of the claim is not borne out.
    """

    def __init__(self, weights: Path) -> None:
        super().__init__()
        self.bert = BertModel.from_pretrained(weights, add_pooling_layer=False)
        dim = self.bert.config.hidden_size
        self.kind = torch.nn.Embedding(5, dim)
        torch.nn.init.zeros_(self.kind.weight)
        self.word = torch.nn.Linear(dim, 1)
        self.whole = torch.nn.Linear(2 * dim + 2, 3)

    def forward(self, ids: Any, kinds: Any, mask: Any) -> tuple[Any, Any]:
        """Return the logits of the whole and of each token."""
        seen = ((1.0 - mask.to(self.kind.weight.dtype)) * -1e4)[:, None, None, :]
        with torch.no_grad():
            hidden = self.bert.embeddings(ids)
            for layer in self.bert.encoder.layer[:FROZEN]:
                hidden = _first(layer(hidden, attention_mask=seen))
        hidden = hidden + self.kind(kinds)
        for layer in self.bert.encoder.layer[FROZEN:]:
            hidden = _first(layer(hidden, attention_mask=seen))
        claim = ((kinds == LACKING) | (kinds == SHARED)).to(hidden.dtype) * mask.to(hidden.dtype)
        words = self.word(hidden).squeeze(-1)
        count = claim.sum(1, keepdim=True).clamp(min=1.0)
        mean = (hidden * claim.unsqueeze(-1)).sum(1) / count
        apart = words - (1.0 - claim) * 30.0
        pooled = torch.stack([apart.max(1).values, (torch.sigmoid(words) * claim).sum(1)], dim=1)
        return self.whole(torch.cat([hidden[:, 0], mean, pooled], dim=1)), words
