"""Where episodes come from: podcast feeds, subscription lists, local files."""
