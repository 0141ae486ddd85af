"""The JSON API for other programs: tokens with scopes and a reach, before the portal's own queries."""
