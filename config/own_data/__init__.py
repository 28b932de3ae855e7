"""One's own data: what is kept, until when, and all of it handed over in a file."""
