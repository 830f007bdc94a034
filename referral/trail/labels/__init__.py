"""Words of the trail room: its lines, the fields they name, its seals."""
