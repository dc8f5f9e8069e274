"""What every part shares: values, the parts' base classes, slots, workers, the registry and errors."""
