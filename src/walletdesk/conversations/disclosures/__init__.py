"""What leaves the desk about customers: who opened which conversation, and exports."""
