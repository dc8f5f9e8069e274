"""The published networks, as published; no files, no devices."""
