"""The portal's side of the ILUX bridge: what it brings, what it takes along, and how it is."""
