"""The pages of those who work at an office: the desk, the greeter, the manager."""
