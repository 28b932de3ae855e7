"""Read lists of absences that come as files: in a limited process, whole or not at all, and kept nowhere."""
