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
    return "origin" in headers and names_this_host(headers)


def names_this_host(headers: Headers) -> bool:
    """Whether the origin of a request, where one is given, is the very host that was asked."""
    if "origin" not in headers:
        return True
    here = headers.get("host", "").casefold()
    try:
        return bool(here) and urlsplit(headers["origin"]).netloc.casefold() == here
    except ValueError:  # no address at all, such as one with half a bracket
        return False
