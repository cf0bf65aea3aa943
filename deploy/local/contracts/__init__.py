"""What is made from the declared events: frozen schemas, examples, AsyncAPI, pages to read."""
