"""Where rows come from: bundled, generated, imported and downloaded data sets."""
