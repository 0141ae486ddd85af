"""ILUX and the portal held against each other, and what differs sent anew, while the bridge works on."""
