"""Figures of the Trends page: tidy tables of hub.trends in, Plotly figures out."""

from hub.figures.trends.compared import precision
from hub.figures.trends.events import burst_timeline
from hub.figures.trends.movers import movers
from hub.figures.trends.over_time import bump, small_multiples
from hub.figures.trends.sides import two_sides

__all__ = ["bump", "burst_timeline", "movers", "precision", "small_multiples", "two_sides"]
