"""Messages in each language: what they say, what errors mean, and the catalogues. A new language touches this folder only."""
