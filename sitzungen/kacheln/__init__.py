"""What the meetings give to the dashboard and the navigation."""
