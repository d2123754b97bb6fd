"""Taking a system apart: patterns for data and work that are spread over services."""
