"""How many pages may be open at once, of one session, of one person and of all: nobody can take the places of all.

An open page holds a websocket, and with it some of the few files that a process may have open. Without a limit one
account that opens page after page leaves no way in for anyone, the sign-in included.
"""

from __future__ import annotations

from collections import Counter

from toolkit.accounts.sessions import Session

OF_SESSION, OF_PERSON = 20, 40
_FILES_OF_A_PAGE = 4
_OTHER_FILES = 3 * 128 + 128  # pages that were shut minutes ago, of which Streamlit keeps 128, and all the rest
_FILES_WANTED = 65_536


class OpenPages:
    """The pages open now; asked and told from one thread alone, the server's own.

    Parameters
    ----------
    most
        The most pages that may be open at once, of everybody together.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._of: Counter[str] = Counter()
        self._open = 0

    def take(self, session: Session) -> bool:
        """Take a place for one more page of a session; ``False`` where there is none."""
        limits = _limits(session)
        if self._open >= self.most or any(self._of[one] >= most for one, most in limits.items()):
            return False
        self._of.update(limits.keys())
        self._open += 1
        return True

    def give_back(self, session: Session) -> None:
        """Give the place of a page back once it is shut."""
        self._of.subtract(_limits(session).keys())
        self._of = +self._of
        self._open -= 1


def most_pages() -> int:
    """Return how many pages this process can hold open and still let people sign in."""
    return max(1, (_files()[0] - _OTHER_FILES) // _FILES_OF_A_PAGE)


def allow_more_files() -> None:
    """Let this process open as many files as it may ask for: what it is given at first is often 1,024."""
    try:
        import resource
    except ImportError:  # Windows, which has no such limit
        return
    soft, hard = _files()
    wanted = _FILES_WANTED if hard == resource.RLIM_INFINITY else min(hard, _FILES_WANTED)
    if soft != resource.RLIM_INFINITY and wanted > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _files() -> tuple[int, int]:
    try:
        import resource
    except ImportError:
        return _FILES_WANTED, _FILES_WANTED
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return (_FILES_WANTED if soft == resource.RLIM_INFINITY else soft), hard


def _limits(session: Session) -> dict[str, int]:
    # In the demonstration everyone of a role is the same person, so only sessions are counted.
    limits = {f"session {session.token_hash}": OF_SESSION}
    if session.person.user:
        limits[f"person {session.account_id} {session.person.user}"] = OF_PERSON
    return limits
