"""The evenings of the agency: their plan, their seats, who comes, which territory is presented."""
