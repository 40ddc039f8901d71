"""All writes to accounts of e-mail, to raw mails and to what is known of their ids."""
