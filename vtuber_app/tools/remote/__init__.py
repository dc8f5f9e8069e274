"""The phone as a remote control: a page in the local network that changes the avatar, while it is switched on."""
