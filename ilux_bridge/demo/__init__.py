"""A reseller to see the bridge with: an ILUX of its own beside the demo portal."""
