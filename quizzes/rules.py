"""Scoring, plans, release and walks: pure functions of a document and what a learner did."""
