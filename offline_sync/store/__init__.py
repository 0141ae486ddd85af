"""What the server remembers, in SQL that SQLite and PostgreSQL both understand.

Functions take the open transaction first; whoever calls them decides where it begins and ends.
"""
