"""The verbs of `./ancrage`, one module each."""
