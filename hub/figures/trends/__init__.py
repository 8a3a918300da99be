"""Figures of the Trends page: tidy tables of hub.trends.views in, Plotly figures out."""

from hub.figures.trends.compared import precision, two_periods
from hub.figures.trends.events import burst_timeline, flows
from hub.figures.trends.over_time import areas, bump, life_cycle, small_multiples

__all__ = ["areas", "bump", "burst_timeline", "flows", "life_cycle", "precision", "small_multiples", "two_periods"]
