"""Words for what the services refuse: what happened to her work, and what to do next."""
