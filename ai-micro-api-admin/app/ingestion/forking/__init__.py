"""A small process that forks a child for each file, so that no child has to start Python and import its parser again.

The process is started with a clean environment, reads no file of a stranger and gets nothing back from its children
but their exit status. Each child seals itself, reads its one file and ends; no two files meet in one process.
`client` is the service's side, `server` the process, `protocol` what the two say to each other.
"""
