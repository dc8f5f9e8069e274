"""The puppet: its file format and how its layers bend."""
