from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.studies.matched_cohort.matching import match_in_rounds
from toolkit.studies.matched_cohort.spec import MatchedCohort


def test_joiners_whom_nobody_anywhere_is_like_stay_unmatched_and_the_others_keep_their_sets():
    """Left alone they refused the whole study: in a small council a handful at most go to the second round."""
    rng = np.random.default_rng(3)
    need = np.concatenate([rng.integers(0, 4, 400), [30, 31]])
    treated = np.concatenate([np.arange(400) % 5 == 0, [True, True]]).astype(int)
    frame = pd.DataFrame(
        {
            "treated": treated,
            "referrals_last_3m": need,
            "trial": pd.Categorical(["2008-04"] * 402),
            "district": pd.Categorical(["Northvale", "Southvale"] * 201),
            "family_id": pd.Categorical([f"F{i}" for i in range(402)]),
        }
    )
    spec = MatchedCohort(
        covariates=("referrals_last_3m",), outcomes=("any_referral_12m",), then_exact=("trial",), ratio=2
    )
    rounds = match_in_rounds(frame, ["referrals_last_3m"], spec)
    assert sorted(rounds.unmatched["row"]) == [400, 401] and set(rounds.pairs["round"]) == {1}
    assert rounds.pairs["set"].nunique() == treated.sum() - 2
