"""Tables leave the project: as files of spreadsheets and of neighbouring tools."""
