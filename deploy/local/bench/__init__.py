"""Measures shown by `./ancrage bench NAME`: each module offers `async def run() -> list[dict]`."""
