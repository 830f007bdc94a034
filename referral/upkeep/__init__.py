"""Keeping the directory true: editing, notices that something is wrong, the review queue, verification, new entries."""
