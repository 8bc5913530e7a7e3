"""Police and health services: searches, and patients of practices."""
