"""Reports for a committee: one document made of what its readers may see, written as HTML, PDF and Word."""
