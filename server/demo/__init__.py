"""A seeded reseller to try the portal with, and to measure it on.

The same seed, scale and `now` give the same rows, but for password salts. `load.load` writes it; what is in
it is told by `tenants`, `customers`, `orders`, `visits` and `agenda`, in this order. It is never loaded in
production.
"""
