"""OBS, set up from here by the WebSocket server that it brings along (obs-websocket 5)."""
