"""Which part of a Plotly map the reader looks at: Streamlit does not tell, so this component asks the chart beside it.

It reports the window and its size in pixels after the reader panned, zoomed or resized, so that the server draws more papers
where fewer are in view and names what there is room for. Without JavaScript's answer the map shows its first view.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from hub.figures.viewport import View

_JS = """
export default function ({ data, setStateValue, parentElement }) {
  const state = parentElement.mapView ??= { last: "" };
  clearInterval(state.wait);
  const report = () => {
    const layout = state.chart._fullLayout;
    if (!layout || !layout.xaxis || !layout._size) return;
    const [x0, x1] = layout.xaxis.range, [y0, y1] = layout.yaxis.range, { w, h } = layout._size;
    const view = { x0, x1, y0, y1, width: Math.round(w / 20) * 20, height: Math.round(h / 20) * 20 };
    const digits = (v, span) => Math.round((v / span) * 100);
    const edges = [digits(x0, x1 - x0), digits(x1, x1 - x0), digits(y0, y1 - y0), digits(y1, y1 - y0)];
    const now = [...edges, view.width, view.height].join();
    if (now === state.last || !(w > 50)) return;
    state.last = now;
    setStateValue("view", view);
  };
  const later = () => { clearTimeout(state.timer); state.timer = setTimeout(report, 300); };
  const attach = () => {
    const chart = document.querySelector(".st-key-" + data.chart + " .js-plotly-plot");
    if (!chart || !chart.on || chart === state.chart) return;
    state.chart = chart;
    chart.on("plotly_relayout", later);
    chart.on("plotly_afterplot", later);
    later();
  };
  attach();
  state.wait = setInterval(attach, 500);
  return () => { clearInterval(state.wait); clearTimeout(state.timer); state.chart = undefined; };
}
"""
_component = st.components.v2.component("academichub_map_view", html="<span></span>", js=_JS)


def reported(key: str) -> View | None:
    """Return the view that the browser reported last for the component of this key, None before it did."""
    state: Any = st.session_state.get(key)
    view = getattr(state, "view", None) if state is not None else None
    if not view or not all(isinstance(view.get(k), (int, float)) for k in ("x0", "x1", "y0", "y1", "width", "height")):
        return None
    if not (view["x0"] < view["x1"] and view["y0"] < view["y1"] and view["width"] > 0 and view["height"] > 0):
        return None
    return View(*(float(view[k]) for k in ("x0", "x1", "y0", "y1", "width", "height")))


def watch(chart: str, key: str) -> None:
    """Watch the chart of key ``chart``; the next run finds its view under ``key``."""
    _component(key=key, data={"chart": chart.replace(".", "-")}, on_view_change=lambda: None, height=1)
