"""Sign-in with OAuth 2.0 at Microsoft and Google, with the seller's own client: once by hand, then at each run."""
