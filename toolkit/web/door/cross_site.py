"""Whether a request that changes something was made by a page of ours, and not by another site the person has open."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers


def comes_from_here(headers: Headers) -> bool:
    """Whether a browser says that a request comes from this very site.

    Browsers say so in ``Sec-Fetch-Site``, older ones in ``Origin``; no page can set either. A request with neither is
    refused.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    here = headers.get("host", "").casefold()
    return bool(here) and urlsplit(headers.get("origin", "")).netloc.casefold() == here
