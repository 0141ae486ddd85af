"""From a reseller's actual tables and columns to the portal's words, as a TOML file says; pure."""
