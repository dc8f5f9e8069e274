"""`python -m vtuber_app`."""

from vtuber_app.cli import main

main()
