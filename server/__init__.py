"""The portal: a Litestar server that renders HTMX pages and speaks the delta-sync protocol."""
