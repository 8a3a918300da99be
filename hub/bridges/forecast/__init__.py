"""Which terms that have not met will meet: link prediction over the terms that papers share, with its record.

``vocabulary`` finds terms and who uses them, ``network`` what of it was known on a day, ``links`` what speaks for a meeting and
the chance of it, ``record`` how such chances fared before. docs/BRIDGES.md has the figures.
"""
