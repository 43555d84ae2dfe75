"""What leaves nothing to seize: retention, letters that say nothing, memory that stays memory."""
