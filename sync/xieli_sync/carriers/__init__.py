"""How a file travels: a folder or removable drive (`usb`), later HTTP."""
