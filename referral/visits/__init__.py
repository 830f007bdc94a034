"""An attendance at the window: of a person on file, or of somebody who only asked."""
