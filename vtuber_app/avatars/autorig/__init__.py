"""A flat picture becomes a puppet: layers are cut out, and what lies beneath them is filled in."""
