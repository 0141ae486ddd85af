"""The agent on the reseller's server: sees every change in ILUX's Firebird base, and writes what the portal says."""
