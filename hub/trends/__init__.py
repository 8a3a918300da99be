"""Trends that hold: series of shares, growth with its evidence, bursts, calls and the record of calls.

Numpy and pandas on a Snapshot and row numbers; nothing here fits topics. ``trends`` is the one call a page needs.
"""

from hub.trends.calls import CALLS
from hub.trends.coverage import coverage
from hub.trends.levels import levels
from hub.trends.series import EVERY, Every
from hub.trends.table import Trends, select, trends, wide

__all__ = ["CALLS", "EVERY", "Every", "Trends", "coverage", "levels", "select", "trends", "wide"]
