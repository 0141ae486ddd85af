"""An ILUX base to develop and to show with: invented, plausible, in the charsets and dialects of the field."""
