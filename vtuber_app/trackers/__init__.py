"""The performer's state, from pictures or the network: one file a tracker."""
