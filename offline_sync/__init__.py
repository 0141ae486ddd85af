"""Delta sync between clients that are often offline and one server: docs/sync-protocol.md in Python.

The library knows mutations, views and blobs; what they mean is an application's (`offline_sync.ports`).
"""
