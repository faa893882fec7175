"""Where people meet postcheck. Nothing else imports from here."""
