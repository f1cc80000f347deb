"""Files that a browser saves and never shows: what the log keeps may be from anybody."""

from urllib.parse import quote

from starlette.responses import Response


def answer_file(content: bytes, name: str, media_type: str) -> Response:
    """Answer with a file to be saved under a name (RFC 6266); a browser does not open it in the page."""
    plain = "".join(one if one.isascii() and (one.isalnum() or one in "-_.") else "_" for one in name) or "file"
    headers = {
        "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "content-security-policy": "sandbox; default-src 'none'",
    }
    # Only plain types are named, so that a file of the log cannot choose how a browser reads it.
    is_plain = media_type.isascii() and media_type.isprintable() and media_type.count("/") == 1
    return Response(content, headers=headers, media_type=media_type if is_plain else "application/octet-stream")
