"""What every service stands on; knows no business word outside contracts and territory."""
