"""Link families to referrals by names, days of birth and postcodes where no number is shared; only pseudonyms leave."""
