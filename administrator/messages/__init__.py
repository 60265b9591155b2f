"""Words of the administrator's pages, by what they are about."""
