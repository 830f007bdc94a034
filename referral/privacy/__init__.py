"""What a person takes back and what it ends in every room; doors opened in writing; reviews by data protection."""
