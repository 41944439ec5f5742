"""`python -m app.ingestion.forking DESCRIPTOR`: the process, heard and told over an open socket."""

import sys

from app.ingestion.forking.server import serve

serve(int(sys.argv[1]))
