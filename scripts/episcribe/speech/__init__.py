"""Speech in recordings made into words."""
