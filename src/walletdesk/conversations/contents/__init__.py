"""Contents of files: judged, cleaned and sealed on the way in, and where they lie."""
