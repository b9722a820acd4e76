"""Fails with a stack trace."""

print('{"progress": 0.5, "doing": "Half way"}', flush=True)
raise RuntimeError("the lamp went out")
