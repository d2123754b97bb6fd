"""The course as a website: pages to read, and every lesson live in the reader's own browser, with nothing installed."""
