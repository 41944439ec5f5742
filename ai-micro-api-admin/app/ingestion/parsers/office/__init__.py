"""Office Open XML: documents, presentations and workbooks, each a zip of XML parts.

Read with lxml alone (docs/decisions). Elements are known by their local names, which both forms of the standard share,
the transitional and the strict one. Imports run one way: `word`, `slides` and `sheets` use `drawings`, which uses
`package`.
"""
