"""The kiosk at the door and the page a visitor follows the queue on."""
