"""The main job driven in a real browser, in both languages; every page that is opened is checked."""
