"""What a browser or a script may ask of events: public pages, staff pages, API."""
