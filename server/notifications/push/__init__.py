"""Web push (RFC 8030, 8291, 8292): what reaches a phone or browser while the portal is closed on it."""
