"""Why a package is out of stock, and which smallest change would serve it, by re-running the planner."""
