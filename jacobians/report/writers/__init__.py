"""What a report is written as: one small writer for each format."""
