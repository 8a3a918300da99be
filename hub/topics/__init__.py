"""Topics: fit, place, name, remember, correct. The worker's room; the web process reads what it publishes.

====================  ==========================================================================================
:mod:`.vectors`       vectors of the corpus, kept by text
:mod:`.terms`         which terms each paper uses, fit for names
:mod:`.neighbours`    the nearest papers of each
:mod:`.cluster`       papers to topics: k-means that starts from peaks of density (:mod:`.ward`), or from the former topics
:mod:`.assign`        nearest and second topic, confidence, unplaced
:mod:`.model`         BERTopic over those: c-TF-IDF, words
:mod:`.tree`          themes above the topics
:mod:`.subtopics`     parts of the topics
:mod:`.layout`        positions on the map
:mod:`.fit`           all of it, from the corpus to a published Snapshot
====================  ==========================================================================================
"""
