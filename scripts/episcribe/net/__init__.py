"""The HTTP client: limits on size, time and redirects, conditional requests, no private addresses."""
