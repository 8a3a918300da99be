"""AcademicHub: what the world's new papers are about, what rises, fades and meets.

The arrows point one way: ``pages -> hub.ui -> hub``. Importing :mod:`hub` reads nothing, starts nothing and
loads none of the heavy modules; see ``docs/ARCHITECTURE.md`` for the way of the data.
"""

__version__ = "0.1.0"
