"""What happens when things go wrong for real: killed runs, full disks, damaged files, clocks that jump."""
