"""The formats of contours that people hand over, each read in pure Python from bytes, recognised by its content.

Everything here runs in the limited process; shapes leave as shapely geometries in the file's own projection.
"""
