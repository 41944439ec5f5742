"""Files of documents: in PostgreSQL, in parts, and from there into an object store, where one is set.

A file is written with its document, in one transaction and always into PostgreSQL: an upload needs no store. Workers
move it when its document was processed, and delete from the store what no document refers to any more.
"""
