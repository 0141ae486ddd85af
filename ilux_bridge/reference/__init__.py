"""The mapping of ILUX as it comes, which a reseller's own begins from."""
