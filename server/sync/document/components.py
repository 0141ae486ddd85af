"""The messages' schemas: from the structs, made narrower where the portal is, too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from offline_sync.messages import (
    SCHEMA_MAX,
    SCHEMA_MIN,
    EnrolAnswer,
    EnrolRequest,
    Envelope,
    Limits,
    Mutation,
    MutationKey,
    PullAnswer,
    PullRequest,
    PushAnswer,
    PushRequest,
    RescueAnswer,
    TracksAnswer,
    TracksRequest,
)
from offline_sync.ports import Application, MutationType
from offline_sync.pull import TOKEN
from server.sync.document.problems import problem_schemas

Schema = dict[str, Any]

REQUESTS = (EnrolRequest, PushRequest, PullRequest, TracksRequest, MutationKey, Mutation)
ANSWERS = (EnrolAnswer, PushAnswer, PullAnswer, TracksAnswer, RescueAnswer)
TEMPLATE = "#/components/schemas/{name}"


def ref(name: str) -> Schema:
    return {"$ref": TEMPLATE.format(name=name)}


def schemas(limits: Limits, applications: Mapping[str, Application]) -> Schema:
    types = [kind for application in applications.values() for kind in application.mutations.types]
    structs = [*REQUESTS, *ANSWERS, Envelope, *(kind.args for kind in types)]
    _, made = msgspec.json.schema_components(structs, ref_template=TEMPLATE)
    for answer in ANSWERS:
        made[answer.__name__] = _joined(made["Envelope"], made[answer.__name__])
    _narrow(made, limits, sorted(applications))
    made["PushRequest"]["properties"]["mutations"] = {
        "type": "array",
        "maxItems": limits.push_mutations,
        "description": "Numbers rise. What has number and uid but is not understood goes into quarantine.",
        "items": {"anyOf": [*(_understood(made, kind) for kind in types), ref("MutationKey")]},
    }
    return made | problem_schemas()


def _narrow(made: Schema, limits: Limits, kinds: list[str]) -> None:
    """What the portal asks beyond the structs, each with a problem of its own."""
    for request in ("EnrolRequest", "PushRequest", "PullRequest"):
        made[request]["properties"]["schema"] = {
            "type": "integer",
            "minimum": SCHEMA_MIN,
            "maximum": SCHEMA_MAX,
        }
    made["EnrolRequest"]["properties"]["kind"] = {"enum": kinds}
    page = {"type": "string", "pattern": f"^{TOKEN.pattern}$", "description": "`more` of the last page."}
    made["PullRequest"]["properties"]["page"] = {"anyOf": [page, {"type": "null"}]}
    made["TracksRequest"]["properties"]["chunks"]["maxItems"] = limits.track_chunks
    for name in ("fixes", "gaps"):
        made["TrackChunk"]["properties"][name]["maxItems"] = limits.track_fixes


def _understood(made: Schema, kind: MutationType) -> Schema:
    """A mutation whose arguments can be read."""
    said = _joined(made["MutationKey"], made["Mutation"])
    said["title"] = kind.name
    said["properties"] |= {
        "name": {"const": kind.name},
        "v": {"const": kind.v},
        "args": ref(kind.args.__name__),
    }
    return said


def _joined(*parts: Schema) -> Schema:
    """One object of several, as `encode` writes them."""
    return {
        "title": parts[-1]["title"],
        "type": "object",
        "properties": {name: schema for part in parts for name, schema in part["properties"].items()},
        "required": [name for part in parts for name in part["required"]],
    }
