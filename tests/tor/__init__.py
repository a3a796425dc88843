"""Network slots against a private Tor network on 127.0.0.1; run with EPISCRIBE_TEST_TOR=1."""
