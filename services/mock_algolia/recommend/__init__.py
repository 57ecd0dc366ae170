"""Recommend's models, as plain statistics over Insights events and records: explainable, not Algolia's."""
