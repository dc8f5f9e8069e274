"""The store of published weights: what there is, how it comes, whether it may be used."""

from vtuber_app.store.installed import file_of, require
from vtuber_app.store.licences import accept, accepted

__all__ = ["accept", "accepted", "file_of", "require"]
