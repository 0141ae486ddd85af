"""Signed webhooks (Standard Webhooks): where a reseller's programs are told of what happens."""
