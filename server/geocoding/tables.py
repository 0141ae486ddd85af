"""What a geocoder answered, and when it may be asked again.

Both belong to the platform: an address without who is there says nothing of any reseller, and a public
geocoder is asked once for it. No page reads them.
"""

from __future__ import annotations

from piccolo.columns import DoublePrecision, Integer, Varchar
from piccolo.table import Table

from server.database.rows import identity, instant


class GeocoderAnswer(Table, tablename="geocoder_answer"):
    """Also that it found nothing: `quality` is empty then."""

    id = identity()
    geocoder = Varchar(length=20, default="")
    question = Varchar(length=500, default="")
    quality = Varchar(length=10, default="")
    precision_m = Integer(null=True, default=None)
    latitude = DoublePrecision(null=True, default=None)
    longitude = DoublePrecision(null=True, default=None)
    answered_at = instant(required=True)
    expires_at = instant(required=True)


class GeocoderLane(Table, tablename="geocoder_lane"):
    """The one row that paces all processes together."""

    id = Integer(primary_key=True)
    next_at = instant(required=True)
    failures = Integer(default=0, help_text="In a row.")
