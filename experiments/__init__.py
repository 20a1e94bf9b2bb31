"""What can be run: settings, catalogue, frames, worker, run history and export."""
