"""What Piccolo looks for: the engine and the list of its apps."""

from piccolo.conf.apps import AppRegistry

from server.database import connect
from server.settings import current

DB = connect(current().database_url)

APP_REGISTRY = AppRegistry(apps=["server.piccolo_app"])
