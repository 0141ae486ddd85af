"""Backups of the ILUX base: made while people work, restored for a trial, kept, copied elsewhere."""
