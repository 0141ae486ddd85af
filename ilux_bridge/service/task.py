"""The task of Windows' Task Scheduler that keeps the bridge running where there is no service wrapper."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

NAME = "Ponte ILUX"
_NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"
_SYSTEM = "S-1-5-18"
_MINUTE = "PT1M"
_MOST_RESTARTS = "255"  # what the schema allows; the trigger itself comes again every minute, for ever


def task(command: Sequence[str], folder: Path) -> bytes:
    """The XML as `schtasks /Create /XML` reads it: UTF-16 with its mark. The order of the elements counts.

    Started with the machine, as SYSTEM, without a time limit. The trigger repeats each minute, and a task
    that is running already ignores it: so that it is running again a minute after any end.
    """
    root = ElementTree.Element("Task", {"version": "1.2", "xmlns": _NAMESPACE})
    _add(root, "RegistrationInfo", Description="Ponte entre o ILUX e o portal")
    boot = _add(_add(root, "Triggers"), "BootTrigger")
    _add(boot, "Repetition", Interval=_MINUTE, StopAtDurationEnd="false")
    _add(boot, None, Enabled="true")
    principal = _add(_add(root, "Principals"), "Principal", UserId=_SYSTEM, RunLevel="HighestAvailable")
    principal.set("id", "Author")
    settings = _add(
        root,
        "Settings",
        MultipleInstancesPolicy="IgnoreNew",
        DisallowStartIfOnBatteries="false",
        StopIfGoingOnBatteries="false",
        AllowHardTerminate="true",
        StartWhenAvailable="true",
        RunOnlyIfNetworkAvailable="false",
        Enabled="true",
        Hidden="false",
        WakeToRun="false",
        ExecutionTimeLimit="PT0S",
        Priority="5",
    )
    _add(settings, "RestartOnFailure", Interval=_MINUTE, Count=_MOST_RESTARTS)
    actions = _add(root, "Actions")
    actions.set("Context", "Author")
    program, *arguments = command
    _add(
        actions,
        "Exec",
        Command=program,
        Arguments=subprocess.list2cmdline(arguments),
        WorkingDirectory=str(folder),
    )
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return ('<?xml version="1.0" encoding="UTF-16"?>\n' + text + "\n").encode("utf-16")


def _add(parent: ElementTree.Element, name: str | None, **texts: str) -> ElementTree.Element:
    """A child with texts as its children; without a name, the texts alone."""
    element = parent if name is None else ElementTree.SubElement(parent, name)
    for tag, text in texts.items():
        ElementTree.SubElement(element, tag).text = text
    return element
