"""Writes of the arrival room: registering with the first answers, a return visit, answering an alert."""
