"""The desk of those who keep accounts and data; up here, because roles name sectors and crews (decision 0008)."""
