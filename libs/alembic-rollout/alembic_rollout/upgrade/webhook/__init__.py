"""What is sent to ROLLOUT_WEBHOOK_URL, and when: revisions that are held, a command that failed."""
