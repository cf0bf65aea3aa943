"""The local platform: servers, data folder, launcher, mail catcher."""
