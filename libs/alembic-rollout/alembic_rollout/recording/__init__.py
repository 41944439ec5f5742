"""Records the statements that a service sends in its tests, and checks that the committed inventory has them.

A pytest plug-in: `addopts = "-p alembic_rollout.recording.plugin"`. Imports `inventory` and what is below; nothing
imports it.

| file | what it does |
|---|---|
| plugin | the options and hooks; gathers what the processes of xdist have recorded |
| recorder | listens to every engine of a process for the connections of the release |
| staleness | compares what was recorded with the file |
"""
