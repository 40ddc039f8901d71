"""Pages to which mails lead."""
