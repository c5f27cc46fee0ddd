"""What each role may touch: a view of the store that can do what its pages need, and nothing else.

A page is handed the view of whoever is signed in, never the store. A member's view has no method that gives a row of
families, and none that changes or erases one; a manager's reads the own centre's rows, and of other centres only which
family numbers there are and whether this very file was stored before. Every line that a page writes in
the audit is in the name of the person the view was made for.
"""

from __future__ import annotations

from toolkit.web.access.administrator import AdminStore
from toolkit.web.access.lead_and_analyst import AnalystStore, LeadStore, ResultsStore
from toolkit.web.access.manager import ManagerStore, RawSheet, Receipt
from toolkit.web.access.member import MemberStore
from toolkit.web.access.view import StoreView

__all__ = [
    "AdminStore",
    "AnalystStore",
    "LeadStore",
    "ManagerStore",
    "MemberStore",
    "RawSheet",
    "Receipt",
    "ResultsStore",
    "StoreView",
]
