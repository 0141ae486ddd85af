"""The bridge as a service of the machine: how it is installed, watched over and heard."""
