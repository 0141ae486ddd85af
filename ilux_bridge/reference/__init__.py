"""An ILUX base to develop and show with: invented, plausible, in the charsets and dialects of the field."""
