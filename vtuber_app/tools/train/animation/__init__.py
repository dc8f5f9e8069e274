"""Training of image animation on videos."""
