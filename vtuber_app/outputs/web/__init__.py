"""A small web server for one page and the pictures it shows: HTTP to load it, a WebSocket (RFC 6455) to feed it."""
