"""The agent on the reseller's server: sees every change in ILUX's base, and writes what the portal says."""
