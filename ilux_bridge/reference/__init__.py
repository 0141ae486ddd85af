"""An ILUX base to develop and show with, and the mapping of ILUX as it comes, from which others begin."""
