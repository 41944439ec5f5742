"""How a file is handed to a browser."""

from urllib.parse import quote


def content_disposition(file_name: str) -> str:
    """Return the header that makes a browser save a file under its name (RFC 6266, RFC 8187).

    Args:
        file_name: the name, of any characters; the fallback for old clients has ASCII letters, digits and `._-` only.
    """
    fallback = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in file_name)
    return f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(file_name, safe='')}"
