"""What happens to a rendered picture before it is shown: it is made larger, and more pictures are put between."""
