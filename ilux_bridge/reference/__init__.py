"""An ILUX base to develop and to show with: invented, plausible, in every charset and dialect met in the field."""
