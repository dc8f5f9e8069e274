"""Pictures in: one file a source."""
